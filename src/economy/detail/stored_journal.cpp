#include "economy/detail/stored_journal.hpp"

#include "economy/detail/checkpoint_writer.hpp"
#include "model/keys.hpp"

namespace icn::economy::detail {

Result<void> for_each_record(const ports::StateReader& store, std::uint64_t from,
                             const std::function<Result<bool>(ByteView key, ByteView value)>& visit) {
  return ports::scan_each(store, model::key_of(model::keys::kLedgerJournal, from),
                          model::end_of(model::keys::kLedgerJournal), visit);
}

namespace {

struct PartName {
  std::uint64_t sequence = 0;
  std::uint64_t part = 0;
};
// Empty for a key that is not a part's.
std::optional<PartName> part_name(ByteView key) {
  const std::size_t prefix = model::keys::kLedgerCheckpoint.size();
  if (key.size() != prefix + 16) return std::nullopt;
  return PartName{read_be64(key.data() + prefix), read_be64(key.data() + prefix + 8)};
}

}  // namespace

Result<std::vector<StoredCheckpoint>> stored_checkpoints(const ports::StateReader& store) {
  std::vector<StoredCheckpoint> found;
  ICN_TRY(store.scan(model::key_of(model::keys::kLedgerCheckpoint), model::end_of(model::keys::kLedgerCheckpoint),
                     [&](ByteView key, ByteView) {
                       const std::optional<PartName> name = part_name(key);
                       if (!name) return true;
                       if (found.empty() || found.back().sequence != name->sequence)
                         found.push_back({name->sequence, 0, false});
                       found.back().parts = name->part + 1;
                       found.back().is_complete = found.back().is_complete || name->part == 0;
                       return true;
                     }));
  return found;
}

Result<bool> has_checkpoint(const ports::StateReader& store, std::uint64_t sequence) {
  return ICN_TRY(store.get(part_key(sequence, 0))).has_value();
}

Result<std::uint64_t> indexed_up_to(const ports::StateReader& store) {
  std::uint64_t newest = 0;
  Bytes from = model::key_of(model::keys::kLedgerCheckpoint);
  for (bool more = true; more;) {
    more = false;
    ICN_TRY(store.scan(from, model::end_of(model::keys::kLedgerCheckpoint), [&](ByteView key, ByteView) {
      const std::optional<PartName> name = part_name(key);
      if (!name) return true;
      if (name->part == 0) newest = name->sequence;
      from = model::key_of(model::keys::kLedgerCheckpoint, name->sequence + 1);
      more = true;
      return false;
    }));
  }
  return newest;
}

}  // namespace icn::economy::detail
