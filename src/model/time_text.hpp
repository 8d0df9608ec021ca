// A moment in text, for display and JSON: RFC 3339 in UTC with milliseconds, "2026-07-01T12:00:00.000Z".
#pragma once
#include <string>
#include <string_view>

#include "core/result.hpp"
#include "model/order.hpp"

namespace icn::model {

[[nodiscard]] std::string time_text(UnixMs time);
// Of such a text, to the millisecond. Errors: invalid_format.
[[nodiscard]] Result<UnixMs> parse_time(std::string_view text);

}  // namespace icn::model
