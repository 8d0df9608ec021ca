// Opens the two stores of a data folder, without the node on them: for what is done with a folder as a whole.
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

// Who a data folder is to stores that other machines reach too: the same at each opening of this folder, and another
// one in a copy of it. Made at the first call. Errors: storage.
[[nodiscard]] Result<std::string> holder_of(const std::filesystem::path& folder);

// Those that the folder records, as their writer. A store on a server is only looked at, and claimed when it holds this
// node's scope; where another folder is the writer, only TakeOver::yes takes it away from there.
// Errors: conflict (a store on a server holds another node's scope; nothing was changed), invalid_state
// (ports::kNotTheWriter), and those of the backends.
[[nodiscard]] Result<OpenStores> open_stores(const DataFolder& folder, ports::TakeOver take_over = ports::TakeOver::no);

// Those that `begin` fills, for a folder that is being made, and notes `begin` in the folder. A store must be empty;
// the leavings of an earlier process that had begun the same are removed. Errors: already_exists (a store holds
// something else; nothing was changed), invalid_state (something else was begun in the folder), and those of the
// backends.
[[nodiscard]] Result<OpenStores> open_empty_stores(const DataFolder& folder, const Unfinished& begin);

}  // namespace icn::folder
