// The check stored with each pair: databases detect damage only to their own structure, not to their content.
#pragma once
#include <string_view>

#include "ipld/sha256.hpp"
#include "ports/state_store.hpp"

namespace icn::backends::detail {

// 63 bits of SHA-256 over key length, key and value: against damage, not against an adversary. The key has 1 to 256
// bytes.
[[nodiscard]] inline std::uint64_t pair_sum(ipld::Sha256& hasher, ByteView key, ByteView value) {
  const auto length = static_cast<std::uint8_t>(key.size() - 1);
  hasher.update({&length, 1});
  hasher.update(key);
  hasher.update(value);
  return read_be64(hasher.finish().data()) >> 1;
}

// `store` names the store in the error. Errors: corrupted (`sum` does not match key and value).
[[nodiscard]] inline Result<void> check_pair(ipld::Sha256& hasher, ByteView key, ByteView value, std::uint64_t sum,
                                             std::string_view store) {
  if (!key.empty() && key.size() <= ports::kStateKeyBytesMax && pair_sum(hasher, key, value) == sum) return {};
  return fail(ErrorCode::corrupted, std::string(store) + ": the pair under the key " + to_hex(key) +
                                        " is damaged (its check differs); restore the store from a backup");
}

}  // namespace icn::backends::detail
