// Makes a data folder of a backup, on the stores that the backup's node had or on others.
//
// The whole backup is checked before anything is made. Then the stores, which must be empty, are filled, closed, opened
// again and hashed: only when that is the hash in the backup does the folder become a node. What fails before that
// leaves nothing; what a kill leaves is known as unfinished, and the same restore goes over it. The restored node
// begins a new incarnation (stores/incarnation.hpp).
#pragma once
#include "folder/backup_format.hpp"
#include "stores/incarnation.hpp"

namespace icn::folder {

// Where a restore is; crash tests end the process there.
enum class RestoreStep : std::uint8_t { begun, state_filled, blocks_filled, checked, keys_written, sealed };

struct Restore {
  std::filesystem::path backup;
  std::filesystem::path folder;  // must not exist, or be empty
  StoresAsked stores;            // other ones than the backup's node had
  model::UnixMs now;
  std::string owner;  // as DataFolder::create
  std::function<void(RestoreStep)> observer = {};
  std::string command = {};  // that finishes it, for Unfinished
  Moved moved = {};
};

struct RestoreReport {
  BackupManifest manifest;
  FolderRecord record;
  stores::Incarnation incarnation;
};

// Errors: those of check_backup(); already_exists (the folder or a store holds something), busy, corrupted (what was
// read back is not what the backup holds), storage, and those of the backends.
[[nodiscard]] Result<RestoreReport> restore_backup(const Restore& restore);

}  // namespace icn::folder
