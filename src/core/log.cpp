#include "core/log.hpp"

#include <array>
#include <atomic>
#include <chrono>
#include <string>

#include <time.h>
#include <unistd.h>

#include "core/visible_text.hpp"

namespace icn {
namespace {

std::atomic<LogLevel> level_now{LogLevel::warning};
std::atomic<LogFormat> format_now{LogFormat::text};

std::string_view level_name(LogLevel level) {
  constexpr std::array<std::string_view, 4> kNames{"error", "warning", "info", "debug"};
  return kNames[static_cast<std::size_t>(level)];
}

// "2026-07-01T12:00:00.123Z". The time of a line decides nothing.
std::string time_now() {
  const auto now = std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
  const auto ms = now.time_since_epoch().count();
  const auto seconds = static_cast<time_t>(ms / 1'000);
  std::tm utc{};
  ::gmtime_r(&seconds, &utc);
  std::array<char, 32> text{};
  const std::size_t size = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &utc);
  const std::string fraction = std::to_string(1'000 + ms % 1'000);
  return std::string(text.data(), size) + "." + fraction.substr(1) + "Z";
}

// Adds "name":"text". Visible text has no control characters, so quotes and backslashes are all that is escaped.
void add_field(std::string& line, std::string_view name, std::string_view text) {
  line.append(line.size() > 1 ? ",\"" : "\"").append(name).append("\":\"");
  for (const char c : text) {
    if (c == '"' || c == '\\') line.push_back('\\');
    line.push_back(c);
  }
  line.push_back('"');
}

std::string json_line(LogLevel level, std::string_view component, std::string_view text, std::string_view job) {
  std::string line = "{";
  add_field(line, "time", time_now());
  add_field(line, "level", level_name(level));
  add_field(line, "component", component);
  if (!job.empty()) add_field(line, "job", visible_text(job, LineEnds::shown));
  add_field(line, "message", visible_text(text, LineEnds::shown));
  return line + "}\n";
}

std::string text_line(LogLevel level, std::string_view component, std::string_view text, std::string_view job) {
  std::string line(level_name(level));
  line.append(" ").append(component).append(": ");
  if (!job.empty()) line.append("job ").append(visible_text(job, LineEnds::shown)).append(": ");
  return line.append(visible_text(text, LineEnds::shown)).append("\n");
}

}  // namespace

void set_log_level(LogLevel level) { level_now.store(level, std::memory_order_relaxed); }
void set_log_format(LogFormat format) { format_now.store(format, std::memory_order_relaxed); }

bool log_enabled(LogLevel level) { return level <= level_now.load(std::memory_order_relaxed); }

void log(LogLevel level, std::string_view component, std::string_view text, std::string_view job) {
  if (!log_enabled(level)) return;
  const bool json = format_now.load(std::memory_order_relaxed) == LogFormat::json;
  const std::string line = (json ? &json_line : &text_line)(level, component, text, job);
  // One write call, so that lines of several threads do not mix.
  if (::write(STDERR_FILENO, line.data(), line.size()) < 0) return;
}

}  // namespace icn
