// Creates a data folder from a backup, on the stores of the backup's node or on others.
//
// It checks the whole backup before it creates anything. Then it fills the stores, which must be empty, closes, reopens
// and hashes them; the folder becomes a node only if that is the hash in the backup. A failure before that leaves
// nothing. A killed restore is recorded as unfinished, and the same restore resumes it. The restored node begins a new
// incarnation (stores/incarnation.hpp).
#pragma once
#include "folder/backup_format.hpp"
#include "stores/incarnation.hpp"

namespace icn::folder {

// The steps of a restore; crash tests end the process at each.
enum class RestoreStep : std::uint8_t { begun, state_filled, blocks_filled, checked, keys_written, sealed };

struct Restore {
  std::filesystem::path backup;
  std::filesystem::path folder;  // must not exist, or be empty
  StoresAsked stores;            // stores other than those of the backup's node
  model::UnixMs now;
  std::string owner;  // as DataFolder::create
  std::function<void(RestoreStep)> observer = {};
  std::string command = {};  // that resumes it, for Unfinished
  Moved moved = {};
};

struct RestoreReport {
  BackupManifest manifest;
  FolderRecord record;
  stores::Incarnation incarnation;
};

// Errors: those of check_backup(); already_exists (the folder or a store is not empty), busy, corrupted (the data read
// back differs from the backup), storage, and those of the backends.
[[nodiscard]] Result<RestoreReport> restore_backup(const Restore& restore);

}  // namespace icn::folder
