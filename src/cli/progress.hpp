// One line on a terminal that says what takes so long; nothing anywhere else.
//
// Until there is news the line names the work and the seconds gone, from half a second on, so that what is quick shows
// nothing. Thread safe: runs report from executor threads.
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
// Progress is for people: on standard error, when that is a terminal and no JSON was asked for.
[[nodiscard]] Shown progress_of(const Invocation& invocation);

class Progress {
 public:
  // `work` as in "compiling and starting the program".
  Progress(std::string work, Shown shown);
  // Takes the line away.
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // News instead of the line there is.
  void show(std::string_view news);
  // Writes a program's bytes to standard error after taking the line away, visible on a terminal; also where nothing
  // else is shown.
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

// "12.3 MB of 400 MB, 3 %" of work that moves bytes, on the line of a Progress, ten times a second at most. Used by one
// thread at a time.
class BytesMoved {
 public:
  // `total` may be 0: not known.
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
