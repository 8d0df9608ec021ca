// What sort of store it is, and its sizes; tests choose small ones.
#pragma once
#include <cstddef>
#include <cstdint>

#include "backends/detail/keyed_log/log_format.hpp"

namespace icn::backends::detail::keyed_log {

enum class Index : std::uint8_t {
  ordered,  // a put replaces what the key had
  hashed    // a put of a key that is there changes nothing
};
enum class Publish : std::uint8_t {
  when_durable,  // each commit syncs; readers see it when it is on the disk
  at_once        // sync() makes durable; readers see a commit before
};

struct Settings {
  Kind kind{};
  Index index{};
  Publish publish{};
  // A segment ends at a sixteenth of the store's size, within these bounds: a small store keeps little that is dead, a
  // large one has few files.
  std::uint64_t segment_bytes_min = std::uint64_t{16} << 20;
  std::uint64_t segment_bytes_max = std::uint64_t{256} << 20;
  // The log's end that is not indexed yet is read at open. It is indexed when it reaches a quarter of the store, within
  // these bounds, or so many entries.
  std::uint64_t tail_bytes_min = std::uint64_t{32} << 20;
  std::uint64_t tail_bytes_max = std::uint64_t{64} << 20;
  std::uint64_t table_entries_max = std::uint64_t{1} << 17;
  // So many runs of a level become one of the next: more are less work, and more places to look into.
  std::size_t runs_per_level = 8;
};

}  // namespace icn::backends::detail::keyed_log
