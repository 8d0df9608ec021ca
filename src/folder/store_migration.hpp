// Moves the stores of a data folder to other backends or other places, and nothing else: the logical state stays as it
// is, and so does its hash.
//
// The old stores are read and never changed. The new ones are made equal to them piece by piece (runtime/store_copy),
// closed, opened again and, when asked, compared in full. Then node.json is rewritten: that is the one moment at which
// the folder changes over. A process that ends before it leaves the folder on its old stores, usable, and a note
// (folder/unfinished.hpp); the same migration goes on from there, whatever was done with the folder meanwhile. The old
// stores are left in place.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "folder/data_folder.hpp"
#include "stores/copy.hpp"

namespace icn::folder {

enum class Verify : std::uint8_t { no, yes };
// Where a migration is; crash tests end the process there. `copying` comes after each durable piece.
enum class MigrationStep : std::uint8_t { begun, copying, copied, verified, switched };

struct Migration {
  std::string from;  // a backend's name: every store of the folder that uses it; a URL: that store
  std::string to;    // a backend's name: its default places in the folder; a URL: there
  Verify verify = Verify::no;
  std::function<void(MigrationStep)> observer;
  std::string command = {};  // that finishes it, for Unfinished
  Moved moved = {};          // of blocks; by their number, at the average size
};

struct MovedStore {
  StorePort port = StorePort::state;
  std::string from;  // absolute URLs
  std::string to;
  stores::CopyReport copied;
  std::string removal;  // in words: how to be rid of the old store
};

// Errors: invalid_argument (no backend of that name, a place that cannot be meant), not_found (no store of the folder
// uses `from`), already_exists (the target holds something that is not of this migration), invalid_state (another
// migration is unfinished), unsupported (a target that keeps nothing), corrupted (the source does not hold), conflict
// (the comparison found a difference), storage. The folder is on its old stores then.
[[nodiscard]] Result<std::vector<MovedStore>> migrate(DataFolder& folder, const Migration& migration);

}  // namespace icn::folder
