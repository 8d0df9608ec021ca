// Statements and steps of governance as a guest makes them: their bodies follow from the order and the call alone.
#include <gtest/gtest.h>

#include "abi/detail/run_data.hpp"
#include "abi/testing/run.hpp"

namespace icn::abi {
namespace {

using model::OutcomeKind;
using testing::member;
using testing::stranger;
using testing::TestRun;
using testing::usual_inputs;

std::int64_t code(ErrorCode error) { return abi_number(error); }

constexpr std::string_view kResolution =
    R"({"proposal_type_str":"GenericText","description":"More tea","duration_secs":60,"quorum":2,"threshold":0.6})";
const ipld::Cid& known() {
  static const ipld::Cid cid = ipld::Cid::of(ipld::Codec::dag_cbor, view_of("proposal"));
  return cid;
}
std::string vote_json(const std::string& proposal, std::string_view choice = "yes") {
  return R"({"proposal_id_str":")" + proposal + R"(","vote_option_str":")" + std::string(choice) + "\"}";
}

// The statement of the effect at `index`.
template <class Body>
Body body_at(const RunOutputs& outputs, std::size_t index) {
  const auto& effect = std::get<model::StatementEffect>(outputs.effects.list.at(index).what);
  for (const ipld::Block& block : outputs.blocks) {
    if (block.cid == effect.statement) return Body::from_bytes(block.bytes).value();
  }
  ADD_FAILURE() << "the block of the statement is missing";
  return {};
}

TEST(GovernanceCalls, ProposeInTheSubmittersNameWithTheIdOfTheBody) {
  TestRun run;
  run.icn_text("create_governance_proposal", kResolution);
  const std::string id = run.result();
  const RunOutputs outputs = run.state().take(OutcomeKind::ok);
  const auto proposal = body_at<model::Proposal>(outputs, 0);
  EXPECT_EQ(proposal.to_block().cid.to_text(), id);
  EXPECT_EQ(proposal.proposer, member());
  EXPECT_EQ(proposal.title, "More tea");
  EXPECT_EQ(proposal.voting_ms, 60'000U);
  EXPECT_EQ(proposal.quorum, (model::Quorum{model::Quorum::Unit::heads, 2}));
  EXPECT_EQ(proposal.threshold, 600'000U);
  TestRun again;
  again.icn_text("create_governance_proposal", kResolution);
  EXPECT_EQ(again.result(), id) << "the same run makes the same proposal";
  again.icn_text("create_governance_proposal", kResolution);
  EXPECT_NE(again.result(), id) << "and another call another one";
}

TEST(GovernanceCalls, KeepTheReasonsInABlockOfTheirOwn) {
  TestRun run;
  run.icn_text("create_governance_proposal", R"({"proposal_type_str":"remove_member","type_specific_payload":")" +
                                                 stranger().to_text() +
                                                 R"(","description":"x","duration_secs":1,"body":[119,104,121]})");
  const RunOutputs outputs = run.state().take(OutcomeKind::ok);
  ASSERT_EQ(outputs.blocks.size(), 2U);
  const auto proposal = body_at<model::Proposal>(outputs, 0);
  EXPECT_EQ(proposal.text, ipld::Cid::of(ipld::Codec::raw, view_of("why")));
  EXPECT_EQ(std::get<model::RemoveAction>(proposal.actions.at(0)).member, stranger());
}

TEST(GovernanceCalls, VoteOnceOnAProposal) {
  TestRun run;
  const std::string id = known().to_text();
  EXPECT_EQ(run.icn_text("cast_governance_vote", vote_json(id, "YES")).answer, 0);
  EXPECT_EQ(run.icn_text("cast_governance_vote", vote_json(id, "no")).answer, code(ErrorCode::already_exists));
  EXPECT_EQ(run.icn_text("delegate_vote", R"({"delegate_did":")" + stranger().to_text() + "\"}").answer, 0);
  EXPECT_EQ(run.icn_text("revoke_delegation", "{}").answer, 0);
  const RunOutputs outputs = run.state().take(OutcomeKind::ok);
  ASSERT_EQ(outputs.effects.list.size(), 3U);
  const auto vote = body_at<model::Vote>(outputs, 0);
  EXPECT_EQ(vote.choice, model::VoteChoice::yes);
  EXPECT_EQ(vote.proposal, known());
  const auto delegation = body_at<model::Delegation>(outputs, 1);
  const auto revocation = body_at<model::Revocation>(outputs, 2);
  EXPECT_EQ(delegation.delegate, stranger());
  EXPECT_GT(revocation.counter, delegation.counter);
  EXPECT_GT(delegation.counter, vote.counter);
  // A statement of a later order counts more, whatever the earlier run did.
  RunInputs later = usual_inputs();
  later.order.time.value += 1;
  TestRun next(std::move(later));
  next.icn_text("cast_governance_vote", vote_json(id));
  EXPECT_GT(body_at<model::Vote>(next.state().take(OutcomeKind::ok), 0).counter, revocation.counter);
}

TEST(GovernanceCalls, AnswerTheStatusThatTheOrderObserved) {
  RunInputs in = usual_inputs();
  in.observations.entries.push_back({{model::ReadKind::proposal, known().to_text()}, std::string("{\"state\":\"x\"}")});
  TestRun run(std::move(in));
  const std::string other = ipld::Cid::of(ipld::Codec::dag_cbor, view_of("other")).to_text();
  run.icn_text("close_governance_proposal_voting", known().to_text());
  EXPECT_EQ(run.result(), "{\"state\":\"x\"}");
  EXPECT_EQ(run.icn_text("close_governance_proposal_voting", other).answer, code(ErrorCode::not_declared));
  run.icn_text("create_governance_proposal", kResolution);
  const std::string own = run.result();
  EXPECT_GT(run.icn_text("close_governance_proposal_voting", own).answer, 0);
  EXPECT_EQ(run.icn_text("open_governance_voting", own).answer, 0);
  EXPECT_EQ(run.icn_text("execute_governance_proposal", own).answer, 0);
  const RunOutputs outputs = run.state().take(OutcomeKind::ok);
  ASSERT_EQ(outputs.effects.list.size(), 5U);
  EXPECT_EQ(std::get<model::StepEffect>(outputs.effects.list[4].what).step, model::GovernStep::execute_proposal);
}

TEST(GovernanceCalls, RefuseWhatIsNotAPayloadAndAddNothing) {
  TestRun run;
  const auto refuses = [&](std::string_view name, std::string_view text) {
    return run.icn_text(name, text).answer == code(ErrorCode::invalid_argument);
  };
  for (const char* text : {"", "x", "[]", "{}", "{\"proposal_type_str\":1}", "\xff"}) {
    for (const char* name : {"create_governance_proposal", "cast_governance_vote", "delegate_vote"})
      EXPECT_LT(run.icn_text(name, text).answer, 0) << name << " " << text;
  }
  EXPECT_TRUE(refuses("revoke_delegation", "[]"));
  EXPECT_TRUE(refuses("revoke_delegation", R"({"topic":"tea"})"));
  EXPECT_TRUE(refuses("open_governance_voting", ""));
  EXPECT_TRUE(refuses("execute_governance_proposal", "@last"));
  EXPECT_TRUE(refuses("cast_governance_vote", vote_json(known().to_text(), "perhaps")));
  EXPECT_TRUE(refuses("cast_governance_vote", vote_json("@last")));
  EXPECT_TRUE(
      refuses("create_governance_proposal", R"({"proposal_type_str":"tea","description":"x","duration_secs":60})"));
  EXPECT_TRUE(refuses("create_governance_proposal",
                      R"({"proposal_type_str":"resolution","description":"x","duration_secs":0})"));
  EXPECT_TRUE(refuses("create_governance_proposal",
                      R"({"proposal_type_str":"resolution","description":"x","duration_secs":60,"threshold":0})"));
  EXPECT_TRUE(refuses("create_governance_proposal",
                      R"({"proposal_type_str":"resolution","description":"x","duration_secs":60,"quorum":0})"));
  EXPECT_TRUE(run.state().take(OutcomeKind::ok).effects.list.empty());
}

TEST(GovernanceCalls, AreAtMostAsManyAsARunMayMake) {
  TestRun run;
  const std::string id = known().to_text();
  for (std::size_t i = 0; i < kGoverningMax; ++i) EXPECT_EQ(run.icn_text("open_governance_voting", id).answer, 0);
  EXPECT_EQ(run.icn_text("open_governance_voting", id).answer, code(ErrorCode::limit_exceeded));
  EXPECT_EQ(run.icn_text("cast_governance_vote", vote_json(id)).answer, code(ErrorCode::limit_exceeded));
  EXPECT_EQ(run.state().take(OutcomeKind::ok).effects.list.size(), kGoverningMax);
}

TEST(GovernanceCalls, TrapWhenTheirBlocksExceedTheOutputLimit) {
  RunInputs in = usual_inputs();
  in.order.limits.max_output_bytes = 100;
  TestRun run(std::move(in));
  EXPECT_EQ(run.icn_text("create_governance_proposal", kResolution).verdict, Verdict::trap);
  EXPECT_EQ(run.state().trap(), model::TrapCode::output_limit);
}

}  // namespace
}  // namespace icn::abi
