#include "economy/detail/account_index.hpp"

#include <algorithm>

#include "model/keys.hpp"

namespace icn::economy::detail {
namespace {

Bytes rows_key(const model::AccountKey& account) {
  Bytes key = model::key_of(model::keys::kLedgerAccount);
  encode_account(key, account);
  return key;
}
Bytes row_key(const model::AccountKey& account, std::uint64_t sequence) {
  Bytes key = rows_key(account);
  append_be64(key, sequence);
  return key;
}

}  // namespace

void put_account_row(const model::AccountKey& account, std::uint64_t sequence, ports::Batch& batch) {
  batch.put(row_key(account, sequence), {});
}

std::vector<model::AccountKey> accounts_of(const Record& record) {
  std::vector<model::AccountKey> accounts;
  for (const model::Transfer& transfer : record.transfers) {
    if (is_indexed(transfer.debit)) accounts.push_back(transfer.debit);
    if (is_indexed(transfer.credit)) accounts.push_back(transfer.credit);
  }
  std::sort(accounts.begin(), accounts.end());
  accounts.erase(std::unique(accounts.begin(), accounts.end()), accounts.end());
  return accounts;
}

Result<bool> has_account_row(const ports::StateReader& store, const model::AccountKey& account,
                             std::uint64_t sequence) {
  return ICN_TRY(store.get(row_key(account, sequence))).has_value();
}

Result<std::vector<std::uint64_t>> sequences_of(const ports::StateReader& store, const model::AccountKey& account,
                                                std::uint64_t from, std::size_t count) {
  std::vector<std::uint64_t> sequences;
  const std::size_t prefix = rows_key(account).size();
  const auto visit = [&](ByteView key, ByteView) -> Result<bool> {
    if (key.size() != prefix + 8)
      return fail(ErrorCode::corrupted, "a row of the ledger's account index has a malformed key");
    sequences.push_back(read_be64(key.data() + prefix));
    return sequences.size() < count;
  };
  Bytes end = row_key(account, UINT64_MAX);
  end.push_back(0);
  ICN_TRY(ports::scan_each(store, row_key(account, from), end, visit));
  return sequences;
}

Result<std::uint64_t> count_account_rows(const ports::StateReader& store) {
  std::uint64_t rows = 0;
  ICN_TRY(store.scan(model::key_of(model::keys::kLedgerAccount), model::end_of(model::keys::kLedgerAccount),
                     [&](ByteView, ByteView) {
                       ++rows;
                       return true;
                     }));
  return rows;
}

}  // namespace icn::economy::detail
