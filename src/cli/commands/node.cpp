// The commands about a node that keeps running: run, check, config, status, obligations, metrics, reload.
#include <fmt/core.h>

#include <cstdlib>

#include "api/command_line.hpp"
#include "api/node.hpp"
#include "cli/commands/commands.hpp"
#include "cli/commands/serve.hpp"
#include "cli/table.hpp"
#include "cli/views.hpp"
#include "core/log.hpp"
#include "node/daemon.hpp"
#include "node/node_operations.hpp"

namespace icn::cli::commands {
namespace {

std::optional<std::string> taken_variable(std::string_view name) {
  const std::string variable(name);
  const char* const value = std::getenv(variable.c_str());
  if (value == nullptr) return std::nullopt;
  std::string text(value);
  // Children of this process have another service manager: none.
  ::unsetenv(variable.c_str());
  return text;
}

Error not_running(const std::filesystem::path& path) {
  return Error{ErrorCode::not_found, "no process runs the node in " + path.string(), "node_not_running", path.string()};
}

// The answer of the process that owns the folder; an error if there is none.
template <auto UseCase>
Result<typename api::Typed<UseCase>::Answer> ask_running(const Invocation& invocation,
                                                         const typename api::Typed<UseCase>::Request& request = {}) {
  using Answer = Result<typename api::Typed<UseCase>::Answer>;
  const auto ask = [&]() -> Answer {
    api::Context context;
    return http::ask<UseCase>(ICN_TRY(owner_of(invocation)), context, request);
  };
  if (invocation.has("--node")) return ask();
  const std::filesystem::path path = ICN_TRY(data_path(invocation));
  return here_or_owner(
      ICN_TRY(FolderWait::of(invocation)), [&] { return open_folder_now(invocation); },
      [&](const folder::DataFolder&) -> Answer { return fail(not_running(path)); }, ask);
}

std::string readiness_text(const api::Readiness& readiness) {
  Table table({{"NEEDS"}, {"STATE"}, {"WHY", Align::left, true}}, output_look());
  for (const api::DependencyView& one : readiness.dependencies)
    table.add({one.name, Cell(one.ready ? "ready" : "not ready", one.ready ? Style::plain : Style::bad),
               one.problem.value_or("")});
  return table.text();
}

int ready_code(const api::Readiness& readiness) { return readiness.ready ? 0 : error_row(ErrorCode::busy).exit_code; }

}  // namespace

Result<Answer> node_run(const Invocation& invocation) {
  const config::RuntimeConfig config = config::RuntimeConfig::of(ICN_TRY(configuration(invocation)));
  set_log_level(invocation.has("--verbose") ? LogLevel::debug : config.log.level);
  set_log_format(config.log.format);
  node::DaemonOptions options;
  options.open = [&invocation] { return open_node(invocation); };
  options.manager = node::ServiceManager(&taken_variable);
  const node::DaemonReport report = ICN_TRY(node::run_daemon(std::move(options)));
  const api::ScriptText text{report.handed_back == 0
                                 ? "stopped\n"
                                 : fmt::format("stopped; {} jobs run after the next start\n", report.handed_back)};
  return Answer{api::json_text(text), text.text, 0};
}

Result<Answer> node_check(const Invocation& invocation) {
  const auto here = [](const std::unique_ptr<node::EmbeddedNode>& node) -> Result<api::Readiness> {
    ICN_TRY(node->unlock_node_key());
    return node::readiness_of(*node);
  };
  // The running node is asked what it can do; the configuration is checked here either way.
  static_cast<void>(ICN_TRY(configuration(invocation)));
  const api::Readiness readiness = ICN_TRY(here_or_owner(
      ICN_TRY(FolderWait::of(invocation)), [&] { return open_node_now(invocation); }, here,
      [&]() -> Result<api::Readiness> {
        api::Context context;
        const auto status =
            ICN_TRY(http::ask<&api::call<api::ShowNodeStatus>>(ICN_TRY(owner_of(invocation)), context, {}));
        return status.readiness;
      }));
  return Answer{
      .json = api::json_text(readiness), .exit_code = ready_code(readiness), .laid_out = readiness_text(readiness)};
}

Result<Answer> node_config(const Invocation& invocation) {
  if (!invocation.arguments.empty() && invocation.arguments[0] != "show")
    return fail(ErrorCode::invalid_argument, fmt::format("'{}' is not 'show'", invocation.arguments[0]));
  auto running = ask_running<&api::call<api::ShowConfiguration>>(invocation);
  const bool none_runs = !running && running.error().code == ErrorCode::not_found;
  const api::ConfigurationView view =
      none_runs ? node::configuration_view(ICN_TRY(configuration(invocation))) : ICN_TRY(std::move(running));
  const bool origin = invocation.has("--origin");
  std::vector<Column> columns{{"KEY"}, {"VALUE", Align::left, true}};
  if (origin) columns.push_back({"ORIGIN"});
  Table table(columns, output_look());
  for (const api::SettingView& setting : view.settings) {
    const Style style = setting.source == "default" ? Style::plain : Style::strong;
    std::vector<Cell> cells{setting.key, Cell(setting.value, style)};
    if (origin) cells.emplace_back(setting.by.value_or(setting.source));
    table.add(std::move(cells));
  }
  return Answer{.json = api::json_text(view), .laid_out = table.text()};
}

Result<Answer> node_status(const Invocation& invocation) {
  const api::NodeStatus status = ICN_TRY(ask_running<&api::call<api::ShowNodeStatus>>(invocation));
  Lines lines(12);
  lines.add("process", status.owner);
  lines.add("phase", std::string(api::EnumNames<api::NodePhase>::name(status.phase)));
  lines.add("environment", status.environment);
  lines.add("version", status.version);
  lines.add("started", model::time_text(status.started));
  lines.add("node", status.node.to_text());
  lines.add("jobs", fmt::format("{} running, {} waiting", grouped(status.jobs_running), grouped(status.jobs_waiting)));
  lines.add("blocks", fmt::format("{} of {} bytes", grouped(status.dag_bytes), grouped(status.dag_quota_bytes)));
  lines.add("log", fmt::format("{} entries", grouped(status.log_entries)));
  lines.add("owes", fmt::format("{} things, {} overdue", grouped(status.obligations), grouped(status.overdue)));
  return Answer{.json = api::json_text(status),
                .exit_code = ready_code(status.readiness),
                .laid_out = lines.text() + "\n" + readiness_text(status.readiness)};
}

Result<Answer> node_obligations(const Invocation& invocation) {
  api::ObligationsRequest request;
  request.count = ICN_TRY(invocation.count(api::ObligationsRequest::kCountMax)).value_or(request.count);
  const api::ObligationAnswer owed = ICN_TRY(on_node<&api::node_obligations>(invocation, request));
  Table table({{"DUE"}, {"WHAT"}, {"STATE"}, {"STEP"}, {"OWNER"}, {"SUBJECT"}}, output_look());
  for (const api::ObligationView& one : owed.obligations) {
    table.add({Cell(model::time_text(one.due), one.overdue ? Style::bad : Style::plain),
               std::string(api::EnumNames<api::ObligedFor>::name(one.kind)), one.state, one.step, one.owner,
               one.subject.value_or("")});
  }
  const std::string sum = fmt::format("{} obligations, {} overdue\n", grouped(owed.total), grouped(owed.overdue));
  return Answer{.json = api::json_text(owed), .laid_out = table.text() + sum};
}

Result<Answer> node_metrics(const Invocation& invocation) {
  const api::MetricsText metrics = ICN_TRY(on_node<&api::node_metrics>(invocation, {}));
  return Answer{api::json_text(metrics), metrics.text, 0};
}

Result<Answer> node_reload(const Invocation& invocation) {
  const api::Reloaded done = ICN_TRY(ask_running<&api::call<api::ReloadConfiguration>>(invocation));
  std::string text;
  for (const std::string& change : done.changes) text += change + "\n";
  return Answer{api::json_text(done), done.changes.empty() ? "nothing changed\n" : text, 0};
}

}  // namespace icn::cli::commands
