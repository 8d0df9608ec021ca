// Messages to other nodes: what is sent, in which order and how often, and what an interrupted node leaves.
#include "runtime/outbox.hpp"

#include "model/keys.hpp"
#include "runtime/testing/home_fixture.hpp"
#include "runtime/testing/watched_store.hpp"
#include "testing/services.hpp"

namespace icn::runtime {
namespace {

using Told = std::vector<std::string>;

// Records messages in order, or refuses them.
class RecordingMesh : public testing::StubMeshNetworkService {
 public:
  Result<void> announce_job(const model::JobId& id, const model::Job&) override { return note("job " + id.to_text()); }
  Result<void> announce_completion(const model::SignedReceipt& receipt) override {
    return note("completion " + receipt.to_block().cid.to_text());
  }
  Result<void> announce_vote(ByteView vote) override { return note("vote " + std::string(text_of(vote))); }
  Told told;
  std::size_t refused = 0;
  bool refuses = false;

 private:
  Result<void> note(std::string what) {
    if (refuses) {
      ++refused;
      return fail(ErrorCode::infrastructure, "no peer is connected");
    }
    told.push_back(std::move(what));
    return {};
  }
};

std::size_t outbox_rows(const ports::StateReader& state) {
  std::size_t rows = 0;
  EXPECT_TRUE(state.scan(model::key_of(model::keys::kOutbox), model::end_of(model::keys::kOutbox),
                         [&](ByteView, ByteView) { return ++rows != 0; }));
  return rows;
}

struct Outboxes : HomeFixture {
  Outboxes() {
    services.state_store = state;
    services.mesh_network = mesh;
  }
  static std::string job(const jobs::JobRecord& record) { return "job " + record.id.to_text(); }
  static std::string completion(const jobs::JobRecord& record) { return "completion " + record.receipt->to_text(); }
  jobs::JobRecord run_numbered(int number) { return run(draft("output " + std::to_string(number) + "\n")).record; }
  std::shared_ptr<WatchedStore> state = std::make_shared<WatchedStore>();
  std::shared_ptr<RecordingMesh> mesh = std::make_shared<RecordingMesh>();
};

TEST_F(Outboxes, EachMessageIsSentOnceInOrderAndRemovedByALaterBatch) {
  found();
  Told expected;
  for (int number = 0; number < 3; ++number) {
    const jobs::JobRecord record = run_numbered(number);
    expected.push_back(job(record));
    expected.push_back(completion(record));
    EXPECT_EQ(mesh->told, expected);
    EXPECT_EQ(outbox_rows(*state), 1U) << "the completion, sent and not removed yet";
  }
  submit(draft("output last\n"));
  EXPECT_EQ(outbox_rows(*state), 1U) << "the last job, and no completion";
}

// The process ends after the batch is durable and before a message is sent.
TEST_F(Outboxes, AMessageOfANodeThatEndedBeforeSendingIsSentAtItsNextOpening) {
  bool ends = false;
  settings.commit_observer = [&](CommitStep step) {
    if (ends && step == CommitStep::committed) mesh->refuses = true;  // no message is sent from here on
  };
  found();
  ends = true;
  const jobs::JobRecord waiting = submit(draft("output x\n")).record;
  ASSERT_TRUE(mesh->told.empty());
  node.reset();
  ASSERT_EQ(outbox_rows(*state), 1U);
  ends = mesh->refuses = false;
  node = NodeState::open(services, settings).value();
  EXPECT_EQ(mesh->told, (Told{job(waiting)}));
  const JobReport report = execute_job(*node, waiting.id).value();
  EXPECT_EQ(mesh->told, (Told{job(waiting), completion(report.record)}));
  reopen();
  EXPECT_EQ(mesh->told.size(), 3U) << "the completion again: sent, and still in the store";
  EXPECT_EQ(mesh->told.back(), completion(report.record));
}

TEST_F(Outboxes, ABatchThatIsLostTakesItsMessagesWithIt) {
  settings.on_fatal = [](const Error&) {};
  found();
  const SubmitRequest made = request(draft("output x\n"));
  state->fails = true;
  EXPECT_EQ(submit_job(*node, made).error().code, ErrorCode::storage);
  state->fails = false;
  reopen();
  EXPECT_TRUE(mesh->told.empty());
  EXPECT_EQ(outbox_rows(*state), 0U);
}

TEST_F(Outboxes, WhatTheNetworkRefusesIsKeptAndSentFirstWhenItListensAgain) {
  found();
  mesh->refuses = true;
  const jobs::JobRecord first = run_numbered(1);
  const jobs::JobRecord second = run_numbered(2);
  EXPECT_TRUE(mesh->told.empty());
  EXPECT_EQ(mesh->refused, 4U) << "one attempt a commit";
  EXPECT_EQ(outbox_rows(*state), 4U);
  mesh->refuses = false;
  ASSERT_TRUE(sweep_jobs(*node));
  EXPECT_EQ(mesh->told, (Told{job(first), completion(first), job(second), completion(second)}));
  run_numbered(3);
  EXPECT_EQ(mesh->told.size(), 6U);
  EXPECT_EQ(outbox_rows(*state), 1U);
}

TEST_F(Outboxes, AJobThatAJobSubmitsIsAnnouncedToo) {
  found();
  const PreparedJob inner = prepare_job(*node, draft("output inner\n")).value();
  ASSERT_TRUE(node->dag_store().put(inner.blocks));
  JobDraft from = draft("submit " + to_hex(inner.body.bytes) + "\n");
  from.spend_max = 10;
  from.grants.add(model::Capability::submit);
  const jobs::JobRecord outer = run(from).record;
  ASSERT_TRUE(outer.effects_told.empty()) << outer.effects_told.front();
  EXPECT_EQ(mesh->told, (Told{job(outer), completion(outer), "job " + inner.id().to_text()}));
}

TEST_F(Outboxes, ANodeOnItsOwnKeepsNoMessagesAndLeavesThoseOfAnEarlierNetwork) {
  mesh->refuses = true;
  found();
  const jobs::JobRecord before = run_numbered(1);
  node.reset();
  services.mesh_network = backends::mesh_network::open("standalone").value();
  state->before_writes = [](std::span<const ports::Batch> batches) {
    for (const ports::Batch& batch : batches) {
      for (const auto& write : batch.writes()) EXPECT_FALSE(text_of(write.key).starts_with(model::keys::kOutbox));
    }
  };
  node = NodeState::open(services, settings).value();
  run_numbered(2);
  EXPECT_EQ(outbox_rows(*state), 2U);
  node.reset();
  state->before_writes = {};
  services.mesh_network = mesh;
  mesh->refuses = false;
  node = NodeState::open(services, settings).value();
  EXPECT_EQ(mesh->told, (Told{job(before), completion(before)}));
}

TEST_F(Outboxes, AFullOneRefusesNewWorkAndEndsWhatHasBegun) {
  found();
  mesh->refuses = true;
  const model::JobId begun = submit(draft("output begun\n")).id;
  const ipld::Block vote = ipld::Block::of(ipld::Codec::raw, bytes_of("yes"));
  ASSERT_TRUE(node->dag_store().put(std::span(&vote, 1)));
  const auto fill = [&](Staging& staging) -> Result<void> {
    for (std::size_t i = 1; i < Outbox::kWaitingMax; ++i) staging.announce(model::MessageKind::vote, vote.cid);
    return {};
  };
  ASSERT_TRUE(node->committer().commit(fill));
  const SubmitRequest more = request(draft("output more\n"));
  const auto refused = submit_job(*node, more);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::busy);
  EXPECT_EQ(refused.error().rule, "outbox");
  EXPECT_EQ(execute_job(*node, begun)->record.phase, jobs::JobPhase::completed);
  expect_all_settled();
  mesh->refuses = false;
  ASSERT_TRUE(node->committer().wait_for_staged());
  EXPECT_EQ(mesh->told.size(), Outbox::kWaitingMax + 1);
  EXPECT_TRUE(submit_job(*node, more));
}

TEST_F(Outboxes, AMessageWhoseBlockIsGoneDoesNotHoldUpTheOthers) {
  found();
  mesh->refuses = true;
  const auto lost = [](Staging& staging) -> Result<void> {
    staging.announce(model::MessageKind::vote, ipld::Cid::of(ipld::Codec::raw, view_of("never stored")));
    return {};
  };
  ASSERT_TRUE(node->committer().commit(lost));
  mesh->refuses = false;
  const jobs::JobRecord record = run_numbered(1);
  EXPECT_EQ(mesh->told, (Told{job(record), completion(record)}));
}

TEST_F(Outboxes, ADamagedRowIsReportedAsSuch) {
  found();
  node.reset();
  const auto opened_with = [&](Bytes key, Bytes value) {
    ports::Batch batch;
    batch.put(key, std::move(value));
    EXPECT_TRUE(state->commit({&batch, 1}));
    const auto opened = NodeState::open(services, settings);
    EXPECT_EQ(Outbox::check(*state).error().code, opened.error().code);
    ports::Batch mended;
    mended.erase(std::move(key));
    EXPECT_TRUE(state->commit({&mended, 1}));
    return opened.error().code;
  };
  EXPECT_EQ(opened_with(model::key_of(model::keys::kOutbox, 7), {0x01}), ErrorCode::corrupted);
  const model::Message message{model::MessageKind::job, ipld::Cid::of(ipld::Codec::raw, view_of("x"))};
  EXPECT_EQ(opened_with(model::key_of(model::keys::kOutbox), message.to_block().bytes), ErrorCode::corrupted);
  EXPECT_TRUE(NodeState::open(services, settings));
}

}  // namespace
}  // namespace icn::runtime
