#include "node/node_operations.hpp"

#include "folder/store_url.hpp"
#include "node/embedded_node.hpp"
#include "runtime/obligations.hpp"
#include "runtime/readiness.hpp"
#include "runtime/services.hpp"

namespace icn::node {
namespace {

api::NodeStatus status_of(EmbeddedNode& node) {
  runtime::NodeState& state = node.state();
  const runtime::ObligationList owed = runtime::list_obligations(state, 0);
  const std::uint64_t open = state.jobs().open_count();
  api::NodeStatus status;
  status.owner = node.owner();
  status.phase = node.is_stopping() ? api::NodePhase::stopping : api::NodePhase::serving;
  status.environment = config::environment_name(node.configuration().environment());
  status.version = runtime::program_version().to_text();
  status.started = node.started();
  status.scope = state.genesis_scope().id();
  status.node = state.node_did();
  status.jobs_running = state.running().count();
  status.jobs_waiting = open > status.jobs_running ? open - status.jobs_running : 0;
  status.dag_bytes = state.blocks().usage().figures().bytes;
  status.dag_quota_bytes = state.settings().dag_quota.bytes;
  status.log_entries = state.scope().position();
  status.obligations = owed.total;
  status.overdue = owed.overdue;
  status.readiness = readiness_of(node);
  return status;
}

void add(api::Readiness& readiness, std::string_view name, std::string problem) {
  api::DependencyView& view = readiness.dependencies.emplace_back();
  view.name = name;
  view.ready = problem.empty();
  if (!view.ready) view.problem = std::move(problem);
  readiness.ready = readiness.ready && view.ready;
}

}  // namespace

api::ConfigurationView configuration_view(const config::Configuration& configuration) {
  api::ConfigurationView view;
  for (const config::KeyRow& row : config::kKeyTable) {
    const config::Setting& setting = configuration[row.key];
    const bool is_url = row.key == config::Key::storage_dag || row.key == config::Key::storage_state;
    api::SettingView& one = view.settings.emplace_back();
    one.key = row.name;
    one.value = is_url ? folder::shown_url(setting.value) : setting.value;
    one.source = config::source_name(setting.source);
    if (!setting.by.empty()) one.by = setting.by;
    one.live = row.reload == config::Reload::live;
  }
  return view;
}

api::Readiness readiness_of(EmbeddedNode& node) {
  api::Readiness readiness;
  readiness.ready = true;
  for (runtime::Dependency& one : runtime::check_dependencies(node.state()))
    add(readiness, one.name, std::move(one.problem));
  const auto fit = require_environment(node);
  add(readiness, "environment", fit ? "" : fit.error().detail);
  add(readiness, "phase", node.is_stopping() ? "the node is stopping" : "");
  return readiness;
}

Result<void> require_ready(const api::Readiness& readiness) {
  std::string problems;
  std::string_view first;
  for (const api::DependencyView& one : readiness.dependencies) {
    if (one.ready) continue;
    problems += (problems.empty() ? "" : "; ") + one.name + ": " + *one.problem;
    if (first.empty()) first = one.name;
  }
  if (problems.empty()) return {};
  return refuse(ErrorCode::busy, "not_ready", "the node is not ready: " + problems, std::string(first));
}

Result<void> require_environment(EmbeddedNode& node) {
  const config::RuntimeConfig config = node.config();
  if (config.environment == config::EnvironmentType::production) {
    std::string problems;
    for (const std::string& problem : runtime::unfit_for_production(runtime::descriptors_of(node.state().services())))
      problems += (problems.empty() ? "" : "; ") + problem;
    if (!problems.empty()) return refuse(ErrorCode::production_error, "environment", problems);
  }
  if (!config.identity.encrypted_keys || !ICN_TRY(node.has_plain_keys())) return {};
  return refuse(ErrorCode::permission_denied, "encrypted_keys",
                "the data folder " + node.folder().path().string() +
                    " has plain key files, and the configuration demands sealed ones",
                node.folder().path().string());
}

void bind_node_operations(EmbeddedNode& node, api::Slots& slots) {
  slots.bind<api::ShowNodeStatus>(
      [&node](const api::Context&, const api::NodeRequest&) -> Result<api::NodeStatus> { return status_of(node); });
  slots.bind<api::CheckReady>([&node](const api::Context&, const api::NodeRequest&) -> Result<api::Readiness> {
    api::Readiness readiness = readiness_of(node);
    ICN_TRY(require_ready(readiness));
    return readiness;
  });
  slots.bind<api::ShowConfiguration>(
      [&node](const api::Context&, const api::NodeRequest&) -> Result<api::ConfigurationView> {
        return configuration_view(node.configuration());
      });
  slots.bind<api::ReloadConfiguration>([&node](const api::Context&, const api::NodeRequest&) -> Result<api::Reloaded> {
    api::Reloaded answer;
    for (const config::Change& change : ICN_TRY(node.reload())) answer.changes.push_back(config::change_text(change));
    return answer;
  });
}

}  // namespace icn::node
