#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "abi/testing/run.hpp"
#include "ipld/dag_cbor.hpp"
#include "model/receipt.hpp"

namespace icn::abi {
namespace {

using model::OutcomeKind;
using model::ReadKind;
using testing::member;
using testing::stranger;
using testing::TestRun;
using testing::usual_inputs;

std::int64_t code(ErrorCode error) { return abi_number(error); }

std::string child_json(std::uint64_t cost, std::uint64_t budget = 0) {
  return R"({"module":")" + ipld::Cid::of(ipld::Codec::raw, view_of("child")).to_text() + R"(","cost_mana":)" +
         std::to_string(cost) + R"(,"spend_max":)" + std::to_string(budget) + "}";
}

TEST(IcnCalls, TellTheVersion) { EXPECT_EQ(TestRun().icn("abi_version").answer, 1); }

TEST(IcnCalls, JobInfoIsJsonThatNamesTheJobAndItsLimits) {
  TestRun run;
  const auto length = run.icn("get_job_info").answer;
  const std::string text = run.result();
  EXPECT_EQ(static_cast<std::size_t>(length), text.size());
  const auto json = nlohmann::json::parse(text);
  EXPECT_EQ(json["submitter"], member().to_text());
  EXPECT_EQ(json["inputs"][0]["bytes"], 13);
  EXPECT_EQ(json["limits"]["max_fuel"], 1'000'000'000'000);
  EXPECT_EQ(json["args"], nlohmann::json({"one", "two"}));
}

TEST(IcnCalls, CallerIsTheSubmitter) {
  TestRun run;
  run.icn("get_caller");
  EXPECT_EQ(run.result(), member().to_text());
}

TEST(IcnCalls, InputIsReadFromAnyOffsetAndEndsWithZero) {
  TestRun run;
  EXPECT_EQ(run.icn("read_input", {0, 7, 100, 64}).answer, 6);
  EXPECT_EQ(run.text(100, 6), "world\n");
  EXPECT_EQ(run.icn("read_input", {0, 0, 100, 5}).answer, 5);
  EXPECT_EQ(run.text(100, 6), "hello\n");
  EXPECT_EQ(run.icn("read_input", {0, 13, 100, 5}).answer, 0);
  EXPECT_EQ(run.icn("read_input", {0, INT64_MAX, 100, 5}).answer, 0);
  EXPECT_EQ(run.icn("read_input", {0, -1, 100, 5}).answer, code(ErrorCode::invalid_argument));
  EXPECT_EQ(run.icn("read_input", {1, 0, 100, 5}).answer, code(ErrorCode::not_found));
  EXPECT_EQ(run.icn("read_input", {-1, 0, 100, 5}).answer, code(ErrorCode::not_found));
}

TEST(IcnCalls, ResultRegisterIsOverwrittenAndEmptiedOnError) {
  TestRun run;
  run.icn("get_caller");
  EXPECT_EQ(run.icn("read_result", {0, 100, 4}).answer, 4);
  EXPECT_EQ(run.text(100, 4), "did:");
  EXPECT_EQ(run.icn("read_result", {1000, 100, 4}).answer, 0);
  // A call without a byte answer leaves the register unchanged, even when it fails.
  EXPECT_EQ(run.icn("read_input", {9, 0, 100, 5}).answer, code(ErrorCode::not_found));
  EXPECT_EQ(run.result(), member().to_text());
  EXPECT_EQ(run.icn_text("get_parameter", "nobody").answer, code(ErrorCode::not_declared));
  EXPECT_EQ(run.result(), "");
}

TEST(IcnCalls, OutputAddsUpToItsLimitAndThenTraps) {
  RunInputs in = usual_inputs();
  in.order.limits.max_output_bytes = 10;
  TestRun run(std::move(in));
  EXPECT_EQ(run.icn_text("write_output", "12345").answer, 5);
  EXPECT_EQ(run.icn_text("write_output", "67890").answer, 5);
  EXPECT_EQ(run.icn_text("write_output", "").answer, 0);
  EXPECT_EQ(run.icn_text("write_output", "x").verdict, Verdict::trap);
  EXPECT_EQ(run.state().trap(), model::TrapCode::output_limit);
  EXPECT_EQ(text_of(run.state().take(OutcomeKind::trap).output), "1234567890");
}

TEST(IcnCalls, FullLogIsCutAndTheRunGoesOn) {
  RunInputs in = usual_inputs();
  in.order.limits.max_log_bytes = 12;
  std::string heard;
  in.on_log = [&](std::string_view text) { heard += text; };
  TestRun run(std::move(in));
  EXPECT_EQ(run.icn_text("log_message", "one", {1}).answer, 0);
  EXPECT_EQ(run.icn_text("log_message", "two", {2}).answer, 0);
  EXPECT_EQ(run.icn_text("log_message", "three", {2}).answer, 0);
  EXPECT_EQ(run.icn_text("log_message", "x", {5}).answer, code(ErrorCode::invalid_argument));
  EXPECT_EQ(heard, "[warn] one\n[\n[the log ends here: max_log_bytes = 12]\n");
  EXPECT_EQ(run.state().take(OutcomeKind::ok).log, "[warn] one\n[");
}

TEST(IcnCalls, TextThatIsNotUtf8IsRefused) {
  TestRun run;
  EXPECT_EQ(run.icn_text("log_message", "\xff", {1}).answer, code(ErrorCode::invalid_format));
  EXPECT_EQ(run.state().last_refusal(), "icn.host_log_message answered invalid_format: a text argument is not UTF-8");
}

TEST(IcnCalls, ClockIsTheOrdersAndEveryReadingTakesAMicrosecond) {
  TestRun run;
  for (int i = 0; i < 999; ++i) EXPECT_EQ(run.icn("get_time").answer, static_cast<std::int64_t>(testing::kOrderTimeMs));
  EXPECT_EQ(run.icn("get_time").answer, static_cast<std::int64_t>(testing::kOrderTimeMs) + 1);
}

TEST(IcnCalls, ProgressReachesTheWatcher) {
  RunInputs in = usual_inputs();
  std::string heard;
  in.on_progress = [&](std::uint32_t ppm, std::string_view text) {
    heard = std::to_string(ppm) + " " + std::string(text);
  };
  TestRun run(std::move(in));
  EXPECT_EQ(run.icn_text("report_progress", "half", {500'000}).answer, 0);
  EXPECT_EQ(heard, "500000 half");
  EXPECT_EQ(run.icn_text("report_progress", "more", {1'000'001}).answer, code(ErrorCode::invalid_argument));
}

TEST(IcnCalls, RandomFollowsFromTheJobIdAndIsOneStream) {
  TestRun a;
  TestRun b;
  EXPECT_EQ(a.icn("random", {0, 200}).answer, 200);
  EXPECT_EQ(b.icn("random", {0, 7}).answer, 7);
  EXPECT_EQ(b.wasi("random_get", {7, 100}).answer, 0);
  EXPECT_EQ(b.icn("random", {107, 93}).answer, 93);
  EXPECT_EQ(a.memory(), b.memory());
  RunInputs other = usual_inputs();
  other.job_id.cid = ipld::Cid::of(ipld::Codec::raw, view_of("another"));
  TestRun c(std::move(other));
  EXPECT_EQ(c.icn("random", {0, 200}).answer, 200);
  EXPECT_NE(a.memory(), c.memory());
}

TEST(World, BalanceIsTheObservedOneLessWhatIsPending) {
  TestRun run;
  EXPECT_EQ(run.icn_text("account_get_mana", member().to_text()).answer, 50);
  EXPECT_EQ(run.icn_text("account_spend_mana", member().to_text(), {}, {8}).answer, 0);
  EXPECT_EQ(run.icn_text("account_get_mana", member().to_text()).answer, 42);
  EXPECT_EQ(run.icn_text("account_get_mana", stranger().to_text()).answer, code(ErrorCode::not_declared));
  EXPECT_EQ(run.icn_text("account_get_mana", "").answer, code(ErrorCode::invalid_argument));
  EXPECT_EQ(run.icn_text("account_get_mana", "not a did").answer, code(ErrorCode::invalid_argument));
}

TEST(World, DeclaredKeysAreAnsweredFromTheOrder) {
  RunInputs in = usual_inputs();
  const ipld::Cid job = ipld::Cid::of(ipld::Codec::dag_cbor, view_of("job"));
  auto& entries = in.observations.entries;
  entries.push_back({{ReadKind::jobs, "pending"}, std::string("[\"x\"]")});
  entries.push_back({{ReadKind::job, job.to_text()}, std::string("{\"state\":\"pending\"}")});
  entries.push_back({{ReadKind::parameter, "fee"}, std::uint64_t{12}});
  entries.push_back({{ReadKind::parameter, "gone"}, std::monostate{}});
  std::sort(entries.begin(), entries.end(),
            [](const auto& a, const auto& b) { return a.key.to_text() < b.key.to_text(); });
  TestRun run(std::move(in));
  EXPECT_EQ(run.icn_text("get_reputation", member().to_text()).answer, 7);
  EXPECT_EQ(run.icn("get_pending_mesh_jobs").answer, 5);
  EXPECT_EQ(run.result(), "[\"x\"]");
  EXPECT_EQ(run.icn_text("get_job_status", job.to_text()).answer, 19);
  EXPECT_EQ(run.icn_text("get_parameter", "fee").answer, 2);
  EXPECT_EQ(run.result(), "12");
  EXPECT_EQ(run.icn_text("get_parameter", "gone").answer, code(ErrorCode::not_found));
  EXPECT_EQ(run.icn_text("get_parameter", "other").answer, code(ErrorCode::not_declared));
  EXPECT_EQ(run.icn_text("get_job_status", "nonsense").answer, code(ErrorCode::invalid_argument));
}

TEST(Change, SpendingKeepsWithinTheBudgetAndTheOwnAccount) {
  TestRun run;
  const std::string own = member().to_text();
  EXPECT_EQ(run.icn_text("account_spend_mana", own, {}, {0}).answer, code(ErrorCode::invalid_argument));
  EXPECT_EQ(run.icn_text("account_spend_mana", own, {}, {-1}).answer, code(ErrorCode::invalid_argument));
  EXPECT_EQ(run.icn_text("account_spend_mana", stranger().to_text(), {}, {1}).answer,
            code(ErrorCode::invalid_argument));
  EXPECT_EQ(run.icn_text("account_spend_mana", own, {}, {21}).answer, code(ErrorCode::budget_exceeded));
  EXPECT_EQ(run.icn_text("account_spend_mana", own, {}, {15}).answer, 0);
  EXPECT_EQ(run.icn_text("account_spend_mana", own, {}, {6}).answer, code(ErrorCode::budget_exceeded));
  EXPECT_EQ(run.icn_text("account_spend_mana", own, {}, {5}).answer, 0);
  const RunOutputs outputs = run.state().take(OutcomeKind::ok);
  ASSERT_EQ(outputs.effects.list.size(), 2U);
  EXPECT_EQ(outputs.effects.list[0], (model::Effect{4, model::SpendEffect{member(), 15}}));
  EXPECT_EQ(outputs.effects.list[1].call_index, 6U);
}

// A run whose order observed these parameters of the treasury.
RunInputs delegated(const std::string& delegates, const std::string& limit) {
  RunInputs in = usual_inputs();
  auto& entries = in.observations.entries;
  entries.push_back({{ReadKind::parameter, "treasury_credit_window_max_mana"}, limit});
  entries.push_back({{ReadKind::parameter, "treasury_delegates"}, delegates});
  std::sort(entries.begin(), entries.end(),
            [](const auto& a, const auto& b) { return a.key.to_text() < b.key.to_text(); });
  return in;
}

TEST(Change, CreditNeedsADelegateOfTheTreasury) {
  const std::string other = stranger().to_text();
  // The order of an older release observed nothing of the treasury.
  for (RunInputs in : {usual_inputs(), delegated("", "100"), delegated(other, "100"),
                       delegated(other + "," + member().to_text() + "x", "100")}) {
    TestRun run(std::move(in));
    EXPECT_EQ(run.icn_text("account_credit_mana", other, {}, {1}).answer, code(ErrorCode::permission_denied));
    EXPECT_TRUE(run.state().take(OutcomeKind::ok).effects.list.empty());
  }
  RunInputs ungranted = delegated(member().to_text(), "100");
  ungranted.job.grants = {};
  TestRun run(std::move(ungranted));
  EXPECT_EQ(run.icn_text("account_credit_mana", other, {}, {1}).answer, code(ErrorCode::permission_denied));
}

TEST(Change, ADelegateCreditsOthersWithinTheLimit) {
  const std::string other = stranger().to_text();
  TestRun run(delegated(other + "," + member().to_text(), "10"));
  EXPECT_EQ(run.icn_text("account_credit_mana", other, {}, {0}).answer, code(ErrorCode::invalid_argument));
  EXPECT_EQ(run.icn_text("account_credit_mana", other, {}, {INT64_MIN}).answer, code(ErrorCode::invalid_argument));
  EXPECT_EQ(run.icn_text("account_credit_mana", "did:key:z6Mk", {}, {1}).answer, code(ErrorCode::invalid_argument));
  EXPECT_EQ(run.icn_text("account_credit_mana", member().to_text(), {}, {1}).answer,
            code(ErrorCode::permission_denied));
  EXPECT_EQ(run.icn_text("account_credit_mana", other, {}, {7}).answer, 0);
  EXPECT_EQ(run.icn_text("account_credit_mana", other, {}, {4}).answer, code(ErrorCode::budget_exceeded));
  EXPECT_EQ(run.icn_text("account_credit_mana", other, {}, {INT64_MAX}).answer, code(ErrorCode::budget_exceeded));
  EXPECT_EQ(run.icn_text("account_credit_mana", other, {}, {3}).answer, 0);
  EXPECT_EQ(run.icn_text("account_credit_mana", other, {}, {1}).answer, code(ErrorCode::budget_exceeded));
  const RunOutputs outputs = run.state().take(OutcomeKind::ok);
  ASSERT_EQ(outputs.effects.list.size(), 2U);
  EXPECT_EQ(outputs.effects.list[0].what, decltype(model::Effect::what)(model::CreditEffect{stranger(), 7}));
  TestRun none(delegated(member().to_text(), "0"));
  EXPECT_EQ(none.icn_text("account_credit_mana", other, {}, {1}).answer, code(ErrorCode::budget_exceeded));
}

TEST(Change, SubmittedJobIsPaidFromTheBudgetAndItsNonceFollowsFromTheCall) {
  TestRun run;
  EXPECT_GT(run.icn_text("submit_mesh_job", child_json(10, 2)).answer, 0);
  const std::string id = run.result();
  EXPECT_EQ(run.icn_text("account_get_mana", member().to_text()).answer, 38);
  EXPECT_EQ(run.icn_text("submit_mesh_job", child_json(9)).answer, code(ErrorCode::budget_exceeded));
  EXPECT_GT(run.icn_text("submit_mesh_job", child_json(1)).answer, 0);
  const RunOutputs outputs = run.state().take(OutcomeKind::ok);
  ASSERT_EQ(outputs.blocks.size(), 2U);
  EXPECT_EQ(outputs.blocks[0].cid.to_text(), id);
  const auto child = model::Job::from_bytes(outputs.blocks[0].bytes);
  ASSERT_TRUE(child);
  EXPECT_EQ(child->submitter, member());
  EXPECT_EQ(child->nonce.size(), 32U);
  EXPECT_EQ(std::get<model::SubmitJobEffect>(outputs.effects.list[0].what).job, outputs.blocks[0].cid);
}

TEST(Change, ChildJobsMayNotExceedTheirParent) {
  RunInputs in = usual_inputs();
  in.job.grants = {};
  in.job.grants.add(model::Capability::submit);
  TestRun run(std::move(in));
  const auto with = [&](std::string_view field) {
    std::string json = child_json(1);
    json.insert(json.size() - 1, "," + std::string(field));
    return run.icn_text("submit_mesh_job", json).answer;
  };
  EXPECT_GT(with(R"("args":["x"])"), 0);
  EXPECT_EQ(with(R"("grants":["spend"])"), code(ErrorCode::permission_denied));
  EXPECT_EQ(with(R"("submitter":")" + stranger().to_text() + '"'), code(ErrorCode::permission_denied));
  EXPECT_EQ(with(R"("nonce":"00")"), code(ErrorCode::invalid_argument));
  EXPECT_EQ(with(R"("limits":{"max_fuel":1000000000001})"), code(ErrorCode::limit_exceeded));
  EXPECT_EQ(with(R"("max_feul":1)"), code(ErrorCode::invalid_argument));
  EXPECT_EQ(run.icn_text("submit_mesh_job", "").answer, code(ErrorCode::invalid_argument));
  EXPECT_EQ(run.icn_text("submit_mesh_job", child_json(0)).answer, code(ErrorCode::price_too_low));
  EXPECT_EQ(run.icn_text("submit_mesh_job", R"({"cost_mana":1})").answer, code(ErrorCode::invalid_argument));
}

TEST(Change, TooManyEffectsTrapAndLeaveNone) {
  RunInputs in = usual_inputs();
  in.order.limits.max_effects = 1;
  TestRun run(std::move(in));
  EXPECT_EQ(run.icn_text("account_spend_mana", member().to_text(), {}, {1}).answer, 0);
  EXPECT_EQ(run.icn_text("account_spend_mana", member().to_text(), {}, {1}).verdict, Verdict::trap);
  EXPECT_EQ(run.state().trap(), model::TrapCode::effects_limit);
  EXPECT_TRUE(run.state().take(OutcomeKind::trap).effects.list.empty());
}

}  // namespace
}  // namespace icn::abi
