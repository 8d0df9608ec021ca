#include "folder/restore.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "disk/folder.hpp"
#include "folder/member_keys.hpp"
#include "folder/pair_file.hpp"
#include "folder/stores.hpp"
#include "identity/key_file.hpp"
#include "stores/copy.hpp"
#include "stores/cursor.hpp"
#include "stores/writer.hpp"

namespace icn::folder {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kKeyBytesMax = 4 * 1024;

// Checks that a restore may use the folder: it does not exist, is empty, or holds an interrupted restore.
Result<void> check_fresh(const fs::path& folder) {
  std::error_code error;
  if (!fs::exists(folder, error)) return {};
  const std::string name = "'" + folder.string() + "'";
  if (!fs::is_directory(folder, error))
    return fail(ErrorCode::already_exists, name + " exists and is not a folder; nothing was changed");
  if (fs::exists(folder / "node.json", error)) {
    return refuse(ErrorCode::already_exists, "folder_holds_node",
                  name + " already holds a node; nothing was changed. Restore into a new folder", folder.string());
  }
  const auto before = ICN_TRY(read_unfinished(folder));
  if (before && before->operation == Operation::restore) return {};
  if (fs::is_empty(folder, error) && !error) return {};
  return fail(ErrorCode::already_exists, name + " already holds files; nothing was changed. Restore into a new folder");
}

// A backup may come from another machine and be edited. Unless the user gives a place for a store, it is in the new
// folder, or not on a disk of this machine.
Result<void> check_place(StorePort port, const std::string& url, const fs::path& folder) {
  const auto path = path_of_store(port, absolute_url(port, url, folder));
  if (!path) return {};
  const fs::path within = path->lexically_relative(fs::absolute(folder).lexically_normal());
  if (!within.empty() && *within.begin() != ".." && *within.begin() != ".") return {};
  return refuse(
      ErrorCode::invalid_argument, "store_elsewhere",
      fmt::format("the backup has its {} at '{}', outside the data folder; nothing was changed. A restore writes "
                  "there only if that place is requested",
                  port_name(port), shown_url(url)),
      std::string(port_name(port)));
}

class Restorer {
 public:
  Restorer(const Restore& restore, BackupManifest manifest, DataFolder folder)
      : restore_(restore), folder_(std::move(folder)) {
    report_.manifest = std::move(manifest);
    report_.record = report_.manifest.record;
    for (const StorePort port : kStorePorts) {
      if (restore_.stores[port]) report_.record.url(port) = restore_.stores[port]->value;
    }
    folder_.use(report_.record);
  }

  Result<RestoreReport> run() {
    {
      const OpenStores stores = ICN_TRY(open_empty_stores(
          folder_,
          Unfinished{Operation::restore, {report_.record.state_store, report_.record.dag_store}, restore_.command}));
      ours_ = true;
      note(RestoreStep::begun);
      ICN_TRY(fill_state(*stores.state));
      note(RestoreStep::state_filled);
      ICN_TRY(fill_blocks(*stores.dag));
      note(RestoreStep::blocks_filled);
    }
    ICN_TRY(check_what_was_filled());
    note(RestoreStep::checked);
    ICN_TRY(write_keys());
    note(RestoreStep::keys_written);
    ICN_TRY(folder_.seal(report_.record));
    sealed_ = true;
    note(RestoreStep::sealed);
    ICN_TRY(remove_unfinished(folder_.path()));
    return report_;
  }

  // Undoes everything after a failure. What cannot be removed stays recorded as unfinished.
  void undo(bool folder_was_there) {
    if (sealed_) return;
    // Removing the note would lose track of data that an earlier restore left in stores elsewhere.
    const auto earlier = read_unfinished(folder_.path());
    if (!ours_ && (!earlier || *earlier)) return;
    if (ours_) {
      const auto stores = open_stores(folder_);
      if (!stores || !stores::clear(*stores->state) || !stores::clear(*stores->dag)) return;
    }
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(folder_.path(), ignored)) fs::remove_all(entry.path(), ignored);
    if (!folder_was_there) fs::remove(folder_.path(), ignored);
  }

 private:
  void note(RestoreStep step) const {
    if (restore_.observer) restore_.observer(step);
  }

  void moved(std::uint64_t bytes) {
    if (!restore_.moved) return;
    if (total_ == 0) {
      std::error_code ignored;
      for (const std::string_view file : {kStateFile, kBlocksFile}) {
        const std::uintmax_t size = fs::file_size(restore_.backup / file, ignored);
        if (!ignored) total_ += size;
      }
    }
    done_ += bytes;
    restore_.moved(done_, total_);
  }

  Result<void> fill_state(ports::StateStore& store) {
    stores::PairWriter pairs(store);
    ICN_TRY(read_pair_file(restore_.backup / kStateFile, [&](Bytes key, Bytes value) {
      moved(key.size() + value.size());
      return pairs.put(std::move(key), std::move(value));
    }));
    ICN_TRY(pairs.finish());
    ports::Batch batch;
    stores::begin_incarnation(ICN_TRY(stores::read_incarnation(store)), {report_.manifest.made, restore_.now}, batch);
    ICN_TRY(store.commit({&batch, 1}));
    return {};
  }

  Result<void> fill_blocks(ports::DagStore& store) {
    stores::BlockWriter blocks(store);
    ICN_TRY(read_pair_file(restore_.backup / kBlocksFile, [&](const Bytes& key, Bytes value) -> Result<void> {
      moved(key.size() + value.size());
      return blocks.put({ICN_TRY(ipld::Cid::from_bytes(key)), std::move(value)});
    }));
    return blocks.finish();
  }

  // Checks stores that were closed and opened again, as the next process finds them. Hashes the blocks too.
  Result<void> check_what_was_filled() {
    const OpenStores stores = ICN_TRY(open_stores(folder_));
    const stores::StateHash hash = ICN_TRY(stores::hash_state(*stores.state, *stores.dag));
    if (hash.digest != report_.manifest.hash.digest) {
      return fail(ErrorCode::corrupted, "the restored stores have the state hash " + to_hex(hash.digest) +
                                            ", but the backup records " + to_hex(report_.manifest.hash.digest));
    }
    stores::CidCursor cursor(*stores.dag);
    while (const ipld::Cid* cid = ICN_TRY(cursor.peek())) {
      ICN_TRY(stores.dag->get(*cid));
      cursor.next();
    }
    report_.incarnation = ICN_TRY(stores::read_incarnation(*stores.state));
    return {};
  }

  Result<void> write_keys() {
    // Removes files that an interrupted restore left.
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(folder_.path() / "keys", ignored))
      ICN_TRY(disk::remove_file(entry.path()));
    for (const std::string& key : report_.manifest.keys) {
      Bytes bytes = ICN_TRY(disk::read_file(restore_.backup / key, key == kMembersFile ? kListBytesMax : kKeyBytesMax));
      const Result<void> written = identity::write_key_file(folder_.path() / "keys" / key, bytes);
      wipe(bytes);
      ICN_TRY(written);
    }
    return {};
  }

  const Restore& restore_;
  DataFolder folder_;
  RestoreReport report_;
  std::uint64_t done_ = 0;  // bytes, for restore_.moved
  std::uint64_t total_ = 0;
  bool ours_ = false;    // the stores hold only data of this restore
  bool sealed_ = false;  // the folder is a node
};

}  // namespace

Result<RestoreReport> restore_backup(const Restore& restore) {
  BackupManifest manifest = ICN_TRY(check_backup(restore.backup));
  ICN_TRY(check_fresh(restore.folder));
  for (const StorePort port : kStorePorts) {
    const std::string& url = restore.stores[port] ? restore.stores[port]->value : manifest.record.url(port);
    ICN_TRY(describe_store(port, url));
    if (!restore.stores[port]) ICN_TRY(check_place(port, url, restore.folder));
  }
  std::error_code ignored;
  const bool was_there = fs::exists(restore.folder, ignored);
  DataFolder folder = ICN_TRY(DataFolder::create(restore.folder, restore.owner));
  Restorer restorer(restore, std::move(manifest), std::move(folder));
  auto report = restorer.run();
  if (!report) restorer.undo(was_there);
  return report;
}

}  // namespace icn::folder
