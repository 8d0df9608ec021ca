#include "economy/detail/transfer_index.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "model/keys.hpp"

namespace icn::economy::detail {
namespace {

// Bytes of the id in a row's key: a half, to halve the index on disk.
constexpr std::size_t kIdBytes = 16;

Bytes row_key(const model::TransferId& id) {
  return model::key_of(model::keys::kLedgerTransfer, ByteView(id).first(kIdBytes));
}

}  // namespace

Result<std::optional<std::uint64_t>> TransferIndex::sequence_of(const model::TransferId& id) const {
  if (store_ == nullptr) return std::optional<std::uint64_t>();
  const std::optional<Bytes> row = ICN_TRY(store_->get(row_key(id)));
  if (!row) return std::optional<std::uint64_t>();
  if (row->size() != 8) {
    return fail(ErrorCode::corrupted, "the ledger's index row of transfer " + to_hex(ByteView(id).first(8)) +
                                          " is malformed; restore the state store from a backup");
  }
  return std::optional(read_be64(row->data()));
}

Result<std::optional<model::Transfer>> TransferIndex::find_like(const model::TransferId& id) const {
  const std::optional<std::uint64_t> sequence = ICN_TRY(sequence_of(id));
  if (!sequence) return std::optional<model::Transfer>();
  const std::optional<Bytes> bytes = ICN_TRY(store_->get(model::key_of(model::keys::kLedgerJournal, *sequence)));
  if (bytes) {
    const Record record = ICN_TRY(decode_record(*bytes, *sequence, std::nullopt));
    for (const model::Transfer& transfer : record.transfers) {
      if (alike(transfer.id, id)) return std::optional(transfer);
    }
  }
  return fail(ErrorCode::corrupted,
              fmt::format("the ledger's index says that transfer {} is in journal record {}, but it is not there; "
                          "restore the state store from a backup",
                          to_hex(ByteView(id).first(8)), *sequence));
}

Result<std::uint64_t> TransferIndex::count() const {
  std::uint64_t rows = 0;
  if (store_ == nullptr) return rows;
  ICN_TRY(store_->scan(model::key_of(model::keys::kLedgerTransfer), model::end_of(model::keys::kLedgerTransfer),
                       [&](ByteView, ByteView) {
                         ++rows;
                         return true;
                       }));
  return rows;
}

void TransferIndex::put_row(const Entry& entry, ports::Batch& batch) {
  Bytes value;
  append_be64(value, entry.sequence);
  batch.put(row_key(entry.id), std::move(value));
}

bool TransferIndex::alike(const model::TransferId& a, const model::TransferId& b) {
  return std::equal(a.begin(), a.begin() + kIdBytes, b.begin());
}

}  // namespace icn::economy::detail
