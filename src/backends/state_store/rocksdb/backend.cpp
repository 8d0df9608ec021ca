// State in a RocksDB folder, production grade.
//
// A commit is one write batch, durable when it returns: the pairs of all batches, and the sequence in the batch's stamp
// (detail/rocksdb/engine.hpp). The stamp uses the empty key, which no pair can have.
#include <atomic>

#include "backends/detail/rocksdb/engine.hpp"
#include "backends/state_store/rocksdb/descriptor.hpp"
#include "ports/factories.hpp"

namespace icn::backends::state_store::rocksdb {
namespace {

using detail::rocks_error;
using detail::RocksDatabase;
using detail::slice_of;
using detail::view_of_slice;

const detail::RocksOptions kOptions{
    .kind = {"state_store", 0x49434e53 /* "ICNS" */, 1},
    .tables = {},
    .write_buffer_bytes = std::size_t{16} << 20,
    .cache_bytes = std::size_t{16} << 20,
};

using Visit = std::function<bool(ByteView key, ByteView value)>;

// As of `snapshot`; null: as of now.
Result<std::optional<Bytes>> get_pair(const RocksDatabase& database, const ::rocksdb::Snapshot* snapshot,
                                      ByteView key) {
  if (key.empty()) return std::optional<Bytes>();
  ::rocksdb::ReadOptions options;
  options.snapshot = snapshot;
  ::rocksdb::PinnableSlice value;
  const ::rocksdb::Status got = database.db().Get(options, database.main(), slice_of(key), &value);
  if (got.IsNotFound()) return std::optional<Bytes>();
  if (!got.ok()) return rocks_error(got, "read the key " + to_hex(key) + " of " + database.path());
  return std::optional<Bytes>(copy_of(view_of_slice(value)));
}

Result<void> scan_pairs(const RocksDatabase& database, const ::rocksdb::Snapshot* snapshot, ByteView begin,
                        ByteView end, const Visit& visit) {
  if (!end.empty() && text_of(begin) >= text_of(end)) return {};
  const ::rocksdb::Slice bound = slice_of(end);
  ::rocksdb::ReadOptions options;
  options.snapshot = snapshot;
  options.fill_cache = false;
  if (!end.empty()) options.iterate_upper_bound = &bound;
  const std::unique_ptr<::rocksdb::Iterator> at(database.db().NewIterator(options, database.main()));
  at->Seek(slice_of(begin));
  if (at->Valid() && at->key().empty()) at->Next();
  for (; at->Valid(); at->Next()) {
    if (!visit(view_of_slice(at->key()), view_of_slice(at->value()))) return {};
  }
  if (!at->status().ok()) return rocks_error(at->status(), "scan " + database.path());
  return {};
}

class RocksSnapshot : public ports::StateReader {
 public:
  static Result<std::unique_ptr<ports::StateReader>> take(const RocksDatabase& database) {
    std::unique_ptr<RocksSnapshot> snapshot(new RocksSnapshot(database));
    snapshot->sequence_ = ICN_TRY(database.stamp_of(snapshot->snapshot_)).first;
    return snapshot;
  }
  ~RocksSnapshot() override { database_.db().ReleaseSnapshot(snapshot_); }
  RocksSnapshot(const RocksSnapshot&) = delete;
  RocksSnapshot& operator=(const RocksSnapshot&) = delete;

  Result<std::optional<Bytes>> get(ByteView key) const override { return get_pair(database_, snapshot_, key); }
  Result<void> scan(ByteView begin, ByteView end, const Visit& visit) const override {
    return scan_pairs(database_, snapshot_, begin, end, visit);
  }
  std::uint64_t sequence() const override { return sequence_; }

 private:
  explicit RocksSnapshot(const RocksDatabase& database) : database_(database), snapshot_(database.db().GetSnapshot()) {}

  const RocksDatabase& database_;
  const ::rocksdb::Snapshot* const snapshot_;
  std::uint64_t sequence_ = 0;
};

class RocksStateStore : public ports::StateStore {
 public:
  explicit RocksStateStore(std::unique_ptr<RocksDatabase> database) : database_(std::move(database)) {
    Lock lock(database_->mutex);
    sequence_ = database_->stamp().first;
  }

  Result<std::optional<Bytes>> get(ByteView key) const override { return get_pair(*database_, nullptr, key); }
  Result<void> scan(ByteView begin, ByteView end, const Visit& visit) const override {
    return scan_pairs(*database_, nullptr, begin, end, visit);
  }
  Result<std::unique_ptr<ports::StateReader>> snapshot() const override { return RocksSnapshot::take(*database_); }

  Result<std::uint64_t> commit(std::span<const ports::Batch> batches) override {
    for (const ports::Batch& batch : batches) {
      for (const ports::Batch::Write& write : batch.writes()) ICN_TRY(ports::check_write(write));
    }
    Lock lock(database_->mutex);
    ICN_TRY(database_->refuse_when_failed());
    const std::uint64_t after = database_->stamp().first + batches.size();
    if (batches.empty()) return after;
    ICN_TRY(database_->write(RocksDatabase::Sync::now, after, 0, [&](::rocksdb::WriteBatch& all) {
      for (const ports::Batch& batch : batches) add(batch, all);
    }));
    sequence_ = after;
    return after;
  }

  std::uint64_t sequence() const override { return sequence_; }
  const ports::Descriptor& descriptor() const override { return kDescriptor; }

 private:
  static void add(const ports::Batch& batch, ::rocksdb::WriteBatch& to) {
    for (const ports::Batch::Write& write : batch.writes()) {
      if (write.value) {
        static_cast<void>(to.Put(slice_of(write.key), slice_of(*write.value)).ok());
      } else {
        static_cast<void>(to.Delete(slice_of(write.key)).ok());
      }
    }
  }

  const std::unique_ptr<RocksDatabase> database_;
  std::atomic<std::uint64_t> sequence_{0};
};

Result<std::unique_ptr<ports::StateStore>> open(std::string_view location) {
  if (location.empty()) return fail(ErrorCode::invalid_argument, "state_store rocksdb needs a folder: rocksdb:PATH");
  return std::make_unique<RocksStateStore>(ICN_TRY(RocksDatabase::open(std::string(location), kOptions)));
}

}  // namespace

extern const ports::Backend<ports::state_store_factory> kBackend{kDescriptor, &open};

}  // namespace icn::backends::state_store::rocksdb
