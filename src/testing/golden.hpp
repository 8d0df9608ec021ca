// One valid value of every model type, made from fixed seeds. tests/golden/ and docs/FORMATS.md show their bytes, and
// the tests of bad input damage them.
#pragma once
#include <string>
#include <vector>

#include "ipld/dag_cbor.hpp"
#include "model/dag_block.hpp"
#include "model/effect.hpp"
#include "model/genesis.hpp"
#include "model/job.hpp"
#include "model/mana_root.hpp"
#include "model/message.hpp"
#include "model/order.hpp"
#include "model/receipt.hpp"
#include "model/transcript.hpp"
#include "testing/governance_golden.hpp"
#include "testing/trust_golden.hpp"

namespace icn::testing {

struct Golden {
  std::string name;  // of tests/golden/NAME.cbor
  ipld::Block block;
  // Decodes and encodes again: an error, or the canonical bytes of the decoded value.
  Result<ipld::Block> (*rewrite)(ByteView bytes);
};

namespace golden {

[[nodiscard]] inline std::vector<model::Member> members() {
  std::vector<model::Member> members{{member_key().did(), node_key().did()}, {author_key().did(), node_key().did()}};
  if (members[1].did < members[0].did) std::swap(members[0], members[1]);
  return members;
}
[[nodiscard]] inline model::MemberChunk member_chunk() { return {members()}; }
[[nodiscard]] inline model::MemberList member_list() { return {2, {member_chunk().to_block().cid}}; }
[[nodiscard]] inline model::Genesis genesis() {
  model::Genesis genesis;
  genesis.name = "Example Co-operative";
  genesis.clerk = node_key().did();
  genesis.members = member_list().to_block().cid;
  genesis.parameters = {{"regeneration_rate", "0"}, {"bidding", "closed"}};
  genesis.endowment = model::Mana{1'000'000'000'000};
  genesis.grant = model::Mana{1'000'000'000};
  genesis.nonce = {1, 2, 3, 4, 5, 6, 7, 8};
  return genesis;
}
// As signed by the first release. Values of formats that have not changed since keep their bytes, so they name this
// genesis and order_v1().
[[nodiscard]] inline model::Genesis genesis_v1() {
  model::Genesis genesis = golden::genesis();
  genesis.members = members();
  return genesis;
}
[[nodiscard]] inline ipld::Cid scope() { return genesis_v1().to_block().cid; }

// Every field has a value that is not its default.
[[nodiscard]] inline model::Job job() {
  model::Job job;
  job.module = raw("module");
  job.entry = "run";
  job.args = {"--count", "wörter"};
  job.inputs = {raw("first input"), raw("second input")};
  job.limits.values[0] = 60;              // max_execution_time_secs
  job.limits.values[1] = 320;             // max_memory_pages
  job.limits.values[2] = 10'000'000'000;  // max_fuel
  job.reads = {{model::ReadKind::account, member_key().did().to_text()}, {model::ReadKind::parameter, "bidding"}};
  job.grants.add(model::Capability::spend);
  job.grants.add(model::Capability::submit);
  job.spend_max = 5;
  job.effects = model::EffectsMode::independent;
  job.cost_mana = 12;
  job.resources = {2, 512, 1'024};
  job.required_capabilities = {"gpu"};
  job.trust_scope = "neighbours";
  job.min_executor_reputation = 3;
  job.federations = {"north"};
  job.scope = scope();
  job.durations = {10'000, 60'000, 120'000, 86'400'000};
  job.submitter = member_key().did();
  job.nonce = {0xde, 0xad, 0xbe, 0xef};
  return job;
}
// Every field that may be empty or null is.
[[nodiscard]] inline model::Job job_minimal() {
  model::Job job;
  job.module = raw("module");
  job.scope = scope();
  job.submitter = member_key().did();
  return job;
}
[[nodiscard]] inline model::JobId job_id() { return model::job_id_of(job().to_block()); }

[[nodiscard]] inline model::Observations observations() {
  model::Observations observations;
  observations.entries = {{{model::ReadKind::account, member_key().did().to_text()}, std::uint64_t{1'000}},
                          {{model::ReadKind::parameter, "bidding"}, std::string("closed")},
                          {{model::ReadKind::parameter, "unset"}, std::monostate{}}};
  return observations;
}

[[nodiscard]] inline model::Order order() {
  model::Order order;
  order.job = job_id();
  order.time = {1'700'000'000'000};
  order.limits.max_execution_time_secs = 60;
  order.limits.max_memory_pages = 320;
  order.limits.max_fuel = 10'000'000'000;
  order.profile = raw("profile");
  order.costs = raw("costs");
  order.abi = raw("abi");
  order.observations = observations().to_block().cid;
  order.base = model::Mana{12'345};
  order.page = model::Mana{67};
  order.reserve = model::Mana{11'000'000};
  order.discount = model::Mana{1'000'000};
  order.deadlines = {{1'700'000'010'000}, {1'700'000'070'000}, {1'700'000'190'000}, {1'700'086'400'000}};
  order.check = ipld::sha256(view_of("verification secret"));
  order.home = node_key().did();
  order.incarnation = 3;
  return order;
}
// As signed by the first release.
[[nodiscard]] inline model::Order order_v1() {
  model::Order order = golden::order();
  order.incarnation = 0;
  order.page = {};
  return order;
}

[[nodiscard]] inline model::Effects effects() {
  model::Effects effects;
  effects.list = {{1, model::SpendEffect{member_key().did(), 2}},
                  {4, model::CreditEffect{author_key().did(), 3}},
                  {5, model::SubmitJobEffect{job_minimal().to_block().cid}},
                  {300, model::AnchorReceiptEffect{raw("receipt")}},
                  {70'000, model::PutBlockEffect{raw("block")}}};
  return effects;
}

[[nodiscard]] inline model::Effects effects_governing() {
  model::Effects effects;
  effects.list = {{2, model::StatementEffect{model::StatementKind::vote, raw("a vote")}},
                  {3, model::StepEffect{model::GovernStep::open_voting, raw("a proposal")}},
                  {4, model::StepEffect{model::GovernStep::close_voting, raw("a proposal")}},
                  {5, model::StepEffect{model::GovernStep::execute_proposal, raw("a proposal")}}};
  return effects;
}

[[nodiscard]] inline ipld::Block transcript() {
  model::TranscriptWriter writer;
  const std::int64_t args[] = {0, 0, 1024, 64};
  writer.open(6, args);
  writer.close(13);
  writer.open(9, {});
  writer.close(1'700'000'000'000);
  return writer.finish().list;
}
[[nodiscard]] inline Result<ipld::Block> rewrite_transcript(ByteView bytes) {
  const model::TranscriptList list = ICN_TRY(model::TranscriptList::from_bytes(bytes));
  ipld::CborWriter writer;
  writer.map(3);
  writer.key("v").unsigned_integer(1);
  writer.key("calls").unsigned_integer(list.calls);
  writer.key("chunks").array(list.chunks.size());
  for (const ipld::Digest& digest : list.chunks) writer.bytes(digest);
  return ipld::Block::of(ipld::Codec::dag_cbor, writer.take());
}

[[nodiscard]] inline model::Receipt receipt() {
  model::Receipt receipt;
  receipt.job = job_id();
  receipt.order = order_v1().to_block().cid;
  receipt.fuel = 123'456'789;
  receipt.memory_pages = 17;
  receipt.transcript = transcript().cid;
  receipt.effects = effects().to_block().cid;
  receipt.output = raw("output");
  return receipt;
}
[[nodiscard]] inline model::Receipt receipt_trap() {
  model::Receipt receipt = golden::receipt();
  receipt.output.reset();
  receipt.effects = model::Effects{}.to_block().cid;
  receipt.outcome = {model::OutcomeKind::trap, static_cast<std::uint32_t>(model::TrapCode::integer_division_by_zero)};
  return receipt;
}

// The worked example of the DAG block format: one raw child under data "parent".
[[nodiscard]] inline model::DagPayload dag_payload() {
  model::DagPayload payload;
  payload.data = bytes_of("parent");
  payload.links = {{raw("child data"), "child", 10}};
  payload.author = author_key().did();
  return payload;
}
[[nodiscard]] inline model::DagEnvelope dag_envelope() {
  const ipld::Cid cid = dag_payload().to_block().cid;
  return {cid, author_key().sign(model::SignatureTag::dag_block, cid)};
}

[[nodiscard]] inline model::ManaRoot mana_root() {
  model::ManaRoot root;
  root.scope = scope();
  root.home = node_key().did();
  root.sequence = 42;
  root.time = {1'700'000'000'000};
  root.tree = ipld::sha256(view_of("tree"));
  root.accounts = 5;
  root.debits[15] = root.credits[15] = 7;
  root.previous = raw("previous");
  return root;
}

[[nodiscard]] inline model::Message message() { return {model::MessageKind::job, job_id().cid}; }

template <class Model>
[[nodiscard]] Result<ipld::Block> rewrite(ByteView bytes) {
  return ICN_TRY(Model::from_bytes(bytes)).to_block();
}
template <class Model>
[[nodiscard]] Golden of(std::string name, const Model& value) {
  return {std::move(name), value.to_block(), rewrite<Model>};
}

}  // namespace golden

// All of them, in the order of docs/FORMATS.md.
[[nodiscard]] inline std::vector<Golden> all_golden() {
  const ipld::Cid genesis = golden::genesis().to_block().cid;
  const ipld::Cid order = golden::order().to_block().cid;
  const ipld::Cid receipt = golden::receipt().to_block().cid;
  const ipld::Cid mana_root = golden::mana_root().to_block().cid;
  const model::KeyPair member = golden::member_key();
  const model::KeyPair node = golden::node_key();
  using model::SignatureTag;
  return {
      golden::of("genesis", golden::genesis()),
      golden::of("genesis_v1", golden::genesis_v1()),
      golden::of("member_list", golden::member_list()),
      golden::of("member_chunk", golden::member_chunk()),
      golden::of("signed_genesis", model::SignedGenesis{genesis, node.sign(SignatureTag::genesis, genesis)}),
      golden::of("job", golden::job()),
      golden::of("job_minimal", golden::job_minimal()),
      golden::of("signed_job",
                 model::SignedJob{golden::job_id(), member.sign(SignatureTag::job, golden::job_id().cid)}),
      golden::of("observations", golden::observations()),
      golden::of("order", golden::order()),
      golden::of("order_v1", golden::order_v1()),
      golden::of("signed_order", model::SignedOrder{order, node.did(), node.sign(SignatureTag::order, order)}),
      golden::of("effects", golden::effects()),
      golden::of("effects_governing", golden::effects_governing()),
      {"transcript", golden::transcript(), golden::rewrite_transcript},
      golden::of("receipt", golden::receipt()),
      golden::of("receipt_trap", golden::receipt_trap()),
      golden::of("signed_receipt",
                 model::SignedReceipt{receipt, node.did(), node.sign(SignatureTag::receipt, receipt)}),
      golden::of("message", golden::message()),
      golden::of("dag_payload", golden::dag_payload()),
      golden::of("dag_envelope", golden::dag_envelope()),
      golden::of("proposal", golden::proposal(golden::scope())),
      golden::of("proposal_scope", golden::proposal_scope(golden::scope())),
      golden::of("proposal_minimal", golden::proposal_minimal(golden::scope())),
      golden::of("vote", golden::vote(golden::scope())),
      golden::of("delegation", golden::delegation(golden::scope())),
      golden::of("revocation", golden::revocation(golden::scope())),
      golden::of("sponsorship", golden::sponsorship(golden::scope())),
      golden::of("cancellation", golden::cancellation(golden::scope())),
      golden::of("resignation", golden::resignation(golden::scope())),
      golden::of("rotation", golden::rotation(golden::scope())),
      golden::of("key_history", golden::key_history(golden::scope())),
      golden::of("signed_statement", golden::signed_vote(golden::scope())),
      golden::of("statement_of_job", golden::vote_of_job(golden::scope())),
      golden::of("candidate", golden::candidate(golden::scope())),
      golden::of("signed_candidate", golden::signed_candidate(golden::scope())),
      golden::of("scope_entry", golden::entry_vote(golden::scope())),
      golden::of("scope_entry_opened", golden::entry_opened(golden::scope())),
      golden::of("scope_entry_closed", golden::entry_closed(golden::scope())),
      golden::of("scope_entry_executed", golden::entry_executed(golden::scope())),
      golden::of("scope_entry_expired", golden::entry_expired(golden::scope())),
      golden::of("scope_entry_handed_over", golden::entry_handed_over(golden::scope())),
      golden::of("signed_entry", golden::signed_entry(golden::scope())),
      golden::of("hand_over", golden::hand_over(golden::scope())),
      golden::of("signed_hand_over", golden::signed_hand_over(golden::scope())),
      golden::of("dry_run", golden::dry_run(golden::scope())),
      golden::of("dry_run_v1", golden::dry_run_v1(golden::scope())),
      golden::of("fork_proof", golden::fork_proof(golden::scope())),
      golden::of("trust_grant", golden::trust_grant(golden::scope())),
      golden::of("trust_revocation", golden::trust_revocation(golden::scope())),
      golden::of("trust_challenge", golden::trust_challenge(golden::scope())),
      golden::of("trust_rule", golden::trust_rule(golden::scope())),
      golden::of("trust_bridge", golden::trust_bridge(golden::scope())),
      golden::of("trust_record", golden::trust_record(golden::scope())),
      golden::of("mana_root", golden::mana_root()),
      golden::of("signed_mana_root",
                 model::SignedManaRoot{mana_root, node.did(), node.sign(SignatureTag::mana_root, mana_root)}),
  };
}

}  // namespace icn::testing
