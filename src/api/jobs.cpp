#include "api/jobs.hpp"

#include "api/detail/derive.hpp"
#include "runtime/describe.hpp"
#include "runtime/find.hpp"
#include "runtime/node_state.hpp"

namespace icn::api {
namespace {

constexpr std::array<std::string_view, 10> kOutcomeNames{
    "ok",      "nonzero_exit", "trap",           "out_of_fuel", "stack_overflow",
    "stopped", "refused",      "infrastructure", "cancelled",   "expired"};

JobOutcome outcome_of(const jobs::JobRecord& record) {
  const std::string_view text = runtime::outcome_text(record);
  for (const JobOutcome outcome : EnumNames<JobOutcome>::values)
    if (EnumNames<JobOutcome>::name(outcome) == text) return outcome;
  return JobOutcome::infrastructure;
}

template <class View>
void fill(View& view, const jobs::JobRecord& record) {
  static_cast<JobView&>(view) = job_view(record);
  view.accepted = record.accepted;
  if (!record.program.empty()) view.program = record.program;
}

OrderView order_view(const model::Order& order) {
  return {.job = order.job,
          .home = order.home,
          .time = order.time,
          .limits = order.limits,
          .profile = order.profile,
          .costs = order.costs,
          .abi = order.abi,
          .observations = order.observations,
          .base = order.base,
          .page = order.page,
          .reserve = order.reserve,
          .discount = order.discount,
          .deadlines = {order.deadlines.start_by, order.deadlines.finish_by, order.deadlines.settle_by,
                        order.deadlines.expires}};
}

}  // namespace

std::string_view EnumNames<JobOutcome>::name(JobOutcome outcome) {
  return kOutcomeNames[static_cast<std::size_t>(outcome)];
}

std::vector<Rule> JobView::rules() {
  const auto ended = [](std::vector<std::string_view> outcomes) { return is_one_of("outcome", std::move(outcomes)); };
  const auto exits = [&ended](std::string_view end, std::uint64_t status) {
    return Rule{"Each outcome has its exit code.", ended({end}), {is_between("exit_code", status, status)}};
  };
  return {
      {"A job that ran has a receipt and an executor; a job that did not run costs nothing.",
       ended({"ok", "nonzero_exit", "trap", "out_of_fuel", "stack_overflow", "stopped"}),
       {is_present("job_id"), is_present("receipt"), is_present("executor"),
        is_one_of("phase", {"completed", "failed", "cancelled"}), is_present("exit_code")},
       {is_null("receipt"), is_null("output_cid"), is_one_of("charged_umana", {"0"}), is_between("fuel_used", 0, 0)}},
      {"A program that ran to completion has an output.",
       ended({"ok", "nonzero_exit"}),
       {is_present("output_cid"), is_one_of("phase", {"completed"})}},
      {"The output of a failed program is kept if it is the same on every node.",
       ended({"ok", "nonzero_exit", "trap", "out_of_fuel"}),
       {},
       {is_null("output_cid")}},
      {"Success has the code 0.", ended({"ok"}), {is_between("code", 0, 0), is_between("exit_code", 0, 0)}},
      {"A nonzero exit code never appears as 0.",
       ended({"nonzero_exit"}),
       {is_between("code", 1, UINT32_MAX), is_between("exit_code", 1, 255)}},
      {"Only a trap is named.",
       ended({"trap"}),
       {is_present("trap"), is_between("exit_code", 110, 110)},
       {is_null("trap")}},
      exits("out_of_fuel", 111),
      exits("stack_overflow", 112),
      {"A run that was stopped failed, or was cancelled.",
       ended({"stopped"}),
       {is_one_of("phase", {"failed", "cancelled"}), is_between("exit_code", 113, 113)}},
      exits("expired", 109),
      {"A cancelled job was accepted.",
       ended({"cancelled"}),
       {is_present("job_id"), is_one_of("phase", {"cancelled"}), is_between("exit_code", 114, 114)}},
      {"A refusal names its rule.",
       ended({"refused"}),
       {is_present("rule"), is_between("code", 1, UINT32_MAX), is_between("exit_code", 100, 125)}},
      {"A failure of the node has a number.",
       ended({"infrastructure"}),
       {is_between("code", 1, UINT32_MAX), is_between("exit_code", 100, 125)}},
      {"A job that is open has no outcome yet.",
       is_null("outcome"),
       {is_present("job_id"),
        is_one_of("phase", {"submitted", "bidding", "assigned", "executing", "delivered", "settled"}),
        is_null("exit_code"), is_one_of("released_umana", {"0"})}},
  };
}

JobView job_view(const jobs::JobRecord& record) {
  const bool ended = jobs::is_terminal(record.phase);
  JobView view;
  view.job_id = record.id;
  if (ended) view.outcome = outcome_of(record);
  view.phase = record.phase;
  view.code = record.outcome ? record.outcome->code : record.failure ? static_cast<std::uint32_t>(*record.failure) : 0;
  if (!record.failure_rule.empty()) view.rule = record.failure_rule;
  if (record.outcome && record.outcome->kind == model::OutcomeKind::trap)
    view.trap = std::string(trap_name(static_cast<model::TrapCode>(record.outcome->code)));
  if (ended) view.exit_code = static_cast<std::uint8_t>(runtime::exit_code_of(record));
  view.receipt = record.receipt;
  view.output_cid = record.output;
  view.fuel_used = record.fuel_used;
  view.fuel_limit = record.fuel_limit;
  view.memory_pages = record.memory_pages;
  view.reserved = record.reserve;
  view.charged = record.charged;
  view.released = record.released();
  if (record.attempts > 0) view.executor = record.executor;
  view.message = record.message;
  return view;
}

Result<JobPage> list_jobs(Context& context, const JobListRequest& request) {
  const runtime::NodeState& node = *ICN_TRY(node_of(context));
  const jobs::JobPage page =
      ICN_TRY(runtime::list_jobs(node, {request.before.value_or(UINT64_MAX)}, request.count, request.phase));
  JobPage answer;
  for (const jobs::JobRecord& record : page.jobs) {
    JobRow& row = answer.jobs.emplace_back();
    fill(row, record);
    row.number = record.number;
  }
  if (page.next) answer.next_before = page.next->before_number;
  return answer;
}

Result<JobDescription> describe_job(Context& context, const JobNamed& request) {
  const runtime::NodeState& node = *ICN_TRY(node_of(context));
  const runtime::JobDescription description = ICN_TRY(runtime::describe_job(node, request.job));
  const jobs::JobRecord& record = description.record;
  JobDescription answer;
  fill(answer, record);
  answer.number = record.number;
  answer.submitter = record.submitter;
  answer.attempts = record.attempts;
  answer.base = record.base;
  answer.bid = record.bid;
  answer.pay = record.pay;
  answer.budget = record.budget;
  answer.budget_spent = record.budget_spent;
  answer.anchor = record.anchor;
  if (const auto& job = description.job) {
    answer.module = job->module;
    answer.entry = job->entry;
    answer.args = job->args;
    answer.inputs = job->inputs;
    answer.cost_mana = job->cost_mana;
  }
  if (description.order) answer.order = order_view(*description.order);
  for (const jobs::JobHappening& happening : record.happenings)
    answer.happenings.push_back({happening.time, happening.phase, happening.text});
  answer.effects_told = record.effects_told;
  return answer;
}

Result<JobWhy> why_job(Context& context, const JobNamed& request) {
  runtime::JobStory story = ICN_TRY(runtime::why_job(*ICN_TRY(node_of(context)), request.job));
  return JobWhy{std::move(story.lines), story.id, std::move(story.next_rule)};
}

Result<JobCancelled> cancel_job(Context& context, const JobNamed& request) {
  runtime::NodeState& node = *ICN_TRY(node_of(context));
  const model::JobId id = ICN_TRY(runtime::find_job(node, request.job)).id;
  const auto phase = ICN_TRY(runtime::cancel_job(node, id));
  return JobCancelled{id, phase};
}

Result<JobOutput> read_job_output(Context& context, const JobNamed& request) {
  const runtime::NodeState& node = *ICN_TRY(node_of(context));
  const jobs::JobRecord record = ICN_TRY(runtime::find_job(node, request.job));
  JobOutput answer;
  answer.job_id = record.id;
  ICN_TRY(read_output(node, record, [&](ByteView piece) {
    answer.bytes += piece.size();
    return context.out ? context.out(piece) : Result<void>();
  }));
  answer.output_cid = *record.output;
  return answer;
}

template struct Shape<JobListRequest>;
template struct Shape<JobPage>;
template struct Shape<JobNamed>;
template struct Shape<JobDescription>;
template struct Shape<JobWhy>;
template struct Shape<JobCancelled>;
template struct Shape<JobOutput>;
template struct Shape<JobLogRequest>;
template struct Shape<JobLog>;

}  // namespace icn::api
