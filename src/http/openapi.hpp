// The OpenAPI 3.1 description of the operations, derived from their table: docs/openapi.json.
#pragma once
#include <string>

namespace icn::http {

[[nodiscard]] std::string openapi_text();

}  // namespace icn::http
