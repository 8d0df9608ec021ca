#include "api/node.hpp"

#include "api/detail/derive.hpp"
#include "runtime/node_state.hpp"
#include "runtime/obligations.hpp"

namespace icn::api {
namespace {

static_assert(static_cast<int>(ObligedFor::mana) == static_cast<int>(runtime::ObligationKind::mana));

// Gauges are set when they are read.
void set_gauges(runtime::NodeState& node) {
  Metrics& metrics = node.metrics();
  const std::uint64_t running = node.running().count();
  const std::uint64_t open = node.jobs().open_count();
  metrics.set(Metric::jobs_running, running);
  metrics.set(Metric::jobs_queued, open > running ? open - running : 0);
  const runtime::ObligationList owed = runtime::list_obligations(node, 0);
  metrics.set(Metric::obligations, owed.total);
  metrics.set(Metric::obligations_overdue, owed.overdue);
  metrics.set(Metric::dag_stored_bytes, node.blocks().usage().figures().bytes);
  metrics.set(Metric::dag_quota_bytes, node.settings().dag_quota.bytes);
  metrics.set(Metric::scope_log_entries, node.scope().position());
}

}  // namespace

std::string_view EnumNames<ObligedFor>::name(ObligedFor kind) {
  return runtime::obligation_kind_name(static_cast<runtime::ObligationKind>(kind));
}

Result<ObligationAnswer> node_obligations(Context& context, const ObligationsRequest& request) {
  const runtime::NodeState& node = *ICN_TRY(node_of(context));
  runtime::ObligationList owed = runtime::list_obligations(node, request.count);
  const model::UnixMs now = node.now();
  ObligationAnswer answer;
  answer.total = owed.total;
  answer.overdue = owed.overdue;
  for (runtime::Obligation& one : owed.due_first) {
    ObligationView& view = answer.obligations.emplace_back();
    view.kind = static_cast<ObligedFor>(one.kind);
    if (!one.subject.empty()) view.subject = std::move(one.subject);
    view.state = std::move(one.state);
    view.step = std::move(one.step);
    view.owner = std::move(one.owner);
    view.due = one.due;
    view.overdue = one.due < now;
  }
  return answer;
}

Result<MetricsText> node_metrics(Context& context, const NodeRequest&) {
  runtime::NodeState& node = *ICN_TRY(node_of(context));
  set_gauges(node);
  MetricsText answer{node.metrics().to_prometheus()};
  if (!context.out) return answer;
  ICN_TRY(context.out(view_of(answer.text)));
  return MetricsText{};
}

template struct Shape<NodeRequest>;
template struct Shape<Readiness>;
template struct Shape<NodeStatus>;
template struct Shape<ObligationsRequest>;
template struct Shape<ObligationAnswer>;
template struct Shape<MetricsText>;
template struct Shape<ConfigurationView>;
template struct Shape<Reloaded>;

}  // namespace icn::api
