// The books: the ledger's deterministic state machine, without a lock, a clock or a store.
#pragma once
#include <unordered_map>
#include <vector>

#include "core/mutex.hpp"
#include "economy/detail/journal.hpp"
#include "economy/detail/transfer_index.hpp"
#include "economy/detail/transfer_log.hpp"
#include "economy/ledger.hpp"

namespace icn::economy::detail {

struct DigestHash {
  std::size_t operator()(const ipld::Digest& digest) const {
    std::size_t value = 0;
    std::memcpy(&value, digest.data(), sizeof value);  // already a hash
    return value;
  }
};

struct AccountHash {
  std::size_t operator()(const model::AccountKey& key) const {
    return std::hash<model::Did>{}(key.did) ^ static_cast<std::size_t>(key.system) << 3 ^
           static_cast<std::size_t>(key.kind) << 1;
  }
};

// How far an account has regenerated: floor(rate · time) with the remainder carried, over segments of constant rate.
// All zero for accounts that do not regenerate.
struct Regeneration {
  std::uint64_t segment_start_ms = 0;
  std::uint64_t accrued_ms = 0;  // the last accrual
  std::uint64_t remainder = 0;   // carried, below one µmana
  friend bool operator==(const Regeneration&, const Regeneration&) = default;
};

struct Account {
  model::AccountKey key;
  std::uint64_t debits = 0;
  std::uint64_t credits = 0;
  std::uint64_t debits_pending = 0;
  std::uint64_t credits_pending = 0;
  Regeneration regeneration;
};

struct Pending {
  std::uint32_t debit = 0;
  std::uint32_t credit = 0;
  model::Mana amount;
  model::TransferCode code{};
};

class Books {
 public:
  std::uint64_t sequence = 0;
  std::uint64_t transfers = 0;  // applied in all records
  ipld::Digest chain{};
  std::unordered_map<model::TransferId, Pending, DigestHash> pendings;  // open ones only

  enum class Recalled : std::uint8_t { unknown, same, other };
  // Whether a transfer with this id, and with this content, is in memory.
  [[nodiscard]] Recalled recall(const model::Transfer& transfer) const;
  // Whether some applied transfers are not in memory.
  [[nodiscard]] bool forgets() const { return forgets_; }
  // All or none; see Ledger::apply.
  [[nodiscard]] Result<void> apply(std::span<const model::Transfer> linked);
  // Applies the next record of a journal to these books. Errors: corrupted (naming the record), unsupported_version.
  [[nodiscard]] Result<Record> replay_record(ByteView key, ByteView value);

  // Adds the index rows of the transfers since the last checkpoint to the next checkpoint's batch. Those transfers
  // become the newest generation, which may be forgotten once their rows are in the store.
  void put_rows(ports::Batch& batch);
  // The newest transfer of each generation, oldest first; forget(n) drops the n oldest.
  [[nodiscard]] std::vector<model::TransferId> generations() const;
  void forget(std::size_t generations);
  // Drops every transfer: the index holds all of them.
  void forget_all();
  [[nodiscard]] std::size_t remembered() const;
  [[nodiscard]] std::size_t recent() const { return recent_.size(); }

  [[nodiscard]] const Account* find_account(const model::AccountKey& key) const;
  [[nodiscard]] std::optional<model::Transfer> find_transfer(const model::TransferId& id) const;
  [[nodiscard]] std::vector<AccountTotals> totals() const;  // sorted by account
  [[nodiscard]] ipld::Digest hash() const;
  [[nodiscard]] Result<AuditReport> audit() const;
  // The sums of audit() without its hash. Errors: unbalanced.
  [[nodiscard]] Result<AuditReport> check_sums() const;

  // A checkpoint: accounts and open pendings with a checksum. decode() also reads version 2, of state stores before
  // version 5. Errors of decode: corrupted, unsupported_version.
  [[nodiscard]] Bytes encode() const;
  [[nodiscard]] static Result<Books> decode(ByteView bytes);

 private:
  // What apply() restores when a later transfer of the list is refused. Kept between calls to reuse its memory.
  struct Undo {
    std::size_t known_accounts = 0;
    std::size_t known_transfers = 0;
    std::vector<std::pair<std::uint32_t, Account>> accounts;  // as they were, oldest first
    std::vector<model::TransferId> opened;
    std::vector<std::pair<model::TransferId, Pending>> closed;
  };
  std::uint32_t intern(const model::AccountKey& key);
  [[nodiscard]] Result<void> apply_one(const model::Transfer& transfer);
  // The three ways to change two accounts. Each checks everything before it changes anything.
  [[nodiscard]] Result<void> move(const model::Transfer& transfer, std::uint32_t debit, std::uint32_t credit);
  [[nodiscard]] Result<void> reserve(const model::Transfer& transfer, std::uint32_t debit, std::uint32_t credit);
  [[nodiscard]] Result<void> close(const model::Transfer& transfer, std::uint32_t debit, std::uint32_t credit);
  // Whether `amount` more may leave `debit` and reach `credit`, reserves counted as if posted.
  [[nodiscard]] Result<void> check_room(const Account& debit, const Account& credit, std::uint64_t amount) const;
  [[nodiscard]] std::uint64_t issued() const;
  [[nodiscard]] Entry entry_of(const model::Transfer& transfer);
  [[nodiscard]] const Entry* find_entry(const model::TransferId& id) const;
  [[nodiscard]] model::Transfer transfer_of(const Entry& entry) const;
  void put_account_rows(ports::Batch& batch) const;
  void roll_back();

  std::vector<Account> accounts_;
  std::unordered_map<model::AccountKey, std::uint32_t, AccountHash> numbers_;
  TransferLog recent_;                    // since the last checkpoint
  std::vector<TransferLog> generations_;  // of checkpoints that may not be durable yet, oldest first
  bool forgets_ = false;
  Undo undo_;
};

// Decodes a stored record without its predecessor: for histories of records that open() has verified.
[[nodiscard]] Result<Record> decode_unchained(ByteView key, ByteView value);

}  // namespace icn::economy::detail

namespace icn::economy {

struct Ledger::State {
  explicit State(const ports::StateReader* store) : index(store) {}
  // Errors: as Ledger::apply for ids that were already applied.
  [[nodiscard]] Result<bool> applied_before(std::span<const model::Transfer> linked) const ICN_REQUIRES(applying);
  // Evicts transfers that the index already holds.
  void forget_durable() ICN_REQUIRES(applying);

  const detail::TransferIndex index;
  // Held while the books change and while the store is read for that change; taken before `mutex`, which covers only
  // memory.
  mutable Mutex applying;
  mutable Mutex mutex;
  detail::Books books ICN_GUARDED_BY(mutex);
  std::uint64_t since_checkpoint ICN_GUARDED_BY(mutex) = 0;
  struct Kept {
    std::uint64_t sequence;
    std::uint64_t parts;
  };
  std::vector<Kept> checkpoints ICN_GUARDED_BY(mutex);  // oldest first
  std::vector<Kept> unreadable ICN_GUARDED_BY(mutex);   // erased with the next checkpoint
};

}  // namespace icn::economy
