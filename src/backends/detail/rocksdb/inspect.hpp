// A RocksDB folder looked at before it is opened for writing: opening repairs and deletes, so what is damaged or not
// ours must be known first.
//
// RocksDB replays its log up to the first record that it cannot read (its recovery mode kPointInTimeRecovery). The
// stamps say whether that was the unfinished end that a crash leaves, or something that was promised: their numbers
// follow each other without a gap, and one that RocksDB did not reach may say that more was durable.
#pragma once
#include <rocksdb/db.h>

#include <memory>
#include <optional>
#include <string>

#include "backends/detail/store_stamp.hpp"

namespace icn::backends::detail {

struct RocksInspection {
  std::optional<StoreStamp> last;  // nothing: no write yet
  bool is_made = false;            // the tables hold something, so that a log that is lost is missed
  bool is_closed = false;          // the tables hold all of it, the log only says so
};

// The folder is held by the caller. Changes nothing. What the log holds is durable on return: a process that was killed
// may have left it to the kernel. Errors: corrupted, invalid_format (a folder of something else), unsupported_version,
// storage.
[[nodiscard]] Result<RocksInspection> inspect_rocks_folder(const std::string& path, const StoreKind& kind);

// RocksDB's own log of what it does is not kept: failures come back as errors.
[[nodiscard]] std::shared_ptr<rocksdb::Logger> make_silent_logger();

}  // namespace icn::backends::detail
