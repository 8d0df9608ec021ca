// Where changing state lives: one ordered key-value store with atomic, durable batches and a sequence number.
//
// A batch is the unit of truth (ARCHITECTURE.md, "One truth, one commit"): once commit() returns it is durable as a
// whole, before that it is absent as a whole. Keys sort as bytes. Implementations are thread safe; one process owns a
// store at a time.
#pragma once
#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "core/bytes.hpp"
#include "ports/backend.hpp"

namespace icn::ports {

inline constexpr std::size_t kStateKeyBytesMax = 256;
inline constexpr std::size_t kStateValueBytesMax = 16 * 1024 * 1024;

// Ordered writes; a later write to a key wins.
class Batch {
 public:
  struct Write {
    Bytes key;
    std::optional<Bytes> value;  // empty: erase
  };
  void put(Bytes key, Bytes value) { writes_.push_back({std::move(key), std::move(value)}); }
  void erase(Bytes key) { writes_.push_back({std::move(key), std::nullopt}); }
  void append(Batch&& other) {
    for (Write& write : other.writes_) writes_.push_back(std::move(write));
    other.writes_.clear();
  }
  [[nodiscard]] const std::vector<Write>& writes() const { return writes_; }
  [[nodiscard]] bool empty() const { return writes_.empty(); }
  // Removes writes to keys that are written again later: in this batch, or in later batches of the same commit, whose
  // keys `later` holds. Adds the remaining keys to `later`, as views.
  void drop_overwritten(std::unordered_set<std::string_view>& later) {
    const auto kept = std::remove_if(writes_.rbegin(), writes_.rend(),
                                     [&](const Write& write) { return !later.insert(text_of(write.key)).second; });
    writes_.erase(writes_.begin(), kept.base());
  }

 private:
  std::vector<Write> writes_;
};

// The bounds that every store enforces before it changes anything. Errors: limit_exceeded, invalid_argument (empty
// key).
[[nodiscard]] inline Result<void> check_write(const Batch::Write& write) {
  if (write.key.empty()) return fail(ErrorCode::invalid_argument, "a state key is empty; nothing was written");
  if (write.key.size() > kStateKeyBytesMax) {
    return refuse(ErrorCode::limit_exceeded, "max_state_key_bytes",
                  "a state key of " + std::to_string(write.key.size()) + " bytes, at most 256; nothing was written");
  }
  if (write.value && write.value->size() > kStateValueBytesMax) {
    return refuse(
        ErrorCode::limit_exceeded, "max_state_value_bytes",
        "a state value of " + std::to_string(write.value->size()) + " bytes, at most 16777216; nothing was written");
  }
  return {};
}

// The readable side of a state: a store as it is now, or a snapshot of one. Implementations are thread safe.
class StateReader {
 public:
  virtual ~StateReader() = default;
  // Errors: storage, corrupted.
  [[nodiscard]] virtual Result<std::optional<Bytes>> get(ByteView key) const = 0;
  // Every pair with begin ≤ key < end (an empty `end`: no upper bound), ascending, as of the moment of the call, until
  // `visit` returns false. `visit` must not call this reader.
  [[nodiscard]] virtual Result<void> scan(ByteView begin, ByteView end,
                                          const std::function<bool(ByteView key, ByteView value)>& visit) const = 0;
  // Batches committed since the store was created; survives reopening.
  [[nodiscard]] virtual std::uint64_t sequence() const = 0;
};

// scan() with a visitor that may fail: it returns whether to continue. Its first error ends the scan and is returned.
[[nodiscard]] inline Result<void> scan_each(const StateReader& store, ByteView begin, ByteView end,
                                            const std::function<Result<bool>(ByteView key, ByteView value)>& visit) {
  Result<void> visited;
  ICN_TRY(store.scan(begin, end, [&](ByteView key, ByteView value) {
    Result<bool> more = visit(key, value);
    if (more) return *more;
    visited = fail(std::move(more).error());
    return false;
  }));
  return visited;
}

class StateStore : public StateReader {
 public:
  // The state between two commits; later commits are not visible in it and do not wait for it. The store outlives its
  // snapshots. Holding one costs memory or disk space (see each backend's README): keep it briefly. Errors: storage.
  [[nodiscard]] virtual Result<std::unique_ptr<StateReader>> snapshot() const = 0;
  // Commits the batches in order as one durable transaction; each raises the sequence by one. All or nothing.
  // Errors: limit_exceeded (a key or value too large; nothing changes), storage (the caller must end the process: what
  // reached the disk is unknown).
  [[nodiscard]] virtual Result<std::uint64_t> commit(std::span<const Batch> batches) = 0;
  [[nodiscard]] virtual const Descriptor& descriptor() const = 0;
};

}  // namespace icn::ports
