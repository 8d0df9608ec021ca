#include "backends/detail/segment_log/segment_log.hpp"

#include <filesystem>

#include "core/check.hpp"
#include "disk/folder.hpp"

namespace icn::backends::detail {

Result<Bytes> LogPlace::read() const {
  Bytes value(bytes);
  if (ICN_TRY(file->read_at(offset, value)) == bytes) return value;
  return fail(ErrorCode::corrupted, file->name() + " ends before the value at offset " + std::to_string(offset) +
                                        " does; restore the store from a backup");
}

SegmentLog::SegmentLog(disk::FolderLock folder_lock, disk::FileLock lock, std::string folder, LogKind kind)
    : folder_lock_(std::move(folder_lock)), lock_(std::move(lock)), folder_(std::move(folder)), kind_(kind) {}

SegmentLog::~SegmentLog() {
  if (!segments_.empty() && sync()) static_cast<void>(write_mark(first_, last_number(), durable_).has_value());
}

std::string SegmentLog::path_of(std::uint64_t number) const {
  return folder_ + "/" + std::to_string(kSegmentNameBase + number).substr(1) + std::string(kSegmentSuffix);
}

Result<void> SegmentLog::refuse_when_failed() const {
  if (!failed_) return {};
  return fail(ErrorCode::storage, folder_ +
                                      ": an earlier write failed, so what the disk holds is unknown; nothing more is "
                                      "written until the store is opened again");
}

Result<void> SegmentLog::ending_at_failure(Result<void> result) {
  failed_ = failed_ || !result;
  return result;
}

Result<void> SegmentLog::append(std::span<const LogEntry> entries, std::uint64_t sequence,
                                std::vector<LogPlace>* places) {
  ICN_TRY(refuse_when_failed());
  RecordHead head;
  head.sequence = sequence;
  head.durable = durable_;
  const Bytes record = encode_record(head, entries, {salt_, last_number(), end_});
  const std::shared_ptr<const disk::File>& file = segments_.back();
  ICN_TRY(ending_at_failure(file->write_at(end_, record)));
  if (places != nullptr) {
    std::uint64_t at = end_ + RecordHead::kBytes;
    for (const LogEntry& entry : entries) at += RecordHead::kRowBytes + entry.key.size();
    for (const LogEntry& entry : entries) {
      places->push_back({file, at, entry.value ? entry.value->size() : 0});
      at += places->back().bytes;
    }
  }
  end_ += record.size();
  sequence_ = sequence;
  return {};
}

Result<void> SegmentLog::sync() {
  ICN_TRY(refuse_when_failed());
  if (durable_ == end_) return {};
  ICN_TRY(ending_at_failure(segments_.back()->sync_data()));
  durable_ = end_;
  return {};
}

Result<void> SegmentLog::write_mark(std::uint64_t first, std::uint64_t last, std::uint64_t proven) {
  return ending_at_failure(
      disk::replace_file(folder_ + "/" + kMarkName, encode_numbers(kMarkMagic, kind_, {salt_, first, last, proven})));
}

Result<void> SegmentLog::create_segment(std::uint64_t number) {
  const std::string path = path_of(number);
  ICN_TRY(disk::replace_file(path, encode_numbers(kSegmentMagic, kind_, {salt_, number, end_})));
  auto file = std::make_shared<const disk::File>(ICN_TRY(disk::File::open(path, disk::Open::update)));
  segments_.push_back(std::move(file));
  sealed_bytes_ += end_;
  end_ = durable_ = kHeaderBytes;
  return write_mark(first_, number, end_);
}

Result<void> SegmentLog::begin_segment() {
  ICN_TRY(sync());
  return ending_at_failure(create_segment(last_number() + 1));
}

Result<void> SegmentLog::drop_oldest() {
  ICN_CHECK(segments_.size() > 1);
  const std::uint64_t bytes = ICN_TRY(segments_.front()->status()).bytes;
  ICN_TRY(sync());
  ICN_TRY(write_mark(first_ + 1, last_number(), durable_));
  sealed_bytes_ -= bytes;
  segments_.pop_front();
  // A file whose name stays, or comes back, is removed by the next opening: the mark shows that it is obsolete.
  std::error_code ignored;
  std::filesystem::remove(path_of(first_++), ignored);
  return {};
}

}  // namespace icn::backends::detail
