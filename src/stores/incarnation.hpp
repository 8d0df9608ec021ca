// Which life of itself a node is in. A node that was restored from a backup may have forgotten what it promised since:
// it begins a new incarnation, so that what it says afterwards can be distinguished from what it said before.
//
// Kept in the state store under model::keys::kIncarnation and kRestored; not part of the state hash.
#pragma once
#include <optional>

#include "model/order.hpp"
#include "ports/state_store.hpp"

namespace icn::stores {

struct Restoration {
  model::UnixMs backup_made;  // the moment that the backup shows
  model::UnixMs restored;
  friend bool operator==(const Restoration&, const Restoration&) = default;
};

struct Incarnation {
  std::uint64_t number = 1;                // of a node that was never restored: 1
  std::optional<Restoration> restoration;  // the latest
  friend bool operator==(const Incarnation&, const Incarnation&) = default;
};

// Errors: corrupted, unsupported_version, storage.
[[nodiscard]] Result<Incarnation> read_incarnation(const ports::StateReader& state);
// The next incarnation, begun by a restore.
void begin_incarnation(const Incarnation& before, const Restoration& restoration, ports::Batch& batch);

}  // namespace icn::stores
