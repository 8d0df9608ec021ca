// The bytes of the ledger's journal: one record per apply(), each chained to its predecessor by SHA-256.
//
// record: version u8 ‖ time be64 ‖ count be16 ‖ transfers ‖ chain 32, with chain = SHA-256(previous chain ‖ all bytes
// of the record before it); the first record follows 32 zero bytes. transfer: id 32 ‖ debit account ‖ credit account ‖
// amount be64 ‖ code u8 ‖ phase u8 ‖ user_data 32 ‖ pending_id 32; account: kind u8 ‖ system u8 ‖ key 32. Fixed widths:
// a record has exactly one encoding. A record of one transfer has 217 bytes.
#pragma once
#include <vector>

#include "economy/ledger.hpp"

namespace icn::economy::detail {

inline constexpr std::uint8_t kJournalVersion = 1;
inline constexpr std::size_t kAccountBytes = 34;
inline constexpr std::size_t kTransferBytes = 32 + 2 * kAccountBytes + 8 + 1 + 1 + 32 + 32;

// Of a record: those that regenerate mana on the accounts it names, and then the linked ones.
inline constexpr std::size_t kAccrualsMax = 4'096;
inline constexpr std::size_t kRecordTransfersMax = kAccrualsMax + kLinkedMax;

// The count has 16 bits, and a store accepts the longest record.
static_assert(kRecordTransfersMax <= UINT16_MAX);
static_assert((kRecordTransfersMax + 1) * kTransferBytes < ports::kStateValueBytesMax);

struct Record {
  model::UnixMs time;
  std::vector<model::Transfer> transfers;
  ipld::Digest chain{};
};

struct Encoded {
  Bytes record;
  ipld::Digest chain{};
};
[[nodiscard]] Encoded encode_record(std::span<const model::Transfer> transfers, model::UnixMs time,
                                    const ipld::Digest& previous);
// Checks form and chain; without `previous` only the form, for histories of records that open() has verified. Errors:
// corrupted (naming the sequence), unsupported_version.
[[nodiscard]] Result<Record> decode_record(ByteView bytes, std::uint64_t sequence,
                                           const std::optional<ipld::Digest>& previous);
// Exactly kAccountBytes and kTransferBytes long.
void encode_account(Bytes& to, const model::AccountKey& account);
[[nodiscard]] Result<model::AccountKey> decode_account(ByteView bytes);
[[nodiscard]] Result<model::Transfer> decode_transfer(ByteView bytes);

}  // namespace icn::economy::detail
