#include "model/detail/strict_json.hpp"

#include <fmt/core.h>

#include <set>
#include <string>
#include <vector>

#include "core/bytes.hpp"

namespace icn::model::detail {

Result<OrderedJson> parse_strict(std::string_view what, std::string_view text, JsonBounds bounds) {
  if (text.size() > bounds.bytes_max) {
    return refuse(ErrorCode::limit_exceeded, "json_bytes",
                  fmt::format("{} has {} bytes; it may have {}", what, text.size(), bounds.bytes_max));
  }
  std::vector<std::set<std::string>> keys;  // of each open object, by depth
  bool duplicate = false;
  bool too_deep = false;
  const OrderedJson::parser_callback_t watch = [&](int depth, OrderedJson::parse_event_t event, OrderedJson& value) {
    const auto level = static_cast<std::size_t>(depth);
    if (event == OrderedJson::parse_event_t::object_start || event == OrderedJson::parse_event_t::array_start) {
      too_deep = too_deep || level >= bounds.depth_max;
      keys.resize(level + 2);
      keys[level + 1].clear();
    } else if (event == OrderedJson::parse_event_t::key) {
      duplicate = !keys[level].insert(value.get<std::string>()).second || duplicate;
    }
    // What is refused anyway is not kept.
    return !too_deep && !duplicate;
  };
  OrderedJson json = OrderedJson::parse(text, watch, false);
  if (too_deep) {
    return refuse(ErrorCode::invalid_format, "too_deep",
                  fmt::format("{} is nested more than {} levels deep", what, bounds.depth_max));
  }
  if (duplicate) {
    return refuse(ErrorCode::invalid_format, "duplicate_key", fmt::format("{} has a key twice in one object", what));
  }
  if (json.is_discarded()) return refuse(ErrorCode::invalid_format, "not_json", fmt::format("{} is not JSON", what));
  return json;
}

}  // namespace icn::model::detail
