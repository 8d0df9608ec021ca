// Blocks in memory, lost with the process: for tests and experiments.
#include <map>

#include "core/mutex.hpp"
#include "ports/factories.hpp"

namespace icn::backends::dag_store::memory {
namespace {

constexpr ports::Descriptor kDescriptor{"dag_store", "memory", ports::Grade::development,
                                        "blocks in memory, lost when the process ends", ports::Place::process};

// Blocks in order, in many small trees instead of a large one: each step down a large tree is a cache miss, and these
// misses were a quarter of a settled job's cost without signatures.
class Blocks {
 public:
  using Tree = std::map<ipld::Cid, Bytes>;

  [[nodiscard]] Tree& tree_of(const ipld::Cid& cid) { return trees_[place_of(cid)]; }
  [[nodiscard]] const Tree& tree_of(const ipld::Cid& cid) const { return trees_[place_of(cid)]; }
  // Visits the blocks after `after` until `visit` returns false.
  void for_each(const std::optional<ipld::Cid>& after,
                const std::function<bool(const ipld::Cid&, std::uint64_t)>& visit) const {
    std::size_t place = after ? place_of(*after) : 0;
    Tree::const_iterator at = after ? trees_[place].upper_bound(*after) : trees_[place].begin();
    while (true) {
      for (; at != trees_[place].end(); ++at) {
        if (!visit(at->first, at->second.size())) return;
      }
      if (++place == trees_.size()) return;
      at = trees_[place].begin();
    }
  }

 private:
  static constexpr std::size_t kTreesOfACodec = 4'096;
  // Codecs by their codes, then digests by their first 12 bits: the order of CIDs.
  static std::size_t place_of(const ipld::Cid& cid) {
    const std::size_t codec = cid.codec() == ipld::Codec::raw ? 0 : cid.codec() == ipld::Codec::dag_pb ? 1 : 2;
    return codec * kTreesOfACodec + (std::size_t{cid.digest()[0]} << 4 | cid.digest()[1] >> 4);
  }

  std::vector<Tree> trees_ = std::vector<Tree>(3 * kTreesOfACodec);
};

class MemoryDagStore : public ports::DagStore {
 public:
  Result<void> put(std::span<const ipld::Block> blocks) override {
    for (const ipld::Block& block : blocks) ICN_TRY(ports::check_block(block));
    Lock lock(mutex_);
    for (const ipld::Block& block : blocks) {
      if (!blocks_.tree_of(block.cid).try_emplace(block.cid, block.bytes).second) continue;
      ++count_;
      bytes_ += block.bytes.size();
    }
    return {};
  }

  Result<ipld::Block> get(const ipld::Cid& cid) const override {
    Lock lock(mutex_);
    const Blocks::Tree& tree = blocks_.tree_of(cid);
    const auto found = tree.find(cid);
    if (found == tree.end()) return fail(ErrorCode::missing_data, "block " + cid.to_text() + " is not in the store");
    return ipld::Block{cid, found->second};
  }

  Result<std::optional<std::uint64_t>> length(const ipld::Cid& cid) const override {
    Lock lock(mutex_);
    const Blocks::Tree& tree = blocks_.tree_of(cid);
    const auto found = tree.find(cid);
    return found == tree.end() ? std::nullopt : std::optional<std::uint64_t>(found->second.size());
  }

  Result<void> remove(std::span<const ipld::Cid> cids) override {
    Lock lock(mutex_);
    for (const ipld::Cid& cid : cids) {
      Blocks::Tree& tree = blocks_.tree_of(cid);
      const auto found = tree.find(cid);
      if (found == tree.end()) continue;
      --count_;
      bytes_ -= found->second.size();
      tree.erase(found);
    }
    return {};
  }

  Result<void> for_each(const std::optional<ipld::Cid>& after,
                        const std::function<bool(const ipld::Cid&, std::uint64_t)>& visit) const override {
    Lock lock(mutex_);
    blocks_.for_each(after, visit);
    return {};
  }

  Result<ports::DagStatistics> statistics() const override {
    Lock lock(mutex_);
    return ports::DagStatistics{count_, bytes_};
  }

  Result<void> flush() override { return {}; }
  const ports::Descriptor& descriptor() const override { return kDescriptor; }

 private:
  mutable Mutex mutex_;
  Blocks blocks_ ICN_GUARDED_BY(mutex_);
  std::uint64_t count_ ICN_GUARDED_BY(mutex_) = 0;
  std::uint64_t bytes_ ICN_GUARDED_BY(mutex_) = 0;
};

Result<std::unique_ptr<ports::DagStore>> open(std::string_view) { return std::make_unique<MemoryDagStore>(); }

}  // namespace

extern const ports::Backend<ports::dag_store_factory> kBackend{kDescriptor, &open};

}  // namespace icn::backends::dag_store::memory
