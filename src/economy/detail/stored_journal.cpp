#include "economy/detail/stored_journal.hpp"

#include "model/keys.hpp"

namespace icn::economy::detail {

Result<void> for_each_record(const ports::StateReader& store, std::uint64_t from,
                             const std::function<Result<bool>(ByteView key, ByteView value)>& visit) {
  return ports::scan_each(store, model::key_of(model::keys::kLedgerJournal, from),
                          model::end_of(model::keys::kLedgerJournal), visit);
}

Result<std::vector<StoredCheckpoint>> stored_checkpoints(const ports::StateReader& store) {
  std::vector<StoredCheckpoint> found;
  const Bytes begin = model::key_of(model::keys::kLedgerCheckpoint);
  ICN_TRY(store.scan(begin, model::end_of(model::keys::kLedgerCheckpoint), [&](ByteView key, ByteView) {
    if (key.size() != begin.size() + 16) return true;  // not a checkpoint of ours
    const std::uint64_t sequence = read_be64(key.data() + begin.size());
    if (found.empty() || found.back().sequence != sequence) found.push_back({sequence, 0});
    ++found.back().parts;
    return true;
  }));
  return found;
}

Result<std::uint64_t> indexed_up_to(const ports::StateReader& store) {
  const std::vector<StoredCheckpoint> stored = ICN_TRY(stored_checkpoints(store));
  return stored.empty() ? 0 : stored.back().sequence;
}

}  // namespace icn::economy::detail
