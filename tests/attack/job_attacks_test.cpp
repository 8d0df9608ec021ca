// Goal: no member harms a node with jobs: jobs that submit jobs, blocks, outputs, logs, a long list of waiting jobs.
// Method: as in attack_test.cpp, but with a whole node: its work is counted at its ports and compared with what the
// jobs paid; three honest jobs run next to the attack.
#include <gtest/gtest.h>

#include "embed/native_host.hpp"
#include "runtime/mana.hpp"
#include "runtime/run.hpp"
#include "support/embedding.hpp"
#include "testing/services.hpp"
#include "wasm/executor.hpp"

namespace icn::attack {
namespace {

// The node's work in steps of about 1 fuel: a byte moved is one step, and each operation has a minimum.
struct Counts {
  std::uint64_t steps = 0;
  void add(std::uint64_t operation, std::uint64_t bytes) { steps += operation + bytes; }
};
constexpr std::uint64_t kLookup = 5'000;
constexpr std::uint64_t kSignature = 100'000;
constexpr std::uint64_t kCommit = 100'000;
constexpr std::uint64_t kStateByte = 10;  // written to a log, sorted, written again

class CountedBlocks : public ports::DagStore {
 public:
  CountedBlocks(std::shared_ptr<ports::DagStore> below, Counts& counts) : below_(std::move(below)), counts_(counts) {}
  Result<void> put(std::span<const ipld::Block> blocks) override {
    for (const ipld::Block& block : blocks) counts_.add(kLookup, block.bytes.size());
    return below_->put(blocks);
  }
  Result<ipld::Block> get(const ipld::Cid& cid) const override {
    Result<ipld::Block> block = below_->get(cid);
    counts_.add(kLookup, block ? block->bytes.size() : 0);
    return block;
  }
  Result<std::optional<std::uint64_t>> length(const ipld::Cid& cid) const override {
    counts_.add(kLookup, 0);
    return below_->length(cid);
  }
  Result<void> remove(std::span<const ipld::Cid> cids) override { return below_->remove(cids); }
  Result<void> for_each(const std::optional<ipld::Cid>& after,
                        const std::function<bool(const ipld::Cid&, std::uint64_t)>& visit) const override {
    return below_->for_each(after, visit);
  }
  Result<ports::DagStatistics> statistics() const override { return below_->statistics(); }
  Result<void> flush() override { return below_->flush(); }
  const ports::Descriptor& descriptor() const override { return below_->descriptor(); }

 private:
  std::shared_ptr<ports::DagStore> below_;
  Counts& counts_;
};

class CountedState : public ports::StateStore {
 public:
  CountedState(std::shared_ptr<ports::StateStore> below, Counts& counts) : below_(std::move(below)), counts_(counts) {}
  Result<std::optional<Bytes>> get(ByteView key) const override {
    counts_.add(kLookup, 0);
    return below_->get(key);
  }
  Result<void> scan(ByteView begin, ByteView end,
                    const std::function<bool(ByteView key, ByteView value)>& visit) const override {
    return below_->scan(begin, end, [&](ByteView key, ByteView value) {
      counts_.add(kLookup, value.size());
      return visit(key, value);
    });
  }
  std::uint64_t sequence() const override { return below_->sequence(); }
  Result<std::unique_ptr<ports::StateReader>> snapshot() const override { return below_->snapshot(); }
  Result<std::uint64_t> commit(std::span<const ports::Batch> batches) override {
    counts_.add(kCommit, 0);
    for (const ports::Batch& batch : batches) {
      for (const ports::Batch::Write& write : batch.writes())
        counts_.add(0, kStateByte * (write.key.size() + (write.value ? write.value->size() : 0)));
    }
    return below_->commit(batches);
  }
  const ports::Descriptor& descriptor() const override { return below_->descriptor(); }

 private:
  std::shared_ptr<ports::StateStore> below_;
  Counts& counts_;
};

class CountedSigner : public ports::Signer {
 public:
  CountedSigner(std::shared_ptr<ports::Signer> below, Counts& counts) : below_(std::move(below)), counts_(counts) {}
  model::Did did() const override { return below_->did(); }
  Result<model::Signature> sign(model::SignatureTag tag, const ipld::Cid& body) override {
    counts_.add(kSignature, 0);
    return below_->sign(tag, body);
  }
  const ports::Descriptor& descriptor() const override { return below_->descriptor(); }

 private:
  std::shared_ptr<ports::Signer> below_;
  Counts& counts_;
};

constexpr std::uint64_t kFuelPerUmana = 1'000;

// A node whose ports count, and a member with mana.
class Coop {
 public:
  explicit Coop(std::uint64_t quota_bytes = 0) {
    embed::ServiceConfig config = *embed::ServiceConfig::testing(testing::test_did(0), 1'000'000);
    runtime::NodeServices& services = config.services;
    services.dag_store = std::make_shared<CountedBlocks>(services.dag_store, counts_);
    services.state_store = std::make_shared<CountedState>(services.state_store, counts_);
    services.signer = std::make_shared<CountedSigner>(services.signer, counts_);
    config.settings.dag_quota = {quota_bytes, quota_bytes / 8};
    context_ = embed::RuntimeContext::from_service_config(std::move(config)).value();
  }

  [[nodiscard]] runtime::NodeState& node() const { return context_->node(); }
  [[nodiscard]] const embedding::Context& context() const { return context_; }
  [[nodiscard]] std::uint64_t steps() const { return counts_.steps; }
  Result<model::JobId> try_submit(std::string_view wat, std::uint64_t cost, const std::string& more = "") {
    const ipld::Cid module = embedding::stored_module(context_, wat);
    return embed::host_submit_mesh_job(*context_, embedding::job_json(module, cost, more + nonce()));
  }
  model::JobId submit(std::string_view wat, std::uint64_t cost, const std::string& more = "") {
    const auto id = try_submit(wat, cost, more);
    EXPECT_TRUE(id) << id.error().detail;
    return *id;
  }

 private:
  std::string nonce() {
    ++jobs_;
    return ",\"args\":[\"" + std::to_string(jobs_) + "\"]";
  }

  Counts counts_;
  embedding::Context context_;
  std::uint64_t jobs_ = 0;
};

// What a settled job paid, in fuel.
std::uint64_t paid_by(const jobs::JobRecord& record) { return record.pay.umana * kFuelPerUmana; }

std::string with_text(const std::string& imports, const std::string& text, const std::string& body) {
  return "(module " + imports + " (memory (export \"memory\") 17) (data (i32.const 0) \"" +
         embedding::wat_string(text) + "\") (func (export \"run\") (result i64) (local $n i32) " + body +
         " (i64.const 0)))";
}
// A guest that submits a job of this text that many times.
std::string submitting(const std::string& child, int times) {
  return with_text("(import \"icn\" \"host_submit_mesh_job\" (func $f (param i32 i32) (result i64)))", child,
                   "(loop $l (drop (call $f (i32.const 0) (i32.const " + std::to_string(child.size()) +
                       "))) (br_if $l (i32.lt_u (local.tee $n (i32.add (local.get $n) (i32.const 1))) (i32.const " +
                       std::to_string(times) + "))))");
}
std::string may_submit(std::uint64_t spend_max) {
  return ",\"limits\":{\"max_fuel\":1000000000},\"grants\":[\"submit\"],\"independent\":true,\"spend_max\":" +
         std::to_string(spend_max);
}
constexpr const char* kRun = ",\"entry\":\"run\"";
// A guest that calls a function over a mebibyte until it fails.
std::string filling(const std::string& import, const std::string& call) {
  return with_text("(import \"icn\" " + import + ")", "",
                   "(loop $l (i32.store (i32.const 0) (local.get $n))"
                   " (local.set $n (i32.add (local.get $n) (i32.const 1))) (drop " +
                       call + ") (br_if $l (i32.lt_u (local.get $n) (i32.const 64))))");
}

struct JobAttack {
  std::string name;
  std::function<void(Coop&)> begin;  // submits its jobs
  std::size_t runs;                  // jobs that run then, including their descendants: as many as the bound lets
};

void submit_chain(Coop& coop) {
  std::string wat = embedding::wat_of_constant(1);
  std::uint64_t budget = 0;
  for (int depth = 0; depth < 20; ++depth) {
    const std::string more = kRun + (depth == 0 ? "" : may_submit(budget));
    wat = submitting(embedding::job_json(embedding::stored_module(coop.context(), wat), 2, more), 1);
    budget += 2;
  }
  coop.submit(wat, 2, may_submit(budget));
}
void submit_tree(Coop& coop) {
  const ipld::Cid leaf = embedding::stored_module(coop.context(), embedding::wat_of_constant(1));
  const std::string branch = submitting(embedding::job_json(leaf, 1, kRun), 12);
  const std::string branch_json =
      embedding::job_json(embedding::stored_module(coop.context(), branch), 2, kRun + may_submit(12));
  coop.submit(submitting(branch_json, 12), 2, may_submit(12 * 14));
}
void submit_many(Coop& coop, const std::string& child_more) {
  const ipld::Cid leaf = embedding::stored_module(coop.context(), embedding::wat_of_constant(1));
  coop.submit(submitting(embedding::job_json(leaf, 1, child_more), 1'000), 2, may_submit(150));
}

std::vector<JobAttack> job_attacks() {
  const std::string outputs = ",\"limits\":{\"max_fuel\":1000000000,\"max_output_bytes\":4194304}";
  return {
      {"jobs_that_submit_each_other", submit_chain, 17},
      {"jobs_that_submit_many_that_submit_many", submit_tree, 1 + 12 + 144},
      {"as_many_children_as_the_budget_pays", [](Coop& coop) { submit_many(coop, kRun); }, 151},
      {"children_without_their_entry", [](Coop& coop) { submit_many(coop, ",\"entry\":\"_start\""); }, 1},
      {"children_that_cannot_be_paid",
       [](Coop& coop) { submit_many(coop, std::string(kRun) + ",\"limits\":{\"max_fuel\":1000000000}"); }, 1},
      {"blocks_until_there_is_no_room",
       [outputs](Coop& coop) {
         coop.submit(filling("\"host_dag_put_block\" (func $f (param i32 i32 i32) (result i64))",
                             "(call $f (i32.const 85) (i32.const 0) (i32.const 1048576))"),
                     2, outputs);
       },
       1},
      {"output_until_there_is_no_room",
       [outputs](Coop& coop) {
         coop.submit(filling("\"host_write_output\" (func $f (param i32 i32) (result i32))",
                             "(call $f (i32.const 0) (i32.const 1048576))"),
                     2, outputs);
       },
       1},
      {"log_until_there_is_no_room",
       [outputs](Coop& coop) {
         coop.submit(filling("\"host_log_message\" (func $f (param i32 i32 i32) (result i32))",
                             "(call $f (i32.const 2) (i32.const 0) (i32.const 1048576))"),
                     2, outputs);
       },
       1},
      {"a_long_list_of_waiting_jobs_that_read_it",
       [](Coop& coop) {
         for (int i = 0; i < 300; ++i)
           coop.submit(embedding::wat_of_constant(i % 3), 1, ",\"reads\":[\"jobs:pending\"]");
       },
       300},
  };
}

// Runs a job. Where no job that it submitted was accepted, what it left over has paid for looking at all of them.
Result<runtime::JobReport> run_counted(Coop& coop, const model::JobId& id) {
  constexpr std::uint64_t settled_alone = 1'000'000;  // a settlement without effects
  const auto run = ICN_TRY(runtime::start_job(coop.node(), id));
  while (run->poll() == ports::RunState::running) {
  }
  const std::uint64_t before = coop.steps();
  runtime::JobReport report = ICN_TRY(run->finish());
  if (!report.record.effects_told.empty() && report.record.budget_passed_on.umana == 0) {
    EXPECT_LE(coop.steps() - before, report.record.settling_fuel + settled_alone);
  }
  return report;
}

class EveryJobAttack : public ::testing::TestWithParam<JobAttack> {};

TEST_P(EveryJobAttack, PaysForWhatTheNodeDoesAndIsBounded) {
  Coop coop;
  const std::uint64_t blocks_before = coop.node().dag_store().statistics()->bytes;
  const std::uint64_t steps_before = coop.steps();
  GetParam().begin(coop);
  std::size_t runs = 0;
  std::uint64_t paid = 0;
  std::uint64_t results = 0;  // that the jobs may leave behind
  for (auto open = coop.node().jobs().open_jobs(); !open.empty(); open = coop.node().jobs().open_jobs()) {
    for (const jobs::JobRecord& job : open) {
      results += job.result_bytes;
      const auto report = run_counted(coop, job.id);
      ASSERT_TRUE(report) << report.error().detail;
      ASSERT_TRUE(report->record.receipt.has_value()) << report->record.message;
      paid += paid_by(report->record);
      ASSERT_LE(++runs, GetParam().runs);
      EXPECT_LE(report->record.story_bytes().size(), 300'000U);
      EXPECT_LE(report->output.size() + report->log.size(), job.result_bytes);
    }
  }
  EXPECT_EQ(runs, GetParam().runs) << "the attack does not reach its bound";
  EXPECT_LE(coop.steps() - steps_before, paid);
  EXPECT_LE(coop.node().dag_store().statistics()->bytes - blocks_before, results + runs * 64'000);
  const auto audit = runtime::audit_mana(coop.node());
  ASSERT_TRUE(audit) << audit.error().detail;
  EXPECT_EQ(audit->pending_open, 0U);
  EXPECT_EQ(audit->escrow.umana, 0U);
}

constexpr const char* kEndless = "(module (func (export \"run\") (result i64) (loop $l (br $l)) (i64.const 0)))";

// Starts the jobs of an attack one after another, and those that they submit; one at a time, as one lane does.
class Attacker {
 public:
  Attacker(Coop& coop, const JobAttack& attack) : coop_(coop), attack_(attack) {}
  // One slice, or one settlement.
  void advance() {
    if (run_ == nullptr) begin_next();
    if (run_ == nullptr || run_->poll() == ports::RunState::running) return;
    const auto report = run_->finish();
    EXPECT_TRUE(report) << report.error().detail;
    run_.reset();
  }

 private:
  void begin_next() {
    const auto waiting = [&] {
      return coop_.node().jobs().open_ids(
          1, [](const jobs::JobRecord& record) { return record.phase == jobs::JobPhase::submitted; });
    };
    std::vector<model::JobId> next = waiting();
    if (next.empty()) {
      attack_.begin(coop_);
      next = waiting();
    }
    ASSERT_FALSE(next.empty());
    auto started = runtime::start_job(coop_.node(), next.front());
    ASSERT_TRUE(started) << started.error().detail;
    run_ = *std::move(started);
  }

  Coop& coop_;
  const JobAttack& attack_;
  std::unique_ptr<runtime::JobRun> run_;
};

struct Shared {
  std::vector<std::uint64_t> slices;  // of each honest job
  std::uint64_t work = 0;             // of the node: slices and further steps
  bool stopped = false;               // whether an honest job ended
};

// Three honest jobs and all others on one thread, until the first honest one had `turns` slices.
Shared share(const JobAttack* attack, std::uint64_t turns) {
  constexpr std::size_t honest = 3;
  Coop coop;
  std::vector<std::unique_ptr<runtime::JobRun>> runs;
  for (std::size_t i = 0; i < (attack == nullptr ? 2 * honest : honest); ++i) {
    const model::JobId id = coop.submit(kEndless, 1'001, ",\"limits\":{\"max_fuel\":1000000000000}");
    auto started = runtime::start_job(coop.node(), id);
    EXPECT_TRUE(started) << started.error().detail;
    if (!started) return {};
    runs.push_back(*std::move(started));
  }
  Shared out;
  out.slices.assign(honest, 0);
  std::optional<Attacker> attacker;
  if (attack != nullptr) attacker.emplace(coop, *attack);
  const std::uint64_t before = coop.steps();
  while (out.slices[0] < turns) {
    for (std::size_t i = 0; i < runs.size(); ++i) {
      out.stopped = runs[i]->poll() == ports::RunState::finished || out.stopped;
      if (i < honest) ++out.slices[i];
      out.work += wasm::kSliceFuel;
    }
    if (attacker) {
      attacker->advance();
      out.work += wasm::kSliceFuel;
    }
  }
  out.work += coop.steps() - before;
  return out;
}

TEST_P(EveryJobAttack, LeavesThreeHonestJobsHalfOfTheirSlices) {
  constexpr std::uint64_t turns = 100;
  static const Shared among_honest = share(nullptr, turns);
  const Shared attacked = share(&GetParam(), turns);
  ASSERT_EQ(attacked.slices.size(), among_honest.slices.size());
  EXPECT_FALSE(attacked.stopped);
  for (std::size_t i = 0; i < attacked.slices.size(); ++i) {
    EXPECT_GE(2 * attacked.slices[i] * among_honest.work, among_honest.slices[i] * attacked.work)
        << attacked.slices[i] << " slices in " << attacked.work << " steps, among honest jobs "
        << among_honest.slices[i] << " in " << among_honest.work;
  }
}

std::string attack_name(const ::testing::TestParamInfo<JobAttack>& info) { return info.param.name; }
INSTANTIATE_TEST_SUITE_P(JobAttacks, EveryJobAttack, ::testing::ValuesIn(job_attacks()), attack_name);

// A member who keeps the node full: the stored bytes never exceed the quota, open jobs still end, and a collection
// frees space.
TEST(JobAttack, BlocksAndOutputsEndAtTheQuota) {
  constexpr std::uint64_t quota = 64 << 20;
  Coop coop(quota);
  const std::string wat = filling("\"host_dag_put_block\" (func $f (param i32 i32 i32) (result i64))",
                                  "(call $f (i32.const 85) (i32.const 0) (i32.const 1000000))");
  std::vector<model::JobId> jobs;
  Error refused;
  for (int i = 0; i < 100 && refused.detail.empty(); ++i) {
    const auto id = coop.try_submit(wat, 2, ",\"limits\":{\"max_fuel\":1000000000,\"max_output_bytes\":4000000}");
    if (id) {
      jobs.push_back(*id);
    } else {
      refused = id.error();
    }
  }
  EXPECT_EQ(refused.rule, "dag_quota");
  ASSERT_FALSE(jobs.empty());
  EXPECT_LE(jobs.size(), quota / 4'000'000);
  for (const model::JobId& id : jobs) {
    const auto report = runtime::execute_job(coop.node(), id);
    ASSERT_TRUE(report) << report.error().detail;
    EXPECT_TRUE(report->record.receipt.has_value()) << report->record.message;
  }
  EXPECT_LE(coop.node().dag_store().statistics()->bytes, quota);
}

}  // namespace
}  // namespace icn::attack
