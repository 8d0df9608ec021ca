// Sums, hashes and checkpoints of the books: everything that reads the whole state.
#include <fmt/core.h>

#include <algorithm>

#include "economy/detail/state.hpp"
#include "model/transfer_codes.hpp"

namespace icn::economy::detail {
namespace {

using model::AccountKey;
using model::Mana;
using model::SystemAccount;

__extension__ using Wide = unsigned __int128;

constexpr std::uint8_t kCheckpointVersion = 3;        // 3: with regeneration
constexpr std::uint8_t kCheckpointVersionOldest = 2;  // 2: with the number of transfers
constexpr std::size_t kAccountRow = kAccountBytes + 4 * 8;
constexpr std::size_t kRegenerationRow = 1 + 3 * 8;
constexpr std::size_t kPendingRow = 32 + 4 + 4 + 8 + 1;

std::string wide_text(Wide value) {
  std::string digits;
  do {
    digits.push_back(static_cast<char>('0' + static_cast<int>(value % 10)));
    value /= 10;
  } while (value != 0);
  std::reverse(digits.begin(), digits.end());
  return digits;
}

std::uint32_t read_be32(const std::uint8_t* at) {
  return static_cast<std::uint32_t>(at[0]) << 24 | static_cast<std::uint32_t>(at[1]) << 16 |
         static_cast<std::uint32_t>(at[2]) << 8 | at[3];
}

void append_be32(Bytes& to, std::uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) to.push_back(static_cast<std::uint8_t>(value >> shift));
}

// Reads a flag and, if it is set, the numbers from the front of `rest`, which may be too short.
bool read_regeneration(ByteView& rest, Regeneration& regeneration) {
  const bool has = rest[0] == 1;
  if (rest[0] > 1 || (has && rest.size() < kRegenerationRow)) return false;
  if (has) {
    regeneration = {read_be64(rest.data() + 1), read_be64(rest.data() + 9), read_be64(rest.data() + 17)};
    if (regeneration == Regeneration{}) return false;
  }
  rest = rest.subspan(has ? kRegenerationRow : 1);
  return true;
}

template <class Map>
std::vector<model::TransferId> sorted_ids(const Map& map) {
  std::vector<model::TransferId> ids;
  ids.reserve(map.size());
  for (const auto& [id, value] : map) ids.push_back(id);
  std::sort(ids.begin(), ids.end());
  return ids;
}

}  // namespace

// Nothing where no account regenerates. The chain before it has a fixed width, so a state has one serialization.
void Books::hash_regeneration(ipld::Sha256& hash) const {
  std::vector<const Account*> regenerating;
  for (const Account& account : accounts_) {
    if (account.regeneration != Regeneration{}) regenerating.push_back(&account);
  }
  if (regenerating.empty()) return;
  std::sort(regenerating.begin(), regenerating.end(), [](const auto* a, const auto* b) { return a->key < b->key; });
  Bytes row;
  append_be64(row, regenerating.size());
  hash.update(row);
  for (const Account* account : regenerating) {
    row.clear();
    encode_account(row, account->key);
    const Regeneration& regeneration = account->regeneration;
    for (const std::uint64_t value : {regeneration.umana_per_hour, regeneration.accrued_ms, regeneration.remainder})
      append_be64(row, value);
    hash.update(row);
  }
}

ipld::Digest Books::hash() const {
  ipld::Sha256 hash;
  Bytes row;
  // Each section begins with its count, so two different states never serialize to the same bytes.
  const auto section = [&](std::size_t count) {
    row.clear();
    append_be64(row, count);
    hash.update(row);
  };
  const std::vector<AccountTotals> accounts = totals();
  section(accounts.size());
  for (const AccountTotals& account : accounts) {
    row.clear();
    encode_account(row, account.account);
    for (const std::uint64_t value :
         {account.debits, account.credits, account.debits_pending, account.credits_pending}) {
      append_be64(row, value);
    }
    hash.update(row);
  }
  section(pendings.size());
  for (const model::TransferId& id : sorted_ids(pendings)) {
    row.assign(id.begin(), id.end());
    append_be64(row, pendings.at(id).amount.umana);
    hash.update(row);
  }
  // The chain covers every record, and so every id that was applied.
  section(transfers);
  section(sequence);
  hash.update(chain);
  hash_regeneration(hash);
  return hash.finish();
}

Result<AuditReport> Books::check_sums() const {
  Wide debits = 0, credits = 0, debits_pending = 0, credits_pending = 0, reserved = 0, issued_sum = 0, held = 0;
  AuditReport report;
  for (const Account& account : accounts_) {
    debits += account.debits;
    credits += account.credits;
    debits_pending += account.debits_pending;
    credits_pending += account.credits_pending;
    const bool is_system = account.key.kind == AccountKey::Kind::system;
    if (is_system &&
        (account.key.system == SystemAccount::issuance || account.key.system == SystemAccount::regeneration)) {
      issued_sum += account.debits;
      continue;
    }
    if (account.debits > account.credits || account.debits_pending > account.credits - account.debits) {
      return fail(ErrorCode::unbalanced, account.key.to_text() + " has spent or reserved more than it received");
    }
    const Mana balance{account.credits - account.debits};
    if (!is_system) held += balance.umana - account.debits_pending;
    if (is_system && account.key.system == SystemAccount::treasury) report.treasury = balance;
    if (is_system && account.key.system == SystemAccount::fees) report.fees = balance;
    if (is_system && account.key.system == SystemAccount::escrow) report.escrow = balance;
    if (is_system && account.key.system == SystemAccount::slashed) report.slashed = balance;
  }
  for (const auto& [id, pending] : pendings) reserved += pending.amount.umana;
  if (debits != credits) {
    return fail(ErrorCode::unbalanced, "debits are " + wide_text(debits) + " µmana, credits " + wide_text(credits));
  }
  if (debits_pending != credits_pending || debits_pending != reserved) {
    return fail(ErrorCode::unbalanced, "accounts reserve " + wide_text(debits_pending) + " µmana and await " +
                                           wide_text(credits_pending) + ", open reserves sum to " +
                                           wide_text(reserved));
  }
  // Held and reserved amounts are part of what was issued.
  if (issued_sum > UINT64_MAX) {
    return fail(ErrorCode::unbalanced,
                "the total issued is " + wide_text(issued_sum) + " µmana, more than 64 bits hold");
  }
  report.transfers = transfers;
  report.issued = Mana{static_cast<std::uint64_t>(issued_sum)};
  report.member_held = Mana{static_cast<std::uint64_t>(held)};
  report.reserved = Mana{static_cast<std::uint64_t>(reserved)};
  report.pending_open = pendings.size();
  return report;
}

Result<AuditReport> Books::audit() const {
  AuditReport report = ICN_TRY(check_sums());
  report.accounts = totals().size();
  report.state_hash = hash();
  return report;
}

Bytes Books::encode() const {
  Bytes bytes;
  bytes.push_back(kCheckpointVersion);
  append_be64(bytes, sequence);
  append_be64(bytes, transfers);
  append(bytes, chain);
  append_be32(bytes, static_cast<std::uint32_t>(accounts_.size()));
  for (const Account& account : accounts_) {
    encode_account(bytes, account.key);
    for (const std::uint64_t value : {account.debits, account.credits, account.debits_pending, account.credits_pending})
      append_be64(bytes, value);
    const Regeneration& regeneration = account.regeneration;
    bytes.push_back(regeneration == Regeneration{} ? 0 : 1);
    if (bytes.back() == 0) continue;
    for (const std::uint64_t value : {regeneration.umana_per_hour, regeneration.accrued_ms, regeneration.remainder})
      append_be64(bytes, value);
  }
  append_be32(bytes, static_cast<std::uint32_t>(pendings.size()));
  for (const model::TransferId& id : sorted_ids(pendings)) {
    const Pending& pending = pendings.at(id);
    append(bytes, id);
    append_be32(bytes, pending.debit);
    append_be32(bytes, pending.credit);
    append_be64(bytes, pending.amount.umana);
    bytes.push_back(static_cast<std::uint8_t>(pending.code));
  }
  append(bytes, ipld::sha256(bytes));
  return bytes;
}

Result<Books> Books::decode(ByteView bytes) {
  const auto bad = [] { return fail(ErrorCode::corrupted, "a ledger checkpoint is damaged"); };
  if (!bytes.empty() && bytes[0] > kCheckpointVersion) {
    return fail(
        ErrorCode::unsupported_version,
        fmt::format("the ledger's checkpoint has version {}; this program knows {}", bytes[0], kCheckpointVersion));
  }
  constexpr std::size_t head = 1 + 8 + 8 + 32 + 4;
  if (bytes.size() < head + 4 + 32 || bytes[0] < kCheckpointVersionOldest) return bad();
  const ipld::Digest sum = ipld::sha256(bytes.first(bytes.size() - 32));
  if (!std::equal(sum.begin(), sum.end(), bytes.end() - 32)) return bad();
  Books books;
  books.sequence = read_be64(bytes.data() + 1);
  books.transfers = read_be64(bytes.data() + 9);
  books.forgets_ = books.transfers > 0;
  std::copy_n(bytes.begin() + 17, 32, books.chain.begin());
  const std::uint64_t accounts = read_be32(bytes.data() + 49);
  ByteView rest = bytes.subspan(head, bytes.size() - head - 32);
  if (rest.size() < 4 || accounts > (rest.size() - 4) / kAccountRow) return bad();
  books.accounts_.reserve(accounts);
  books.numbers_.reserve(accounts);
  for (std::uint64_t i = 0; i < accounts; ++i) {
    Account& account = books.accounts_[books.intern(ICN_TRY(decode_account(rest)))];
    const std::uint8_t* numbers = rest.data() + kAccountBytes;
    account.debits = read_be64(numbers);
    account.credits = read_be64(numbers + 8);
    account.debits_pending = read_be64(numbers + 16);
    account.credits_pending = read_be64(numbers + 24);
    rest = rest.subspan(kAccountRow);
    if (bytes[0] >= 3 && !read_regeneration(rest, account.regeneration)) return bad();
    if (rest.size() < 4 + (accounts - i - 1) * kAccountRow) return bad();
  }
  if (books.accounts_.size() != accounts) return bad();
  const std::uint64_t count = read_be32(rest.data());
  rest = rest.subspan(4);
  if (rest.size() != count * kPendingRow) return bad();
  for (std::uint64_t i = 0; i < count; ++i) {
    model::TransferId id;
    std::copy_n(rest.begin(), 32, id.begin());
    const Pending pending{read_be32(rest.data() + 32), read_be32(rest.data() + 36), Mana{read_be64(rest.data() + 40)},
                          static_cast<model::TransferCode>(rest[48])};
    if (pending.debit >= accounts || pending.credit >= accounts || model::find_transfer_row(pending.code) == nullptr)
      return bad();
    if (!books.pendings.emplace(id, pending).second) return bad();
    rest = rest.subspan(kPendingRow);
  }
  if (!books.check_sums()) return bad();
  return books;
}

}  // namespace icn::economy::detail
