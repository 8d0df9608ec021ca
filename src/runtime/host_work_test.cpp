// Work of a node for a job other than running it: what a job may depend on, and who pays for checking that.
#include "ipld/dag_cbor.hpp"
#include "ipld/unixfs.hpp"
#include "runtime/blocks.hpp"
#include "runtime/detail/files.hpp"
#include "runtime/testing/home_fixture.hpp"
#include "testing/fake_dag_store.hpp"

namespace icn::runtime {
namespace {

ipld::Block node_of(const std::vector<ipld::Cid>& links) {
  ipld::CborWriter out;
  out.array(links.size());
  for (const ipld::Cid& link : links) out.link(link);
  return ipld::Block::of(ipld::Codec::dag_cbor, out.take());
}
ipld::Block leaf_of(const std::string& text) { return ipld::Block::of(ipld::Codec::raw, bytes_of(text)); }

struct AsksFirst : ports::PolicyEnforcer {
  Result<void> may_submit(const model::Job&) const override {
    if (on_submit) on_submit();
    return {};
  }
  const ports::Descriptor& descriptor() const override { return kDescriptor; }
  static constexpr ports::Descriptor kDescriptor = ports::undeclared("policy_enforcer");
  std::function<void()> on_submit;
};

struct HostWork : HomeFixture {
  HostWork() {
    enforcer = std::make_shared<AsksFirst>();
    services.policy_enforcer = enforcer;
    found();
  }

  ipld::Cid put(const ipld::Block& block) {
    EXPECT_TRUE(node->dag_store().put({&block, 1}));
    return block.cid;
  }
  JobDraft small(const std::string& script, std::uint64_t fuel = 1'000'000) const {
    JobDraft from = draft(script);
    from.fuel = fuel;
    return from;
  }
  JobDraft reader_of(const ipld::Cid& root) const {
    JobDraft from = small("output x\n");
    from.reads.push_back({model::ReadKind::dag, root.to_text()});
    return from;
  }
  JobDraft parent(const std::string& script, std::uint64_t fuel = 1'000'000) const {
    JobDraft from = small(script, fuel);
    from.spend_max = 100;
    from.grants.add(model::Capability::submit);
    from.effects = model::EffectsMode::independent;
    return from;
  }
  PreparedJob child(const JobDraft& from) {
    PreparedJob prepared = prepare_job(*node, from).value();
    EXPECT_TRUE(node->dag_store().put(prepared.blocks));
    return prepared;
  }
  static std::string submit_line(const PreparedJob& prepared) { return "submit " + to_hex(prepared.body.bytes) + "\n"; }
  bool recorded(const ipld::Cid& root) const { return node->blocks().completeness().recorded(root).value(); }
  void collect() {
    GarbageOptions options;
    options.sweep.mode = dag::SweepMode::remove;
    ASSERT_TRUE(collect_garbage(*node, options));
  }

  std::shared_ptr<AsksFirst> enforcer;
};

TEST_F(HostWork, ADagWithAMissingBlockIsRefusedBeforeAnythingIsReserved) {
  const ipld::Cid root = put(node_of({put(leaf_of("here")), leaf_of("missing").cid}));
  const auto refused = submit_job(*node, request(reader_of(root)));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::missing_data);
  EXPECT_EQ(refused.error().rule, "dag_root");
  EXPECT_NE(refused.error().detail.find(leaf_of("missing").cid.to_text()), std::string::npos);
  // A job's job is refused too.
  const PreparedJob inner = child(reader_of(root));
  const JobReport outer = run(parent(submit_line(inner)));
  ASSERT_EQ(outer.record.effects_told.size(), 1U);
  EXPECT_NE(outer.record.effects_told.front().find("not complete here"), std::string::npos);
  EXPECT_FALSE(node->jobs().find(inner.id()).value());
  expect_all_settled();
}

TEST_F(HostWork, ACompleteDagIsRecordedWithThePinAndForgottenByTheCollectionThatSweepsIt) {
  const ipld::Cid root = put(node_of({put(leaf_of("a")), put(node_of({}))}));
  const JobReport report = run(reader_of(root));
  EXPECT_EQ(report.record.phase, jobs::JobPhase::completed);
  EXPECT_TRUE(recorded(root));
  const ipld::Cid other = put(node_of({root}));
  const PreparedJob inner = child(reader_of(other));
  ASSERT_TRUE(run(parent(submit_line(inner))).record.effects_told.empty());
  EXPECT_TRUE(recorded(other));
  ASSERT_TRUE(execute_job(*node, inner.id()));
  collect();
  EXPECT_TRUE(recorded(root)) << "the pins of the jobs hold it";
  clock->now_ms += node->retention_ms() + 1;
  collect();
  EXPECT_FALSE(node->dag_store().has(root).value());
  EXPECT_FALSE(recorded(root));
}

TEST_F(HostWork, ALargeDagIsLookedAtOnceWhenItIsPinnedAndNotByEveryJob) {
  std::vector<ipld::Cid> leaves;
  for (int i = 0; i < 5'000; ++i) leaves.push_back(put(leaf_of(std::to_string(i))));
  const ipld::Cid root = put(node_of(leaves));
  const auto refused = submit_job(*node, request(reader_of(root)));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().rule, "dag_root_size");
  ASSERT_TRUE(pin_block(*node, member->did(), root, dag::PinMode::recursive, {}));
  EXPECT_EQ(run(reader_of(root)).record.phase, jobs::JobPhase::completed);
}

TEST_F(HostWork, AFileOfManyTinySharedLeavesIsRefused) {
  std::vector<ipld::Block> blocks;
  ipld::FileBuilder builder(
      [&](ipld::Block block) -> Result<void> {
        blocks.push_back(std::move(block));
        return {};
      },
      {1, 1024});
  ASSERT_TRUE(builder.write(Bytes(64 * 1024)));
  PreparedJob prepared = prepare_job(*node, small("copy\n")).value();
  prepared.job.inputs = {builder.finish().value()};
  prepared.body = prepared.job.to_block();
  prepared.blocks.insert(prepared.blocks.end(), blocks.begin(), blocks.end());
  const auto refused = submit_job(*node, signed_request(prepared));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().rule, "max_file_reads");
}

TEST_F(HostWork, ABlockIsPaidBeforeItIsRead) {
  testing::FakeDagStore store;
  const ipld::Block block = ipld::Block::of(ipld::Codec::raw, Bytes(10'000, 'x'));
  ASSERT_TRUE(store.put(std::span(&block, 1)));
  const std::uint64_t whole = model::fuel_of(model::HostWork::read_block, block.bytes.size());
  detail::WorkBudget little(whole - 1);
  EXPECT_EQ(detail::BlockSource(store, {}, &little).get(block.cid).error().rule, "max_fuel");
  EXPECT_EQ(store.gets(), 0U);
  detail::WorkBudget enough(whole);
  EXPECT_TRUE(detail::BlockSource(store, {}, &enough).get(block.cid));
  EXPECT_EQ(enough.used(), whole);
}

TEST_F(HostWork, TheWorkOnEffectsIsPaidWithTheFuelThatTheRunLeftOverAlsoWhenTheyAreRefused) {
  const PreparedJob inner = child(small("output x\n"));
  const JobReport one = run(parent(submit_line(inner)));
  ASSERT_TRUE(one.record.effects_told.empty()) << one.record.effects_told.front();
  EXPECT_GT(one.record.settling_fuel, 0U);
  // Each is a duplicate, so each is refused at the end; the ones without fuel left are not checked.
  const JobReport many = run(parent("repeat 100\n" + submit_line(inner)));
  EXPECT_EQ(many.record.effects_told.size(), jobs::kEffectsToldMax);
  EXPECT_NE(many.record.effects_told.front().find("does not pay"), std::string::npos)
      << many.record.effects_told.front();
  EXPECT_EQ(many.record.fuel_used + many.record.settling_fuel, many.record.fuel_limit);
  EXPECT_EQ(many.record.pay.umana, many.record.bid.umana - 159 * 100) << "all but the pages that it never had";
  EXPECT_TRUE(verify_receipt(*node, *many.record.receipt));
  ASSERT_TRUE(execute_job(*node, inner.id()));
  expect_all_settled();
}

TEST_F(HostWork, ACancelledJobAppliesNoFurtherEffects) {
  std::string script;
  std::vector<PreparedJob> inner;
  for (int i = 0; i < 4; ++i) {
    inner.push_back(child(small("output x\n")));
    script += submit_line(inner.back());
  }
  const model::JobId id = submit(parent(script)).id;
  const std::unique_ptr<JobRun> running = start_job(*node, id).value();
  while (running->poll() == ports::RunState::running) continue;
  int asked = 0;
  enforcer->on_submit = [&] {
    if (++asked == 2) running->stop(ports::StopReason::cancelled);
  };
  const JobReport report = running->finish().value();
  EXPECT_EQ(report.record.phase, jobs::JobPhase::completed);
  EXPECT_EQ(report.record.effects_told.size(), 3U);
  EXPECT_TRUE(node->jobs().find(inner[0].id()).value());
  EXPECT_FALSE(node->jobs().find(inner[1].id()).value());
}

TEST_F(HostWork, AShutdownBeforeTheSettlementLeavesTheJobToRunAgain) {
  const PreparedJob inner = child(small("output x\n"));
  const model::JobId id = submit(parent(submit_line(inner))).id;
  {
    const std::unique_ptr<JobRun> running = start_job(*node, id).value();
    while (running->poll() == ports::RunState::running) continue;
    enforcer->on_submit = [&] { running->stop(ports::StopReason::shutdown); };
    const JobReport report = running->finish().value();
    EXPECT_EQ(report.record.phase, jobs::JobPhase::submitted);
    EXPECT_EQ(report.record.attempts, 0U);
  }
  enforcer->on_submit = {};
  EXPECT_TRUE(execute_job(*node, id)->record.effects_told.empty());
  EXPECT_TRUE(node->jobs().find(inner.id()).value());
}

TEST_F(HostWork, TheTimeOfTheRunBoundsTheWorkOnItsEffects) {
  const PreparedJob inner = child(small("output x\n"));
  const model::JobId id = submit(parent(submit_line(inner) + submit_line(inner))).id;
  const std::unique_ptr<JobRun> running = start_job(*node, id).value();
  while (running->poll() == ports::RunState::running) continue;
  enforcer->on_submit = [&] { clock->now_ms += 31'000; };
  const JobReport report = running->finish().value();
  EXPECT_EQ(report.record.effects_told.size(), 2U);
  EXPECT_NE(report.record.effects_told.front().find("time of the run"), std::string::npos);
  EXPECT_FALSE(node->jobs().find(inner.id()).value());
}

}  // namespace
}  // namespace icn::runtime
