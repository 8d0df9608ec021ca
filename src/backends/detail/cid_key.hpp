// A block's key in an ordered table of blocks: 33 bytes that sort as Cid's order does (codec, then digest).
#pragma once
#include <array>
#include <string_view>

#include "ipld/cid.hpp"

namespace icn::backends::detail {

inline constexpr std::size_t kCidKeyBytes = 33;
using CidKey = std::array<std::uint8_t, kCidKeyBytes>;

[[nodiscard]] inline CidKey key_of(const ipld::Cid& cid) {
  CidKey key;
  key[0] = static_cast<std::uint8_t>(cid.codec());
  std::memcpy(key.data() + 1, cid.digest().data(), 32);
  return key;
}

// `store` names the store in the error. Errors: corrupted (not a key that key_of() makes).
[[nodiscard]] inline Result<ipld::Cid> cid_of(ByteView key, std::string_view store) {
  const std::uint8_t codec = key.size() == kCidKeyBytes ? key[0] : 0;
  if (codec != 0x55 && codec != 0x70 && codec != 0x71)
    return fail(ErrorCode::corrupted, std::string(store) + " holds a key that is not a CID");
  ipld::Digest digest;
  std::memcpy(digest.data(), key.data() + 1, 32);
  return ipld::Cid(static_cast<ipld::Codec>(codec), digest);
}

}  // namespace icn::backends::detail
