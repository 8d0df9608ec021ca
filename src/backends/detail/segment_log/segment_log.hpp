// A folder with an append-only log: the basis of both `file` stores.
//
// The log is a sequence of segments, of which the last one grows; the small file `mark` names the first and the last,
// and how far the last one was durable. The live part of the oldest segment can be appended again and the segment
// dropped: a log is compacted only from its old end, so an erasure need not be kept for earlier entries.
//
// A power cut keeps, drops or tears anything not synced. The order of writes makes every outcome sound:
// - a segment is synced before the next one begins;
// - a new segment and the mark are written under another name, synced, renamed, and the folder synced;
// - the mark forgets a segment, durably, before its name is removed;
// - a torn end is cut off, and that synced, before anything is appended.
// So an incomplete record is the torn end of a crash, unless the mark or a later record shows that it was durable: then
// it is damage, and the store is refused. After a failed write or sync nothing more is written, since the disk's
// content is unknown; the next opening rewrites what is not known to be durable.
//
// Used under its owner's lock, except for LogPlace::read. One opening owns the folder at a time.
#pragma once
#include <deque>
#include <functional>
#include <memory>

#include "backends/detail/segment_log/segment_format.hpp"
#include "disk/lock.hpp"

namespace icn::backends::detail {

// The place of a value. It keeps its file open, even if the segment was dropped. Thread safe.
struct LogPlace {
  std::shared_ptr<const disk::File> file;
  std::uint64_t offset = 0;
  std::uint64_t bytes = 0;
  // Errors: storage, corrupted (the file ends before).
  [[nodiscard]] Result<Bytes> read() const;
};

class SegmentLog {
 public:
  // An entry of the log. Block values are read only in the last segment, and are empty in the others.
  using Visit = std::function<Result<void>(const LogEntry& entry, const LogPlace& place)>;

  // Creates the folder if it is missing (not its parents); visits every entry in order. Errors: busy (naming the
  // process that owns it), corrupted (naming file and offset), invalid_format (the folder holds something else),
  // unsupported_version (rule file_engine_v1: a store of icn 0.1.0), storage; those of `visit`.
  [[nodiscard]] static Result<std::unique_ptr<SegmentLog>> open(const std::string& folder, LogKind kind,
                                                                const Visit& visit);
  ~SegmentLog();  // syncs, and marks the end of the log
  SegmentLog(const SegmentLog&) = delete;
  SegmentLog& operator=(const SegmentLog&) = delete;

  // Appends one record: after a crash all entries are there, or none. `places` receives one for each entry. Errors:
  // storage.
  [[nodiscard]] Result<void> append(std::span<const LogEntry> entries, std::uint64_t sequence,
                                    std::vector<LogPlace>* places = nullptr);
  // Everything appended before is durable when this returns. Errors: storage.
  [[nodiscard]] Result<void> sync();
  // The next record begins a new segment. Errors: storage.
  [[nodiscard]] Result<void> begin_segment();
  // Forgets the oldest segment, which is not the last one: its live part was appended again. Errors: storage.
  [[nodiscard]] Result<void> drop_oldest();

  // Errors: storage (an earlier write or sync failed).
  [[nodiscard]] Result<void> refuse_when_failed() const;
  [[nodiscard]] std::uint64_t sequence() const { return sequence_; }          // of the last record; 0: no record
  [[nodiscard]] std::uint64_t bytes() const { return sealed_bytes_ + end_; }  // of all segments
  [[nodiscard]] std::uint64_t last_segment_bytes() const { return end_; }
  [[nodiscard]] std::size_t segment_count() const { return segments_.size(); }
  [[nodiscard]] const std::shared_ptr<const disk::File>& oldest() const { return segments_.front(); }

 private:
  class Opening;
  SegmentLog(disk::FolderLock folder_lock, disk::FileLock lock, std::string folder, LogKind kind);
  [[nodiscard]] std::string path_of(std::uint64_t number) const;
  [[nodiscard]] std::uint64_t last_number() const { return first_ + segments_.size() - 1; }
  // `proven` is the mark's durable end of the last segment.
  [[nodiscard]] Result<void> write_mark(std::uint64_t first, std::uint64_t last, std::uint64_t proven);
  [[nodiscard]] Result<void> create_segment(std::uint64_t number);
  // Returns `result`; a failure ends all writing.
  [[nodiscard]] Result<void> ending_at_failure(Result<void> result);

  const disk::FolderLock folder_lock_;
  const disk::FileLock lock_;
  const std::string folder_;
  const LogKind kind_;
  std::uint64_t salt_ = 0;
  std::uint64_t first_ = 1;
  std::deque<std::shared_ptr<const disk::File>> segments_;  // from first_ on; the last one grows
  std::uint64_t sealed_bytes_ = 0;                          // of the others
  std::uint64_t end_ = 0;                                   // of the last one
  std::uint64_t durable_ = 0;                               // everything before this offset of it is durable
  std::uint64_t sequence_ = 0;
  bool failed_ = false;
};

}  // namespace icn::backends::detail
