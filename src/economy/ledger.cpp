#include "economy/ledger.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "core/check.hpp"
#include "economy/detail/account_index.hpp"
#include "economy/detail/journal.hpp"
#include "economy/detail/state.hpp"
#include "economy/detail/stored_journal.hpp"
#include "model/keys.hpp"

namespace icn::economy {

using detail::indexed_up_to;
using model::Mana;
using model::Transfer;

Ledger::Ledger() : Ledger(std::make_unique<State>(nullptr)) {}
Ledger::Ledger(std::unique_ptr<State> state) : state_(std::move(state)) {}
Ledger::~Ledger() = default;

Result<bool> Ledger::State::applied_before(std::span<const Transfer> linked) const {
  const auto conflict = [](const Transfer& transfer) {
    return refuse(ErrorCode::conflict, std::string(rules::kOtherContent),
                  "transfer " + to_hex(ByteView(transfer.id).first(8)) +
                      " was already applied with different content; nothing changed");
  };
  std::size_t known = 0;
  std::vector<const Transfer*> unknown;  // not in memory
  {
    Lock lock(mutex);
    const bool forgets = books.forgets();
    for (const Transfer& transfer : linked) {
      const auto recalled = books.recall(transfer);
      if (recalled == detail::Books::Recalled::other) return conflict(transfer);
      if (recalled == detail::Books::Recalled::same) ++known;
      if (recalled == detail::Books::Recalled::unknown && forgets) unknown.push_back(&transfer);
    }
  }
  for (const Transfer* transfer : unknown) {
    const std::optional<Transfer> found = ICN_TRY(index.find_like(transfer->id));
    if (!found) continue;
    if (*found != *transfer) return conflict(*transfer);
    ++known;
  }
  if (known != 0 && known != linked.size()) {
    return refuse(ErrorCode::conflict, std::string(rules::kPartlyApplied),
                  "only some of the linked transfers were already applied; nothing changed");
  }
  return known != 0;
}

Result<Applied> Ledger::apply(std::span<const Transfer> linked, model::UnixMs time, ports::Batch& batch) {
  return apply(linked, time, batch, RatesOf());
}

Result<void> Ledger::State::record(std::span<const Transfer> linked, model::UnixMs time, ports::Batch& batch) {
  ICN_TRY(books.apply(linked));
  detail::Encoded encoded = detail::encode_record(linked, time, books.chain);
  books.chain = encoded.chain;
  ++books.sequence;
  batch.put(model::key_of(model::keys::kLedgerJournal, books.sequence), std::move(encoded.record));
  if (books.sequence == 1) opened = time;
  ++since_checkpoint;
  return {};
}

Result<Applied> Ledger::apply(std::span<const Transfer> linked, model::UnixMs time, ports::Batch& batch,
                              const RatesOf& rates_of) {
  if (linked.empty())
    return refuse(ErrorCode::invalid_argument, std::string(rules::kEmpty), "the list of transfers is empty");
  if (linked.size() > kLinkedMax) {
    return refuse(ErrorCode::limit_exceeded, std::string(rules::kLinked),
                  fmt::format("{} linked transfers, at most {}; nothing changed", linked.size(), kLinkedMax));
  }
  Lock applying(state_->applying);
  if (ICN_TRY(state_->applied_before(linked))) return Applied::before;
  state_->gather_rates(linked, time, rates_of);
  Error error;
  {
    Lock lock(state_->mutex);
    state_->gather_accruals(time);
    std::vector<Transfer>& all = state_->accruals;
    if (!all.empty()) all.insert(all.end(), linked.begin(), linked.end());
    Result<void> recorded = state_->record(all.empty() ? linked : std::span<const Transfer>(all), time, batch);
    if (recorded) return Applied::now;
    error = std::move(recorded).error();
  }
  if (error.rule == rules::kAvailable) error.detail += state_->outlook(linked, time, rates_of);
  return fail(std::move(error));
}

Balance Ledger::balance(const model::AccountKey& account) const {
  Lock lock(state_->mutex);
  const detail::Account* found = state_->books.find_account(account);
  if (found == nullptr) return {};
  const std::uint64_t posted = found->credits >= found->debits ? found->credits - found->debits : 0;
  return {Mana{posted}, Mana{found->debits_pending}};
}

Result<std::optional<Transfer>> Ledger::find(const model::TransferId& id) const {
  {
    Lock lock(state_->mutex);
    std::optional<Transfer> found = state_->books.find_transfer(id);
    if (found || !state_->books.forgets()) return found;
  }
  std::optional<Transfer> found = ICN_TRY(state_->index.find_like(id));
  if (found && found->id != id) found.reset();
  return found;
}

std::optional<Mana> Ledger::open_pending(const model::TransferId& id) const {
  Lock lock(state_->mutex);
  const auto& pendings = state_->books.pendings;
  const auto found = pendings.find(id);
  if (found == pendings.end()) return std::nullopt;
  return found->second.amount;
}

std::vector<AccountTotals> Ledger::accounts() const {
  Lock lock(state_->mutex);
  return state_->books.totals();
}

std::uint64_t Ledger::sequence() const {
  Lock lock(state_->mutex);
  return state_->books.sequence;
}

model::UnixMs Ledger::opened() const {
  Lock lock(state_->mutex);
  return state_->opened;
}

ipld::Digest Ledger::state_hash() const {
  Lock lock(state_->mutex);
  return state_->books.hash();
}

Result<AuditReport> Ledger::audit() const {
  Lock lock(state_->mutex);
  return state_->books.audit();
}

std::uint64_t Ledger::journal_since_checkpoint() const {
  Lock lock(state_->mutex);
  return state_->since_checkpoint;
}

std::uint64_t Ledger::transfers_since_checkpoint() const {
  Lock lock(state_->mutex);
  return state_->books.recent();
}

std::uint64_t Ledger::remembered() const {
  Lock lock(state_->mutex);
  return state_->books.remembered();
}

namespace {

constexpr std::size_t kIndexPage = 256;  // rows of an account read per page

}  // namespace

Result<void> for_each_entry_of(const ports::StateReader& store, const model::AccountKey& account, std::uint64_t from,
                               const std::function<bool(const JournalEntry&)>& visit, std::uint64_t until) {
  bool more = from < until;
  const auto visit_own = [&](const JournalEntry& entry) {
    if (entry.sequence >= until) return more = false;
    const bool names = entry.transfer.debit == account || entry.transfer.credit == account;
    if (names) more = visit(entry);
    return more;
  };
  const std::uint64_t indexed = detail::is_indexed(account) ? ICN_TRY(indexed_up_to(store)) : 0;
  while (more && from <= indexed) {
    const std::vector<std::uint64_t> sequences = ICN_TRY(detail::sequences_of(store, account, from, kIndexPage));
    // Later rows are of a checkpoint that is being written, which may lack some: those records are read one by one.
    const auto end = std::upper_bound(sequences.begin(), sequences.end(), indexed);
    for (auto at = sequences.begin(); more && at != end; ++at) {
      const auto of_record = [&](const JournalEntry& entry) { return entry.sequence == *at && visit_own(entry); };
      ICN_TRY(for_each_entry(store, *at, of_record));
    }
    from = sequences.size() < kIndexPage || end != sequences.end() ? indexed + 1 : sequences.back() + 1;
  }
  if (!more) return {};
  return for_each_entry(store, from, visit_own);
}

}  // namespace icn::economy
