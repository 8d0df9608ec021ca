#include <gtest/gtest.h>

#include <map>

#include "abi/detail/run_data.hpp"
#include "abi/testing/blocks.hpp"
#include "abi/testing/run.hpp"
#include "ipld/dag_cbor.hpp"
#include "model/receipt.hpp"

namespace icn::abi {
namespace {

using model::OutcomeKind;
using testing::member;
using testing::TestRun;
using testing::usual_inputs;

std::int64_t code(ErrorCode error) { return abi_number(error); }

ipld::Block linking(const std::vector<ipld::Cid>& links) {
  ipld::CborWriter writer;
  writer.array(links.size());
  for (const ipld::Cid& link : links) writer.link(link);
  return ipld::Block::of(ipld::Codec::dag_cbor, writer.take());
}
ipld::Block raw(std::string_view text) { return ipld::Block::of(ipld::Codec::raw, bytes_of(text)); }

// A run that may read below `root` from a store of `blocks`.
RunInputs reading(const ipld::Cid& root, std::map<ipld::Cid, ipld::Block> blocks) {
  RunInputs in = usual_inputs();
  in.job.reads = {{model::ReadKind::dag, root.to_text()}};
  in.blocks = testing::reader_of(std::move(blocks));
  return in;
}

TEST(Blocks, PutBlocksHaveTheirCidAndBecomeOneEffect) {
  TestRun run;
  EXPECT_EQ(run.icn_text("dag_put_block", "abc", {0x55}).answer, 59);
  EXPECT_EQ(run.result(), raw("abc").cid.to_text());
  EXPECT_EQ(run.icn_text("dag_put_block", "abc", {0x55}).answer, 59);
  EXPECT_EQ(run.icn_text("dag_get_block", raw("abc").cid.to_text()).answer, 3);
  EXPECT_EQ(run.result(), "abc");
  const RunOutputs outputs = run.state().take(OutcomeKind::ok);
  ASSERT_EQ(outputs.effects.list.size(), 1U);
  ASSERT_EQ(outputs.blocks.size(), 1U);
  EXPECT_EQ(outputs.blocks[0].cid, raw("abc").cid);
}

TEST(Blocks, ABlockIsPaidBeforeItIsRead) {
  for (const auto& [codec, per_byte] : {std::pair(ipld::Codec::raw, 1U), std::pair(ipld::Codec::dag_cbor, 16U)}) {
    const ipld::Block block =
        codec == ipld::Codec::raw ? raw(std::string(10'000, 'x')) : linking(std::vector<ipld::Cid>(200, raw("a").cid));
    int reads = 0;
    const auto run_with = [&](std::uint64_t fuel) {
      RunInputs in = reading(block.cid, {});
      in.blocks = testing::reader_of({{block.cid, block}}, [&reads] { ++reads; });
      in.order.limits.max_fuel = fuel;
      TestRun run(std::move(in));
      return run.icn_text("dag_get_block", block.cid.to_text()).verdict;
    };
    const FuelCost cost = find_host_fn("icn", "host_dag_get_block")->fuel;
    const std::uint64_t whole = cost.base + cost.per_byte * (59 + per_byte * block.bytes.size());
    EXPECT_EQ(run_with(whole - 1), Verdict::out_of_fuel);
    EXPECT_EQ(reads, 0);
    EXPECT_EQ(run_with(whole), Verdict::resume);
    EXPECT_EQ(reads, 1);
  }
}

TEST(Blocks, OnlyRawAndCanonicalDagCborCanBePut) {
  TestRun run;
  EXPECT_EQ(run.icn_text("dag_put_block", "\x80", {0x71}).answer, 59);
  EXPECT_EQ(run.icn_text("dag_put_block", "\x18\x01", {0x71}).answer, code(ErrorCode::invalid_format));
  EXPECT_EQ(run.icn_text("dag_put_block", "abc", {0x70}).answer, code(ErrorCode::unsupported));
  EXPECT_EQ(run.icn_text("dag_put_block", "abc", {0x155}).answer, code(ErrorCode::unsupported));
  TestRun large(usual_inputs(), 2 << 20);
  EXPECT_EQ(large.icn("dag_put_block", {0x55, 0, (1 << 20) + 1}).answer, code(ErrorCode::limit_exceeded));
  EXPECT_EQ(large.icn("dag_put_block", {0x55, 0, 1 << 20}).answer, 59);
}

TEST(Blocks, TheirBytesAreBoundedTogether) {
  RunInputs in = usual_inputs();
  in.order.limits.max_output_bytes = 5;
  TestRun run(std::move(in));
  EXPECT_EQ(run.icn_text("dag_put_block", "abc", {0x55}).answer, 59);
  EXPECT_EQ(run.icn_text("dag_put_block", "def", {0x55}).verdict, Verdict::trap);
  EXPECT_EQ(run.state().trap(), model::TrapCode::output_limit);
}

TEST(Blocks, ADeclaredRootCoversWhatBlocksAlreadyReadLinkTo) {
  const ipld::Block leaf = raw("leaf");
  const ipld::Block middle = linking({leaf.cid});
  const ipld::Block root = linking({middle.cid});
  const ipld::Block other = raw("other");
  std::map<ipld::Cid, ipld::Block> store{{leaf.cid, leaf}, {middle.cid, middle}, {root.cid, root}, {other.cid, other}};
  TestRun run(reading(root.cid, store));
  const auto get = [&](const ipld::Block& block) { return run.icn_text("dag_get_block", block.cid.to_text()).answer; };
  EXPECT_EQ(get(leaf), code(ErrorCode::not_declared));
  EXPECT_EQ(get(middle), code(ErrorCode::not_declared));
  EXPECT_GT(get(root), 0);
  EXPECT_EQ(get(leaf), code(ErrorCode::not_declared));
  EXPECT_GT(get(middle), 0);
  EXPECT_EQ(get(leaf), 4);
  EXPECT_EQ(get(other), code(ErrorCode::not_declared));
}

TEST(Blocks, ABlockOfOnesOwnReachesNothing) {
  const ipld::Block secret = raw("secret");
  const ipld::Block root = raw("root");
  TestRun run(reading(root.cid, {{secret.cid, secret}, {root.cid, root}}));
  const ipld::Block own = linking({secret.cid});
  EXPECT_EQ(run.icn_text("dag_put_block", text_of(own.bytes), {0x71}).answer, 59);
  EXPECT_GT(run.icn_text("dag_get_block", own.cid.to_text()).answer, 0);
  EXPECT_EQ(run.icn_text("dag_get_block", secret.cid.to_text()).answer, code(ErrorCode::not_declared));
}

TEST(Blocks, ADeclaredBlockThatCannotBeHadIsTheMachinesFailure) {
  const ipld::Block root = raw("root");
  TestRun run(reading(root.cid, {}));
  EXPECT_EQ(run.icn_text("dag_get_block", root.cid.to_text()).verdict, Verdict::infrastructure);
  EXPECT_EQ(run.state().failure().code, ErrorCode::infrastructure);
  EXPECT_NE(run.state().failure().detail.find(root.cid.to_text()), std::string::npos);
  TestRun wrong(reading(root.cid, {{root.cid, ipld::Block{root.cid, bytes_of("other bytes")}}}));
  EXPECT_EQ(wrong.icn_text("dag_get_block", root.cid.to_text()).verdict, Verdict::infrastructure);
}

TEST(Blocks, NonsenseIsNoCid) {
  TestRun run;
  EXPECT_EQ(run.icn_text("dag_get_block", "nonsense").answer, code(ErrorCode::invalid_argument));
}

TEST(Blocks, AnswersLargerThanTheResultRegisterAreRefused) {
  const ipld::Block root = ipld::Block::of(ipld::Codec::raw, Bytes(kResultBytesMax + 1));
  TestRun run(reading(root.cid, {{root.cid, root}}));
  EXPECT_EQ(run.icn_text("dag_get_block", root.cid.to_text()).answer, code(ErrorCode::limit_exceeded));
  EXPECT_EQ(run.result(), "");
}

TEST(Anchor, NeedsAReceiptWhoseSignatureHolds) {
  model::Receipt body;
  body.output = ipld::Cid();
  const ipld::Cid cid = body.to_block().cid;
  model::SignedReceipt receipt{cid, member(), testing::key_of(1).sign(model::SignatureTag::receipt, cid)};
  const ipld::Block good = receipt.to_block();
  receipt.signature[0] = static_cast<std::uint8_t>(receipt.signature[0] ^ 1);
  const ipld::Block bad = receipt.to_block();
  TestRun run;
  EXPECT_EQ(run.icn_text("anchor_receipt", good.cid.to_text()).answer, code(ErrorCode::not_declared));
  for (const ipld::Block* block : {&good, &bad}) run.icn_text("dag_put_block", text_of(block->bytes), {0x71});
  EXPECT_EQ(run.icn_text("anchor_receipt", bad.cid.to_text()).answer, code(ErrorCode::invalid_signature));
  EXPECT_EQ(run.icn_text("anchor_receipt", good.cid.to_text()).answer, 59);
  const RunOutputs outputs = run.state().take(OutcomeKind::ok);
  ASSERT_EQ(outputs.effects.list.size(), 3U);
  EXPECT_EQ(std::get<model::AnchorReceiptEffect>(outputs.effects.list[2].what).receipt, good.cid);
}

TEST(RunOutputs, FollowFromTheOutcome) {
  const auto taken = [](OutcomeKind outcome) {
    TestRun run;
    run.icn_text("write_output", "out");
    run.icn_text("log_message", "log", {0});
    run.icn_text("dag_put_block", "abc", {0x55});
    return run.state().take(outcome);
  };
  const RunOutputs ok = taken(OutcomeKind::ok);
  EXPECT_EQ(text_of(ok.output), "out");
  EXPECT_EQ(ok.blocks.size(), 1U);
  const RunOutputs nonzero = taken(OutcomeKind::nonzero_exit);
  EXPECT_EQ(text_of(nonzero.output), "out");
  EXPECT_TRUE(nonzero.blocks.empty());
  EXPECT_TRUE(nonzero.effects.list.empty());
  for (const OutcomeKind kind : {OutcomeKind::trap, OutcomeKind::out_of_fuel, OutcomeKind::stopped}) {
    const RunOutputs other = taken(kind);
    EXPECT_EQ(text_of(other.output), kind == OutcomeKind::stopped ? "" : "out");
    EXPECT_TRUE(other.effects.list.empty());
    EXPECT_EQ(other.log, "[error] log\n");
    EXPECT_EQ(other.transcript.bytes, ok.transcript.bytes);
  }
  EXPECT_EQ(taken(OutcomeKind::stack_overflow).transcript.bytes,
            TestRun().state().take(OutcomeKind::ok).transcript.bytes);
}

TEST(RunOutputs, TheValueOfRunIsTheOutputUnlessSomeWasWritten) {
  TestRun silent;
  silent.state().set_run_value(-2);
  EXPECT_EQ(silent.state().take(OutcomeKind::ok).output, (Bytes{0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}));
  TestRun empty;
  empty.icn_text("write_output", "");
  empty.state().set_run_value(7);
  EXPECT_TRUE(empty.state().take(OutcomeKind::ok).output.empty());
}

}  // namespace
}  // namespace icn::abi
