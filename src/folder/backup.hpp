// Takes a backup of a node: all of its state as of one moment, every block that this state names, and its key files.
//
// The state comes first, from one snapshot, then the blocks: blocks are stored before the state that names them, so
// what the snapshot names is there, provided that nothing collects blocks meanwhile (dag::Guard::Pause).
// The node may be used meanwhile. The backup is written next to its place and renamed at the end: a folder of that name
// is a whole backup.
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

// Blocks that do not hold are left out and named in the report; whatever else does not hold fails it. Nothing is left
// at `destination` then. Errors: already_exists (something is at `destination`), corrupted (a pair of the state),
// permission_denied (a key file that others may read), storage.
[[nodiscard]] Result<BackupReport> take_backup(const DataFolder& folder, const ports::StateStore& state,
                                               const ports::DagStore& dag, model::UnixMs now,
                                               const std::filesystem::path& destination, const Moved& moved = {});

}  // namespace icn::folder
