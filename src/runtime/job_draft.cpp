#include "runtime/job_draft.hpp"

#include <algorithm>
#include <array>

#include "ipld/unixfs.hpp"
#include "jobs/acceptance.hpp"
#include "runtime/node_state.hpp"

namespace icn::runtime {
namespace {

constexpr std::size_t kJobNonceBytes = 16;
constexpr std::uint64_t kMsPerSecond = 1000;

// Raises a limit that the user did not set to the need of the module or its inputs; a need below the default changes
// nothing.
void need(model::LimitsAsked& asked, std::string_view name, std::uint64_t needed) {
  const std::optional<std::size_t> row = model::find_limit(name);
  if (!row || asked.values[*row] || needed <= model::kLimitTable[*row].fallback) return;
  asked.values[*row] = needed;
}

// A program that uses more memory for more work gets room to grow: up to its own maximum, or to the scope's. A run pays
// for the memory that it used.
void ask_for_memory(model::LimitsAsked& asked, const ports::ModuleInfo& info, model::LimitMaxima maxima) {
  const std::size_t row = *model::find_limit("max_memory_pages");
  if (info.memories == 0 || asked.values[row]) return;
  const std::uint64_t useful = std::min<std::uint64_t>(info.memory_pages_max.value_or(UINT32_MAX), maxima[row]);
  // A module that starts with more than the scope allows is refused by that rule.
  asked.values[row] = std::max<std::uint64_t>({useful, info.memory_pages, 1});
}

void ask_for_needs(model::LimitsAsked& asked, const JobDraft& draft, const ports::ModuleInfo& info,
                   std::uint64_t input_bytes) {
  need(asked, "max_module_bytes", info.size.bytes);
  need(asked, "max_function_bytes", info.function_bytes_max);
  need(asked, "max_functions", info.functions);
  need(asked, "max_globals", info.globals);
  need(asked, "max_tables", info.tables);
  need(asked, "max_table_size", info.table_size_max);
  need(asked, "max_input_bytes", input_bytes);
  need(asked, "max_fuel", draft.fuel);
  const std::optional<std::size_t> fuel = model::find_limit("max_fuel");
  if (fuel && !asked.values[*fuel]) asked.values[*fuel] = draft.fuel;
}

Result<std::string> choose_entry(const JobDraft& draft, const ports::ModuleInfo& info) {
  const auto exports = [&](std::string_view name) {
    return std::find(info.entries.begin(), info.entries.end(), name) != info.entries.end();
  };
  if (draft.entry) {
    if (exports(*draft.entry)) return *draft.entry;
  } else {
    for (std::string_view name : {"_start", "run"}) {
      if (exports(name)) return std::string(name);
    }
  }
  if (!draft.entry && info.is_reactor) {
    return refuse(
        ErrorCode::invalid_argument, "reactor",
        "The module is a reactor, a library for other programs: it exports _initialize, but neither _start nor "
        "run. Nothing was charged.",
        "module");
  }
  std::string offered;
  for (const std::string& entry : info.entries) offered += (offered.empty() ? "" : ", ") + entry;
  return refuse(ErrorCode::invalid_argument, "entry",
                "The module exports no entry '" + draft.entry.value_or("_start' or 'run") +
                    "' of the right type; it offers " + (offered.empty() ? "none" : clipped_utf8(offered, 200)) +
                    ". Nothing was charged.");
}

}  // namespace

Result<ipld::Cid> cut_file(ByteView bytes, std::vector<ipld::Block>& blocks) {
  const auto keep = [&blocks](ipld::Block block) -> Result<void> {
    blocks.push_back(std::move(block));
    return {};
  };
  ipld::FileBuilder builder(keep);
  ICN_TRY(builder.write(bytes));
  return builder.finish();
}

Result<PreparedJob> prepare_job(const NodeState& node, JobDraft draft) {
  ports::Executor* executor = ICN_TRY(node.executor());
  PreparedJob out;
  model::Job& job = out.job;
  out.module_info = ICN_TRY(executor->inspect(draft.module));
  out.size.module = out.module_info.size;
  job.module = ICN_TRY(cut_file(draft.module, out.blocks));
  for (const Bytes& input : draft.inputs) {
    out.size.input_bytes += input.size();
    job.inputs.push_back(ICN_TRY(cut_file(input, out.blocks)));
  }
  job.entry = ICN_TRY(choose_entry(draft, out.module_info));
  job.limits = draft.limits;
  ask_for_needs(job.limits, draft, out.module_info, out.size.input_bytes);
  const model::Scope scope = node.scope();
  const model::Parameters& parameters = scope.parameters();
  ask_for_memory(job.limits, out.module_info, parameters.limit_maxima());
  out.limits = ICN_TRY(model::effective_limits(job.limits, parameters.limit_maxima()));
  job.args = std::move(draft.args);
  job.reads = std::move(draft.reads);
  job.grants = draft.grants;
  job.spend_max = draft.spend_max;
  job.effects = draft.effects;
  job.trust_scope = std::move(draft.trust_scope);
  job.scope = scope.id();
  job.submitter = draft.submitter;
  job.durations.execution_ms = std::max(job.durations.execution_ms, out.limits.max_execution_time_secs * kMsPerSecond);
  job.nonce = std::move(draft.nonce);
  if (job.nonce.empty()) {
    job.nonce.resize(kJobNonceBytes);
    node.services().random->fill(job.nonce);
  }
  out.base = economy::base_price(economy::BaseCosts::of(parameters), out.size);
  const std::optional<model::Mana> asking =
      economy::asking_price(out.base, economy::UseCosts::of(parameters), economy::RunUse::limit_of(out.limits));
  if (!asking) {
    return refuse(ErrorCode::limit_exceeded, "max_fuel",
                  "The price of this fuel limit is more than an account can hold. Nothing was charged.");
  }
  out.asking = *asking;
  const std::uint64_t least = std::max(out.asking.whole_ceil(), parameters[model::ParameterKey::job_cost_min_mana]);
  job.cost_mana = draft.cost_mana.value_or(least);
  ICN_TRY(executor->preflight(draft.module, job, out.limits));
  out.body = job.to_block();
  if (out.body.bytes.size() > model::kJobBodyBytesMax) {
    return refuse(ErrorCode::limit_exceeded, "job_body_bytes",
                  "The job's body has " + std::to_string(out.body.bytes.size()) + " bytes; at most " +
                      std::to_string(model::kJobBodyBytesMax) + " are allowed. Nothing was charged.");
  }
  // A body that cannot be read back (invalid UTF-8, too many arguments) is refused with the name of its field.
  if (const Result<model::Job> read = model::Job::from_bytes(out.body.bytes); !read) {
    Error error = read.error();
    error.detail += "; nothing was charged";
    if (error.rule.empty()) error.rule = "job_body";
    return fail(std::move(error));
  }
  return out;
}

}  // namespace icn::runtime
