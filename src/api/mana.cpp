#include "api/mana.hpp"

#include <fmt/core.h>

#include <charconv>

#include "api/detail/derive.hpp"
#include "runtime/mana.hpp"
#include "runtime/node_state.hpp"
#include "runtime/statement.hpp"

namespace icn::api {
namespace {

std::string difference_text(model::Mana in, model::Mana out) {
  return in >= out ? std::to_string(in.umana - out.umana) : "-" + std::to_string(out.umana - in.umana);
}

// Parses "SEQUENCE:BALANCE", which a page returns and the request of the next page contains.
Result<runtime::StatementCursor> cursor_of(std::string_view text) {
  runtime::StatementCursor cursor;
  const std::size_t colon = std::min(text.find(':'), text.size());
  const auto read = [](std::string_view digits, std::uint64_t& number) {
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    return error == std::errc() && end == digits.data() + digits.size();
  };
  if (colon < text.size() && read(text.substr(0, colon), cursor.sequence) &&
      read(text.substr(colon + 1), cursor.balance.umana))
    return cursor;
  return refuse(ErrorCode::invalid_argument, "out_of_bounds",
                "the field before is not the next_before of a statement's page");
}

}  // namespace

Result<Balance> mana_balance(Context& context, const BalanceRequest& request) {
  const runtime::NodeState& node = *ICN_TRY(node_of(context));
  const runtime::AccountView account = view_account(node, ICN_TRY(account_of(context, request.did)));
  return Balance{.did = account.did,
                 .available = account.balance.available(),
                 .reserved = account.balance.reserved,
                 .posted = model::Mana{account.balance.posted.umana - account.due.umana},
                 .due = account.due,
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

Result<Statement> mana_statement(Context& context, const StatementRequest& request) {
  const runtime::NodeState& node = *ICN_TRY(node_of(context));
  Statement answer;
  answer.did = ICN_TRY(account_of(context, request.did));
  std::optional<runtime::StatementCursor> before;
  if (request.before && request.at) {
    return refuse(ErrorCode::invalid_argument, "out_of_bounds",
                  "the fields at and before exclude each other: a page before another one has its moment");
  }
  if (request.before) before = ICN_TRY(cursor_of(*request.before));
  if (request.at) before = ICN_TRY(runtime::statement_at(node, answer.did, *request.at));
  const runtime::StatementPage page = ICN_TRY(runtime::mana_statement(node, answer.did, before, request.count));
  answer.balance = page.balance;
  for (const runtime::StatementRow& row : page.rows) {
    StatementRowView& view = answer.rows.emplace_back();
    view.time = row.time;
    view.what = row.what;
    view.amount_umana = difference_text(row.in, row.out);
    view.balance = row.balance;
    if (!row.job) continue;
    view.job = *row.job;
    const auto record = ICN_TRY(node.jobs().find(*row.job));
    if (record && !record->program.empty()) view.program = record->program;
  }
  if (page.next) answer.next_before = fmt::format("{}:{}", page.next->sequence, page.next->balance.umana);
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
template struct Shape<StatementRequest>;
template struct Shape<Statement>;
template struct Shape<AuditRequest>;
template struct Shape<Audit>;

}  // namespace icn::api
