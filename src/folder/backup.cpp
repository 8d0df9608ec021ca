#include "folder/backup.hpp"

#include "disk/folder.hpp"
#include "folder/member_keys.hpp"
#include "folder/pair_file.hpp"
#include "identity/key_file.hpp"
#include "stores/cursor.hpp"

namespace icn::folder {
namespace {

namespace fs = std::filesystem;

// Writes the files of a backup one after the other and keeps their digests.
class Taker {
 public:
  Taker(const fs::path& draft, const Moved& moved) : draft_(draft), moved_(moved) {}

  Result<void> take_state(const ports::StateStore& state) {
    const auto snapshot = ICN_TRY(state.snapshot());
    report_.manifest.sequence = snapshot->sequence();
    PairFileWriter file = ICN_TRY(PairFileWriter::create(draft_ / kStateFile));
    Result<void> written;
    ICN_TRY(snapshot->scan({}, {}, [&](ByteView key, ByteView value) {
      hasher_.add_pair(key, value);
      written = file.add(key, value);
      moved(key.size() + value.size());
      return written.has_value();
    }));
    ICN_TRY(std::move(written));
    note(kStateFile, ICN_TRY(file.finish()));
    return {};
  }

  // Blocks stored meanwhile may or may not be among them.
  Result<void> take_blocks(const ports::DagStore& dag) {
    PairFileWriter file = ICN_TRY(PairFileWriter::create(draft_ / kBlocksFile));
    total_ = done_ + ICN_TRY(dag.statistics()).bytes;
    stores::CidCursor cursor(dag);
    while (const ipld::Cid* cid = ICN_TRY(cursor.peek())) {
      const auto block = dag.get(*cid);
      if (block) {
        hasher_.add_cid(*cid);
        ICN_TRY(file.add(cid->to_bytes(), block->bytes));
        moved(block->bytes.size());
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

  // A node may have a key elsewhere; takes the keys that are here.
  Result<void> take_keys(const DataFolder& folder) {
    std::vector<std::string> files;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(folder.path() / "keys", error))
      if (is_key_file(entry.path().filename().string())) files.push_back(entry.path().filename().string());
    if (error && error != std::errc::no_such_file_or_directory)
      return fail(ErrorCode::storage, "the folder of the keys cannot be read: " + error.message());
    std::sort(files.begin(), files.end());
    for (const std::string& file : files) {
      const fs::path path = folder.path() / "keys" / file;
      const bool is_list = file == kMembersFile;
      ICN_TRY(
          write_small(file, ICN_TRY(is_list ? disk::read_file(path, kListBytesMax) : identity::read_key_file(path))));
      report_.manifest.keys.push_back(file);
    }
    return {};
  }

  Result<BackupReport> finish(const DataFolder& folder, model::UnixMs now) {
    report_.manifest.made = now;
    report_.manifest.record = folder.record();
    report_.manifest.hash = hasher_.finish();
    ICN_TRY(write_small(kManifestFile, view_of(report_.manifest.to_json())));
    ICN_TRY(disk::write_file(draft_ / kSumsFile, {view_of(sums_text(digests_))}, {}));
    return std::move(report_);
  }

 private:
  Result<void> write_small(std::string_view name, ByteView bytes) {
    disk::FileWriter file = ICN_TRY(disk::FileWriter::create(draft_ / name, {.is_hashed = true}));
    ICN_TRY(file.write(bytes));
    note(name, ICN_TRY(file.finish()));
    return {};
  }
  void moved(std::uint64_t bytes) {
    done_ += bytes;
    if (moved_) moved_(done_, total_);
  }
  void note(std::string_view name, const disk::FileSum& sum) {
    digests_[std::string(name)] = sum.digest;
    report_.bytes += sum.bytes;
  }

  const fs::path& draft_;
  const Moved& moved_;
  std::uint64_t done_ = 0;
  std::uint64_t total_ = 0;
  stores::StateHasher hasher_;
  FileDigests digests_;
  BackupReport report_;
};

}  // namespace

Result<BackupReport> take_backup(const DataFolder& folder, const ports::StateStore& state, const ports::DagStore& dag,
                                 model::UnixMs now, const fs::path& destination, const Moved& moved) {
  fs::path place = fs::absolute(destination).lexically_normal();
  if (!place.has_filename()) place = place.parent_path();  // "backups/today/"
  std::error_code ignored;
  if (fs::exists(place, ignored)) {
    return fail(ErrorCode::already_exists,
                "'" + place.string() + "' already exists; nothing was written. Give the backup a new name");
  }
  disk::FolderDraft draft = ICN_TRY(disk::FolderDraft::make(place));
  Taker taker(draft.path(), moved);
  ICN_TRY(taker.take_keys(folder));
  ICN_TRY(taker.take_state(state));
  ICN_TRY(taker.take_blocks(dag));
  BackupReport report = ICN_TRY(taker.finish(folder, now));
  ICN_TRY(draft.appear());
  report.path = place;
  return report;
}

}  // namespace icn::folder
