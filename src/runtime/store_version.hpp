// The version of a state store, and how an older one becomes the present one.
//
// The version is one byte of the store. NodeState::open() upgrades a store of an older release before it loads it: one
// row of a table for each version, from the store's own on, each followed by the number it led to. A row writes in
// bounded durable batches and may be cut off anywhere: it is run again at the next opening. A newer version is refused.
#pragma once
#include "ports/state_store.hpp"

namespace icn::runtime {

inline constexpr std::uint8_t kStoreVersion = 5;
inline constexpr std::uint8_t kStoreVersionOldest = 4;  // of the first release

// Between the two. Errors: not_found (no scope was founded in this store), unsupported_version, storage.
[[nodiscard]] Result<std::uint8_t> read_store_version(const ports::StateReader& store);
void put_store_version(std::uint8_t version, ports::Batch& batch);
// The caller is the only user of the store. Errors: as read_store_version, corrupted; the version stays then.
[[nodiscard]] Result<void> upgrade_store(ports::StateStore& store);

}  // namespace icn::runtime
