// State in a sled folder, development grade.
//
// A commit is one atomic write and one flush; the sequence is in the write's stamp (detail/sled/engine.hpp). Each pair
// carries a check over key and value. sled has no snapshots: a commit first saves, for each snapshot held, what it
// overwrites, and a snapshot reads its saved values before the tree.
#include <map>
#include <set>

#include "backends/detail/pair_check.hpp"
#include "backends/detail/sled/engine.hpp"
#include "backends/state_store/sled/descriptor.hpp"
#include "ports/factories.hpp"

namespace icn::backends::state_store::sled {
namespace {

using detail::SledDatabase;

constexpr detail::StoreKind kKind{"state_store", 0x49434e73 /* "ICNs" */, 1};
constexpr std::uint64_t kCacheBytes = std::uint64_t{64} << 20;
constexpr std::uint8_t kPairs = 's';
constexpr std::size_t kSumBytes = 8;

using Visit = std::function<bool(ByteView key, ByteView value)>;
using Values = std::map<Bytes, std::optional<Bytes>>;  // by the tree's keys; empty: no pair

Bytes tree_key(ByteView key) { return detail::key_in(kPairs, key); }

// The values that a snapshot sees for keys written since; guarded by the database's mutex.
struct Saved {
  std::uint64_t sequence = 0;
  Values values;
};

// The tree that contains the state's pairs, and the snapshots held of it.
class Tree {
 public:
  explicit Tree(std::unique_ptr<SledDatabase> database) : database_(std::move(database)) {}

  Mutex& mutex() const ICN_TSA(lock_returned(database_->mutex))
  { return database_->mutex; }

  Result<std::optional<Bytes>> get(ByteView key) const {
    const Bytes in_tree = tree_key(key);
    const std::optional<Bytes> stored = ICN_TRY(database_->get(in_tree, "the key " + to_hex(key)));
    if (!stored) return std::optional<Bytes>();
    ipld::Sha256 hasher;
    return std::optional(copy_of(ICN_TRY(checked(hasher, key, *stored))));
  }

  // A page of the state as `saved` sees it: tree keys and values, and the start of the next one (empty: none).
  struct Page {
    std::map<Bytes, Bytes> pairs;
    Bytes next;
  };
  Result<Page> page(const Saved& saved, const Bytes& begin, const Bytes& end) const ICN_REQUIRES(mutex()) {
    SledDatabase::Page live = ICN_TRY(database_->page(begin, end));
    Page page;
    if (!live.is_last) page.next = detail::after_key(live.pairs.back().key);
    ipld::Sha256 hasher;
    for (SledDatabase::Pair& pair : live.pairs) {
      const ByteView value = ICN_TRY(checked(hasher, ByteView(pair.key).subspan(1), pair.value));
      page.pairs.emplace_hint(page.pairs.end(), std::move(pair.key), copy_of(value));
    }
    const Bytes& stop = live.is_last ? end : page.next;
    for (auto at = saved.values.lower_bound(begin); at != saved.values.end() && at->first < stop; ++at) {
      if (at->second) {
        page.pairs.insert_or_assign(at->first, *at->second);
      } else {
        page.pairs.erase(at->first);
      }
    }
    return page;
  }

  std::shared_ptr<Saved> hold() {
    Lock lock(mutex());
    auto saved = std::make_shared<Saved>();
    saved->sequence = database_->stamp().first;
    held_.insert(saved);
    return saved;
  }
  void let_go(const std::shared_ptr<Saved>& saved) {
    Lock lock(mutex());
    held_.erase(saved);
  }
  // Commits that many batches, with these writes. Returns the new sequence.
  Result<std::uint64_t> commit(std::size_t batches, std::vector<SledDatabase::Write> writes) {
    Lock lock(mutex());
    ICN_TRY(database_->refuse_when_failed());
    const std::uint64_t after = database_->stamp().first + batches;
    if (batches == 0) return after;
    ICN_TRY(save(writes));
    ICN_TRY(database_->write(std::move(writes), after, 0));
    ICN_TRY(database_->flush());
    return after;
  }
  std::uint64_t sequence() const {
    Lock lock(mutex());
    return database_->stamp().first;
  }

 private:
  // Saves the old values for each snapshot held, before `writes` are made.
  Result<void> save(const std::vector<SledDatabase::Write>& writes) ICN_REQUIRES(mutex()) {
    if (held_.empty()) return {};
    Values before;
    for (const SledDatabase::Write& write : writes) {
      if (before.contains(write.key)) continue;
      before.emplace(write.key, ICN_TRY(get(ByteView(write.key).subspan(1))));
    }
    for (const std::shared_ptr<Saved>& saved : held_) saved->values.insert(before.begin(), before.end());
    return {};
  }

  // The value within the bytes stored under the key.
  Result<ByteView> checked(ipld::Sha256& hasher, ByteView key, ByteView stored) const {
    const std::uint64_t sum = stored.size() < kSumBytes ? 0 : read_be64(stored.data());
    const ByteView value = stored.size() < kSumBytes ? ByteView() : stored.subspan(kSumBytes);
    ICN_TRY(detail::check_pair(hasher, key, value, sum, database_->path()));
    return value;
  }

  const std::unique_ptr<SledDatabase> database_;
  std::set<std::shared_ptr<Saved>> held_ ICN_GUARDED_BY(mutex());
};

class SledSnapshot : public ports::StateReader {
 public:
  explicit SledSnapshot(Tree& tree) : tree_(tree), saved_(tree.hold()) {}
  ~SledSnapshot() override { tree_.let_go(saved_); }
  SledSnapshot(const SledSnapshot&) = delete;
  SledSnapshot& operator=(const SledSnapshot&) = delete;

  Result<std::optional<Bytes>> get(ByteView key) const override {
    Lock lock(tree_.mutex());
    const auto found = saved_->values.find(tree_key(key));
    if (found != saved_->values.end()) return found->second;
    return tree_.get(key);
  }

  // A commit waits for the page being read, never for `visit`.
  Result<void> scan(ByteView begin, ByteView end, const Visit& visit) const override {
    Bytes from = tree_key(begin);
    const Bytes stop = end.empty() ? detail::key_in(kPairs + 1, {}) : tree_key(end);
    while (!from.empty() && from < stop) {
      const Tree::Page page = ICN_TRY(page_of(from, stop));
      for (const auto& [key, value] : page.pairs) {
        if (!visit(ByteView(key).subspan(1), value)) return {};
      }
      from = page.next;
    }
    return {};
  }
  std::uint64_t sequence() const override { return saved_->sequence; }

 private:
  Result<Tree::Page> page_of(const Bytes& from, const Bytes& stop) const {
    Lock lock(tree_.mutex());
    return tree_.page(*saved_, from, stop);
  }

  Tree& tree_;
  const std::shared_ptr<Saved> saved_;
};

class SledStateStore : public ports::StateStore {
 public:
  explicit SledStateStore(std::unique_ptr<SledDatabase> database) : tree_(std::move(database)) {}

  Result<std::optional<Bytes>> get(ByteView key) const override {
    Lock lock(tree_.mutex());
    return tree_.get(key);
  }
  Result<void> scan(ByteView begin, ByteView end, const Visit& visit) const override {
    return SledSnapshot(tree_).scan(begin, end, visit);
  }
  Result<std::unique_ptr<ports::StateReader>> snapshot() const override {
    return std::make_unique<SledSnapshot>(tree_);
  }

  Result<std::uint64_t> commit(std::span<const ports::Batch> batches) override {
    std::vector<SledDatabase::Write> writes;
    ipld::Sha256 hasher;
    for (const ports::Batch& batch : batches) {
      for (const ports::Batch::Write& write : batch.writes()) {
        ICN_TRY(ports::check_write(write));
        std::optional<Bytes> stored;
        if (write.value) {
          stored.emplace();
          append_be64(*stored, detail::pair_sum(hasher, write.key, *write.value));
          append(*stored, *write.value);
        }
        writes.push_back({tree_key(write.key), std::move(stored)});
      }
    }
    return tree_.commit(batches.size(), std::move(writes));
  }

  std::uint64_t sequence() const override { return tree_.sequence(); }
  const ports::Descriptor& descriptor() const override { return kDescriptor; }

 private:
  mutable Tree tree_;
};

Result<std::unique_ptr<ports::StateStore>> open(std::string_view location) {
  if (location.empty()) return fail(ErrorCode::invalid_argument, "state_store sled needs a folder: sled:PATH");
  return std::make_unique<SledStateStore>(ICN_TRY(SledDatabase::open(std::string(location), kKind, kCacheBytes)));
}

}  // namespace

extern const ports::Backend<ports::state_store_factory> kBackend{kDescriptor, &open};

}  // namespace icn::backends::state_store::sled
