#include "model/did.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "ipld/multibase.hpp"

namespace icn::model {
namespace {

constexpr std::string_view kPrefix = "did:key:z";
// Multicodec ed25519-pub as an unsigned varint.
constexpr std::array<std::uint8_t, 2> kEd25519{0xed, 0x01};

}  // namespace

Result<Did> Did::parse(std::string_view text) {
  const auto bad = [&](std::string_view why) {
    return fail(ErrorCode::invalid_argument, fmt::format("'{}' is not a DID: {}", text.substr(0, 100), why));
  };
  if (!text.starts_with("did:")) return bad("it does not begin with 'did:'");
  if (!text.starts_with(kPrefix)) return bad("only did:key with base58 ('did:key:z…') is supported");
  auto bytes = ipld::from_base58(text.substr(kPrefix.size()));
  if (!bytes) return bad(bytes.error().detail);
  if (bytes->size() != kEd25519.size() + 32 || !std::equal(kEd25519.begin(), kEd25519.end(), bytes->begin())) {
    return bad("its key is not a 32-byte Ed25519 key");
  }
  PublicKey key;
  std::copy(bytes->begin() + kEd25519.size(), bytes->end(), key.begin());
  return Did(key);
}

std::string Did::to_text() const {
  Bytes bytes(kEd25519.begin(), kEd25519.end());
  append(bytes, key_);
  return std::string(kPrefix) + ipld::to_base58(bytes);
}

std::string Did::to_short_text() const { return to_text().substr(0, 20) + "…"; }

}  // namespace icn::model
