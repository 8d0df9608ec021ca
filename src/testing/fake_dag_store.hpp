// A DAG store in a map whose blocks a test may inspect, damage and remove. Thread safe through its functions.
#pragma once
#include <map>

#include "core/mutex.hpp"
#include "ports/dag_store.hpp"

namespace icn::testing {

class FakeDagStore : public ports::DagStore {
 public:
  Result<void> put(std::span<const ipld::Block> blocks) override {
    for (const ipld::Block& block : blocks) ICN_TRY(ports::check_block(block));
    if (before_put) before_put();
    Lock lock(mutex_);
    for (const ipld::Block& block : blocks) blocks_.try_emplace(block.cid, block.bytes);
    return {};
  }
  Result<ipld::Block> get(const ipld::Cid& cid) const override {
    Lock lock(mutex_);
    ++gets_;
    const auto found = blocks_.find(cid);
    if (found == blocks_.end()) return fail(ErrorCode::missing_data, "block " + cid.to_text() + " is not in the store");
    ipld::Block block{cid, found->second};
    if (!block.holds())
      return fail(ErrorCode::corrupted, "block " + cid.to_text() + ": its bytes do not match its CID");
    return block;
  }
  Result<std::optional<std::uint64_t>> length(const ipld::Cid& cid) const override {
    Lock lock(mutex_);
    const auto found = blocks_.find(cid);
    return found == blocks_.end() ? std::nullopt : std::optional<std::uint64_t>(found->second.size());
  }
  Result<void> remove(std::span<const ipld::Cid> cids) override {
    Lock lock(mutex_);
    for (const ipld::Cid& cid : cids) blocks_.erase(cid);
    return {};
  }
  Result<void> for_each(const std::optional<ipld::Cid>& after,
                        const std::function<bool(const ipld::Cid&, std::uint64_t)>& visit) const override {
    Lock lock(mutex_);
    for (auto at = after ? blocks_.upper_bound(*after) : blocks_.begin(); at != blocks_.end(); ++at) {
      if (!visit(at->first, at->second.size())) break;
    }
    return {};
  }
  Result<ports::DagStatistics> statistics() const override {
    Lock lock(mutex_);
    ++counts_;
    ports::DagStatistics out;
    for (const auto& [cid, bytes] : blocks_) out.bytes += bytes.size();
    out.blocks = blocks_.size();
    return out;
  }
  Result<void> flush() override { return {}; }
  const ports::Descriptor& descriptor() const override { return kDescriptor; }

  // Runs before blocks are added, without a lock.
  std::function<void()> before_put;
  void damage(const ipld::Cid& cid) {
    Lock lock(mutex_);
    blocks_[cid].push_back(0xff);
  }
  // How often a block was read and the store was counted.
  [[nodiscard]] std::size_t gets() const {
    Lock lock(mutex_);
    return gets_;
  }
  [[nodiscard]] std::size_t counts() const {
    Lock lock(mutex_);
    return counts_;
  }

 private:
  static constexpr ports::Descriptor kDescriptor{"dag_store", "fake", ports::Grade::test, "a map for unit tests"};
  mutable Mutex mutex_;
  std::map<ipld::Cid, Bytes> blocks_ ICN_GUARDED_BY(mutex_);
  mutable std::size_t gets_ ICN_GUARDED_BY(mutex_) = 0;
  mutable std::size_t counts_ ICN_GUARDED_BY(mutex_) = 0;
};

// The specification's name.
using StubDagStore = FakeDagStore;

}  // namespace icn::testing
