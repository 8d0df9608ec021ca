// Jobs: requests about them and their answers (docs/OPERATIONS.md). As thread safe as runtime/.
#pragma once
#include "api/names.hpp"
#include "api/operation.hpp"
#include "jobs/job_book.hpp"
#include "model/order.hpp"
#include "runtime/cancel.hpp"
#include "runtime/find.hpp"

namespace icn::api {

// How a job ended, or why it did not run.
enum class JobOutcome : std::uint8_t {
  ok,
  nonzero_exit,
  trap,
  out_of_fuel,
  stack_overflow,
  stopped,
  refused,
  infrastructure,
  cancelled,
  expired,
};
template <>
struct EnumNames<JobOutcome> {
  static constexpr auto values = first_values<JobOutcome, 10>();
  static std::string_view name(JobOutcome outcome);
};

// The fields of a job in every answer; some answers add fields.
struct JobView {
  Nullable<model::JobId> job_id;
  Nullable<JobOutcome> outcome;
  Nullable<jobs::JobPhase> phase;
  std::uint32_t code = 0;
  Nullable<std::string> rule;
  Nullable<std::string> trap;
  Nullable<std::uint8_t> exit_code;
  Nullable<ipld::Cid> receipt;
  Nullable<ipld::Cid> output_cid;
  std::uint64_t fuel_used = 0;
  std::uint64_t fuel_limit = 0;
  std::uint32_t memory_pages = 0;
  model::Mana reserved;
  model::Mana charged;
  model::Mana released;
  Nullable<model::Did> executor;
  std::string message;

  static constexpr auto fields() {
    using T = JobView;
    return std::tuple{
        Field<&T::job_id>{"job_id", "the CID of the job's body; null for a refused job"},
        Field<&T::outcome>{"outcome", "how it ended; null while it is open"},
        Field<&T::phase>{"phase", "its phase; null for a refused job"},
        Field<&T::code>{"code", "exit status of nonzero_exit, trap code of trap, number of the error without a run"},
        Field<&T::rule>{"rule", "the limit or rule that refused the request", {.min = 1}},
        Field<&T::trap>{"trap", "name of the trap", {.form = Form::word}},
        Field<&T::exit_code>{"exit_code", "exit code of icn; null while the job is open"},
        Field<&T::receipt>{"receipt", "its signed receipt"},
        Field<&T::output_cid>{"output_cid", "its output"},
        Field<&T::fuel_used>{"fuel_used", "fuel that the run used"},
        Field<&T::fuel_limit>{"fuel_limit", "most fuel that it may use"},
        Field<&T::memory_pages>{"memory_pages", "the most memory it had, in pages of 64 KiB"},
        Field<&T::reserved>{"reserved_umana", "held from the submitter at acceptance"},
        Field<&T::charged>{"charged_umana", "paid by the submitter"},
        Field<&T::released>{"released_umana", "returned to the submitter"},
        Field<&T::executor>{"executor", "the node that runs or ran it"},
        Field<&T::message>{"message", "explanation for people; may be empty"},
    };
  }
  static std::vector<Rule> rules();
};

inline constexpr std::string_view kProgramText = "unsigned label of the program; null for a job without one";

struct JobListRequest {
  std::optional<jobs::JobPhase> phase;
  std::optional<std::uint64_t> before;
  std::uint64_t count = 20;
  static constexpr std::uint64_t kCountMax = 10'000;

  static constexpr auto fields() {
    using T = JobListRequest;
    return std::tuple{
        Field<&T::phase>{"phase", "only jobs in this phase"},
        Field<&T::before>{"before", "only jobs with a smaller number"},
        Field<&T::count>{
            "count", "most entries of the page", {.min = 1, .max = kCountMax, .missing = Missing::allowed}},
    };
  }
};

struct JobRow : JobView {
  std::uint64_t number = 0;
  Nullable<std::string> program;
  model::UnixMs accepted;

  static constexpr auto fields() {
    using T = JobRow;
    return std::tuple_cat(JobView::fields(),
                          std::tuple{
                              Field<&T::number>{"number", "acceptance number of its home, from 1", {.min = 1}},
                              Field<&T::program>{"program", kProgramText, {.min = 1}},
                              Field<&T::accepted>{"accepted", "when its home accepted it"},
                          });
  }
};

struct JobPage {
  static constexpr std::string_view kName = "job_list";
  static constexpr std::string_view kText = "Jobs, newest first.";
  std::vector<JobRow> jobs;
  Nullable<std::uint64_t> next_before;

  static constexpr auto fields() {
    using T = JobPage;
    return std::tuple{
        Field<&T::jobs>{"jobs", "jobs, newest first"},
        Field<&T::next_before>{"next_before", "`before` of the next page; null on the last", {.min = 1}},
    };
  }
};

// A request about one job.
struct JobNamed {
  std::string job;

  static constexpr auto fields() {
    return std::tuple{Field<&JobNamed::job>{"job", kJobNameText, {.min = 1, .max = runtime::kNameMax}}};
  }
};

struct OrderDeadlines {
  model::UnixMs start_by;
  model::UnixMs finish_by;
  model::UnixMs settle_by;
  model::UnixMs expires;

  static constexpr auto fields() {
    using T = OrderDeadlines;
    return std::tuple{
        Field<&T::start_by>{"start_by", "latest start of a run"},
        Field<&T::finish_by>{"finish_by", "latest end of a run"},
        Field<&T::settle_by>{"settle_by", "latest settlement"},
        Field<&T::expires>{"expires", "when the job expires if it has not run"},
    };
  }
};

struct OrderView {
  model::JobId job;
  model::Did home;
  model::UnixMs time;
  model::WasmSecurityLimits limits;
  ipld::Cid profile;
  ipld::Cid costs;
  ipld::Cid abi;
  ipld::Cid observations;
  model::Mana base;
  model::Mana page;
  model::Mana reserve;
  model::Mana discount;
  OrderDeadlines deadlines;

  static constexpr auto fields() {
    using T = OrderView;
    return std::tuple{
        Field<&T::job>{"job", "the job"},
        Field<&T::home>{"home", "the node that accepted it and signed the order"},
        Field<&T::time>{"time", "when"},
        Field<&T::limits>{"limits", "limits of the run"},
        Field<&T::profile>{"profile", "the table of the execution profile"},
        Field<&T::costs>{"costs", "the table of host costs"},
        Field<&T::abi>{"abi", "the table of host functions"},
        Field<&T::observations>{"observations", "observations of the home"},
        Field<&T::base>{"base_umana", "the price before memory and fuel"},
        Field<&T::page>{"page_umana", "the price of each page of 64 KiB at its peak"},
        Field<&T::reserve>{"reserve_umana", "reserved from the submitter"},
        Field<&T::discount>{"discount_umana", "reserved from the treasury"},
        Field<&T::deadlines>{"deadlines", "deadlines of the job"},
    };
  }
};

struct JobHappeningView {
  model::UnixMs time;
  jobs::JobPhase phase = jobs::JobPhase::submitted;
  std::string text;

  static constexpr auto fields() {
    using T = JobHappeningView;
    return std::tuple{
        Field<&T::time>{"time", "when"},
        Field<&T::phase>{"phase", "the job's phase from then on"},
        Field<&T::text>{"text", "what happened", {.min = 1}},
    };
  }
};

struct JobDescription : JobView {
  static constexpr std::string_view kName = "description";
  static constexpr std::string_view kText = "Everything about one job.";
  std::uint64_t number = 0;
  Nullable<std::string> program;
  model::Did submitter;
  model::UnixMs accepted;
  std::uint32_t attempts = 0;
  model::Mana base;
  model::Mana bid;
  model::Mana pay;
  model::Mana budget;
  model::Mana budget_spent;
  Nullable<ipld::Cid> anchor;
  Nullable<ipld::Cid> module;
  Nullable<std::string> entry;
  Nullable<std::vector<std::string>> args;
  Nullable<std::vector<ipld::Cid>> inputs;
  Nullable<std::uint64_t> cost_mana;
  Nullable<OrderView> order;
  std::vector<JobHappeningView> happenings;
  std::vector<std::string> effects_told;

  static constexpr auto fields() {
    using T = JobDescription;
    return std::tuple_cat(
        JobView::fields(),
        std::tuple{
            Field<&T::number>{"number", "acceptance number of its home, from 1", {.min = 1}},
            Field<&T::program>{"program", kProgramText, {.min = 1}},
            Field<&T::submitter>{"submitter", "the member who pays"},
            Field<&T::accepted>{"accepted", "when its home accepted it"},
            Field<&T::attempts>{"attempts", "started runs"},
            Field<&T::base>{"base_umana", "the price before memory and fuel"},
            Field<&T::bid>{"bid_umana", "price that the executor asked for"},
            Field<&T::pay>{"pay_umana", "paid to the executor"},
            Field<&T::budget>{"budget_umana", "held for its own spending"},
            Field<&T::budget_spent>{"budget_spent_umana", "spent part of the budget"},
            Field<&T::anchor>{"anchor", "the DAG block that anchors its receipt"},
            Field<&T::module>{"module", "the program; null, as entry to cost_mana, once the job's block is removed"},
            Field<&T::entry>{"entry", "the export that is called", {.min = 1}},
            Field<&T::args>{"args", "its arguments"},
            Field<&T::inputs>{"inputs", "its inputs"},
            Field<&T::cost_mana>{"cost_mana", "the most it may cost, in whole mana"},
            Field<&T::order>{"order", "the home's order; null once its block is removed"},
            Field<&T::happenings>{"happenings", "events so far, oldest first", {.min = 1}},
            Field<&T::effects_told>{"effects_told", "effects that could not be applied, with reasons", {.item_min = 1}},
        });
  }
};

struct JobWhy {
  static constexpr std::string_view kName = "why";
  static constexpr std::string_view kText = "The causal chain, one sentence per step.";
  std::vector<std::string> why;
  // Not fields: for a program that shows the next step.
  model::JobId id;
  std::string next_rule;

  static constexpr auto fields() {
    return std::tuple{Field<&JobWhy::why>{
        "why", "sentences, oldest first; the last one names the next step", {.min = 3, .item_min = 1}}};
  }
};

template <>
struct EnumNames<runtime::Cancelled> {
  static constexpr auto values = first_values<runtime::Cancelled, 2>();
  static std::string_view name(runtime::Cancelled cancelled) {
    return cancelled == runtime::Cancelled::released ? "released" : "stopping";
  }
};

struct JobCancelled {
  static constexpr std::string_view kName = "cancel";
  static constexpr std::string_view kText = "Whether the job had not started (released) or is being stopped.";
  model::JobId job_id;
  runtime::Cancelled cancelled = runtime::Cancelled::released;

  static constexpr auto fields() {
    using T = JobCancelled;
    return std::tuple{
        Field<&T::job_id>{"job_id", "the job"},
        Field<&T::cancelled>{"cancelled",
                             "released: the whole reserve was returned; stopping: the fuel it used is charged"},
    };
  }
};

struct JobOutput {
  static constexpr std::string_view kName = "output";
  static constexpr std::string_view kText = "The output of a job; its bytes follow the answer.";
  model::JobId job_id;
  ipld::Cid output_cid;
  std::uint64_t bytes = 0;

  static constexpr auto fields() {
    using T = JobOutput;
    return std::tuple{
        Field<&T::job_id>{"job_id", "the job"},
        Field<&T::output_cid>{"output_cid", "its output"},
        Field<&T::bytes>{"bytes", "number of bytes"},
    };
  }
};

struct JobLogRequest : JobNamed {
  bool follow = false;

  static constexpr auto fields() {
    return std::tuple_cat(JobNamed::fields(),
                          std::tuple{Field<&JobLogRequest::follow>{
                              "follow", "wait for more until the job ends", {.missing = Missing::allowed}}});
  }
};

// With Context::out the log is streamed there as it arrives, and `log` is empty.
struct JobLog {
  static constexpr std::string_view kName = "logs";
  static constexpr std::string_view kText = "The log of a job; invalid UTF-8 is replaced.";
  model::JobId job_id;
  std::string log;

  static constexpr auto fields() {
    using T = JobLog;
    return std::tuple{
        Field<&T::job_id>{"job_id", "the job"},
        Field<&T::log>{"log", "standard error and log messages"},
    };
  }
};
// Errors: not_found (an unknown job, or no log is kept).
struct ReadJobLog : Slot<JobLogRequest, JobLog> {};

[[nodiscard]] JobView job_view(const jobs::JobRecord& record);

[[nodiscard]] Result<JobPage> list_jobs(Context& context, const JobListRequest& request);
// Errors: not_found, invalid_argument, missing_data.
[[nodiscard]] Result<JobDescription> describe_job(Context& context, const JobNamed& request);
// Errors: not_found, invalid_argument.
[[nodiscard]] Result<JobWhy> why_job(Context& context, const JobNamed& request);
// Errors: not_found, invalid_state (it has ended).
[[nodiscard]] Result<JobCancelled> cancel_job(Context& context, const JobNamed& request);
// Writes the output to Context::out. Errors: not_found (it has none), missing_data, corrupted.
[[nodiscard]] Result<JobOutput> read_job_output(Context& context, const JobNamed& request);

}  // namespace icn::api
