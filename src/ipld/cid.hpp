// CID: the name of a block by its content.
//
// Always CIDv1 with a sha2-256 multihash; text is multibase base32 lower ("b…"). Bytes are
// version ‖ codec ‖ hash code ‖ digest length ‖ digest, as unsigned varints (the multiformats specification).
#pragma once
#include <compare>
#include <cstdint>
#include <cstring>
#include <functional>
#include <string>
#include <string_view>

#include "ipld/sha256.hpp"

namespace icn::ipld {

enum class Codec : std::uint8_t { raw = 0x55, dag_pb = 0x70, dag_cbor = 0x71 };

class Cid {
 public:
  static constexpr std::size_t kByteLength = 36;

  // The CID of zero bytes as raw, so that a default value names a real block.
  Cid();
  constexpr Cid(Codec codec, const Digest& digest) : codec_(codec), digest_(digest) {}

  // The CID of `block` under `codec`; does not check whether the bytes follow the codec.
  [[nodiscard]] static Cid of(Codec codec, ByteView block);
  // Errors: invalid_format (text, base, version or length), unsupported (version 0, another codec or hash function; the
  // error names the CID).
  [[nodiscard]] static Result<Cid> parse(std::string_view text);
  [[nodiscard]] static Result<Cid> from_bytes(ByteView bytes);

  [[nodiscard]] std::string to_text() const;
  [[nodiscard]] std::array<std::uint8_t, kByteLength> to_bytes() const;
  [[nodiscard]] constexpr Codec codec() const { return codec_; }
  [[nodiscard]] constexpr const Digest& digest() const { return digest_; }

  friend constexpr bool operator==(const Cid&, const Cid&) = default;
  // By codec, then by digest as bytes.
  friend std::strong_ordering operator<=>(const Cid& a, const Cid& b) {
    if (a.codec_ != b.codec_) return a.codec_ <=> b.codec_;
    // std::array compares byte by byte; stores keep blocks in this order.
    return std::memcmp(a.digest_.data(), b.digest_.data(), a.digest_.size()) <=> 0;
  }

 private:
  Codec codec_;
  Digest digest_;
};

// Longer CIDs are refused, whatever their codec and hash.
inline constexpr std::size_t kForeignCidBytesMax = 128;
// The length of the CID at the start of `bytes`, of any version, codec and hash; it may exceed the size of `bytes`.
// Errors: invalid_format.
[[nodiscard]] Result<std::size_t> cid_length(ByteView bytes);

// Bytes with their CID. `of` computes it; the receiver of a block from outside verifies it (`holds`).
struct Block {
  Cid cid;
  Bytes bytes;

  [[nodiscard]] static Block of(Codec codec, Bytes bytes) {
    Cid cid = Cid::of(codec, bytes);
    return Block{cid, std::move(bytes)};
  }
  [[nodiscard]] bool holds() const { return Cid::of(cid.codec(), bytes) == cid; }
};

}  // namespace icn::ipld

template <>
struct std::hash<icn::ipld::Cid> {
  std::size_t operator()(const icn::ipld::Cid& cid) const {
    std::size_t value = 0;
    std::memcpy(&value, cid.digest().data(), sizeof value);
    return value;
  }
};
