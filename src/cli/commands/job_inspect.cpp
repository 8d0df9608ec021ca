// The commands that inspect or stop jobs: list, describe, logs, output, cancel, why. If another process owns the
// folder, the commands that it serves query it.
#include <fmt/core.h>

#include "api/jobs.hpp"
#include "cli/commands/commands.hpp"
#include "cli/commands/serve.hpp"
#include "cli/files.hpp"
#include "cli/hints.hpp"
#include "cli/session.hpp"
#include "cli/table.hpp"
#include "cli/views.hpp"
#include "cli/words.hpp"

namespace icn::cli::commands {
namespace {

std::string list_text(const api::JobPage& page, const api::JobListRequest& request, model::UnixMs now,
                      const Look& look) {
  if (page.jobs.empty()) {
    return fmt::format("no {}jobs{}\n", request.before ? "more " : "",
                       request.phase ? fmt::format(" are {}", jobs::phase_name(*request.phase)) : "");
  }
  Table table({{"#", Align::right},
               {"ID"},
               {"PROGRAM", Align::left, true},
               {"AGE", Align::right},
               {"STATE"},
               {"EXIT", Align::right},
               {"CHARGED", Align::right}},
              look);
  for (const api::JobRow& job : page.jobs) {
    table.add({std::to_string(job.number), id_text(job.job_id->cid, look), job.program.value_or("-"),
               age_text(job.accepted, now), Cell(state_word(job), state_style(job)),
               job.exit_code ? std::to_string(*job.exit_code) : "-",
               job.outcome ? mana_number(job.charged) : "(" + mana_number(job.reserved) + ")"});
  }
  std::string text = table.text();
  if (page.next_before) text += fmt::format("more: icn job list --before {}\n", *page.next_before);
  return text;
}

}  // namespace

Result<Answer> job_describe(const Invocation& invocation) {
  const api::JobDescription job = ICN_TRY(on_node<&api::describe_job>(invocation, {invocation.arguments[0]}));
  return Answer{api::json_text(job), description_text(job, output_look()), 0};
}

Result<Answer> job_cancel(const Invocation& invocation) {
  const api::JobCancelled job = ICN_TRY(on_node<&api::cancel_job>(invocation, {invocation.arguments[0]}));
  return Answer{api::json_text(job),
                job.cancelled == runtime::Cancelled::released
                    ? "cancelled before it ran; the whole reserve was released\n"
                    : "the running job is being stopped; it pays for the fuel it used, the rest is released\n",
                0};
}

Result<Answer> job_logs(const Invocation& invocation) {
  const api::JobLogRequest request{{invocation.arguments[0]}, invocation.has("--follow")};
  constexpr auto read = &api::call<api::ReadJobLog>;
  if (invocation.wants_json()) return Answer{api::json_text(ICN_TRY(on_node<read>(invocation, request))), "", 0};
  ICN_TRY(on_node<read>(invocation, request, [](api::Context& context) {
    context.out = [](ByteView piece) { return write_bytes(Stream::output, text_of(piece)); };
  }));
  return Answer{};
}

Result<Answer> job_output(const Invocation& invocation) {
  OutputSink sink = ICN_TRY(OutputSink::open(invocation));
  const bool streams = !invocation.wants_json() || sink.is_file();
  const api::JobOutput output =
      ICN_TRY(on_node<&api::read_job_output>(invocation, {invocation.arguments[0]}, [&](api::Context& context) {
        if (streams) context.out = [&](ByteView piece) { return sink.write(piece); };
      }));
  ICN_TRY(sink.finish());
  return Answer{api::json_text(output), "", 0};
}

Result<Answer> job_why(const Invocation& invocation) {
  const api::JobWhy story = ICN_TRY(on_node<&api::why_job>(invocation, {invocation.arguments[0]}));
  std::string text;
  for (const std::string& line : story.why) text += with_grouped_numbers(line) + "\n";
  if (const std::string hint = hint_of(story.next_rule, id_text(story.id.cid, output_look())); !hint.empty())
    text += hint + ".\n";
  return Answer{api::json_text(story), std::move(text), 0};
}

Result<Answer> job_list(const Invocation& invocation) {
  api::JobListRequest request;
  if (const auto name = invocation.text("--phase")) {
    const auto phase = api::parse_enum<jobs::JobPhase>("phase", *name);
    if (!phase) return fail(within("--phase", phase.error()));
    request.phase = *phase;
  }
  if (const auto count = ICN_TRY(invocation.count(api::JobListRequest::kCountMax))) request.count = *count;
  request.before = ICN_TRY(invocation.number("--before"));
  const api::JobPage page = ICN_TRY(on_node<&api::list_jobs>(invocation, request));
  return Answer{.json = api::json_text(page), .laid_out = list_text(page, request, ICN_TRY(now()), output_look())};
}

}  // namespace icn::cli::commands
