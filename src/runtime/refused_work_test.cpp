// Goal: work that no job pays for has a payer: each member has a window of it, which outlives the process; others are
// not affected, failures of the node count against no member, and what is remembered is bounded.
#include "runtime/refused_work.hpp"

#include <set>

#include "model/keys.hpp"
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
    return node->refused_work().of(of->did(), node->scope().parameters());
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

// A compiler that fails with any error, after it began.
struct FailingCompiler : testing::ScriptedExecutor {
  Result<void> compile(const ipld::Cid&, ByteView, const ports::CompileTerms& terms) override {
    terms.begun();
    return refuse(code, "a rule", "it failed");
  }
  ErrorCode code = ErrorCode::internal;
};

TEST_F(RefusedWorkTest, AFailureOfTheNodeCountsAgainstNobodyAndEveryOtherAgainstTheMember) {
  const auto compiler = std::make_shared<FailingCompiler>();
  services.executor = compiler;
  reopen();
  std::size_t faults = 0;
  for (const ErrorRow& row : error_table()) {
    compiler->code = row.code;
    EXPECT_EQ(refused(request(draft("output x\n"))).code, row.code);
    EXPECT_EQ(work_of(member) == 0, is_node_fault(row.code)) << row.name;
    faults += is_node_fault(row.code) ? 1 : 0;
    clock->now_ms += 1'600'000;
  }
  EXPECT_EQ(faults, kNodeFaults.size());
  EXPECT_TRUE(is_node_fault(ErrorCode::infrastructure));
}

TEST_F(RefusedWorkTest, ASimulationCountsAllOfItsWork) {
  ASSERT_TRUE(simulate_job(*node, draft("fuel 20000000\n")));
  const std::uint64_t once = work_of(member);
  const model::ModuleSize size{21, 21, 1};
  EXPECT_GE(once, 20'000'000 + model::compile_fuel(size) + 2 * model::fuel_of(model::HostWork::preflight, 21));
  ASSERT_TRUE(simulate_job(*node, draft("fuel 20000000\n")));
  EXPECT_EQ(work_of(member), 2 * once - model::compile_fuel(size)) << "compiled before";
  EXPECT_FALSE(simulate_job(*node, draft("output\nno command\n")));
  EXPECT_GT(work_of(member), 2 * once - model::compile_fuel(size)) << "a failed one";
  ASSERT_TRUE(simulate_job(*node, draft("fuel 50000000\n")));
  const auto beyond = simulate_job(*node, draft("fuel 1\n"));
  ASSERT_FALSE(beyond);
  EXPECT_EQ(beyond.error().rule, "refused_work_fuel_max");
  EXPECT_EQ(refused(request(draft("output x\n"))).rule, "refused_work_fuel_max") << "one window for both";
}

TEST_F(RefusedWorkTest, ASimulationIsForMembers) {
  JobDraft from = draft("output x\n");
  from.submitter = signer_of(77)->did();
  EXPECT_EQ(simulate_job(*node, from).error().rule, "member");
  EXPECT_EQ(node->refused_work().members(), 0U);
}

TEST_F(RefusedWorkTest, AWindowOutlivesTheProcess) {
  EXPECT_EQ(refused(cheap("log " + std::string(40'000, 'x') + "\n", member)).rule, "cost_mana");
  clock->now_ms += 800'000;
  EXPECT_EQ(refused(cheap("output x\n", member)).rule, "cost_mana");
  const std::uint64_t both = work_of(member);
  reopen();
  EXPECT_EQ(work_of(member), both);
  clock->now_ms += 900'000;
  const std::uint64_t second = work_of(member);
  EXPECT_LT(second, both) << "the first is old";
  EXPECT_GT(second, 0U);
  reopen();
  EXPECT_EQ(work_of(member), second);
  EXPECT_EQ(node->refused_work().members(), 1U);
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
  const auto store = *backends::state_store::open("memory");
  const auto add = [&](const model::Did& did, std::uint64_t fuel) {
    ports::Batch batch;
    work.add(did, fuel, parameters, batch);
    ASSERT_TRUE(store->commit({&batch, 1}));
  };
  add(most, 1'000'000);
  for (std::uint32_t i = 1; i < RefusedWork::kMembersMax + 10; ++i) add(member(i), i);
  RefusedWork read(clock);
  ASSERT_TRUE(read.load(*store));
  for (RefusedWork* each : {&work, &read}) {
    EXPECT_EQ(each->members(), RefusedWork::kMembersMax);
    EXPECT_EQ(each->of(most, parameters), 1'000'000U);
    EXPECT_EQ(each->of(member(1), parameters), 0U);
  }
}

TEST(RefusedWork, ADamagedRowIsRefused) {
  const auto store = *backends::state_store::open("memory");
  ports::Batch batch;
  batch.put(model::key_of(model::keys::kRefused, signer_of(5)->did().key()), bytes_of("damaged"));
  ASSERT_TRUE(store->commit({&batch, 1}));
  RefusedWork work(std::make_shared<StandingClock>());
  EXPECT_EQ(work.load(*store).error().code, ErrorCode::corrupted);
}

TEST(RefusedWork, AWindowSlidesStepByStep) {
  const auto clock = std::make_shared<StandingClock>();
  const model::Parameters parameters;  // an hour
  const model::Did member = signer_of(5)->did();
  RefusedWork work(clock);
  ports::Batch batch;
  for (int minutes = 0; minutes < 60; minutes += 15) {
    work.add(member, 100, parameters, batch);
    clock->now_ms += 15 * 60'000;
  }
  EXPECT_EQ(work.of(member, parameters), 300U);
  clock->now_ms += 15 * 60'000;
  EXPECT_EQ(work.of(member, parameters), 200U);
  clock->now_ms += 24 * 3'600'000;
  EXPECT_EQ(work.of(member, parameters), 0U);
  work.add(member, UINT64_MAX, parameters, batch);
  work.add(member, UINT64_MAX, parameters, batch);
  EXPECT_EQ(work.of(member, parameters), UINT64_MAX);
}

TEST(RefusedWork, AClockThatWasWrongLocksNoMemberOutForLongerThanAWindow) {
  const auto clock = std::make_shared<StandingClock>();
  const model::Parameters parameters;
  const model::Did member = signer_of(5)->did();
  RefusedWork work(clock);
  ports::Batch batch;
  constexpr std::uint64_t year_ms = 365 * 24 * 3'600'000ULL;
  clock->now_ms += 10 * year_ms;
  work.add(member, 100, parameters, batch);
  clock->now_ms -= 10 * year_ms;
  EXPECT_EQ(work.of(member, parameters), 100U);
  clock->now_ms += 3'600'000 + 3'600'000 / RefusedWork::kSteps;
  EXPECT_EQ(work.of(member, parameters), 0U);
}

}  // namespace
}  // namespace icn::runtime
