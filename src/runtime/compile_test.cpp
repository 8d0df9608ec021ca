// Goal: a job's module is compiled before the job is accepted. A module that does not compile is refused with nothing
// reserved, the price does not depend on earlier compilations, and a compilation delays only its own submission.
#include "runtime/testing/home_fixture.hpp"

namespace icn::runtime {
namespace {

// Calls `during` while a module whose text asks for it compiles.
struct SlowCompiler : testing::ScriptedExecutor {
  Result<void> compile(const ipld::Cid& module, ByteView bytes, const ports::CompileTerms& terms) override {
    owners.push_back(terms.owner);
    refusal_secs = terms.refusal_secs;
    if (during && text_of(bytes).find("slow") != std::string_view::npos) std::exchange(during, {})();
    if (terms.stopping && terms.stopping()) return fail(ErrorCode::infrastructure, "stopped before it was compiled");
    return ScriptedExecutor::compile(module, bytes, terms);
  }
  std::function<void()> during;
  std::vector<std::string> owners;
  std::uint64_t refusal_secs = 0;
};

struct Compiling : HomeFixture {
  Compiling() {
    parameters["compile_refusal_secs"] = "77";
    parameters["fuel_per_mana"] = "1000000000000";
    slow = std::make_shared<SlowCompiler>();
    services.executor = slow;
    found();
  }
  // Expects a refusal that changes nothing.
  Error refused(const SubmitRequest& made) {
    const ipld::Digest before = state_hash(*node).value();
    const auto answer = submit_job(*node, made);
    EXPECT_FALSE(answer);
    EXPECT_EQ(state_hash(*node).value(), before);
    return answer ? Error{} : answer.error();
  }
  JobDraft parent_of(const std::vector<PreparedJob>& children) const {
    std::string script;
    for (const PreparedJob& one : children) script += "submit " + to_hex(one.body.bytes) + "\n";
    JobDraft from = draft(script);
    from.spend_max = 10;
    from.grants.add(model::Capability::submit);
    from.effects = model::EffectsMode::independent;
    return from;
  }
  PreparedJob child(const std::string& script) {
    PreparedJob prepared = prepare_job(*node, draft(script)).value();
    EXPECT_TRUE(node->dag_store().put(prepared.blocks));
    return prepared;
  }

  std::shared_ptr<SlowCompiler> slow;
};

TEST_F(Compiling, AModuleThatDoesNotCompileIsRefusedAndNothingIsReserved) {
  const Error error = refused(request(draft("heavy\n")));
  EXPECT_EQ(error.code, ErrorCode::limit_exceeded);
  EXPECT_EQ(error.rule, "compile_cpu");
  EXPECT_EQ(slow->starts(), 0U);
  EXPECT_EQ(slow->owners, std::vector<std::string>{member->did().to_text()});
  EXPECT_EQ(slow->refusal_secs, 77U) << "the scope's";
  const auto simulated = simulate_job(*node, draft("heavy\n"), {});
  ASSERT_FALSE(simulated);
  EXPECT_EQ(simulated.error().rule, "compile_cpu");
}

TEST_F(Compiling, HappensBeforeTheAcceptanceOnceForAllJobsOfAModule) {
  for (int i = 0; i < 3; ++i) submit(draft("output x\n"));
  EXPECT_EQ(slow->compilations(), 1U);
  EXPECT_EQ(slow->starts(), 0U);
}

TEST_F(Compiling, IsForJobsOnlyThatWouldBeAccepted) {
  PreparedJob prepared = prepare_job(*node, draft("output x\n")).value();
  prepared.job.cost_mana = 0;
  prepared.body = prepared.job.to_block();
  EXPECT_EQ(refused(signed_request(prepared)).rule, "cost_mana");
  prepared.job.cost_mana = 1'001;
  prepared.body = prepared.job.to_block();
  EXPECT_EQ(refused(signed_request(prepared)).code, ErrorCode::insufficient_mana);
  prepared.job.cost_mana = 1;
  prepared.job.spend_max = 1'000;
  prepared.body = prepared.job.to_block();
  EXPECT_EQ(refused(signed_request(prepared)).code, ErrorCode::insufficient_mana);
  EXPECT_EQ(slow->compilations(), 0U);
}

TEST_F(Compiling, HoldsUpNothingElseOfTheNode) {
  bool happened = false;
  slow->during = [&] {
    const JobReport other = run(draft("output other\n"));
    EXPECT_EQ(other.record.phase, jobs::JobPhase::completed);
    happened = true;
  };
  EXPECT_TRUE(submit_job(*node, request(draft("log slow\n"))));
  EXPECT_TRUE(happened);
}

TEST_F(Compiling, EndsWhenTheSubmissionIsStopped) {
  SubmitRequest made = request(draft("output x\n"));
  made.stopping = [] { return true; };
  EXPECT_EQ(refused(made).code, ErrorCode::cancelled);
}

TEST_F(Compiling, ThePriceIsTheSameWhetherOrNotItWasCompiledBefore) {
  const JobReport first = run(draft("output x\n"));
  const JobReport second = run(draft("output x\n"));
  EXPECT_EQ(first.record.base, second.record.base);
  EXPECT_EQ(first.record.pay, second.record.pay);
  const JobReport larger = run(draft("log " + std::string(100'000, 'x') + "\n"));
  const model::ModuleSize small{16, 16, 1};
  const model::ModuleSize large{100'012, 100'012, 1};
  const std::uint64_t fuel = model::loading_fuel(large) - model::loading_fuel(small);
  const std::uint64_t kib = 10 * 98 - 10;
  EXPECT_NEAR(static_cast<double>(larger.record.base.umana - first.record.base.umana),
              static_cast<double>(fuel / 1'000'000 + kib), 12.0);
}

TEST_F(Compiling, AJobOfAJobIsCompiledBeforeItIsAcceptedAndItsSubmitterPaysAlsoWhenItIsRefused) {
  const PreparedJob heavy = child("heavy\n");
  const JobReport outer = run(parent_of({heavy}));
  ASSERT_EQ(outer.record.effects_told.size(), 1U);
  EXPECT_NE(outer.record.effects_told.front().find("too long to compile"), std::string::npos);
  EXPECT_FALSE(node->jobs().find(heavy.id()).value());
  EXPECT_GE(outer.record.settling_fuel, model::loading_fuel({13, 13, 1}));
  EXPECT_GE(node->refused_work().of(member->did(), node->scope().parameters()),
            model::fuel_of(model::HostWork::compile_exceeded));
  expect_all_settled();
}

TEST_F(Compiling, AJobOfAJobPaysForItsModuleInItsBaseAndTheRunThatSubmitsItDoesNot) {
  const PreparedJob inner = child("output a\n");
  const JobReport one = run(parent_of({inner}));
  EXPECT_EQ(slow->compilations(), 2U);
  ASSERT_TRUE(one.record.effects_told.empty()) << one.record.effects_told.front();
  EXPECT_LT(one.record.settling_fuel, model::compile_fuel({16, 16, 1}));
  EXPECT_EQ(node->jobs().find(inner.id()).value()->base, inner.base);
  EXPECT_GT(inner.base.umana, model::loading_fuel({16, 16, 1}) / 1'000'000);
  const JobReport again = run(parent_of({child("output a\n")}));
  EXPECT_EQ(one.record.settling_fuel, again.record.settling_fuel) << "compiled before";
  EXPECT_EQ(node->refused_work().of(member->did(), node->scope().parameters()), 0U);
}

TEST_F(Compiling, AJobOfAJobThatCouldNotBePaidIsNotCompiled) {
  std::vector<PreparedJob> children;
  for (int i = 0; i < 12; ++i) children.push_back(child("log " + std::to_string(i) + "\n"));
  children[0].job.cost_mana = 0;
  children[0].body = children[0].job.to_block();
  const JobReport report = run(parent_of(children));
  EXPECT_EQ(report.record.effects_told.size(), 2U);
  EXPECT_EQ(slow->compilations(), 1U + 10) << "the job itself, and those that its ten mana pay for";
}

struct Admission : Compiling {
  // A job that can wait behind at most 110 s of other jobs.
  PreparedJob hasty(const std::string& script) {
    PreparedJob prepared = child(script);
    prepared.job.durations.expiry_ms = 200'001;
    prepared.body = prepared.job.to_block();
    return prepared;
  }
  model::JobId long_job() {
    JobDraft from = draft("loop\n");
    from.fuel = 440'000'000'000;
    from.limits.values[*model::find_limit("max_execution_time_secs")] = 3'000;
    return submit(from).id;
  }
};

TEST_F(Admission, AJobThatTheQueueInFrontWouldKeepFromBeginningInTimeIsRefused) {
  EXPECT_TRUE(submit_job(*node, signed_request(hasty("output 1\n"))));
  const model::JobId in_front = long_job();  // 440 s on one of four threads
  const PreparedJob late = hasty("output 2\n");
  const Error error = refused(signed_request(late));
  EXPECT_EQ(error.code, ErrorCode::busy);
  EXPECT_EQ(error.rule, "job_queue");
  EXPECT_EQ(error.subject, late.id().to_text());
  EXPECT_EQ(slow->compilations(), 2U) << "nothing was compiled for it";
  EXPECT_TRUE(submit_job(*node, request(draft("output 3\n")))) << "one that can wait";
  SubmitRequest at_once = signed_request(late);
  at_once.start = StartMode::now;
  EXPECT_EQ(refused(at_once).rule, "job_queue") << "one that is started at once shares the threads";
  ASSERT_TRUE(cancel_job(*node, in_front));
  EXPECT_TRUE(submit_job(*node, at_once)) << "once the queue is shorter";
  EXPECT_TRUE(submit_job(*node, signed_request(hasty("output 4\n"))));
}

TEST_F(Admission, AJobOfAJobIsRefusedSoTooAndTheNextProcessCountsTheSame) {
  const model::JobId in_front = long_job();
  const std::uint64_t ms = node->jobs().open_run_ms();
  EXPECT_EQ(ms, 440'001U);
  reopen();
  EXPECT_EQ(node->jobs().open_run_ms(), ms);
  const PreparedJob late = hasty("output 2\n");
  const JobReport outer = run(parent_of({late}));
  ASSERT_EQ(outer.record.effects_told.size(), 1U);
  EXPECT_NE(outer.record.effects_told.front().find("jobs ahead"), std::string::npos);
  EXPECT_FALSE(node->jobs().find(late.id()).value());
  ASSERT_TRUE(cancel_job(*node, in_front));
  EXPECT_EQ(node->jobs().open_run_ms(), 0U);
}

}  // namespace
}  // namespace icn::runtime
