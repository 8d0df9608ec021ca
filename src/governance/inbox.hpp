// Entries of a scope's log as they arrive at a node that is not the clerk's: in any order, again, or forged.
//
// They are applied in the order of their positions; those that arrive early wait in memory, at most kWaitingMax. A
// second entry of the clerk for a position yields the proof that the clerk forked the log. Not thread safe: the caller
// holds the lock under which it commits.
#pragma once
#include <map>

#include "governance/governance.hpp"
#include "model/fork_proof.hpp"

namespace icn::governance {

class Inbox {
 public:
  static constexpr std::size_t kWaitingMax = 4'096;

  // Both outlive the inbox; the log of `governance` is in `store`, as far as its batches are committed.
  Inbox(Governance& governance, const ports::StateReader& store) : governance_(&governance), store_(&store) {}

  struct Received {
    std::vector<Applied> applied;  // in order; empty if the entry waits, or was applied before
    std::optional<model::ForkProof> fork;
  };
  // Errors: those of Governance::apply() for an entry that is refused; busy (too many entries wait). An entry that
  // waited and is refused when its turn comes is dropped.
  [[nodiscard]] Result<Received> receive(model::LogRecord record, ports::Batch& batch);
  [[nodiscard]] std::size_t waiting() const { return waiting_.size(); }

 private:
  using Key = std::pair<std::uint64_t, ipld::Cid>;  // position, entry

  [[nodiscard]] Result<Received> compare_with_log(const model::LogRecord& record) const;
  [[nodiscard]] Result<Received> keep(model::LogRecord record);
  void apply_waiting(Received& received, ports::Batch& batch);

  Governance* governance_;
  const ports::StateReader* store_;
  std::map<Key, model::LogRecord> waiting_;
  // Applied, and perhaps not in the store yet.
  std::map<std::uint64_t, model::ForkProof::Side> recent_;
};

}  // namespace icn::governance
