// Goal: a dry run shows exactly what happens when its proposal takes effect, and what newer prices would have cost.
#include "runtime/dry_run.hpp"

#include "governance/refusals.hpp"
#include "runtime/governance.hpp"
#include "runtime/testing/home_fixture.hpp"

namespace icn::runtime {
namespace {

using model::DryRun;

constexpr std::uint64_t kUnit = model::Mana::kUnit;

struct DryRuns : HomeFixture {
  ipld::Cid propose(model::ProposalKind kind, std::vector<model::Action> actions) {
    ProposalDraft made;
    made.proposer = member->did();
    made.kind = kind;
    made.actions = std::move(actions);
    const PreparedStatement prepared = prepare_proposal(*node, made).value();
    const ipld::Cid id = model::body_of(prepared.statement).cid;
    EXPECT_TRUE(admit_statement(*node, prepared, member->sign(model::SignatureTag::proposal, id).value()));
    return id;
  }
  ipld::Cid propose(model::Action action) { return propose(model::kind_of(action), {std::move(action)}); }
  void accept(const ipld::Cid& id) {
    const PreparedStatement vote = prepare_vote(*node, member->did(), id, model::VoteChoice::yes);
    const ipld::Cid body = model::body_of(vote.statement).cid;
    EXPECT_TRUE(admit_statement(*node, vote, member->sign(model::SignatureTag::vote, body).value()));
  }
  static std::uint64_t sum(const DryRun& run, bool after) {
    std::uint64_t total = 0;
    for (const DryRun::Charge& charge : run.charges) total += after ? charge.after->umana : charge.before.umana;
    return total;
  }
};

TEST_F(DryRuns, ShowWhatHappensThen) {
  found();
  const model::Did other = signer_of(40)->did();
  const ipld::Cid peer = ipld::Cid::of(ipld::Codec::dag_cbor, view_of("another scope"));
  const ipld::Cid id =
      propose(model::ProposalKind::batch,
              {model::AdmitAction{other, services.signer->did(), {}},
               model::BudgetAction{member->did(), model::Mana{5 * kUnit}}, model::SetAction{{{"voting_secs", "120"}}},
               model::FederateAction{peer, {900'000, model::Mana{kUnit}}}, model::UpgradeAction{{{0, 0, 1}}}});
  const DryRun run = derive_dry_run(*node, id).value();
  EXPECT_EQ(run.position, node->scope().position());
  EXPECT_EQ(run.head, node->scope().head());
  ASSERT_EQ(run.members.size(), 1U);
  EXPECT_EQ(run.members[0], (DryRun::MemberChange{other, {}, model::MemberStatus::active}));
  ASSERT_EQ(run.parameters.size(), 1U);
  EXPECT_EQ(run.parameters[0].after, "120");
  EXPECT_EQ(run.peers, (std::vector<DryRun::PeerChange>{{peer, {}, {900'000, model::Mana{kUnit}}}}));
  EXPECT_EQ(run.version, model::ProgramVersion::parse("0.0.1"));
  EXPECT_FALSE(run.refused);
  EXPECT_TRUE(run.charges.empty()) << "no price and no limit changes";
  accept(id);
  ASSERT_EQ(node->governance().status(id)->state, governance::ProposalState::executed);
  EXPECT_EQ(node->scope().parameters().text("voting_secs"), "120");
  for (const DryRun::BalanceChange& change : run.balances) {
    if (change.account == other.to_text()) {
      EXPECT_EQ(change.after, available(model::AccountKey::of(other)));
    }
    if (change.account == model::AccountKey::of(model::SystemAccount::treasury).to_text()) {
      EXPECT_EQ(change.after, of_system(model::SystemAccount::treasury));
    }
  }
  EXPECT_EQ(run.balances.size(), 3U);
}

TEST_F(DryRuns, AreTheSameBytesForEveryoneAndVerifyOnlyWhileTheyHold) {
  found();
  const ipld::Cid id = propose(model::SetAction{{{"voting_secs", "120"}}});
  const DryRun run = derive_dry_run(*node, id).value();
  EXPECT_EQ(run.to_block().cid, derive_dry_run(*node, id)->to_block().cid);
  const DryRun read = DryRun::from_bytes(run.to_block().bytes).value();
  EXPECT_EQ(read, run);
  EXPECT_TRUE(verify_dry_run(*node, read));
  DryRun forged = run;
  forged.parameters[0].after = "60";
  EXPECT_EQ(verify_dry_run(*node, forged).error().rule, rules::kDryRunDiffers);
  EXPECT_NE(verify_dry_run(*node, forged).error().detail.find("parameters"), std::string::npos);
  forged = run;
  forged.proposal = forged.head;
  EXPECT_EQ(verify_dry_run(*node, forged).error().rule, governance::rules::kUnknownProposal);
  propose(model::ResolutionAction{});
  EXPECT_EQ(verify_dry_run(*node, run).error().rule, rules::kDryRunPosition);
  reopen();
  EXPECT_TRUE(verify_dry_run(*node, derive_dry_run(*node, id).value()));
}

TEST_F(DryRuns, ChargeTheNewestReceiptsAgain) {
  found();
  JobDraft small = draft("fuel 1000000\noutput x\n");
  small.cost_mana = 20;
  const JobReport first = run(small);
  JobDraft large = draft("fuel 500000000\noutput y\n");
  large.cost_mana = 20;
  const JobReport second = run(large);
  const std::uint64_t base = node->scope().parameters()[model::ParameterKey::job_base_umana];
  const ipld::Cid id = propose(model::SetAction{{{"job_base_umana", std::to_string(base + 1'000)}}});
  const DryRun dearer = derive_dry_run(*node, id).value();
  ASSERT_EQ(dearer.charges.size(), 2U);
  EXPECT_EQ(dearer.charges[0].receipt, *second.record.receipt) << "newest first";
  EXPECT_EQ(dearer.charges[1].before, first.record.pay) << "as it was charged";
  EXPECT_EQ(dearer.charges[0].before, second.record.pay);
  EXPECT_EQ(sum(dearer, true), sum(dearer, false) + 2'000);
  EXPECT_EQ(DryRun::from_bytes(dearer.to_block().bytes).value(), dearer);
  // Under the new parameters the same jobs are charged what the dry run says.
  accept(id);
  small.nonce = bytes_of("again");
  EXPECT_EQ(run(small).record.pay, *dearer.charges[1].after);
}

TEST_F(DryRuns, ChargeThePriceOfAJobThatOfferedLess) {
  found();
  const JobReport cheap = run(draft("output x\n"));
  const ipld::Cid id = propose(model::SetAction{{{"job_base_umana", "900000000"}}});
  const DryRun run = derive_dry_run(*node, id).value();
  ASSERT_EQ(run.charges.size(), 1U);
  EXPECT_EQ(run.charges[0].before, cheap.record.pay);
  EXPECT_GE(run.charges[0].after, model::Mana{900'000'000});
}

TEST_F(DryRuns, NameTheReceiptsOfJobsThatTheLimitsWouldRefuse) {
  found();
  ASSERT_TRUE(run(draft("fuel 5000000\noutput x\n")).record.receipt);
  const ipld::Cid id = propose(model::SetAction{{{"max_fuel", "1000000"}}});
  const DryRun run = derive_dry_run(*node, id).value();
  ASSERT_EQ(run.charges.size(), 1U);
  EXPECT_FALSE(run.charges[0].after);
}

}  // namespace
}  // namespace icn::runtime
