// A state in memory: ordered pairs and a sequence. The `memory` store is one, and the `file` store reads from one.
//
// Thread safe. A snapshot copies all pairs: taking it costs the time of the copy, during which commits wait, and
// holding it the memory of the pairs. A visitor of scan() blocks commits; a visitor of a snapshot does not.
#pragma once
#include <algorithm>
#include <array>
#include <map>

#include "core/mutex.hpp"
#include "ports/state_store.hpp"

namespace icn::backends::detail {

// Ordered pairs; not thread safe.
class Pairs {
 public:
  using Visit = std::function<bool(ByteView key, ByteView value)>;

  [[nodiscard]] std::optional<Bytes> get(ByteView key) const {
    const auto found = pairs_.find(Sought(key));
    return found == pairs_.end() ? std::nullopt : std::optional(found->second);
  }
  void scan(ByteView begin, ByteView end, const Visit& visit) const {
    const Sought last(end);
    for (auto at = pairs_.lower_bound(Sought(begin)); at != pairs_.end() && (end.empty() || Less{}(at->first, last));
         ++at) {
      if (!visit(at->first.bytes, at->second)) return;
    }
  }
  void write(ByteView key, std::optional<ByteView> value) {
    const Sought sought(key);
    const auto at = pairs_.lower_bound(sought);
    const bool is_there = at != pairs_.end() && !Less{}(sought, at->first);
    if (value && is_there) {
      at->second.assign(value->begin(), value->end());
    } else if (value) {
      pairs_.emplace_hint(at, copy_of(key), copy_of(*value));
    } else if (is_there) {
      pairs_.erase(at);
    }
  }

 private:
  // The first eight bytes as a number, padded with zeros: it orders as the keys do whenever two heads differ. The
  // tree's node holds it, so that most comparisons do not follow the key's pointer into uncached memory.
  static std::uint64_t head_of(ByteView key) {
    if (key.size() >= 8) return read_be64(key.data());
    std::array<std::uint8_t, 8> padded{};
    std::copy(key.begin(), key.end(), padded.begin());
    return read_be64(padded.data());
  }
  // A key of the tree, or the bytes of a key to find.
  template <class Held>
  struct Headed {
    explicit Headed(Held from) : head(head_of(from)), bytes(std::move(from)) {}
    std::uint64_t head;
    Held bytes;
  };
  using Sought = Headed<ByteView>;
  struct Less {
    using is_transparent = void;
    template <class A, class B>
    bool operator()(const Headed<A>& a, const Headed<B>& b) const {
      return a.head != b.head ? a.head < b.head : text_of(a.bytes) < text_of(b.bytes);
    }
  };
  std::map<Headed<Bytes>, Bytes, Less> pairs_;
};

class MemoryState : public ports::StateReader {
 public:
  MemoryState() = default;
  Result<std::optional<Bytes>> get(ByteView key) const override {
    Lock lock(mutex_);
    return pairs_.get(key);
  }
  Result<void> scan(ByteView begin, ByteView end, const Pairs::Visit& visit) const override {
    Lock lock(mutex_);
    pairs_.scan(begin, end, visit);
    return {};
  }
  std::uint64_t sequence() const override {
    Lock lock(mutex_);
    return sequence_;
  }
  [[nodiscard]] std::unique_ptr<ports::StateReader> snapshot() const {
    Lock lock(mutex_);
    return std::unique_ptr<MemoryState>(new MemoryState(pairs_, sequence_));
  }
  // Returns the new sequence.
  std::uint64_t commit(std::span<const ports::Batch> batches) {
    Lock lock(mutex_);
    for (const ports::Batch& batch : batches) {
      for (const ports::Batch::Write& write : batch.writes())
        pairs_.write(write.key, write.value ? std::optional<ByteView>(*write.value) : std::nullopt);
    }
    return sequence_ += batches.size();
  }
  // Sets the state before the first commit.
  void restore(Pairs pairs, std::uint64_t sequence) {
    Lock lock(mutex_);
    pairs_ = std::move(pairs);
    sequence_ = sequence;
  }

 private:
  MemoryState(Pairs pairs, std::uint64_t sequence) : pairs_(std::move(pairs)), sequence_(sequence) {}

  mutable Mutex mutex_;
  Pairs pairs_ ICN_GUARDED_BY(mutex_);
  std::uint64_t sequence_ ICN_GUARDED_BY(mutex_) = 0;
};

}  // namespace icn::backends::detail
