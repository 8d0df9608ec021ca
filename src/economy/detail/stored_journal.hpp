// The journal and the checkpoints of a ledger as its store has them.
#pragma once
#include <functional>
#include <vector>

#include "ports/state_store.hpp"

namespace icn::economy::detail {

// Transfers that a replay keeps in memory although the index has them.
inline constexpr std::size_t kReplayedMax = 32'768;

// Visits the records from `from` on; `visit` returns whether to continue. Errors: storage, those of `visit`.
[[nodiscard]] Result<void> for_each_record(const ports::StateReader& store, std::uint64_t from,
                                           const std::function<Result<bool>(ByteView key, ByteView value)>& visit);

struct StoredCheckpoint {
  std::uint64_t sequence = 0;
  std::uint64_t parts = 0;   // up to the last one present
  bool is_complete = false;  // it was written to its end (checkpoint_writer.hpp)
};
// Oldest first. Reads every part.
[[nodiscard]] Result<std::vector<StoredCheckpoint>> stored_checkpoints(const ports::StateReader& store);
// Whether the checkpoint at a record was written to its end.
[[nodiscard]] Result<bool> has_checkpoint(const ports::StateReader& store, std::uint64_t sequence);
// The last record that complete checkpoints, readable or not, have indexed. Later records may have rows too, of a
// checkpoint that is being written. Reads one part of each checkpoint.
[[nodiscard]] Result<std::uint64_t> indexed_up_to(const ports::StateReader& store);

}  // namespace icn::economy::detail
