// Index rows in the state store: which journal records name a member's account, so that its history is found without
// scanning the journal.
//
// A checkpoint brings the rows of the records since the previous checkpoint, as for transfers
// (transfer_index.hpp). A row's key is the account and the record's sequence; its value is empty. Scope accounts, which
// most records name, have no rows. As thread safe as the store; holds no memory.
#pragma once
#include <vector>

#include "economy/detail/journal.hpp"

namespace icn::economy::detail {

[[nodiscard]] inline bool is_indexed(const model::AccountKey& account) {
  return account.kind == model::AccountKey::Kind::did;
}
void put_account_row(const model::AccountKey& account, std::uint64_t sequence, ports::Batch& batch);
// The indexed accounts that a record names, without duplicates.
[[nodiscard]] std::vector<model::AccountKey> accounts_of(const Record& record);
[[nodiscard]] Result<bool> has_account_row(const ports::StateReader& store, const model::AccountKey& account,
                                           std::uint64_t sequence);
// Up to `count` sequences from `from` on, ascending. Errors: storage, corrupted.
[[nodiscard]] Result<std::vector<std::uint64_t>> sequences_of(const ports::StateReader& store,
                                                              const model::AccountKey& account, std::uint64_t from,
                                                              std::size_t count);
// The number of rows. Reads all of them.
[[nodiscard]] Result<std::uint64_t> count_account_rows(const ports::StateReader& store);

}  // namespace icn::economy::detail
