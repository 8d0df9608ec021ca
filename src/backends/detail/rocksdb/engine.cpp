#include "backends/detail/rocksdb/engine.hpp"

#include <rocksdb/filter_policy.h>
#include <rocksdb/slice_transform.h>
#include <rocksdb/table.h>
#include <rocksdb/utilities/table_properties_collectors.h>

#include "ipld/sha256.hpp"

namespace icn::backends::detail {
namespace {

constexpr std::size_t kSmoothWriting = std::size_t{1} << 20;  // so that a sync has little left to write
constexpr std::size_t kManifestBytes = std::size_t{16} << 20;
constexpr int kCacheShardBits = 1;
constexpr double kFilterShareOfBuffer = 0.005;  // a byte for every 200: 10 bits a key when pairs have 250 bytes
constexpr std::size_t kBatchBytesKept = std::size_t{4} << 20;
constexpr std::uint64_t kLargeValueFileBytes = std::uint64_t{64} << 20;
// Tolerated space of erased values, and how the rest is freed: collecting the oldest quarter of the files four times
// needs a quarter of the space that one pass would.
constexpr std::uint64_t kGarbageBytes = std::uint64_t{64} << 20;
constexpr double kCollectShare = 0.25;
constexpr int kCollectRounds = 4;
constexpr std::size_t kDeletionWindow = 4'096;

rocksdb::DBOptions database_options() {
  rocksdb::DBOptions options;
  options.create_if_missing = true;
  options.create_missing_column_families = true;
  options.paranoid_checks = true;
  // inspect_rocks_folder() has checked that whatever this drops was never promised.
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
  options.avoid_flush_during_recovery = true;  // read-only commands write no table
  options.atomic_flush = true;                 // the tables hold the same writes
  // A failure lasts until the store is reopened: what reached the disk is unknown.
  options.max_bgerror_resume_count = 0;
  options.info_log = make_silent_logger();
  options.stats_dump_period_sec = 0;
  options.stats_persist_period_sec = 0;
  options.max_background_jobs = 2;
  options.max_open_files = 256;
  options.max_manifest_file_size = kManifestBytes;
  options.bytes_per_sync = kSmoothWriting;
  options.wal_bytes_per_sync = kSmoothWriting;
  return options;
}

rocksdb::ColumnFamilyOptions family_options(const RocksOptions& options, const std::shared_ptr<rocksdb::Cache>& cache) {
  rocksdb::ColumnFamilyOptions family;
  family.compression = rocksdb::kNoCompression;
  family.write_buffer_size = options.write_buffer_bytes;
  family.max_write_buffer_number = 2;
  // Most keys looked up before a write are new: the filter avoids a search of the recent writes.
  family.memtable_whole_key_filtering = true;
  family.memtable_prefix_bloom_size_ratio = kFilterShareOfBuffer;
  // The search for a key's place begins at the last one with the same first byte: blocks come sorted, and other keys
  // lose nothing.
  family.memtable_insert_with_hint_prefix_extractor.reset(rocksdb::NewFixedPrefixTransform(1));
  // Tables with many erasures are compacted early, so that scans do not read through erased entries.
  family.table_properties_collector_factories.push_back(
      rocksdb::NewCompactOnDeletionCollectorFactory(kDeletionWindow, kDeletionWindow / 2));
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = cache;
  table.cache_index_and_filter_blocks = true;
  table.pin_l0_filter_and_index_blocks_in_cache = true;  // of the few newest files, which every lookup reads
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  table.format_version = 5;
  family.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return family;
}

}  // namespace

tl::unexpected<Error> rocks_error(const rocksdb::Status& status, const std::string& what) {
  const std::string detail = what + ": " + status.ToString();
  if (status.IsCorruption()) return fail(ErrorCode::corrupted, detail + "; restore the store from a backup");
  if (status.IsInvalidArgument()) return fail(ErrorCode::invalid_format, detail + "; nothing was changed");
  if (status.IsNotSupported()) {
    return fail(ErrorCode::unsupported_version,
                detail + "; nothing was changed. Open it with the release that wrote it");
  }
  if (status.IsNoSpace()) return fail(ErrorCode::storage, detail + "; the disk is full: free space and start again");
  const bool denied = detail.find("Permission denied") != std::string::npos ||
                      detail.find("Read-only file system") != std::string::npos;
  return fail(ErrorCode::storage, denied ? detail + "; check the folder's permissions" : detail);
}

RocksDatabase::RocksDatabase(disk::FolderLock lock, std::string path, const RocksOptions& options)
    : lock_(std::move(lock)), path_(std::move(path)), kind_(options.kind) {}

Result<std::unique_ptr<RocksDatabase>> RocksDatabase::open(const std::string& path, const RocksOptions& options) {
  disk::FolderLock lock = ICN_TRY(disk::FolderLock::take(path));
  std::unique_ptr<RocksDatabase> database(new RocksDatabase(std::move(lock), path, options));
  const RocksInspection found = ICN_TRY(inspect_rocks_folder(path, options.kind));
  ICN_TRY(database->open_database(options));
  Lock guard(database->mutex);
  if (found.last) {
    ICN_TRY(database->go_on(found));
  } else {
    ICN_TRY(database->begin());
  }
  if (found.is_made) return database;
  const rocksdb::Status status = database->db().Flush(rocksdb::FlushOptions(), database->handles_);
  if (!status.ok()) return rocks_error(status, "make " + path);
  return database;
}

Result<void> RocksDatabase::begin() {
  std::string identity;
  const rocksdb::Status status = db_->GetDbIdentity(identity);
  if (!status.ok()) return rocks_error(status, "read the identity of " + path_);
  stamp_ = StoreStamp{.magic = kind_.magic, .version = kind_.version};
  stamp_.folder = read_be64(ipld::sha256(view_of(identity)).data());
  return write(Sync::now, 0, 0, [](rocksdb::WriteBatch&) {});
}

Result<void> RocksDatabase::go_on(const RocksInspection& found) {
  stamp_ = ICN_TRY(stamp_of(nullptr));
  is_closed_ = found.is_closed;
  if (stamp_.write == found.last->write) {
    stamp_.durable = stamp_.write;
    return {};
  }
  failed_ = true;
  return fail(ErrorCode::corrupted, path_ + " ended with write " + std::to_string(found.last->write) +
                                        " and opened with write " + std::to_string(stamp_.write) +
                                        "; restore the store from a backup");
}

Result<void> RocksDatabase::open_database(const RocksOptions& options) {
  // Few shards, so that a block of 2 MiB fits into one.
  const std::shared_ptr<rocksdb::Cache> cache = rocksdb::NewLRUCache(options.cache_bytes, kCacheShardBits);
  const rocksdb::ColumnFamilyOptions family = family_options(options, cache);
  std::vector<rocksdb::ColumnFamilyDescriptor> families{{rocksdb::kDefaultColumnFamilyName, family}};
  for (const RocksTable& table : options.tables) {
    families.emplace_back(table.name, family);
    families.back().options.enable_blob_files = true;
    families.back().options.min_blob_size = table.large_from_bytes;
    families.back().options.blob_file_size = kLargeValueFileBytes;
    families.back().options.blob_cache = cache;
  }
  rocksdb::DB* opened = nullptr;
  const rocksdb::Status status = rocksdb::DB::Open(database_options(), path_, families, &handles_, &opened);
  if (!status.ok()) return rocks_error(status, "open " + path_);
  db_.reset(opened);
  return {};
}

RocksDatabase::~RocksDatabase() {
  if (!db_) return;
  close_cleanly();
  for (rocksdb::ColumnFamilyHandle* handle : handles_) static_cast<void>(db_->DestroyColumnFamilyHandle(handle).ok());
}

// Writes to the log how much of it is durable, so that damage there is not taken for the unfinished end that a crash
// leaves. Losing this mark is harmless: the data it describes is already durable. If it fails, RocksDB accepts nothing
// more, and must not be asked to sync.
void RocksDatabase::mark_durable(std::uint64_t up_to) {
  stamp_.durable = std::max(stamp_.durable, up_to);
  if (!db_->Put(rocksdb::WriteOptions(), rocksdb::Slice(), slice_of(stamp_.encode())).ok()) failed_ = true;
}

// After this the tables hold everything, and the log a mark that says so.
void RocksDatabase::close_cleanly() {
  Lock lock(mutex);
  if (failed_ || is_closed_) return;
  if (!db_->Flush(rocksdb::FlushOptions(), handles_).ok()) return;
  mark_durable(stamp_.write);
  if (!failed_) static_cast<void>(db_->SyncWAL().ok());
}

Result<void> RocksDatabase::refuse_when_failed() const {
  if (failed_) return fail(ErrorCode::storage, path_ + ": an earlier write failed; the process must end");
  return {};
}

Result<StoreStamp> RocksDatabase::stamp_of(const rocksdb::Snapshot* snapshot) const {
  rocksdb::ReadOptions options;
  options.snapshot = snapshot;
  rocksdb::PinnableSlice value;
  const rocksdb::Status got = db_->Get(options, main(), rocksdb::Slice(), &value);
  if (got.IsNotFound()) return fail(ErrorCode::corrupted, path_ + " has lost its stamp; restore it from a backup");
  if (!got.ok()) return rocks_error(got, "read " + path_);
  return StoreStamp::decode(view_of_slice(value), kind_, path_);
}

Result<void> RocksDatabase::write(Sync sync, std::uint64_t first, std::uint64_t second,
                                  const std::function<void(rocksdb::WriteBatch&)>& fill) {
  ICN_TRY(refuse_when_failed());
  StoreStamp next = stamp_;
  ++next.write;
  next.first = first;
  next.second = second;
  batch_.Clear();
  rocksdb::Status status = batch_.Put(rocksdb::Slice(), slice_of(next.encode()));
  fill(batch_);
  rocksdb::WriteOptions options;
  options.sync = sync == Sync::now;
  if (status.ok()) status = db_->Write(options, &batch_);
  // Otherwise its memory serves the next write: allocating and freeing a mebibyte costs as much as filling it.
  if (batch_.GetDataSize() > kBatchBytesKept) batch_ = rocksdb::WriteBatch();
  if (!status.ok()) {
    failed_ = true;
    return rocks_error(status, "write to " + path_);
  }
  stamp_ = next;
  is_closed_ = false;
  if (sync == Sync::now) mark_durable(stamp_.write);
  return {};
}

Result<void> RocksDatabase::flush() {
  std::uint64_t written = 0;
  {
    Lock lock(mutex);
    ICN_TRY(refuse_when_failed());
    if (stamp_.durable == stamp_.write) return {};
    written = stamp_.write;
  }
  const rocksdb::Status status = db_->SyncWAL();
  Lock lock(mutex);
  if (!status.ok()) {
    failed_ = true;
    return rocks_error(status, "sync " + path_);
  }
  // One that failed meanwhile may be among these.
  ICN_TRY(refuse_when_failed());
  mark_durable(written);
  return {};
}

std::uint64_t RocksDatabase::large_value_bytes(std::size_t table_place) const {
  std::uint64_t bytes = 0;
  const bool known = db_->GetIntProperty(table(table_place), rocksdb::DB::Properties::kLiveBlobFileSize, &bytes);
  return known ? bytes : 0;
}

Result<void> RocksDatabase::collect(std::size_t table_place, std::uint64_t live_bytes) {
  Lock collecting(collecting_);
  const std::uint64_t most = live_bytes + std::max(live_bytes / 2, kGarbageBytes);
  if (large_value_bytes(table_place) <= std::max(most, collect_above_)) return {};
  rocksdb::CompactRangeOptions options;
  options.exclusive_manual_compaction = false;
  options.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForce;
  options.blob_garbage_collection_policy = rocksdb::BlobGarbageCollectionPolicy::kForce;
  options.blob_garbage_collection_age_cutoff = kCollectShare;
  for (int round = 0; round < kCollectRounds; ++round) {
    const rocksdb::Status status = db_->CompactRange(options, table(table_place), nullptr, nullptr);
    if (status.ok()) continue;
    Lock lock(mutex);
    failed_ = true;
    return rocks_error(status, "free the space of erased blocks of " + path_);
  }
  // A snapshot or a scan still in use keeps files: avoid a futile retry.
  collect_above_ = large_value_bytes(table_place) + kGarbageBytes;
  return {};
}

}  // namespace icn::backends::detail
