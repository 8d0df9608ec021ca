// Jobs that govern: what they state enters the log as if their submitter had signed it, once, with its money, in the
// commit that settles the job; what is refused leaves nothing and is charged.
#include "governance/refusals.hpp"
#include "runtime/governance.hpp"
#include "runtime/replay.hpp"
#include "runtime/testing/home_fixture.hpp"

namespace icn::runtime {
namespace {

using governance::ProposalState;
using model::GovernStep;
using model::VoteChoice;

constexpr std::uint64_t kUnit = model::Mana::kUnit;

struct GoverningJobs : HomeFixture {
  GoverningJobs() {
    for (std::uint8_t i = 0; i < 3; ++i) members.push_back(signer_of(static_cast<std::uint8_t>(20 + i)));
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

  static std::string state_line(const model::Statement& statement) {
    return "state " + std::string(model::statement_kind_name(model::kind_of(statement))) + " " +
           to_hex(model::body_of(statement).bytes) + "\n";
  }
  static std::string step_line(GovernStep step, const ipld::Cid& proposal) {
    return "step " + std::string(model::govern_step_name(step)) + " " + proposal.to_text() + "\n";
  }
  model::Proposal proposal_of(std::size_t by, model::Action action) const {
    ProposalDraft made;
    made.proposer = members[by]->did();
    made.kind = model::kind_of(action);
    made.actions = {std::move(action)};
    made.title = "By a job";
    return std::get<model::Proposal>(prepare_proposal(*node, made)->statement);
  }
  static model::Action another_price() { return model::SetAction{{{"job_base_umana", "70000"}}}; }
  model::Vote vote_of(std::size_t by, const ipld::Cid& proposal, VoteChoice choice = VoteChoice::yes,
                      std::uint64_t counter = 1) const {
    return {node->scope().id(), proposal, members[by]->did(), choice, counter};
  }

  JobDraft governing(const std::string& script, model::EffectsMode mode = model::EffectsMode::all_or_none) const {
    JobDraft out = draft(script);
    out.grants.add(model::Capability::govern);
    out.effects = mode;
    return out;
  }
  SubmitRequest signed_by(std::size_t by, JobDraft from) {
    from.submitter = members[by]->did();
    const PreparedJob prepared = prepare_job(*node, from).value();
    SubmitRequest made;
    made.body = prepared.body;
    made.blocks = prepared.blocks;
    made.signature = members[by]->sign(model::SignatureTag::job, prepared.body.cid).value();
    made.start = StartMode::now;
    return made;
  }
  JobReport run_by(std::size_t by, JobDraft from) {
    const SubmitRequest made = signed_by(by, std::move(from));
    auto accepted = submit_job(*node, made);
    EXPECT_TRUE(accepted) << accepted.error().detail;
    return execute_job(*node, accepted->id, {}, std::move(accepted->claim)).value();
  }
  // A proposal whose vote is open, proposed by the first member's job.
  ipld::Cid proposed() {
    const model::Proposal body = proposal_of(0, another_price());
    const JobReport report = run_by(0, governing(state_line(body)));
    EXPECT_TRUE(report.record.effects_told.empty());
    const ipld::Cid id = body.to_block().cid;
    EXPECT_EQ(state_of(id), ProposalState::voting);
    return id;
  }
  ProposalState state_of(const ipld::Cid& proposal) const { return node->governance().status(proposal)->state; }
  std::uint64_t has(std::size_t who) const { return available(model::AccountKey::of(members[who]->did())).umana; }
  void expect_log_holds() {
    const auto checked = verify_scope_log(*node);
    ASSERT_TRUE(checked) << checked.error().detail;
    EXPECT_EQ(checked->entries, node->scope().position());
    EXPECT_TRUE(audit_mana(*node));
    const ipld::Digest before = node->governance().state_hash();
    reopen();
    EXPECT_EQ(node->governance().state_hash(), before);
  }
  // The effects of such a job are refused with this in the reason; it is charged, and the log is unchanged.
  void expect_refused(std::size_t by, const JobDraft& from, std::string_view reason) {
    const std::uint64_t position = node->scope().position();
    const std::uint64_t before = has(by);
    const JobReport report = run_by(by, from);
    EXPECT_EQ(report.record.phase, jobs::JobPhase::completed);
    ASSERT_FALSE(report.record.effects_told.empty()) << reason;
    EXPECT_NE(report.record.effects_told.front().find(reason), std::string::npos) << report.record.effects_told.front();
    EXPECT_EQ(node->scope().position(), position) << reason;
    EXPECT_EQ(has(by), before - report.record.charged.umana) << reason;
    EXPECT_GT(report.record.charged.umana, 0U);
  }

  std::vector<std::shared_ptr<ports::Signer>> members;
};

TEST_F(GoverningJobs, ProposeVoteAndExecuteForTheirSubmitters) {
  found_three();
  const ipld::Cid id = proposed();
  EXPECT_EQ(node->ledger().balance(model::AccountKey::of(members[0]->did())).reserved.umana, 10 * kUnit)
      << "the deposit";
  for (const std::size_t by : {0U, 1U, 2U}) {
    const JobReport report = run_by(by, governing(state_line(vote_of(by, id))));
    EXPECT_TRUE(report.record.effects_told.empty()) << report.record.effects_told.front();
  }
  EXPECT_EQ(state_of(id), ProposalState::executed) << "all took part";
  EXPECT_EQ(node->scope().parameters()[model::ParameterKey::job_base_umana], 70'000U);
  EXPECT_EQ(node->ledger().balance(model::AccountKey::of(members[0]->did())).reserved.umana, 0U);
  expect_log_holds();
}

TEST_F(GoverningJobs, LeaveEntriesThatCiteOrderAndReceipt) {
  found_three();
  const ipld::Cid id = proposed();
  const JobReport report = run_by(1, governing("output x\n" + state_line(vote_of(1, id))));
  const model::LogRecord entry = read_scope_log(*node, node->scope().position(), 1)->front();
  ASSERT_TRUE(entry.admitted && entry.admitted->envelope.job);
  EXPECT_EQ(entry.admitted->envelope.job->order, report.record.order);
  EXPECT_EQ(entry.admitted->envelope.job->receipt, *report.record.receipt);
  EXPECT_EQ(entry.admitted->envelope.job->call, 2U);
  EXPECT_EQ(entry.admitted->verify(node->scope().keys()).value(), node->node_did());
  EXPECT_TRUE(verify_receipt(*node, *report.record.receipt));
  EXPECT_EQ(replay_receipt(node->dag_store(), *executor, *clock, *report.record.receipt)->verdict,
            ReplayVerdict::match);
}

TEST_F(GoverningJobs, AreSettledTogetherWithTheirAcceptance) {
  found_three();
  const ipld::Cid id = proposed();
  const SubmitRequest made = signed_by(1, governing(state_line(vote_of(1, id))));
  const JobReport report = run_job(*node, made).value();
  EXPECT_TRUE(report.record.effects_told.empty()) << report.record.effects_told.front();
  EXPECT_EQ(node->governance().status(id)->cast.yes, 1U);
  expect_log_holds();
}

TEST_F(GoverningJobs, DecideInOneRunWhereOneMemberSuffices) {
  found_three({{"voting_quorum_ppm", "1"}});
  const model::Proposal body = proposal_of(0, another_price());
  const ipld::Cid id = body.to_block().cid;
  std::string script = state_line(body) + step_line(GovernStep::open_voting, id) + state_line(vote_of(0, id));
  for (const std::size_t by : {1U, 2U})
    run_by(
        by,
        governing(state_line(model::Delegation{node->scope().id(), members[by]->did(), members[0]->did(), {}, {}, 1})));
  script += step_line(GovernStep::close_voting, id) + step_line(GovernStep::execute_proposal, id);
  const JobReport report = run_by(0, governing(script, model::EffectsMode::independent));
  // Members who delegated may still vote themselves, so nothing is decided before the deadline.
  EXPECT_EQ(report.record.effects_told.size(), 2U);
  EXPECT_EQ(state_of(id), ProposalState::voting);
  clock->now_ms += 30ULL * 86'400'000;
  EXPECT_TRUE(run_by(2, governing(step_line(GovernStep::execute_proposal, id))).record.effects_told.empty());
  EXPECT_EQ(state_of(id), ProposalState::executed);
  EXPECT_TRUE(run_by(2, governing(step_line(GovernStep::execute_proposal, id) +
                                  step_line(GovernStep::close_voting, id) + step_line(GovernStep::open_voting, id)))
                  .record.effects_told.empty())
      << "what has happened is not asked for in vain";
  expect_log_holds();
}

TEST_F(GoverningJobs, AreRefusedByRuleAndCharged) {
  found_three();
  const ipld::Cid id = proposed();
  JobDraft denied = draft(state_line(vote_of(1, id)));
  expect_refused(1, denied, "not granted to govern");
  denied.grants.add(model::Capability::spend);
  denied.grants.add(model::Capability::anchor);
  expect_refused(1, denied, "not granted to govern");
  expect_refused(1, governing(state_line(vote_of(2, id))), "only in the name");
  model::Vote elsewhere = vote_of(1, id);
  elsewhere.scope = id;
  expect_refused(1, governing(state_line(elsewhere)), "only in the name and the scope");
  const ipld::Cid unknown = ipld::Cid::of(ipld::Codec::dag_cbor, view_of("unknown"));
  expect_refused(1, governing(state_line(vote_of(1, unknown))), "no proposal");
  expect_refused(1, governing(step_line(GovernStep::execute_proposal, unknown)), "no proposal");
  expect_refused(1, governing(step_line(GovernStep::close_voting, id)), "");
  expect_refused(1, governing("state vote 01\n"), "");
  EXPECT_TRUE(run_by(1, governing(state_line(vote_of(1, id, VoteChoice::yes, 5)))).record.effects_told.empty());
  expect_refused(1, governing(state_line(vote_of(1, id, VoteChoice::no, 5))), "counter");
  expect_refused(1, governing(state_line(vote_of(1, id, VoteChoice::no, 4))), "counter");
  JobDraft poor = governing(state_line(vote_of(2, id)));
  poor.fuel = 1'000'000;
  expect_refused(2, poor, "fuel");
  clock->now_ms += 30ULL * 86'400'000;
  expect_refused(2, governing(state_line(vote_of(2, id))), "closed");
  expect_log_holds();
}

TEST_F(GoverningJobs, OfAMemberWhoLeftMeanwhileStateNothing) {
  found_three();
  const ipld::Cid id = proposed();
  const SubmitRequest made = signed_by(1, governing(state_line(vote_of(1, id))));
  auto accepted = submit_job(*node, made).value();
  const PreparedStatement leaves = prepare_resignation(*node, members[1]->did()).value();
  const ipld::Cid body = model::body_of(leaves.statement).cid;
  ASSERT_TRUE(admit_statement(*node, leaves, members[1]->sign(model::SignatureTag::resignation, body).value()));
  const JobReport report = execute_job(*node, accepted.id, {}, std::move(accepted.claim)).value();
  ASSERT_FALSE(report.record.effects_told.empty());
  EXPECT_NE(report.record.effects_told.front().find("member"), std::string::npos);
  expect_log_holds();
}

TEST_F(GoverningJobs, WhoseEffectsAreAllOrNoneLeaveNoHalf) {
  found_three();
  const ipld::Cid id = proposed();
  const model::Proposal other = proposal_of(1, another_price());
  // The second statement is refused, so the first is not entered and nothing is spent.
  JobDraft from = governing(state_line(other) + "spend " + members[1]->did().to_text() + " 3\n" +
                            state_line(vote_of(1, id)) + state_line(vote_of(1, id)));
  from.grants.add(model::Capability::spend);
  from.spend_max = 10;
  expect_refused(1, from, "counter");
  EXPECT_FALSE(node->governance().status(other.to_block().cid));
  from.effects = model::EffectsMode::independent;
  const JobReport report = run_by(1, from);
  EXPECT_EQ(report.record.effects_told.size(), 1U);
  EXPECT_EQ(state_of(other.to_block().cid), ProposalState::voting);
  EXPECT_EQ(node->governance().status(id)->cast.yes, 1U);
  expect_log_holds();
}

TEST_F(GoverningJobs, PayTheDepositOrProposeNothing) {
  found_three({{"proposal_fee_mana", "990"}});
  const std::uint64_t position = node->scope().position();
  EXPECT_TRUE(run_by(0, governing(state_line(proposal_of(0, another_price())))).record.effects_told.empty());
  const JobReport again = run_by(0, governing(state_line(proposal_of(0, another_price()))));
  ASSERT_FALSE(again.record.effects_told.empty());
  EXPECT_NE(again.record.effects_told.front().find("the account has"), std::string::npos);
  EXPECT_EQ(node->scope().position(), position + 2) << "the first proposal and its opening";
  expect_log_holds();
}

TEST_F(GoverningJobs, WithoutTheManaForADepositHearWhenRegenerationSuffices) {
  found_three({{"proposal_fee_mana", "500"}, {"mana_regeneration_umana_per_hour", "600000000"}});
  ASSERT_TRUE(spend_mana(*node, members[0]->did(), model::Mana{900 * kUnit}, view_of("a")));
  const auto told = [&] {
    const JobReport report = run_by(0, governing(state_line(proposal_of(0, another_price()))));
    return report.record.effects_told.empty() ? std::string() : report.record.effects_told.front();
  };
  const std::string refused = told();
  const std::string_view mark = "Regeneration makes up for that in";
  EXPECT_NE(refused.find(mark), std::string::npos) << refused;
  // One mana a minute: it suffices after 400 minutes and what the jobs cost, and did not before.
  clock->now_ms += 390 * 60'000;
  EXPECT_NE(told(), "");
  clock->now_ms += 15 * 60'000;
  EXPECT_EQ(told(), "");
  expect_log_holds();
}

TEST_F(GoverningJobs, BeyondTheLimitsOfSpendingLeaveNoHalf) {
  found_three({{"spend_operation_max_mana", "9"}});
  JobDraft from =
      governing("spend " + members[0]->did().to_text() + " 1\n" + state_line(proposal_of(0, another_price())));
  from.grants.add(model::Capability::spend);
  from.spend_max = 2;
  expect_refused(0, from, "");
  from.effects = model::EffectsMode::independent;
  const JobReport report = run_by(0, from);
  EXPECT_EQ(report.record.effects_told.size(), 1U) << "a deposit of 10 mana";
  EXPECT_EQ(report.record.budget_spent.umana, kUnit);
  EXPECT_EQ(node->scope().position(), 0U);
}

TEST_F(GoverningJobs, TooLargeForAProofStateNothing) {
  found_three();
  const ipld::Cid id = proposed();
  JobDraft from = governing(state_line(vote_of(1, id)));
  for (std::size_t i = 0; i < 2; ++i) from.args.push_back(std::string(65'000, 'x'));
  expect_refused(1, from, "the log keeps");
  expect_log_holds();
}

TEST_F(GoverningJobs, AndMembersStateNothingToANodeBelowTheRequiredVersion) {
  settings.version = *model::ProgramVersion::parse("1.2.3");
  found_three();
  const ipld::Cid open = proposed();
  const model::Proposal body = proposal_of(0, model::UpgradeAction{*model::ProgramVersion::parse("1.3.0")});
  const ipld::Cid id = body.to_block().cid;
  EXPECT_TRUE(run_by(0, governing(state_line(body))).record.effects_told.empty());
  for (const std::size_t by : {0U, 1U, 2U}) run_by(by, governing(state_line(vote_of(by, id))));
  ASSERT_EQ(state_of(id), ProposalState::executed);
  const std::uint64_t position = node->scope().position();
  // Jobs, statements and steps that are due: refused, with the version.
  const auto refused = [](const auto& result) {
    return !result && result.error().rule == rules::kScopeVersion &&
           result.error().code == ErrorCode::unsupported_version &&
           result.error().detail.find("1.3.0") != std::string::npos;
  };
  JobDraft job = draft("output x\n");
  job.submitter = members[0]->did();
  const PreparedJob prepared = prepare_job(*node, job).value();
  SubmitRequest made;
  made.body = prepared.body;
  made.blocks = prepared.blocks;
  made.signature = members[0]->sign(model::SignatureTag::job, prepared.body.cid).value();
  EXPECT_TRUE(refused(submit_job(*node, made)));
  const PreparedStatement vote = prepare_vote(*node, members[0]->did(), open, VoteChoice::yes);
  const ipld::Cid statement = model::body_of(vote.statement).cid;
  EXPECT_TRUE(refused(admit_statement(*node, vote, members[0]->sign(model::SignatureTag::vote, statement).value())));
  EXPECT_TRUE(refused(close_vote(*node, open)));
  clock->now_ms += 30ULL * 86'400'000;
  EXPECT_FALSE(is_governance_due(*node));
  EXPECT_EQ(advance_governance(*node)->entries, 0U);
  EXPECT_EQ(node->scope().position(), position);
  // Reading goes on, and a node of that version goes on with all of it.
  EXPECT_TRUE(describe_proposal(*node, open));
  expect_log_holds();
  EXPECT_TRUE(refused(submit_job(*node, made)));
  settings.version = *model::ProgramVersion::parse("1.3.0");
  reopen();
  EXPECT_TRUE(submit_job(*node, made));
  EXPECT_GT(advance_governance(*node)->entries, 0U);
}

TEST_F(GoverningJobs, ThatJobsSubmittedSpeakForTheirSubmitterToo) {
  found_three();
  const ipld::Cid id = proposed();
  JobDraft inner = governing(state_line(vote_of(1, id)));
  inner.submitter = members[1]->did();
  const PreparedJob child = prepare_job(*node, inner).value();
  ASSERT_TRUE(node->dag_store().put(child.blocks));
  JobDraft outer = governing("submit " + to_hex(child.body.bytes) + "\n");
  outer.grants.add(model::Capability::submit);
  outer.spend_max = 100;
  const JobReport report = run_by(1, outer);
  ASSERT_TRUE(report.record.effects_told.empty()) << report.record.effects_told.front();
  const JobReport ended = execute_job(*node, child.id(), {}).value();
  EXPECT_TRUE(ended.record.effects_told.empty()) << ended.record.effects_told.front();
  EXPECT_EQ(node->governance().status(id)->cast.yes, 1U);
  expect_log_holds();
}

}  // namespace
}  // namespace icn::runtime
