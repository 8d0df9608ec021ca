// Guesses which of several known words a mistyped one means. Pure; takes time in proportion to the candidates.
#pragma once
#include <span>
#include <string_view>

namespace icn {

// Returns the candidate that one or two typing mistakes turn into `word`; empty if none is that close.
[[nodiscard]] std::string_view closest(std::string_view word, std::span<const std::string_view> candidates);

}  // namespace icn
