// Takes a backup of a node: its whole state at one moment, every block that this state names, and its key files.
//
// It copies the state first, from one snapshot, then the blocks. Blocks are stored before the state that names them, so
// every block that the snapshot names is present, unless a collection runs meanwhile (dag::Guard::Pause prevents that).
// The node may be used meanwhile. The backup is written next to its destination and renamed at the end, so a folder of
// that name is a complete backup.
#pragma once
#include "folder/backup_format.hpp"
#include "ports/dag_store.hpp"
#include "ports/state_store.hpp"

namespace icn::folder {

struct BackupReport {
  BackupManifest manifest;
  std::filesystem::path path;
  std::uint64_t bytes = 0;  // of all files
};

// Leaves damaged blocks out and names them in the report; any other damage fails the backup, which leaves nothing at
// `destination`. Errors: already_exists (`destination` exists), corrupted (a pair of the state), permission_denied (a
// key file that others may read), storage.
[[nodiscard]] Result<BackupReport> take_backup(const DataFolder& folder, const ports::StateStore& state,
                                               const ports::DagStore& dag, model::UnixMs now,
                                               const std::filesystem::path& destination, const Moved& moved = {});

}  // namespace icn::folder
