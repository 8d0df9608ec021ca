// Where a transfer is in the journal, by its id: rows of the state store, so that memory need not hold them all.
//
// A checkpoint's batch carries a row for each transfer since the checkpoint before: there are rows for the records up
// to the newest checkpoint and for no others. A row's key is the first 16 bytes of the id; of two ids that begin alike
// the second is refused as a conflict. Thread safe as the store is; memory none.
#pragma once
#include "economy/detail/transfer_log.hpp"

namespace icn::economy::detail {

class TransferIndex {
 public:
  // Without a store no id is known. The store outlives the index.
  explicit TransferIndex(const ports::StateReader* store) : store_(store) {}

  // The sequence that the row of `id` names. Errors: corrupted, storage.
  [[nodiscard]] Result<std::optional<std::uint64_t>> sequence_of(const model::TransferId& id) const;
  // The transfer whose id begins as `id` does. Errors: corrupted (a row that names no such record), storage.
  [[nodiscard]] Result<std::optional<model::Transfer>> find_like(const model::TransferId& id) const;
  // How many rows there are. Reads all of them.
  [[nodiscard]] Result<std::uint64_t> count() const;

  static void put_row(const Entry& entry, ports::Batch& batch);
  // Whether both ids share one row.
  [[nodiscard]] static bool alike(const model::TransferId& a, const model::TransferId& b);

 private:
  const ports::StateReader* store_;
};

}  // namespace icn::economy::detail
