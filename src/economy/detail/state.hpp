// The books: the ledger's deterministic state machine, without a lock, a clock or a store.
#pragma once
#include <unordered_map>
#include <vector>

#include "core/mutex.hpp"
#include "economy/detail/journal.hpp"
#include "economy/detail/transfer_index.hpp"
#include "economy/detail/transfer_log.hpp"
#include "economy/ledger.hpp"
#include "economy/regeneration.hpp"

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

  // The transfers since the last checkpoint become the newest generation, that of the checkpoint at the present record.
  // It may be forgotten once that checkpoint is in the store, and stays in its place until then.
  const TransferLog& seal();
  // The checkpoint of each generation, oldest first; forget(n) drops the n oldest.
  [[nodiscard]] std::vector<std::uint64_t> generations() const;
  void forget(std::size_t generations);
  // Drops every transfer: the index holds all of them.
  void forget_all();
  [[nodiscard]] std::size_t remembered() const;
  [[nodiscard]] std::size_t recent() const { return recent_.size(); }

  // Whether an account has not accrued up to the full second of `time` yet.
  [[nodiscard]] bool may_accrue(const model::AccountKey& account, model::UnixMs time) const;
  // The transfers that accrue on a member's account up to `time`, appended; transfers in `out` are counted as applied,
  // and an account occurs once. At most kAccrualsMax in all: what is left out follows with the account's next change.
  void add_accruals(const model::AccountKey& account, const AccountRates& rates, model::UnixMs time,
                    std::vector<model::Transfer>& out) const;
  // An account as it would be after these.
  struct Accrual {
    std::uint64_t posted = 0;
    std::uint64_t reserved = 0;
    std::uint64_t due = 0;  // part of posted
    Regeneration regeneration;
  };
  [[nodiscard]] Accrual accrued(const model::AccountKey& account, const AccountRates& rates, model::UnixMs time) const;

  [[nodiscard]] const Account* find_account(const model::AccountKey& key) const;
  [[nodiscard]] std::optional<model::Transfer> find_transfer(const model::TransferId& id) const;
  [[nodiscard]] std::vector<AccountTotals> totals() const;  // sorted by account
  [[nodiscard]] ipld::Digest hash() const;
  [[nodiscard]] Result<AuditReport> audit() const;
  // The sums of audit() without its hash. Errors: unbalanced.
  [[nodiscard]] Result<AuditReport> check_sums() const;

  // Reads a checkpoint (books_encoder.hpp), also one of version 2, of state stores before version 5. Errors: corrupted,
  // unsupported_version.
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
  [[nodiscard]] Result<void> regenerate(const model::Transfer& transfer, std::uint32_t debit, std::uint32_t credit);
  // Whether `amount` more may leave `debit` and reach `credit`, reserves counted as if posted.
  [[nodiscard]] Result<void> check_room(const Account& debit, const Account& credit, std::uint64_t amount) const;
  [[nodiscard]] std::uint64_t issued() const;
  // How much an account may regenerate below the cap, when `issued` was issued in all.
  [[nodiscard]] static model::Mana headroom(const Account& account, model::Mana cap, std::uint64_t issued);
  void hash_regeneration(ipld::Sha256& hash) const;
  [[nodiscard]] Entry entry_of(const model::Transfer& transfer);
  [[nodiscard]] const Entry* find_entry(const model::TransferId& id) const;
  [[nodiscard]] model::Transfer transfer_of(const Entry& entry) const;
  void roll_back();

  std::vector<Account> accounts_;
  std::unordered_map<model::AccountKey, std::uint32_t, AccountHash> numbers_;
  friend class BooksEncoder;
  struct Generation {
    std::uint64_t checkpoint = 0;
    TransferLog log;
  };
  TransferLog recent_;                                    // since the last checkpoint
  std::vector<std::unique_ptr<Generation>> generations_;  // of checkpoints that may not be durable yet, oldest first
  bool forgets_ = false;
  Undo undo_;
};

// Decodes a stored record without its predecessor: for histories of records that open() has verified.
[[nodiscard]] Result<Record> decode_unchained(ByteView key, ByteView value);

}  // namespace icn::economy::detail

namespace icn::economy {

namespace detail {
class CheckpointWriter;
}

struct Ledger::State {
  // Without a store the ledger remembers every transfer.
  explicit State(const ports::StateReader* store);
  ~State();
  // Errors: as Ledger::apply for ids that were already applied.
  [[nodiscard]] Result<bool> applied_before(std::span<const model::Transfer> linked) const ICN_REQUIRES(applying);
  // Evicts transfers that the index already holds.
  void forget_durable() ICN_REQUIRES(applying);
  // The next step of the checkpoint that is being written, or of the removal of old ones. Returns whether more follows.
  bool advance_checkpoint(ports::Batch& batch) ICN_REQUIRES(applying);
  // The members' accounts that the transfers name and that may accrue up to `time`, with their rates, into `rated`.
  void gather_rates(std::span<const model::Transfer> linked, model::UnixMs time, const RatesOf& rates_of)
      ICN_REQUIRES(applying);
  // What they have accrued up to `time`, into `accruals`.
  void gather_accruals(model::UnixMs time) ICN_REQUIRES(applying) ICN_REQUIRES(mutex);
  // Applies the transfers and adds their record to the batch.
  [[nodiscard]] Result<void> record(std::span<const model::Transfer> linked, model::UnixMs time, ports::Batch& batch)
      ICN_REQUIRES(applying) ICN_REQUIRES(mutex);
  // When regeneration makes up for what an account lacks of these transfers; empty where nothing regenerates.
  [[nodiscard]] std::string outlook(std::span<const model::Transfer> linked, model::UnixMs time,
                                    const RatesOf& rates_of) const ICN_REQUIRES(applying);
  // The same for what one account needs.
  [[nodiscard]] std::string outlook(const model::AccountKey& account, std::uint64_t needed, model::UnixMs time,
                                    const RatesOf& rates_of) const;

  const ports::StateReader* const store;
  const detail::TransferIndex index;
  // Held while the books change and while the store is read for that change; taken before `mutex`, which covers only
  // memory.
  mutable Mutex applying;
  mutable Mutex mutex;
  struct Rated {
    model::AccountKey account;
    AccountRates rates;
  };
  // Of the present call of apply(); kept between calls to reuse their memory.
  std::vector<Rated> rated ICN_GUARDED_BY(applying);
  std::vector<model::Transfer> accruals ICN_GUARDED_BY(applying);
  detail::Books books ICN_GUARDED_BY(mutex);
  model::UnixMs opened ICN_GUARDED_BY(mutex);  // the time of the first record
  std::uint64_t since_checkpoint ICN_GUARDED_BY(mutex) = 0;
  struct Kept {
    std::uint64_t sequence;
    std::uint64_t parts;
  };
  std::vector<Kept> checkpoints ICN_GUARDED_BY(applying);    // complete ones, oldest first
  std::vector<Kept> unreadable ICN_GUARDED_BY(applying);     // or unfinished: erased with the next checkpoint
  std::vector<Kept> dropped ICN_GUARDED_BY(applying);        // erased part by part
  std::uint64_t dropped_parts ICN_GUARDED_BY(applying) = 0;  // of the first of them
  std::unique_ptr<detail::CheckpointWriter> writer ICN_GUARDED_BY(applying);  // null: no checkpoint is being written
};

}  // namespace icn::economy
