// The commands on receipts and mana.
#include <fmt/core.h>

#include "api/mana.hpp"
#include "api/proofs.hpp"
#include "api/receipts.hpp"
#include "cli/commands/commands.hpp"
#include "cli/commands/serve.hpp"
#include "cli/commands/zk_words.hpp"
#include "cli/files.hpp"
#include "cli/progress.hpp"
#include "cli/session.hpp"
#include "cli/table.hpp"
#include "cli/views.hpp"
#include "cli/words.hpp"
#include "core/visible_text.hpp"
#include "model/time_text.hpp"
#include "reputation/reputation.hpp"

namespace icn::cli::commands {
namespace {

Result<std::optional<model::Did>> did_of(const Invocation& invocation) {
  if (invocation.arguments.empty()) return std::nullopt;
  return ICN_TRY(model::Did::parse(invocation.arguments[0]));
}

std::string transfer_text(const api::TransferView& transfer, const model::AccountKey& account) {
  const bool out = transfer.debit == account;
  return fmt::format("{}  {}  {}{}  {} {}{}\n", transfer.sequence, time_text(transfer.time), out ? "-" : "+",
                     mana_text(transfer.amount), transfer.code,
                     api::EnumNames<model::TransferPhase>::name(transfer.phase),
                     out ? " to " + transfer.credit.to_text() : " from " + transfer.debit.to_text());
}

// "-0.027" of µmana.
std::string signed_mana(std::string_view umana) {
  const bool negative = umana.starts_with('-');
  const auto amount = whole_number(negative ? umana.substr(1) : umana);
  return (negative ? "-" : "") + mana_number(model::Mana{amount.value_or(0)});
}

std::string statement_text(const api::Statement& statement, const Look& look) {
  if (statement.rows.empty()) return "no changes of " + statement.did.to_text() + " yet\n";
  Table table({{"TIME"},
               {"WHAT"},
               {"JOB"},
               {"PROGRAM", Align::left, true},
               {"AMOUNT", Align::right},
               {"BALANCE", Align::right}},
              look);
  for (const api::StatementRowView& row : statement.rows) {
    const bool held = row.what == "held" || row.what == "due";
    table.add({time_text(row.time), row.what, row.job ? id_text(row.job->cid, look) : "-", row.program.value_or("-"),
               Cell(signed_mana(row.amount_umana), held ? Style::busy : Style::plain), mana_number(row.balance)});
  }
  std::string text = table.text();
  if (statement.next_before) text = "earlier: icn mana statement --before " + *statement.next_before + "\n" + text;
  return text;
}

// A time as a statement prints it, or without its milliseconds, or the end of a day (UTC).
Result<model::UnixMs> moment_of(std::string text) {
  if (text.size() == 10) text += "T23:59:59.999Z";
  if (text.size() == 20 && text.back() == 'Z') text.replace(19, 1, ".999Z");
  const auto time = model::parse_time(text);
  if (time) return *time;
  return fail(ErrorCode::invalid_argument, "--at takes a time like 2026-07-01T12:00:00Z, or a day; nothing was done");
}

std::string mana_verified_text(const api::ProofVerified& proven) {
  return fmt::format(
      "verified: the account is one of {}, and their totals balance\naccount     {}\nbalance     {}\nhome        {}\n"
      "scope       {}\njournal     record {}, at {}\nroot        {}\n",
      *proven.accounts, proven.did->to_text(), mana_text(*proven.balance), proven.home->to_text(),
      proven.scope->to_text(), *proven.sequence, model::time_text(*proven.time), proven.root->to_text());
}

}  // namespace

Result<Answer> receipt_show(const Invocation& invocation) {
  const api::ReceiptView receipt = ICN_TRY(on_node<&api::show_receipt>(invocation, {invocation.arguments[0]}));
  const Look look = output_look();
  Lines lines;
  lines.add("receipt", id_text(receipt.receipt, look));
  lines.add("body", id_text(receipt.body, look));
  lines.add("job", id_text(receipt.job.cid, look));
  lines.add("order", id_text(receipt.order, look));
  lines.add("executor", receipt.executor.to_text());
  lines.add("anchor", receipt.anchor ? id_text(*receipt.anchor, look) : "none here");
  lines.add("outcome", std::string(outcome_name(receipt.outcome.kind)) +
                           (receipt.outcome.code == 0 ? "" : fmt::format(" {}", receipt.outcome.code)));
  lines.add("fuel", grouped(receipt.fuel));
  lines.add("memory", counted(receipt.memory_pages, "page"));
  lines.add("output", receipt.output ? id_text(*receipt.output, look) : "none");
  lines.add("transcript", id_text(receipt.transcript, look));
  lines.add("effects", id_text(receipt.effects, look));
  return Answer{api::json_text(receipt), lines.text(), 0};
}

Result<Answer> receipt_verify(const Invocation& invocation) {
  const api::Verification verified = ICN_TRY(on_node<&api::verify_receipt>(invocation, {invocation.arguments[0]}));
  const Look look = output_look();
  const std::string ok = styled("ok", Style::good, look);
  std::string text;
  for (const api::ReceiptCheckView& check : verified.checks)
    text += ok + "  " + visible_text(check.what + " (" + with_grouped_numbers(check.detail) + ")") + "\n";
  return Answer{.json = api::json_text(verified), .laid_out = text + "verified\n"};
}

Result<Answer> receipt_replay(const Invocation& invocation) {
  Work work(invocation, "running the job again");
  const api::Replay replay = ICN_TRY(
      on_node<&api::replay_receipt>(invocation, {invocation.arguments[0]}, [&](api::Context&) { work.begin(); }));
  const auto failed = replay_error_code(replay.verdict);
  std::string text =
      failed ? fmt::format("{}: {}\n", replay_verdict_name(replay.verdict), with_grouped_numbers(replay.detail))
             : "identical: the re-execution produced the same receipt body\n";
  return Answer{api::json_text(replay), std::move(text), failed ? error_row(*failed).exit_code : 0};
}

Result<Answer> mana_balance(const Invocation& invocation) {
  const api::Balance balance = ICN_TRY(on_node<&api::mana_balance>(invocation, {ICN_TRY(did_of(invocation))}));
  const reputation::Score reputation{whole_number(balance.reputation_micro_points).value_or(0)};
  std::string text =
      fmt::format("account     {}\navailable   {}\nreserved    {}\nreputation  {} points\n", balance.did.to_text(),
                  mana_text(balance.available), mana_text(balance.reserved), grouped(reputation.points_floor()));
  if (balance.due.umana != 0) text += "regenerated " + mana_text(balance.due) + " of it since the last change\n";
  return Answer{api::json_text(balance), std::move(text), 0};
}

Result<Answer> mana_history(const Invocation& invocation) {
  api::HistoryRequest request;
  if (const auto from = ICN_TRY(invocation.number("--from"))) request.from = *from;
  if (const auto count = ICN_TRY(invocation.count(api::HistoryRequest::kCountMax))) request.count = *count;
  request.did = ICN_TRY(did_of(invocation));
  const api::History history = ICN_TRY(on_node<&api::mana_history>(invocation, request));
  const model::AccountKey account = model::AccountKey::of(history.did);
  std::string text;
  for (const api::TransferView& transfer : history.transfers) text += transfer_text(transfer, account);
  if (history.transfers.empty())
    text = fmt::format("no {}transfers of {}\n", request.from > 0 ? "later " : "", history.did.to_text());
  if (history.next_from) text += fmt::format("more: icn mana history --from {}\n", *history.next_from);
  return Answer{api::json_text(history), std::move(text), 0};
}

Result<Answer> mana_statement(const Invocation& invocation) {
  api::StatementRequest request;
  request.before = invocation.text("--before");
  if (const auto count = ICN_TRY(invocation.count(api::StatementRequest::kCountMax))) request.count = *count;
  if (const auto at = invocation.text("--at")) request.at = ICN_TRY(moment_of(*at));
  request.did = ICN_TRY(did_of(invocation));
  const api::Statement statement = ICN_TRY(on_node<&api::mana_statement>(invocation, request));
  return Answer{.json = api::json_text(statement), .laid_out = statement_text(statement, output_look())};
}

Result<Answer> mana_audit(const Invocation& invocation) {
  Work work(invocation, "recomputing every sum");
  const api::Audit audit = ICN_TRY(on_node<&api::mana_audit>(invocation, {}, [&](api::Context&) { work.begin(); }));
  std::string text = fmt::format("every sum is exact: {} transfers over {} accounts\n", grouped(audit.transfers),
                                 grouped(audit.accounts));
  text += "issued      " + mana_text(audit.issued) + "\nheld        " + mana_text(audit.member_held) +
          "\nreserved    " + mana_text(audit.reserved) + "\ntreasury    " + mana_text(audit.treasury) +
          "\nfees        " + mana_text(audit.fees) + "\nescrow      " + mana_text(audit.escrow) + "\nstate hash  " +
          to_hex(audit.state_hash) + "\n";
  return Answer{api::json_text(audit), std::move(text), 0};
}

Result<Answer> mana_proof(const Invocation& invocation) {
  const auto out = invocation.text("--out");
  if (!out && invocation.has("--force"))
    return fail(ErrorCode::invalid_argument, "--force does nothing without --out FILE; nothing was done");
  const api::ManaProof proof =
      ICN_TRY(on_node<&api::prove_mana>(invocation, {ICN_TRY(did_of(invocation)), invocation.has("--anchored")}));
  const std::string json = api::json_text(proof);
  if (!out) return Answer{json, json + "\n", 0};
  OutputFile file = ICN_TRY(OutputFile::create(*out, invocation.has("--force") ? Existing::replaced : Existing::kept));
  ICN_TRY(file.write(view_of(json)));
  ICN_TRY(file.finish());
  const model::Mana balance{proof.credits.umana - proof.debits.umana};
  return Answer{
      json, fmt::format("{}: proves the balance of {} among {} accounts\n", *out, mana_text(balance), proof.accounts),
      0};
}

Result<Answer> proof_verify(const Invocation& invocation) {
  const InputFile file = ICN_TRY(InputFile::open(invocation.arguments[0]));
  api::Context context;
  context.in = [&](std::uint8_t* to, std::size_t size) { return file.read({to, size}); };
  api::ProofVerification request;
  request.challenge = invocation.text("--challenge");
  request.development_keys = invocation.has("--development-keys");
  if (const auto keys = invocation.text("--keys")) request.keys = ICN_TRY(zk_keys_file(*keys));
  const auto proven = api::verify_proof(context, request);
  if (!proven) return fail(within(file.name(), proven.error()));
  return Answer{api::json_text(*proven), proven->zk ? zk_verified_text(*proven->zk) : mana_verified_text(*proven), 0};
}

}  // namespace icn::cli::commands
