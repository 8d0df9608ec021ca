// Small helpers on words: splitting, reading numbers, guessing what was meant, and filling columns.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace icn::cli {

// The words between single spaces; at least one, even of an empty text.
[[nodiscard]] std::vector<std::string_view> split_words(std::string_view text);
// Decimal digits only. Nothing when it is anything else or does not fit.
[[nodiscard]] std::optional<std::uint64_t> whole_number(std::string_view text);
// The candidate that a typing mistake or two turn into `word`; empty if none is that close.
[[nodiscard]] std::string_view closest(std::string_view word, std::span<const std::string_view> candidates);
// How many columns a terminal shows the text in: one a character.
[[nodiscard]] std::size_t shown_columns(std::string_view text);
// The text with spaces behind it up to `columns` as a terminal shows it (one a character), and two at least.
[[nodiscard]] std::string padded(std::string_view text, std::size_t columns);

}  // namespace icn::cli
