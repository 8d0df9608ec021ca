// Writes many blocks into a store in batches of bounded size: files and archives are stored through it.
//
// Keeps the order of blocks. A batch is put when it is full and flushed every 64 MiB, so that no store gathers more
// than that in one transaction. Holds at most 8 MiB and one block. Used by one thread.
#pragma once
#include <cstdint>
#include <vector>

#include "ports/dag_store.hpp"

namespace icn::dag {

class BlockBatch {
 public:
  // The store outlives this.
  explicit BlockBatch(ports::DagStore& store) : store_(store) {}

  // Errors: as DagStore::put; blocks of earlier batches then stay in the store.
  [[nodiscard]] Result<void> add(ipld::Block block);
  // Puts the rest; everything added is durable when this returns. Errors: as DagStore::put and flush.
  [[nodiscard]] Result<void> finish();
  // Blocks added so far, and their bytes.
  [[nodiscard]] std::uint64_t blocks() const { return blocks_; }
  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }

 private:
  [[nodiscard]] Result<void> put();

  ports::DagStore& store_;
  std::vector<ipld::Block> waiting_;
  std::size_t waiting_bytes_ = 0;
  std::size_t unflushed_bytes_ = 0;
  std::uint64_t blocks_ = 0;
  std::uint64_t bytes_ = 0;
};

}  // namespace icn::dag
