// State in memory, gone with the process: for tests and for trying things out.
#include <map>

#include "core/mutex.hpp"
#include "ports/factories.hpp"

namespace icn::backends::state_store::memory {
namespace {

constexpr ports::Descriptor kDescriptor{"state_store", "memory", ports::Grade::development,
                                        "state in memory, gone when the process ends", ports::Place::process};

struct Less {
  using is_transparent = void;
  bool operator()(ByteView a, ByteView b) const { return text_of(a) < text_of(b); }
};
using Pairs = std::map<Bytes, Bytes, Less>;

std::optional<Bytes> find(const Pairs& pairs, ByteView key) {
  const auto found = pairs.find(key);
  return found == pairs.end() ? std::nullopt : std::optional(found->second);
}

void visit_range(const Pairs& pairs, ByteView begin, ByteView end,
                 const std::function<bool(ByteView, ByteView)>& visit) {
  for (auto at = pairs.lower_bound(begin); at != pairs.end() && (end.empty() || Less{}(at->first, end)); ++at) {
    if (!visit(at->first, at->second)) return;
  }
}

// A copy of all pairs.
class MemorySnapshot : public ports::StateReader {
 public:
  MemorySnapshot(Pairs pairs, std::uint64_t sequence) : pairs_(std::move(pairs)), sequence_(sequence) {}
  Result<std::optional<Bytes>> get(ByteView key) const override { return find(pairs_, key); }
  Result<void> scan(ByteView begin, ByteView end, const std::function<bool(ByteView, ByteView)>& visit) const override {
    visit_range(pairs_, begin, end, visit);
    return {};
  }
  std::uint64_t sequence() const override { return sequence_; }

 private:
  const Pairs pairs_;
  const std::uint64_t sequence_;
};

class MemoryStateStore : public ports::StateStore {
 public:
  Result<std::optional<Bytes>> get(ByteView key) const override {
    Lock lock(mutex_);
    return find(pairs_, key);
  }

  Result<void> scan(ByteView begin, ByteView end, const std::function<bool(ByteView, ByteView)>& visit) const override {
    Lock lock(mutex_);
    visit_range(pairs_, begin, end, visit);
    return {};
  }

  Result<std::unique_ptr<ports::StateReader>> snapshot() const override {
    Lock lock(mutex_);
    return std::make_unique<MemorySnapshot>(pairs_, sequence_);
  }

  Result<std::uint64_t> commit(std::span<const ports::Batch> batches) override {
    for (const ports::Batch& batch : batches) {
      for (const ports::Batch::Write& write : batch.writes()) ICN_TRY(ports::check_write(write));
    }
    Lock lock(mutex_);
    for (const ports::Batch& batch : batches) {
      for (const ports::Batch::Write& write : batch.writes()) {
        if (write.value) {
          pairs_.insert_or_assign(write.key, *write.value);
        } else if (const auto found = pairs_.find(write.key); found != pairs_.end()) {
          pairs_.erase(found);
        }
      }
    }
    return sequence_ += batches.size();
  }

  std::uint64_t sequence() const override {
    Lock lock(mutex_);
    return sequence_;
  }
  const ports::Descriptor& descriptor() const override { return kDescriptor; }

 private:
  mutable Mutex mutex_;
  Pairs pairs_ ICN_GUARDED_BY(mutex_);
  std::uint64_t sequence_ ICN_GUARDED_BY(mutex_) = 0;
};

Result<std::unique_ptr<ports::StateStore>> open(std::string_view) { return std::make_unique<MemoryStateStore>(); }

}  // namespace

extern const ports::Backend<ports::state_store_factory> kBackend{kDescriptor, &open};

}  // namespace icn::backends::state_store::memory
