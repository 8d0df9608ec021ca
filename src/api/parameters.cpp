#include "api/parameters.hpp"

#include "api/detail/derive.hpp"
#include "runtime/node_state.hpp"

namespace icn::api {
namespace {

void fill(ParameterRowView& view, const model::ParameterRow& row, const model::Scope& scope) {
  view.name = row.name;
  view.type = row.type;
  view.value = scope.parameters()[row.key];
  view.entries = scope.parameters().list(row.key);
  view.fallback = row.fallback;
  view.min = row.min;
  view.max = row.max;
  view.unit = row.unit;
  view.text = row.doc;
}

}  // namespace

Result<ParameterList> list_parameters(Context& context, const ParameterListRequest&) {
  const model::Scope scope = ICN_TRY(node_of(context))->scope();
  ParameterList answer;
  for (const model::ParameterRow& row : model::parameter_table()) fill(answer.rows.emplace_back(), row, scope);
  return answer;
}

Result<ParameterRowView> get_parameter(Context& context, const ParameterNamed& request) {
  const model::Scope scope = ICN_TRY(node_of(context))->scope();
  ParameterRowView answer;
  fill(answer, *ICN_TRY(model::find_parameter(request.name)), scope);
  return answer;
}

Result<ParameterExplanation> explain_parameter(Context& context, const ParameterNamed& request) {
  const runtime::NodeState& node = *ICN_TRY(node_of(context));
  const model::ParameterRow& row = *ICN_TRY(model::find_parameter(request.name));
  ParameterExplanation answer;
  fill(answer, row, node.scope());
  answer.affects = row.affects;
  if (node.genesis().parameters.contains(answer.name)) answer.chosen_by = ChosenBy::genesis;
  const auto changes = node.governance().parameter_history(row.name);
  ICN_TRY(node.books().wait_for_staged());
  if (changes.empty()) return answer;
  answer.chosen_by = ChosenBy::proposal;
  answer.proposal = changes.back().proposal;
  return answer;
}

Result<ParameterHistory> parameter_history(Context& context, const ParameterNamed& request) {
  const runtime::NodeState& node = *ICN_TRY(node_of(context));
  const model::ParameterRow& row = *ICN_TRY(model::find_parameter(request.name));
  ParameterHistory answer;
  answer.name = row.name;
  answer.type = row.type;
  answer.rows.push_back({*node.genesis_scope().parameters().text(row.name), 0, {}, {}});
  for (const governance::ParameterChange& change : node.governance().parameter_history(row.name))
    answer.rows.push_back({change.after, change.position, change.time, change.proposal});
  ICN_TRY(node.books().wait_for_staged());
  return answer;
}

template struct Shape<ParameterListRequest>;
template struct Shape<ParameterNamed>;
template struct Shape<ParameterList>;
template struct Shape<ParameterRowView>;
template struct Shape<ParameterExplanation>;
template struct Shape<ParameterHistory>;

}  // namespace icn::api
