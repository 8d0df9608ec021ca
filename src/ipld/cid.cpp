#include "ipld/cid.hpp"

#include <fmt/core.h>

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

// CIDv0 is a bare sha2-256 multihash; its codec is dag-pb by convention.
bool is_version_0(ByteView bytes) { return bytes.size() >= 2 && bytes[0] == kSha256 && bytes[1] == kDigestLength; }

// The usual text form of these bytes.
std::string name_of(ByteView bytes) {
  if (bytes.size() > kForeignCidBytesMax) return fmt::format("of {} bytes", bytes.size());
  return is_version_0(bytes) ? to_base58(bytes) : "b" + to_base32(bytes);
}

std::string same_in_version_1(ByteView version_0) {
  Digest digest;
  std::copy_n(version_0.begin() + 2, digest.size(), digest.begin());
  return Cid(Codec::dag_pb, digest).to_text();
}

// SHA-256 of zero bytes (FIPS 180-4).
constexpr Digest kDigestOfNothing{0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4,
                                  0xc8, 0x99, 0x6f, 0xb9, 0x24, 0x27, 0xae, 0x41, 0xe4, 0x64, 0x9b,
                                  0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52, 0xb8, 0x55};

}  // namespace

Result<std::size_t> cid_length(ByteView bytes) {
  if (is_version_0(bytes)) return std::size_t{2 + kDigestLength};
  ByteView rest = bytes;
  for (int field = 0; field < 3; ++field) ICN_TRY(take_varint(rest));  // version, codec, hash function
  const std::uint64_t digest = ICN_TRY(take_varint(rest));
  const std::size_t head = bytes.size() - rest.size();
  if (digest > kForeignCidBytesMax - head)
    return fail(ErrorCode::invalid_format, "CID: a digest too long for any hash");
  return head + static_cast<std::size_t>(digest);
}

// Not computed at each construction: records have many links that are filled in later.
Cid::Cid() : Cid(Codec::raw, kDigestOfNothing) {}

Cid Cid::of(Codec codec, ByteView block) { return Cid(codec, sha256(block)); }

Result<Cid> Cid::from_bytes(ByteView bytes) {
  const auto unsupported = [&](const std::string& why) {
    return fail(ErrorCode::unsupported, "CID " + name_of(bytes) + ": " + why);
  };
  if (is_version_0(bytes) && bytes.size() == 2 + kDigestLength) {
    return refuse(
        ErrorCode::unsupported, "cid_version_0",
        "CID " + name_of(bytes) + ": version 0; only version 1 is supported, where it is " + same_in_version_1(bytes));
  }
  ByteView rest = bytes;
  const std::uint64_t version = ICN_TRY(take_varint(rest));
  if (version != kVersion) return fail(ErrorCode::invalid_format, fmt::format("CID: version {}, expected 1", version));
  const std::uint64_t codec = ICN_TRY(take_varint(rest));
  if (!is_codec(codec)) return unsupported(fmt::format("codec {} is none of raw, dag-pb and dag-cbor", codec));
  const std::uint64_t hash = ICN_TRY(take_varint(rest));
  if (hash != kSha256) return unsupported(fmt::format("hash function {} is not sha2-256", hash));
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
