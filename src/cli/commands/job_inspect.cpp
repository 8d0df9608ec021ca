// The commands that look at jobs or stop them: list, describe, logs, output, cancel, why. Those that the owner of a
// busy folder serves ask it when the folder is not free.
#include <nlohmann/json.hpp>

#include "api/jobs.hpp"
#include "cli/commands/commands.hpp"
#include "cli/commands/serve.hpp"
#include "cli/hints.hpp"
#include "cli/session.hpp"
#include "cli/views.hpp"
#include "cli/words.hpp"
#include "disk/file.hpp"
#include "runtime/cancel.hpp"
#include "runtime/describe.hpp"

namespace icn::cli::commands {
namespace {

using Json = nlohmann::ordered_json;

std::string cancelled_text(const std::string& id, runtime::Cancelled cancelled) {
  Json json;
  json["job_id"] = id;
  json["cancelled"] = cancelled == runtime::Cancelled::released ? "released" : "stopping";
  return dump(json);
}

Result<Answer> describe(node::EmbeddedNode& node, const std::string& text) {
  api::Context context = node.context();
  const api::JobDescription description = ICN_TRY(api::describe_job(context, {text}));
  return Answer{api::json_text(description), description_text(description), 0};
}

Result<Answer> cancel(node::EmbeddedNode& node, const std::string& text) {
  const jobs::JobRecord record = ICN_TRY(node.state().jobs().find_by_text(text));
  const runtime::Cancelled cancelled = ICN_TRY(cancel_job(node.state(), record.id));
  return Answer{cancelled_text(record.id.to_text(), cancelled),
                cancelled == runtime::Cancelled::released
                    ? "cancelled before it ran; everything reserved is back\n"
                    : "the running job is being stopped; what it used is charged, the rest released\n",
                0};
}

// Runs `here` on the node, or asks the owner of its folder.
template <class Here, class Ask>
Result<Answer> on_node(const Invocation& invocation, Here here, Ask ask) {
  return here_or_owner([&] { return open_node(invocation); },
                       [&](const std::unique_ptr<node::EmbeddedNode>& node) { return here(*node); }, ask);
}

// The same question to the node or to the owner.
template <class Here>
Result<Answer> inspect(const Invocation& invocation, const std::string& verb, Here here) {
  const std::string& job = invocation.arguments[0];
  return on_node(
      invocation, [&](node::EmbeddedNode& node) { return here(node, job); },
      [&] { return ask_owner_to(invocation, verb, job); });
}

Result<std::string> stored_log(node::EmbeddedNode& node, const jobs::JobRecord& record) {
  const std::string id = record.id.to_text();
  auto text = disk::read_text(node.folder().logs_path() / (id + ".log"), UINT64_MAX);
  if (text || text.error().code != ErrorCode::not_found) return text;
  return fail(ErrorCode::not_found,
              jobs::is_terminal(record.phase) || record.attempts > 0
                  ? "no log of job " + id + " is kept here"
                  : "the job " + id + " has not run yet, so it has no log; `icn job wait " + id + "` runs it");
}

Answer log_answer(const std::string& id, const std::string& log) {
  Json json;
  json["job_id"] = id;
  json["log"] = log;
  return {dump(json), log, 0};
}

std::string row_text(const api::JobRow& job) {
  std::string text =
      padded(std::to_string(job.number), 6) + job.job_id->to_text() + "  " + padded(jobs::phase_name(*job.phase), 11);
  if (!job.outcome) return text + padded("", 16) + job.reserved.to_text() + " held\n";
  return text + padded(api::EnumNames<api::JobOutcome>::name(*job.outcome), 16) + job.charged.to_text() + " charged\n";
}

}  // namespace

node::OwnerHandler owner_handler(node::EmbeddedNode& node) {
  return [&node](const node::OwnerRequest& request, node::OwnerReply& reply) -> Result<void> {
    if (request.verb == "describe") {
      const Answer answer = ICN_TRY(describe(node, request.job));
      return reply.write(packed(answer));
    }
    if (request.verb == "cancel") {
      const Answer answer = ICN_TRY(cancel(node, request.job));
      return reply.write(packed(answer));
    }
    if (is_about_folder(request)) return reply.write(packed(ICN_TRY(answer_about_folder(node, request))));
    const bool names_job = request.verb == "logs-json";
    if (request.verb != "logs" && !names_job)
      return fail(ErrorCode::unsupported,
                  "the owner of the folder answers logs, cancel, describe, hash and backup, not " + request.verb);
    const jobs::JobRecord record = ICN_TRY(node.state().jobs().find_by_text(request.job));
    const std::string head = names_job ? record.id.to_text() + "\n" : "";
    if (!node.state().running().runs(record.id)) return reply.write(head + ICN_TRY(stored_log(node, record)));
    if (names_job) ICN_TRY(reply.write(head));
    const auto follow = request.option == "follow" ? node::LogHub::Follow::yes : node::LogHub::Follow::no;
    for (std::size_t offset = 0;;) {
      const node::LogHub::Piece piece = node.logs().read(record.id, offset, follow);
      if (piece.ended) return {};
      ICN_TRY(reply.write(piece.text));
      offset += piece.text.size();
    }
  };
}

Result<Answer> job_describe(const Invocation& invocation) { return inspect(invocation, "describe", describe); }
Result<Answer> job_cancel(const Invocation& invocation) { return inspect(invocation, "cancel", cancel); }

Result<Answer> job_logs(const Invocation& invocation) {
  const bool json = invocation.wants_json();
  const auto here = [&](node::EmbeddedNode& node) -> Result<Answer> {
    const jobs::JobRecord record = ICN_TRY(node.state().jobs().find_by_text(invocation.arguments[0]));
    return log_answer(record.id.to_text(), ICN_TRY(stored_log(node, record)));
  };
  const auto ask = [&]() -> Result<Answer> {
    std::string log;
    Result<void> printed;
    ICN_TRY(node::ask_owner(
        ICN_TRY(data_path(invocation)),
        {json ? "logs-json" : "logs", invocation.arguments[0], invocation.has("--follow") ? "follow" : ""},
        [&](std::string_view piece) {
          if (json) {
            log.append(piece);
          } else if (printed) {
            printed = write_to(Stream::output, piece);
          }
        }));
    ICN_TRY(std::move(printed));
    if (!json) return Answer{};
    // The owner says the job's whole id first.
    const std::size_t end = log.find('\n');
    if (end == std::string::npos) return fail(ErrorCode::invalid_format, "the owner's answer names no job");
    return log_answer(log.substr(0, end), log.substr(end + 1));
  };
  return on_node(invocation, here, ask);
}

Result<Answer> job_output(const Invocation& invocation) {
  const auto node = ICN_TRY(open_node(invocation));
  const jobs::JobRecord record = ICN_TRY(node->state().jobs().find_by_text(invocation.arguments[0]));
  std::uint64_t bytes = 0;
  ICN_TRY(read_output(node->state(), record, [&](ByteView piece) -> Result<void> {
    bytes += piece.size();
    return invocation.wants_json() ? Result<void>() : write_to(Stream::output, text_of(piece));
  }));
  Json json;
  json["job_id"] = record.id.to_text();
  json["output_cid"] = record.output->to_text();
  json["bytes"] = bytes;
  return Answer{dump(json), "", 0};
}

Result<Answer> job_why(const Invocation& invocation) {
  const auto node = ICN_TRY(open_node(invocation));
  const runtime::JobStory story = ICN_TRY(why_job(node->state(), invocation.arguments[0]));
  Json json;
  json["why"] = story.lines;
  std::string text;
  for (const std::string& line : story.lines) text += line + "\n";
  if (const std::string hint = hint_of(story.next_rule, story.id.to_text()); !hint.empty()) text += hint + ".\n";
  return Answer{dump(json), std::move(text), 0};
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
  if (page.next_before) text += "more: icn job list --before " + std::to_string(*page.next_before) + "\n";
  return Answer{api::json_text(page), std::move(text), 0};
}

}  // namespace icn::cli::commands
