// The incarnation of a node. A node restored from a backup may have forgotten later promises, so it begins a new
// incarnation: its statements before and after the restore can be distinguished.
//
// Kept in the state store under model::keys::kIncarnation and kRestored; not part of the state hash.
#pragma once
#include <optional>

#include "model/order.hpp"
#include "ports/state_store.hpp"

namespace icn::stores {

struct Restoration {
  model::UnixMs backup_made;  // the moment of the backup's state
  model::UnixMs restored;
  friend bool operator==(const Restoration&, const Restoration&) = default;
};

struct Incarnation {
  std::uint64_t number = 1;                // 1 if the node was never restored
  std::optional<Restoration> restoration;  // the latest
  friend bool operator==(const Incarnation&, const Incarnation&) = default;
};

// Errors: corrupted, unsupported_version, storage.
[[nodiscard]] Result<Incarnation> read_incarnation(const ports::StateReader& state);
// Begins the next incarnation, at a restore.
void begin_incarnation(const Incarnation& before, const Restoration& restoration, ports::Batch& batch);

}  // namespace icn::stores
