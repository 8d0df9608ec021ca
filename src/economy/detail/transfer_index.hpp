// Index rows in the state store: the journal record of each transfer, by id, so that memory need not hold them all.
//
// A checkpoint brings a row for each transfer since the previous checkpoint: the records up to the newest complete
// checkpoint have rows, and later ones may have while the next is being written (checkpoint_writer.hpp). A row's key is
// the first 16 bytes of the id; if two ids share them, the second is refused as a conflict. As thread safe as the
// store; holds no memory.
#pragma once
#include "economy/detail/transfer_log.hpp"

namespace icn::economy::detail {

class TransferIndex {
 public:
  // Without a store every id is unknown. The store outlives the index.
  explicit TransferIndex(const ports::StateReader* store) : store_(store) {}

  // The sequence in the row of `id`. Errors: corrupted, storage.
  [[nodiscard]] Result<std::optional<std::uint64_t>> sequence_of(const model::TransferId& id) const;
  // The transfer that shares a row with `id`. Errors: corrupted (the row's record does not contain it), storage.
  [[nodiscard]] Result<std::optional<model::Transfer>> find_like(const model::TransferId& id) const;
  // The number of rows. Reads all of them.
  [[nodiscard]] Result<std::uint64_t> count() const;

  static void put_row(const Entry& entry, ports::Batch& batch);
  // Whether both ids share a row.
  [[nodiscard]] static bool alike(const model::TransferId& a, const model::TransferId& b);

 private:
  const ports::StateReader* store_;
};

}  // namespace icn::economy::detail
