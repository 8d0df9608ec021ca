// The bytes of a checkpoint: version u8 ‖ sequence be64 ‖ transfers be64 ‖ chain 32 ‖ count be32 ‖ accounts ‖ count
// be32 ‖ open reserves ‖ SHA-256 of everything before.
#include <fmt/core.h>

#include <algorithm>

#include "economy/detail/books_encoder.hpp"
#include "model/transfer_codes.hpp"

namespace icn::economy::detail {
namespace {

using model::Mana;

constexpr std::uint8_t kCheckpointVersion = 3;        // 3: with regeneration
constexpr std::uint8_t kCheckpointVersionOldest = 2;  // 2: with the number of transfers
constexpr std::size_t kAccountRow = kAccountBytes + 4 * 8;
constexpr std::size_t kRegenerationRow = 1 + 3 * 8;
constexpr std::size_t kPendingRow = 32 + 4 + 4 + 8 + 1;

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

}  // namespace

BooksEncoder::BooksEncoder(const Books& books)
    : sequence_(books.sequence),
      transfers_(books.transfers),
      chain_(books.chain),
      accounts_(books.accounts_),
      pendings_(books.pendings.begin(), books.pendings.end()) {
  std::sort(pendings_.begin(), pendings_.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
}

bool BooksEncoder::next(Bytes& to, std::size_t size) {
  // Pieces: the head, each account, the number of reserves, each reserve, the checksum.
  const std::size_t reserves = 1 + accounts_.size();
  const std::size_t checksum = reserves + 1 + pendings_.size();
  Bytes piece;
  for (; to.size() < size && piece_ <= checksum; ++piece_) {
    if (piece_ == checksum) {
      append(to, sum_.finish());
      continue;
    }
    piece.clear();
    if (piece_ == 0) {
      append_head(piece);
    } else if (piece_ < reserves) {
      append_account(piece, accounts_[piece_ - 1]);
    } else if (piece_ == reserves) {
      append_be32(piece, static_cast<std::uint32_t>(pendings_.size()));
    } else {
      append_pending(piece, piece_ - reserves - 1);
    }
    sum_.update(piece);
    append(to, piece);
  }
  return piece_ <= checksum;
}

void BooksEncoder::append_head(Bytes& to) const {
  to.push_back(kCheckpointVersion);
  append_be64(to, sequence_);
  append_be64(to, transfers_);
  append(to, chain_);
  append_be32(to, static_cast<std::uint32_t>(accounts_.size()));
}

void BooksEncoder::append_account(Bytes& to, const Account& account) {
  encode_account(to, account.key);
  for (const std::uint64_t value : {account.debits, account.credits, account.debits_pending, account.credits_pending})
    append_be64(to, value);
  const Regeneration& regeneration = account.regeneration;
  to.push_back(regeneration == Regeneration{} ? 0 : 1);
  if (to.back() == 0) return;
  for (const std::uint64_t value : {regeneration.umana_per_hour, regeneration.accrued_ms, regeneration.remainder})
    append_be64(to, value);
}

void BooksEncoder::append_pending(Bytes& to, std::size_t number) const {
  const auto& [id, pending] = pendings_[number];
  append(to, id);
  append_be32(to, pending.debit);
  append_be32(to, pending.credit);
  append_be64(to, pending.amount.umana);
  to.push_back(static_cast<std::uint8_t>(pending.code));
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
