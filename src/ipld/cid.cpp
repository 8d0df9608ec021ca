#include "ipld/cid.hpp"

#include <algorithm>

#include "ipld/multibase.hpp"

namespace icn::ipld {
namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::uint8_t kSha256 = 0x12;
constexpr std::uint8_t kDigestLength = 32;

bool is_codec(std::uint64_t code) {
  return code == static_cast<std::uint64_t>(Codec::raw) || code == static_cast<std::uint64_t>(Codec::dag_pb) ||
         code == static_cast<std::uint64_t>(Codec::dag_cbor);
}

}  // namespace

Cid::Cid() : Cid(Codec::raw, sha256({})) {}

Cid Cid::of(Codec codec, ByteView block) { return Cid(codec, sha256(block)); }

Result<Cid> Cid::from_bytes(ByteView bytes) {
  ByteView rest = bytes;
  const std::uint64_t version = ICN_TRY(take_varint(rest));
  if (version != kVersion)
    return fail(ErrorCode::invalid_format, "CID: version " + std::to_string(version) + ", expected 1");
  const std::uint64_t codec = ICN_TRY(take_varint(rest));
  if (!is_codec(codec))
    return fail(ErrorCode::unsupported, "CID: codec " + std::to_string(codec) + " is none of raw, dag-pb, dag-cbor");
  const std::uint64_t hash = ICN_TRY(take_varint(rest));
  if (hash != kSha256)
    return fail(ErrorCode::unsupported, "CID: hash function " + std::to_string(hash) + " is not sha2-256");
  const std::uint64_t length = ICN_TRY(take_varint(rest));
  if (length != kDigestLength || rest.size() != kDigestLength) {
    return fail(ErrorCode::invalid_format, "CID: a sha2-256 digest has 32 bytes");
  }
  Digest digest;
  std::copy(rest.begin(), rest.end(), digest.begin());
  return Cid(static_cast<Codec>(codec), digest);
}

Result<Cid> Cid::parse(std::string_view text) {
  if (text.empty() || text.front() != 'b')
    return fail(ErrorCode::invalid_format, "CID: the text does not begin with 'b' (base32, lower case)");
  // 36 bytes are 58 characters of base32; anything longer is refused before it is decoded.
  if (text.size() > 80) return fail(ErrorCode::invalid_format, "CID: the text is too long");
  auto bytes = from_base32(text.substr(1));
  if (!bytes) return fail(within("CID", bytes.error()));
  return from_bytes(*bytes);
}

std::array<std::uint8_t, Cid::kByteLength> Cid::to_bytes() const {
  std::array<std::uint8_t, kByteLength> bytes{kVersion, static_cast<std::uint8_t>(codec_), kSha256, kDigestLength};
  std::copy(digest_.begin(), digest_.end(), bytes.begin() + 4);
  return bytes;
}

std::string Cid::to_text() const { return "b" + to_base32(to_bytes()); }

}  // namespace icn::ipld
