// Slows a long read down while the node commits work, so that the read takes a fifth of one core from it at most.
#pragma once
#include <algorithm>
#include <chrono>
#include <thread>

#include "runtime/node_state.hpp"

namespace icn::runtime::detail {

// Used by one thread.
class Pace {
 public:
  explicit Pace(const NodeState& node) : node_(node) { look(); }

  // To call after each piece of the read.
  void rest() {
    const std::uint64_t took_ns = now_ns() - since_ns_;
    if (node_.books().commits() != commits_) pause(std::min(took_ns * kRestTimes, kRestMaxNs));
    look();
  }

 private:
  static constexpr std::uint64_t kRestTimes = 4;
  static constexpr std::uint64_t kRestMaxNs = 1'000'000'000;

  void pause(std::uint64_t ns) const {
    if (node_.settings().on_pause) return node_.settings().on_pause(ns);
    std::this_thread::sleep_for(std::chrono::nanoseconds(ns));
  }
  [[nodiscard]] std::uint64_t now_ns() const { return node_.services().clock->monotonic_ns(); }
  void look() {
    since_ns_ = now_ns();
    commits_ = node_.books().commits();
  }

  const NodeState& node_;
  std::uint64_t since_ns_ = 0;
  std::uint64_t commits_ = 0;
};

}  // namespace icn::runtime::detail
