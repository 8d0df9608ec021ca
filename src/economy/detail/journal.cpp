#include "economy/detail/journal.hpp"

#include <fmt/core.h>

#include "model/transfer_codes.hpp"

#include <algorithm>

namespace icn::economy::detail {
namespace {

constexpr std::size_t kHeadBytes = 1 + 8 + 2;
constexpr std::size_t kChainBytes = 32;

template <std::size_t N>
void take(ByteView& from, std::array<std::uint8_t, N>& to) {
  std::copy_n(from.begin(), N, to.begin());
  from = from.subspan(N);
}

// Writes fixed-width fields consecutively into memory that is large enough.
class Writer {
 public:
  explicit Writer(std::uint8_t* at) : at_(at) {}
  void bytes(ByteView from) { at_ = std::copy(from.begin(), from.end(), at_); }
  void u8(std::uint8_t value) { *at_++ = value; }
  void be64(std::uint64_t value) {
    for (int shift = 56; shift >= 0; shift -= 8) u8(static_cast<std::uint8_t>(value >> shift));
  }
  void account(const model::AccountKey& account) {
    u8(static_cast<std::uint8_t>(account.kind));
    u8(static_cast<std::uint8_t>(account.system));
    bytes(account.did.key());
  }
  void transfer(const model::Transfer& transfer) {
    bytes(transfer.id);
    account(transfer.debit);
    account(transfer.credit);
    be64(transfer.amount.umana);
    u8(static_cast<std::uint8_t>(transfer.code));
    u8(static_cast<std::uint8_t>(transfer.phase));
    bytes(transfer.user_data);
    bytes(transfer.pending_id);
  }

 private:
  std::uint8_t* at_;
};

}  // namespace

void encode_account(Bytes& to, const model::AccountKey& account) {
  to.resize(to.size() + kAccountBytes);
  Writer(to.data() + to.size() - kAccountBytes).account(account);
}

Result<model::AccountKey> decode_account(ByteView bytes) {
  model::AccountKey account;
  if (bytes[0] > 2 || bytes[1] > 5) return fail(ErrorCode::corrupted, "unknown kind of account");
  account.kind = static_cast<model::AccountKey::Kind>(bytes[0]);
  account.system = static_cast<model::SystemAccount>(bytes[1]);
  model::PublicKey key;
  std::copy_n(bytes.begin() + 2, key.size(), key.begin());
  const bool is_system = account.kind == model::AccountKey::Kind::system;
  if (is_system ? key != model::PublicKey{} : bytes[1] != 0)
    return fail(ErrorCode::corrupted, "an account has fields of another kind");
  account.did = model::Did::of_key(key);
  return account;
}

Result<model::Transfer> decode_transfer(ByteView bytes) {
  model::Transfer transfer;
  take(bytes, transfer.id);
  transfer.debit = ICN_TRY(decode_account(bytes));
  bytes = bytes.subspan(kAccountBytes);
  transfer.credit = ICN_TRY(decode_account(bytes));
  bytes = bytes.subspan(kAccountBytes);
  transfer.amount = model::Mana{read_be64(bytes.data())};
  bytes = bytes.subspan(8);
  // If the record's hash matches, a program that knew the code wrote it.
  if (model::find_transfer_row(static_cast<model::TransferCode>(bytes[0])) == nullptr) {
    return fail(ErrorCode::unsupported_version,
                fmt::format("a transfer has the code {}, which this program does not know", bytes[0]));
  }
  if (bytes[1] > 3) return fail(ErrorCode::corrupted, "unknown phase");
  transfer.code = static_cast<model::TransferCode>(bytes[0]);
  transfer.phase = static_cast<model::TransferPhase>(bytes[1]);
  bytes = bytes.subspan(2);
  take(bytes, transfer.user_data);
  take(bytes, transfer.pending_id);
  return transfer;
}

Encoded encode_record(std::span<const model::Transfer> transfers, model::UnixMs time, const ipld::Digest& previous) {
  const std::size_t body_bytes = kHeadBytes + transfers.size() * kTransferBytes;
  // While it is hashed, the record is preceded by the previous chain: one buffer, one hash call.
  Bytes buffer(kChainBytes + body_bytes + kChainBytes);
  Writer writer(buffer.data());
  writer.bytes(previous);
  writer.u8(kJournalVersion);
  writer.be64(time.value);
  writer.u8(static_cast<std::uint8_t>(transfers.size() >> 8));
  writer.u8(static_cast<std::uint8_t>(transfers.size()));
  for (const model::Transfer& transfer : transfers) writer.transfer(transfer);
  Encoded encoded;
  encoded.chain = ipld::sha256(ByteView(buffer).first(kChainBytes + body_bytes));
  writer.bytes(encoded.chain);
  buffer.erase(buffer.begin(), buffer.begin() + kChainBytes);
  encoded.record = std::move(buffer);
  return encoded;
}

Result<Record> decode_record(ByteView bytes, std::uint64_t sequence, const std::optional<ipld::Digest>& previous) {
  const auto bad = [&](std::string_view what) {
    return fail(ErrorCode::corrupted,
                fmt::format("ledger journal record {}: {}; restore the state store from a backup", sequence, what));
  };
  if (bytes.empty()) return bad("it is empty");
  if (bytes[0] > kJournalVersion) {
    return fail(ErrorCode::unsupported_version,
                fmt::format("ledger journal record {} has version {}; this program knows {}", sequence, bytes[0],
                            kJournalVersion));
  }
  if (bytes[0] != kJournalVersion || bytes.size() < kHeadBytes + kChainBytes) {
    return bad("it is too short or has no version");
  }
  const std::size_t count = static_cast<std::size_t>(bytes[9]) << 8 | bytes[10];
  if (count == 0 || count > kRecordTransfersMax || bytes.size() != kHeadBytes + count * kTransferBytes + kChainBytes) {
    return bad("its length does not match its number of transfers");
  }
  Record record;
  ByteView tail = bytes.last(kChainBytes);
  take(tail, record.chain);
  if (previous) {
    Bytes chained = copy_of(*previous);
    append(chained, bytes.first(bytes.size() - kChainBytes));
    if (ipld::sha256(chained) != record.chain) return bad("its hash does not follow from the record before it");
  }
  record.time = model::UnixMs{read_be64(bytes.data() + 1)};
  record.transfers.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    auto transfer = decode_transfer(bytes.subspan(kHeadBytes + i * kTransferBytes, kTransferBytes));
    if (!transfer && previous && transfer.error().code == ErrorCode::unsupported_version) {
      return fail(within(fmt::format("ledger journal record {}", sequence), std::move(transfer).error()));
    }
    if (!transfer) return bad(transfer.error().detail);
    record.transfers.push_back(*transfer);
  }
  return record;
}

}  // namespace icn::economy::detail
