// The socket in a data folder: the process that owns the folder serves operations to others
// (owner_operations.hpp).
//
// Protocol, one request a connection: the client sends one line "VERB ARGUMENT [OPTION]" and reads until the end of the
// stream. In the line, a space, '%' and control characters are written as '%' and two hex digits, as a path may need.
// The answer begins with the line "ok" or "error NAME RULE SUBJECT DETAIL", its words written the same way; the bytes
// after it are the payload (log text, or the JSON of the answer). Only processes of the same user, and root's, are
// served.
//
// A client costs the owner one thread of kOwnerClientsMax for a bounded time: its request has a deadline as a whole,
// and a client that stops reading is dropped. The owner's end waits for none of them.
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

// Where a handler writes its payload; an error means that the client is gone and the handler returns.
class OwnerReply {
 public:
  virtual ~OwnerReply() = default;
  // The first call sends "ok" before the payload.
  [[nodiscard]] virtual Result<void> write(std::string_view payload) = 0;
};
// Answers one request; called on a connection's own thread, several at a time (at most kOwnerClientsMax).
using OwnerHandler = std::function<Result<void>(const OwnerRequest&, OwnerReply&)>;

inline constexpr std::size_t kOwnerClientsMax = 16;
inline constexpr std::size_t kOwnerRequestBytesMax = 16 * 1024;  // a path of 4 KiB, each byte as three

struct OwnerTimes {
  std::uint64_t request_ms = 5'000;   // from the connection to the end of the request
  std::uint64_t stalled_ms = 30'000;  // without a byte that the client reads
  std::uint64_t ending_ms = 1'000;    // for clients that read on, when the owner ends
};

class OwnerServer {
 public:
  // Listens on `folder`/icn.sock, replacing what a dead owner left. Errors: storage.
  [[nodiscard]] static Result<std::unique_ptr<OwnerServer>> start(const std::filesystem::path& folder,
                                                                  OwnerHandler handler, OwnerTimes times = {});
  // Stops accepting, lets handlers end (they must return soon after their sources end) and cuts off clients that are
  // still not done after `ending_ms`; joins, removes the socket.
  ~OwnerServer();
  OwnerServer(const OwnerServer&) = delete;
  OwnerServer& operator=(const OwnerServer&) = delete;

 private:
  struct State;
  explicit OwnerServer(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// Asks the owner of `folder`; `sink` gets the payload as it comes. Errors: busy (nothing answers on the socket),
// storage, and what the owner answered.
[[nodiscard]] Result<void> ask_owner(const std::filesystem::path& folder, const OwnerRequest& request,
                                     const std::function<void(std::string_view)>& sink);

}  // namespace icn::node
