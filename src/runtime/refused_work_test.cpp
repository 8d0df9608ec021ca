// Goal: each member pays for its refused submissions through a window of work; other members are not affected, and
// memory is bounded.
#include "runtime/refused_work.hpp"

#include <set>

#include "runtime/testing/home_fixture.hpp"

namespace icn::runtime {
namespace {

struct RefusedWorkTest : HomeFixture {
  RefusedWorkTest() {
    parameters["refused_work_window_secs"] = "1600";
    parameters["refused_work_fuel_max"] = "100000000";
    founding_others();
  }
  void founding_others() {
    Founding founding;
    founding.member = member->did();
    founding.operator_did = signer_of(9)->did();
    founding.parameters = parameters;
    founding.others = {{other->did(), services.signer->did()}};
    node = NodeState::found(services, settings, founding).value();
  }
  Error refused(const SubmitRequest& made) {
    const auto answer = submit_job(*node, made);
    EXPECT_FALSE(answer);
    return answer ? Error{} : answer.error();
  }
  SubmitRequest cheap(const std::string& script, const std::shared_ptr<ports::Signer>& of) const {
    JobDraft from = draft(script);
    from.submitter = of->did();
    PreparedJob prepared = prepare_job(*node, from).value();
    prepared.job.cost_mana = 1;
    prepared.body = prepared.job.to_block();
    SubmitRequest made = signed_request(prepared);
    made.signature = of->sign(model::SignatureTag::job, prepared.body.cid).value();
    return made;
  }
  std::uint64_t work_of(const std::shared_ptr<ports::Signer>& of) {
    return node->refused_work().of(of->did(), node->parameters());
  }

  std::shared_ptr<ports::Signer> other = signer_of(3);
};

TEST_F(RefusedWorkTest, ARefusedSubmissionCountsByItsWorkAndAnAcceptedOneDoesNot) {
  EXPECT_EQ(refused(cheap("output x\n", member)).rule, "cost_mana");
  const std::uint64_t little = work_of(member);
  EXPECT_GE(little, model::fuel_of(model::HostWork::signature) + model::fuel_of(model::HostWork::preflight, 16));
  EXPECT_EQ(refused(cheap("log " + std::string(10'000, 'x') + "\n", member)).rule, "cost_mana");
  EXPECT_GT(work_of(member), 2 * little + 10'000 * 400) << "more for a larger module";
  const std::uint64_t before = work_of(member);
  submit(draft("output x\n"));
  EXPECT_EQ(work_of(member), before);
}

TEST_F(RefusedWorkTest, BeyondTheWindowAMemberIsRefusedUnreadUntilItIsOldAndOthersAreNot) {
  int refusals = 0;
  while (work_of(member) < 100'000'000) {
    EXPECT_EQ(refused(cheap("log " + std::string(20'000, 'x') + "\n", member)).rule, "cost_mana");
    ++refusals;
    clock->now_ms += 1'000;
  }
  EXPECT_GT(refusals, 5);
  const std::uint64_t work = work_of(member);
  const Error error = refused(request(draft("output x\n")));
  EXPECT_EQ(error.code, ErrorCode::busy);
  EXPECT_EQ(error.rule, "refused_work_fuel_max");
  EXPECT_EQ(error.subject, member->did().to_text());
  EXPECT_EQ(work_of(member), work) << "an unread submission adds no work";
  EXPECT_EQ(refused(cheap("output x\n", other)).rule, "cost_mana") << "another member";
  // The message says when.
  const std::size_t at = error.detail.find("again in ") + 9;
  const std::uint64_t secs = std::stoull(error.detail.substr(at));
  EXPECT_GT(secs, 1'400U);
  EXPECT_LE(secs, 1'600U);
  clock->now_ms += (secs - 2) * 1'000;
  EXPECT_EQ(refused(request(draft("output x\n"))).rule, "refused_work_fuel_max");
  clock->now_ms += 2'000;
  EXPECT_TRUE(submit_job(*node, request(draft("output x\n"))));
}

TEST_F(RefusedWorkTest, AForgedSignatureCountsAgainstNobody) {
  SubmitRequest made = cheap("output x\n", member);
  made.signature[3] ^= 1;
  EXPECT_EQ(refused(made).code, ErrorCode::invalid_signature);
  EXPECT_EQ(work_of(member), 0U);
  EXPECT_EQ(node->refused_work().members(), 0U);
}

TEST_F(RefusedWorkTest, AModuleThatTakesTooLongToCompileCountsAsMuchAsItMayTake) {
  EXPECT_EQ(refused(request(draft("heavy\n"))).rule, "compile_cpu");
  EXPECT_GE(work_of(member), model::fuel_of(model::HostWork::compile_exceeded));
  EXPECT_EQ(refused(request(draft("output x\n"))).rule, "refused_work_fuel_max");
}

TEST(RefusedWork, RemembersABoundedNumberOfMembersThoseWithTheMostWork) {
  const auto clock = std::make_shared<StandingClock>();
  const model::Parameters parameters;
  RefusedWork work(clock);
  const auto member = [](std::uint32_t number) {
    model::Seed seed{};
    for (std::size_t at = 0; at < 4; ++at) seed[at] = static_cast<std::uint8_t>(number >> (8 * at));
    return model::KeyPair::from_seed(seed).did();
  };
  const model::Did most = member(0);
  work.add(most, 1'000'000, parameters);
  for (std::uint32_t i = 1; i < RefusedWork::kMembersMax + 10; ++i) work.add(member(i), i, parameters);
  EXPECT_EQ(work.members(), RefusedWork::kMembersMax);
  EXPECT_EQ(work.of(most, parameters), 1'000'000U);
  EXPECT_EQ(work.of(member(1), parameters), 0U);
}

TEST(RefusedWork, AWindowSlidesStepByStep) {
  const auto clock = std::make_shared<StandingClock>();
  const model::Parameters parameters;  // an hour
  const model::Did member = signer_of(5)->did();
  RefusedWork work(clock);
  for (int minutes = 0; minutes < 60; minutes += 15) {
    work.add(member, 100, parameters);
    clock->now_ms += 15 * 60'000;
  }
  EXPECT_EQ(work.of(member, parameters), 300U);
  clock->now_ms += 15 * 60'000;
  EXPECT_EQ(work.of(member, parameters), 200U);
  clock->now_ms += 24 * 3'600'000;
  EXPECT_EQ(work.of(member, parameters), 0U);
  work.add(member, UINT64_MAX, parameters);
  work.add(member, UINT64_MAX, parameters);
  EXPECT_EQ(work.of(member, parameters), UINT64_MAX);
}

}  // namespace
}  // namespace icn::runtime
