// Blocks in memory, gone with the process: for tests and for trying things out.
#include <map>

#include "core/mutex.hpp"
#include "ports/factories.hpp"

namespace icn::backends::dag_store::memory {
namespace {

constexpr ports::Descriptor kDescriptor{"dag_store", "memory", ports::Grade::development,
                                        "blocks in memory, gone when the process ends", ports::Place::process};

class MemoryDagStore : public ports::DagStore {
 public:
  Result<void> put(std::span<const ipld::Block> blocks) override {
    for (const ipld::Block& block : blocks) ICN_TRY(ports::check_block(block));
    Lock lock(mutex_);
    for (const ipld::Block& block : blocks) {
      if (blocks_.try_emplace(block.cid, block.bytes).second) bytes_ += block.bytes.size();
    }
    return {};
  }

  Result<ipld::Block> get(const ipld::Cid& cid) const override {
    Lock lock(mutex_);
    const auto found = blocks_.find(cid);
    if (found == blocks_.end()) return fail(ErrorCode::missing_data, "block " + cid.to_text() + " is not in the store");
    return ipld::Block{cid, found->second};
  }

  Result<bool> has(const ipld::Cid& cid) const override {
    Lock lock(mutex_);
    return blocks_.contains(cid);
  }

  Result<void> remove(std::span<const ipld::Cid> cids) override {
    Lock lock(mutex_);
    for (const ipld::Cid& cid : cids) {
      const auto found = blocks_.find(cid);
      if (found == blocks_.end()) continue;
      bytes_ -= found->second.size();
      blocks_.erase(found);
    }
    return {};
  }

  Result<void> for_each(const std::optional<ipld::Cid>& after,
                        const std::function<bool(const ipld::Cid&, std::uint64_t)>& visit) const override {
    Lock lock(mutex_);
    for (auto at = after ? blocks_.upper_bound(*after) : blocks_.begin(); at != blocks_.end(); ++at) {
      if (!visit(at->first, at->second.size())) return {};
    }
    return {};
  }

  Result<ports::DagStatistics> statistics() const override {
    Lock lock(mutex_);
    return ports::DagStatistics{blocks_.size(), bytes_};
  }

  Result<void> flush() override { return {}; }
  const ports::Descriptor& descriptor() const override { return kDescriptor; }

 private:
  mutable Mutex mutex_;
  std::map<ipld::Cid, Bytes> blocks_ ICN_GUARDED_BY(mutex_);
  std::uint64_t bytes_ ICN_GUARDED_BY(mutex_) = 0;
};

Result<std::unique_ptr<ports::DagStore>> open(std::string_view) { return std::make_unique<MemoryDagStore>(); }

}  // namespace

extern const ports::Backend<ports::dag_store_factory> kBackend{kDescriptor, &open};

}  // namespace icn::backends::dag_store::memory
