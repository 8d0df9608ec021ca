// Goal: proofs verified and made in a run depend on the order and the call alone, cost the same whatever they are, and
// are accepted only under keys that the scope accepts.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "abi/detail/run_data.hpp"
#include "abi/testing/blocks.hpp"
#include "abi/testing/run.hpp"
#include "zk/testing/issuer.hpp"

namespace icn::abi {
namespace {

using model::OutcomeKind;
using testing::Called;
using testing::TestRun;
using zk::Statement;
using zk::testing::true_witness;
using zk::testing::with_development_keys;
using zk::testing::without_keys;

ipld::Cid cid_named(std::string_view name) { return ipld::Cid::of(ipld::Codec::dag_cbor, view_of(name)); }

std::int64_t code(ErrorCode error) { return abi_number(error); }

void declare(RunInputs& in, const std::string& accepted) {
  in.job.spend_max = 200;
  auto& entries = in.observations.entries;
  entries = {{{model::ReadKind::account, testing::member().to_text()}, std::uint64_t{500}},
             {{model::ReadKind::parameter, "zk_keys"}, accepted}};
  std::sort(entries.begin(), entries.end(),
            [](const auto& a, const auto& b) { return a.key.to_text() < b.key.to_text(); });
}

RunInputs inputs_accepting(const std::string& accepted) {
  RunInputs in = testing::usual_inputs();
  declare(in, accepted);
  return in;
}
RunInputs inputs() { return inputs_accepting(zk::development_cid().to_text()); }

zk::Proof proof_of(Statement statement) {
  return prove(true_witness(statement), with_development_keys(statement)).value();
}

// A text at address 1024, in a memory that holds it.
class ZkRun : public TestRun {
 public:
  explicit ZkRun(RunInputs in = inputs()) : TestRun(std::move(in)) {}
  std::int64_t verify(const std::string& json) { return icn_text("verify_zk_proof", json).answer; }
  std::int64_t verify(const zk::Proof& proof) { return verify(proof.to_json()); }
};

TEST(ZkCalls, AProofHoldsAndItsFeeIsSpent) {
  ZkRun run;
  EXPECT_EQ(run.verify(proof_of(Statement::age_over)), 1);
  EXPECT_EQ(run.verify(prove(true_witness(Statement::balance_in_range), without_keys()).value()), 1);
  const RunOutputs outputs = run.state().take(OutcomeKind::ok);
  ASSERT_EQ(outputs.effects.list.size(), 2U);
  EXPECT_EQ(outputs.effects.list[0].what, decltype(model::Effect::what)(model::SpendEffect{testing::member(), 20}));
  EXPECT_EQ(outputs.effects.list[1].what, decltype(model::Effect::what)(model::SpendEffect{testing::member(), 10}));
}

TEST(ZkCalls, AFalseProofCostsTheSame) {
  const zk::Proof proof = proof_of(Statement::age_over);
  ZkRun honest;
  ASSERT_EQ(honest.verify(proof), 1);
  zk::Proof other = proof;
  other.challenge[0] ^= 1;
  ZkRun replayed;
  EXPECT_EQ(replayed.verify(other), 0);
  EXPECT_EQ(replayed.state().host_fuel(), honest.state().host_fuel());
  EXPECT_EQ(replayed.state().take(OutcomeKind::ok).effects, honest.state().take(OutcomeKind::ok).effects);
  other = proof;
  other.bytes[0] ^= 1;
  ZkRun off_the_curve;
  EXPECT_EQ(off_the_curve.verify(other), 0);
  EXPECT_EQ(off_the_curve.state().host_fuel(), honest.state().host_fuel());
}

TEST(ZkCalls, KeysAreThoseThatTheScopeAccepts) {
  const zk::Proof proof = proof_of(Statement::age_over);
  ZkRun none(inputs_accepting(""));
  EXPECT_EQ(none.verify(proof), code(ErrorCode::permission_denied));
  ZkRun others(inputs_accepting(cid_named("other").to_text() + "," + cid_named("more").to_text()));
  EXPECT_EQ(others.verify(proof), code(ErrorCode::permission_denied));
  ZkRun second(inputs_accepting(cid_named("other").to_text() + "," + zk::development_cid().to_text()));
  EXPECT_EQ(second.verify(proof), 1);
  ZkRun undeclared(testing::usual_inputs());
  EXPECT_EQ(undeclared.verify(proof), code(ErrorCode::not_declared));
  EXPECT_EQ(undeclared.state().take(OutcomeKind::ok).effects.list.size(), 0U);
}

// The keys of a ceremony: development keys under another signature.
TEST(ZkCalls, AManifestIsABlockThatTheRunMayRead) {
  zk::Manifest manifest = zk::development_manifest();
  manifest.origin = zk::Origin::ceremony;
  manifest.signer = testing::member();
  manifest.signature = testing::key_of(1).sign(model::SignatureTag::zk_keys, manifest.body().cid);
  const ipld::Block block = manifest.to_block();
  const zk::KeyRing ring = zk::KeyRing::of(manifest).value();
  zk::Proving how = with_development_keys(Statement::age_over);
  how.keys = &ring;
  const zk::Proof proof = prove(true_witness(Statement::age_over), how).value();

  ZkRun unread(inputs_accepting(block.cid.to_text()));
  EXPECT_EQ(unread.verify(proof), code(ErrorCode::not_declared));
  RunInputs in = inputs_accepting(block.cid.to_text());
  in.job.inputs.push_back(block.cid);
  in.inputs.push_back(block.bytes);
  in.blocks = testing::reader_of({{block.cid, block}});
  ZkRun run(std::move(in));
  EXPECT_EQ(run.verify(proof), 1);
  EXPECT_EQ(run.verify(proof), 1) << "and again, with the prepared key";
}

TEST(ZkCalls, WhatIsNotAProofCostsNoMana) {
  ZkRun run;
  for (const std::string& text : {std::string("{}"), std::string("[1]"), std::string("zk"), std::string(20'000, ' ')})
    EXPECT_LT(run.verify(text), 0);
  nlohmann::json dummy = nlohmann::json::parse(proof_of(Statement::age_over).to_json());
  dummy["system"] = "dummy";
  EXPECT_EQ(run.verify(dummy.dump()), code(ErrorCode::unsupported));
  EXPECT_EQ(run.state().take(OutcomeKind::ok).effects.list.size(), 0U);
}

TEST(ZkCalls, NeedTheCapabilityAndTheBudget) {
  RunInputs in = inputs();
  in.job.grants = {};
  ZkRun denied(std::move(in));
  EXPECT_EQ(denied.verify(proof_of(Statement::age_over)), code(ErrorCode::permission_denied));
  in = inputs();
  in.job.spend_max = 19;
  ZkRun poor(std::move(in));
  EXPECT_EQ(poor.verify(proof_of(Statement::age_over)), code(ErrorCode::budget_exceeded));
}

TEST(ZkCalls, ARevocationIsOneOfACredential) {
  ZkRun run;
  EXPECT_EQ(run.icn_text("verify_zk_revocation_proof", proof_of(Statement::credential_not_revoked).to_json()).answer,
            1);
  EXPECT_EQ(run.icn_text("verify_zk_revocation_proof", proof_of(Statement::age_over).to_json()).answer,
            code(ErrorCode::invalid_argument));
}

std::string request_of(const zk::Witness& witness, std::string_view system) {
  nlohmann::json request;
  request["witness"] = nlohmann::json::parse(witness.to_json());
  request["challenge"] = to_hex(zk::testing::challenge());
  request["system"] = system;
  if (system == "groth16") request["keys"] = zk::development_cid().to_text();
  return request.dump();
}

TEST(ZkCalls, AProofMadeInARunFollowsFromTheJob) {
  for (const std::string_view system : {"groth16", "bulletproofs"}) {
    const std::string request = request_of(true_witness(Statement::timestamp_within), system);
    ZkRun run;
    ASSERT_GT(run.icn_text("generate_zk_proof", request).answer, 0) << run.state().last_refusal();
    const std::string proof = run.result();
    EXPECT_EQ(run.verify(proof), 1);
    ZkRun again;
    again.icn_text("generate_zk_proof", request);
    EXPECT_EQ(again.result(), proof);
    again.icn_text("generate_zk_proof", request);
    EXPECT_NE(again.result(), proof) << "the next bytes of the run's stream";
    RunInputs other = inputs();
    other.job_id = model::JobId{cid_named("another job")};
    ZkRun another(std::move(other));
    another.icn_text("generate_zk_proof", request);
    EXPECT_NE(another.result(), proof);
  }
}

TEST(ZkCalls, AFalseStatementHasNoProof) {
  zk::Witness witness = true_witness(Statement::reputation_at_least);
  witness.bounds.min = 121;
  ZkRun run;
  EXPECT_EQ(run.icn_text("generate_zk_proof", request_of(witness, "groth16")).answer, code(ErrorCode::conflict));
  EXPECT_EQ(run.icn_text("generate_zk_proof", request_of(witness, "bulletproofs")).answer, code(ErrorCode::conflict));
  EXPECT_EQ(run.icn_text("generate_zk_proof", "{}").answer, code(ErrorCode::invalid_argument));
}

TEST(ZkCalls, MakingAProofIsPaidBeforeItIsMade) {
  RunInputs in = inputs();
  in.order.limits.max_fuel = 150'000'000;
  ZkRun run(std::move(in));
  EXPECT_EQ(run.icn_text("generate_zk_proof", request_of(true_witness(Statement::age_over), "groth16")).verdict,
            Verdict::out_of_fuel);
}

}  // namespace
}  // namespace icn::abi
