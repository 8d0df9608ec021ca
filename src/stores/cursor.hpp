// Reads stores page by page, so that two can be read in parallel and called meanwhile: a store's scan calls a visitor,
// which must not call the store.
#pragma once
#include <deque>
#include <optional>

#include "ports/dag_store.hpp"
#include "ports/state_store.hpp"

namespace icn::stores {

// A page is at most this large, unless a single value is larger.
inline constexpr std::size_t kCursorPageBytes = 1024 * 1024;
inline constexpr std::size_t kCursorPageThings = 4'096;

struct Pair {
  Bytes key;
  Bytes value;
};

// The pairs of a store in order, or those with begin ≤ key < end (empty: no upper bound). Writes behind the cursor, or
// within its page, are not seen. A cursor that has reached the end stays there.
class PairCursor {
 public:
  explicit PairCursor(const ports::StateReader& store, Bytes begin = {}, Bytes end = {})
      : store_(store), begin_(std::move(begin)), end_(std::move(end)) {}
  // The current pair, valid until next(); nullptr at the end. Errors: storage, corrupted.
  [[nodiscard]] Result<const Pair*> peek() {
    if (page_.empty() && !ended_) ICN_TRY(read_page());
    return page_.empty() ? nullptr : &page_.front();
  }
  void next() { page_.pop_front(); }

 private:
  [[nodiscard]] Result<void> read_page() {
    std::size_t bytes = 0;
    ended_ = true;
    ICN_TRY(store_.scan(begin_, end_, [&](ByteView key, ByteView value) {
      if (bytes >= kCursorPageBytes || page_.size() >= kCursorPageThings) {
        ended_ = false;
        return false;
      }
      bytes += key.size() + value.size();
      page_.push_back({copy_of(key), copy_of(value)});
      return true;
    }));
    if (page_.empty()) return {};
    // The least key after the last one.
    begin_ = page_.back().key;
    begin_.push_back(0);
    return {};
  }

  const ports::StateReader& store_;
  Bytes begin_;
  const Bytes end_;
  std::deque<Pair> page_;
  bool ended_ = false;
};

// The CIDs of a store in order; otherwise as PairCursor.
class CidCursor {
 public:
  explicit CidCursor(const ports::DagStore& store) : store_(store) {}
  [[nodiscard]] Result<const ipld::Cid*> peek() {
    if (page_.empty() && !ended_) ICN_TRY(read_page());
    return page_.empty() ? nullptr : &page_.front().cid;
  }
  // How long the current block is.
  [[nodiscard]] std::uint64_t bytes() const { return page_.front().bytes; }
  void next() { page_.pop_front(); }

 private:
  struct Found {
    ipld::Cid cid;
    std::uint64_t bytes = 0;
  };
  [[nodiscard]] Result<void> read_page() {
    ended_ = true;
    ICN_TRY(store_.for_each(after_, [&](const ipld::Cid& cid, std::uint64_t bytes) {
      if (page_.size() >= kCursorPageThings) {
        ended_ = false;
        return false;
      }
      page_.push_back({cid, bytes});
      return true;
    }));
    if (!page_.empty()) after_ = page_.back().cid;
    return {};
  }

  const ports::DagStore& store_;
  std::optional<ipld::Cid> after_;
  std::deque<Found> page_;
  bool ended_ = false;
};

}  // namespace icn::stores
