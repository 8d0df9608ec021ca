// Which records of the journal name a member's account: rows of the state store, so that its history is found without
// looking through the journal.
//
// As with the rows of transfers (transfer_index.hpp), a checkpoint's batch carries those of the records since the
// checkpoint before. A row's key is the account and the record's sequence; it has no value. Accounts of the scope,
// which most records name, have none. Thread safe as the store is; memory none.
#pragma once
#include <vector>

#include "economy/detail/journal.hpp"

namespace icn::economy::detail {

[[nodiscard]] inline bool is_indexed(const model::AccountKey& account) {
  return account.kind == model::AccountKey::Kind::did;
}
void put_account_row(const model::AccountKey& account, std::uint64_t sequence, ports::Batch& batch);
// The indexed accounts that a record names, each once.
[[nodiscard]] std::vector<model::AccountKey> accounts_of(const Record& record);
[[nodiscard]] Result<bool> has_account_row(const ports::StateReader& store, const model::AccountKey& account,
                                           std::uint64_t sequence);
// At most `count` sequences from `from` on, ascending. Errors: storage, corrupted.
[[nodiscard]] Result<std::vector<std::uint64_t>> sequences_of(const ports::StateReader& store,
                                                              const model::AccountKey& account, std::uint64_t from,
                                                              std::size_t count);
// How many rows there are. Reads all of them.
[[nodiscard]] Result<std::uint64_t> count_account_rows(const ports::StateReader& store);

}  // namespace icn::economy::detail
