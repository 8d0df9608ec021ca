// The commands on the stores of a data folder: backends, hash, migrate, takeover, doctor.
#include <fmt/core.h>

#include "cli/commands/commands.hpp"
#include "cli/commands/serve.hpp"
#include "cli/hints.hpp"
#include "cli/session.hpp"
#include "cli/table.hpp"
#include "cli/views.hpp"
#include "cli/words.hpp"
#include "node/founding_operation.hpp"

namespace icn::cli::commands {
namespace {

std::string_view port_name(api::StorePort port) { return api::EnumNames<api::StorePort>::name(port); }

}  // namespace

Result<Answer> store_backends(const Invocation&) {
  api::Context context;
  const api::StoreBackends known = ICN_TRY(api::list_backends(context, {}));
  Table table({{"PORT"}, {"NAME"}, {"GRADE"}, {"WHAT"}}, output_look());
  for (const api::StoreBackend& row : known.backends) {
    table.add({port_name(row.port), row.name, ports::grade_name(row.grade),
               row.available ? row.doc : "absent: " + row.absent_because.value_or("")});
  }
  return Answer{.json = api::json_text(known), .laid_out = table.text()};
}

Result<Answer> store_hash(const Invocation& invocation) {
  const api::StoreHash hash = ICN_TRY(on_folder<api::HashStores>(invocation, {}, "reading the stores"));
  return Answer{api::json_text(hash), to_hex(hash.state_hash) + "\n", 0};
}

Result<Answer> store_migrate(const Invocation& invocation) {
  for (const config::KeyRow& key : config::kKeyTable) {
    if (!invocation.has(key.option)) continue;
    return fail(ErrorCode::invalid_argument,
                fmt::format("{} has no effect here: FROM and TO name the stores; nothing was done", key.option));
  }
  api::MigrationRequest request;
  request.data = ICN_TRY(data_path(invocation)).string();
  request.from = invocation.arguments[0];
  request.to = invocation.arguments[1];
  request.verify = invocation.has("--verify");
  request.asked = stores_said(invocation);
  const api::MigrationDone done = ICN_TRY(on_whole_folder<api::MigrateStores>(
      invocation, request, "moving the stores",
      "icn store migrate " + folder::shown_url(request.from) + " " + folder::shown_url(request.to)));
  std::string text;
  for (const api::StoreMoved& store : done.moved) {
    text += fmt::format("{} is in {} now: {}{}{}\n{}\n", port_name(store.port), store.to, grouped(store.things),
                        store.port == api::StorePort::state ? " pairs" : " blocks",
                        done.verified ? ", each compared with the old one" : "", store.removal);
  }
  if (done.moved.empty()) text = "an earlier run moved everything; nothing was left to do\n";
  if (done.note) text += "note: " + *done.note + "\n";
  return Answer{api::json_text(done), std::move(text), 0};
}

Result<Answer> store_take_over(const Invocation& invocation) {
  api::Slots slots;
  node::bind_founding_operation(ICN_TRY(opening_options(invocation)), slots);
  api::Context context{.slots = &slots};
  const api::TakeoverDone done =
      ICN_TRY(api::call<api::TakeOverStores>(context, {.data = ICN_TRY(data_path(invocation)).string()}));
  std::string text;
  for (const api::StorePort port : done.claimed)
    text += fmt::format("this data folder is now the writer of the {}\n", port_name(port));
  if (text.empty()) text = "both stores are on this machine: there is nothing to take over\n";
  return Answer{api::json_text(done), std::move(text), 0};
}

Result<Answer> store_doctor(const Invocation& invocation) {
  api::ExaminationRequest request;
  request.data = ICN_TRY(data_path(invocation)).string();
  request.asked = stores_said(invocation);
  const api::Examination examination =
      ICN_TRY(on_whole_folder<api::ExamineFolder>(invocation, request, "examining the data folder"));
  std::string text;
  const api::FindingView* worst = nullptr;
  for (const api::FindingView& finding : examination.findings) {
    const std::string hint = hint_of(finding.rule.value_or(""), finding.subject.value_or(""));
    text +=
        fmt::format("{}: {}\n  where   {}\n  advice  {}{}\n",
                    api::EnumNames<api::FindingSeverity>::name(finding.severity), with_grouped_numbers(finding.what),
                    finding.where, with_grouped_numbers(finding.advice), hint.empty() ? "" : ": " + hint);
    if (finding.error && (worst == nullptr || worst->severity < finding.severity)) worst = &finding;
  }
  if (worst == nullptr) text += "nothing is wrong with " + request.data + "\n";
  const auto code = worst == nullptr ? std::nullopt : find_error_code(*worst->error);
  return Answer{api::json_text(examination), std::move(text), code ? error_row(*code).exit_code : 0};
}

}  // namespace icn::cli::commands
