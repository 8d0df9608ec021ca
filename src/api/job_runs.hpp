// Creating and running jobs: run, submit, simulate, wait, rerun (docs/OPERATIONS.md). As thread safe as runtime/.
#pragma once
#include "api/outcomes.hpp"
#include "model/capability.hpp"
#include "model/trust.hpp"
#include "runtime/job_draft.hpp"

namespace icn::api {

template <>
struct EnumNames<model::Capability> {
  static constexpr auto values = [] {
    std::array<model::Capability, model::kCapabilityTable.size()> all{};
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = model::kCapabilityTable[i].capability;
    return all;
  }();
  static std::string_view name(model::Capability capability) { return model::capability_name(capability); }
};

template <>
struct EnumNames<model::EffectsMode> {
  static constexpr auto values = first_values<model::EffectsMode, 2>();
  static std::string_view name(model::EffectsMode mode) {
    return mode == model::EffectsMode::all_or_none ? "all_or_none" : "independent";
  }
};

// A job of the node's member. Omitted fields are derived or have defaults.
struct JobRequest {
  Bytes module;
  std::vector<Bytes> inputs;
  std::optional<std::string> entry;
  std::vector<std::string> args;
  model::LimitsAsked limits;
  std::vector<model::ReadKey> reads;
  std::vector<model::Capability> grants;
  std::uint64_t spend_max = 0;
  model::EffectsMode effects = model::EffectsMode::all_or_none;
  std::optional<std::string> trust_scope;
  std::optional<std::uint64_t> cost_mana;
  Bytes nonce;
  std::string program;

  static constexpr auto fields() {
    using T = JobRequest;
    constexpr Missing kMayMiss = Missing::allowed;
    return std::tuple{
        Field<&T::module>{"module", "the program, a WebAssembly module", {.min = 1}},
        Field<&T::inputs>{"inputs", "inputs of the program", {.max = model::kJobInputsMax, .missing = kMayMiss}},
        Field<&T::entry>{"entry", "the export to call; default: `_start` or `run`", {.min = 1}},
        Field<&T::args>{"args", "arguments of the program", {.max = model::kJobArgsMax, .missing = kMayMiss}},
        Field<&T::limits>{"limits", "limits of the run; default: what the program needs", {.missing = kMayMiss}},
        Field<&T::reads>{"reads", "keys of the world that it reads", {.missing = kMayMiss}},
        Field<&T::grants>{"grants", "capabilities of the job", {.missing = kMayMiss, .unique = true}},
        Field<&T::spend_max>{"spend_max", "most mana that its effects may spend", {.missing = kMayMiss}},
        Field<&T::effects>{"effects", "whether one failed effect drops all", {.missing = kMayMiss}},
        Field<&T::trust_scope>{"trust_scope",
                               "the submitter must trust the executor in this context; default: no demand",
                               {.min = 1, .max = model::kTrustContextBytesMax}},
        Field<&T::cost_mana>{"cost_mana", "the offered price; default: the least accepted price"},
        Field<&T::nonce>{"nonce", "distinguishes otherwise equal jobs; random when empty", {.missing = kMayMiss}},
        Field<&T::program>{"program",
                           "unsigned label of the program for lists",
                           {.max = jobs::kProgramLabelBytesMax, .missing = kMayMiss}},
    };
  }
};

struct JobSimulation {
  static constexpr std::string_view kName = "simulation";
  static constexpr std::string_view kText = "What a job would use and cost; nothing was charged.";
  model::OutcomeKind outcome = model::OutcomeKind::ok;
  std::uint32_t code = 0;
  std::int64_t exit_code = 0;
  std::uint64_t fuel_used = 0;
  std::uint64_t fuel_limit = 0;
  std::uint32_t memory_pages = 0;
  std::uint64_t output_bytes = 0;
  std::uint64_t effects = 0;
  std::uint64_t minimum_cost_mana = 0;
  model::Mana reserve;
  model::Mana discount;
  model::Mana budget;
  model::Mana charged;
  model::Mana pay;
  model::Mana available;
  std::string message;

  static constexpr auto fields() {
    using T = JobSimulation;
    return std::tuple{
        Field<&T::outcome>{"outcome", "how the run ended"},
        Field<&T::code>{"code", "exit status of nonzero_exit, trap code of trap; else 0"},
        Field<&T::exit_code>{"exit_code", "exit code of the program"},
        Field<&T::fuel_used>{"fuel_used", "fuel that the run used"},
        Field<&T::fuel_limit>{"fuel_limit", "most fuel that it may use"},
        Field<&T::memory_pages>{"memory_pages", "the most memory it had, in pages of 64 KiB"},
        Field<&T::output_bytes>{"output_bytes", "size of its output"},
        Field<&T::effects>{"effects", "number of changes that it requested"},
        Field<&T::minimum_cost_mana>{"minimum_cost_mana", "the least accepted price"},
        Field<&T::reserve>{"reserve_umana", "reserve required of the submitter"},
        Field<&T::discount>{"discount_umana", "reserve of the treasury"},
        Field<&T::budget>{"budget_umana", "reserved for its effects"},
        Field<&T::charged>{"charged_umana", "the submitter's share of the price of this run"},
        Field<&T::pay>{"pay_umana", "the whole price of this run"},
        Field<&T::available>{"available_umana", "the submitter's available balance"},
        Field<&T::message>{"message", "explanation for people; may be empty"},
    };
  }
};

[[nodiscard]] runtime::JobDraft job_draft(JobRequest request, const model::Did& submitter);

struct WorkRequest {
  static constexpr auto fields() { return std::tuple{}; }
};

struct WorkDone {
  static constexpr std::string_view kName = "work";
  static constexpr std::string_view kText = "The results of the waiting jobs and of the jobs that they submitted.";
  std::uint64_t completed = 0;
  std::uint64_t failed = 0;
  std::uint64_t left = 0;

  static constexpr auto fields() {
    using T = WorkDone;
    return std::tuple{
        Field<&T::completed>{"completed", "jobs whose program ran to completion"},
        Field<&T::failed>{"failed", "jobs that ended otherwise"},
        Field<&T::left>{"left", "jobs that still wait, after an interruption"},
    };
  }
};

// Accepts a job and runs it to completion; writes its output to Context::out. Then starts the jobs that it submitted,
// and theirs, which continue after the answer. Calls Context::progress once keys are unlocked; from then on
// Context::stop_asked stops the job, which pays for the fuel it used. Returns an accepted job that could not be
// completed as unfinished. Errors: as runtime::prepare_job and runtime::submit_job, and those of the member's key.
struct RunJob : Slot<JobRequest, JobEnd> {};
// Accepts a job, which then waits. Errors: as RunJob.
struct SubmitJob : Slot<JobRequest, JobEnd> {};
// Runs an accepted job like RunJob, but not the jobs that it submits; returns an ended job unchanged. Errors:
// not_found, invalid_argument, and those of the node's key.
struct WaitJob : Slot<JobNamed, JobEnd> {};
// Runs a job's program on the same inputs, like RunJob. Errors: not_found, invalid_argument, missing_data, and as
// RunJob.
struct RerunJob : Slot<JobNamed, JobEnd> {};

// Runs every waiting job, and the jobs that these submit. Context::stop_asked leaves the rest for later. Errors: those
// of the node's key.
struct WorkJobs : Slot<WorkRequest, WorkDone> {};

// The caller is the submitter. Errors: as runtime::simulate_job.
[[nodiscard]] Result<JobSimulation> simulate_job(Context& context, JobRequest request);

}  // namespace icn::api
