// Opening a store: what is on disk, checked, and the end of the log replayed into a table.
#pragma once
#include <map>
#include <memory>

#include "backends/detail/keyed_log/log.hpp"
#include "backends/detail/keyed_log/manifest.hpp"
#include "backends/detail/keyed_log/view.hpp"

namespace icn::backends::detail::keyed_log {

struct SegmentState {
  std::shared_ptr<Segment> segment;
  std::uint32_t end = 0;  // 0: the newest, which grows
  std::uint64_t dead_bytes = 0;
};

struct Recovered {
  Manifest manifest;
  std::map<std::uint32_t, SegmentState> segments;
  std::vector<std::shared_ptr<const Run>> runs;  // newest first
  std::shared_ptr<Memtable> table;               // what the runs do not have yet
  std::uint64_t number = 0;                      // of the newest version in the table
  std::uint64_t sequence = 0;
  Position end;
  std::uint32_t synced = kSegmentHeaderBytes;  // up to here the newest segment is known to be on the disk
};

// Opens the store in the folder, or makes an empty one in an empty folder. What a crash left unfinished is removed: the
// torn end of the log, and files that are no part of the store. On an error nothing is changed.
// Errors: corrupted (naming file and offset), unsupported_version, invalid_format (something else), storage.
[[nodiscard]] Result<Recovered> recover(const OwnedFolder& folder, Kind kind);

}  // namespace icn::backends::detail::keyed_log
