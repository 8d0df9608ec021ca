// Blocks in a folder of files: an append-only log, all CIDs in memory. Production grade.
#include "backends/detail/cid_key.hpp"
#include "backends/detail/keyed_log/store.hpp"
#include "backends/detail/stored_block.hpp"
#include "ports/factories.hpp"

namespace icn::backends::dag_store::file {
namespace {

namespace log = detail::keyed_log;
using detail::cid_of;
using detail::CidKey;
using detail::key_of;

constexpr ports::Descriptor kDescriptor{"dag_store", "file", ports::Grade::production,
                                        "blocks in a folder of files: a log of blocks and its index"};

class FileDagStore : public ports::DagStore {
 public:
  explicit FileDagStore(std::unique_ptr<log::Store> store) : store_(std::move(store)) {}

  Result<void> put(std::span<const ipld::Block> blocks) override {
    for (const ipld::Block& block : blocks) ICN_TRY(ports::check_block(block));
    std::vector<CidKey> keys;
    keys.reserve(blocks.size());
    std::vector<log::Write> writes;
    writes.reserve(blocks.size());
    for (const ipld::Block& block : blocks) {
      keys.push_back(key_of(block.cid));
      writes.push_back({keys.back(), ByteView(block.bytes)});
    }
    ICN_TRY(store_->commit(writes, 0));
    return {};
  }

  // The CID is a better check than the log's own.
  Result<ipld::Block> get(const ipld::Cid& cid) const override {
    auto found = store_->get_hashed(key_of(cid), log::Verify::by_caller);
    if (!found) return fail(within("block " + cid.to_text(), found.error()));
    return detail::stored_block(cid, *std::move(found));
  }

  Result<bool> has(const ipld::Cid& cid) const override {
    auto found = store_->has_hashed(key_of(cid));
    if (!found) return fail(within("block " + cid.to_text(), found.error()));
    return found;
  }

  Result<void> remove(std::span<const ipld::Cid> cids) override {
    std::vector<CidKey> keys;
    keys.reserve(cids.size());
    std::vector<log::Write> writes;
    writes.reserve(cids.size());
    for (const ipld::Cid& cid : cids) {
      keys.push_back(key_of(cid));
      writes.push_back({keys.back(), std::nullopt});
    }
    ICN_TRY(store_->commit(writes, 0));
    return {};
  }

  Result<void> for_each(const std::optional<ipld::Cid>& after,
                        const std::function<bool(const ipld::Cid&, std::uint64_t)>& visit) const override {
    const CidKey first = after ? key_of(*after) : CidKey{};
    Result<void> outcome;
    ICN_TRY(store_->read().scan_keys(first, [&](ByteView key, const log::Location& location) {
      const auto cid = cid_of(key, "the file store's index");
      if (!cid) outcome = fail(cid.error());
      if (!cid) return false;
      return *cid == after || visit(*cid, location.length - log::entry_bytes(detail::kCidKeyBytes, 0));
    }));
    return outcome;
  }

  Result<ports::DagStatistics> statistics() const override {
    const log::Statistics statistics = store_->statistics();
    return ports::DagStatistics{statistics.entries, statistics.value_bytes};
  }

  Result<void> flush() override { return store_->sync(); }
  const ports::Descriptor& descriptor() const override { return kDescriptor; }

 private:
  const std::unique_ptr<log::Store> store_;
};

Result<std::unique_ptr<ports::DagStore>> open(std::string_view location) {
  if (location.empty()) return fail(ErrorCode::invalid_argument, "dag_store file needs a folder: file:PATH");
  log::Settings settings;
  settings.kind = log::Kind::blocks;
  settings.index = log::Index::hashed;
  settings.publish = log::Publish::at_once;
  settings.runs_per_level = 16;  // they are read at open and by listings only
  return std::make_unique<FileDagStore>(ICN_TRY(log::Store::open(std::string(location), settings)));
}

}  // namespace

extern const ports::Backend<ports::dag_store_factory> kBackend{kDescriptor, &open};

}  // namespace icn::backends::dag_store::file
