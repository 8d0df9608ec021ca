// What a reader reads: the tables, runs and segments of one moment, and a cursor over the newest entry of each key.
//
// A view never changes and needs no lock. Holding one keeps its memory, and the files it names, on the disk.
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <variant>
#include <vector>

#include "backends/detail/keyed_log/run.hpp"
#include "backends/detail/keyed_log/segment.hpp"

namespace icn::backends::detail::keyed_log {

struct View {
  std::shared_ptr<const Memtable> active;
  std::shared_ptr<const Memtable> frozen;        // being written into a run; may be null
  std::vector<std::shared_ptr<const Run>> runs;  // newest first
  std::map<std::uint32_t, std::shared_ptr<const Segment>> segments;

  // Erased keys answer nothing. Errors: corrupted, storage.
  [[nodiscard]] Result<std::optional<Location>> find(ByteView key, std::uint64_t visible) const;
  // Errors: corrupted (the index names a segment that is not there).
  [[nodiscard]] Result<std::shared_ptr<const Segment>> segment(std::uint32_t number) const;
};

// The store as it was at one moment. Thread safe; the store outlives it.
class Reading {
 public:
  Reading(std::shared_ptr<const View> view, std::uint64_t visible, std::uint64_t sequence)
      : view_(std::move(view)), visible_(visible), sequence_(sequence) {}
  // Errors of all: corrupted (naming file and offset), storage.
  [[nodiscard]] Result<std::optional<Location>> locate(ByteView key) const { return view_->find(key, visible_); }
  [[nodiscard]] Result<std::optional<Bytes>> get(ByteView key) const;
  // Pairs with begin ≤ key < end (empty: no bound), ascending, until `visit` answers false.
  [[nodiscard]] Result<void> scan(ByteView begin, ByteView end,
                                  const std::function<bool(ByteView key, ByteView value)>& visit) const;
  // From `begin` on, without reading values.
  [[nodiscard]] Result<void> scan_keys(ByteView begin,
                                       const std::function<bool(ByteView key, const Location& location)>& visit) const;
  [[nodiscard]] std::uint64_t sequence() const { return sequence_; }
  [[nodiscard]] const View& view() const { return *view_; }

 private:
  std::shared_ptr<const View> view_;
  std::uint64_t visible_;
  std::uint64_t sequence_;
};

// The newest of several sorted sources for each key, ascending. Erased keys are among them. Used by one thread; the
// sources outlive it.
class Cursor {
 public:
  // Later sources are older.
  void add(Memtable::Iterator source) { sources_.emplace_back(source); }
  void add(Run::Iterator source) { sources_.emplace_back(std::move(source)); }
  // All sources of the view.
  [[nodiscard]] static Cursor over(const View& view, std::uint64_t visible);

  // To the first key that is not less. Errors of seek and next: corrupted, storage.
  [[nodiscard]] Result<void> seek(ByteView key);
  [[nodiscard]] Result<void> next();
  [[nodiscard]] bool valid() const { return !order_.empty(); }
  [[nodiscard]] ByteView key() const { return key_of(order_.front()); }
  [[nodiscard]] const Indexed& indexed() const;
  // Told of every entry that a newer one hides.
  std::function<void(const Indexed&)> on_hidden;

 private:
  using Source = std::variant<Memtable::Iterator, Run::Iterator>;
  [[nodiscard]] ByteView key_of(std::size_t source) const;
  [[nodiscard]] bool comes_before(std::size_t a, std::size_t b) const;
  void sift_down(std::size_t place);
  [[nodiscard]] Result<void> advance_first();

  std::vector<Source> sources_;
  std::vector<std::size_t> order_;  // a heap of the sources that are not at their end
  Bytes passed_;
};

}  // namespace icn::backends::detail::keyed_log
