// The specification's "Governance Integration", "Governance Functions" and "Parameter Management".
#include <gtest/gtest.h>

#include "embed/governance.hpp"
#include "embed/names.hpp"
#include "governance/refusals.hpp"
#include "support/embedding.hpp"
#include "testing/services.hpp"

namespace icn::embed {
namespace {

using embedding::Context;

struct GovernanceSpec : ::testing::Test {
  model::Did self = testing::test_did(0);
  Context ctx = *RuntimeContext::new_testing(self, 100);
  static CreateProposalPayload change(std::string name, const std::string& value) {
    CreateProposalPayload payload;
    payload.proposal_type_str = "SystemParameterChange";
    payload.type_specific_payload = bytes_of("[\"" + std::move(name) + "\",\"" + value + "\"]");
    payload.description = "Another price";
    payload.duration_secs = 60;
    return payload;
  }
};

// spec: "Proposal Management"
TEST_F(GovernanceSpec, AProposalIsCreatedWithItsPayload) {
  CreateProposalPayload payload = change("job_base_umana", "70000");
  payload.quorum = 1;
  payload.threshold = 0.6F;
  payload.body = bytes_of("because it costs more now");
  const std::string id = ctx->create_governance_proposal(payload).value();
  const auto info = ctx->governance_module().find(ipld::Cid::parse(id).value()).value();
  EXPECT_EQ(info.body.proposer, self);
  EXPECT_EQ(info.body.title, "Another price");
  EXPECT_EQ(info.body.voting_ms, 60'000U);
  EXPECT_EQ(info.terms->quorum, 1U);
  EXPECT_EQ(info.terms->threshold, 600'000U);
  EXPECT_EQ(text_of(ctx->dag_store().get(*info.body.text)->bytes), "because it costs more now");
  EXPECT_EQ(ctx->get_mana(self), 90U) << "the fee of a proposal, held until it ends";
}

// spec: "Voting System"
TEST_F(GovernanceSpec, AVoteIsCast) {
  const std::string id = ctx->create_governance_proposal(change("job_base_umana", "70000")).value();
  EXPECT_EQ(ctx->cast_governance_vote({id, "perhaps"}).error().rule, "vote_option_str");
  ASSERT_TRUE(ctx->cast_governance_vote({id, "Yes"}));
  EXPECT_EQ(ctx->parameters()[model::ParameterKey::job_base_umana], 70'000U);
  EXPECT_EQ(ctx->get_mana(self), 99U) << "the vote's fee; the proposal's came back";
  EXPECT_EQ(ctx->cast_governance_vote({id, "no"}).error().rule, governance::rules::kVotingClosed);
}

// spec: "Governance Functions"
TEST_F(GovernanceSpec, TheWorkflowOfTheHostFunctionsEndsExecuted) {
  const std::string payload_json =
      R"({"proposal_type_str":"system_parameter_change","type_specific_payload":)"
      R"([91,34,106,111,98,95,97,116,116,101,109,112,116,115,95,109,97,120,34,44,34,55,34,93],)"
      R"("description":"More attempts","duration_secs":60,"quorum":null,"threshold":0.5})";
  const std::string proposal_id = host_create_governance_proposal(*ctx, payload_json).value();
  ASSERT_TRUE(host_open_governance_voting(*ctx, proposal_id));
  EXPECT_EQ(host_close_governance_proposal_voting(*ctx, proposal_id).error().rule, governance::rules::kVotingOpen);
  EXPECT_EQ(host_execute_governance_proposal(*ctx, proposal_id).error().rule, governance::rules::kVotingOpen);
  ASSERT_TRUE(
      host_cast_governance_vote(*ctx, R"({"proposal_id_str":")" + proposal_id + R"(","vote_option_str":"yes"})"));
  EXPECT_EQ(host_close_governance_proposal_voting(*ctx, proposal_id).value(),
            R"({"status":"executed","yes":1,"no":0,"abstain":0})");
  ASSERT_TRUE(host_execute_governance_proposal(*ctx, proposal_id)) << "it was executed when its outcome was certain";
  EXPECT_EQ(ctx->parameters()[model::ParameterKey::job_attempts_max], 7U);
}

// spec: "Parameter Management"
TEST_F(GovernanceSpec, AParameterIsUpdatedByTheMembersAndRecorded) {
  ASSERT_TRUE(ctx->update_parameter("dag_retention_days", "30"));
  EXPECT_EQ(ctx->parameters()[model::ParameterKey::dag_retention_days], 30U);
  const auto update = ctx->last_parameter_update("dag_retention_days");
  ASSERT_TRUE(update);
  EXPECT_EQ(update->name, "dag_retention_days");
  EXPECT_EQ(update->value, "30");
  EXPECT_EQ(update->signer, self);
  EXPECT_EQ(update->timestamp, ctx->time_provider().now().value / 1'000);
  EXPECT_EQ(ctx->update_parameter("no_such_parameter", "1").error().rule, "parameter_name");
  EXPECT_EQ(ctx->update_parameter("dag_retention_days", "-1").error().rule, "dag_retention_days");
  EXPECT_FALSE(ctx->last_parameter_update("fuel_per_mana"));
}

TEST_F(GovernanceSpec, AThresholdIsExact) {
  EXPECT_EQ(ppm_of(0.6F).value(), 600'000U);
  EXPECT_EQ(ppm_of(0.66F).value(), 660'000U);
  EXPECT_EQ(ppm_of(0.666667F).value(), 666'667U);
  EXPECT_EQ(ppm_of(1.0F).value(), 1'000'000U);
  EXPECT_EQ(ppm_of(0.0F).value(), 0U);
  for (const float wrong :
       {-0.1F, 1.1F, 0.33333334F, std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()})
    EXPECT_EQ(ppm_of(wrong).error().rule, "threshold") << wrong;
}

// spec: "Delegation" — native only there; guests have both here
TEST_F(GovernanceSpec, ADelegationIsRefusedToOneselfAndWhereThereIsNone) {
  const std::string to_self = R"({"delegate_did":")" + self.to_text() + R"(","topic":"set"})";
  EXPECT_EQ(host_delegate_vote(*ctx, to_self).error().rule, governance::rules::kDelegationCycle);
  EXPECT_EQ(host_revoke_delegation(*ctx, R"({"topic":"set"})").error().rule, governance::rules::kNotDelegated);
  EXPECT_EQ(host_delegate_vote(*ctx, R"({"delegate_did":"me"})").error().rule, "delegate_did");
  EXPECT_EQ(host_delegate_vote(*ctx, R"({"delegate_did":")" + testing::test_did(1).to_text() + "\"}").error().rule,
            governance::rules::kNotAMember);
  EXPECT_EQ(host_revoke_delegation(*ctx, R"({"topic":7})").error().rule, "topic");
}

TEST_F(GovernanceSpec, WhatIsNotAPayloadIsRefusedUncharged) {
  for (const auto& [json, rule] : std::initializer_list<std::pair<const char*, const char*>>{
           {"", "payload"},
           {"[]", "payload"},
           {R"({"description":"x","duration_secs":1})", "proposal_type_str"},
           {R"({"proposal_type_str":"poll","description":"x","duration_secs":1})", "proposal_type_str"},
           {R"({"proposal_type_str":"generic_text","description":"x"})", "duration_secs"},
           {R"({"proposal_type_str":"generic_text","description":"x","duration_secs":0})", "duration_secs"},
           {R"({"proposal_type_str":"generic_text","description":"x","duration_secs":1,"quorum":0})", ""},
           {R"({"proposal_type_str":"remove_member","type_specific_payload":"x","description":"x","duration_secs":1})",
            "type_specific_payload"},
           {R"({"proposal_type_str":"budget_allocation","type_specific_payload":"[1]","description":"x",
                "duration_secs":1})",
            "type_specific_payload"}}) {
    const auto refused = host_create_governance_proposal(*ctx, json);
    ASSERT_FALSE(refused) << json;
    if (*rule != '\0') {
      EXPECT_EQ(refused.error().rule, rule) << json;
    }
  }
  EXPECT_EQ(ctx->get_mana(self), 100U);
}

}  // namespace
}  // namespace icn::embed
