// Goal: a proof convinces exactly if every part of it is as the member, the home and the executor signed it.
#include "model/job_proof.hpp"

#include <gtest/gtest.h>

#include <functional>

#include "model/effect.hpp"
#include "model/job.hpp"
#include "model/receipt.hpp"
#include "model/scope_log.hpp"

namespace icn::model {
namespace {

KeyPair key_of(std::uint8_t number) {
  Seed seed{};
  seed[0] = number;
  return KeyPair::from_seed(seed);
}

// What a job's proof is made from; each part may be changed before it is signed.
struct Story {
  KeyPair member = key_of(1), home = key_of(2), executor = key_of(3);
  Vote vote;
  Job job;
  Effects effects;
  Outcome outcome;
  std::optional<Job> parent;

  Story() {
    job.module = ipld::Cid::of(ipld::Codec::raw, view_of("module"));
    job.scope = ipld::Cid::of(ipld::Codec::raw, view_of("scope"));
    job.submitter = member.did();
    job.grants.add(Capability::govern);
    job.cost_mana = 5;
    vote = {job.scope, ipld::Cid::of(ipld::Codec::raw, view_of("proposal")), member.did(), VoteChoice::yes, 7};
    effects.list = {{4, StatementEffect{StatementKind::vote, vote.to_block().cid}}};
  }
  Job parent_of() const {
    Job above = job;
    above.module = ipld::Cid::of(ipld::Codec::raw, view_of("another module"));
    above.grants.add(Capability::submit);
    return above;
  }
  // The six blocks of a job that ended.
  std::vector<ipld::Block> ended(const Job& of, const Effects& made) const {
    const ipld::Block body = of.to_block();
    Order order;
    order.job = JobId{body.cid};
    order.home = home.did();
    order.incarnation = 1;
    const ipld::Cid table = ipld::Cid::of(ipld::Codec::dag_cbor, view_of("table"));
    order.profile = order.costs = order.abi = order.observations = table;
    const ipld::Block order_block = order.to_block();
    const ipld::Block list = made.to_block();
    Receipt receipt;
    receipt.job = order.job;
    receipt.order = order_block.cid;
    receipt.transcript = table;
    receipt.effects = list.cid;
    receipt.outcome = outcome;
    if (output_rule(outcome.kind) == OutputRule::always)
      receipt.output = ipld::Cid::of(ipld::Codec::raw, view_of("output"));
    const ipld::Block receipt_block = receipt.to_block();
    const SignedReceipt signed_receipt{receipt_block.cid, executor.did(),
                                       executor.sign(SignatureTag::receipt, receipt_block.cid)};
    const SignedOrder signed_order{order_block.cid, home.did(), home.sign(SignatureTag::order, order_block.cid)};
    return {signed_receipt.to_block(), receipt_block, list, signed_order.to_block(), order_block, body};
  }
  ipld::Block signature(const Job& of) const {
    const ipld::Cid id = of.to_block().cid;
    return SignedJob{JobId{id}, member.sign(SignatureTag::job, id)}.to_block();
  }
  std::vector<ipld::Block> proof() const {
    std::vector<ipld::Block> blocks = ended(job, effects);
    if (parent) {
      Effects submits;
      submits.list = {{1, SubmitJobEffect{job.to_block().cid}}};
      for (ipld::Block& block : ended(*parent, submits)) blocks.push_back(std::move(block));
    }
    blocks.push_back(signature(parent ? *parent : job));
    return blocks;
  }
  SignedStatement envelope(const std::vector<ipld::Block>& blocks) const {
    SignedStatement made;
    made.kind = StatementKind::vote;
    made.body = vote.to_block().cid;
    made.job = MadeByJob{4, Receipt::from_bytes(blocks[1].bytes)->order, blocks[0].cid};
    return made;
  }
  Result<Did> verified() const {
    const std::vector<ipld::Block> blocks = proof();
    return verify(envelope(blocks), vote, blocks, {});
  }
};

TEST(JobProofs, HoldForAJobThatTheMemberSigned) { EXPECT_EQ(Story().verified().value(), key_of(2).did()); }

TEST(JobProofs, HoldForAJobThatSuchAJobSubmitted) {
  Story story;
  story.parent = story.parent_of();
  EXPECT_TRUE(story.verified());
  story.parent->grants = {};
  story.parent->grants.add(Capability::govern);
  EXPECT_EQ(story.verified().error().rule, "job_proof") << "without the grant to submit";
  story.parent = story.parent_of();
  story.parent->submitter = key_of(9).did();
  EXPECT_EQ(story.verified().error().rule, "job_proof") << "of another member";
}

TEST(JobProofs, FailWithoutTheGrantTheEffectOrTheAuthor) {
  const auto refused = [](const std::function<void(Story&)>& change) {
    Story story;
    change(story);
    const auto verified = story.verified();
    return !verified && verified.error().code == ErrorCode::invalid_signature && verified.error().rule == "job_proof";
  };
  EXPECT_FALSE(refused([](Story&) {}));
  EXPECT_TRUE(refused([](Story& story) { story.job.grants = {}; }));
  EXPECT_TRUE(refused([](Story& story) { story.job.scope = ipld::Cid::of(ipld::Codec::raw, view_of("other")); }));
  EXPECT_TRUE(refused([](Story& story) { story.job.submitter = key_of(9).did(); }));
  EXPECT_TRUE(refused([](Story& story) { story.effects.list.clear(); }));
  EXPECT_TRUE(refused([](Story& story) { story.effects.list[0].call_index = 5; }));
  EXPECT_TRUE(refused([](Story& story) { story.vote.choice = VoteChoice::no; }));
  EXPECT_TRUE(refused([](Story& story) { story.outcome = {OutcomeKind::nonzero_exit, 1}; }));
}

TEST(JobProofs, FailWithAnyBlockMissingChangedOrTooMany) {
  const Story story;
  const std::vector<ipld::Block> blocks = story.proof();
  const SignedStatement envelope = story.envelope(blocks);
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    std::vector<ipld::Block> missing = blocks;
    missing.erase(missing.begin() + static_cast<std::ptrdiff_t>(i));
    EXPECT_FALSE(verify(envelope, story.vote, missing, {})) << i;
    for (std::size_t byte = 0; byte < blocks[i].bytes.size(); byte += 7) {
      std::vector<ipld::Block> changed = blocks;
      Bytes bytes = blocks[i].bytes;
      bytes[byte] ^= 1;
      changed[i] = ipld::Block::of(ipld::Codec::dag_cbor, std::move(bytes));
      EXPECT_FALSE(verify(envelope, story.vote, changed, {})) << i << " at " << byte;
    }
  }
  std::vector<ipld::Block> more = blocks;
  more.push_back(blocks.back());
  EXPECT_FALSE(verify(envelope, story.vote, more, {}));
  SignedStatement other = envelope;
  other.job->order = other.body;
  EXPECT_FALSE(verify(other, story.vote, blocks, {}));
}

TEST(JobProofs, AreKeptInTheLogRecordAndOnlyThere) {
  const Story story;
  const std::vector<ipld::Block> blocks = story.proof();
  LogRecord record;
  record.admitted = LogRecord::Admitted{story.envelope(blocks), story.vote, blocks};
  record.entry.scope = record.entry.previous = story.job.scope;
  record.entry.result = AdmittedResult{StatementKind::vote, record.admitted->envelope.to_block().cid};
  record.envelope.entry = record.entry.to_block().cid;
  record.envelope.clerk = story.home.did();
  record.envelope.signature = story.home.sign(SignatureTag::scope_entry, record.envelope.entry);
  EXPECT_EQ(record.blocks().size(), 4U);
  const LogRecord read = LogRecord::from_bytes(record.to_bytes()).value();
  EXPECT_EQ(read, record);
  EXPECT_TRUE(read.verify_signatures({}));
  LogRecord bare = record;
  bare.admitted->proof.clear();
  EXPECT_FALSE(LogRecord::from_bytes(bare.to_bytes()));
  bare.admitted->envelope.job.reset();
  EXPECT_FALSE(LogRecord::from_bytes(bare.to_bytes())) << "the entry names the statement of the job";
  LogRecord large = record;
  large.admitted->proof.push_back(ipld::Block::of(ipld::Codec::dag_cbor, Bytes(kJobProofBytesMax)));
  EXPECT_FALSE(LogRecord::from_bytes(large.to_bytes()));
}

}  // namespace
}  // namespace icn::model
