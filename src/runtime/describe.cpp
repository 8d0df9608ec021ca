#include "runtime/describe.hpp"

#include "ipld/unixfs.hpp"
#include "runtime/detail/files.hpp"
#include "runtime/find.hpp"

namespace icn::runtime {
namespace {

std::string seconds_text(std::uint64_t ms) {
  if (ms < 1000) return std::to_string(ms) + " ms";
  if (ms < 120'000) return std::to_string(ms / 1000) + " s";
  if (ms < 7'200'000) return std::to_string(ms / 60'000) + " min";
  return std::to_string(ms / 3'600'000) + " h";
}

// "4 s after acceptance: …"; when the clock has gone back, no time is reported.
std::string happening_line(const jobs::JobRecord& record, const jobs::JobHappening& happening) {
  if (happening.time <= record.accepted) return "At acceptance: " + happening.text + ".";
  return seconds_text(happening.time.value - record.accepted.value) + " after acceptance: " + happening.text + ".";
}

std::string outcome_line(const jobs::JobRecord& record) {
  switch (record.outcome->kind) {
    case model::OutcomeKind::ok:
      return "The program ended without an error.";
    case model::OutcomeKind::nonzero_exit:
      return "The program ended with exit code " + std::to_string(record.exit_code) +
             "; its output is kept, but its effects are not applied." +
             (record.message.empty() ? "" : " " + record.message + ".");
    case model::OutcomeKind::trap:
      return "The program trapped: " + record.message +
             ". The output it had written is kept; its effects are not applied.";
    case model::OutcomeKind::out_of_fuel:
      return "The program used up its fuel limit of " + std::to_string(record.fuel_limit) +
             "; a higher limit lets it run longer.";
    case model::OutcomeKind::stack_overflow:
      return "The program overflowed its stack; its whole fuel limit of " + std::to_string(record.fuel_limit) +
             " is charged.";
    case model::OutcomeKind::stopped:
      return "The program was " + (record.message.empty() ? "stopped" : record.message) + ".";
  }
  return {};
}

std::vector<std::string> ending_lines(const jobs::JobRecord& record) {
  std::vector<std::string> lines;
  if (record.outcome) {
    lines.push_back(outcome_line(record));
  } else if (record.failure) {
    lines.push_back("No receipt: " + record.message +
                    (record.failure_rule.empty() ? "" : " (rule " + record.failure_rule + ")") + ".");
  }
  for (const std::string& told : record.effects_told) lines.push_back("Note: " + told + ".");
  return lines;
}

std::string money_line(const jobs::JobRecord& record) {
  const std::string held =
      record.reserve.to_text() + " held" +
      (record.budget.umana != 0 ? " and " + record.budget.to_text() + " for its own spending" : "");
  if (!jobs::is_terminal(record.phase)) return "Money: " + held + "; nothing is charged before the job has run.";
  if (!record.receipt)
    return "Money: nothing was charged; all that was held (" + held + ") was returned to the account.";
  std::string line = "Money: " + record.charged.to_text() + " charged for the run";
  if (record.budget_spent.umana != 0) line += ", " + record.budget_spent.to_text() + " spent by the job itself";
  if (record.budget_passed_on.umana != 0)
    line += ", " + record.budget_passed_on.to_text() + " passed on to jobs it submitted";
  if (record.treasury_charged.umana != 0) line += ", " + record.treasury_charged.to_text() + " paid by the treasury";
  return line + "; " + record.released().to_text() + " released.";
}

// The next step, and the rule of the hint that a program shows with it.
struct Next {
  std::string line;
  std::string rule = {};
};
Next next_of(const NodeState& node, const jobs::JobRecord& record) {
  switch (record.phase) {
    case jobs::JobPhase::submitted:
      return {"Next: it waits for its run; if it does not run in time, it expires and releases what it holds.",
              "job_waits"};
    case jobs::JobPhase::bidding:
      return {"Next: the executor with the best bid gets it."};
    case jobs::JobPhase::assigned:
    case jobs::JobPhase::executing:
      if (node.running().runs(record.id)) return {"Next: it is running.", "job_runs"};
      return {"Next: its run was interrupted; it runs again or is released when the node opens next."};
    case jobs::JobPhase::delivered:
      return {"Next: it is settled."};
    case jobs::JobPhase::settled:
      return {"Next: it becomes final when the dispute window has passed."};
    case jobs::JobPhase::completed: {
      const auto kept = record.receipt ? node.dag_store().has(*record.receipt) : Result<bool>(false);
      if (kept && !*kept) return {"Next: nothing; its output and its receipt were unpinned and removed."};
      return {"Next: nothing; its output and its receipt are kept.", "job_completed"};
    }
    case jobs::JobPhase::failed:
    case jobs::JobPhase::cancelled:
    case jobs::JobPhase::expired:
      return {"Next: nothing; the same job can be submitted again.", "job_over"};
  }
  return {};
}

std::string reputation_line(const NodeState& node, const jobs::JobRecord& record) {
  if (record.submitter == node.operator_did() || record.submitter == record.executor) {
    return "Reputation: none was earned, because the submitter operates the executing node.";
  }
  return "Reputation: the receipt counts once for the executor, and the submission for the submitter.";
}

template <class Value>
Result<std::optional<Value>> kept_block(const ports::DagStore& store, const ipld::Cid& cid) {
  const Result<ipld::Block> block = store.get(cid);
  if (!block && block.error().code == ErrorCode::missing_data) return std::optional<Value>();
  return std::optional<Value>(ICN_TRY(Value::from_bytes(ICN_TRY(block).bytes)));
}

}  // namespace

Result<JobDescription> describe_job(const NodeState& node, std::string_view text) {
  JobDescription out;
  out.record = ICN_TRY(find_job(node, text));
  // Everything that an answer reports of a job must survive a later crash.
  ICN_TRY(node.books().wait_for_staged());
  out.job = ICN_TRY(kept_block<model::Job>(node.dag_store(), out.record.id.cid));
  out.order = ICN_TRY(kept_block<model::Order>(node.dag_store(), out.record.order));
  return out;
}

Result<jobs::JobPage> list_jobs(const NodeState& node, jobs::JobCursor cursor, std::size_t count,
                                std::optional<jobs::JobPhase> phase) {
  const auto asked = [phase](const jobs::JobRecord& record) { return !phase || record.phase == *phase; };
  jobs::JobPage page = ICN_TRY(node.jobs().list(cursor, count, asked));
  ICN_TRY(node.books().wait_for_staged());
  return page;
}

Result<JobStory> why_job(const NodeState& node, std::string_view text) {
  const jobs::JobRecord record = ICN_TRY(find_job(node, text));
  ICN_TRY(node.books().wait_for_staged());
  JobStory story{record.id, {}, {}};
  std::vector<std::string>& lines = story.lines;
  lines.push_back("Job " + record.id.to_text() + ": " + std::string(jobs::phase_name(record.phase)) + ".");
  if (record.parent)
    lines.push_back("It was submitted by job " + record.parent->to_text() +
                    ", within that job's grant from its submitter.");
  for (const jobs::JobHappening& happening : record.happenings) lines.push_back(happening_line(record, happening));
  for (std::string& line : ending_lines(record)) lines.push_back(std::move(line));
  lines.push_back(money_line(record));
  if (record.receipt) lines.push_back(reputation_line(node, record));
  Next next = next_of(node, record);
  // What a limit denied is mended by asking for more.
  if (record.outcome && !record.failure_rule.empty()) next.rule = record.failure_rule;
  lines.push_back(std::move(next.line));
  story.next_rule = std::move(next.rule);
  return story;
}

Result<void> read_output(const NodeState& node, const jobs::JobRecord& record,
                         const std::function<Result<void>(ByteView)>& sink) {
  if (!record.output) {
    std::string why = "it has not run yet";
    if (record.outcome)
      why = "its outcome is " + std::string(model::outcome_name(record.outcome->kind)) + ", which keeps no output";
    else if (jobs::is_terminal(record.phase))
      why = "it is " + std::string(jobs::phase_name(record.phase)) + " and never ended a run";
    return fail(ErrorCode::not_found, "The job " + record.id.to_text() + " has no output: " + why + ".");
  }
  const auto fetch = [&node](const ipld::Cid& cid) { return node.dag_store().get(cid); };
  if (record.output->codec() == ipld::Codec::raw) return sink(ICN_TRY(fetch(*record.output)).bytes);
  return ipld::read_file(*record.output, UINT64_MAX, fetch, sink);
}

Result<Bytes> read_file_bytes(const ports::DagStore& store, const ipld::Cid& root, std::uint64_t bytes_max) {
  return detail::load_file(detail::BlockSource(store, {}), root, bytes_max, "bytes_max");
}

std::string_view outcome_text(const jobs::JobRecord& record) {
  if (record.outcome) return model::outcome_name(record.outcome->kind);
  switch (record.phase) {
    case jobs::JobPhase::failed:
      // A refusal that the preflight did not find, or a machine that could not run the job.
      return record.failure == ErrorCode::infrastructure || record.failure == ErrorCode::storage ||
                     record.failure == ErrorCode::missing_data || record.failure == ErrorCode::busy
                 ? "infrastructure"
                 : "refused";
    case jobs::JobPhase::cancelled:
      return "cancelled";
    case jobs::JobPhase::expired:
      return "expired";
    default:
      return jobs::phase_name(record.phase);
  }
}

int exit_code_of(const model::Outcome& outcome, std::int64_t exit_code) {
  const auto of = [](ErrorCode code) { return static_cast<int>(error_row(code).exit_code); };
  switch (outcome.kind) {
    case model::OutcomeKind::ok:
      return 0;
    case model::OutcomeKind::nonzero_exit: {
      // A shell sees eight bits; if they are 0, it takes the failure for a success.
      const int shown = static_cast<int>(exit_code & 0xff);
      return shown != 0 ? shown : 255;
    }
    case model::OutcomeKind::trap:
      return of(ErrorCode::trap);
    case model::OutcomeKind::out_of_fuel:
      return of(ErrorCode::out_of_fuel);
    case model::OutcomeKind::stack_overflow:
      return of(ErrorCode::stack_overflow);
    case model::OutcomeKind::stopped:
      return of(ErrorCode::stopped);
  }
  return of(ErrorCode::internal);
}

int exit_code_of(const jobs::JobRecord& record) {
  const auto of = [](ErrorCode code) { return static_cast<int>(error_row(code).exit_code); };
  if (record.outcome) return exit_code_of(*record.outcome, record.exit_code);
  if (record.phase == jobs::JobPhase::cancelled) return of(ErrorCode::cancelled);
  if (record.phase == jobs::JobPhase::expired) return of(ErrorCode::expired);
  if (record.phase == jobs::JobPhase::failed) return of(record.failure.value_or(ErrorCode::infrastructure));
  return 0;
}

}  // namespace icn::runtime
