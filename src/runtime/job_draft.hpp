// Turns a program and its inputs into a job body that this node would accept. Stores nothing and signs nothing.
//
// prepare_job() splits module and inputs into blocks, asks for the limits that the module needs where the draft sets
// none, and sets cost_mana to the least whole mana that covers the asking price.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "economy/pricing.hpp"
#include "model/job.hpp"
#include "ports/executor.hpp"

namespace icn::runtime {

class NodeState;

// Fuel that an interactive run asks for by default.
inline constexpr std::uint64_t kInteractiveFuel = 10'000'000'000;

struct JobDraft {
  Bytes module;
  std::vector<Bytes> inputs;
  std::optional<std::string> entry;  // nothing: `_start` if exported, else `run`
  std::vector<std::string> args;
  model::LimitsAsked limits;              // set by the user; the rest is derived
  std::uint64_t fuel = kInteractiveFuel;  // unless limits sets it
  std::vector<model::ReadKey> reads;
  model::Grants grants;
  std::uint64_t spend_max = 0;
  model::EffectsMode effects = model::EffectsMode::all_or_none;
  std::optional<std::string> trust_scope;  // the executor must be trusted in it
  std::optional<std::uint64_t> cost_mana;  // absent: the minimum
  Bytes nonce;                             // empty: random bytes
  model::Did submitter;
};

struct PreparedJob {
  model::Job job;
  ipld::Block body;                  // its CID is the job id
  std::vector<ipld::Block> blocks;   // module and inputs
  model::WasmSecurityLimits limits;  // effective
  economy::JobSize size;
  ports::ModuleInfo module_info;
  model::Mana base;
  model::Mana asking;
  [[nodiscard]] model::JobId id() const { return model::JobId{body.cid}; }
};

// Errors: invalid_module, limit_exceeded naming the rule, invalid_argument (an entry that the module does not export;
// the error lists those it does), unsupported (no executor).
[[nodiscard]] Result<PreparedJob> prepare_job(const NodeState& node, JobDraft draft);

// Splits bytes into the blocks of a file, appends them to `blocks` and returns the file's CID.
[[nodiscard]] Result<ipld::Cid> cut_file(ByteView bytes, std::vector<ipld::Block>& blocks);

}  // namespace icn::runtime
