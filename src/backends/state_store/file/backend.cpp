// State in a folder of files, development grade: a log of commits, and all pairs in memory.
//
// A commit is one record and one sync, then it is applied to the pairs in memory, which serve every read. When the log
// has grown to twice its length after the last snapshot plus 16 MiB, all pairs are written into a new segment, and the
// older ones are removed. A crash in the middle does no harm: the pairs already written are also in the older segments.
#include "backends/detail/memory_state.hpp"
#include "backends/detail/segment_log/segment_log.hpp"
#include "ports/factories.hpp"

namespace icn::backends::state_store::file {
namespace {

using detail::LogEntry;
using detail::SegmentLog;

constexpr ports::Descriptor kDescriptor{"state_store", "file", ports::Grade::development,
                                        "state in a folder of files: a log of commits, all pairs in memory"};
constexpr std::uint64_t kSnapshotBytesMin = std::uint64_t{16} << 20;
constexpr std::size_t kRecordBytes = std::size_t{1} << 20;  // of a snapshot

class FileStateStore : public ports::StateStore {
 public:
  Result<void> open(const std::string& folder) {
    Lock lock(mutex_);
    detail::Pairs pairs;
    log_ = ICN_TRY(SegmentLog::open(folder, detail::LogKind::state,
                                    [&](const LogEntry& entry, const detail::LogPlace&) -> Result<void> {
                                      pairs.write(entry.key, entry.value);
                                      return {};
                                    }));
    std::uint64_t living = 0;
    pairs.scan({}, {}, [&](ByteView key, ByteView value) {
      living += key.size() + value.size();
      return true;
    });
    snapshot_at_ = 2 * living + kSnapshotBytesMin;
    state_.restore(std::move(pairs), log_->sequence());
    return {};
  }

  Result<std::optional<Bytes>> get(ByteView key) const override { return state_.get(key); }
  Result<void> scan(ByteView begin, ByteView end, const std::function<bool(ByteView, ByteView)>& visit) const override {
    return state_.scan(begin, end, visit);
  }
  std::uint64_t sequence() const override { return state_.sequence(); }
  Result<std::unique_ptr<ports::StateReader>> snapshot() const override { return state_.snapshot(); }

  Result<std::uint64_t> commit(std::span<const ports::Batch> batches) override {
    std::vector<LogEntry> entries;
    for (const ports::Batch& batch : batches) {
      for (const ports::Batch::Write& write : batch.writes()) {
        ICN_TRY(ports::check_write(write));
        entries.push_back({write.key, write.value ? std::optional<ByteView>(*write.value) : std::nullopt});
      }
    }
    Lock lock(mutex_);
    ICN_TRY(log_->refuse_when_failed());
    if (batches.empty()) return state_.sequence();
    ICN_TRY(log_->append(entries, state_.sequence() + batches.size()));
    ICN_TRY(log_->sync());
    const std::uint64_t sequence = state_.commit(batches);
    // The commit is durable. If this fails, the log accepts nothing more, and the next commit reports it.
    if (log_->bytes() > snapshot_at_) static_cast<void>(write_snapshot().has_value());
    return sequence;
  }
  const ports::Descriptor& descriptor() const override { return kDescriptor; }

 private:
  Result<void> write_snapshot() ICN_REQUIRES(mutex_) {
    ICN_TRY(log_->begin_segment());
    Bytes from;
    for (;;) {
      // Readers wait for the copy of one record, never for the disk.
      std::vector<std::pair<Bytes, Bytes>> pairs;
      std::size_t bytes = 0;
      ICN_TRY(state_.scan(from, {}, [&](ByteView key, ByteView value) {
        pairs.emplace_back(copy_of(key), copy_of(value));
        bytes += key.size() + value.size();
        return bytes < kRecordBytes;
      }));
      if (pairs.empty()) break;
      std::vector<LogEntry> entries;
      for (const auto& [key, value] : pairs) entries.push_back({key, ByteView(value)});
      ICN_TRY(log_->append(entries, state_.sequence()));
      from = std::move(pairs.back().first);
      from.push_back(0);
    }
    while (log_->segment_count() > 1) ICN_TRY(log_->drop_oldest());
    snapshot_at_ = 2 * log_->bytes() + kSnapshotBytesMin;
    return {};
  }

  detail::MemoryState state_;
  Mutex mutex_;  // of writers
  std::unique_ptr<SegmentLog> log_ ICN_GUARDED_BY(mutex_);
  std::uint64_t snapshot_at_ ICN_GUARDED_BY(mutex_) = 0;
};

Result<std::unique_ptr<ports::StateStore>> open(std::string_view location) {
  if (location.empty()) return fail(ErrorCode::invalid_argument, "state_store file needs a folder: file:PATH");
  auto store = std::make_unique<FileStateStore>();
  ICN_TRY(store->open(std::string(location)));
  return store;
}

}  // namespace

extern const ports::Backend<ports::state_store_factory> kBackend{kDescriptor, &open};

}  // namespace icn::backends::state_store::file
