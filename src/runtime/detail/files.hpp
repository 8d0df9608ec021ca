// Blocks that arrive with a request, before they are stored, and files over them and the DAG store.
#pragma once
#include <span>
#include <unordered_map>

#include "ipld/unixfs.hpp"
#include "runtime/detail/work_budget.hpp"
#include "runtime/node_state.hpp"

namespace icn::runtime::detail {

// Looks a block up among the given ones first, then in the store. The given blocks and the optional budget, which pays
// for each block, outlive the source.
class BlockSource {
 public:
  BlockSource(const ports::DagStore& store, std::span<const ipld::Block> given, WorkBudget* budget = nullptr)
      : store_(store), budget_(budget) {
    for (const ipld::Block& block : given) given_.emplace(block.cid, &block);
  }
  // Errors: those of the store and of the budget.
  [[nodiscard]] Result<ipld::Block> get(const ipld::Cid& cid) const {
    if (budget_ == nullptr) return look_up(cid);
    ICN_TRY(budget_->take(model::HostWork::read_block));
    const auto at = given_.find(cid);
    const std::optional<std::uint64_t> bytes =
        at != given_.end() ? at->second->bytes.size() : ICN_TRY(store_.length(cid));
    ICN_TRY(budget_->take_bytes(model::HostWork::read_block, bytes.value_or(0)));
    return look_up(cid);
  }

 private:
  [[nodiscard]] Result<ipld::Block> look_up(const ipld::Cid& cid) const {
    const auto at = given_.find(cid);
    if (at != given_.end()) return *at->second;
    return store_.get(cid);
  }

  const ports::DagStore& store_;
  WorkBudget* const budget_;
  std::unordered_map<ipld::Cid, const ipld::Block*> given_;
};

// Decodes a block as a Value; error messages begin with `what` and the CID. Errors: those of the store and of
// Value::from_bytes.
template <class Value>
Result<Value> read_block(const ports::DagStore& store, const ipld::Cid& cid, std::string_view what) {
  const auto in_block = [&](Error error) {
    return fail(within(std::string(what) + " " + cid.to_text(), std::move(error)));
  };
  Result<ipld::Block> block = store.get(cid);
  if (!block) return in_block(std::move(block).error());
  Result<Value> value = Value::from_bytes(block->bytes);
  if (!value) return in_block(std::move(value).error());
  return value;
}

// Reads the whole file. Errors: limit_exceeded naming `rule`, missing_data, corrupted, invalid_format.
[[nodiscard]] Result<Bytes> load_file(const BlockSource& source, const ipld::Cid& root, std::uint64_t bytes_max,
                                      std::string_view rule);

// Reads a module through the node's cache. Errors: as load_file, naming max_module_bytes.
[[nodiscard]] Result<std::shared_ptr<const Bytes>> load_module(const NodeState& node, const BlockSource& source,
                                                               const ipld::Cid& module, std::uint64_t bytes_max);

// Lists every block of the file once, the root first; reads and parses inner nodes only.
[[nodiscard]] Result<std::vector<ipld::Cid>> blocks_of_file(const BlockSource& source, const ipld::Cid& root);

}  // namespace icn::runtime::detail
