// Opens a segment log: lists the folder, checks that it is complete, and reads everything in it.
#include <algorithm>
#include <charconv>
#include <filesystem>
#include <set>

#include <sys/random.h>
#include <unistd.h>

#include "backends/detail/segment_log/segment_log.hpp"
#include "core/log.hpp"
#include "disk/folder.hpp"

namespace icn::backends::detail {
namespace {

tl::unexpected<Error> damaged(const std::string& path, std::uint64_t offset, std::string_view what) {
  return fail(ErrorCode::corrupted, path + ": the record at offset " + std::to_string(offset) + " is damaged (" +
                                        std::string(what) + "); nothing was changed. Restore the store from a backup");
}
tl::unexpected<Error> missing(const std::string& path) {
  return fail(ErrorCode::corrupted, path + " is missing; nothing was changed. Restore the store from a backup");
}

// The number of a segment's file; empty for another file.
std::optional<std::uint64_t> number_of(std::string_view name) {
  constexpr std::size_t kDigits = 10;
  std::uint64_t number = 0;
  const auto parsed = std::from_chars(name.data(), name.data() + std::min(name.size(), kDigits), number);
  if (parsed.ptr != name.data() + kDigits || name.substr(kDigits) != kSegmentSuffix) return std::nullopt;
  return number;
}

// A file that was being replaced during a crash has this suffix.
constexpr std::string_view kTemporarySuffix = ".new";
bool is_ours(std::string_view name) {
  if (name.ends_with(kTemporarySuffix)) name.remove_suffix(kTemporarySuffix.size());
  return name == kLockName || name == kMarkName || number_of(name);
}

// The names in the folder, all of which belong to a store. Errors: invalid_format, unsupported_version; storage.
Result<std::vector<std::string>> names_in(const std::string& folder) {
  std::vector<std::string> names = ICN_TRY(disk::list_folder(folder));
  const auto manifest = disk::read_file(folder + "/manifest", std::uint64_t{1} << 20);
  if (manifest && text_of(*manifest).starts_with("ICNSET\r\n")) {
    return refuse(ErrorCode::unsupported_version, "file_engine_v1",
                  folder +
                      " was written by the file store of icn 0.1.0 (format 1), which this version does not read; "
                      "nothing was changed. icn 0.1.0 can move it to a store that both read, such as sqlite");
  }
  for (const std::string& name : names) {
    if (is_ours(name)) continue;
    return fail(ErrorCode::invalid_format,
                folder + " holds '" + name + "', which is not part of a file store; nothing was changed");
  }
  return names;
}

// A segment being read, in pieces that are kept until another place is requested.
class Reader {
 public:
  Reader(const disk::File& file, RecordSeed seed, std::uint64_t size) : file_(file), seed_(seed), size_(size) {}

  // The bytes from `offset` on, at least `count` of them unless the file ends. Valid until the next call.
  Result<ByteView> get(std::uint64_t offset, std::uint64_t count) {
    if (offset < begin_ || offset + count > begin_ + bytes_.size()) {
      bytes_.resize(std::max<std::uint64_t>(count, kPieceBytes));
      bytes_.resize(ICN_TRY(file_.read_at(offset, bytes_)));
      begin_ = offset;
    }
    return ByteView(bytes_).subspan(offset - begin_);
  }

  // The head of the record at `offset`; empty: there is no complete record. Values are read only on request.
  Result<std::optional<RecordHead>> record_at(std::uint64_t offset, bool with_values) {
    const auto head = RecordHead::decode(ICN_TRY(get(offset, RecordHead::kBytes)), size_ - offset);
    if (!head) return head;
    const std::uint64_t count = with_values ? head->record_bytes() : head->values_at();
    const ByteView bytes = ICN_TRY(get(offset, count));
    seed_[2] = offset;
    if (bytes.size() < count || head_check(seed_, bytes.first(head->values_at())) != head->check)
      return std::optional<RecordHead>();
    if (!with_values) return head;
    const ByteView values = bytes.subspan(head->values_at(), head->value_bytes);
    const bool is_whole =
        values_check(head->check, values) == read_be64(bytes.data() + count - RecordHead::kCheckBytes);
    return is_whole ? head : std::optional<RecordHead>();
  }

  // Whether a record after `offset` proves that the bytes there were durable.
  Result<bool> was_durable(std::uint64_t offset) {
    for (std::uint64_t at = offset + 1; at + RecordHead::kBytes <= size_; ++at) {
      const ByteView bytes = ICN_TRY(get(at, RecordHead::kBytes));
      if (bytes.size() < RecordHead::kBytes) break;
      const std::size_t found = text_of(bytes).find(RecordHead::kMagic);
      at += std::min(found, bytes.size() - RecordHead::kMagic.size());
      if (found == std::string_view::npos) continue;
      const auto head = ICN_TRY(record_at(at, false));
      if (head && head->durable > offset) return true;
    }
    return false;
  }

 private:
  static constexpr std::uint64_t kPieceBytes = 64 * 1024;
  const disk::File& file_;
  RecordSeed seed_;
  const std::uint64_t size_;
  std::uint64_t begin_ = 0;
  Bytes bytes_;
};

}  // namespace

class SegmentLog::Opening {
 public:
  Opening(SegmentLog& log, const Visit& visit) : log_(log), visit_(visit) {}

  Result<void> run() {
    const std::vector<std::string> names = ICN_TRY(names_in(log_.folder_));
    std::set<std::uint64_t> segments;
    for (const std::string& name : names) {
      if (const auto number = number_of(name)) segments.insert(*number);
    }
    const bool is_marked = std::binary_search(names.begin(), names.end(), kMarkName);
    if (!is_marked && !segments.empty()) return missing(log_.folder_ + "/" + kMarkName);
    ICN_TRY(is_marked ? read_mark() : make_mark());
    if (proven_ == 0 && segments.empty()) return log_.create_segment(last_);
    const std::uint64_t last = std::max(last_, segments.empty() ? 0 : *segments.rbegin());
    for (std::uint64_t number = log_.first_; number <= last; ++number) {
      if (!segments.contains(number)) return missing(log_.path_of(number));
      ICN_TRY(read_segment(number, number == last));
    }
    if (last_ != last || proven_ != log_.end_) ICN_TRY(log_.write_mark(log_.first_, last, log_.end_));
    for (const std::string& name : names) {
      const auto number = number_of(name);
      if (name.ends_with(kTemporarySuffix) || (number && *number < log_.first_))
        ICN_TRY(disk::remove_file(log_.folder_ + "/" + name));
    }
    return {};
  }

 private:
  // The mark is created before the first segment, so a folder with segments but no mark has lost it.
  Result<void> make_mark() {
    if (::getrandom(&log_.salt_, sizeof log_.salt_, 0) != static_cast<ssize_t>(sizeof log_.salt_))
      return disk::system_error("get a random number for", log_.folder_);
    // An opening that crashed may have left the folder's name non-durable.
    ICN_TRY(disk::sync_folder(std::filesystem::absolute(log_.folder_).parent_path()));
    return log_.write_mark(log_.first_, last_, proven_);
  }

  Result<void> read_mark() {
    const std::string path = log_.folder_ + "/" + kMarkName;
    const disk::File file = ICN_TRY(disk::File::open(path, disk::Open::read));
    Bytes bytes(ICN_TRY(file.status()).bytes);
    bytes.resize(ICN_TRY(file.read_at(0, bytes)));
    return decode_numbers(bytes, kMarkMagic, log_.kind_, path, {&log_.salt_, &log_.first_, &last_, &proven_});
  }

  Result<void> read_segment(std::uint64_t number, bool is_last) {
    const std::string path = log_.path_of(number);
    const auto file = std::make_shared<const disk::File>(ICN_TRY(disk::File::open(path, disk::Open::update)));
    const std::uint64_t size = ICN_TRY(file->status()).bytes;
    RecordSeed seed{};
    std::uint64_t bytes_before = 0;
    Bytes header(kHeaderBytes);
    header.resize(ICN_TRY(file->read_at(0, header)));
    ICN_TRY(decode_numbers(header, kSegmentMagic, log_.kind_, path, {&seed[0], &seed[1], &bytes_before}));
    if (seed[0] != log_.salt_ || seed[1] != number) return damaged(path, 0, "it belongs to another store");
    if (number > log_.first_ && bytes_before != log_.end_)
      return damaged(log_.path_of(number - 1), log_.end_, "the file ends there");

    Reader reader(*file, seed, size);
    const bool with_values = is_last || log_.kind_ == LogKind::state;
    std::uint64_t durable = number == last_ ? proven_ : kHeaderBytes;
    std::uint64_t offset = kHeaderBytes;
    while (offset < size) {
      const auto record = ICN_TRY(reader.record_at(offset, with_values));
      if (!record) break;
      ICN_TRY(visit_record(reader, *record, file, offset, with_values));
      durable = std::max(durable, record->durable);
      log_.sequence_ = record->sequence;
      offset += record->record_bytes();
    }
    if (offset < durable || (offset < size && (!is_last || ICN_TRY(reader.was_durable(offset)))))
      return damaged(path, offset, offset < size ? "its checksum differs" : "the file ends there");
    log_.segments_.push_back(file);
    log_.sealed_bytes_ += log_.end_;
    log_.end_ = log_.durable_ = offset;
    return is_last ? settle(*file, durable, size) : Result<void>();
  }

  Result<void> visit_record(Reader& reader, const RecordHead& record, const std::shared_ptr<const disk::File>& file,
                            std::uint64_t offset, bool with_values) {
    const ByteView bytes = ICN_TRY(reader.get(offset, with_values ? record.record_bytes() : record.values_at()));
    std::uint64_t value_at = record.values_at();
    ByteView values = with_values ? bytes.subspan(value_at, record.value_bytes) : ByteView();
    for (ByteView table = bytes.subspan(RecordHead::kBytes, record.table_bytes);
         table.size() > RecordHead::kRowBytes;) {
      const std::uint64_t key_bytes = std::min(read_be64(table.data()), table.size() - RecordHead::kRowBytes);
      const std::uint64_t field = read_be64(table.data() + 8);
      const std::uint64_t value_bytes = field == RecordHead::kErased ? 0 : field;
      LogEntry entry{table.subspan(RecordHead::kRowBytes, key_bytes), std::nullopt};
      if (field != RecordHead::kErased) entry.value = values.first(std::min(value_bytes, values.size()));
      ICN_TRY(visit_(entry, LogPlace{file, offset + value_at, value_bytes}));
      table = table.subspan(RecordHead::kRowBytes + key_bytes);
      values = values.subspan(entry.value.value_or(ByteView()).size());
      value_at += value_bytes;
    }
    return {};
  }

  // Cuts off a torn end, and rewrites what is not known to be durable: after a failed sync the system may treat pages
  // as clean that never reached the disk.
  Result<void> settle(const disk::File& file, std::uint64_t durable, std::uint64_t size) const {
    if (log_.end_ == size && durable == size) return {};
    if (log_.end_ < size) {
      log(LogLevel::info, "store",
          file.name() + ": cut off an unfinished write at offset " + std::to_string(log_.end_));
      ICN_TRY(file.truncate(log_.end_));
    }
    Bytes bytes(log_.end_ - durable);
    bytes.resize(ICN_TRY(file.read_at(durable, bytes)));
    ICN_TRY(file.write_at(durable, bytes));
    return file.sync();
  }

  SegmentLog& log_;
  const Visit& visit_;
  std::uint64_t last_ = 1;    // according to the mark
  std::uint64_t proven_ = 0;  // everything before this offset of it is durable; 0: it may not exist yet
};

Result<std::unique_ptr<SegmentLog>> SegmentLog::open(const std::string& folder, LogKind kind, const Visit& visit) {
  ICN_TRY(disk::make_folder(folder));
  if (!std::filesystem::is_directory(folder))
    return fail(ErrorCode::invalid_format, folder + " is not a folder; a file store is a separate folder");
  ICN_TRY(names_in(folder));
  auto lock = ICN_TRY(disk::FileLock::take(folder + "/" + kLockName, std::to_string(::getpid())));
  if (!lock.is_held()) {
    return fail(ErrorCode::busy, folder + " is in use by process " + (lock.other().empty() ? "?" : lock.other()) +
                                     "; nothing was changed. One process owns a store at a time: wait for it to end");
  }
  // The lock file names the owner of the folder, and can be removed; the folder itself cannot while it is in use.
  auto folder_lock = ICN_TRY(disk::FolderLock::take(folder));
  std::unique_ptr<SegmentLog> log(new SegmentLog(std::move(folder_lock), std::move(lock), folder, kind));
  auto opened = Opening(*log, visit).run();
  if (opened) return log;
  log->segments_.clear();  // so that closing writes nothing
  return fail(std::move(opened).error());
}

}  // namespace icn::backends::detail
