#include "folder/backup.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "folder/pair_file.hpp"
#include "identity/key_file.hpp"
#include "stores/cursor.hpp"

namespace icn::folder {
namespace {

namespace fs = std::filesystem;

// A folder beside the destination, gone unless it became the backup.
class Draft {
 public:
  static Result<Draft> make(const fs::path& destination) {
    std::string pattern = destination.string() + ".partial-XXXXXX";
    if (::mkdtemp(pattern.data()) == nullptr) {
      return fail(ErrorCode::storage, "make a folder beside '" + destination.string() + "': " + std::strerror(errno));
    }
    return Draft(pattern);
  }
  Draft(Draft&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  Draft& operator=(Draft&&) = delete;
  ~Draft() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }
  [[nodiscard]] fs::path file(std::string_view name) const { return path_ / name; }

  // The name is durable when it returns; a folder without files may be replaced, nothing else.
  Result<void> become(const fs::path& destination) {
    ICN_TRY(disk::sync_folder(path_));
    if (::rename(path_.c_str(), destination.c_str()) != 0) {
      const bool taken = errno == ENOTEMPTY || errno == EEXIST || errno == ENOTDIR;
      return fail(taken ? ErrorCode::already_exists : ErrorCode::storage,
                  "name the backup '" + destination.string() + "': " + std::strerror(errno));
    }
    path_.clear();
    return disk::sync_folder(destination.parent_path());
  }

 private:
  explicit Draft(fs::path path) : path_(std::move(path)) {}
  fs::path path_;
};

// Writes the files of a backup one after the other and keeps their digests.
class Taker {
 public:
  explicit Taker(Draft& draft) : draft_(draft) {}

  Result<void> take_state(const ports::StateStore& state) {
    const auto snapshot = ICN_TRY(state.snapshot());
    report_.manifest.sequence = snapshot->sequence();
    PairFileWriter file = ICN_TRY(PairFileWriter::create(draft_.file(kStateFile)));
    Result<void> written;
    ICN_TRY(snapshot->scan({}, {}, [&](ByteView key, ByteView value) {
      hasher_.add_pair(key, value);
      written = file.add(key, value);
      return written.has_value();
    }));
    ICN_TRY(std::move(written));
    note(kStateFile, ICN_TRY(file.finish()));
    return {};
  }

  // What is stored meanwhile may or may not be among them.
  Result<void> take_blocks(const ports::DagStore& dag) {
    PairFileWriter file = ICN_TRY(PairFileWriter::create(draft_.file(kBlocksFile)));
    stores::CidCursor cursor(dag);
    while (const ipld::Cid* cid = ICN_TRY(cursor.peek())) {
      const auto block = dag.get(*cid);
      if (block) {
        hasher_.add_cid(*cid);
        ICN_TRY(file.add(cid->to_bytes(), block->bytes));
      } else if (block.error().code == ErrorCode::corrupted) {
        report_.manifest.damaged.push_back(cid->to_text());
      } else {
        return fail(block.error());
      }
      cursor.next();
    }
    note(kBlocksFile, ICN_TRY(file.finish()));
    return {};
  }

  // A node may have a key elsewhere; what is here is taken.
  Result<void> take_keys(const DataFolder& folder) {
    for (const auto& [name, path] :
         {std::pair{kKeyFiles[0], folder.member_key_path()}, std::pair{kKeyFiles[1], folder.node_key_path()}}) {
      const auto key = identity::read_key_file(path);
      if (!key && key.error().code == ErrorCode::not_found) continue;
      if (!key) return fail(key.error());
      ICN_TRY(write_small(name, *key));
      report_.manifest.keys.emplace_back(name);
    }
    return {};
  }

  Result<BackupReport> finish(const DataFolder& folder, model::UnixMs now) {
    report_.manifest.made = now;
    report_.manifest.record = folder.record();
    report_.manifest.hash = hasher_.finish();
    ICN_TRY(write_small(kManifestFile, view_of(report_.manifest.to_json())));
    disk::FileWriter sums = ICN_TRY(disk::FileWriter::create(draft_.file(kSumsFile)));
    ICN_TRY(sums.write(view_of(sums_text(digests_))));
    ICN_TRY(sums.finish());
    return std::move(report_);
  }

 private:
  Result<void> write_small(std::string_view name, ByteView bytes) {
    disk::FileWriter file = ICN_TRY(disk::FileWriter::create(draft_.file(name)));
    ICN_TRY(file.write(bytes));
    note(name, ICN_TRY(file.finish()));
    return {};
  }
  void note(std::string_view name, const disk::FileSum& sum) {
    digests_[std::string(name)] = sum.digest;
    report_.bytes += sum.bytes;
  }

  Draft& draft_;
  stores::StateHasher hasher_;
  FileDigests digests_;
  BackupReport report_;
};

}  // namespace

Result<BackupReport> take_backup(const DataFolder& folder, const ports::StateStore& state, const ports::DagStore& dag,
                                 model::UnixMs now, const fs::path& destination) {
  fs::path place = fs::absolute(destination).lexically_normal();
  if (!place.has_filename()) place = place.parent_path();  // "backups/today/"
  std::error_code ignored;
  if (fs::exists(place, ignored)) {
    return fail(ErrorCode::already_exists,
                "'" + place.string() + "' is there already; nothing was written. Give the backup a new name");
  }
  Draft draft = ICN_TRY(Draft::make(place));
  Taker taker(draft);
  ICN_TRY(taker.take_keys(folder));
  ICN_TRY(taker.take_state(state));
  ICN_TRY(taker.take_blocks(dag));
  BackupReport report = ICN_TRY(taker.finish(folder, now));
  ICN_TRY(draft.become(place));
  report.path = place;
  return report;
}

}  // namespace icn::folder
