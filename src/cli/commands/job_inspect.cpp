// The commands that look at jobs or stop them: list, describe, logs, output, cancel, why. Those that the owner of a
// busy folder serves ask it when the folder is not free.
#include <nlohmann/json.hpp>

#include <fstream>
#include <sstream>

#include "cli/commands/commands.hpp"
#include "cli/commands/serve.hpp"
#include "cli/session.hpp"
#include "cli/views.hpp"

namespace icn::cli::commands {
namespace {

using Json = nlohmann::ordered_json;

std::string cancelled_text(const std::string& id, runtime::Cancelled cancelled) {
  Json json;
  json["job_id"] = id;
  json["cancelled"] = cancelled == runtime::Cancelled::released ? "released" : "stopping";
  return dump(json);
}

// Both forms of an answer, separated by NUL, travel over the socket; the client prints the one it wants.
std::string both(const std::string& json, const std::string& text) { return json + '\0' + text; }

Answer answer_of(const std::string& payload) {
  const std::size_t at = payload.find('\0');
  if (at == std::string::npos) return {payload, payload, 0};
  return {payload.substr(0, at), payload.substr(at + 1), 0};
}

Result<Answer> describe(node::EmbeddedNode& node, const std::string& text) {
  const runtime::JobDescription description = ICN_TRY(describe_job(node.state(), text));
  return Answer{dump(description_json(description)), description_text(description), 0};
}

Result<Answer> cancel(node::EmbeddedNode& node, const std::string& text) {
  const mesh::JobRecord record = ICN_TRY(node.state().jobs().find_by_text(text));
  const runtime::Cancelled cancelled = ICN_TRY(cancel_job(node.state(), record.id));
  return Answer{cancelled_text(record.id.to_text(), cancelled),
                cancelled == runtime::Cancelled::released
                    ? "cancelled before it ran; everything reserved is back\n"
                    : "the running job is being stopped; what it used is charged, the rest released\n",
                0};
}

Result<Answer> ask(const Invocation& invocation, const std::string& verb) {
  std::string payload;
  ICN_TRY(node::ask_owner(ICN_TRY(data_path(invocation)), {verb, invocation.arguments[0], ""},
                          [&](std::string_view piece) { payload.append(piece); }));
  return answer_of(payload);
}

// Runs `here` on the folder, or asks its owner when it has one.
template <class Here>
Result<Answer> here_or_owner(const Invocation& invocation, const std::string& verb, Here here) {
  auto node = open_node(invocation);
  if (!node && node.error().code == ErrorCode::busy) return ask(invocation, verb);
  if (!node) return fail(node.error());
  return here(**node, invocation.arguments[0]);
}

Result<std::string> stored_log(const std::filesystem::path& folder, const std::string& id) {
  std::ifstream file(folder / (id + ".log"), std::ios::binary);
  if (!file) return fail(ErrorCode::not_found, "no log of job " + id + " is kept here");
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

Answer log_answer(const std::string& id, const std::string& log) {
  Json json;
  json["job_id"] = id;
  json["log"] = log;
  return {dump(json), log, 0};
}

}  // namespace

node::OwnerHandler owner_handler(node::EmbeddedNode& node) {
  return [&node](const node::OwnerRequest& request, node::OwnerReply& reply) -> Result<void> {
    if (request.verb == "describe") {
      const Answer answer = ICN_TRY(describe(node, request.job));
      return reply.write(both(answer.json, answer.text));
    }
    if (request.verb == "cancel") {
      const Answer answer = ICN_TRY(cancel(node, request.job));
      return reply.write(both(answer.json, answer.text));
    }
    if (request.verb != "logs")
      return fail(ErrorCode::unsupported,
                  "the owner of the folder answers logs, cancel and describe, not " + request.verb);
    const mesh::JobRecord record = ICN_TRY(node.state().jobs().find_by_text(request.job));
    if (!node.state().running().runs(record.id))
      return reply.write(ICN_TRY(stored_log(node.folder().logs_path(), record.id.to_text())));
    const auto follow = request.option == "follow" ? node::LogHub::Follow::yes : node::LogHub::Follow::no;
    for (std::size_t offset = 0;;) {
      const node::LogHub::Piece piece = node.logs().read(record.id, offset, follow);
      if (piece.ended) return {};
      ICN_TRY(reply.write(piece.text));
      offset += piece.text.size();
    }
  };
}

Result<Answer> job_describe(const Invocation& invocation) { return here_or_owner(invocation, "describe", describe); }
Result<Answer> job_cancel(const Invocation& invocation) { return here_or_owner(invocation, "cancel", cancel); }

Result<Answer> job_logs(const Invocation& invocation) {
  auto node = open_node(invocation);
  if (node) {
    const mesh::JobRecord record = ICN_TRY((*node)->state().jobs().find_by_text(invocation.arguments[0]));
    return log_answer(record.id.to_text(), ICN_TRY(stored_log((*node)->folder().logs_path(), record.id.to_text())));
  }
  if (node.error().code != ErrorCode::busy) return fail(node.error());
  std::string log;
  const bool json = invocation.wants_json();
  Result<void> printed;
  ICN_TRY(node::ask_owner(ICN_TRY(data_path(invocation)),
                          {"logs", invocation.arguments[0], invocation.has("--follow") ? "follow" : ""},
                          [&](std::string_view piece) {
                            if (json) {
                              log.append(piece);
                            } else if (printed) {
                              printed = write_to(Stream::output, piece);
                            }
                          }));
  ICN_TRY(std::move(printed));
  return json ? log_answer(invocation.arguments[0], log) : Answer{};
}

Result<Answer> job_output(const Invocation& invocation) {
  const auto node = ICN_TRY(open_node(invocation));
  const mesh::JobRecord record = ICN_TRY(node->state().jobs().find_by_text(invocation.arguments[0]));
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
  const std::vector<std::string> lines = ICN_TRY(why_job(node->state(), invocation.arguments[0]));
  Json json;
  json["why"] = lines;
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return Answer{dump(json), std::move(text), 0};
}

Result<Answer> job_list(const Invocation& invocation) {
  std::optional<mesh::JobPhase> phase;
  if (const auto name = invocation.text("--phase")) {
    phase = mesh::find_phase(*name);
    if (!phase)
      return fail(ErrorCode::invalid_argument,
                  "--phase " + *name +
                      ": no such phase; there are submitted, executing, completed, failed, cancelled, expired, …");
  }
  const std::uint64_t count = ICN_TRY(invocation.number("--count", 10'000)).value_or(20);
  const std::uint64_t before = ICN_TRY(invocation.number("--before")).value_or(UINT64_MAX);
  const auto node = ICN_TRY(open_node(invocation));
  const mesh::JobPage page = ICN_TRY(list_jobs(node->state(), {before}, count, phase));
  Json json;
  json["jobs"] = Json::array();
  std::string text;
  for (const mesh::JobRecord& record : page.jobs) {
    Json job = job_json(record);
    job["number"] = record.number;
    job["accepted"] = time_text(record.accepted);
    json["jobs"].push_back(std::move(job));
    std::string line = std::to_string(record.number);
    line.resize(std::max<std::size_t>(line.size() + 1, 6), ' ');
    line += record.id.to_text() + "  " + std::string(mesh::phase_name(record.phase));
    line.resize(std::max<std::size_t>(line.size() + 2, 78), ' ');
    text += line + std::string(runtime::outcome_text(record)) + "  " + record.charged.to_text() + "\n";
  }
  json["next_before"] = page.next ? Json(page.next->before_number) : Json(nullptr);
  if (page.jobs.empty()) text = "no jobs\n";
  if (page.next) text += "more: icn job list --before " + std::to_string(page.next->before_number) + "\n";
  return Answer{dump(json), std::move(text), 0};
}

}  // namespace icn::cli::commands
