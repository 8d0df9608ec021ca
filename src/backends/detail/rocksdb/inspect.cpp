#include "backends/detail/rocksdb/inspect.hpp"

#include <rocksdb/wal_filter.h>

#include <algorithm>
#include <array>

#include "backends/detail/rocksdb/engine.hpp"
#include "disk/folder.hpp"

namespace icn::backends::detail {
namespace {

constexpr std::size_t kLogBlockBytes = 32'768;  // of RocksDB's log format

class SilentLogger : public rocksdb::Logger {
 public:
  using rocksdb::Logger::Logv;
  void Logv(const char*, va_list) override {}
};

// Stops the replay before the first write, so that only the tables' content is seen.
class TablesOnly : public rocksdb::WalFilter {
 public:
  WalProcessingOption LogRecordFound(unsigned long long, const std::string&, const rocksdb::WriteBatch&,
                                     rocksdb::WriteBatch*, bool*) override {
    return WalProcessingOption::kStopReplay;
  }
  const char* Name() const override { return "icn.tables_only"; }
};

// Watches the replay of the log, which continues after write `base` of the tables, and detects missing writes.
class Witness : public rocksdb::WalFilter {
 public:
  Witness(const StoreKind& kind, const std::string& path, std::uint64_t base) : kind_(kind), path_(path), base_(base) {}

  WalProcessingOption LogRecordFound(unsigned long long, const std::string& file, const rocksdb::WriteBatch& batch,
                                     rocksdb::WriteBatch*, bool*) override {
    // RocksDB writes an empty batch when it begins a log after a recovery.
    if (batch.Count() == 0 || !seen_) return WalProcessingOption::kContinueProcessing;
    if (const Result<void> taken = take(batch, file); !taken) seen_ = fail(taken.error());
    return WalProcessingOption::kContinueProcessing;
  }
  const char* Name() const override { return "icn.witness"; }

  // The first problem found.
  const Result<void>& seen() const { return seen_; }
  bool has_only_marks() const { return has_only_marks_; }

 private:
  Result<void> take(const rocksdb::WriteBatch& batch, const std::string& file) {
    const ByteView bytes = view_of_slice(batch.Data());
    // Sequence (8 bytes), count (4), then the first operation: a put of the empty key into the first table.
    constexpr std::array<std::uint8_t, 3> kPutStamp{1, 0, StoreStamp::kBytes};
    constexpr std::size_t kAt = 12 + kPutStamp.size();
    if (bytes.size() < kAt + StoreStamp::kBytes ||
        !std::equal(kPutStamp.begin(), kPutStamp.end(), bytes.begin() + 12)) {
      return fail(ErrorCode::invalid_format, file + " holds a write of another program; nothing was changed");
    }
    const StoreStamp stamp = ICN_TRY(StoreStamp::decode(bytes.subspan(kAt, StoreStamp::kBytes), kind_, path_));
    const bool is_mark = batch.Count() == 1;
    // The log may begin before the end of the tables, never after it.
    const std::uint64_t before = last_ != 0 ? last_ : std::min(base_, stamp.write - 1);
    if (stamp.write != before + 1 && !(is_mark && stamp.write == before)) {
      return fail(ErrorCode::corrupted, file + " continues with write " + std::to_string(stamp.write) +
                                            " after write " + std::to_string(before) +
                                            "; nothing was changed. Restore the store from a backup");
    }
    has_only_marks_ = has_only_marks_ && is_mark;
    last_ = stamp.write;
    return {};
  }

  const StoreKind& kind_;
  const std::string& path_;
  const std::uint64_t base_;
  std::uint64_t last_ = 0;
  bool has_only_marks_ = true;
  Result<void> seen_;
};

// Files that RocksDB creates before CURRENT, and so may leave behind if it is killed while it creates a folder.
bool comes_before_current(const std::string& name) {
  if (name == "LOCK" || name == "IDENTITY") return true;
  const auto begins = [&](std::string_view with) { return name.starts_with(with); };
  return begins("LOG") || begins("MANIFEST-") || begins("OPTIONS-") || name.ends_with(".dbtmp");
}

Result<RocksInspection> inspect_without_current(const std::string& path, const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    if (comes_before_current(name)) continue;
    if (name.ends_with(".sst") || name.ends_with(".log") || name.ends_with(".blob")) {
      return fail(ErrorCode::corrupted, path + " has lost its file CURRENT and still holds data (" + name +
                                            "); nothing was changed. Restore the store from a backup");
    }
    return fail(ErrorCode::invalid_format, path + " is an unrelated folder (it holds " + name +
                                               "); nothing was changed. Choose a separate folder for the store");
  }
  return RocksInspection{};
}

std::vector<std::string> log_files(const std::string& path, const std::vector<std::string>& names) {
  std::vector<std::string> files;
  for (const std::string& name : names) {
    if (name.ends_with(".log")) files.push_back(path + "/" + name);
  }
  return files;
}

// The last write that RocksDB reaches under the filter; empty: there is none.
Result<std::optional<StoreStamp>> last_write(const std::string& path, const StoreKind& kind,
                                             rocksdb::WalFilter& filter) {
  rocksdb::Options options;
  options.info_log = make_silent_logger();
  options.wal_filter = &filter;
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
  options.max_open_files = 16;
  options.stats_dump_period_sec = 0;
  options.stats_persist_period_sec = 0;
  rocksdb::DB* opened = nullptr;
  const rocksdb::Status status = rocksdb::DB::OpenForReadOnly(options, path, &opened);
  if (!status.ok()) return rocks_error(status, "inspect " + path);
  const std::unique_ptr<rocksdb::DB> db(opened);
  rocksdb::PinnableSlice value;
  const rocksdb::Status got = db->Get(rocksdb::ReadOptions(), db->DefaultColumnFamily(), rocksdb::Slice(), &value);
  if (got.ok()) return std::optional(ICN_TRY(StoreStamp::decode(view_of_slice(value), kind, path)));
  if (!got.IsNotFound()) return rocks_error(got, "inspect " + path);
  const std::unique_ptr<rocksdb::Iterator> any(db->NewIterator(rocksdb::ReadOptions()));
  any->SeekToFirst();
  if (any->Valid()) {
    return fail(ErrorCode::invalid_format, path +
                                               " is an unrelated database; nothing was changed. Choose a "
                                               "separate folder for the store");
  }
  if (!any->status().ok()) return rocks_error(any->status(), "inspect " + path);
  return std::optional<StoreStamp>();
}

// Whether a stamp in the bytes of the file `name`, readable by RocksDB or not, shows that more was durable than `last`
// (0: nothing is). `head` is the beginning of each stamp. A stamp across two of the log's blocks is skipped, since a
// record header splits it; the next one repeats it.
Result<void> look_for_promises(const std::string& name, std::string_view bytes, std::string_view head,
                               std::uint64_t last) {
  for (std::size_t at = bytes.find(head); at != std::string::npos; at = bytes.find(head, at + 1)) {
    if (at + StoreStamp::kBytes > bytes.size()) break;
    if (at / kLogBlockBytes != (at + StoreStamp::kBytes - 1) / kLogBlockBytes) continue;
    const auto* stamp = reinterpret_cast<const std::uint8_t*>(bytes.data()) + at + StoreStamp::kHeadBytes;
    const std::uint64_t durable = read_be64(stamp + 8);
    if (durable <= last) continue;
    return fail(ErrorCode::corrupted, name + " is damaged: the writes " + std::to_string(last + 1) + " to " +
                                          std::to_string(durable) +
                                          " were durable and cannot be read; nothing was changed. Restore the store "
                                          "from a backup");
  }
  return {};
}

}  // namespace

std::shared_ptr<rocksdb::Logger> make_silent_logger() { return std::make_shared<SilentLogger>(); }

Result<RocksInspection> inspect_rocks_folder(const std::string& path, const StoreKind& kind) {
  const std::vector<std::string> names = ICN_TRY(disk::list_folder(path));
  if (std::find(names.begin(), names.end(), "CURRENT") == names.end()) return inspect_without_current(path, names);
  TablesOnly tables_only;
  const std::optional<StoreStamp> in_tables = ICN_TRY(last_write(path, kind, tables_only));
  const std::vector<std::string> logs = log_files(path, names);
  if (in_tables && logs.empty()) {
    return fail(ErrorCode::corrupted,
                path + " has lost its log file; nothing was changed. Restore the store from a backup");
  }
  Witness witness(kind, path, in_tables ? in_tables->write : 0);
  RocksInspection found;
  found.is_made = in_tables.has_value();
  found.last = ICN_TRY(last_write(path, kind, witness));
  ICN_TRY(witness.seen());
  const Bytes encoded = found.last.value_or(StoreStamp{.magic = kind.magic, .version = kind.version}).encode();
  const std::string_view head =
      text_of(ByteView(encoded).first(found.last ? StoreStamp::kHeadBytes : StoreStamp::kKindBytes));
  for (const std::string& log : logs) {
    const disk::File file = ICN_TRY(disk::File::open(log, disk::Open::read));
    const Bytes bytes = ICN_TRY(file.read_to_end(UINT64_MAX));
    ICN_TRY(look_for_promises(log, text_of(bytes), head, found.last ? found.last->write : 0));
    ICN_TRY(file.sync());
  }
  found.is_closed = witness.has_only_marks();
  return found;
}

}  // namespace icn::backends::detail
