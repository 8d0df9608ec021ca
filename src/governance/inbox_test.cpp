// A node that receives the log in any order, again, or with forged entries, reaches the clerk's state or keeps its own;
// and two entries of the clerk for a position are a proof that anyone can verify.
#include "governance/inbox.hpp"

#include <gtest/gtest.h>

#include <random>

#include "governance/testing/assembly.hpp"

namespace icn::governance {
namespace {

using model::VoteChoice;
using testing::Assembly;
using testing::scope_of;

struct Replica {
  explicit Replica(const model::Scope& genesis) : governance(genesis), inbox(governance, store) {}
  Governance governance;
  ::icn::testing::FakeStateStore store;
  Inbox inbox;

  Result<Inbox::Received> receive(const model::LogRecord& record) {
    ports::Batch batch;
    auto received = inbox.receive(record, batch);
    store.commit_one(batch);
    return received;
  }
};

// A log in which the clerk changes: 3 members, delegations, an admission, a hand-over, votes by the new clerk.
std::unique_ptr<Assembly> lively_scope() {
  auto scope = std::make_unique<Assembly>(scope_of({"alice", "bob", "carol"}));
  const auto accept = [&](model::Action action) {
    const ipld::Cid proposal = *scope->opened("alice", std::move(action));
    EXPECT_TRUE(scope->vote(proposal, "alice", VoteChoice::yes));
    EXPECT_TRUE(scope->vote(proposal, "bob", VoteChoice::yes));
    EXPECT_TRUE(scope->step(Step::close, proposal));
    EXPECT_TRUE(scope->step(Step::execute, proposal));
  };
  EXPECT_TRUE(scope->delegate("carol", "bob"));
  accept(model::AdmitAction{scope->did("dave"), scope->did("clerk"), std::nullopt});
  accept(model::ClerkAction{scope->did("dora")});
  scope->clerk = "dora";
  EXPECT_TRUE(scope->delegate("dave", "alice"));
  accept(model::SetAction{{{"fuel_per_mana", "7"}}});
  return scope;
}

TEST(Inbox, AnyOrderOfArrivalReachesTheSameHash) {
  const auto scope = lively_scope();
  std::mt19937_64 random(14);
  for (int round = 0; round < 30; ++round) {
    std::vector<model::LogRecord> records = scope->log();
    records.insert(records.end(), scope->log().begin(), scope->log().begin() + 5);  // some arrive twice
    std::shuffle(records.begin(), records.end(), random);
    Replica replica(scope->genesis());
    for (const model::LogRecord& record : records) {
      const auto received = replica.receive(record);
      ASSERT_TRUE(received) << received.error().detail;
      EXPECT_FALSE(received->fork);
    }
    EXPECT_EQ(replica.inbox.waiting(), 0U);
    ASSERT_EQ(replica.governance.state_hash(), scope->governance().state_hash());
    EXPECT_EQ(Governance::open(replica.store, scope->genesis()).value()->state_hash(),
              scope->governance().state_hash());
  }
}

TEST(Inbox, AForkedLogIsProvedByTwoEntries) {
  const auto scope = lively_scope();
  // The clerk shows one node another eighth entry.
  model::LogRecord other = scope->log()[7];
  scope->clerk = "clerk";
  other.entry.time.value += 1;
  other = scope->record(other.entry, other.admitted);
  for (const std::size_t known : {7U, 20U}) {  // it waits, or it is in the log
    Replica replica(scope->genesis());
    std::optional<model::ForkProof> proof;
    for (std::size_t i = 0; i < known; ++i) ASSERT_TRUE(replica.receive(scope->log()[i]));
    const ipld::Digest before = replica.governance.state_hash();
    if (known == 7) {
      ASSERT_TRUE(replica.receive(scope->log()[7]));
    }
    const auto received = replica.receive(other);
    ASSERT_TRUE(received) << received.error().detail;
    ASSERT_TRUE(received->fork);
    if (known != 7) {
      EXPECT_EQ(replica.governance.state_hash(), before);
    }
    proof = received->fork;
    // Anyone verifies it, without a log.
    const auto read = model::ForkProof::from_bytes(proof->to_block().bytes);
    ASSERT_TRUE(read);
    EXPECT_EQ(*read, *proof);
    EXPECT_TRUE(read->verify({}));
    EXPECT_EQ(read->first.envelope.clerk, scope->did("clerk"));
  }
}

// The signed entry is the acknowledgement of a vote: if the clerk leaves the vote out, it has signed another entry for
// the position, and both together prove it.
TEST(Inbox, AVoteThatWasAcknowledgedAndLeftOutIsProved) {
  Assembly scope(scope_of({"alice", "bob"}));
  const ipld::Cid proposal = *scope.opened("alice", model::ResolutionAction{});
  const model::Vote vote{scope.scope_id(), proposal, scope.did("bob"), VoteChoice::no, 1};
  const model::SignedStatement envelope = scope.sign(vote, "bob");
  const auto entry = scope.governance().draft(envelope, vote, scope.now);
  const model::LogRecord acknowledgement = scope.record(*entry, model::LogRecord::Admitted{envelope, vote});
  ASSERT_TRUE(scope.vote(proposal, "alice", VoteChoice::yes));  // published instead
  const model::LogRecord& published = scope.log().back();
  const auto proof =
      model::ForkProof::of({acknowledgement.envelope, acknowledgement.entry}, {published.envelope, published.entry});
  ASSERT_TRUE(proof);
  EXPECT_TRUE(proof->verify({}));
}

TEST(Inbox, WhatProvesNothingIsNoProof) {
  const auto scope = lively_scope();
  const auto side = [&](std::size_t at) {
    return model::ForkProof::Side{scope->log()[at].envelope, scope->log()[at].entry};
  };
  EXPECT_FALSE(model::ForkProof::of(side(3), side(3)));
  EXPECT_FALSE(model::ForkProof::of(side(3), side(4)));
  scope->clerk = "clerk";
  model::ScopeEntry changed = scope->log()[3].entry;
  changed.time.value += 1;
  const model::LogRecord other = scope->record(changed);
  auto proof = *model::ForkProof::of(side(3), {other.envelope, other.entry});
  EXPECT_TRUE(proof.verify({}));
  proof.second.envelope.signature[0] ^= 1;
  EXPECT_EQ(proof.verify({}).error().code, ErrorCode::invalid_signature);
  proof.second = proof.first;
  EXPECT_EQ(proof.verify({}).error().rule, "fork_proof");
  EXPECT_FALSE(model::ForkProof::from_bytes(proof.to_block().bytes));
}

TEST(Inbox, ForgedEntriesWaitForNothingAndDisplaceNone) {
  const auto scope = lively_scope();
  Replica replica(scope->genesis());
  // A stranger fills the inbox with entries far ahead, properly signed by its own key.
  scope->clerk = "mallory";
  model::ScopeEntry entry = scope->log()[0].entry;
  entry.result = model::ExecutedResult{};
  for (std::size_t i = 0; i < Inbox::kWaitingMax; ++i) {
    entry.position = 2 + i;
    ASSERT_TRUE(replica.receive(scope->record(entry)));
  }
  entry.position = 1'000'000;
  EXPECT_EQ(replica.receive(scope->record(entry)).error().rule, "max_waiting_entries");
  EXPECT_EQ(replica.inbox.waiting(), Inbox::kWaitingMax);
  model::LogRecord unsigned_entry = scope->record(entry);
  unsigned_entry.envelope.signature[0] ^= 1;
  EXPECT_EQ(replica.receive(unsigned_entry).error().code, ErrorCode::invalid_signature);
  // The clerk's log passes through it.
  for (auto record = scope->log().rbegin(); record != scope->log().rend(); ++record)
    static_cast<void>(replica.receive(*record));
  for (const model::LogRecord& record : scope->log()) static_cast<void>(replica.receive(record));
  EXPECT_EQ(replica.governance.state_hash(), scope->governance().state_hash());
}

}  // namespace
}  // namespace icn::governance
