// Receipts: what verification and replay accept and what they refuse.
#include "model/dag_block.hpp"
#include "runtime/replay.hpp"
#include "runtime/testing/home_fixture.hpp"

namespace icn::runtime {
namespace {

struct Receipts : HomeFixture {
  Receipts() { found(); }
  ReplayReport replay(const ipld::Cid& receipt) {
    return replay_receipt(node->dag_store(), *executor, *clock, receipt).value();
  }

  // A copy of the store without some blocks.
  std::unique_ptr<ports::DagStore> without(const std::vector<ipld::Cid>& left_out) {
    std::unique_ptr<ports::DagStore> copy = backends::dag_store::open("memory").value();
    std::vector<ipld::Cid> all;
    EXPECT_TRUE(node->dag_store().for_each(std::nullopt, [&](const ipld::Cid& cid, std::uint64_t) {
      all.push_back(cid);
      return true;
    }));
    for (const ipld::Cid& cid : all) {
      if (std::find(left_out.begin(), left_out.end(), cid) != left_out.end()) continue;
      const ipld::Block block = node->dag_store().get(cid).value();
      EXPECT_TRUE(copy->put(std::span(&block, 1)));
    }
    return copy;
  }
};

TEST_F(Receipts, ASettledReceiptVerifiesWithEveryCheckTold) {
  const JobReport report = run(draft("fuel 10\noutput x\n"));
  const VerifiedReceipt verified = verify_receipt(*node, *report.record.receipt).value();
  EXPECT_EQ(verified.receipt.fuel, 10U);
  EXPECT_EQ(verified.anchor, report.record.anchor);
  EXPECT_EQ(verified.held.size(), 7U);
}

TEST_F(Receipts, AReceiptUnderAForgedSignatureDoesNotVerify) {
  const JobReport report = run(draft("output x\n"));
  const ipld::Block block = node->dag_store().get(*report.record.receipt).value();
  model::SignedReceipt forged = model::SignedReceipt::from_bytes(block.bytes).value();
  forged.signature[3] ^= 0x20;
  const ipld::Block forged_block = forged.to_block();
  ASSERT_TRUE(node->dag_store().put(std::span(&forged_block, 1)));
  EXPECT_EQ(verify_receipt(*node, forged_block.cid).error().code, ErrorCode::invalid_signature);
  EXPECT_EQ(anchor_receipt(*node, forged).error().code, ErrorCode::invalid_signature);
}

TEST_F(Receipts, AReceiptThatNobodyAnchoredDoesNotVerify) {
  const JobReport report = run(draft("output x\n"));
  const ipld::Block block = node->dag_store().get(*report.record.receipt).value();
  model::SignedReceipt other = model::SignedReceipt::from_bytes(block.bytes).value();
  const auto stranger = signer_of(42);
  other.executor = stranger->did();
  other.signature = stranger->sign(model::SignatureTag::receipt, other.receipt).value();
  const ipld::Block other_block = other.to_block();
  ASSERT_TRUE(node->dag_store().put(std::span(&other_block, 1)));
  EXPECT_EQ(verify_receipt(*node, other_block.cid).error().code, ErrorCode::not_found);
  EXPECT_EQ(anchor_receipt(*node, other).error().code, ErrorCode::permission_denied);
}

TEST_F(Receipts, AnAnchorVerifiesOnANodeThatKnowsOnlyTheBlocks) {
  const JobReport report = run(draft("fuel 10\noutput x\n"));
  const std::shared_ptr<ports::DagStore> blocks = without({});
  services.dag_store = blocks;
  services.state_store = backends::state_store::open("memory").value();
  services.signer = signer_of(77);
  found();
  EXPECT_EQ(verify_receipt(*node, *report.record.receipt).error().code, ErrorCode::not_found);
  const auto verified = verify_receipt(*node, *report.record.anchor);
  ASSERT_TRUE(verified) << verified.error().detail;
  EXPECT_EQ(verified->envelope, *report.record.receipt);
  EXPECT_EQ(verified->held.size(), 7U);
}

// Orders signed by the first release name no incarnation; their receipts verify and replay.
TEST_F(Receipts, AReceiptOfAnOrderOfVersionOneVerifiesAndReplays) {
  const JobReport report = run(draft("fuel 10\noutput x\n"));
  const VerifiedReceipt settled = verify_receipt(*node, *report.record.anchor).value();
  ASSERT_EQ(settled.order.incarnation, 1U);
  model::Order order = settled.order;
  order.incarnation = 0;
  order.page = {};
  const ipld::Block order_block = order.to_block();
  const ipld::Block order_envelope =
      model::SignedOrder{order_block.cid, order.home,
                         services.signer->sign(model::SignatureTag::order, order_block.cid).value()}
          .to_block();
  model::Receipt receipt = settled.receipt;
  receipt.order = order_block.cid;
  const ipld::Block body = receipt.to_block();
  const ipld::Block envelope =
      model::SignedReceipt{body.cid, order.home, services.signer->sign(model::SignatureTag::receipt, body.cid).value()}
          .to_block();
  const auto anchor = model::DagEnvelope::from_bytes(node->dag_store().get(*report.record.anchor)->bytes).value();
  model::DagPayload payload = model::DagPayload::from_bytes(node->dag_store().get(anchor.payload)->bytes).value();
  for (model::DagLink& link : payload.links) {
    if (link.name == "order") link.cid = order_envelope.cid;
    if (link.name == "receipt") link.cid = envelope.cid;
  }
  const ipld::Block payload_block = payload.to_block();
  const ipld::Block anchor_block =
      model::DagEnvelope{payload_block.cid,
                         services.signer->sign(model::SignatureTag::dag_block, payload_block.cid).value()}
          .to_block();
  const ipld::Block blocks[] = {order_block, order_envelope, body, envelope, payload_block, anchor_block};
  ASSERT_TRUE(node->dag_store().put(blocks));
  const auto verified = verify_receipt(*node, anchor_block.cid);
  ASSERT_TRUE(verified) << verified.error().detail;
  EXPECT_EQ(verified->order, order);
  EXPECT_EQ(verified->held.size(), settled.held.size());
  EXPECT_EQ(replay(envelope.cid).verdict, ReplayVerdict::match);
}

TEST_F(Receipts, AnAnchorOfSomebodyElseThanTheHomeDoesNotVerify) {
  const JobReport report = run(draft("output x\n"));
  const auto stranger = signer_of(42);
  const auto envelope = model::DagEnvelope::from_bytes(node->dag_store().get(*report.record.anchor)->bytes).value();
  model::DagPayload payload = model::DagPayload::from_bytes(node->dag_store().get(envelope.payload)->bytes).value();
  payload.author = stranger->did();
  const ipld::Block payload_block = payload.to_block();
  model::DagEnvelope forged;
  forged.payload = payload_block.cid;
  forged.signature = stranger->sign(model::SignatureTag::dag_block, payload_block.cid).value();
  const ipld::Block blocks[] = {payload_block, forged.to_block()};
  ASSERT_TRUE(node->dag_store().put(blocks));
  const auto verified = verify_receipt(*node, blocks[1].cid);
  ASSERT_FALSE(verified);
  EXPECT_EQ(verified.error().code, ErrorCode::conflict);
  EXPECT_NE(verified.error().detail.find(stranger->did().to_text()), std::string::npos) << verified.error().detail;
}

TEST_F(Receipts, AnAnchoredReceiptIsAnchoredOnce) {
  const JobReport report = run(draft("output x\n"));
  const ipld::Block block = node->dag_store().get(*report.record.receipt).value();
  const auto again = anchor_receipt(*node, model::SignedReceipt::from_bytes(block.bytes).value());
  EXPECT_EQ(again.value(), *report.record.anchor);
}

TEST_F(Receipts, ReplayFromBlocksAloneMatches) {
  for (const char* script : {"fuel 10\noutput x\n", "exit 7\n", "trap 1\n", "overflow\n", "loop\n"}) {
    const JobReport report = run(draft(script));
    const ReplayReport told = replay(*report.record.receipt);
    EXPECT_EQ(told.verdict, ReplayVerdict::match) << script << told.detail;
  }
}

TEST_F(Receipts, AStoppedReceiptReplaysToTheSameFuel) {
  const SubmitAnswer answer = submit(draft("loop\n"));
  RunHooks hooks;
  hooks.on_slice = [&](std::uint64_t fuel, std::uint64_t) {
    if (fuel >= 2'000'000) static_cast<void>(cancel_job(*node, answer.id).has_value());
  };
  const JobReport report = execute_job(*node, answer.id, hooks).value();
  ASSERT_EQ(outcome_text(report.record), "stopped");
  EXPECT_EQ(replay(*report.record.receipt).verdict, ReplayVerdict::match);
}

TEST_F(Receipts, ReplayTellsWhereALyingReceiptDiffers) {
  const JobReport report = run(draft("fuel 10\noutput x\n"));
  const ipld::Block envelope = node->dag_store().get(*report.record.receipt).value();
  const ipld::Cid body = model::SignedReceipt::from_bytes(envelope.bytes)->receipt;
  model::Receipt lie = model::Receipt::from_bytes(node->dag_store().get(body)->bytes).value();
  lie.fuel += 1;
  const ipld::Block block = lie.to_block();
  ASSERT_TRUE(node->dag_store().put(std::span(&block, 1)));
  const ReplayReport told = replay(block.cid);
  EXPECT_EQ(told.verdict, ReplayVerdict::differs);
  EXPECT_EQ(told.field, "fuel");
  EXPECT_EQ(replay_error_code(told.verdict), ErrorCode::replay_differs);
}

TEST_F(Receipts, ReplayTellsTheHostCallAtWhichTranscriptsPart) {
  const JobReport first = run(draft("output x\noutput y\n"));
  const JobReport second = run(draft("output x\noutput yy\n"));
  const auto body_of = [&](const JobReport& report) {
    const ipld::Block envelope = node->dag_store().get(*report.record.receipt).value();
    return model::Receipt::from_bytes(
               node->dag_store().get(model::SignedReceipt::from_bytes(envelope.bytes)->receipt)->bytes)
        .value();
  };
  model::Receipt lie = body_of(first);
  lie.transcript = body_of(second).transcript;
  const ipld::Block block = lie.to_block();
  ASSERT_TRUE(node->dag_store().put(std::span(&block, 1)));
  const ReplayReport told = replay(block.cid);
  EXPECT_EQ(told.verdict, ReplayVerdict::differs);
  EXPECT_EQ(told.field, "transcript");
  EXPECT_EQ(told.call_index, 1U) << told.detail;
}

// Each reading advances it by one second.
class HurryingClock : public ports::Clock {
 public:
  model::UnixMs now() const override { return {}; }
  std::uint64_t monotonic_ns() const override { return looks_++ * 1'000'000'000; }

 private:
  mutable std::uint64_t looks_ = 0;
};

TEST_F(Receipts, ReplayIsBoundedInTime) {
  JobDraft from = draft("fuel 900000000\noutput x\n");
  from.limits.values[*model::find_limit("max_execution_time_secs")] = 2;
  const JobReport report = run(from);
  ASSERT_EQ(report.record.phase, jobs::JobPhase::completed);
  const HurryingClock hurrying;
  const auto ended = replay_receipt(node->dag_store(), *executor, hurrying, *report.record.receipt);
  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error().code, ErrorCode::infrastructure);
  EXPECT_EQ(ended.error().rule, "replay_time");
  EXPECT_NE(ended.error().detail.find("20 s"), std::string::npos) << ended.error().detail;
  EXPECT_EQ(hurrying.monotonic_ns(), 40'000'000'000U) << "no slice more";
  EXPECT_EQ(replay(*report.record.receipt).verdict, ReplayVerdict::match);
}

TEST_F(Receipts, ReplayWithoutABlockSaysWhichIsMissing) {
  const JobReport report = run(draft("output x\n"));
  const JobDescription described = describe_job(*node, report.record.id.to_text()).value();
  for (const ipld::Cid& gone :
       {described.job->module, report.record.order, report.record.id.cid, described.order->observations}) {
    const auto store = without({gone});
    const ReplayReport told = replay_receipt(*store, *executor, *clock, *report.record.receipt).value();
    EXPECT_EQ(told.verdict, ReplayVerdict::missing_data);
    EXPECT_NE(told.detail.find(gone.to_text()), std::string::npos) << told.detail;
  }
}

TEST_F(Receipts, ReplayOfAnotherProfileIsNotGuessed) {
  const JobReport report = run(draft("output x\n"));
  const ipld::Block envelope = node->dag_store().get(*report.record.receipt).value();
  model::Receipt receipt = model::Receipt::from_bytes(
                               node->dag_store().get(model::SignedReceipt::from_bytes(envelope.bytes)->receipt)->bytes)
                               .value();
  model::Order order = model::Order::from_bytes(node->dag_store().get(receipt.order)->bytes).value();
  order.profile = ipld::Cid::of(ipld::Codec::dag_cbor, view_of("newer"));
  const ipld::Block order_block = order.to_block();
  receipt.order = order_block.cid;
  const ipld::Block blocks[] = {order_block, receipt.to_block()};
  ASSERT_TRUE(node->dag_store().put(blocks));
  EXPECT_EQ(replay(blocks[1].cid).verdict, ReplayVerdict::unknown_profile);
}

}  // namespace
}  // namespace icn::runtime
