// The effects of a run, made ready to be applied: what each asks of ledger, job book and DAG, checked as far as that
// needs no lock; and their application under it.
#pragma once
#include "dag/guard.hpp"
#include "jobs/settlement.hpp"
#include "ports/executor.hpp"
#include "runtime/detail/world.hpp"

namespace icn::runtime::detail {

// A job that a guest submitted, checked.
struct ChildJob {
  std::uint64_t call_index = 0;
  model::Job job;
  model::JobId id;
  economy::JobSize size;
  ipld::Digest secret{};
  ipld::Digest check{};
  std::vector<ipld::Block> blocks;  // its body
};
struct ChildAnchor {
  ipld::Cid receipt;
  ipld::Block payload;
  ipld::Block envelope;
};

struct PreparedEffects {
  jobs::MoneyEffects money;
  std::vector<ChildJob> children;
  std::vector<ChildAnchor> anchors;
  std::vector<std::string> told;  // what cannot be applied, each with its reason
  [[nodiscard]] bool none() const { return money.spends.empty() && children.empty() && anchors.empty(); }
};

// Checks each effect; in all_or_none mode one that cannot be applied drops all of them. Only an `ok` run has effects.
// What they rest on in the DAG store is held until `hold` ends.
[[nodiscard]] PreparedEffects prepare_effects(NodeState& node, const jobs::JobRecord& record, const model::Job& job,
                                              const ports::ExecutionResult& result, model::UnixMs now,
                                              dag::Guard::Hold& hold);

// Under the writer lock: accepts the children (orders, reserves, records) against what is left of the budget.
// `authority` is the parent's signed receipt. A child that is refused drops all effects, or itself in independent mode.
// The returned records are added by stage_children() once the ledger took the settlement.
struct AcceptedChild {
  SignedAcceptance accepted;
  jobs::JobRecord record;
  model::Job job;
  std::vector<ipld::Block> blocks;
};
[[nodiscard]] Result<std::vector<AcceptedChild>> accept_children(NodeState& node, const jobs::JobRecord& parent,
                                                                 const model::Job& parent_job, PreparedEffects& effects,
                                                                 const ipld::Cid& authority, model::UnixMs now);
// `anchors` prove the children's authority: the parent's anchor and those above it.
void stage_children(NodeState& node, std::vector<AcceptedChild> children, const std::vector<ipld::Cid>& anchors,
                    Staging& staging);

// Everything an all_or_none job asked for is void.
void drop_all(PreparedEffects& effects);

}  // namespace icn::runtime::detail
