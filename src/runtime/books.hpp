// The books of a node: ledger, reputation, job book, trust and governance. They change only through the committer.
//
// Thread safe: each part locks itself. Const books cannot be changed; waiting for staged commits is const.
#pragma once
#include <memory>
#include <utility>

#include "economy/ledger.hpp"
#include "governance/governance.hpp"
#include "jobs/job_book.hpp"
#include "reputation/reputation.hpp"
#include "runtime/committer.hpp"
#include "trust/trust.hpp"

namespace icn::runtime {

class Books {
 public:
  // Loads and checks each domain. The arguments outlive the books. Errors: corrupted, unsupported_version, storage.
  [[nodiscard]] static Result<Books> open(ports::DagStore& dag_store, ports::StateStore& state_store,
                                          CommitObserver observer, OnFatal on_fatal, BlockWatchers watchers,
                                          Outbox* outbox, Metrics& metrics) {
    Books books;
    books.ledger_ = ICN_TRY(economy::Ledger::open(state_store));
    books.reputation_ = ICN_TRY(reputation::Reputation::open(state_store));
    books.jobs_ = ICN_TRY(jobs::JobBook::open(state_store, &metrics));
    books.trust_ = ICN_TRY(trust::TrustEngine::open(state_store));
    books.committer_ =
        std::make_unique<Committer>(dag_store, state_store, std::move(observer), std::move(on_fatal), watchers, outbox);
    return books;
  }

  // Replays the log of the scope with this genesis. Errors: as Governance::open.
  [[nodiscard]] Result<void> load_governance(const ports::StateStore& state_store, const model::Scope& genesis) {
    governance_ = ICN_TRY(governance::Governance::open(state_store, genesis));
    return {};
  }

  [[nodiscard]] economy::Ledger& ledger() { return *ledger_; }
  [[nodiscard]] const economy::Ledger& ledger() const { return *ledger_; }
  [[nodiscard]] reputation::Reputation& reputation() { return *reputation_; }
  [[nodiscard]] const reputation::Reputation& reputation() const { return *reputation_; }
  [[nodiscard]] jobs::JobBook& jobs() { return *jobs_; }
  [[nodiscard]] const jobs::JobBook& jobs() const { return *jobs_; }
  [[nodiscard]] trust::TrustEngine& trust() { return *trust_; }
  [[nodiscard]] const trust::TrustEngine& trust() const { return *trust_; }
  [[nodiscard]] governance::Governance& governance() { return *governance_; }
  [[nodiscard]] const governance::Governance& governance() const { return *governance_; }
  [[nodiscard]] Committer& committer() { return *committer_; }

  // See Committer::statistics, Committer::wait_for_staged and Committer::when_idle.
  [[nodiscard]] std::uint64_t commits() const { return committer_->statistics().commits; }
  [[nodiscard]] Result<void> wait_for_staged() const { return committer_->wait_for_staged(); }
  template <class Read>
  auto when_idle(Read&& read) const {
    return committer_->when_idle(std::forward<Read>(read));
  }

 private:
  friend class NodeState;
  Books() = default;

  std::unique_ptr<economy::Ledger> ledger_;
  std::unique_ptr<reputation::Reputation> reputation_;
  std::unique_ptr<jobs::JobBook> jobs_;
  std::unique_ptr<trust::TrustEngine> trust_;
  std::unique_ptr<governance::Governance> governance_;
  std::unique_ptr<Committer> committer_;
};

}  // namespace icn::runtime
