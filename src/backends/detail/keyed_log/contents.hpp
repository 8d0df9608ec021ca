// What a store consists of at the moment: for readers a view, on the disk the manifest.
//
// read() is thread safe; everything else is for the writer, under its lock. A change of runs or segments is on the disk
// when its call returns; the files it makes superfluous are removed when their last reader lets go.
#pragma once
#include <map>
#include <memory>
#include <set>

#include "backends/detail/keyed_log/recovery.hpp"
#include "backends/detail/keyed_log/settings.hpp"
#include "backends/detail/keyed_log/view.hpp"
#include "core/mutex.hpp"

namespace icn::backends::detail::keyed_log {

class Contents {
 public:
  using BytesBySegment = std::map<std::uint32_t, std::uint64_t>;

  Contents(const OwnedFolder& folder, const Settings& settings, Recovered recovered);

  [[nodiscard]] Reading read() const;
  // What readers see from now on.
  void publish(std::uint64_t visible, std::uint64_t sequence);

  // Enters what is new into the table. In a hashed store it waits for others: readers see it after settle().
  void add(ByteView key, std::uint64_t number, const Indexed& indexed);
  void settle();
  [[nodiscard]] std::uint64_t entries_not_frozen() const { return active_->entries() + lot_.entries(); }
  // Freezes the active table, which indexes the log up to `until`, and begins an empty one.
  void freeze(const Position& until);
  [[nodiscard]] const std::shared_ptr<const Memtable>& frozen() const { return frozen_; }

  // Each makes its change durable. `durable`: the end of the log as far as it is synced; what a run names is.
  // Errors: storage; what the manifest says on disk is unknown then.
  [[nodiscard]] Result<void> take_flushed(std::shared_ptr<const Run> run, const BytesBySegment& dead,
                                          const Position& durable);
  [[nodiscard]] Result<void> take_merged(const std::vector<std::shared_ptr<const Run>>& inputs,
                                         std::shared_ptr<const Run> run, const BytesBySegment& dead,
                                         const Position& durable);
  [[nodiscard]] Result<void> drop_segment(std::uint32_t number, const Position& durable);
  [[nodiscard]] Result<void> prove(const Position& durable);

  // A segment that the log began; the one before ends where its header says.
  void add_segment(const std::shared_ptr<Segment>& segment);
  [[nodiscard]] const std::shared_ptr<Segment>& newest_segment() const { return segments_.rbegin()->second.segment; }
  // In a hashed store the dead bytes are counted as they die, in others when their index entries go.
  void add_dead(std::uint32_t segment, std::uint64_t bytes);
  void count_dead_from_live(const BytesBySegment& live, const Position& end);
  // The segment that is worth collecting most: not more than one `living`-th of it lives; null when there is none.
  [[nodiscard]] std::shared_ptr<const Segment> most_dead(std::uint64_t living) const;
  [[nodiscard]] std::uint32_t end_of(std::uint32_t segment) const { return segments_.at(segment).end; }
  // It is never the most dead again.
  void keep_for_ever(std::uint32_t segment) { kept_.insert(segment); }

  // Runs of one level that should become one, newest first; empty when no level has `times` as many as one may have.
  [[nodiscard]] std::vector<std::shared_ptr<const Run>> runs_to_merge(std::size_t times) const;
  [[nodiscard]] bool is_oldest(const std::shared_ptr<const Run>& run) const { return runs_.back() == run; }
  [[nodiscard]] bool has_runs() const { return !runs_.empty(); }
  [[nodiscard]] RunHeader next_run() { return {manifest_.kind, manifest_.salt, manifest_.next_run++}; }

  [[nodiscard]] const Position& indexed() const { return manifest_.indexed; }
  [[nodiscard]] const Position& proven() const { return manifest_.proven; }
  // Bytes of all segments, the newest as long as said.
  [[nodiscard]] std::uint64_t log_bytes(const Position& end) const;
  // Bytes of the log from `from` to `end`.
  [[nodiscard]] std::uint64_t bytes_between(const Position& from, const Position& end) const;

 private:
  [[nodiscard]] Result<void> save(const Position& durable);
  void show();

  const OwnedFolder& folder_;
  const Settings& settings_;
  Manifest manifest_;  // as on the disk, but for rows of segments and what save() takes
  std::map<std::uint32_t, SegmentState> segments_;
  std::set<std::uint32_t> kept_;
  std::vector<std::shared_ptr<const Run>> runs_;
  std::shared_ptr<Memtable> active_;
  Lot lot_;  // what goes to active_ next
  std::shared_ptr<const Memtable> frozen_;
  Position frozen_until_;
  std::uint64_t frozen_sequence_ = 0;

  mutable Mutex view_mutex_;
  std::shared_ptr<const View> view_ ICN_GUARDED_BY(view_mutex_);
  std::uint64_t visible_ ICN_GUARDED_BY(view_mutex_) = 0;
  std::uint64_t sequence_ ICN_GUARDED_BY(view_mutex_) = 0;
};

}  // namespace icn::backends::detail::keyed_log
