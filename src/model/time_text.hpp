// A moment in text, for display and JSON: RFC 3339 in UTC with milliseconds, "2026-07-01T12:00:00.000Z".
#pragma once
#include <string>

#include "model/order.hpp"

namespace icn::model {

[[nodiscard]] std::string time_text(UnixMs time);

}  // namespace icn::model
