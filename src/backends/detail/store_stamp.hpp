// The stamp that every write to our folders carries in the same atomic batch: RocksDB (under the empty key), sled.
//
// Engines silently drop the end of their log from the first unreadable record on: correct for what a crash left
// unfinished, wrong for what was promised. Stamps distinguish the two (detail/rocksdb/inspect.hpp,
// detail/sled/engine.hpp).
#pragma once
#include <string_view>

#include "core/bytes.hpp"

namespace icn::backends::detail {

// What a folder contains, and its version.
struct StoreKind {
  std::string_view name;  // "state_store"
  std::uint32_t magic = 0;
  std::uint32_t version = 0;
};

struct StoreStamp {
  static constexpr std::size_t kBytes = 48;
  static constexpr std::size_t kKindBytes = 8;   // magic, version
  static constexpr std::size_t kHeadBytes = 16;  // magic, version, folder: the same in all stamps of one folder

  std::uint32_t magic = 0;
  std::uint32_t version = 0;
  std::uint64_t folder = 0;   // random, so that no stored value can be mistaken for a stamp
  std::uint64_t write = 0;    // counts the writes from 1; a repeated number marks a stamp without a write
  std::uint64_t durable = 0;  // the writes up to this one were durable before this one began
  std::uint64_t first = 0;    // depends on the store: the sequence, or the number of blocks
  std::uint64_t second = 0;   // the bytes of the blocks

  [[nodiscard]] Bytes encode() const;
  // Errors: invalid_format (not of `kind`), unsupported_version, corrupted. `path` names the store.
  [[nodiscard]] static Result<StoreStamp> decode(ByteView bytes, const StoreKind& kind, std::string_view path);
};

}  // namespace icn::backends::detail
