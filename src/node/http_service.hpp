// Serves the operations of a node over HTTP (http/api_handler.hpp): on the data folder's socket, and wherever else its
// owner listens. Thread safe.
//
// Requests on the folder's socket name the key that they act with by the header "icn-as": the name of a member key, or
// none for the folder's first. A process works with one key only, so it refuses the others as busy.
#pragma once
#include <memory>
#include <vector>

#include "http/api_handler.hpp"
#include "http/server.hpp"
#include "node/work_pool.hpp"
#include "runtime/change_feed.hpp"

namespace icn::node {

class EmbeddedNode;

inline constexpr std::string_view kSocketName = "icn.sock";
inline constexpr std::string_view kOtherKey = "other_key";

struct HttpOptions {
  std::vector<http::Listener> listeners;
  std::vector<http::Page> pages = {};
  std::shared_ptr<http::Gate> gate = {};  // of callers that are not on the folder's socket; null: they get what is open
  std::size_t workers = 16;
  std::size_t waiting_max = 256;
  std::size_t socket_threads = 1;
  http::ServerTimes times = {};
  http::ServerLimits limits = {};
};

class HttpService {
 public:
  // `node` outlives it. Errors: as http::Server::start.
  [[nodiscard]] static Result<std::unique_ptr<HttpService>> start(EmbeddedNode& node, HttpOptions options);
  ~HttpService();
  HttpService(const HttpService&) = delete;
  HttpService& operator=(const HttpService&) = delete;
  // See http::Server::drain().
  [[nodiscard]] bool drain(std::uint64_t grace_ms) { return server_->drain(grace_ms); }
  [[nodiscard]] http::ServerCounts counts() const { return server_->counts(); }

 private:
  HttpService(std::size_t workers, std::size_t waiting_max)
      : workers_("http-work", workers, waiting_max, WorkPool::Turns::by_owner),
        lasting_("http-stream", runtime::ChangeFeed::kFollowersMax + 1, runtime::ChangeFeed::kFollowersMax) {}
  WorkPool workers_;
  WorkPool lasting_;                      // for streams of events; one more thread than followers, to refuse the next
  std::unique_ptr<http::Server> server_;  // ends before its workers
};

}  // namespace icn::node
