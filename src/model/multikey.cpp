#include "model/multikey.hpp"

#include <sodium.h>

#include <algorithm>
#include <array>

#include "ipld/multibase.hpp"
#include "model/base64url.hpp"

namespace icn::model {
namespace {

constexpr std::uint64_t kEd25519Codec = 0xed;
constexpr std::uint64_t kX25519Codec = 0xec;

constexpr std::uint64_t codec_of(KeyKind kind) { return kind == KeyKind::ed25519 ? kEd25519Codec : kX25519Codec; }

tl::unexpected<Error> bad_key(std::string why) {
  return refuse(ErrorCode::invalid_format, "bad_key", "Not a public key: " + std::move(why));
}

Result<Bytes> decode_multibase(std::string_view text) {
  if (text.empty()) return bad_key("the text is empty");
  Result<Bytes> bytes = text.front() == 'z' ? ipld::from_base58(text.substr(1))
                        : text.front() == 'u'
                            ? from_base64url(text.substr(1))
                            : fail(ErrorCode::invalid_format, "neither base58 ('z') nor base64 ('u')");
  if (!bytes) return bad_key(bytes.error().detail);
  return bytes;
}

}  // namespace

std::string to_multibase(const Multikey& key) {
  Bytes bytes;
  ipld::append_varint(bytes, codec_of(key.kind));
  append(bytes, key.key);
  return "z" + ipld::to_base58(bytes);
}

Result<Multikey> parse_multikey(std::string_view text) {
  const Bytes bytes = ICN_TRY(decode_multibase(text));
  ByteView rest = bytes;
  const auto codec = ipld::take_varint(rest);
  if (!codec) return bad_key(codec.error().detail);
  if (*codec != kEd25519Codec && *codec != kX25519Codec) {
    return refuse(ErrorCode::unsupported, "key_kind",
                  "The key is of kind " + std::to_string(*codec) + "; only Ed25519 and X25519 keys are supported");
  }
  Multikey key{*codec == kEd25519Codec ? KeyKind::ed25519 : KeyKind::x25519, {}};
  if (rest.size() != key.key.size()) return bad_key("it has " + std::to_string(rest.size()) + " bytes, not 32");
  std::copy(rest.begin(), rest.end(), key.key.begin());
  ICN_TRY(check_key(key));
  return key;
}

Result<void> check_key(const Multikey& key) {
  if (key.kind == KeyKind::ed25519) {
    if (crypto_core_ed25519_is_valid_point(key.key.data()) == 1) return {};
    return bad_key("its bytes are not a point of Ed25519's group");
  }
  // The product with any scalar of the clamped form is zero for a point of small order, and libsodium refuses zero.
  constexpr PublicKey scalar{1};
  PublicKey product;
  if (crypto_scalarmult(product.data(), scalar.data(), key.key.data()) == 0) return {};
  return bad_key("its bytes are a point of small order of X25519");
}

Result<Multikey> agreement_key(const PublicKey& ed25519) {
  ICN_TRY(check_key({KeyKind::ed25519, ed25519}));
  Multikey key{KeyKind::x25519, {}};
  if (crypto_sign_ed25519_pk_to_curve25519(key.key.data(), ed25519.data()) != 0)
    return bad_key("its bytes are not a point of Ed25519's group");
  return key;
}

}  // namespace icn::model
