// Moves the stores of a data folder to other backends or places. The logical state and its hash do not change.
//
// The old stores are only read. The new ones are made equal to them piece by piece (stores/copy.hpp), closed,
// reopened and, on request, compared in full. Then node.json is rewritten: this switches the folder in one step. A
// process that ends before the switch leaves the folder usable on its old stores, with a note (folder/unfinished.hpp);
// the same migration resumes from there, whatever happened to the folder meanwhile. The old stores stay in place.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "folder/data_folder.hpp"
#include "stores/copy.hpp"

namespace icn::folder {

enum class Verify : std::uint8_t { no, yes };
// The steps of a migration; crash tests end the process at each. `copying` follows each durable piece.
enum class MigrationStep : std::uint8_t { begun, copying, copied, verified, switched };

struct Migration {
  std::string from;  // a backend's name: every store of the folder that uses it; a URL: that store
  std::string to;    // a backend's name: its default places in the folder; a URL: there
  Verify verify = Verify::no;
  std::function<void(MigrationStep)> observer;
  std::string command = {};  // that resumes it, for Unfinished
  Moved moved = {};          // of pairs, then of blocks
};

struct MovedStore {
  StorePort port = StorePort::state;
  std::string from;  // absolute URLs
  std::string to;
  stores::CopyReport copied;
  std::string removal;  // explains how to remove the old store
};

// On an error the folder stays on its old stores. Errors: invalid_argument (an unknown backend or an unusable place),
// not_found (no store of the folder uses `from`), already_exists (the target holds other data),
// invalid_state (another migration is unfinished), unsupported (a target without persistence), corrupted (the source is
// damaged), conflict (the comparison found a difference), storage.
[[nodiscard]] Result<std::vector<MovedStore>> migrate(DataFolder& folder, const Migration& migration);

}  // namespace icn::folder
