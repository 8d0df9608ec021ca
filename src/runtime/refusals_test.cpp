// What a home node refuses and with which message; a refusal changes nothing.
#include "runtime/testing/home_fixture.hpp"

namespace icn::runtime {
namespace {

struct Refusals : HomeFixture {
  Refusals() { found(); }

  // Submits a changed body under the member's signature and expects a refusal that changes nothing.
  Error refused(const std::function<void(model::Job&)>& change, const std::string& script = "output x\n") {
    PreparedJob prepared = prepare_job(*node, draft(script)).value();
    change(prepared.job);
    prepared.body = prepared.job.to_block();
    return refused_request(signed_request(prepared));
  }
  Error refused_request(const SubmitRequest& made) {
    const ipld::Digest before = state_hash(*node).value();
    const Result<SubmitAnswer> answer = submit_job(*node, made);
    EXPECT_FALSE(answer);
    EXPECT_EQ(state_hash(*node).value(), before) << "a refusal changed something";
    return answer ? Error{} : answer.error();
  }
};

TEST_F(Refusals, AForgedSignatureIsRefused) {
  SubmitRequest made = request(draft("output x\n"));
  made.signature[10] ^= 1;
  EXPECT_EQ(refused_request(made).code, ErrorCode::invalid_signature);
}

TEST_F(Refusals, SomebodyWhoIsNoMemberIsRefused) {
  const auto stranger = signer_of(77);
  PreparedJob prepared = prepare_job(*node, draft("output x\n")).value();
  prepared.job.submitter = stranger->did();
  prepared.body = prepared.job.to_block();
  SubmitRequest made = signed_request(prepared);
  made.signature = stranger->sign(model::SignatureTag::job, prepared.body.cid).value();
  EXPECT_EQ(refused_request(made).rule, "member");
}

TEST_F(Refusals, AnotherScopeIsRefused) {
  EXPECT_EQ(refused([](model::Job& job) { job.scope = ipld::Cid(); }).rule, "scope");
}

TEST_F(Refusals, ALowPriceIsRefusedWithTheMinimum) {
  const Error error = refused([](model::Job& job) { job.cost_mana = 1; });
  EXPECT_EQ(error.code, ErrorCode::price_too_low);
  EXPECT_EQ(error.rule, "cost_mana");
  // 1 mana for 10^9 fuel and a base of a few hundredths round up to two whole mana.
  EXPECT_NE(error.detail.find("is 2 mana"), std::string::npos) << error.detail;
}

TEST_F(Refusals, MoreManaThanTheMemberHasIsRefused) {
  EXPECT_EQ(refused([](model::Job& job) { job.cost_mana = 1'001; }).code, ErrorCode::insufficient_mana);
  EXPECT_EQ(refused([](model::Job& job) { job.spend_max = 999; }).code, ErrorCode::insufficient_mana);
}

TEST_F(Refusals, TextThatIsNoUtf8IsRefusedByItsFieldBeforeAnythingIsSigned) {
  JobDraft bad = draft("output x\n");
  bad.args = {"good", "\xff"};
  const auto prepared = prepare_job(*node, bad);
  ASSERT_FALSE(prepared);
  EXPECT_EQ(prepared.error().rule, "job_body");
  EXPECT_NE(prepared.error().detail.find("'args'"), std::string::npos) << prepared.error().detail;
  bad.args.assign(model::kJobArgsMax + 1, "a");
  const auto many = prepare_job(*node, bad);
  ASSERT_FALSE(many);
  EXPECT_NE(many.error().detail.find("1024"), std::string::npos) << many.error().detail;
}

TEST_F(HomeFixture, AScopeWhoseNameIsNoTextIsNotFounded) {
  for (const std::string& name : {std::string("\xff"), std::string(), std::string(257, 'n')}) {
    Founding founding;
    founding.member = signer_of(2)->did();
    founding.name = name;
    const auto founded = NodeState::found(services, settings, founding);
    ASSERT_FALSE(founded);
    EXPECT_EQ(founded.error().rule, "name");
    EXPECT_FALSE(NodeState::is_founded(*services.state_store).value());
  }
}

TEST_F(Refusals, EveryLimitAboveItsCeilingIsRefusedByName) {
  for (std::size_t row = 0; row < model::kLimitCount; ++row) {
    const model::LimitRow& limit = model::kLimitTable[row];
    const Error error = refused([&](model::Job& job) { job.limits.values[row] = limit.ceiling + 1; });
    EXPECT_EQ(error.code, ErrorCode::limit_exceeded) << limit.name;
    EXPECT_EQ(error.rule, limit.name);
  }
}

TEST_F(Refusals, AModuleThatIsNoneIsRefused) {
  PreparedJob prepared = prepare_job(*node, draft("output x\n")).value();
  std::vector<ipld::Block> blocks;
  prepared.job.module = cut_file(view_of("no script"), blocks).value();
  prepared.body = prepared.job.to_block();
  prepared.blocks = blocks;
  EXPECT_EQ(refused_request(signed_request(prepared)).code, ErrorCode::invalid_module);
}

TEST_F(Refusals, AModuleThatIsNotHereIsRefused) {
  SubmitRequest made = request(draft("output x\n"));
  made.blocks.clear();
  EXPECT_EQ(refused_request(made).code, ErrorCode::missing_data);
}

TEST_F(Refusals, ABlockUnderAnotherNameIsRefused) {
  SubmitRequest made = request(draft("output x\n"));
  made.blocks.front().bytes.push_back('!');
  EXPECT_EQ(refused_request(made).code, ErrorCode::invalid_format);
}

TEST_F(Refusals, AnExecutorThatTheSubmitterDoesNotTrustIsRefused) {
  const Error error = refused([](model::Job& job) { job.trust_scope = "medical"; });
  EXPECT_EQ(error.code, ErrorCode::permission_denied);
  EXPECT_EQ(error.rule, "no_trust_path");
  EXPECT_TRUE(error.detail.starts_with("Executor not trusted for this job scope: ")) << error.detail;
  EXPECT_TRUE(error.detail.ends_with(". Nothing was charged.")) << error.detail;
  EXPECT_EQ(refused([](model::Job& job) { job.trust_scope = "two\nlines"; }).rule, "trust_context");
}

TEST_F(Refusals, AJobThatNeedsMoreThanThisMachineIsRefused) {
  EXPECT_EQ(refused([](model::Job& job) { job.resources.cpu_cores = 5; }).rule, "cpu_cores");
  EXPECT_EQ(refused([](model::Job& job) { job.resources.memory_mb = 8'193; }).rule, "memory_mb");
}

TEST_F(Refusals, DemandsThatThisNodeDoesNotMeetAreRefusedByName) {
  EXPECT_EQ(refused([](model::Job& job) { job.required_capabilities = {"gpu"}; }).rule, "required_capabilities");
  EXPECT_EQ(refused([](model::Job& job) { job.federations = {"north"}; }).rule, "federations");
  EXPECT_EQ(refused([](model::Job& job) { job.min_executor_reputation = 1; }).rule, "min_executor_reputation");
}

TEST_F(Refusals, AJobThatExpiresBeforeItCouldBeSettledIsRefused) {
  EXPECT_EQ(refused([](model::Job& job) { job.durations.expiry_ms = 60'000; }).rule, "durations");
  EXPECT_EQ(refused([](model::Job& job) { job.durations.settlement_ms = 0; }).rule, "durations");
}

TEST_F(Refusals, ADagRootThatIsNotHereIsRefused) {
  const model::ReadKey key{model::ReadKind::dag, ipld::Cid::of(ipld::Codec::raw, view_of("nowhere")).to_text()};
  EXPECT_EQ(refused([&](model::Job& job) { job.reads = {key}; }).code, ErrorCode::missing_data);
}

TEST_F(Refusals, TheObservationsHoldTheWorldBeforeTheJobsOwnReserve) {
  const std::string self = member->did().to_text();
  JobDraft from =
      draft("observe account:" + self + "\noutput ,\nobserve parameter:fee\noutput ,\nobserve parameter:none\n");
  from.reads = {model::ReadKey::parse("parameter:fee").value(), model::ReadKey::parse("parameter:none").value()};
  EXPECT_EQ(text_of(run(from).output), "1000,3,nothing");
}

TEST_F(Refusals, AnUnknownEntryIsRefusedWithThoseThereAre) {
  JobDraft from = draft("output x\n");
  from.entry = "main";
  const Error error = prepare_job(*node, from).error();
  EXPECT_EQ(error.rule, "entry");
  EXPECT_NE(error.detail.find("it offers run"), std::string::npos) << error.detail;
}

}  // namespace
}  // namespace icn::runtime
