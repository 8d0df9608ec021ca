#include "cli/words.hpp"

#include <algorithm>

namespace icn::cli {

std::vector<std::string_view> split_words(std::string_view text) {
  std::vector<std::string_view> words;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    words.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return words;
}

std::optional<std::uint64_t> whole_number(std::string_view text) {
  if (text.empty()) return std::nullopt;
  std::uint64_t value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    const auto digit = static_cast<std::uint64_t>(c - '0');
    if (value > (UINT64_MAX - digit) / 10) return std::nullopt;
    value = value * 10 + digit;
  }
  return value;
}

std::optional<std::uint64_t> seconds_of(std::string_view text) {
  std::uint64_t unit = 1;
  if (!text.empty()) {
    for (const auto& [letter, seconds] : {std::pair{'s', 1U}, {'m', 60U}, {'h', 3'600U}, {'d', 86'400U}}) {
      if (text.back() != letter) continue;
      unit = seconds;
      text.remove_suffix(1);
      break;
    }
  }
  const auto number = whole_number(text);
  if (!number || *number > UINT64_MAX / unit) return std::nullopt;
  return *number * unit;
}

std::size_t shown_columns(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

std::string padded(std::string_view text, std::size_t columns) {
  const std::size_t shown = shown_columns(text);
  return std::string(text) + std::string(std::max<std::size_t>(columns, shown + 2) - shown, ' ');
}

}  // namespace icn::cli
