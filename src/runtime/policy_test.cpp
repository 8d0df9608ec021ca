// The scope's policy for jobs refuses by its rule on every way in: submission, simulation, and jobs that jobs submit.
#include "governance/governance.hpp"
#include "runtime/testing/home_fixture.hpp"

namespace icn::runtime {
namespace {

using Texts = std::map<std::string, std::string>;

std::string module_of(const std::string& script) {
  std::vector<ipld::Block> blocks;
  return cut_file(bytes_of("script\n" + script), blocks).value().to_text();
}

struct Policy : HomeFixture {
  void found_with(Texts texts) {
    parameters = std::move(texts);
    node.reset();
    services.dag_store = *backends::dag_store::open("memory");
    services.state_store = *backends::state_store::open("memory");
    found();
  }
  // Expects that the job is refused by this rule, as a submission and simulated, and leaves only the member's window.
  void expect_refused(const std::string& rule, ErrorCode code, const std::string& subject,
                      const std::string& script = "output x\n") {
    const PreparedJob prepared = prepare_job(*node, draft(script)).value();
    const ipld::Digest before = state_hash(*node).value();
    const std::uint64_t ran = executor->starts() + executor->compilations();
    const std::uint64_t work = node->refused_work().of(member->did(), node->scope().parameters());
    const auto submitted = submit_job(*node, signed_request(prepared));
    ASSERT_FALSE(submitted) << rule;
    EXPECT_EQ(submitted.error().rule, rule);
    EXPECT_EQ(submitted.error().code, code) << rule;
    EXPECT_EQ(submitted.error().subject, subject) << rule;
    EXPECT_NE(submitted.error().detail.find("Nothing was charged"), std::string::npos) << submitted.error().detail;
    EXPECT_GT(node->refused_work().of(member->did(), node->scope().parameters()), work) << rule;
    EXPECT_EQ(state_hash(*node).value(), before) << "a refusal changed something";
    const auto simulated = simulate_job(*node, draft(script), {});
    ASSERT_FALSE(simulated) << rule;
    EXPECT_EQ(simulated.error().rule, rule);
    EXPECT_EQ(node->governance().validate_job(prepared.job, 0).error().rule, rule);
    EXPECT_EQ(executor->starts() + executor->compilations(), ran) << "neither run nor compiled";
  }
  // A job that submits another one.
  JobReport run_parent_of(PreparedJob child, const std::function<void(model::Job&)>& change = {}) {
    if (change) change(child.job);
    child.body = child.job.to_block();
    EXPECT_TRUE(node->dag_store().put(child.blocks));
    JobDraft from = draft("submit " + to_hex(child.body.bytes) + "\n");
    from.grants.add(model::Capability::submit);
    from.spend_max = 100;
    from.effects = model::EffectsMode::independent;
    return run(from);
  }
};

TEST_F(Policy, RefusesAMember) {
  const std::string self = member->did().to_text();
  found_with({{"banned_submitters", signer_of(5)->did().to_text() + "," + self}});
  expect_refused("banned_submitters", ErrorCode::permission_denied, self);
  found_with({{"frozen_accounts", self}});
  expect_refused("frozen_accounts", ErrorCode::permission_denied, self);
  found_with({{"submitter_reputation_min", "1"}});
  expect_refused("submitter_reputation_min", ErrorCode::permission_denied, self);
  // Of others.
  const std::string other = signer_of(5)->did().to_text();
  found_with({{"banned_submitters", other}, {"frozen_accounts", other}});
  EXPECT_EQ(run(draft("output x\n")).record.phase, jobs::JobPhase::completed);
}

TEST_F(Policy, RefusesAModule) {
  const std::string denied = module_of("output x\n");
  found_with({{"denied_modules", denied}});
  expect_refused("denied_modules", ErrorCode::permission_denied, denied);
  EXPECT_EQ(run(draft("output y\n")).record.phase, jobs::JobPhase::completed);
  // What is denied is denied, allowed or not.
  found_with({{"denied_modules", denied}, {"allowed_modules", denied}});
  expect_refused("denied_modules", ErrorCode::permission_denied, denied);
  found_with({{"allowed_modules", module_of("output y\n")}});
  expect_refused("allowed_modules", ErrorCode::permission_denied, denied);
  EXPECT_EQ(run(draft("output y\n")).record.phase, jobs::JobPhase::completed);
}

TEST_F(Policy, BoundsThePriceAndADraftMeetsTheMinimum) {
  found_with({{"job_cost_min_mana", "7"}, {"job_cost_max_mana", "9"}});
  JobDraft from = draft("output x\n");
  EXPECT_EQ(prepare_job(*node, from)->job.cost_mana, 7U);
  EXPECT_EQ(simulate_job(*node, from, {})->minimum_cost_mana, 7U);
  const auto submitted = [&](std::uint64_t cost) {
    from.cost_mana = cost;
    return submit_job(*node, request(from));
  };
  EXPECT_EQ(submitted(6).error().rule, "job_cost_min_mana");
  EXPECT_EQ(submitted(6).error().code, ErrorCode::price_too_low);
  EXPECT_EQ(submitted(10).error().rule, "job_cost_max_mana");
  EXPECT_EQ(submitted(10).error().code, ErrorCode::limit_exceeded);
  EXPECT_EQ(simulate_job(*node, from, {}).error().rule, "job_cost_max_mana") << "an offer of 10";
  EXPECT_TRUE(submitted(7));
  EXPECT_TRUE(submitted(9));
}

TEST_F(Policy, HoldsForJobsThatJobsSubmit) {
  found_with({{"denied_modules", module_of("output child\n")}, {"job_cost_max_mana", "50"}});
  const auto reason = [](const JobReport& report) {
    EXPECT_EQ(report.record.phase, jobs::JobPhase::completed);
    return report.record.effects_told.empty() ? std::string() : report.record.effects_told.front();
  };
  const PreparedJob denied = prepare_job(*node, draft("output child\n")).value();
  EXPECT_NE(reason(run_parent_of(denied)).find("does not allow the module"), std::string::npos);
  const PreparedJob allowed = prepare_job(*node, draft("output other\n")).value();
  EXPECT_NE(reason(run_parent_of(allowed, [](model::Job& job) { job.cost_mana = 51; })).find("allows at most 50"),
            std::string::npos);
  EXPECT_EQ(reason(run_parent_of(allowed)), "");
  ASSERT_EQ(node->jobs().open_jobs().size(), 1U);
  EXPECT_EQ(execute_job(*node, allowed.id()).value().record.phase, jobs::JobPhase::completed);
  expect_all_settled();
}

}  // namespace
}  // namespace icn::runtime
