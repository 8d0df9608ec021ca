// Checkpoints of governance: the state at a position of the log, so that opening reads the newest one and the entries
// after it. A checkpoint only saves time: one that is damaged, or of a later version, is left out.
//
// One byte of version, the dag-cbor of Machine::write(), and the SHA-256 of both; in parts (ports/value_parts.hpp).
#pragma once
#include "governance/detail/state.hpp"

namespace icn::governance::detail {

[[nodiscard]] Bytes encode_checkpoint(const Machine& machine);
// Errors: corrupted, unsupported_version.
[[nodiscard]] Result<Machine> decode_checkpoint(ByteView bytes, model::Scope genesis);

[[nodiscard]] Bytes checkpoint_key(std::uint64_t position);
// Oldest first. Errors: storage.
[[nodiscard]] Result<std::vector<ports::StoredParts>> stored_checkpoints(const ports::StateReader& store);
// Errors: storage.
[[nodiscard]] Result<Bytes> read_checkpoint(const ports::StateReader& store, const ports::StoredParts& stored);

}  // namespace icn::governance::detail
