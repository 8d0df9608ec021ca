#include "cli/progress.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <chrono>

#include "cli/session.hpp"
#include "cli/terminal.hpp"
#include "core/visible_text.hpp"
#include "node/threads.hpp"

namespace icn::cli {

Shown progress_of(const Invocation& invocation) {
  return !invocation.wants_json() && error_look().line_columns > 0 ? Shown::on_terminal : Shown::no;
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
  // A closed standard error loses only the view.
  static_cast<void>(write_bytes(Stream::error, bytes).has_value());
}

void Progress::put_line(std::string_view text) {
  // A line that wraps could not be taken away. The terminal may have become narrower since the last one.
  const std::size_t columns = error_look().line_columns;
  const std::string line = clipped(visible_text(text, LineEnds::shown), columns == 0 ? 0 : columns - 1);
  static_cast<void>(write_control("\r\033[K" + line).has_value());
  line_there_ = true;
}

void Progress::take_line() {
  if (!line_there_) return;
  static_cast<void>(write_control("\r\033[K").has_value());
  line_there_ = false;
}

void BytesMoved::set(std::uint64_t done, std::uint64_t total) {
  done_ = done;
  total_ = total;
  const auto now = std::chrono::steady_clock::now();
  if (now < next_) return;
  next_ = now + std::chrono::milliseconds(100);
  progress_.show(work_ + ": " + moved_text(done, total));
}

std::string bytes_text(std::uint64_t bytes) {
  constexpr std::array<std::string_view, 6> units{"bytes", "kB", "MB", "GB", "TB", "PB"};
  std::size_t unit = 0;
  std::uint64_t scale = 1;
  while (unit + 1 < units.size() && bytes / scale >= 1'000) {
    scale *= 1'000;
    ++unit;
  }
  const std::uint64_t whole = bytes / scale;
  if (unit == 0 || whole >= 100) return fmt::format("{} {}", whole, units.at(unit));
  return fmt::format("{}.{} {}", whole, bytes % scale / (scale / 10), units.at(unit));
}

std::string moved_text(std::uint64_t done, std::uint64_t total) {
  if (total == 0) return bytes_text(done);
  // The stored amount may grow meanwhile.
  const std::uint64_t percent = std::min<std::uint64_t>(100, done / std::max<std::uint64_t>(1, total / 100));
  return fmt::format("{} of {}, {} %", bytes_text(done), bytes_text(total), percent);
}

}  // namespace icn::cli
