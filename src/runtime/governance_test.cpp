// Decisions of members at their clerk's node: what an entry moves, that it happens once wherever the process ends, and
// what is refused leaves nothing.
#include "runtime/governance.hpp"

#include "governance/refusals.hpp"
#include "runtime/blocks.hpp"
#include "runtime/testing/home_fixture.hpp"
#include "runtime/testing/watched_store.hpp"

namespace icn::runtime {
namespace {

using governance::ProposalState;
using model::ParameterKey;
using model::ProposalKind;
using model::VoteChoice;

constexpr std::uint64_t kUnit = model::Mana::kUnit;

struct Decisions : HomeFixture {
  Decisions() {
    services.state_store = state;
    for (std::uint8_t i = 0; i < 3; ++i) members.push_back(signer_of(static_cast<std::uint8_t>(20 + i)));
    settings.on_fatal = [](const Error&) {};
  }
  void found_three(std::map<std::string, std::string> rules = {}) {
    Founding founding;
    founding.member = members[0]->did();
    for (std::size_t i = 1; i < members.size(); ++i)
      founding.others.push_back({members[i]->did(), services.signer->did()});
    founding.parameters = std::move(rules);
    founding.operator_did = signer_of(9)->did();
    node = NodeState::found(services, settings, founding).value();
  }

  Result<std::uint64_t> enter(std::size_t by, const PreparedStatement& prepared) {
    const auto tag = model::tag_of(model::kind_of(prepared.statement));
    return admit_statement(*node, prepared, members[by]->sign(tag, model::body_of(prepared.statement).cid).value());
  }
  ProposalDraft draft_of(model::Action action) const {
    ProposalDraft made;
    made.proposer = members[0]->did();
    made.kind = model::kind_of(action);
    made.actions = {std::move(action)};
    made.title = "A change";
    return made;
  }
  ipld::Cid propose(const ProposalDraft& draft) {
    const PreparedStatement prepared = prepare_proposal(*node, draft).value();
    const auto entered = enter(0, prepared);
    EXPECT_TRUE(entered) << entered.error().detail;
    return model::body_of(prepared.statement).cid;
  }
  Result<std::uint64_t> vote(std::size_t by, const ipld::Cid& proposal, VoteChoice choice = VoteChoice::yes) {
    return enter(by, prepare_vote(*node, members[by]->did(), proposal, choice));
  }
  ProposalState state_of(const ipld::Cid& proposal) const { return node->governance().find(proposal)->state; }
  // The first three members vote for it, with any other missing.
  ipld::Cid decide(const ProposalDraft& draft) {
    const ipld::Cid proposal = propose(draft);
    for (const std::size_t by : {0U, 1U, 2U}) EXPECT_TRUE(vote(by, proposal)) << by;
    return proposal;
  }
  std::uint64_t has(std::size_t who) const { return available(model::AccountKey::of(members[who]->did())).umana; }
  std::uint64_t treasury() const { return of_system(model::SystemAccount::treasury).umana; }
  void expect_log_holds() const {
    const auto checked = verify_scope_log(*node);
    ASSERT_TRUE(checked) << checked.error().detail;
    EXPECT_EQ(checked->entries, node->scope().position());
    EXPECT_TRUE(audit_mana(*node));
  }

  std::shared_ptr<WatchedStore> state = std::make_shared<WatchedStore>();
  std::vector<std::shared_ptr<ports::Signer>> members;
};

TEST_F(Decisions, ChangeAParameterThatTheNextUseReads) {
  found_three();
  const ipld::Cid proposal = decide(draft_of(model::SetAction{{{"job_base_umana", "70000"}}}));
  EXPECT_EQ(state_of(proposal), ProposalState::executed);
  EXPECT_EQ(node->scope().parameters()[ParameterKey::job_base_umana], 70'000U);
  const auto history = node->governance().parameter_history("job_base_umana");
  ASSERT_EQ(history.size(), 1U);
  EXPECT_EQ(history[0].proposal, proposal);
  expect_log_holds();
  reopen();
  EXPECT_EQ(node->scope().parameters()[ParameterKey::job_base_umana], 70'000U);
  expect_log_holds();
}

TEST_F(Decisions, EachEntryIsOneCommitWithItsMoney) {
  services.executor.reset();
  found_three();
  const std::uint64_t before = state->commits;
  const PreparedStatement prepared =
      prepare_proposal(*node, draft_of(model::BudgetAction{members[2]->did(), model::Mana{50 * kUnit}})).value();
  ASSERT_TRUE(enter(0, prepared));
  EXPECT_EQ(node->scope().position(), 2U) << "the proposal and its opening";
  EXPECT_LE(state->commits - before, 2U);
  EXPECT_EQ(has(0), 990 * kUnit) << "the deposit is held";
  const ipld::Cid proposal = model::body_of(prepared.statement).cid;
  ASSERT_TRUE(vote(1, proposal));
  EXPECT_EQ(has(1), 999 * kUnit) << "a vote's fee";
  ASSERT_TRUE(vote(0, proposal));
  EXPECT_EQ(state_of(proposal), ProposalState::voting) << "the third may still vote";
  ASSERT_TRUE(vote(2, proposal, VoteChoice::no));
  EXPECT_EQ(state_of(proposal), ProposalState::executed);
  EXPECT_EQ(has(0), 999 * kUnit) << "the deposit came back";
  EXPECT_EQ(has(2), 1'049 * kUnit);
  EXPECT_EQ(treasury(), 950 * kUnit);
  EXPECT_EQ(of_system(model::SystemAccount::fees).umana, 3 * kUnit);
  expect_all_settled();
  expect_log_holds();
}

TEST_F(Decisions, AreFreeToVoteOnForAMemberWithLittle) {
  grant = model::Mana{9 * kUnit};
  Founding founding;
  founding.member = members[0]->did();
  founding.others = {{members[1]->did(), services.signer->did()}};
  founding.grant = model::Mana{9 * kUnit + 999'999};
  founding.parameters = {{"proposal_fee_mana", "0"}};
  node = NodeState::found(services, settings, founding).value();
  const ipld::Cid proposal = propose(draft_of(model::ResolutionAction{}));
  ASSERT_TRUE(vote(1, proposal));
  EXPECT_EQ(has(1), 9 * kUnit + 999'999);
}

TEST_F(Decisions, ThatTheTreasuryCannotPayWaitAndAreNotDoneInPart) {
  found_three();
  ProposalDraft batch = draft_of(model::SetAction{{{"dag_retention_days", "7"}}});
  batch.kind = ProposalKind::batch;
  batch.actions.push_back(model::BudgetAction{members[2]->did(), model::Mana{1'001 * kUnit}});
  const ipld::Cid proposal = decide(batch);
  EXPECT_EQ(state_of(proposal), ProposalState::timelock);
  EXPECT_EQ(node->scope().parameters()[ParameterKey::dag_retention_days], 90U);
  const auto refused = execute_proposal(*node, proposal, node->scope().position());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::insufficient_mana);
  const auto run = dry_run_proposal(*node, proposal);
  ASSERT_TRUE(run);
  EXPECT_EQ(run->refused->rule, "insufficient_mana");
  // Another one is not held up by it.
  decide(draft_of(model::SetAction{{{"job_attempts_max", "4"}}}));
  EXPECT_EQ(node->scope().parameters()[ParameterKey::job_attempts_max], 4U);
  // In the end it expires.
  clock->now_ms += 8ULL * 86'400'000;
  ASSERT_TRUE(advance_governance(*node));
  EXPECT_EQ(state_of(proposal), ProposalState::expired);
  expect_all_settled();
  expect_log_holds();
}

TEST_F(Decisions, PassADepositOnWhenTooFewTakePart) {
  found_three();
  ProposalDraft draft = draft_of(model::ResolutionAction{});
  draft.voting_ms = 1'000;
  draft.quorum = model::Quorum{model::Quorum::Unit::heads, 2};
  const ipld::Cid proposal = propose(draft);
  ASSERT_TRUE(vote(1, proposal));
  clock->now_ms += 999;
  EXPECT_FALSE(is_governance_due(*node));
  clock->now_ms += 1;
  ASSERT_TRUE(is_governance_due(*node));
  ASSERT_TRUE(advance_governance(*node));
  EXPECT_EQ(state_of(proposal), ProposalState::rejected);
  EXPECT_EQ(has(0), 990 * kUnit);
  EXPECT_EQ(of_system(model::SystemAccount::fees).umana, 11 * kUnit);
  expect_all_settled();
}

TEST_F(Decisions, AdmitAMemberWithOneOpeningGrant) {
  found_three();
  const auto dora = signer_of(40);
  const model::AdmitAction admit{dora->did(), node->node_did(), std::nullopt};
  decide(draft_of(admit));
  EXPECT_TRUE(node->scope().is_member(dora->did()));
  EXPECT_EQ(available(model::AccountKey::of(dora->did())), Founding{}.grant);
  members.push_back(dora);
  ASSERT_TRUE(enter(3, prepare_resignation(*node, dora->did()).value()));
  EXPECT_FALSE(node->scope().is_member(dora->did()));
  decide(draft_of(admit));
  EXPECT_TRUE(node->scope().is_member(dora->did()));
  EXPECT_EQ(available(model::AccountKey::of(dora->did())), Founding{}.grant) << "not a second one";
  expect_log_holds();
}

TEST_F(Decisions, AVoteWhoseOutcomeIsCertainIsClosedOnRequest) {
  found_three();
  const ipld::Cid proposal = propose(draft_of(model::SetAction{{{"job_attempts_max", "4"}}}));
  ASSERT_TRUE(vote(0, proposal));
  const auto refused = execute_proposal(*node, proposal, node->scope().position());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().rule, governance::rules::kVotingOpen);
  ASSERT_TRUE(vote(1, proposal));
  ASSERT_TRUE(execute_proposal(*node, proposal, node->scope().position()));
  EXPECT_EQ(state_of(proposal), ProposalState::executed);
  EXPECT_EQ(execute_proposal(*node, proposal, node->scope().position()).error().rule,
            governance::rules::kAlreadyExecuted);
  EXPECT_TRUE(execute_proposal(*node, proposal, 0)) << "by the opening of the caller's node";
}

TEST_F(Decisions, AMemberWhoLeftSubmitsNoJobs) {
  found_three();
  member = members[2];
  const SubmitRequest before = request(draft("output x\n"));
  ASSERT_TRUE(enter(2, prepare_resignation(*node, member->did()).value()));
  const auto refused = submit_job(*node, before);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().rule, "member");
}

TEST_F(Decisions, AreRefusedWithoutATrace) {
  found_three({{"proposal_fee_mana", "2000"}});
  const auto before = node->governance().state_hash();
  const auto ledger = node->ledger().state_hash();
  const auto expect_same = [&] {
    EXPECT_EQ(node->governance().state_hash(), before);
    EXPECT_EQ(node->ledger().state_hash(), ledger);
  };
  const PreparedStatement prepared = prepare_proposal(*node, draft_of(model::ResolutionAction{})).value();
  EXPECT_EQ(enter(0, prepared).error().code, ErrorCode::insufficient_mana) << "the deposit";
  expect_same();
  EXPECT_EQ(enter(1, prepared).error().code, ErrorCode::invalid_signature) << "signed by another";
  expect_same();
  const ipld::Cid unknown = ipld::Cid::of(ipld::Codec::dag_cbor, view_of("nothing"));
  EXPECT_EQ(vote(1, unknown).error().rule, governance::rules::kUnknownProposal);
  expect_same();
  ProposalDraft two_lines = draft_of(model::ResolutionAction{});
  two_lines.title = "A change\nstate  executed";
  EXPECT_EQ(enter(0, prepare_proposal(*node, two_lines).value()).error().rule, rules::kProposalTitle);
  expect_same();
  ProposalDraft long_text = draft_of(model::ResolutionAction{});
  long_text.text = std::string(kProposalTextBytesMax + 1, 'x');
  EXPECT_EQ(prepare_proposal(*node, long_text).error().rule, rules::kProposalText);
  // What has no encoding is refused by its rule, too.
  const auto rule_of = [&](const std::function<void(ProposalDraft&)>& change) {
    ProposalDraft draft = draft_of(model::ResolutionAction{});
    change(draft);
    const auto refused = prepare_proposal(*node, draft);
    return refused ? "" : refused.error().rule;
  };
  EXPECT_EQ(rule_of([](ProposalDraft& draft) { draft.voting_ms = 0; }), governance::rules::kVotingTime);
  EXPECT_EQ(rule_of([](ProposalDraft& draft) { draft.voting_ms = UINT64_MAX; }), governance::rules::kDuration);
  EXPECT_EQ(rule_of([](ProposalDraft& draft) { draft.timelock_ms = UINT64_MAX; }), governance::rules::kDuration);
  EXPECT_EQ(rule_of([](ProposalDraft& draft) { draft.threshold_ppm = 2'000'000; }), governance::rules::kThreshold);
  const model::FederateAction free{unknown, {0, model::Mana{1}}};
  const auto refused = prepare_proposal(*node, draft_of(free));
  EXPECT_EQ(refused ? "" : refused.error().rule, governance::rules::kPeerRate);
  PreparedStatement without = prepare_proposal(*node,
                                               [&] {
                                                 long_text.text = "why";
                                                 return long_text;
                                               }())
                                  .value();
  without.blocks.clear();
  EXPECT_EQ(enter(0, without).error().rule, rules::kProposalText) << "the text did not come along";
  expect_same();
}

TEST_F(Decisions, ANodeThatIsNotTheClerkEntersNothing) {
  found_three();
  decide(draft_of(model::ClerkAction{signer_of(5)->did()}));
  EXPECT_EQ(node->scope().clerk(), signer_of(5)->did());
  const auto refused = enter(0, prepare_proposal(*node, draft_of(model::ResolutionAction{})).value());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().rule, rules::kNotClerk);
  EXPECT_EQ(refused.error().subject, signer_of(5)->did().to_text());
  EXPECT_EQ(advance_governance(*node)->entries, 0U);
}

TEST_F(Decisions, KeepTheirBlocksForever) {
  found_three();
  ProposalDraft draft = draft_of(model::ResolutionAction{});
  draft.text = "We agree, because it is right.";
  const ipld::Cid proposal = decide(draft);
  clock->now_ms += 10ULL * 365 * 86'400'000;
  ASSERT_TRUE(collect_garbage(*node, {}));
  const auto info = node->governance().find(proposal).value();
  EXPECT_EQ(text_of(node->dag_store().get(*info.body.text)->bytes), draft.text);
  const std::vector<model::LogRecord> records = read_scope_log(*node, 1, 100).value();
  EXPECT_EQ(records.size(), node->scope().position());
  for (const model::LogRecord& record : records) {
    for (const ipld::Block& block : record.blocks()) EXPECT_TRUE(node->dag_store().has(block.cid).value());
  }
}

// The process ends at the n-th durable transaction, for every n: afterwards the members go on where they were, and
// everything has happened once.
TEST_F(Decisions, HappenOnceWhereverTheProcessEnds) {
  services.executor.reset();
  std::uint64_t cuts = 0;
  for (std::uint64_t cut = 1;; ++cut) {
    state = std::make_shared<WatchedStore>();
    services.state_store = state;
    found_three();
    const PreparedStatement prepared =
        prepare_proposal(*node, draft_of(model::BudgetAction{members[2]->did(), model::Mana{50 * kUnit}})).value();
    const ipld::Cid proposal = model::body_of(prepared.statement).cid;
    std::uint64_t left = cut;
    state->before_commit = [&](std::size_t) { state->fails = state->fails || --left == 0; };
    static_cast<void>(enter(0, prepared).has_value());
    static_cast<void>(vote(0, proposal).has_value());
    static_cast<void>(vote(1, proposal).has_value());
    static_cast<void>(vote(2, proposal).has_value());
    const bool was_cut = state->fails;
    state->before_commit = {};
    state->fails = false;
    reopen();
    // What was not acknowledged is done again.
    ASSERT_TRUE(advance_governance(*node));
    if (!node->governance().find(proposal)) {
      ASSERT_TRUE(enter(0, prepared));
    }
    for (const std::size_t by : {0U, 1U, 2U}) {
      if (state_of(proposal) == ProposalState::voting &&
          node->governance().next_counter(members[by]->did(), proposal) == 1) {
        ASSERT_TRUE(vote(by, proposal));
      }
    }
    if (state_of(proposal) == ProposalState::voting) {
      ASSERT_TRUE(execute_proposal(*node, proposal, UINT64_MAX)) << "its outcome is fixed";
    }
    ASSERT_TRUE(advance_governance(*node));
    ASSERT_EQ(state_of(proposal), ProposalState::executed) << "cut at " << cut;
    EXPECT_EQ(has(0), 999 * kUnit) << "cut at " << cut;
    EXPECT_EQ(has(1), 999 * kUnit);
    EXPECT_EQ(has(2), 1'049 * kUnit);
    EXPECT_EQ(treasury(), 950 * kUnit);
    expect_all_settled();
    expect_log_holds();
    node.reset();
    if (!was_cut) break;
    ++cuts;
  }
  EXPECT_GE(cuts, 4U) << "the proposal, its opening, three votes and what follows them";
}

struct RegeneratingScope : Decisions {
  // One mana a minute at reputation 0, and no fees.
  void found_regenerating() {
    found_three(
        {{"mana_regeneration_umana_per_hour", "600000000"}, {"proposal_fee_mana", "0"}, {"vote_fee_mana", "0"}});
  }
  void pass(std::uint64_t minutes) { clock->now_ms += minutes * 60'000; }
  std::uint64_t due(std::size_t who) const { return view_account(*node, members[who]->did()).due.umana; }
  void decide_by(std::initializer_list<std::size_t> voters, model::Action action) {
    const ipld::Cid proposal = propose(draft_of(std::move(action)));
    for (const std::size_t by : voters) EXPECT_TRUE(vote(by, proposal)) << by;
    EXPECT_EQ(state_of(proposal), ProposalState::executed);
  }
};

TEST_F(RegeneratingScope, AChangeOfTheRateCountsFromThenOn) {
  found_regenerating();
  pass(10);
  decide(draft_of(model::SetAction{{{"mana_regeneration_umana_per_hour", "1200000000"}}}));
  pass(10);
  EXPECT_EQ(due(1), 30 * kUnit);
  decide(draft_of(model::SetAction{{{"mana_max_capacity", "1030"}}}));
  pass(10);
  EXPECT_EQ(due(1), 30 * kUnit) << "at the new cap";
  decide(draft_of(model::SetAction{{{"mana_regeneration_umana_per_hour", "0"}}}));
  pass(10);
  reopen();
  EXPECT_EQ(due(1), 30 * kUnit) << "what was due before stays due";
  ASSERT_TRUE(spend_mana(*node, members[1]->did(), model::Mana{1'025 * kUnit}, view_of("a")));
  EXPECT_EQ(has(1), 5 * kUnit);
  pass(10);
  EXPECT_EQ(due(1), 0U);
  expect_log_holds();
}

TEST_F(RegeneratingScope, WhoIsSuspendedKeepsWhatRegeneratedUntilThen) {
  found_regenerating();
  pass(10);
  decide(draft_of(model::SuspendAction{members[2]->did()}));
  EXPECT_EQ(has(2), 1'010 * kUnit) << "posted with the suspension";
  EXPECT_EQ(has(1), 1'000 * kUnit) << "of no other member";
  pass(100);
  EXPECT_EQ(due(2), 0U);
  decide_by({0, 1}, model::AdmitAction{members[2]->did(), node->node_did(), {}});
  EXPECT_EQ(due(2), 0U) << "nothing for the time in between";
  pass(5);
  reopen();
  EXPECT_EQ(due(2), 5 * kUnit);
  EXPECT_EQ(due(1), 115 * kUnit);
  ASSERT_TRUE(spend_mana(*node, members[2]->did(), model::Mana{1'014 * kUnit}, view_of("a")));
  EXPECT_EQ(has(2), kUnit);
  expect_log_holds();
}

TEST_F(RegeneratingScope, WhoIsRemovedKeepsWhatRegeneratedUntilThen) {
  found_regenerating();
  pass(10);
  ASSERT_TRUE(spend_mana(*node, members[2]->did(), model::Mana{4 * kUnit}, view_of("a")));
  pass(3);
  decide(draft_of(model::RemoveAction{members[2]->did()}));
  EXPECT_EQ(has(2), 1'009 * kUnit) << "posted with the removal";
  pass(100);
  EXPECT_EQ(due(2), 0U);
  reopen();
  EXPECT_EQ(due(2), 0U);
  EXPECT_EQ(has(2), 1'009 * kUnit);
  decide_by({0, 1}, model::AdmitAction{members[2]->did(), node->node_did(), {}});
  EXPECT_EQ(has(2), 1'009 * kUnit) << "no second grant, and nothing for the time in between";
  EXPECT_EQ(due(2), 0U);
  pass(5);
  EXPECT_EQ(due(2), 5 * kUnit);
  // Removed while suspended: nothing was due any more.
  decide(draft_of(model::SuspendAction{members[2]->did()}));
  pass(5);
  decide_by({0, 1}, model::RemoveAction{members[2]->did()});
  EXPECT_EQ(has(2), 1'014 * kUnit);
  expect_log_holds();
}

TEST_F(RegeneratingScope, WhoResignsKeepsWhatRegeneratedUntilThen) {
  found_regenerating();
  pass(10);
  ASSERT_TRUE(enter(2, prepare_resignation(*node, members[2]->did()).value()));
  EXPECT_EQ(has(2), 1'010 * kUnit);
  pass(10);
  EXPECT_EQ(due(2), 0U);
  expect_log_holds();
}

TEST_F(RegeneratingScope, AnAdmittedMemberRegeneratesFromItsAdmissionOn) {
  found_regenerating();
  members.push_back(signer_of(30));
  pass(1'000);
  decide(draft_of(model::AdmitAction{members[3]->did(), node->node_did(), {}}));
  EXPECT_EQ(has(3), 1'000 * kUnit) << "its grant";
  EXPECT_EQ(due(3), 0U);
  pass(7);
  EXPECT_EQ(due(3), 7 * kUnit);
  reopen();
  EXPECT_EQ(due(3), 7 * kUnit);
  expect_log_holds();
}

TEST_F(RegeneratingScope, AVoteIsFreeForWhoHasLittleIncludingWhatIsDue) {
  found_three({{"mana_regeneration_umana_per_hour", "600000000"}, {"proposal_fee_mana", "0"}});
  ASSERT_TRUE(spend_mana(*node, members[1]->did(), model::Mana{995 * kUnit}, view_of("a")));
  const ipld::Cid first = propose(draft_of(model::ResolutionAction{}));
  ASSERT_TRUE(vote(1, first));
  EXPECT_EQ(has(1), 5 * kUnit) << "below the balance from which a vote costs";
  pass(5);
  const ipld::Cid second = propose(draft_of(model::ResolutionAction{}));
  ASSERT_TRUE(vote(1, second));
  EXPECT_EQ(has(1), 9 * kUnit) << "with what was due it has enough";
}

}  // namespace
}  // namespace icn::runtime
