// The commands about trust: whom one trusts, and why a decision falls as it does.
#include "api/trust.hpp"

#include <fmt/core.h>

#include "cli/commands/commands.hpp"
#include "cli/commands/needed.hpp"
#include "cli/commands/proposal_words.hpp"
#include "cli/commands/serve.hpp"
#include "cli/session.hpp"
#include "cli/table.hpp"
#include "cli/views.hpp"
#include "cli/words.hpp"

namespace icn::cli::commands {
namespace {

std::string trust_text(const api::TrustView& view) {
  const std::string until = view.until ? " until " + time_text(*view.until) : "";
  if (!view.in_force)
    return fmt::format("{} no longer states whether it trusts {} in '{}'\n", view.truster.to_text(),
                       view.trustee.to_text(), view.context);
  return fmt::format("{} trusts {} in '{}': {}{}\n", view.truster.to_text(), view.trustee.to_text(), view.context,
                     model::trust_level_name(view.level), until);
}

}  // namespace

Result<Answer> trust_grant(const Invocation& invocation) {
  api::TrustRequest request;
  request.trustee = invocation.arguments[0];
  request.context = ICN_TRY(needed(invocation, "--context", "medical"));
  request.level =
      ICN_TRY(api::parse_enum<model::TrustLevel>("level of trust", ICN_TRY(needed(invocation, "--level", "basic"))));
  if (const auto until = invocation.text("--until")) request.until = ICN_TRY(moment_of(*until, ICN_TRY(now())));
  const api::TrustView view = ICN_TRY(on_node<&api::call<api::GrantTrust>>(invocation, request));
  return Answer{api::json_text(view), trust_text(view), 0};
}

Result<Answer> trust_revoke(const Invocation& invocation) {
  api::TrustRevokeRequest request;
  request.trustee = invocation.arguments[0];
  request.context = ICN_TRY(needed(invocation, "--context", "medical"));
  const api::TrustView view = ICN_TRY(on_node<&api::call<api::RevokeTrust>>(invocation, request));
  return Answer{api::json_text(view), trust_text(view), 0};
}

Result<Answer> trust_challenge(const Invocation& invocation) {
  api::ChallengeRequest request;
  request.trustee = invocation.arguments[0];
  request.context = ICN_TRY(needed(invocation, "--context", "medical"));
  request.reason = invocation.text("--reason").value_or("");
  request.withdraw = invocation.has("--withdraw");
  const api::ChallengeView view = ICN_TRY(on_node<&api::call<api::ChallengeTrust>>(invocation, request));
  std::string text =
      fmt::format("{} {} {} in '{}'\n", view.challenger.to_text(), view.open ? "challenges" : "no longer challenges",
                  view.trustee.to_text(), view.context);
  return Answer{api::json_text(view), std::move(text), 0};
}

Result<Answer> trust_rule(const Invocation& invocation) {
  api::TrustRuleRequest request;
  request.context = invocation.arguments[0];
  if (const auto level = invocation.text("--level"))
    request.level_min = ICN_TRY(api::parse_enum<model::TrustLevel>("level of trust", *level));
  if (const auto depth = ICN_TRY(invocation.number("--depth"))) request.depth_max = *depth;
  request.members_only = invocation.has("--members-only");
  request.bridges = !invocation.has("--no-bridges");
  if (request.depth_max == 0 || request.depth_max > model::kTrustDepthMax) {
    return fail(ErrorCode::invalid_argument,
                fmt::format("--depth is from 1 to {}; nothing was done", model::kTrustDepthMax));
  }
  const api::TrustRuleView view = ICN_TRY(on_node<&api::call<api::RuleTrust>>(invocation, request));
  Lines lines;
  lines.add("context", view.context);
  lines.add("level", fmt::format("at least {}", model::trust_level_name(view.level_min)));
  lines.add("links", fmt::format("at most {}", view.depth_max));
  lines.add("members", view.members_only ? "only members, their nodes and those behind a bridge" : "as the scope says");
  lines.add("bridges", view.bridges ? "as the scope says" : "none");
  return Answer{api::json_text(view), lines.text() + "A rule only tightens what the scope's parameters allow.\n", 0};
}

Result<Answer> trust_bridge(const Invocation& invocation) {
  api::TrustBridgeRequest request;
  request.scope = ICN_TRY(ipld::Cid::parse(invocation.arguments[0]));
  request.gate = ICN_TRY(model::Did::parse(invocation.arguments[1]));
  request.context = ICN_TRY(needed(invocation, "--context", "medical"));
  request.level =
      ICN_TRY(api::parse_enum<model::TrustLevel>("level of trust", ICN_TRY(needed(invocation, "--level", "basic"))));
  if (const auto depth = ICN_TRY(invocation.number("--depth"))) request.depth_max = *depth;
  if (const auto decay = invocation.text("--decay")) {
    const auto ppm = decay->ends_with("ppm") ? whole_number(decay->substr(0, decay->size() - 3)) : std::nullopt;
    if (!ppm || *ppm > kPpm)
      return fail(ErrorCode::invalid_argument,
                  "--decay " + *decay + ": expected a share as 500000ppm; nothing was done");
    request.decay_ppm = *ppm;
  }
  if (request.depth_max == 0 || request.depth_max > model::kTrustDepthMax) {
    return fail(ErrorCode::invalid_argument,
                fmt::format("--depth is from 1 to {}; nothing was done", model::kTrustDepthMax));
  }
  if (const auto until = invocation.text("--until")) request.until = ICN_TRY(moment_of(*until, ICN_TRY(now())));
  const api::TrustBridgeView view = ICN_TRY(on_node<&api::call<api::BridgeTrust>>(invocation, request));
  const bool is_open = view.level != model::TrustLevel::none;
  std::string text = fmt::format("{} to the scope {} in '{}'{}\n", is_open ? "A bridge leads" : "No bridge leads",
                                 view.scope.to_text(), view.context,
                                 is_open ? fmt::format(", to {} and whom it leads to: {}", view.gate.to_text(),
                                                       model::trust_level_name(view.level))
                                         : "");
  return Answer{api::json_text(view), std::move(text), 0};
}

Result<Answer> trust_list(const Invocation& invocation) {
  api::TrustListRequest request;
  if (!invocation.arguments.empty()) request.did = invocation.arguments[0];
  request.context = invocation.text("--context");
  if (const auto count = ICN_TRY(invocation.count(api::TrustListRequest::kCountMax))) request.count = *count;
  if (const auto after = invocation.text("--after")) request.after = ICN_TRY(from_hex(*after));
  const api::TrustList list = ICN_TRY(on_node<&api::call<api::ListTrust>>(invocation, request));
  const Look look = output_look();
  Table table({{"TRUSTER"}, {"TRUSTEE"}, {"LEVEL"}, {"UNTIL"}, {"CONTEXT", Align::left, true}}, look);
  for (const api::TrustView& row : list.statements) {
    const std::string until = row.until ? time_text(*row.until) + (row.in_force ? "" : " (over)") : "-";
    table.add({row.truster.to_text(), row.trustee.to_text(), model::trust_level_name(row.level), until, row.context});
  }
  std::string text = list.statements.empty() ? "" : table.text();
  for (const api::ChallengeView& row : list.challenges)
    text += fmt::format("{} challenges {} in '{}'{}\n", row.challenger.to_text(), row.trustee.to_text(), row.context,
                        row.reason.empty() ? "" : ": " + row.reason);
  for (const api::TrustRuleView& row : list.rules)
    text += fmt::format("rule of '{}': at least {}, at most {} links{}{}\n", row.context,
                        model::trust_level_name(row.level_min), row.depth_max, row.members_only ? ", only members" : "",
                        row.bridges ? "" : ", no bridges");
  for (const api::TrustBridgeView& row : list.bridges)
    text += fmt::format("bridge to {} in '{}': {}, gate {}\n", row.scope.to_text(), row.context,
                        model::trust_level_name(row.level), row.gate.to_text());
  if (text.empty()) text = "no statements of trust\n";
  if (list.next) text += "more: icn trust list --after " + to_hex(*list.next) + "\n";
  return Answer{.json = api::json_text(list), .laid_out = std::move(text)};
}

Result<Answer> trust_explain(const Invocation& invocation) {
  const api::TrustExplanation answer = ICN_TRY(on_node<&api::call<api::ExplainTrust>>(
      invocation, {invocation.arguments[0], invocation.arguments[1], invocation.arguments[2]}));
  Lines lines;
  lines.add("result", std::string(api::EnumNames<trust::TrustValidationResult::Verdict>::name(answer.result)));
  lines.add("rule", answer.rule);
  lines.add("level", fmt::format("{}, {} is needed", model::trust_level_name(answer.level),
                                 model::trust_level_name(answer.level_min)));
  for (std::size_t i = 0; i < answer.path.size(); ++i) lines.add(i == 0 ? "path" : " ", answer.path[i].to_text());
  lines.add("bridge", answer.bridge ? answer.bridge->to_text() : "");
  return Answer{api::json_text(answer), lines.text() + answer.why + "\n", 0};
}

}  // namespace icn::cli::commands
