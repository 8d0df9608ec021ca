// Whether a text is JSON that every program reads alike: bounded in bytes and depth, and no key of an object twice.
// Pure; thread safe.
#pragma once
#include <cstddef>
#include <string_view>

#include "core/result.hpp"

namespace icn::model {

// `what` names the text in errors ("The credential"). Errors: invalid_format (rules not_json, duplicate_key, too_deep),
// limit_exceeded (rule json_bytes).
[[nodiscard]] Result<void> check_strict_json(std::string_view what, std::string_view text, std::size_t bytes_max,
                                             std::size_t depth_max);

}  // namespace icn::model
