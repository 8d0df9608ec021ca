// State in memory, gone with the process: for tests and for trying things out.
#include <algorithm>
#include <array>
#include <map>

#include "core/mutex.hpp"
#include "ports/factories.hpp"

namespace icn::backends::state_store::memory {
namespace {

constexpr ports::Descriptor kDescriptor{"state_store", "memory", ports::Grade::development,
                                        "state in memory, gone when the process ends", ports::Place::process};

// The first eight bytes as a number, filled up with zeros: it orders as the keys do wherever two heads differ. It lies
// in the tree's node, so that most comparisons do not follow the key's pointer into memory that is not cached.
std::uint64_t head_of(ByteView key) {
  if (key.size() >= 8) return read_be64(key.data());
  std::array<std::uint8_t, 8> padded{};
  std::copy(key.begin(), key.end(), padded.begin());
  return read_be64(padded.data());
}

// A key of the tree (Key), or the bytes of one that is looked for (Sought).
template <class Held>
struct Headed {
  explicit Headed(Held from) : head(head_of(from)), bytes(std::move(from)) {}
  std::uint64_t head;
  Held bytes;
};
using Key = Headed<Bytes>;
using Sought = Headed<ByteView>;

struct Less {
  using is_transparent = void;
  template <class A, class B>
  bool operator()(const Headed<A>& a, const Headed<B>& b) const {
    return a.head != b.head ? a.head < b.head : text_of(a.bytes) < text_of(b.bytes);
  }
};
using Pairs = std::map<Key, Bytes, Less>;

std::optional<Bytes> find(const Pairs& pairs, ByteView key) {
  const auto found = pairs.find(Sought(key));
  return found == pairs.end() ? std::nullopt : std::optional(found->second);
}

void visit_range(const Pairs& pairs, ByteView begin, ByteView end,
                 const std::function<bool(ByteView, ByteView)>& visit) {
  const Sought last(end);
  for (auto at = pairs.lower_bound(Sought(begin)); at != pairs.end() && (end.empty() || Less{}(at->first, last));
       ++at) {
    if (!visit(at->first.bytes, at->second)) return;
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
        const Sought key(write.key);
        const auto at = pairs_.lower_bound(key);
        const bool there = at != pairs_.end() && !Less{}(key, at->first);
        if (write.value && there) {
          at->second = *write.value;
        } else if (write.value) {
          pairs_.emplace_hint(at, write.key, *write.value);
        } else if (there) {
          pairs_.erase(at);
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
