// A Range header (RFC 9110): one range of bytes. Values.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/result.hpp"

namespace icn::http::detail {

struct Span {
  std::uint64_t first = 0;
  std::uint64_t bytes = 0;
  std::uint64_t total = 0;
  [[nodiscard]] std::string to_text() const;  // of Content-Range
};

// Empty for what is ignored: not of bytes, malformed, or several ranges. Errors: invalid_argument (rule "range": none
// of the bytes exist).
[[nodiscard]] Result<std::optional<Span>> parse_range(std::string_view text, std::uint64_t total);

}  // namespace icn::http::detail
