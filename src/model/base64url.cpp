#include "model/base64url.hpp"

#include <sodium.h>

#include "core/check.hpp"

namespace icn::model {
namespace {
constexpr int kVariant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
}

std::string to_base64url(ByteView bytes) {
  std::string text(sodium_base64_encoded_len(bytes.size(), kVariant), '\0');
  ICN_CHECK(sodium_bin2base64(text.data(), text.size(), bytes.data(), bytes.size(), kVariant) != nullptr);
  text.pop_back();  // the terminating zero
  return text;
}

Result<Bytes> from_base64url(std::string_view text) {
  Bytes bytes(text.size() * 3 / 4 + 1);
  std::size_t size = 0;
  const char* end = nullptr;
  if (sodium_base642bin(bytes.data(), bytes.size(), text.data(), text.size(), nullptr, &size, &end, kVariant) != 0 ||
      end != text.data() + text.size())
    return fail(ErrorCode::invalid_format, "not base64 in the URL alphabet without padding");
  bytes.resize(size);
  return bytes;
}

}  // namespace icn::model
