#include "core/log.hpp"

#include <array>
#include <atomic>
#include <string>

#include <unistd.h>

#include "core/visible_text.hpp"

namespace icn {
namespace {
std::atomic<LogLevel> level_now{LogLevel::warning};
}  // namespace

void set_log_level(LogLevel level) { level_now.store(level, std::memory_order_relaxed); }

bool log_enabled(LogLevel level) { return level <= level_now.load(std::memory_order_relaxed); }

void log(LogLevel level, std::string_view component, std::string_view text) {
  if (!log_enabled(level)) return;
  constexpr std::array<std::string_view, 4> names{"error", "warning", "info", "debug"};
  std::string line;
  line.reserve(text.size() + component.size() + 16);
  line.append(names[static_cast<std::size_t>(level)]).append(" ").append(component).append(": ");
  line.append(visible_text(text, LineEnds::shown));
  line.push_back('\n');
  // One write call, so that lines of several threads do not mix.
  if (::write(STDERR_FILENO, line.data(), line.size()) < 0) return;
}

}  // namespace icn
