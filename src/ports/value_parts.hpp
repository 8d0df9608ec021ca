// Values larger than a store takes, as rows of parts: key ‖ be64 number of the part. Pure functions; thread safe.
#pragma once
#include "ports/state_store.hpp"

namespace icn::ports {

inline constexpr std::size_t kPartBytes = 8 * 1024 * 1024;
static_assert(kPartBytes <= kStateValueBytesMax);

[[nodiscard]] inline Bytes part_key(ByteView key, std::uint64_t part) {
  Bytes of_part = copy_of(key);
  append_be64(of_part, part);
  return of_part;
}

[[nodiscard]] constexpr std::uint64_t parts_of(std::size_t bytes) { return (bytes + kPartBytes - 1) / kPartBytes; }

// Returns the number of parts.
inline std::uint64_t put_parts(ByteView key, ByteView value, Batch& batch) {
  std::uint64_t part = 0;
  for (std::size_t at = 0; at < value.size(); at += kPartBytes)
    batch.put(part_key(key, part++), copy_of(value.subspan(at, std::min(kPartBytes, value.size() - at))));
  return part;
}

inline void erase_parts(ByteView key, std::uint64_t parts, Batch& batch) {
  for (std::uint64_t part = 0; part < parts; ++part) batch.erase(part_key(key, part));
}

// The value of `parts` parts. Errors: storage.
[[nodiscard]] inline Result<Bytes> join_parts(const StateReader& store, ByteView key, std::uint64_t parts) {
  Bytes value;
  ICN_TRY(store.scan(part_key(key, 0), part_key(key, parts), [&](ByteView, ByteView part) {
    append(value, part);
    return true;
  }));
  return value;
}

// A value that is kept under a prefix and a number.
struct StoredParts {
  std::uint64_t number = 0;
  std::uint64_t parts = 0;
};
// Those under prefix ‖ be64 number ‖ be64 part, ascending; other rows of the prefix are left out. Errors: storage.
[[nodiscard]] inline Result<std::vector<StoredParts>> list_parts(const StateReader& store, ByteView prefix,
                                                                 ByteView end) {
  std::vector<StoredParts> found;
  ICN_TRY(store.scan(prefix, end, [&](ByteView key, ByteView) {
    if (key.size() != prefix.size() + 16) return true;
    const std::uint64_t number = read_be64(key.data() + prefix.size());
    if (found.empty() || found.back().number != number) found.push_back({number, 0});
    ++found.back().parts;
    return true;
  }));
  return found;
}

}  // namespace icn::ports
