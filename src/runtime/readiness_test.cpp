// Goal: a node lists what it owes with the time of each, and says which of the things that it depends on it cannot use.
#include "runtime/readiness.hpp"

#include <algorithm>

#include "runtime/governance.hpp"
#include "runtime/mana_epoch.hpp"
#include "runtime/obligations.hpp"
#include "runtime/services.hpp"
#include "runtime/sweep.hpp"
#include "runtime/testing/home_fixture.hpp"

namespace icn::runtime {
namespace {

struct Duties : HomeFixture {
  Duties() { found(); }

  std::vector<std::string> unusable() const {
    std::vector<std::string> names;
    for (const Dependency& one : check_dependencies(*node))
      if (!one.problem.empty()) names.emplace_back(one.name);
    return names;
  }
  ipld::Cid propose() {
    ProposalDraft draft;
    draft.proposer = member->did();
    draft.actions = {model::ResolutionAction{}};
    draft.voting_ms = 60'000;
    const PreparedStatement prepared = prepare_proposal(*node, draft).value();
    const ipld::Cid proposal = model::body_of(prepared.statement).cid;
    EXPECT_TRUE(admit_statement(*node, prepared, member->sign(model::SignatureTag::proposal, proposal).value()));
    return proposal;
  }
};

TEST_F(Duties, AnIdleNodeOwesNothing) {
  const ObligationList owed = list_obligations(*node, 10);
  EXPECT_EQ(owed.total, 0U);
  EXPECT_TRUE(owed.due_first.empty());
}

TEST_F(Duties, AJobIsOwedUntilItEnds) {
  const model::JobId id = submit(draft("output late\n")).id;
  ObligationList owed = list_obligations(*node, 10);
  ASSERT_EQ(owed.due_first.size(), 1U);
  const Obligation& job = owed.due_first.front();
  EXPECT_EQ(job.kind, ObligationKind::job);
  EXPECT_EQ(job.subject, id.to_text());
  EXPECT_EQ(job.state, "submitted");
  EXPECT_EQ(job.step, "expire");
  EXPECT_EQ(job.owner, "home");
  EXPECT_EQ(job.due, node->jobs().find(id).value()->deadlines.start_by);
  EXPECT_EQ(owed.overdue, 0U);
  clock->now_ms = job.due.value + 1;
  owed = list_obligations(*node, 10);
  EXPECT_EQ(owed.overdue, 1U);
  ASSERT_TRUE(sweep_jobs(*node));
  EXPECT_EQ(list_obligations(*node, 10).overdue, 0U) << "the sweep ends what is overdue";
}

TEST_F(Duties, AVoteIsClosedAtItsTime) {
  const ipld::Cid proposal = propose();
  const ObligationList owed = list_obligations(*node, 10);
  ASSERT_EQ(owed.due_first.size(), 1U);
  EXPECT_EQ(owed.due_first.front().kind, ObligationKind::proposal);
  EXPECT_EQ(owed.due_first.front().subject, proposal.to_text());
  EXPECT_EQ(owed.due_first.front().state, "voting");
  EXPECT_EQ(owed.due_first.front().step, "close");
  EXPECT_EQ(owed.due_first.front().due, node->governance().find(proposal)->closes);
}

TEST_F(Duties, TheRootOfAnEndedEpochIsOwedUntilItIsAnchored) {
  clock->now_ms += 7 * 86'400'000ULL;
  const ObligationList owed = list_obligations(*node, 10);
  ASSERT_EQ(owed.due_first.size(), 1U);
  EXPECT_EQ(owed.due_first.front().kind, ObligationKind::mana);
  EXPECT_EQ(owed.due_first.front().step, "anchor");
  ASSERT_TRUE(anchor_root(*node));
  EXPECT_EQ(list_obligations(*node, 10).total, 0U);
}

TEST_F(Duties, ThoseDueFirstComeFirstAndTheOthersAreCounted) {
  propose();
  submit(draft("output one\n"));
  clock->now_ms += 1'000;
  submit(draft("output two\n"));
  const ObligationList all = list_obligations(*node, 10);
  ASSERT_EQ(all.due_first.size(), 3U);
  EXPECT_TRUE(std::is_sorted(all.due_first.begin(), all.due_first.end(),
                             [](const Obligation& a, const Obligation& b) { return a.due < b.due; }));
  const ObligationList some = list_obligations(*node, 1);
  EXPECT_EQ(some.total, 3U);
  ASSERT_EQ(some.due_first.size(), 1U);
  EXPECT_EQ(some.due_first.front().subject, all.due_first.front().subject);
  EXPECT_EQ(list_obligations(*node, 0).total, 3U);
}

TEST_F(Duties, ANodeIsReadyWhenItCanUseEverything) { EXPECT_TRUE(unusable().empty()); }

TEST_F(Duties, AFullDiskAndAnAbsentExecutorAreNamed) {
  settings.dag_quota.free_on_disk = [] { return std::optional<std::uint64_t>(1); };
  services.executor = nullptr;
  reopen();
  EXPECT_EQ(unusable(), (std::vector<std::string>{"disk", "executor"}));
}

TEST_F(Duties, ServicesBelowProductionAreNamedOnce) {
  const std::vector<std::string> unfit = unfit_for_production(descriptors_of(services));
  EXPECT_EQ(std::count(unfit.begin(), unfit.end(), "PRODUCTION ERROR: Development-grade dag store 'memory' detected"),
            1);
}

}  // namespace
}  // namespace icn::runtime
