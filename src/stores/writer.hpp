// Writes many pairs or blocks into a store in bounded, durable pieces. Used by one thread.
#pragma once
#include <functional>
#include <vector>

#include "ports/dag_store.hpp"
#include "ports/state_store.hpp"

namespace icn::stores {

class PairWriter {
 public:
  // `on_durable` is called after each piece.
  explicit PairWriter(ports::StateStore& store, std::function<void()> on_durable = {})
      : store_(store), on_durable_(std::move(on_durable)) {}
  // Errors: as StateStore::commit.
  [[nodiscard]] Result<void> put(Bytes key, Bytes value);
  [[nodiscard]] Result<void> erase(Bytes key);
  // Puts all of it in one piece.
  [[nodiscard]] Result<void> put(ports::Batch&& together);
  // Everything is durable when this returns.
  [[nodiscard]] Result<void> finish();

 private:
  [[nodiscard]] Result<void> commit_when_full();
  ports::StateStore& store_;
  const std::function<void()> on_durable_;
  ports::Batch batch_;
  std::size_t bytes_ = 0;
};

class BlockWriter {
 public:
  explicit BlockWriter(ports::DagStore& store, std::function<void()> on_durable = {})
      : store_(store), on_durable_(std::move(on_durable)) {}
  // Errors: as DagStore::put, remove and flush.
  [[nodiscard]] Result<void> put(ipld::Block block);
  [[nodiscard]] Result<void> remove(const ipld::Cid& cid);
  [[nodiscard]] Result<void> finish();

 private:
  [[nodiscard]] Result<void> write();
  [[nodiscard]] Result<void> flush();
  ports::DagStore& store_;
  const std::function<void()> on_durable_;
  std::vector<ipld::Block> blocks_;
  std::vector<ipld::Cid> removed_;
  std::size_t bytes_ = 0;
  std::size_t unflushed_ = 0;
};

}  // namespace icn::stores
