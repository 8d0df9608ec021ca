// Helpers for programs that embed a node, around the calls under test: keys, modules and files in the DAG store, signed
// jobs, and the blocks that a receipt names.
#pragma once
#include <memory>
#include <string>
#include <string_view>

#include "embed/context.hpp"

namespace icn::embedding {

using Context = std::shared_ptr<embed::RuntimeContext>;

// The module of a WAT text; an invalid text ends the program.
[[nodiscard]] Bytes wasm_of(std::string_view wat);
// A module whose `run` returns a number.
[[nodiscard]] std::string wat_of_constant(std::int64_t value);
// Text escaped for a WAT string.
[[nodiscard]] std::string wat_string(std::string_view text);

// A file in the node's DAG store, and its CID.
[[nodiscard]] ipld::Cid stored_file(const Context& context, ByteView bytes);
[[nodiscard]] inline ipld::Cid stored_module(const Context& context, std::string_view wat) {
  return stored_file(context, wasm_of(wat));
}

// The build's Ed25519 backend, of production grade, with key number `number`.
[[nodiscard]] std::shared_ptr<ports::Signer> real_signer(std::uint8_t number);

// A job of the context's identity that runs the module's `run`.
[[nodiscard]] model::Job job_of(const Context& context, const ipld::Cid& module, std::uint64_t cost_mana);
[[nodiscard]] embed::ActualMeshJob signed_by(ports::Signer& signer, model::Job job);
// The same job as a text for host_submit_mesh_job.
[[nodiscard]] std::string job_json(const ipld::Cid& module, std::uint64_t cost_mana, std::string_view more = "");

[[nodiscard]] model::Receipt receipt_body(const Context& context, const model::SignedReceipt& receipt);
[[nodiscard]] Bytes output_of(const Context& context, const model::SignedReceipt& receipt);
// The output of a `run` that returns `value`: 8 bytes, little-endian.
[[nodiscard]] Bytes output_of_value(std::int64_t value);

// Whole points of reputation, earned from jobs of many others.
void give_reputation(const Context& context, const model::Did& did, std::uint64_t points);

}  // namespace icn::embedding
