// Lines for the operator, on standard error: one line per event, never secrets, never on a hot path.
//
// The level is a process setting made once at start (`set_log_level`), the only global state of the program.
#pragma once
#include <cstdint>
#include <string_view>

namespace icn {

enum class LogLevel : std::uint8_t { error, warning, info, debug };

void set_log_level(LogLevel level);
[[nodiscard]] bool log_enabled(LogLevel level);
// Writes "level component: text" as one line; control characters in `text` are escaped. Thread safe.
void log(LogLevel level, std::string_view component, std::string_view text);

}  // namespace icn
