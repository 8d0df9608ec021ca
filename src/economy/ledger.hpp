// The mana ledger: append-only double entry. A deterministic state machine in memory, its journal in the state store.
//
// The ledger is the only place that changes a balance. It has no clock and no randomness: callers pass transfers and
// the batch that will make them durable. apply() checks a linked list of transfers against memory, changes memory and
// adds one journal record to the batch, all or nothing. The caller commits the batches in call order (one lock, one
// commit queue: runtime/committer.hpp) and ends the process if a commit fails. Replaying the journal yields the same
// state hash. Thread safe: one lock for changes, and one for memory that is never held while the store is read. The sum
// over all accounts is zero after every apply().
//
// Memory holds the accounts (about 150 bytes each), the open reserves and the transfers since the last checkpoint but
// one (about 144 bytes each). Older transfers are in the store: the journal, and an index by id, which each checkpoint
// extends up to itself. So a duplicate can be distinguished from a conflict regardless of age, and neither memory nor
// open() grows with the number of transfers ever made.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "core/mutex.hpp"
#include "economy/regeneration.hpp"
#include "model/limits.hpp"
#include "model/transfer.hpp"
#include "ports/state_store.hpp"

namespace icn::economy {

// The rules by which apply() refuses (Error::rule).
namespace rules {
inline constexpr std::string_view kEmpty = "no_transfers";             // the list is empty
inline constexpr std::string_view kLinked = "max_linked_transfers";    // more than kLinkedMax in a list
inline constexpr std::string_view kCode = "transfer_code";             // not a row of the table of codes
inline constexpr std::string_view kAccounts = "transfer_accounts";     // not the accounts of the code's row
inline constexpr std::string_view kPhase = "transfer_phase";           // not a phase of the code's shape
inline constexpr std::string_view kPendingId = "transfer_pending_id";  // names a reserve but closes none
inline constexpr std::string_view kAmount = "transfer_amount";         // 0 without a void, or a void that is not 0
inline constexpr std::string_view kDuplicate = "transfer_duplicate";   // an id twice in a list
inline constexpr std::string_view kOtherContent = "transfer_content";  // an applied id with other content
inline constexpr std::string_view kPartlyApplied = "transfers_partly_applied";
inline constexpr std::string_view kAvailable = "insufficient_mana";      // more than the account has available
inline constexpr std::string_view kAccountTotal = "max_account_total";   // a sum above 64 bits of µmana
inline constexpr std::string_view kReserveClosed = "reserve_closed";     // unknown, posted or voided before
inline constexpr std::string_view kReserveOther = "reserve_accounts";    // other accounts or another code
inline constexpr std::string_view kReserveAmount = "reserve_amount";     // a post above its reserve
inline constexpr std::string_view kRegeneration = "regeneration_terms";  // an amount that does not follow from them
}  // namespace rules

struct Balance {
  model::Mana posted;    // credits − debits of member accounts (never negative)
  model::Mana reserved;  // part of posted that pending transfers hold
  [[nodiscard]] model::Mana available() const { return model::Mana{posted.umana - reserved.umana}; }
  friend bool operator==(const Balance&, const Balance&) = default;
};

// An account at a moment: its balance in the journal, and what regeneration has made due since.
struct Standing {
  Balance balance;
  model::Mana due;
  [[nodiscard]] model::Mana available() const { return model::Mana{balance.available().umana + due.umana}; }
  friend bool operator==(const Standing&, const Standing&) = default;
};

// Both sides of an account's history in µmana; system accounts may owe (ISSUANCE).
struct AccountTotals {
  model::AccountKey account;
  std::uint64_t debits = 0;
  std::uint64_t credits = 0;
  std::uint64_t debits_pending = 0;
  std::uint64_t credits_pending = 0;
  friend bool operator==(const AccountTotals&, const AccountTotals&) = default;
};

struct JournalEntry {
  std::uint64_t sequence = 0;
  model::UnixMs time;
  model::Transfer transfer;
};

// Transfers per apply(), and so per journal record: whatever the settlement of one job can move. A settlement closes up
// to three reserves and pays the executor; an effect moves one amount or makes up to three reserves of a job.
inline constexpr std::size_t kTransfersPerSettlement = 4;
inline constexpr std::size_t kTransfersPerEffect = 3;
inline constexpr std::size_t kLinkedMax = kTransfersPerSettlement + kTransfersPerEffect * model::kEffectsMax;

enum class Applied : std::uint8_t { now, before };  // before: the same transfers were applied earlier; nothing changed

struct AuditReport {
  std::uint64_t transfers = 0;
  std::uint64_t accounts = 0;
  model::Mana issued;       // by ISSUANCE and REGENERATION
  model::Mana member_held;  // available of all DIDs
  model::Mana reserved;     // by open pendings
  model::Mana treasury;
  model::Mana fees;
  model::Mana escrow;
  model::Mana slashed;
  std::uint64_t pending_open = 0;
  ipld::Digest state_hash{};
};

class Ledger {
 public:
  // An empty ledger that reads no store: it remembers every transfer.
  Ledger();
  ~Ledger();
  // Loads the newest readable checkpoint and replays the journal after it (all of it if no checkpoint is readable),
  // checking sequence, hash chain and rules of every record replayed, then the sums. Of earlier records only the last
  // is read; audit_from_journal() checks them all. The store outlives the ledger. Errors: corrupted (naming the
  // record), unsupported_version, unbalanced, storage.
  [[nodiscard]] static Result<std::unique_ptr<Ledger>> open(const ports::StateStore& store);

  // Applies linked transfers, all or none; see above. Returns `before` when every id was already applied with the same
  // content. Errors, each with its rule (see above): insufficient_mana (naming account, needed and available),
  // conflict, invalid_argument, limit_exceeded; storage and corrupted (an old transfer could not be looked up). A post
  // or void of an open reserve is never refused for lack of room. Memory and batch are unchanged on error.
  [[nodiscard]] Result<Applied> apply(std::span<const model::Transfer> linked, model::UnixMs time, ports::Batch& batch);
  // The same, but each member's account that the transfers name first accrues what it has regenerated up to `time`, in
  // the same record. A refusal for lack of mana adds when regeneration suffices.
  [[nodiscard]] Result<Applied> apply(std::span<const model::Transfer> linked, model::UnixMs time, ports::Batch& batch,
                                      const RatesOf& rates_of);
  // Accrues only, before something changes these accounts' rates. Returns whether anything changed.
  bool accrue(std::span<const model::Did> members, model::UnixMs time, ports::Batch& batch, const RatesOf& rates_of);

  // Zero for an account that no transfer has named.
  [[nodiscard]] Balance balance(const model::AccountKey& account) const;
  // With what the account has regenerated up to `time`, which the next change of the account posts. Changes nothing.
  [[nodiscard]] Standing standing(const model::AccountKey& account, model::UnixMs time, const RatesOf& rates_of) const;
  // For a refusal of `needed`: a sentence that says when regeneration alone makes it available. Empty where the account
  // does not regenerate, or has enough.
  [[nodiscard]] std::string outlook(const model::AccountKey& account, model::Mana needed, model::UnixMs time,
                                    const RatesOf& rates_of) const;
  // How far an account has accrued.
  [[nodiscard]] Regeneration regeneration(const model::AccountKey& account) const;
  // Empty for an id that was never applied. Errors: storage, corrupted.
  [[nodiscard]] Result<std::optional<model::Transfer>> find(const model::TransferId& id) const;
  // The amount of an open pending; empty if it was posted or voided.
  [[nodiscard]] std::optional<model::Mana> open_pending(const model::TransferId& id) const;
  [[nodiscard]] std::vector<AccountTotals> accounts() const;
  [[nodiscard]] std::uint64_t sequence() const;
  // The time of the first record; 0 before there is one.
  [[nodiscard]] model::UnixMs opened() const;
  // SHA-256 over the sorted accounts, open pendings, the numbers of transfers and records, and the journal's chain.
  [[nodiscard]] ipld::Digest state_hash() const;
  // Recomputes every sum. Errors: unbalanced, naming the sum and the difference.
  [[nodiscard]] Result<AuditReport> audit() const;
  // Begins a checkpoint of the present state, with the index of the transfers since the last one; it replaces all older
  // checkpoints but one. A checkpoint holds accounts and open reserves. It goes to the store in steps, each in a batch
  // of the caller's and of bounded size; opening uses only complete ones. Does nothing if no record was written since
  // the last began. One that is still being written is first completed in this batch.
  void begin_checkpoint(ports::Batch& batch);
  // Adds the next step to the batch; returns whether more follow. Does nothing when no checkpoint is being written.
  bool continue_checkpoint(ports::Batch& batch);
  // All steps in one batch.
  void checkpoint(ports::Batch& batch);
  // Journal records and transfers since the last checkpoint began; the caller decides when to begin the next one.
  [[nodiscard]] std::uint64_t journal_since_checkpoint() const;
  [[nodiscard]] std::uint64_t transfers_since_checkpoint() const;
  // Transfers held in memory.
  [[nodiscard]] std::uint64_t remembered() const;

 private:
  struct State;
  explicit Ledger(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// Rewrites every readable stored checkpoint in the present version, each in one batch, and the account index up to the
// newest. Idempotent. Errors: storage, corrupted, unsupported_version.
[[nodiscard]] Result<void> upgrade_checkpoints(ports::StateStore& store);
// Reads the stored journal, newest last, for history and audit: visits records from `from` on until `visit` returns
// false.
[[nodiscard]] Result<void> for_each_entry(const ports::StateReader& store, std::uint64_t from,
                                          const std::function<bool(const JournalEntry&)>& visit);
// The newest of the first `newest` records that is not later than `time`; 0 if there is none. Reads a few records, and
// takes their times to ascend: where a clock went back, it returns one of the moments that had this time. Errors:
// storage, corrupted.
[[nodiscard]] Result<std::uint64_t> record_at(const ports::StateReader& store, std::uint64_t newest,
                                              model::UnixMs time);
// All accounts as they were after the record with this number, by a replay from the beginning. Errors: storage,
// corrupted.
[[nodiscard]] Result<std::vector<AccountTotals>> accounts_at(const ports::StateReader& store, std::uint64_t sequence);
// Visits the records before `until` that name an account. For a member's account, those up to the newest checkpoint
// are found by the index.
[[nodiscard]] Result<void> for_each_entry_of(const ports::StateReader& store, const model::AccountKey& account,
                                             std::uint64_t from, const std::function<bool(const JournalEntry&)>& visit,
                                             std::uint64_t until = UINT64_MAX);
// Replays the whole journal from empty, ignoring checkpoints, and compares its hash with `live`, the
// Ledger::state_hash() at the moment of `store`. Checks that the indices name each record's transfers and accounts,
// each exactly once, and no others. Reads one index row for each transfer. Calls `after_page` after every thousand
// transfers or so, so that it can be slowed down. Errors: unbalanced, corrupted (naming the record), storage.
enum class AccountRows : std::uint8_t { expected, absent };  // absent: before upgrade_checkpoints()
[[nodiscard]] Result<AuditReport> audit_from_journal(const ports::StateReader& store, const ipld::Digest& live,
                                                     AccountRows account_rows = AccountRows::expected,
                                                     const std::function<void()>& after_page = {});
[[nodiscard]] inline Result<AuditReport> audit_from_journal(const ports::StateReader& store, const Ledger& live,
                                                            AccountRows account_rows = AccountRows::expected) {
  return audit_from_journal(store, live.state_hash(), account_rows);
}

}  // namespace icn::economy
