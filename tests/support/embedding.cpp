#include "support/embedding.hpp"

#include <bit>
#include <cstdio>

#include "backends/registry.hpp"
#include "model/job_json.hpp"
#include "runtime/describe.hpp"
#include "runtime/job_draft.hpp"
#include "wasm/testing/sandbox.hpp"

namespace icn::embedding {
namespace {

// A helper that fails ends the test program; the tests themselves check their subject.
template <class T>
T must(Result<T> result) {
  if (!result) {
    std::fprintf(stderr, "embedding: %s\n", result.error().detail.c_str());
    std::abort();
  }
  return std::move(*result);
}

}  // namespace

Bytes wasm_of(std::string_view wat) {
  Bytes module = wasm::detail::wat_to_wasm(wat);
  if (module.empty() || module.front() != 0) {
    std::fprintf(stderr, "embedding: %s\n%s\n", std::string(text_of(module)).c_str(), std::string(wat).c_str());
    std::abort();
  }
  return module;
}

std::string wat_of_constant(std::int64_t value) {
  return "(module (func (export \"run\") (result i64) (i64.const " + std::to_string(value) + ")))";
}

std::string wat_string(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

ipld::Cid stored_file(const Context& context, ByteView bytes) {
  std::vector<ipld::Block> blocks;
  const ipld::Cid cid = must(runtime::cut_file(bytes, blocks));
  if (!context->node().dag_store().put(blocks)) std::abort();
  return cid;
}

std::shared_ptr<ports::Signer> real_signer(std::uint8_t number) {
  model::Seed seed{};
  seed[0] = number;
  return must(backends::signer::all().front()->open(model::KeyPair::from_seed(seed)));
}

model::Job job_of(const Context& context, const ipld::Cid& module, std::uint64_t cost_mana) {
  model::Job job;
  job.module = module;
  job.entry = "run";
  job.cost_mana = cost_mana;
  job.submitter = context->current_identity();
  job.scope = context->node().scope().id();
  return job;
}

embed::ActualMeshJob signed_by(ports::Signer& signer, model::Job job) {
  embed::ActualMeshJob made;
  made.job = std::move(job);
  made.signature = must(signer.sign(model::SignatureTag::job, made.id().cid));
  return made;
}

std::string job_json(const ipld::Cid& module, std::uint64_t cost_mana, std::string_view more) {
  return "{\"manifest_cid\":\"" + module.to_text() + "\",\"cost_mana\":" + std::to_string(cost_mana) +
         std::string(more) + "}";
}

model::Receipt receipt_body(const Context& context, const model::SignedReceipt& receipt) {
  return must(model::Receipt::from_bytes(must(context->node().dag_store().get(receipt.receipt)).bytes));
}

Bytes output_of(const Context& context, const model::SignedReceipt& receipt) {
  const model::Receipt body = receipt_body(context, receipt);
  if (!body.output) return bytes_of("no output");
  return must(runtime::read_file_bytes(context->node().dag_store(), *body.output, UINT64_MAX));
}

Bytes output_of_value(std::int64_t value) {
  Bytes bytes;
  for (int shift = 0; shift < 64; shift += 8) {
    bytes.push_back(static_cast<std::uint8_t>(static_cast<std::uint64_t>(value) >> shift));
  }
  return bytes;
}

void give_reputation(const Context& context, const model::Did& did, std::uint64_t points) {
  constexpr std::uint64_t kFromOne = 5;  // a pair earns no more per day
  runtime::NodeState& node = context->node();
  const reputation::Rules rules = reputation::Rules::of(node.scope().parameters());
  for (std::uint64_t given = 0; given < points; given += kFromOne) {
    reputation::Settled settled;
    Bytes name = bytes_of("reputation for a test");
    append_be64(name, given);
    settled.receipt = ipld::sha256(name);
    settled.executor = did;
    settled.submitter = model::Did::of_key(ipld::sha256(settled.receipt));
    settled.fuel = (std::min(kFromOne, points - given) - 1) * rules.fuel_per_extra_point;
    settled.time = node.now();
    const auto stage = [&](runtime::Staging& staging) {
      return node.reputation().settle(settled, rules, staging.batch);
    };
    if (!node.committer().commit(stage)) std::abort();
  }
}

}  // namespace icn::embedding
