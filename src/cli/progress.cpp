#include "cli/progress.hpp"

#include <fmt/core.h>

#include <chrono>

#include "cli/session.hpp"
#include "core/visible_text.hpp"
#include "node/threads.hpp"

namespace icn::cli {

Shown progress_of(const Invocation& invocation) {
  return !invocation.wants_json() && is_terminal(Stream::error) ? Shown::on_terminal : Shown::no;
}

Progress::Progress(std::string work, Shown shown) : work_(std::move(work)), shown_(shown) {
  if (shown_ == Shown::on_terminal) ticker_ = node::start_thread("progress", [this] { tick(); });
}

Progress::~Progress() {
  {
    Lock lock(mutex_);
    ticking_ = false;
    take_line();
    changed_.notify_all();
  }
  if (ticker_.joinable()) ticker_.join();
}

void Progress::tick() {
  using Clock = std::chrono::steady_clock;
  constexpr auto pace = std::chrono::milliseconds(500);
  const auto begun = Clock::now();
  auto next = begun + pace;
  Lock lock(mutex_);
  while (ticking_) {
    const auto now = Clock::now();
    if (now < next) {
      changed_.wait_for(lock, next - now);
      continue;
    }
    next += pace;
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now - begun).count();
    put_line(work_ + (seconds > 0 ? fmt::format(" … {} s", seconds) : " …"));
  }
}

void Progress::show(std::string_view news) {
  if (shown_ == Shown::no) return;
  Lock lock(mutex_);
  ticking_ = false;
  put_line(news);
}

void Progress::write_through(std::string_view bytes) {
  Lock lock(mutex_);
  ticking_ = false;
  take_line();
  // A closed standard error loses the view, nothing else.
  static_cast<void>(write_bytes(Stream::error, bytes).has_value());
}

void Progress::put_line(std::string_view text) {
  static_cast<void>(write_control("\r\033[K" + visible_text(text, LineEnds::shown)).has_value());
  line_there_ = true;
}

void Progress::take_line() {
  if (!line_there_) return;
  static_cast<void>(write_control("\r\033[K").has_value());
  line_there_ = false;
}

}  // namespace icn::cli
