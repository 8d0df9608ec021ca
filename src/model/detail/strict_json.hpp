// JSON from outside, read strictly: bounded in bytes and depth, and no key of an object twice (two readers could take
// different ones for the value).
#pragma once
#include <string_view>

#include <nlohmann/json.hpp>

#include "core/result.hpp"

namespace icn::model::detail {

// Keeps the order of keys, for documents that are printed as they were given.
using OrderedJson = nlohmann::ordered_json;

struct JsonBounds {
  std::size_t bytes_max;
  std::size_t depth_max;
};
// `what` names the text in errors ("The DID document"). Errors: invalid_format (rules not_json, duplicate_key,
// too_deep), limit_exceeded (rule json_bytes).
[[nodiscard]] Result<OrderedJson> parse_strict(std::string_view what, std::string_view text, JsonBounds bounds);

}  // namespace icn::model::detail
