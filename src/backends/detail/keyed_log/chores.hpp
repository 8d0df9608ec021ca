// What a store does beside writing, a little with each write: indexing the log's end, merging runs, collecting
// segments.
//
// Used under the writer's lock. Any error but a damaged segment leaves the store unusable for writing.
#pragma once
#include <deque>
#include <memory>
#include <set>
#include <string_view>

#include "backends/detail/keyed_log/contents.hpp"
#include "backends/detail/keyed_log/jobs.hpp"
#include "backends/detail/keyed_log/location_table.hpp"
#include "backends/detail/keyed_log/log.hpp"

namespace icn::backends::detail::keyed_log {

class Chores {
 public:
  struct Budget {
    std::uint64_t index_entries = 0;
    std::uint64_t collected_bytes = 0;
    [[nodiscard]] static Budget for_write(std::uint64_t entries, std::uint64_t bytes);
  };
  // `table` is null in a store that is not hashed. All outlive the chores.
  Chores(const OwnedFolder& folder, const Settings& settings, Contents& contents, Log& log, const LocationTable* table)
      : folder_(folder), settings_(settings), contents_(contents), log_(log), table_(table) {}

  // Errors: storage, corrupted (a run).
  [[nodiscard]] Result<void> work(const Budget& budget);
  // For an opening: does at once what lives that ended too early have left undone, as far as it is little, so that the
  // next opening has less to read. Begins to collect one segment if hardly anything lives in it.
  [[nodiscard]] Result<void> catch_up();
  // One step of the collection that was begun. Errors: storage.
  [[nodiscard]] Result<void> step_collection(std::uint64_t bytes);
  // Nothing is due. Entries that are to be moved may wait for the next group.
  [[nodiscard]] bool is_idle() const;
  [[nodiscard]] bool is_collecting() const { return collection_ != nullptr; }

  // Entries of a segment being collected, to be written again with the next group; clear_moves() when they were.
  [[nodiscard]] const std::deque<Collection::Entry>& moves() const { return moves_; }
  void forget_moves(const std::set<std::string_view>& keys);
  void clear_moves() { moves_.clear(); }

 private:
  // Whether the log's end has an n-th of what it may have before it is indexed.
  [[nodiscard]] bool tail_reaches(std::uint64_t nth) const;
  [[nodiscard]] Result<void> begin_flush();
  [[nodiscard]] Result<void> step_flush(std::uint64_t entries);
  [[nodiscard]] Result<void> begin_merge(std::vector<std::shared_ptr<const Run>> inputs);
  [[nodiscard]] Result<void> step_merge(std::uint64_t entries);
  void begin_collection(const std::shared_ptr<const Segment>& segment);
  [[nodiscard]] Result<bool> is_current(ByteView key, const Location& location) const;
  [[nodiscard]] const IndexJob::BytesBySegment& dead_of(const IndexJob& job) const;
  [[nodiscard]] Filter filter() const { return settings_.index == Index::hashed ? Filter::none : Filter::bloom; }

  const OwnedFolder& folder_;
  const Settings& settings_;
  Contents& contents_;
  Log& log_;
  const LocationTable* table_;
  std::unique_ptr<IndexJob> flush_;
  std::unique_ptr<IndexJob> merge_;
  std::unique_ptr<Collection> collection_;
  std::deque<Collection::Entry> moves_;
};

}  // namespace icn::backends::detail::keyed_log
