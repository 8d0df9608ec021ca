#include "api/mana.hpp"

#include "api/detail/derive.hpp"
#include "runtime/mana.hpp"
#include "runtime/node_state.hpp"

namespace icn::api {
namespace {

Result<model::Did> account_of(const Context& context, const std::optional<model::Did>& asked) {
  if (asked) return *asked;
  if (context.caller) return *context.caller;
  return refuse(ErrorCode::invalid_argument, "missing_field",
                "the field did is missing, and the caller has no account of its own");
}

}  // namespace

Result<Balance> mana_balance(Context& context, const BalanceRequest& request) {
  const runtime::NodeState& node = *ICN_TRY(node_of(context));
  const runtime::AccountView account = view_account(node, ICN_TRY(account_of(context, request.did)));
  return Balance{.did = account.did,
                 .available = account.balance.available(),
                 .reserved = account.balance.reserved,
                 .posted = account.balance.posted,
                 .reputation_micro_points = std::to_string(account.reputation.micro_points)};
}

Result<History> mana_history(Context& context, const HistoryRequest& request) {
  const runtime::NodeState& node = *ICN_TRY(node_of(context));
  History answer;
  answer.did = ICN_TRY(account_of(context, request.did));
  const runtime::HistoryPage page =
      ICN_TRY(runtime::mana_history(node, model::AccountKey::of(answer.did), request.from, request.count));
  for (const economy::JournalEntry& entry : page.entries) {
    const model::Transfer& transfer = entry.transfer;
    answer.transfers.push_back({.sequence = entry.sequence,
                                .time = entry.time,
                                .id = transfer.id,
                                .code = std::string(transfer_code_name(transfer.code)),
                                .phase = transfer.phase,
                                .debit = transfer.debit,
                                .credit = transfer.credit,
                                .amount = transfer.amount});
  }
  answer.next_from = page.next;
  return answer;
}

Result<Audit> mana_audit(Context& context, const AuditRequest&) {
  const economy::AuditReport report = ICN_TRY(audit_mana(*ICN_TRY(node_of(context))));
  Audit answer;
  answer.transfers = report.transfers;
  answer.accounts = report.accounts;
  answer.issued = report.issued;
  answer.member_held = report.member_held;
  answer.reserved = report.reserved;
  answer.treasury = report.treasury;
  answer.fees = report.fees;
  answer.escrow = report.escrow;
  answer.slashed = report.slashed;
  answer.open_reserves = report.pending_open;
  answer.state_hash = report.state_hash;
  return answer;
}

template struct Shape<BalanceRequest>;
template struct Shape<Balance>;
template struct Shape<HistoryRequest>;
template struct Shape<History>;
template struct Shape<AuditRequest>;
template struct Shape<Audit>;

}  // namespace icn::api
