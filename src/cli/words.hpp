// Small helpers for words: splitting, reading numbers, and filling columns.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace icn::cli {

// Splits at single spaces; returns at least one word, even for an empty text.
[[nodiscard]] std::vector<std::string_view> split_words(std::string_view text);
// Reads decimal digits only; empty for any other text or an overflow.
[[nodiscard]] std::optional<std::uint64_t> whole_number(std::string_view text);
// "90", "90s", "15m", "36h", "7d": how many seconds that is. Nothing when it is anything else or does not fit.
[[nodiscard]] std::optional<std::uint64_t> seconds_of(std::string_view text);
// Returns the number of columns in which a terminal shows the text: one per character.
[[nodiscard]] std::size_t shown_columns(std::string_view text);
// Pads the text with spaces up to `columns` columns (one per character), and with at least two.
[[nodiscard]] std::string padded(std::string_view text, std::size_t columns);

}  // namespace icn::cli
