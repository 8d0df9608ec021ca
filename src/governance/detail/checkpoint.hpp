// Checkpoints of governance: the state at a position of the log, so that opening reads the newest one and the entries
// after it. A checkpoint only saves time: one that is damaged, or of another version, is left out. The proposals that
// have ended are not in it but in pages of their own (detail/ended_pages.hpp), so it does not grow with them.
//
// One byte of version, the dag-cbor of Machine::write(), and the SHA-256 of both; in parts (ports/value_parts.hpp).
#pragma once
#include <span>

#include "governance/detail/state.hpp"

namespace icn::governance::detail {

[[nodiscard]] Bytes encode_checkpoint(const Machine& machine);
// `ended` are the pages up to its position. Errors: corrupted, unsupported_version.
[[nodiscard]] Result<Machine> decode_checkpoint(ByteView bytes, std::span<const Bytes> ended, model::Scope genesis);

[[nodiscard]] Bytes checkpoint_key(std::uint64_t position);
// Oldest first. Errors: storage.
[[nodiscard]] Result<std::vector<ports::StoredParts>> stored_checkpoints(const ports::StateReader& store);
// Errors: storage.
[[nodiscard]] Result<Bytes> read_checkpoint(const ports::StateReader& store, const ports::StoredParts& stored);

}  // namespace icn::governance::detail
