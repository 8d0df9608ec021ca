// The version of a state store, and the upgrade of an older one.
//
// The version is one byte of the store. NodeState::open() upgrades a store of an older release before it loads it: it
// runs one row of a table for each version, starting at the store's own, and writes the new version after each. A row
// writes bounded durable batches and may be interrupted anywhere: it runs again at the next opening. A newer version is
// refused.
#pragma once
#include "ports/state_store.hpp"

namespace icn::runtime {

inline constexpr std::uint8_t kStoreVersion = 5;
inline constexpr std::uint8_t kStoreVersionOldest = 4;  // of the first release

// Reads the version, which lies between the two constants. Errors: not_found (the store holds no scope),
// unsupported_version, storage.
[[nodiscard]] Result<std::uint8_t> read_store_version(const ports::StateReader& store);
void put_store_version(std::uint8_t version, ports::Batch& batch);
// Upgrades the store to the present version. The caller is the only user of the store. Errors: as read_store_version,
// corrupted; the version is unchanged then.
[[nodiscard]] Result<void> upgrade_store(ports::StateStore& store);

}  // namespace icn::runtime
