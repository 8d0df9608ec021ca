// The messages printed when Ctrl-C, a termination signal or a closed terminal interrupts a long command: the resulting
// state, and how to resume. The process still ends by the signal. Commands that run jobs handle signals themselves once
// the job runs (commands/watch.hpp).
#pragma once
#include <cstddef>
#include <string_view>

namespace icn::cli {

// Returns the message for the command with this path; empty if it has none.
[[nodiscard]] std::string_view interrupt_text(std::string_view path);

inline constexpr std::size_t kInterruptRows = 12;

// Prints `text` if the process is interrupted from now on; a later call replaces it. A signal that the process
// inherited as ignored stays ignored.
void speak_when_interrupted(std::string_view text);

}  // namespace icn::cli
