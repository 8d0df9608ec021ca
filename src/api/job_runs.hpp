// Making and running jobs: run, submit, simulate, wait, rerun (docs/OPERATIONS.md). As thread safe as runtime/.
#pragma once
#include "api/outcomes.hpp"
#include "model/capability.hpp"
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

// A job of the node's member. What is left out is found out or takes its default.
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
  std::optional<std::uint64_t> cost_mana;
  Bytes nonce;
  std::string program;

  static constexpr auto fields() {
    using T = JobRequest;
    constexpr Missing kMayMiss = Missing::allowed;
    return std::tuple{
        Field<&T::module>{"module", "the program, a WebAssembly module", {.min = 1}},
        Field<&T::inputs>{"inputs", "what it may read as input", {.max = model::kJobInputsMax, .missing = kMayMiss}},
        Field<&T::entry>{"entry", "the export to call; `_start` or `run` without it", {.min = 1}},
        Field<&T::args>{"args", "arguments of the program", {.max = model::kJobArgsMax, .missing = kMayMiss}},
        Field<&T::limits>{"limits", "what the run is held to, where not what it needs", {.missing = kMayMiss}},
        Field<&T::reads>{"reads", "what it reads of the world", {.missing = kMayMiss}},
        Field<&T::grants>{"grants", "what it may do", {.missing = kMayMiss, .unique = true}},
        Field<&T::spend_max>{"spend_max", "what its effects may spend, in mana", {.missing = kMayMiss}},
        Field<&T::effects>{"effects", "whether one effect that fails undoes all", {.missing = kMayMiss}},
        Field<&T::cost_mana>{"cost_mana", "what is offered for it; the least that is accepted without it"},
        Field<&T::nonce>{"nonce", "the same body is the same job; random when empty", {.missing = kMayMiss}},
        Field<&T::program>{"program",
                           "what to call the program in lists; nothing signs it",
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
        Field<&T::exit_code>{"exit_code", "the program's own"},
        Field<&T::fuel_used>{"fuel_used", "what the run used"},
        Field<&T::fuel_limit>{"fuel_limit", "what it may use at most"},
        Field<&T::memory_pages>{"memory_pages", "the most memory it had, in pages of 64 KiB"},
        Field<&T::output_bytes>{"output_bytes", "size of its output"},
        Field<&T::effects>{"effects", "how many changes it asked for"},
        Field<&T::minimum_cost_mana>{"minimum_cost_mana", "the least that is accepted for it"},
        Field<&T::reserve>{"reserve_umana", "what the submitter has to hold"},
        Field<&T::discount>{"discount_umana", "what the treasury holds"},
        Field<&T::budget>{"budget_umana", "reserved for its effects"},
        Field<&T::charged>{"charged_umana", "what the submitter would pay for this run"},
        Field<&T::pay>{"pay_umana", "what this run costs in all"},
        Field<&T::available>{"available_umana", "what the submitter has now"},
        Field<&T::message>{"message", "for people; empty when there is nothing to say"},
    };
  }
};

[[nodiscard]] runtime::JobDraft job_draft(JobRequest request, const model::Did& submitter);

struct WorkRequest {
  static constexpr auto fields() { return std::tuple{}; }
};

struct WorkDone {
  static constexpr std::string_view kName = "work";
  static constexpr std::string_view kText = "How the jobs that waited ended, those that they submitted included.";
  std::uint64_t completed = 0;
  std::uint64_t failed = 0;
  std::uint64_t left = 0;

  static constexpr auto fields() {
    using T = WorkDone;
    return std::tuple{
        Field<&T::completed>{"completed", "jobs whose program ended by itself"},
        Field<&T::failed>{"failed", "jobs that ended otherwise"},
        Field<&T::left>{"left", "jobs that still wait, after an interruption"},
    };
  }
};

// Accepts a job and runs it to its end; its output goes to Context::out. The jobs that it submitted, and those that
// these submit, are taken up then and go on when it has answered. Once keys are unlocked Context::progress is called;
// from then on Context::stop_asked stops the job, which is charged for what it used. Errors: as runtime::prepare_job
// and runtime::submit_job, and those of the member's key. A job that is accepted and could not be brought to its end is
// answered as unfinished.
struct RunJob : Slot<JobRequest, JobEnd> {};
// Accepts a job that waits. Errors: as RunJob.
struct SubmitJob : Slot<JobRequest, JobEnd> {};
// As RunJob of an accepted job, alone; one that has ended is answered as it is. Errors: not_found, invalid_argument,
// and those of the node's key.
struct WaitJob : Slot<JobNamed, JobEnd> {};
// As RunJob of a job's program on the same inputs. Errors: not_found, invalid_argument, missing_data, and as RunJob.
struct RerunJob : Slot<JobNamed, JobEnd> {};

// Runs every job that waits, and what these submit. Context::stop_asked leaves the rest for later. Errors: those of the
// node's key.
struct WorkJobs : Slot<WorkRequest, WorkDone> {};

// The caller is the submitter. Errors: as runtime::simulate_job.
[[nodiscard]] Result<JobSimulation> simulate_job(Context& context, JobRequest request);

}  // namespace icn::api
