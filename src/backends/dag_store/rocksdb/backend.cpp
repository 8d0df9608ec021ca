// Blocks in a RocksDB folder, production grade.
//
// The default table maps a block's key to its length, the table "blocks" to its bytes: listing and checking whether a
// block is present do not touch the bytes. The number and bytes of all blocks are in the stamp of each write
// (detail/rocksdb/engine.hpp), so that statistics need no counting. put() writes without a sync; flush() syncs the log.
#include <unordered_set>

#include "backends/dag_store/rocksdb/descriptor.hpp"
#include "backends/detail/new_blocks.hpp"
#include "backends/detail/rocksdb/engine.hpp"
#include "backends/detail/split_block.hpp"
#include "ports/factories.hpp"

namespace icn::backends::dag_store::rocksdb {
namespace {

using detail::CidKey;
using detail::key_of;
using detail::KeyedBlock;
using detail::rocks_error;
using detail::RocksDatabase;
using detail::slice_of;
using detail::view_of_slice;

constexpr std::size_t kBlocks = 0;  // its place among the tables
const detail::RocksOptions kOptions{
    .kind = {"dag_store", 0x49434e42 /* "ICNB" */, 1},
    .tables = {{"blocks", 4'096}},
    .write_buffer_bytes = std::size_t{16} << 20,
    .cache_bytes = std::size_t{32} << 20,
};

class RocksDagStore : public ports::DagStore {
 public:
  explicit RocksDagStore(std::unique_ptr<RocksDatabase> database) : database_(std::move(database)) {}

  Result<void> put(std::span<const ipld::Block> blocks) override {
    for (const ipld::Block& block : blocks) ICN_TRY(ports::check_block(block));
    Lock lock(database_->mutex);
    ICN_TRY(database_->refuse_when_failed());
    ports::DagStatistics after = counted();
    const auto is_here = [&](const ipld::Block& block) -> Result<bool> {
      const std::optional<std::uint64_t> length = ICN_TRY(length_of(block.cid));
      if (!length) return false;
      if (holds(block)) return true;
      --after.blocks;
      after.bytes -= *length;
      return false;
    };
    const std::vector<KeyedBlock> added = ICN_TRY(detail::new_blocks(blocks, is_here));
    if (added.empty()) return {};
    after.blocks += added.size();
    for (const KeyedBlock& each : added) after.bytes += each.block->bytes.size();
    return write(after, [&](::rocksdb::WriteBatch& batch) {
      Bytes length;
      for (const KeyedBlock& each : added) {
        length.clear();
        append_be64(length, each.block->bytes.size());
        static_cast<void>(batch.Put(slice_of(each.key), slice_of(length)).ok());
      }
      for (const KeyedBlock& each : added)
        static_cast<void>(batch.Put(bytes_table(), slice_of(each.key), slice_of(each.block->bytes)).ok());
    });
  }

  Result<ipld::Block> get(const ipld::Cid& cid) const override {
    return detail::split_block(
        cid, database_->path(), database_->mutex, [this](const ipld::Cid& one) { return bytes_of(one); },
        [this](const ipld::Cid& one) { return length_of(one); });
  }

  Result<std::optional<std::uint64_t>> length(const ipld::Cid& cid) const override { return length_of(cid); }

  Result<void> remove(std::span<const ipld::Cid> cids) override {
    const ports::DagStatistics left = ICN_TRY(remove_all(cids));
    return database_->collect(kBlocks, left.bytes);
  }

  Result<void> for_each(const std::optional<ipld::Cid>& after,
                        const std::function<bool(const ipld::Cid&, std::uint64_t)>& visit) const override {
    const CidKey from = after ? key_of(*after) : CidKey{};
    ::rocksdb::ReadOptions options;
    options.fill_cache = false;
    const std::unique_ptr<::rocksdb::Iterator> at(database_->db().NewIterator(options, database_->main()));
    at->Seek(slice_of(from));
    if (at->Valid() && text_of(view_of_slice(at->key())) == text_of(from)) at->Next();
    for (; at->Valid(); at->Next()) {
      const ipld::Cid cid = ICN_TRY(detail::cid_of(view_of_slice(at->key()), database_->path()));
      if (!visit(cid, ICN_TRY(length_in(at->value())))) return {};
    }
    if (!at->status().ok()) return rocks_error(at->status(), "list " + database_->path());
    return {};
  }

  Result<ports::DagStatistics> statistics() const override {
    Lock lock(database_->mutex);
    return counted();
  }
  Result<void> flush() override { return database_->flush(); }
  const ports::Descriptor& descriptor() const override { return kDescriptor; }

 private:
  // Returns the remaining totals.
  Result<ports::DagStatistics> remove_all(std::span<const ipld::Cid> cids) {
    Lock lock(database_->mutex);
    ICN_TRY(database_->refuse_when_failed());
    ports::DagStatistics after = counted();
    std::unordered_set<ipld::Cid> removed;
    for (const ipld::Cid& cid : cids) {
      const std::optional<std::uint64_t> length = ICN_TRY(length_of(cid));
      if (!length || !removed.insert(cid).second) continue;
      --after.blocks;
      after.bytes -= *length;
    }
    if (removed.empty()) return after;
    ICN_TRY(write(after, [&](::rocksdb::WriteBatch& batch) {
      for (const ipld::Cid& cid : removed) {
        const CidKey key = key_of(cid);
        static_cast<void>(batch.Delete(slice_of(key)).ok());
        static_cast<void>(batch.Delete(bytes_table(), slice_of(key)).ok());
      }
    }));
    return after;
  }

  ::rocksdb::ColumnFamilyHandle* bytes_table() const { return database_->table(kBlocks); }
  ports::DagStatistics counted() const ICN_REQUIRES(database_->mutex) {
    return {database_->stamp().first, database_->stamp().second};
  }
  Result<void> write(const ports::DagStatistics& after, const std::function<void(::rocksdb::WriteBatch&)>& fill)
      ICN_REQUIRES(database_->mutex) {
    return database_->write(RocksDatabase::Sync::later, after.blocks, after.bytes, fill);
  }

  Result<std::uint64_t> length_in(const ::rocksdb::Slice& value) const {
    if (value.size() != 8) return fail(ErrorCode::corrupted, database_->path() + " holds a malformed length");
    return read_be64(view_of_slice(value).data());
  }
  // Whether the bytes of a block are stored intact; unreadable bytes are not.
  bool holds(const ipld::Block& block) const {
    const CidKey key = key_of(block.cid);
    ::rocksdb::PinnableSlice value;
    return database_->db().Get({}, bytes_table(), slice_of(key), &value).ok() &&
           text_of(view_of_slice(value)) == text_of(block.bytes);
  }
  // Empty: the table has no bytes of it.
  Result<std::optional<Bytes>> bytes_of(const ipld::Cid& cid) const {
    const CidKey key = key_of(cid);
    ::rocksdb::PinnableSlice value;
    const ::rocksdb::Status got = database_->db().Get({}, bytes_table(), slice_of(key), &value);
    if (got.IsNotFound()) return std::optional<Bytes>();
    if (!got.ok()) return rocks_error(got, "read block " + cid.to_text() + " of " + database_->path());
    return std::optional(copy_of(view_of_slice(value)));
  }
  // Empty: the block is not here.
  Result<std::optional<std::uint64_t>> length_of(const ipld::Cid& cid) const {
    const CidKey key = key_of(cid);
    ::rocksdb::PinnableSlice value;
    const ::rocksdb::Status got = database_->db().Get({}, database_->main(), slice_of(key), &value);
    if (got.IsNotFound()) return std::optional<std::uint64_t>();
    if (!got.ok()) return rocks_error(got, "look for block " + cid.to_text() + " in " + database_->path());
    return std::optional(ICN_TRY(length_in(value)));
  }

  const std::unique_ptr<RocksDatabase> database_;
};

Result<std::unique_ptr<ports::DagStore>> open(std::string_view location) {
  if (location.empty()) return fail(ErrorCode::invalid_argument, "dag_store rocksdb needs a folder: rocksdb:PATH");
  return std::make_unique<RocksDagStore>(ICN_TRY(RocksDatabase::open(std::string(location), kOptions)));
}

}  // namespace

extern const ports::Backend<ports::dag_store_factory> kBackend{kDescriptor, &open};

}  // namespace icn::backends::dag_store::rocksdb
