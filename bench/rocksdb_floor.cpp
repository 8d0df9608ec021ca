// Raw RocksDB with the options of the backends (src/backends/detail/rocksdb/engine.cpp): the log on, synced with each
// batch.
#include <rocksdb/db.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/table.h>

#include "measure.hpp"
#include "storage_floors.hpp"

namespace icn::bench {
namespace {

constexpr std::size_t kSmoothWriting = std::size_t{1} << 20;
constexpr std::size_t kWriteBufferBytes = std::size_t{16} << 20;
constexpr double kFilterShareOfBuffer = 0.005;
constexpr std::size_t kCacheBytes = std::size_t{32} << 20;
constexpr std::uint64_t kLargeValueBytes = 4'096;
constexpr std::uint64_t kLargeValueFileBytes = std::uint64_t{64} << 20;

void must(const rocksdb::Status& status, const char* what) {
  if (!status.ok()) give_up(std::string("raw RocksDB: ") + what + ": " + status.ToString());
}

rocksdb::Slice slice_of(ByteView bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

class RawRocksdb : public StorageFloor {
 public:
  explicit RawRocksdb(const std::string& path) {
    rocksdb::Options options;
    options.create_if_missing = true;
    options.paranoid_checks = true;
    options.max_background_jobs = 2;
    options.max_open_files = 256;
    options.bytes_per_sync = options.wal_bytes_per_sync = kSmoothWriting;
    options.compression = rocksdb::kNoCompression;
    options.write_buffer_size = kWriteBufferBytes;
    options.max_write_buffer_number = 2;
    options.memtable_whole_key_filtering = true;
    options.memtable_prefix_bloom_size_ratio = kFilterShareOfBuffer;
    options.enable_blob_files = true;
    options.min_blob_size = kLargeValueBytes;
    options.blob_file_size = kLargeValueFileBytes;
    rocksdb::BlockBasedTableOptions table;
    table.block_cache = options.blob_cache = rocksdb::NewLRUCache(kCacheBytes, 1);
    table.cache_index_and_filter_blocks = true;
    table.pin_l0_filter_and_index_blocks_in_cache = true;
    table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
    table.format_version = 5;
    options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
    rocksdb::DB* opened = nullptr;
    must(rocksdb::DB::Open(options, path, &opened), "open");
    db_.reset(opened);
  }
  void add(ByteView key, ByteView value) override { must(batch_.Put(slice_of(key), slice_of(value)), "put"); }
  void sync() override {
    rocksdb::WriteOptions options;
    options.sync = true;
    must(db_->Write(options, &batch_), "write");
    batch_.Clear();
  }
  Bytes get(std::size_t, ByteView key) override {
    rocksdb::PinnableSlice value;
    must(db_->Get({}, db_->DefaultColumnFamily(), slice_of(key), &value), "get");
    const auto* data = reinterpret_cast<const std::uint8_t*>(value.data());
    return {data, data + value.size()};
  }

 private:
  std::unique_ptr<rocksdb::DB> db_;
  rocksdb::WriteBatch batch_;
};

}  // namespace

std::unique_ptr<StorageFloor> raw_rocksdb(const std::string& path) { return std::make_unique<RawRocksdb>(path); }

}  // namespace icn::bench
