// JSON as credentials use it: read strictly, and written as RFC 8785 (JCS) prescribes, so that every program hashes the
// same bytes. Pure; thread safe.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "core/result.hpp"

namespace icn::credentials::detail {

// Keeps the order of keys, for documents that are printed as they were given.
using Json = nlohmann::ordered_json;

inline constexpr std::size_t kDepthMax = 16;

// Errors: those of model::check_strict_json.
[[nodiscard]] Result<Json> parse_json(std::string_view what, std::string_view text, std::size_t bytes_max);
// RFC 8785. Errors: invalid_format (rule json_number: a number that a double does not hold exactly, so that programs
// would read different ones; rule json_text: text that is not UTF-8).
[[nodiscard]] Result<std::string> canonical(const Json& json);
// Empty if it is absent or not a text.
[[nodiscard]] std::optional<std::string> text_in(const Json& object, const std::string& name);
// A member that must be a text. Errors: invalid_format with the rule bad_credential.
[[nodiscard]] Result<std::string> text_member(const Json& object, const std::string& name);
// The milliseconds of "2026-07-01T12:00:00Z", with a fraction or an offset if there is one. Errors: invalid_format.
[[nodiscard]] Result<std::uint64_t> date_time_ms(std::string_view text);

}  // namespace icn::credentials::detail
