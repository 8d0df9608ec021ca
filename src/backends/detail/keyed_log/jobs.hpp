// The two chores of a store, done a little at a time by whoever writes: no thread of its own, no long pause.
#pragma once
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "backends/detail/keyed_log/view.hpp"

namespace icn::backends::detail::keyed_log {

// Writes one run from a table or from other runs. Used under its owner's lock.
class IndexJob {
 public:
  using BytesBySegment = std::map<std::uint32_t, std::uint64_t>;
  // What an erased key hides further down: while there is anything, the run must say that the key is erased.
  enum class Erased : std::uint8_t { keep, drop };

  // Errors: storage.
  [[nodiscard]] static Result<std::unique_ptr<IndexJob>> of_table(std::shared_ptr<const Memtable> table,
                                                                  const OwnedFolder& folder, const RunHeader& header,
                                                                  Filter filter, Erased erased);
  // `inputs`: newest first.
  [[nodiscard]] static Result<std::unique_ptr<IndexJob>> of_runs(std::vector<std::shared_ptr<const Run>> inputs,
                                                                 const OwnedFolder& folder, const RunHeader& header,
                                                                 Filter filter, Erased erased);
  IndexJob(const OwnedFolder& folder, const RunHeader& header, Erased erased, RunWriter writer);
  ~IndexJob();  // an unfinished run is removed
  IndexJob(const IndexJob&) = delete;
  IndexJob& operator=(const IndexJob&) = delete;

  // Takes at most so many entries on; true when there are no more. Errors: corrupted, storage.
  [[nodiscard]] Result<bool> step(std::uint64_t entries);
  // The run, its bytes durable; null when it would be empty. Once, after step() answered true.
  [[nodiscard]] Result<std::shared_ptr<const Run>> finish(std::uint32_t level);
  // Bytes of the log that this run leaves without a key.
  [[nodiscard]] const BytesBySegment& dead() const { return dead_; }
  [[nodiscard]] const std::vector<std::shared_ptr<const Run>>& inputs() const { return inputs_; }

 private:
  [[nodiscard]] Result<void> start();
  const OwnedFolder& folder_;
  const RunHeader header_;
  const Erased erased_;
  std::shared_ptr<const Memtable> table_;
  std::vector<std::shared_ptr<const Run>> inputs_;
  Cursor cursor_;
  RunWriter writer_;
  BytesBySegment dead_;
  bool finished_ = false;
};

// Looks through a segment that is mostly dead for what is still read. Used under its owner's lock.
class Collection {
 public:
  struct Entry {
    Bytes key;
    Bytes value;
    Location from;
  };
  // Whether the newest entry of the key is the one at this location.
  using IsCurrent = std::function<Result<bool>(ByteView key, const Location& location)>;

  Collection(std::shared_ptr<const Segment> segment, std::uint32_t end);
  // Looks at about so many bytes of entries and adds those still current to `current`. Errors: corrupted, storage.
  [[nodiscard]] Result<void> step(std::uint64_t bytes, const IsCurrent& is_current, std::deque<Entry>& current);
  [[nodiscard]] bool at_end() const { return offset_ >= end_; }
  [[nodiscard]] const std::shared_ptr<const Segment>& segment() const { return segment_; }

 private:
  [[nodiscard]] Result<std::uint64_t> look_at_entry(const IsCurrent& is_current, std::deque<Entry>& current);
  [[nodiscard]] Result<void> enter_group();
  const std::shared_ptr<const Segment> segment_;
  const std::uint64_t end_;
  std::uint64_t offset_ = kSegmentHeaderBytes;
  std::uint64_t group_end_ = kSegmentHeaderBytes;
  std::uint32_t entries_left_ = 0;
  SegmentReader reader_;
};

}  // namespace icn::backends::detail::keyed_log
