// Opens the two stores of a data folder without a node, for operations on a whole folder.
#pragma once
#include <memory>

#include "folder/data_folder.hpp"
#include "folder/unfinished.hpp"
#include "ports/dag_store.hpp"
#include "ports/shared_store.hpp"
#include "ports/state_store.hpp"

namespace icn::folder {

struct OpenStores {
  std::unique_ptr<ports::StateStore> state;
  std::unique_ptr<ports::DagStore> dag;
};

// Returns the identity of a data folder to stores that other machines also reach: the same at each opening of this
// folder, different in a copy. The first call creates it. Errors: storage.
[[nodiscard]] Result<std::string> holder_of(const std::filesystem::path& folder);

// Opens the stores that the folder records, as their writer. A store on a server is read first and claimed only if it
// holds this node's data; if another folder is the writer, only TakeOver::yes takes it over. Errors: conflict (a store
// on a server holds another node's data; nothing was changed), invalid_state (ports::kNotTheWriter), and those of the
// backends.
[[nodiscard]] Result<OpenStores> open_stores(const DataFolder& folder, ports::TakeOver take_over = ports::TakeOver::no);

// Opens the stores that `begin` fills, for a folder in creation, and records `begin` in the folder. A store must be
// empty; data that an interrupted run of the same operation left is removed. Errors: already_exists (a store holds
// other data; nothing was changed), invalid_state (another operation on the folder is unfinished), and those of the
// backends.
[[nodiscard]] Result<OpenStores> open_empty_stores(const DataFolder& folder, const Unfinished& begin);

}  // namespace icn::folder
