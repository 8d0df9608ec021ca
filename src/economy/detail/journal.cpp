#include "economy/detail/journal.hpp"

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

ipld::Digest chain_of(const ipld::Digest& previous, ByteView record) {
  ipld::Sha256 hash;
  hash.update(previous);
  hash.update(record);
  return hash.finish();
}

}  // namespace

void encode_account(Bytes& to, const model::AccountKey& account) {
  to.push_back(static_cast<std::uint8_t>(account.kind));
  to.push_back(static_cast<std::uint8_t>(account.system));
  append(to, account.did.key());
}

Result<model::AccountKey> decode_account(ByteView bytes) {
  model::AccountKey account;
  if (bytes[0] > 2 || bytes[1] > 5) return fail(ErrorCode::corrupted, "an unknown kind of account");
  account.kind = static_cast<model::AccountKey::Kind>(bytes[0]);
  account.system = static_cast<model::SystemAccount>(bytes[1]);
  model::PublicKey key;
  std::copy_n(bytes.begin() + 2, key.size(), key.begin());
  const bool is_system = account.kind == model::AccountKey::Kind::system;
  if (is_system ? key != model::PublicKey{} : bytes[1] != 0) return fail(ErrorCode::corrupted, "an account with parts of another kind");
  account.did = model::Did::of_key(key);
  return account;
}

void encode_transfer(Bytes& to, const model::Transfer& transfer) {
  append(to, transfer.id);
  encode_account(to, transfer.debit);
  encode_account(to, transfer.credit);
  append_be64(to, transfer.amount.umana);
  to.push_back(static_cast<std::uint8_t>(transfer.code));
  to.push_back(static_cast<std::uint8_t>(transfer.phase));
  append(to, transfer.user_data);
  append(to, transfer.pending_id);
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
  if (bytes[0] == 0 || bytes[0] > 12 || bytes[1] > 3) return fail(ErrorCode::corrupted, "an unknown code or phase");
  transfer.code = static_cast<model::TransferCode>(bytes[0]);
  transfer.phase = static_cast<model::TransferPhase>(bytes[1]);
  bytes = bytes.subspan(2);
  take(bytes, transfer.user_data);
  take(bytes, transfer.pending_id);
  return transfer;
}

Bytes encode_record(std::span<const model::Transfer> transfers, model::UnixMs time, const ipld::Digest& previous, ipld::Digest& chain) {
  Bytes record;
  record.reserve(kHeadBytes + transfers.size() * kTransferBytes + kChainBytes);
  record.push_back(kJournalVersion);
  append_be64(record, time.value);
  record.push_back(static_cast<std::uint8_t>(transfers.size() >> 8));
  record.push_back(static_cast<std::uint8_t>(transfers.size()));
  for (const model::Transfer& transfer : transfers) encode_transfer(record, transfer);
  chain = chain_of(previous, record);
  append(record, chain);
  return record;
}

Result<Record> decode_record(ByteView bytes, std::uint64_t sequence, const ipld::Digest& previous) {
  const auto bad = [&](std::string_view what) {
    return fail(ErrorCode::corrupted, "ledger journal record " + std::to_string(sequence) + ": " + std::string(what) +
                                          "; restore the state store from a backup");
  };
  if (bytes.empty()) return bad("it is empty");
  if (bytes[0] > kJournalVersion) {
    return fail(ErrorCode::unsupported_version, "ledger journal record " + std::to_string(sequence) + " is of version " +
                                                    std::to_string(bytes[0]) + "; this program knows 1");
  }
  if (bytes[0] != kJournalVersion || bytes.size() < kHeadBytes + kChainBytes) return bad("it is too short or has no version");
  const std::size_t count = static_cast<std::size_t>(bytes[9]) << 8 | bytes[10];
  if (count == 0 || count > kLinkedMax || bytes.size() != kHeadBytes + count * kTransferBytes + kChainBytes) return bad("its length is wrong");
  Record record;
  const ByteView body = bytes.first(bytes.size() - kChainBytes);
  record.chain = chain_of(previous, body);
  if (!std::equal(record.chain.begin(), record.chain.end(), bytes.end() - static_cast<std::ptrdiff_t>(kChainBytes))) {
    return bad("its hash does not follow from the record before it");
  }
  record.time = model::UnixMs{read_be64(bytes.data() + 1)};
  ByteView rest = body.subspan(kHeadBytes);
  for (std::size_t i = 0; i < count; ++i) {
    auto transfer = decode_transfer(rest.first(kTransferBytes));
    if (!transfer) return bad(transfer.error().detail);
    record.transfers.push_back(*transfer);
    rest = rest.subspan(kTransferBytes);
  }
  return record;
}

}  // namespace icn::economy::detail
