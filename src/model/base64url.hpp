// Base64 in the URL alphabet without padding (RFC 4648 §5), strict: one text for one value.
#pragma once
#include <string>
#include <string_view>

#include "core/bytes.hpp"

namespace icn::model {

[[nodiscard]] std::string to_base64url(ByteView bytes);
// Errors: invalid_format (padding, another alphabet, left-over non-zero bits).
[[nodiscard]] Result<Bytes> from_base64url(std::string_view text);

}  // namespace icn::model
