// What is said when Ctrl-C, a termination signal or a closed terminal ends a long command in its middle: what holds
// then, and how to go on. The process ends by the signal as any other does. Commands that run jobs handle signals
// themselves once the job runs (commands/watch.hpp).
#pragma once
#include <cstddef>
#include <string_view>

namespace icn::cli {

// Of the command with this path; empty where nothing is to be said.
[[nodiscard]] std::string_view interrupt_text(std::string_view path);

inline constexpr std::size_t kInterruptRows = 12;

// From now on, for the rest of the process; one at a time. A signal that the process was started to ignore stays so.
void speak_when_interrupted(std::string_view text);

}  // namespace icn::cli
