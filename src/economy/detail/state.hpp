// The books: the ledger's deterministic state machine without lock, clock or store.
#pragma once
#include <unordered_map>
#include <vector>

#include "core/mutex.hpp"
#include "economy/detail/journal.hpp"
#include "economy/detail/transfer_log.hpp"
#include "economy/ledger.hpp"

namespace icn::economy::detail {

struct DigestHash {
  std::size_t operator()(const ipld::Digest& digest) const {
    std::size_t value = 0;
    std::memcpy(&value, digest.data(), sizeof value);  // a hash already
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
  ipld::Digest chain{};
  std::unordered_map<model::TransferId, Pending, DigestHash> pendings;  // open ones only

  // True when all were applied with the same content, false when none was. Errors: conflict.
  [[nodiscard]] Result<bool> applied_before(std::span<const model::Transfer> linked) const;
  // All or none; see Ledger::apply.
  [[nodiscard]] Result<void> apply(std::span<const model::Transfer> linked);
  [[nodiscard]] Result<void> replay_record(ByteView key, ByteView value);
  // Notes the transfers of the records up to `sequence` without applying them again; checks that they chain up to
  // `chain`. For books that a checkpoint gave. Errors: corrupted (naming the record), storage.
  [[nodiscard]] Result<void> load_transfers(const ports::StateStore& store);

  [[nodiscard]] const Account* find_account(const model::AccountKey& key) const;
  [[nodiscard]] std::optional<model::Transfer> find_transfer(const model::TransferId& id) const;
  [[nodiscard]] std::vector<AccountTotals> totals() const;  // sorted by account
  [[nodiscard]] ipld::Digest hash() const;
  [[nodiscard]] Result<AuditReport> audit() const;
  // The sums of audit() without its hash. Errors: unbalanced.
  [[nodiscard]] Result<AuditReport> check_sums() const;

  // A checkpoint: accounts and open pendings with a checksum. Errors of decode: corrupted, unsupported_version.
  [[nodiscard]] Bytes encode() const;
  [[nodiscard]] static Result<Books> decode(ByteView bytes);

 private:
  // What apply() must put back when a later transfer of the list is refused. Kept between calls for its memory.
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
  [[nodiscard]] bool same(const Entry& entry, const model::Transfer& transfer) const;
  void roll_back();

  std::vector<Account> accounts_;
  std::unordered_map<model::AccountKey, std::uint32_t, AccountHash> numbers_;
  TransferLog transfers_;
  Undo undo_;
};

// A stored record read without its predecessor: for histories of what open() has verified.
[[nodiscard]] Result<Record> decode_unchained(ByteView key, ByteView value);

}  // namespace icn::economy::detail

namespace icn::economy {

struct Ledger::State {
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
