// What is read of the stored journal without a ledger: entries, past accounts, and the audit.
#include <fmt/core.h>

#include <algorithm>

#include "economy/detail/account_index.hpp"
#include "economy/detail/journal.hpp"
#include "economy/detail/state.hpp"
#include "economy/detail/stored_journal.hpp"
#include "model/keys.hpp"

namespace icn::economy {

using detail::for_each_record;
using detail::indexed_up_to;
using model::Transfer;

Result<void> for_each_entry(const ports::StateReader& store, std::uint64_t from,
                            const std::function<bool(const JournalEntry&)>& visit) {
  return for_each_record(store, from, [&](ByteView key, ByteView value) -> Result<bool> {
    const detail::Record record = ICN_TRY(detail::decode_unchained(key, value));
    const std::uint64_t sequence = read_be64(key.data() + key.size() - 8);
    return std::all_of(record.transfers.begin(), record.transfers.end(), [&](const Transfer& transfer) {
      return visit({sequence, record.time, transfer});
    });
  });
}

Result<std::uint64_t> record_at(const ports::StateReader& store, std::uint64_t newest, model::UnixMs time) {
  std::uint64_t earlier = 0, later = newest + 1;
  while (later - earlier > 1) {
    const std::uint64_t middle = earlier + (later - earlier) / 2;
    const Bytes key = model::key_of(model::keys::kLedgerJournal, middle);
    const std::optional<Bytes> record = ICN_TRY(store.get(key));
    if (!record) return fail(ErrorCode::corrupted, fmt::format("ledger journal record {}: it is missing", middle));
    (ICN_TRY(detail::decode_unchained(key, *record)).time > time ? later : earlier) = middle;
  }
  return earlier;
}

Result<std::vector<AccountTotals>> accounts_at(const ports::StateReader& store, std::uint64_t sequence) {
  detail::Books books;
  ICN_TRY(for_each_record(store, 1, [&](ByteView key, ByteView value) -> Result<bool> {
    if (books.sequence == sequence) return false;
    ICN_TRY(books.replay_record(key, value));
    if (books.recent() >= detail::kReplayedMax) books.forget_all();
    return true;
  }));
  if (books.sequence == sequence) return books.totals();
  return fail(ErrorCode::corrupted, fmt::format("ledger journal record {}: it is missing", books.sequence + 1));
}

namespace {

constexpr std::size_t kAuditPage = 1'024;  // transfers replayed before their rows are looked up

// The number of the record's transfers that have a row; checks that it names the record. Every transfer up to the
// newest checkpoint has a row; a later one may have, of a checkpoint that is being written.
Result<std::uint64_t> rows_of(const detail::TransferIndex& index, const detail::Record& record, std::uint64_t sequence,
                              bool indexed) {
  std::uint64_t rows = 0;
  for (const Transfer& transfer : record.transfers) {
    const std::optional<std::uint64_t> row = ICN_TRY(index.sequence_of(transfer.id));
    rows += row.has_value();
    if (row ? *row == sequence : !indexed) continue;
    return fail(
        ErrorCode::corrupted,
        fmt::format("ledger journal record {}: the index disagrees about one of its transfers: {}; restore the state "
                    "store from a backup",
                    sequence, row ? fmt::format("it is in record {}", *row) : "it was never applied"));
  }
  return rows;
}

// The same for the accounts that the record names.
Result<std::uint64_t> account_rows_of(const ports::StateReader& store, const detail::Record& record,
                                      std::uint64_t sequence, bool indexed) {
  std::uint64_t rows = 0;
  for (const model::AccountKey& account : detail::accounts_of(record)) {
    const bool has_row = ICN_TRY(detail::has_account_row(store, account, sequence));
    rows += has_row;
    if (has_row || !indexed) continue;
    return fail(ErrorCode::corrupted, "ledger journal record " + std::to_string(sequence) +
                                          ": the account index disagrees with it about " + account.to_text() +
                                          "; restore the state store from a backup");
  }
  return rows;
}

}  // namespace

Result<AuditReport> audit_from_journal(const ports::StateReader& store, const ipld::Digest& live,
                                       AccountRows account_rows, const std::function<void()>& after_page) {
  const bool has_accounts = account_rows == AccountRows::expected;
  const std::uint64_t indexed = ICN_TRY(indexed_up_to(store));
  const detail::TransferIndex index(&store);
  detail::Books books;
  std::uint64_t rows = 0;
  std::uint64_t rows_of_accounts = 0;
  // In pages: a visit must not call the store.
  std::vector<detail::Record> page;
  const auto check_page = [&]() -> Result<void> {
    std::uint64_t sequence = books.sequence - page.size();
    for (const detail::Record& record : page) {
      ++sequence;
      rows += ICN_TRY(rows_of(index, record, sequence, sequence <= indexed));
      if (has_accounts) rows_of_accounts += ICN_TRY(account_rows_of(store, record, sequence, sequence <= indexed));
    }
    page.clear();
    if (books.sequence < indexed) books.forget_all();
    return {};
  };
  bool more = true;
  while (more) {
    more = false;
    std::size_t transfers = 0;
    ICN_TRY(for_each_record(store, books.sequence + 1, [&](ByteView key, ByteView value) -> Result<bool> {
      page.push_back(ICN_TRY(books.replay_record(key, value)));
      transfers += page.back().transfers.size();
      more = transfers >= kAuditPage;
      return !more;
    }));
    ICN_TRY(check_page());
    if (after_page) after_page();
  }
  if (books.sequence < indexed) {
    return fail(ErrorCode::corrupted,
                fmt::format("ledger journal record {}: it is missing; restore the state store from a backup",
                            books.sequence + 1));
  }
  if (ICN_TRY(index.count()) != rows ||
      (has_accounts && ICN_TRY(detail::count_account_rows(store)) != rows_of_accounts)) {
    return fail(ErrorCode::corrupted,
                "the ledger's indices have rows without a journal record; restore the state store from a backup");
  }
  if (books.hash() != live) {
    return fail(ErrorCode::unbalanced,
                "replaying the journal from its beginning yields a different state than the running ledger's");
  }
  return books.audit();
}

}  // namespace icn::economy
