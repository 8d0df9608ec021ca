// A progress line on a terminal; prints nothing elsewhere.
//
// Until there is news, the line shows the work and the elapsed seconds. It appears after half a second, so short work
// shows nothing. Thread safe: runs report from executor threads.
#pragma once
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <thread>

#include "cli/command.hpp"
#include "core/mutex.hpp"

namespace icn::cli {

enum class Shown : std::uint8_t { no, on_terminal };
// Progress is for people: on standard error, when that is a terminal that can rewrite a line, and no JSON was asked
// for.
[[nodiscard]] Shown progress_of(const Invocation& invocation);

class Progress {
 public:
  // `work` as in "compiling and starting the program".
  Progress(std::string work, Shown shown);
  // Removes the line.
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // Replaces the line with news.
  void show(std::string_view news);
  // Removes the line and writes a program's bytes to standard error, made visible on a terminal; also if no line is
  // shown.
  void write_through(std::string_view bytes);

 private:
  void tick();
  void put_line(std::string_view text) ICN_REQUIRES(mutex_);
  void take_line() ICN_REQUIRES(mutex_);

  const std::string work_;
  const Shown shown_;
  Mutex mutex_;
  Condition changed_;
  bool line_there_ ICN_GUARDED_BY(mutex_) = false;
  bool ticking_ ICN_GUARDED_BY(mutex_) = true;
  std::jthread ticker_;
};

// Shows "12.3 MB of 400 MB, 3 %" for work that moves bytes, on the line of a Progress, at most ten times a second. Used
// by one thread at a time.
class BytesMoved {
 public:
  // A `total` of 0 means unknown.
  BytesMoved(Progress& progress, std::string work, std::uint64_t total = 0)
      : progress_(progress), work_(std::move(work)), total_(total) {}
  void add(std::uint64_t bytes) { set(done_ + bytes, total_); }
  void set(std::uint64_t done, std::uint64_t total);

 private:
  Progress& progress_;
  const std::string work_;
  std::uint64_t done_ = 0;
  std::uint64_t total_;
  std::chrono::steady_clock::time_point next_ = std::chrono::steady_clock::now() + std::chrono::milliseconds(500);
};
[[nodiscard]] std::string bytes_text(std::uint64_t bytes);  // "12.3 MB"
[[nodiscard]] std::string moved_text(std::uint64_t done, std::uint64_t total);

}  // namespace icn::cli
