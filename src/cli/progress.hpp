// One line on a terminal that says what takes so long; nothing anywhere else.
//
// Until there is news the line names the work and the seconds gone, from half a second on, so that what is quick shows
// nothing. Thread safe: runs report from executor threads.
#pragma once
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

}  // namespace icn::cli
