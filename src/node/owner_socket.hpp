// The socket in a data folder, on which the process that owns the folder serves operations to other processes
// (owner_operations.hpp).
//
// Protocol, one request per connection: the client sends one line "VERB ARGUMENT [OPTION]" and reads to the end of the
// stream. In the line, spaces, '%' and control characters are written as '%' and two hex digits. The answer begins with
// the line "ok" or "error NAME RULE SUBJECT DETAIL", encoded in the same way; the bytes after it are the payload (log
// text, or the answer as JSON). Only processes of the same user and of root are served.
//
// A client occupies one of kOwnerClientsMax threads for a bounded time: its whole request has a deadline, and a client
// that stops reading is dropped. Shutdown does not wait for clients beyond `ending_ms`.
#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "core/result.hpp"

namespace icn::node {

struct OwnerRequest {
  std::string verb;
  std::string job;  // the request
  std::string option;
};

// Receives a handler's payload; an error means that the client is gone and the handler should return.
class OwnerReply {
 public:
  virtual ~OwnerReply() = default;
  // The first call sends "ok" before the payload.
  [[nodiscard]] virtual Result<void> write(std::string_view payload) = 0;
};
// Answers one request; called on the connection's thread, concurrently for up to kOwnerClientsMax clients.
using OwnerHandler = std::function<Result<void>(const OwnerRequest&, OwnerReply&)>;

inline constexpr std::size_t kOwnerClientsMax = 16;
inline constexpr std::size_t kOwnerRequestBytesMax = 16 * 1024;  // a path of 4 KiB, each byte encoded as three

struct OwnerTimes {
  std::uint64_t request_ms = 5'000;   // from the connection to the end of the request
  std::uint64_t stalled_ms = 30'000;  // without the client reading a byte
  std::uint64_t ending_ms = 1'000;    // grace for clients still reading at shutdown
};

class OwnerServer {
 public:
  // Listens on `folder`/icn.sock, replacing the socket of a dead owner. Errors: storage.
  [[nodiscard]] static Result<std::unique_ptr<OwnerServer>> start(const std::filesystem::path& folder,
                                                                  OwnerHandler handler, OwnerTimes times = {});
  // Stops accepting, lets handlers finish (they must return soon after their sources end), disconnects clients still
  // active after `ending_ms`, joins the threads and removes the socket.
  ~OwnerServer();
  OwnerServer(const OwnerServer&) = delete;
  OwnerServer& operator=(const OwnerServer&) = delete;

 private:
  struct State;
  explicit OwnerServer(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// Sends a request to the owner of `folder`; `sink` receives the payload as it arrives. Errors: busy (no answer on the
// socket), storage, and the error that the owner returns.
[[nodiscard]] Result<void> ask_owner(const std::filesystem::path& folder, const OwnerRequest& request,
                                     const std::function<void(std::string_view)>& sink);

}  // namespace icn::node
