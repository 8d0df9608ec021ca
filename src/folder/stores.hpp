// Opens the two stores of a data folder, without the node on them: for what is done with a folder as a whole.
#pragma once
#include <memory>

#include "folder/data_folder.hpp"
#include "folder/unfinished.hpp"
#include "ports/dag_store.hpp"
#include "ports/state_store.hpp"

namespace icn::folder {

struct OpenStores {
  std::unique_ptr<ports::StateStore> state;
  std::unique_ptr<ports::DagStore> dag;
};

// Those that the folder records. Errors: those of the backends.
[[nodiscard]] Result<OpenStores> open_stores(const DataFolder& folder);

// Those that `begin` fills, for a folder that is being made, and notes `begin` in the folder. A store must be empty;
// the leavings of an earlier process that had begun the same are removed. Errors: already_exists (a store holds
// something else; nothing was changed), invalid_state (something else was begun in the folder), and those of the
// backends.
[[nodiscard]] Result<OpenStores> open_empty_stores(const DataFolder& folder, const Unfinished& begin);

}  // namespace icn::folder
