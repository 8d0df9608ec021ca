#include "api/parameters.hpp"

#include "api/detail/derive.hpp"
#include "runtime/node_state.hpp"

namespace icn::api {
namespace {

void fill(ParameterRowView& view, const model::ParameterRow& row, const runtime::NodeState& node) {
  view.name = row.name;
  view.value = node.parameters()[row.key];
  view.fallback = row.fallback;
  view.min = row.min;
  view.max = row.max;
  view.unit = row.unit;
  view.text = row.doc;
}

}  // namespace

Result<ParameterList> list_parameters(Context& context, const ParameterListRequest&) {
  const runtime::NodeState& node = *ICN_TRY(node_of(context));
  ParameterList answer;
  for (const model::ParameterRow& row : model::parameter_table()) fill(answer.rows.emplace_back(), row, node);
  return answer;
}

Result<ParameterRowView> get_parameter(Context& context, const ParameterNamed& request) {
  const runtime::NodeState& node = *ICN_TRY(node_of(context));
  ParameterRowView answer;
  fill(answer, *ICN_TRY(model::find_parameter(request.name)), node);
  return answer;
}

Result<ParameterExplanation> explain_parameter(Context& context, const ParameterNamed& request) {
  const runtime::NodeState& node = *ICN_TRY(node_of(context));
  const model::ParameterRow& row = *ICN_TRY(model::find_parameter(request.name));
  ParameterExplanation answer;
  fill(answer, row, node);
  answer.affects = row.affects;
  if (node.scope().genesis.parameters.contains(answer.name)) answer.chosen_by = ChosenBy::genesis;
  return answer;
}

template struct Shape<ParameterListRequest>;
template struct Shape<ParameterNamed>;
template struct Shape<ParameterList>;
template struct Shape<ParameterRowView>;
template struct Shape<ParameterExplanation>;

}  // namespace icn::api
