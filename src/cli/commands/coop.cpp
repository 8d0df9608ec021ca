// The commands about the cooperative: show, members, apply, resign.
#include "api/coop.hpp"

#include <fmt/core.h>

#include "cli/commands/commands.hpp"
#include "cli/commands/serve.hpp"
#include "cli/files.hpp"
#include "cli/session.hpp"
#include "cli/table.hpp"
#include "cli/views.hpp"

namespace icn::cli::commands {

Result<Answer> coop_show(const Invocation& invocation) {
  const api::CoopView coop = ICN_TRY(on_node<&api::show_coop>(invocation, {}));
  const Look look = output_look();
  Lines lines;
  lines.add("name", coop.name);
  lines.add("scope", id_text(coop.scope, look));
  lines.add("clerk", coop.clerk.to_text() + (coop.is_clerk ? " (this node)" : ""));
  lines.add("members", fmt::format("{} active, {} suspended", coop.members, coop.suspended));
  lines.add("treasury", mana_text(coop.treasury));
  lines.add("grant", mana_text(coop.grant));
  lines.add("version", coop.version ? *coop.version + " or newer; a node below it only reads" : "");
  for (const api::PeerView& peer : coop.peers) {
    lines.add("peer", fmt::format("{}: {} ppm, credit {}", id_text(peer.scope, look), grouped(peer.rate_ppm),
                                  mana_text(peer.credit)));
  }
  lines.add("log", coop.position == 0
                       ? "no entries"
                       : fmt::format("{} entries, the last is {}", coop.position, id_text(coop.head, look)));
  return Answer{api::json_text(coop), lines.text(), 0};
}

Result<Answer> coop_members(const Invocation& invocation) {
  api::MemberListRequest request;
  if (const auto count = ICN_TRY(invocation.count(api::MemberListRequest::kCountMax))) request.count = *count;
  if (const auto after = invocation.text("--after")) request.after = ICN_TRY(model::Did::parse(*after));
  if (const auto status = invocation.text("--status"))
    request.status = ICN_TRY(api::parse_enum<model::MemberStatus>("status", *status));
  const api::MemberPage page = ICN_TRY(on_node<&api::list_members>(invocation, request));
  Table table({{"DID", Align::left, true}, {"STATUS"}, {"SINCE", Align::right}}, output_look());
  for (const api::MemberView& row : page.members)
    table.add({row.did.to_text(), model::member_status_name(row.status),
               row.since == 0 ? "genesis" : fmt::format("entry {}", row.since)});
  std::string text = table.text();
  if (page.next_after) text += "more: icn coop members --after " + page.next_after->to_text() + "\n";
  return Answer{.json = api::json_text(page), .laid_out = std::move(text)};
}

Result<Answer> coop_apply(const Invocation& invocation) {
  const std::string out = invocation.text("--out").value_or("");
  if (out.empty() || out == "-")
    return fail(ErrorCode::invalid_argument, "--out FILE names the file for the record; nothing was signed");
  api::ApplyRequest request;
  if (const auto scope = invocation.text("--scope")) request.scope = ICN_TRY(ipld::Cid::parse(*scope));
  if (const auto home = invocation.text("--home")) request.home = ICN_TRY(model::Did::parse(*home));
  OutputFile file = ICN_TRY(OutputFile::create(out, invocation.has("--force") ? Existing::replaced : Existing::kept));
  api::Application application = ICN_TRY(on_node<&api::call<api::Apply>>(invocation, request));
  ICN_TRY(file.write(application.record));
  ICN_TRY(file.finish());
  application.file = out;
  return Answer{api::json_text(application),
                fmt::format("{}: the application of {}\nA member proposes it: icn gov propose admit {}\n", out,
                            application.did.to_text(), out),
                0};
}

Result<Answer> coop_resign(const Invocation& invocation) {
  const api::Resigned resigned = ICN_TRY(on_node<&api::call<api::Resign>>(invocation, {}));
  return Answer{
      api::json_text(resigned),
      fmt::format("{} is no longer a member (entry {} of the log)\n", resigned.did.to_text(), resigned.position), 0};
}

}  // namespace icn::cli::commands
