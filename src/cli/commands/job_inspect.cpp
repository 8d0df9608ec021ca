// The commands that look at jobs or stop them: list, describe, logs, output, cancel, why. Those that the owner of a
// busy folder serves ask it when the folder is not free.
#include <fmt/core.h>

#include "api/jobs.hpp"
#include "cli/commands/commands.hpp"
#include "cli/commands/serve.hpp"
#include "cli/hints.hpp"
#include "cli/session.hpp"
#include "cli/views.hpp"
#include "cli/words.hpp"

namespace icn::cli::commands {
namespace {

std::string row_text(const api::JobRow& job) {
  std::string text =
      padded(std::to_string(job.number), 6) + job.job_id->to_text() + "  " + padded(jobs::phase_name(*job.phase), 11);
  if (!job.outcome) return text + padded("", 16) + job.reserved.to_text() + " held\n";
  return text + padded(api::EnumNames<api::JobOutcome>::name(*job.outcome), 16) + job.charged.to_text() + " charged\n";
}

}  // namespace

Result<Answer> job_describe(const Invocation& invocation) {
  const api::JobDescription job = ICN_TRY(on_node<&api::describe_job>(invocation, {invocation.arguments[0]}));
  return Answer{api::json_text(job), description_text(job), 0};
}

Result<Answer> job_cancel(const Invocation& invocation) {
  const api::JobCancelled job = ICN_TRY(on_node<&api::cancel_job>(invocation, {invocation.arguments[0]}));
  return Answer{api::json_text(job),
                job.cancelled == runtime::Cancelled::released
                    ? "cancelled before it ran; everything reserved is back\n"
                    : "the running job is being stopped; what it used is charged, the rest released\n",
                0};
}

Result<Answer> job_logs(const Invocation& invocation) {
  const api::JobLogRequest request{{invocation.arguments[0]}, invocation.has("--follow")};
  constexpr auto read = &api::call<api::ReadJobLog>;
  if (invocation.wants_json()) return Answer{api::json_text(ICN_TRY(on_node<read>(invocation, request))), "", 0};
  ICN_TRY(
      on_node<read>(invocation, request, [](std::string_view piece) { return write_bytes(Stream::output, piece); }));
  return Answer{};
}

Result<Answer> job_output(const Invocation& invocation) {
  const auto node = ICN_TRY(open_node(invocation));
  api::Context context = node->context();
  if (!invocation.wants_json())
    context.out = [](ByteView piece) { return write_bytes(Stream::output, text_of(piece)); };
  return Answer{api::json_text(ICN_TRY(api::read_job_output(context, {invocation.arguments[0]}))), "", 0};
}

Result<Answer> job_why(const Invocation& invocation) {
  const auto node = ICN_TRY(open_node(invocation));
  api::Context context = node->context();
  const api::JobWhy story = ICN_TRY(api::why_job(context, {invocation.arguments[0]}));
  std::string text;
  for (const std::string& line : story.why) text += line + "\n";
  if (const std::string hint = hint_of(story.next_rule, story.id.to_text()); !hint.empty()) text += hint + ".\n";
  return Answer{api::json_text(story), std::move(text), 0};
}

Result<Answer> job_list(const Invocation& invocation) {
  api::JobListRequest request;
  if (const auto name = invocation.text("--phase")) {
    const auto phase = api::parse_enum<jobs::JobPhase>("phase", *name);
    if (!phase) return fail(within("--phase", phase.error()));
    request.phase = *phase;
  }
  if (const auto count = ICN_TRY(invocation.number("--count", api::JobListRequest::kCountMax))) request.count = *count;
  request.before = ICN_TRY(invocation.number("--before"));
  const auto node = ICN_TRY(open_node(invocation));
  api::Context context = node->context();
  const api::JobPage page = ICN_TRY(api::list_jobs(context, request));
  std::string text;
  for (const api::JobRow& job : page.jobs) text += row_text(job);
  if (page.jobs.empty()) text = "no jobs\n";
  if (page.next_before) text += fmt::format("more: icn job list --before {}\n", *page.next_before);
  return Answer{api::json_text(page), std::move(text), 0};
}

}  // namespace icn::cli::commands
