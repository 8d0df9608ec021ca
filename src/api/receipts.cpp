#include "api/receipts.hpp"

#include "api/detail/derive.hpp"
#include "runtime/find.hpp"
#include "runtime/node_state.hpp"
#include "runtime/receipts.hpp"

namespace icn::api {
namespace {

// Returns the CID by which a node verifies a receipt: its anchor, if it has one.
const ipld::Cid& anchor_or_receipt(const runtime::Evidence& evidence) {
  return evidence.anchor ? *evidence.anchor : evidence.receipt;
}

}  // namespace

std::vector<Rule> Replay::rules() {
  const auto names = detail::field_names<model::Receipt>();
  return {
      {"A difference names its field.",
       is_one_of("verdict", {"differs"}),
       {is_one_of("field", {names.begin(), names.end()})},
       {is_null("field"), is_null("call_index")}},
      {"The compared bodies are shown.",
       is_one_of("verdict", {"match", "differs"}),
       {is_present("expected"), is_present("got")}},
  };
}

Result<ReceiptView> show_receipt(Context& context, const ReceiptNamed& request) {
  const runtime::NodeState& node = *ICN_TRY(node_of(context));
  const runtime::Evidence evidence = ICN_TRY(find_evidence(node, request.receipt));
  const ipld::Cid& cid = evidence.receipt;
  const ipld::Block envelope = ICN_TRY(node.dag_store().get(cid));
  const auto envelope_read = model::SignedReceipt::from_bytes(envelope.bytes);
  if (!envelope_read) return fail(within("the block " + cid.to_text() + " is not a receipt", envelope_read.error()));
  const model::SignedReceipt& signed_receipt = *envelope_read;
  const ipld::Block body = ICN_TRY(node.dag_store().get(signed_receipt.receipt));
  ReceiptView answer;
  static_cast<model::Receipt&>(answer) = ICN_TRY(model::Receipt::from_bytes(body.bytes));
  answer.receipt = cid;
  answer.body = signed_receipt.receipt;
  answer.executor = signed_receipt.executor;
  answer.signature = signed_receipt.signature;
  answer.anchor = evidence.anchor;
  return answer;
}

Result<Verification> verify_receipt(Context& context, const ReceiptNamed& request) {
  const runtime::NodeState& node = *ICN_TRY(node_of(context));
  const runtime::Evidence evidence = ICN_TRY(find_evidence(node, request.receipt));
  const runtime::VerifiedReceipt verified = ICN_TRY(runtime::verify_receipt(node, anchor_or_receipt(evidence)));
  Verification answer;
  answer.receipt = verified.envelope;
  answer.anchor = *verified.anchor;
  for (const runtime::ReceiptCheck& check : verified.held) answer.checks.push_back({check.what, check.detail});
  return answer;
}

Result<Replay> replay_receipt(Context& context, const ReceiptNamed& request) {
  const runtime::NodeState& node = *ICN_TRY(node_of(context));
  const ipld::Cid cid = ICN_TRY(find_evidence(node, request.receipt)).receipt;
  ports::Executor* executor = ICN_TRY(node.executor());
  const runtime::ReplayReport report =
      ICN_TRY(runtime::replay_receipt(node.dag_store(), *executor, *node.services().clock, cid));
  Replay answer;
  answer.receipt = cid;
  answer.verdict = report.verdict;
  if (!report.field.empty()) answer.field = report.field;
  answer.call_index = report.call_index;
  answer.detail = report.detail;
  answer.expected = report.expected;
  answer.got = report.got;
  return answer;
}

template struct Shape<ReceiptNamed>;
template struct Shape<ReceiptView>;
template struct Shape<Verification>;
template struct Shape<Replay>;

}  // namespace icn::api
