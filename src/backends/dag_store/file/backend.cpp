// Blocks in a folder of files, development grade: a log of blocks in segments, all CIDs in memory.
//
// A put is one record, a removal another, flush() a sync. Opening rebuilds the index (CID → place) from the heads of
// the records. When more than half of the log is dead, remove() and flush() append the live records of the oldest
// segment again and drop that segment, one per call.
#include <map>

#include "backends/detail/cid_key.hpp"
#include "backends/detail/segment_log/segment_log.hpp"
#include "backends/detail/stored_block.hpp"
#include "core/mutex.hpp"
#include "ports/factories.hpp"

namespace icn::backends::dag_store::file {
namespace {

using detail::LogEntry;
using detail::LogPlace;
using detail::SegmentLog;

constexpr ports::Descriptor kDescriptor{"dag_store", "file", ports::Grade::development,
                                        "blocks in a folder of files: a log of blocks, all CIDs in memory"};
constexpr std::uint64_t kSegmentBytes = std::uint64_t{32} << 20;  // a larger segment accepts no further records

class FileDagStore : public ports::DagStore {
 public:
  Result<void> open(const std::string& folder) {
    Lock writing(writing_);
    log_ = ICN_TRY(SegmentLog::open(folder, detail::LogKind::blocks,
                                    [&](const LogEntry& entry, const LogPlace& place) -> Result<void> {
                                      const ipld::Cid cid = ICN_TRY(detail::cid_of(entry.key, folder));
                                      Lock lock(mutex_);
                                      index(cid, entry.value ? &place : nullptr);
                                      return {};
                                    }));
    return {};
  }

  Result<void> put(std::span<const ipld::Block> blocks) override {
    for (const ipld::Block& block : blocks) ICN_TRY(ports::check_block(block));
    Lock writing(writing_);
    ICN_TRY(log_->refuse_when_failed());
    std::map<ipld::Cid, ByteView> added;
    for (const ipld::Block& block : blocks) {
      if (!holds(block)) added.emplace(block.cid, block.bytes);
    }
    return write({added.begin(), added.end()});
  }

  Result<ipld::Block> get(const ipld::Cid& cid) const override {
    const std::optional<LogPlace> place = place_of(cid);
    if (!place) return detail::stored_block(cid, std::nullopt);
    auto bytes = place->read();
    if (!bytes) return fail(within("block " + cid.to_text(), std::move(bytes).error()));
    return detail::stored_block(cid, *std::move(bytes));
  }

  Result<std::optional<std::uint64_t>> length(const ipld::Cid& cid) const override {
    const std::optional<LogPlace> place = place_of(cid);
    return place ? std::optional<std::uint64_t>(place->bytes) : std::nullopt;
  }

  Result<void> remove(std::span<const ipld::Cid> cids) override {
    Lock writing(writing_);
    ICN_TRY(log_->refuse_when_failed());
    std::map<ipld::Cid, std::optional<ByteView>> gone;
    for (const ipld::Cid& cid : cids) {
      if (place_of(cid)) gone.emplace(cid, std::nullopt);
    }
    ICN_TRY(write({gone.begin(), gone.end()}));
    compact();
    return {};
  }

  Result<void> for_each(const std::optional<ipld::Cid>& after,
                        const std::function<bool(const ipld::Cid&, std::uint64_t)>& visit) const override {
    Lock lock(mutex_);
    for (auto at = after ? index_.upper_bound(*after) : index_.begin(); at != index_.end(); ++at) {
      if (!visit(at->first, at->second.bytes)) break;
    }
    return {};
  }

  Result<ports::DagStatistics> statistics() const override { return counted(); }

  Result<void> flush() override {
    Lock writing(writing_);
    ICN_TRY(log_->sync());
    compact();
    return {};
  }
  const ports::Descriptor& descriptor() const override { return kDescriptor; }

 private:
  using Rows = std::vector<std::pair<ipld::Cid, std::optional<ByteView>>>;

  std::optional<LogPlace> place_of(const ipld::Cid& cid) const ICN_EXCLUDES(mutex_) {
    Lock lock(mutex_);
    const auto found = index_.find(cid);
    return found == index_.end() ? std::nullopt : std::optional(found->second);
  }
  // Whether the block is stored intact; a damaged one is appended again.
  bool holds(const ipld::Block& block) const ICN_EXCLUDES(mutex_) {
    const std::optional<LogPlace> place = place_of(block.cid);
    if (!place || place->bytes != block.bytes.size()) return false;
    const auto bytes = place->read();
    return bytes && *bytes == block.bytes;
  }
  ports::DagStatistics counted() const ICN_EXCLUDES(mutex_) {
    Lock lock(mutex_);
    return {index_.size(), bytes_};
  }
  // A null place: the block was removed.
  void index(const ipld::Cid& cid, const LogPlace* place) ICN_REQUIRES(mutex_) {
    if (const auto found = index_.find(cid); found != index_.end()) {
      bytes_ -= found->second.bytes;
      index_.erase(found);
    }
    if (place == nullptr) return;
    index_.emplace(cid, *place);
    bytes_ += place->bytes;
  }

  // One record: all rows or none. A row without bytes removes its block.
  Result<void> write(const Rows& rows) ICN_REQUIRES(writing_) ICN_EXCLUDES(mutex_) {
    if (rows.empty()) return {};
    if (log_->last_segment_bytes() > kSegmentBytes) ICN_TRY(log_->begin_segment());
    std::vector<detail::CidKey> keys;
    keys.reserve(rows.size());
    std::vector<LogEntry> entries;
    for (const auto& [cid, bytes] : rows) {
      keys.push_back(detail::key_of(cid));
      entries.push_back({keys.back(), bytes});
    }
    std::vector<LogPlace> places;
    ICN_TRY(log_->append(entries, 0, &places));
    Lock lock(mutex_);
    for (std::size_t i = 0; i < rows.size(); ++i) index(rows[i].first, rows[i].second ? &places[i] : nullptr);
    return {};
  }

  // The caller's request is already done: if this fails, the log accepts nothing more, and the next call reports it.
  void compact() ICN_REQUIRES(writing_) {
    const ports::DagStatistics living = counted();
    const std::uint64_t bytes = living.bytes + living.blocks * (detail::RecordHead::kRowBytes + detail::kCidKeyBytes);
    if (log_->segment_count() == 1 || log_->bytes() < 2 * bytes + kSegmentBytes) return;
    static_cast<void>(drop_oldest().has_value());
  }
  // A block with damaged bytes is moved unchanged: a get reports it, wherever it is.
  Result<void> drop_oldest() ICN_REQUIRES(writing_) {
    std::vector<std::pair<ipld::Cid, LogPlace>> living;
    {
      Lock lock(mutex_);
      for (const auto& [cid, place] : index_) {
        if (place.file == log_->oldest()) living.emplace_back(cid, place);
      }
    }
    for (std::size_t next = 0; next < living.size();) {
      std::vector<Bytes> blocks;
      Rows rows;
      for (std::size_t bytes = 0; next < living.size() && bytes < ports::kPutBytesMax; ++next) {
        blocks.push_back(ICN_TRY(living[next].second.read()));
        rows.emplace_back(living[next].first, ByteView(blocks.back()));
        bytes += blocks.back().size();
      }
      ICN_TRY(write(rows));
    }
    return log_->drop_oldest();
  }

  mutable Mutex writing_;  // taken before mutex_, and held during disk access
  std::unique_ptr<SegmentLog> log_ ICN_GUARDED_BY(writing_);
  mutable Mutex mutex_;
  std::map<ipld::Cid, LogPlace> index_ ICN_GUARDED_BY(mutex_);
  std::uint64_t bytes_ ICN_GUARDED_BY(mutex_) = 0;  // of all blocks
};

Result<std::unique_ptr<ports::DagStore>> open(std::string_view location) {
  if (location.empty()) return fail(ErrorCode::invalid_argument, "dag_store file needs a folder: file:PATH");
  auto store = std::make_unique<FileDagStore>();
  ICN_TRY(store->open(std::string(location)));
  return store;
}

}  // namespace

extern const ports::Backend<ports::dag_store_factory> kBackend{kDescriptor, &open};

}  // namespace icn::backends::dag_store::file
