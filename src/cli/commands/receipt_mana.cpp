// The commands about receipts and mana.
#include <nlohmann/json.hpp>

#include "cli/commands/commands.hpp"
#include "cli/progress.hpp"
#include "cli/session.hpp"
#include "cli/views.hpp"
#include "runtime/mana.hpp"
#include "runtime/receipts.hpp"
#include "runtime/replay.hpp"

namespace icn::cli::commands {
namespace {

using Json = nlohmann::ordered_json;

Result<model::Did> did_of(const Invocation& invocation, const node::EmbeddedNode& node) {
  if (invocation.arguments.empty()) return node.member();
  return model::Did::parse(invocation.arguments[0]);
}

// The receipt that an argument names: by its own CID, or by the job it is of (an id or a unique beginning of one).
Result<ipld::Cid> receipt_of(const Invocation& invocation, node::EmbeddedNode& node) {
  const std::string& text = invocation.arguments[0];
  const auto record = node.state().jobs().find_by_text(text);
  if (record && record->receipt) return *record->receipt;
  if (record) {
    return fail(ErrorCode::not_found, "the job " + record->id.to_text() + " has no receipt: it is " +
                                          std::string(jobs::phase_name(record->phase)));
  }
  const ErrorCode why = record.error().code;
  if (why != ErrorCode::not_found && why != ErrorCode::invalid_argument) return fail(record.error());
  auto cid = ipld::Cid::parse(text);
  if (cid) return *std::move(cid);
  return fail(ErrorCode::invalid_format,
              "'" + text + "' is neither the CID of a receipt nor the id of a job here: " + cid.error().detail);
}

Json audit_json(const economy::AuditReport& report) {
  Json json;
  json["balanced"] = true;
  json["transfers"] = report.transfers;
  json["accounts"] = report.accounts;
  json["issued_umana"] = umana_text(report.issued);
  json["member_held_umana"] = umana_text(report.member_held);
  json["reserved_umana"] = umana_text(report.reserved);
  json["treasury_umana"] = umana_text(report.treasury);
  json["fees_umana"] = umana_text(report.fees);
  json["escrow_umana"] = umana_text(report.escrow);
  json["slashed_umana"] = umana_text(report.slashed);
  json["open_reserves"] = report.pending_open;
  json["state_hash"] = to_hex(report.state_hash);
  return json;
}

}  // namespace

Result<Answer> receipt_show(const Invocation& invocation) {
  const auto node = ICN_TRY(open_node(invocation));
  const ipld::Cid cid = ICN_TRY(receipt_of(invocation, *node));
  const ipld::Block envelope = ICN_TRY(node->state().dag_store().get(cid));
  const auto envelope_read = model::SignedReceipt::from_bytes(envelope.bytes);
  if (!envelope_read) return fail(within("the block " + cid.to_text() + " is no receipt", envelope_read.error()));
  const model::SignedReceipt& signed_receipt = *envelope_read;
  const ipld::Block body = ICN_TRY(node->state().dag_store().get(signed_receipt.receipt));
  const model::Receipt receipt = ICN_TRY(model::Receipt::from_bytes(body.bytes));
  const std::optional<ipld::Cid> anchor = ICN_TRY(anchor_of(node->state(), cid));
  Json json = receipt_json(receipt);
  json["receipt"] = cid.to_text();
  json["body"] = signed_receipt.receipt.to_text();
  json["executor"] = signed_receipt.executor.to_text();
  json["signature"] = to_hex(signed_receipt.signature);
  json["anchor"] = anchor ? Json(anchor->to_text()) : Json(nullptr);
  Lines lines;
  lines.add("receipt", cid.to_text());
  lines.add("body", signed_receipt.receipt.to_text());
  lines.add("job", receipt.job.to_text());
  lines.add("order", receipt.order.to_text());
  lines.add("executor", signed_receipt.executor.to_text());
  lines.add("anchor", anchor ? anchor->to_text() : "none here");
  lines.add("outcome", std::string(outcome_name(receipt.outcome.kind)) +
                           (receipt.outcome.code == 0 ? "" : " " + std::to_string(receipt.outcome.code)));
  lines.add("fuel", grouped(receipt.fuel));
  lines.add("memory", std::to_string(receipt.memory_pages) + " pages");
  lines.add("output", receipt.output ? receipt.output->to_text() : "none");
  lines.add("transcript", receipt.transcript.to_text());
  lines.add("effects", receipt.effects.to_text());
  return Answer{dump(json), lines.text(), 0};
}

Result<Answer> receipt_verify(const Invocation& invocation) {
  const auto node = ICN_TRY(open_node(invocation));
  const ipld::Cid cid = ICN_TRY(receipt_of(invocation, *node));
  const runtime::VerifiedReceipt verified = ICN_TRY(verify_receipt(node->state(), cid));
  Json json;
  json["receipt"] = verified.envelope.to_text();
  json["anchor"] = verified.anchor->to_text();
  json["verified"] = true;
  json["checks"] = Json::array();
  std::string text;
  for (const runtime::ReceiptCheck& check : verified.held) {
    Json entry;
    entry["what"] = check.what;
    entry["detail"] = check.detail;
    json["checks"].push_back(std::move(entry));
    text += "holds: " + check.what + " (" + check.detail + ")\n";
  }
  return Answer{dump(json), text + "verified\n", 0};
}

Result<Answer> receipt_replay(const Invocation& invocation) {
  const auto node = ICN_TRY(open_node(invocation));
  const ipld::Cid cid = ICN_TRY(receipt_of(invocation, *node));
  const Progress progress("running the job again", progress_of(invocation));
  const runtime::ReplayReport report =
      ICN_TRY(runtime::replay_receipt(node->state().dag_store(), node->executor(), cid));
  const auto failed = replay_error_code(report.verdict);
  Json json;
  json["receipt"] = cid.to_text();
  json["verdict"] = replay_verdict_name(report.verdict);
  json["field"] = report.field.empty() ? Json(nullptr) : Json(report.field);
  json["call_index"] = report.call_index ? Json(*report.call_index) : Json(nullptr);
  json["detail"] = report.detail;
  json["expected"] = report.expected ? receipt_json(*report.expected) : Json(nullptr);
  json["got"] = report.got ? receipt_json(*report.got) : Json(nullptr);
  std::string text = report.verdict == runtime::ReplayVerdict::match
                         ? "identical: the re-execution gives the same receipt body\n"
                         : std::string(replay_verdict_name(report.verdict)) + ": " + report.detail + "\n";
  return Answer{dump(json), std::move(text), failed ? error_row(*failed).exit_code : 0};
}

Result<Answer> mana_balance(const Invocation& invocation) {
  const auto node = ICN_TRY(open_node(invocation));
  const model::Did did = ICN_TRY(did_of(invocation, *node));
  const runtime::AccountView account = view_account(node->state(), did);
  Json json;
  json["did"] = did.to_text();
  json["available_umana"] = umana_text(account.balance.available());
  json["reserved_umana"] = umana_text(account.balance.reserved);
  json["posted_umana"] = umana_text(account.balance.posted);
  json["reputation_micro_points"] = std::to_string(account.reputation.micro_points);
  std::string text = "account     " + did.to_text() + "\navailable   " + account.balance.available().to_text() +
                     "\nreserved    " + account.balance.reserved.to_text() + "\nreputation  " +
                     std::to_string(account.reputation.points_floor()) + " points\n";
  return Answer{dump(json), std::move(text), 0};
}

Result<Answer> mana_history(const Invocation& invocation) {
  const std::uint64_t from = ICN_TRY(invocation.number("--from")).value_or(0);
  const std::uint64_t count = ICN_TRY(invocation.number("--count", 100'000)).value_or(50);
  const auto node = ICN_TRY(open_node(invocation));
  const model::Did did = ICN_TRY(did_of(invocation, *node));
  const model::AccountKey account = model::AccountKey::of(did);
  const runtime::HistoryPage page = ICN_TRY(runtime::mana_history(node->state(), account, from, count));
  constexpr std::string_view phases[] = {"single", "pending", "post", "void"};
  Json json;
  json["did"] = did.to_text();
  json["transfers"] = Json::array();
  std::string text;
  for (const economy::JournalEntry& entry : page.entries) {
    const model::Transfer& transfer = entry.transfer;
    const bool out = transfer.debit == account;
    const std::string_view phase = phases[static_cast<std::size_t>(transfer.phase)];
    Json row;
    row["sequence"] = entry.sequence;
    row["time"] = time_text(entry.time);
    row["id"] = to_hex(transfer.id);
    row["code"] = transfer_code_name(transfer.code);
    row["phase"] = phase;
    row["debit"] = transfer.debit.to_text();
    row["credit"] = transfer.credit.to_text();
    row["amount_umana"] = umana_text(transfer.amount);
    json["transfers"].push_back(std::move(row));
    text += std::to_string(entry.sequence) + "  " + time_text(entry.time) + "  " + (out ? "-" : "+") +
            transfer.amount.to_text() + "  " + std::string(transfer_code_name(transfer.code)) + " " +
            std::string(phase) + (out ? " to " + transfer.credit.to_text() : " from " + transfer.debit.to_text()) +
            "\n";
  }
  json["next_from"] = page.next ? Json(*page.next) : Json(nullptr);
  if (page.entries.empty()) text = "no transfers name " + did.to_text() + "\n";
  if (page.next) text += "more: icn mana history --from " + std::to_string(*page.next) + "\n";
  return Answer{dump(json), std::move(text), 0};
}

Result<Answer> mana_audit(const Invocation& invocation) {
  const auto node = ICN_TRY(open_node(invocation));
  const Progress progress("adding everything up again", progress_of(invocation));
  const economy::AuditReport report = ICN_TRY(audit_mana(node->state()));
  std::string text = "every sum is exact: " + std::to_string(report.transfers) + " transfers over " +
                     std::to_string(report.accounts) + " accounts\n";
  text += "issued      " + report.issued.to_text() + "\nheld        " + report.member_held.to_text() +
          "\nreserved    " + report.reserved.to_text() + "\ntreasury    " + report.treasury.to_text() +
          "\nfees        " + report.fees.to_text() + "\nescrow      " + report.escrow.to_text() + "\nstate hash  " +
          to_hex(report.state_hash) + "\n";
  return Answer{dump(audit_json(report)), std::move(text), 0};
}

}  // namespace icn::cli::commands
