// The operations on the stores of a data folder, with or without a node on them.
#pragma once
#include "api/stores.hpp"
#include "folder/data_folder.hpp"
#include "ports/dag_store.hpp"
#include "ports/state_store.hpp"

namespace icn::folder {

// Both stores are of one moment. Errors: storage, corrupted.
[[nodiscard]] Result<api::StoreHash> hash_stores(const ports::StateReader& state, const ports::DagStore& dag);
// As take_backup(); the stores do not change meanwhile.
[[nodiscard]] Result<api::Backup> back_up(const DataFolder& folder, const ports::StateStore& state,
                                          const ports::DagStore& dag, model::UnixMs now,
                                          const std::filesystem::path& destination);

// For a folder that this process owns and has no node on. The folder outlives the slots.
void bind_operations(const DataFolder& folder, api::Slots& slots);

}  // namespace icn::folder
