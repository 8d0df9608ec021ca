// Sits between libpq and a server's unix socket, and cuts a connection after an exact number of bytes.
//
// A cut closes both sides immediately, like a broken network: the server still processes the bytes already passed on.
// Thread safe; runs one thread.
#pragma once
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace icn::contract {

class CuttingProxy {
 public:
  // The folder that holds the server's socket.
  explicit CuttingProxy(const std::filesystem::path& server);
  ~CuttingProxy();
  CuttingProxy(const CuttingProxy&) = delete;
  CuttingProxy& operator=(const CuttingProxy&) = delete;

  // The folder of the proxy's socket: libpq's `host`.
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }

  enum class Direction : std::uint8_t { to_server, to_client };
  // Lets `bytes` more bytes pass in that direction, then cuts the connection that brings the next one, once.
  void cut_after(Direction direction, std::uint64_t bytes);
  void disarm();
  // Whether the cut happened since it was armed.
  [[nodiscard]] bool has_cut() const;

 private:
  struct Pair {
    int client;
    int server;
  };
  void serve();
  [[nodiscard]] bool pass(int from, int to, Direction direction);

  std::filesystem::path server_;
  std::filesystem::path folder_;
  int listener_ = -1;
  int wake_[2] = {-1, -1};
  mutable std::mutex mutex_;
  bool armed_ = false;
  bool cut_ = false;
  Direction direction_ = Direction::to_server;
  std::uint64_t left_ = 0;
  std::vector<Pair> pairs_;  // used only by the thread
  std::thread thread_;
};

}  // namespace icn::contract
