// Lines for the operator, on standard error: one line per event, never secrets, never on a hot path.
//
// Level and format are settings of the process (`set_log_level`, `set_log_format`), the only global state of the
// program. Thread safe.
#pragma once
#include <cstdint>
#include <string_view>

namespace icn {

enum class LogLevel : std::uint8_t { error, warning, info, debug };
// json: one object a line with time, level, component, message, and the job if there is one.
enum class LogFormat : std::uint8_t { json, text };

void set_log_level(LogLevel level);
void set_log_format(LogFormat format);
[[nodiscard]] bool log_enabled(LogLevel level);
// Writes "level component: text" as one line; control characters in `text` are escaped. `job` is the id of the job that
// the line is about. Thread safe.
void log(LogLevel level, std::string_view component, std::string_view text, std::string_view job = {});

}  // namespace icn
