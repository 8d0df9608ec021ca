// From a target to the row of the operations table, and from path, query and body to the row's request. Constant after
// construction and thread safe; never runs an operation.
#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/operations.hpp"

namespace icn::http {

inline constexpr std::size_t kJsonDepthMax = 64;

// A target in its parts, percent-decoded.
struct Target {
  std::vector<std::string> segments;  // of "/v1/jobs": "v1", "jobs"
  std::vector<std::pair<std::string, std::string>> query;
};
// Errors: invalid_format (rule "target": an escape that is not two hexadecimal digits or encodes NUL).
[[nodiscard]] Result<Target> parse_target(std::string_view target);

// The row that serves a target.
struct Match {
  const api::Operation* row = nullptr;                           // null: none with this method
  std::vector<std::pair<std::string_view, std::string>> fields;  // from the path
  std::vector<std::string_view> methods;                         // that the path has; empty: no such path
};
// HEAD finds the row of GET.
// Of the bytes of a row with Streams::out.
[[nodiscard]] std::string content_type_of(const api::Operation& row);
inline constexpr std::string_view kEventsType = "text/event-stream";
[[nodiscard]] Match find_route(const Target& target, std::string_view method);

// Builds the request of a row: fields of the path, then of the query, then of the JSON in the body, if the row takes
// one. A query value becomes a number, a truth value, a list or an object as the row's schema says. Errors:
// invalid_argument (repeated_field), invalid_format (the body is not JSON, or nested deeper than kJsonDepthMax).
[[nodiscard]] Result<api::Json> build_request(const Match& match, const Target& target, std::string_view body);

}  // namespace icn::http
