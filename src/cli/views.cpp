#include "cli/views.hpp"

#include <fmt/core.h>

#include "cli/hints.hpp"
#include "cli/words.hpp"

namespace icn::cli {

std::string grouped(std::uint64_t number) {
  std::string text = std::to_string(number);
  for (std::size_t at = text.size(); at > 3;) {
    at -= 3;
    text.insert(at, ",");
  }
  return text;
}

void Lines::add(std::string_view name, const std::string& value) {
  if (!value.empty()) text_ += padded(name, width_) + value + "\n";
}

std::string code_text(const api::JobView& job) {
  if (!job.outcome) return "";
  switch (*job.outcome) {
    case api::JobOutcome::nonzero_exit:
      return fmt::format("exit status {}", job.code);
    case api::JobOutcome::trap:
      return job.trap.value_or("");
    case api::JobOutcome::refused:
    case api::JobOutcome::infrastructure:
    case api::JobOutcome::cancelled:
    case api::JobOutcome::expired:
      return job.code == 0 ? "" : std::string(error_row(static_cast<ErrorCode>(job.code)).name);
    default:
      return "";
  }
}

std::string unfinished_text(const api::JobView& job) {
  const Error error{static_cast<ErrorCode>(job.code), job.message, job.rule.value_or("")};
  return fmt::format(
      "icn: {}: {}\n{}icn: the job is accepted, {} stays reserved and nothing is charged; `icn job wait {}` runs it "
      "again\n",
      error_row(error.code).name, error.detail, hint_line(error), job.reserved.to_text(), job.job_id->to_text());
}

std::string outcome_line(const api::JobView& job) {
  const std::string code = code_text(job);
  return std::string(api::EnumNames<api::JobOutcome>::name(*job.outcome)) + (code.empty() ? "" : " (" + code + ")") +
         (job.message.empty() ? "" : ": " + job.message);
}

namespace {

// A place and its callers, one on a line.
std::string in_lines(std::string text) {
  constexpr std::string_view kCaller = ", called by ";
  const std::string line = "\nicn:   called by ";
  for (std::size_t at = 0; (at = text.find(kCaller, at)) != std::string::npos; at += line.size())
    text.replace(at, kCaller.size(), line);
  return text;
}

std::string hint_for(const api::JobView& job) { return hint_line({ErrorCode::internal, {}, job.rule.value_or("")}); }

}  // namespace

std::string denied_text(const api::JobView& job) {
  return job.rule && !job.message.empty() ? "icn: " + job.message + "\n" + hint_for(job) : "";
}

std::string failure_text(const api::JobView& job) {
  std::string what;
  switch (*job.outcome) {
    case api::JobOutcome::refused:
    case api::JobOutcome::infrastructure:
    case api::JobOutcome::cancelled:
    case api::JobOutcome::expired:
      what = "the job did not run: " + outcome_line(job);
      break;
    case api::JobOutcome::trap:
      what = "the program trapped (" + code_text(job) + "): " + in_lines(job.message);
      break;
    case api::JobOutcome::out_of_fuel:
      what = "the program used up its fuel limit of " + grouped(job.fuel_limit) + "; --fuel asks for more";
      break;
    default:
      what = "the program did not finish: " + outcome_line(job);
  }
  return "icn: " + what + "\n" + hint_for(job) + "icn: charged " + job.charged.to_text() + ", released " +
         job.released.to_text() + "; `icn job why " + job.job_id->to_text() + "` explains\n";
}

std::string description_text(const api::JobDescription& job) {
  const auto text_of = [](const std::optional<ipld::Cid>& cid) { return cid ? cid->to_text() : ""; };
  Lines lines;
  lines.add("job", job.job_id->to_text());
  lines.add("state", std::string(jobs::phase_name(*job.phase)));
  if (job.outcome) lines.add("outcome", outcome_line(job));
  lines.add("submitter", job.submitter.to_text());
  lines.add("executor", job.executor ? job.executor->to_text() : "");
  lines.add("accepted", time_text(job.accepted));
  lines.add("program", job.module.to_text() + " " + job.entry);
  for (const std::string& argument : job.args) lines.add("argument", "'" + argument + "'");
  for (const ipld::Cid& input : job.inputs) lines.add("input", input.to_text());
  lines.add("fuel", (job.receipt ? grouped(job.fuel_used) + " of " : "at most ") + grouped(job.fuel_limit));
  lines.add("memory", job.receipt ? fmt::format("{} pages", job.memory_pages) : "");
  lines.add("reserved", job.reserved.to_text());
  if (job.outcome) lines.add("charged", job.charged.to_text());
  lines.add("receipt", text_of(job.receipt));
  lines.add("output", text_of(job.output_cid));
  return lines.text();
}

}  // namespace icn::cli
