// The part of RocksDB that both stores need: a folder inspected and opened consistently, and numbered, atomic writes.
//
// Writes go through the write-ahead log, one at a time, under `mutex`; each begins with a StoreStamp under the empty
// key, which no store uses otherwise. Reading needs no lock.
#pragma once
#include <rocksdb/db.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "backends/detail/rocksdb/inspect.hpp"
#include "core/mutex.hpp"
#include "disk/lock.hpp"

namespace icn::backends::detail {

// A table (column family) next to the default one. Large values are in separate files and are not rewritten when the
// table is compacted.
struct RocksTable {
  std::string name;
  std::uint64_t large_from_bytes = 0;
};

struct RocksOptions {
  StoreKind kind;
  std::vector<RocksTable> tables;
  std::size_t write_buffer_bytes = 0;  // of each of two buffers for writes not yet in a table file
  std::size_t cache_bytes = 0;         // blocks of table files, their indexes and filters
};

// `what` names the store and the operation.
[[nodiscard]] tl::unexpected<Error> rocks_error(const rocksdb::Status& status, const std::string& what);

[[nodiscard]] inline rocksdb::Slice slice_of(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
[[nodiscard]] inline ByteView view_of_slice(const rocksdb::Slice& slice) {
  return {reinterpret_cast<const std::uint8_t*>(slice.data()), slice.size()};
}

class RocksDatabase {
 public:
  // Opens or creates the folder. What a crash left unfinished is dropped; damage is an error and changes nothing.
  // Errors: busy, corrupted, invalid_format (an unrelated folder), unsupported_version, storage.
  [[nodiscard]] static Result<std::unique_ptr<RocksDatabase>> open(const std::string& path,
                                                                   const RocksOptions& options);
  ~RocksDatabase();
  RocksDatabase(const RocksDatabase&) = delete;
  RocksDatabase& operator=(const RocksDatabase&) = delete;

  [[nodiscard]] rocksdb::DB& db() const { return *db_; }
  [[nodiscard]] rocksdb::ColumnFamilyHandle* main() const { return db_->DefaultColumnFamily(); }
  // By their position in RocksOptions::tables.
  [[nodiscard]] rocksdb::ColumnFamilyHandle* table(std::size_t place) const { return handles_[place + 1]; }
  [[nodiscard]] const std::string& path() const { return path_; }

  mutable Mutex mutex;

  // The last stamp written.
  [[nodiscard]] const StoreStamp& stamp() const ICN_REQUIRES(mutex) { return stamp_; }
  // The stamp in `snapshot` (null: now). Errors: corrupted, storage.
  [[nodiscard]] Result<StoreStamp> stamp_of(const rocksdb::Snapshot* snapshot) const;

  // Errors: storage (an earlier write failed: what reached the disk is unknown, and nothing more is written).
  [[nodiscard]] Result<void> refuse_when_failed() const ICN_REQUIRES(mutex);

  enum class Sync : std::uint8_t { now, later };
  // One atomic write: what `fill` puts into the batch, and a stamp with `first` and `second`; durable on return with
  // Sync::now. After a failure every later one is refused. Errors: storage.
  [[nodiscard]] Result<void> write(Sync sync, std::uint64_t first, std::uint64_t second,
                                   const std::function<void(rocksdb::WriteBatch&)>& fill) ICN_REQUIRES(mutex);
  // All writes that returned before are durable when this returns. Others may write meanwhile. Errors: as write().
  [[nodiscard]] Result<void> flush() ICN_EXCLUDES(mutex);

  // Frees the space of erased large values once it exceeds both half of `live_bytes` and 64 MiB; takes as long as
  // writing the live ones again, and temporarily up to a quarter of their space. Others may read and write. Errors: as
  // write().
  [[nodiscard]] Result<void> collect(std::size_t table_place, std::uint64_t live_bytes) ICN_EXCLUDES(mutex);

 private:
  RocksDatabase(disk::FolderLock lock, std::string path, const RocksOptions& options);
  [[nodiscard]] Result<void> open_database(const RocksOptions& options);
  // The first write of a folder; it continues from an inspection's result.
  [[nodiscard]] Result<void> begin() ICN_REQUIRES(mutex);
  [[nodiscard]] Result<void> go_on(const RocksInspection& found) ICN_REQUIRES(mutex);
  [[nodiscard]] std::uint64_t large_value_bytes(std::size_t table_place) const;
  void mark_durable(std::uint64_t up_to) ICN_REQUIRES(mutex);
  void close_cleanly();

  const disk::FolderLock lock_;
  const std::string path_;
  const StoreKind kind_;
  std::unique_ptr<rocksdb::DB> db_;
  std::vector<rocksdb::ColumnFamilyHandle*> handles_;
  rocksdb::WriteBatch batch_ ICN_GUARDED_BY(mutex);
  StoreStamp stamp_ ICN_GUARDED_BY(mutex);
  bool is_closed_ ICN_GUARDED_BY(mutex) = false;  // the tables hold everything, and the log only says so
  bool failed_ ICN_GUARDED_BY(mutex) = false;
  Mutex collecting_;
  std::uint64_t collect_above_ ICN_GUARDED_BY(collecting_) = 0;  // threshold after a collection that could not free all
};

}  // namespace icn::backends::detail
