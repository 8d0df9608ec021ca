#include "http/detail/range.hpp"

#include <algorithm>
#include <charconv>

namespace icn::http::detail {
namespace {

std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

std::string Span::to_text() const {
  return "bytes " + std::to_string(first) + "-" + std::to_string(first + bytes - 1) + "/" + std::to_string(total);
}

Result<std::optional<Span>> parse_range(std::string_view text, std::uint64_t total) {
  constexpr std::string_view unit = "bytes=";
  const std::size_t dash = text.find('-');
  if (!text.starts_with(unit) || dash == std::string_view::npos || text.find(',') != std::string_view::npos)
    return std::nullopt;
  const std::string_view from = text.substr(unit.size(), dash - unit.size());
  const std::string_view to = text.substr(dash + 1);
  const auto first = number(from);
  const auto last = number(to);
  if ((!from.empty() && !first) || (!to.empty() && !last) || (!first && !last)) return std::nullopt;
  if (first && last && *last < *first) return std::nullopt;
  const auto none = [&] {
    return refuse(ErrorCode::invalid_argument, "range",
                  "there are " + std::to_string(total) + " bytes, none of them in the range", std::to_string(total));
  };
  if (!first) {  // the last bytes
    const std::uint64_t bytes = std::min(*last, total);
    if (bytes == 0) return none();
    return Span{total - bytes, bytes, total};
  }
  if (*first >= total) return none();
  return Span{*first, std::min(last.value_or(total - 1), total - 1) - *first + 1, total};
}

}  // namespace icn::http::detail
