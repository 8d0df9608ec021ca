// The operations on data folders: on the stores of a folder, with or without an open node, and on a whole folder.
#pragma once
#include "api/folders.hpp"
#include "folder/data_folder.hpp"
#include "ports/dag_store.hpp"
#include "ports/state_store.hpp"

namespace icn::folder {

// Hashes both stores; the caller ensures that they show the same moment. Errors: storage, corrupted.
[[nodiscard]] Result<api::StoreHash> hash_stores(const ports::StateReader& state, const ports::DagStore& dag);
// Calls take_backup(); the caller ensures that nothing collects blocks meanwhile.
[[nodiscard]] Result<api::Backup> back_up(const DataFolder& folder, const ports::StateStore& state,
                                          const ports::DagStore& dag, model::UnixMs now,
                                          const std::filesystem::path& destination, const Moved& moved = {});

// Binds the operations on a folder that this process owns without an open node. The folder outlives the slots.
void bind_operations(const DataFolder& folder, api::Slots& slots);

// Descriptions of this process in the user's words.
struct Doing {
  std::string owner;    // for the lock: "icn restore"
  std::string command;  // that resumes after an interruption; empty: none
};
// Binds restoring, migrating and examining any folder of this machine.
void bind_whole_folder_operations(const Doing& doing, api::Slots& slots);

}  // namespace icn::folder
