// Inspects a RocksDB folder before it is opened for writing: opening repairs and deletes, so damaged or unrelated
// folders must be detected first.
//
// RocksDB replays its log up to the first record that it cannot read (its recovery mode kPointInTimeRecovery). The
// stamps show whether that was the unfinished end that a crash leaves, or promised data: their numbers are consecutive,
// and one that RocksDB did not reach may show that more was durable.
#pragma once
#include <rocksdb/db.h>

#include <memory>
#include <optional>
#include <string>

#include "backends/detail/store_stamp.hpp"

namespace icn::backends::detail {

struct RocksInspection {
  std::optional<StoreStamp> last;  // empty: no write yet
  bool is_made = false;            // the tables have content, so that a lost log is noticed
  bool is_closed = false;          // the tables hold everything, and the log only says so
};

// The caller holds the folder. Changes nothing. The log's content is durable on return: a killed process may have left
// it in the kernel's cache. Errors: corrupted, invalid_format (an unrelated folder), unsupported_version, storage.
[[nodiscard]] Result<RocksInspection> inspect_rocks_folder(const std::string& path, const StoreKind& kind);

// RocksDB's own activity log is not kept: failures are returned as errors.
[[nodiscard]] std::shared_ptr<rocksdb::Logger> make_silent_logger();

}  // namespace icn::backends::detail
