// Blocks in a sled folder, development grade.
//
// Table 'l' maps a block's key to its length, table 'b' to its bytes; the number and bytes of all blocks are in the
// stamp of each write (detail/sled/engine.hpp).
#include <unordered_set>

#include "backends/dag_store/sled/descriptor.hpp"
#include "backends/detail/new_blocks.hpp"
#include "backends/detail/sled/engine.hpp"
#include "backends/detail/split_block.hpp"
#include "ports/factories.hpp"

namespace icn::backends::dag_store::sled {
namespace {

using detail::SledDatabase;

constexpr detail::StoreKind kKind{"dag_store", 0x49434e62 /* "ICNb" */, 1};
constexpr std::uint64_t kCacheBytes = std::uint64_t{64} << 20;
constexpr std::uint8_t kLengths = 'l';
constexpr std::uint8_t kBlocks = 'b';

Bytes key_in(std::uint8_t table, const ipld::Cid& cid) { return detail::key_in(table, detail::key_of(cid)); }

class SledDagStore : public ports::DagStore {
 public:
  explicit SledDagStore(std::unique_ptr<SledDatabase> database) : database_(std::move(database)) {}

  Result<void> put(std::span<const ipld::Block> blocks) override {
    for (const ipld::Block& block : blocks) ICN_TRY(ports::check_block(block));
    Lock lock(database_->mutex);
    ICN_TRY(database_->refuse_when_failed());
    ports::DagStatistics after = counted();
    const auto is_here = [&](const ipld::Block& block) -> Result<bool> {
      const std::optional<std::uint64_t> length = ICN_TRY(length_of(block.cid));
      if (!length) return false;
      const auto bytes = database_->get(key_in(kBlocks, block.cid), "block " + block.cid.to_text());
      if (bytes && *bytes == block.bytes) return true;
      --after.blocks;
      after.bytes -= *length;
      return false;
    };
    const auto added = ICN_TRY(detail::new_blocks(blocks, is_here));
    if (added.empty()) return {};
    std::vector<SledDatabase::Write> writes;
    writes.reserve(2 * added.size());
    for (const detail::KeyedBlock& each : added) {
      Bytes length;
      append_be64(length, each.block->bytes.size());
      writes.push_back({detail::key_in(kLengths, each.key), std::move(length)});
      writes.push_back({detail::key_in(kBlocks, each.key), each.block->bytes});
      ++after.blocks;
      after.bytes += each.block->bytes.size();
    }
    return database_->write(std::move(writes), after.blocks, after.bytes);
  }

  Result<ipld::Block> get(const ipld::Cid& cid) const override {
    return detail::split_block(
        cid, database_->path(), database_->mutex,
        [this](const ipld::Cid& one) { return database_->get(key_in(kBlocks, one), "block " + one.to_text()); },
        [this](const ipld::Cid& one) { return length_of(one); });
  }

  Result<std::optional<std::uint64_t>> length(const ipld::Cid& cid) const override { return length_of(cid); }

  Result<void> remove(std::span<const ipld::Cid> cids) override {
    Lock lock(database_->mutex);
    ICN_TRY(database_->refuse_when_failed());
    ports::DagStatistics after = counted();
    std::vector<SledDatabase::Write> writes;
    std::unordered_set<ipld::Cid> seen;
    for (const ipld::Cid& cid : cids) {
      const std::optional<std::uint64_t> length = ICN_TRY(length_of(cid));
      if (!length || !seen.insert(cid).second) continue;
      writes.push_back({key_in(kLengths, cid), std::nullopt});
      writes.push_back({key_in(kBlocks, cid), std::nullopt});
      --after.blocks;
      after.bytes -= *length;
    }
    if (writes.empty()) return {};
    return database_->write(std::move(writes), after.blocks, after.bytes);
  }

  // Page by page, each as of its own moment.
  Result<void> for_each(const std::optional<ipld::Cid>& after,
                        const std::function<bool(const ipld::Cid&, std::uint64_t)>& visit) const override {
    Bytes from = after ? detail::after_key(key_in(kLengths, *after)) : detail::key_in(kLengths, {});
    const Bytes end = detail::key_in(kLengths + 1, {});
    for (;;) {
      const SledDatabase::Page page = ICN_TRY(database_->page(from, end));
      for (const SledDatabase::Pair& pair : page.pairs) {
        const ipld::Cid cid = ICN_TRY(detail::cid_of(ByteView(pair.key).subspan(1), database_->path()));
        if (!visit(cid, ICN_TRY(length_in(pair.value)))) return {};
      }
      if (page.is_last) return {};
      from = detail::after_key(page.pairs.back().key);
    }
  }

  Result<ports::DagStatistics> statistics() const override {
    Lock lock(database_->mutex);
    return counted();
  }
  Result<void> flush() override {
    Lock lock(database_->mutex);
    return database_->flush();
  }
  const ports::Descriptor& descriptor() const override { return kDescriptor; }

 private:
  ports::DagStatistics counted() const ICN_REQUIRES(database_->mutex) {
    return {database_->stamp().first, database_->stamp().second};
  }
  Result<std::uint64_t> length_in(ByteView value) const {
    if (value.size() != 8) return fail(ErrorCode::corrupted, database_->path() + " holds a malformed length");
    return read_be64(value.data());
  }
  // Empty: the block is not here.
  Result<std::optional<std::uint64_t>> length_of(const ipld::Cid& cid) const {
    const std::optional<Bytes> length =
        ICN_TRY(database_->get(key_in(kLengths, cid), "the length of " + cid.to_text()));
    if (!length) return std::optional<std::uint64_t>();
    return std::optional(ICN_TRY(length_in(*length)));
  }

  const std::unique_ptr<SledDatabase> database_;
};

Result<std::unique_ptr<ports::DagStore>> open(std::string_view location) {
  if (location.empty()) return fail(ErrorCode::invalid_argument, "dag_store sled needs a folder: sled:PATH");
  return std::make_unique<SledDagStore>(ICN_TRY(SledDatabase::open(std::string(location), kKind, kCacheBytes)));
}

}  // namespace

extern const ports::Backend<ports::dag_store_factory> kBackend{kDescriptor, &open};

}  // namespace icn::backends::dag_store::sled
