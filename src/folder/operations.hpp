// The operations on data folders: on the stores of one, with or without a node on them, and on a whole folder.
#pragma once
#include "api/folders.hpp"
#include "folder/data_folder.hpp"
#include "ports/dag_store.hpp"
#include "ports/state_store.hpp"

namespace icn::folder {

// Both stores are of one moment. Errors: storage, corrupted.
[[nodiscard]] Result<api::StoreHash> hash_stores(const ports::StateReader& state, const ports::DagStore& dag);
// As take_backup(); the stores do not change meanwhile.
[[nodiscard]] Result<api::Backup> back_up(const DataFolder& folder, const ports::StateStore& state,
                                          const ports::DagStore& dag, model::UnixMs now,
                                          const std::filesystem::path& destination, const Moved& moved = {});

// For a folder that this process owns and has no node on. The folder outlives the slots.
void bind_operations(const DataFolder& folder, api::Slots& slots);

// What this process does, in its user's words.
struct Doing {
  std::string owner;    // for the lock: "icn restore"
  std::string command;  // that goes on after an interruption; empty: none does
};
// Restoring, migrating and examining any folder of this machine.
void bind_whole_folder_operations(const Doing& doing, api::Slots& slots);

}  // namespace icn::folder
