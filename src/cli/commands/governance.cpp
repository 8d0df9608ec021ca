// The commands by which members decide: propose, sponsor, vote, cancel, execute, and what they decided.
#include "api/governance.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "api/delegations.hpp"
#include "api/scope_log.hpp"
#include "cli/commands/commands.hpp"
#include "cli/commands/proposal_words.hpp"
#include "cli/commands/serve.hpp"
#include "cli/files.hpp"
#include "cli/session.hpp"
#include "cli/table.hpp"
#include "cli/views.hpp"
#include "cli/words.hpp"

namespace icn::cli::commands {
namespace {

std::string when(const std::optional<model::UnixMs>& time) { return time ? time_text(*time) : std::string(); }

std::string votes_text(const api::VoteCounts& votes) {
  return fmt::format("{} yes, {} no, {} abstain", votes.yes, votes.no, votes.abstain);
}

std::string effect_text(const api::EffectView& effect) {
  using Kind = model::ProposalKind;
  const std::string subject = effect.subject.value_or("");
  const std::string value = effect.value.value_or("");
  switch (effect.kind) {
    case Kind::set:
      return subject + " = " + with_grouped_numbers(value);
    case Kind::budget:
      return mana_text(model::Mana{whole_number(value).value_or(0)}) + " from the treasury to " + subject;
    case Kind::resolution:
      return "what it says";
    case Kind::clerk:
      return subject + " keeps the log";
    case Kind::upgrade:
      return "nodes below version " + subject + " accept nothing";
    case Kind::key:
      return value + " signs for " + subject;
    case Kind::federate:
      return "deals with the scope " + subject + ": " + value;
    default:
      return std::string(model::proposal_kind_name(effect.kind)) + " " + subject;
  }
}

std::string state_text(const api::ProposalView& proposal, model::UnixMs now) {
  std::string text(governance::state_name(proposal.state));
  // The node counts with its next signature.
  const bool is_over =
      proposal.state == governance::ProposalState::voting && proposal.closes && *proposal.closes <= now;
  if (is_over) text += " (over, not counted yet)";
  if (proposal.outcome && *proposal.outcome != model::VoteOutcome::accepted)
    text += fmt::format(" ({})", model::vote_outcome_name(*proposal.outcome));
  return text;
}

std::string proposal_text(const api::ProposalView& proposal, model::UnixMs now, const Look& look) {
  Lines lines;
  lines.add("proposal", id_text(proposal.proposal, look));
  lines.add("kind", std::string(model::proposal_kind_name(proposal.kind)));
  lines.add("title", proposal.title);
  lines.add("text", proposal.text ? id_text(*proposal.text, look) : "");
  lines.add("state", state_text(proposal, now));
  lines.add("proposer", proposal.proposer.to_text());
  lines.add("votes", fmt::format("{}, of {}", votes_text(proposal.votes), counted(proposal.electorate, "member")));
  lines.add("needs", fmt::format("{} to take part, {} of them for it", counted(proposal.quorum, "member"),
                                 percent_text(proposal.threshold_ppm)));
  lines.add("opens", when(proposal.opens));
  lines.add("closes", when(proposal.closes));
  lines.add("executes", when(proposal.executes));
  for (const api::EffectView& effect : proposal.effects)
    lines.add(effect.index == 0 ? "effects" : " ", effect_text(effect));
  return lines.text();
}

Result<Answer> answer_of(const api::ProposalView& proposal) {
  return Answer{api::json_text(proposal), proposal_text(proposal, ICN_TRY(now()), output_look()), 0};
}

// Of the commands that sign something about one proposal.
template <class S>
Result<Answer> about_proposal(const Invocation& invocation) {
  return answer_of(ICN_TRY(on_node<&api::call<S>>(invocation, {invocation.arguments[0]})));
}

Result<std::optional<std::uint64_t>> duration(const Invocation& invocation, std::string_view option) {
  const auto text = invocation.text(option);
  if (!text) return std::nullopt;
  const auto seconds = seconds_of(*text);
  if (!seconds) {
    return fail(ErrorCode::invalid_argument,
                fmt::format("{} {}: expected a duration as 90s, 15m, 36h or 7d; nothing was done", option, *text));
  }
  return seconds;
}

Result<std::optional<std::uint64_t>> ppm(const Invocation& invocation, std::string_view option) {
  auto text = invocation.text(option);
  if (!text) return std::nullopt;
  const auto value = text->ends_with("ppm") ? whole_number(text->substr(0, text->size() - 3)) : std::nullopt;
  if (!value) {
    return fail(ErrorCode::invalid_argument,
                fmt::format("{} {}: expected a share in ppm as 666667ppm; nothing was done", option, *text));
  }
  return value;
}

Result<std::optional<model::ProposalKind>> topic_of(const Invocation& invocation) {
  const auto text = invocation.text("--topic");
  if (!text) return std::nullopt;
  return ICN_TRY(api::parse_enum<model::ProposalKind>("kind of proposal", *text));
}

std::string topic_text(const std::optional<model::ProposalKind>& topic) {
  return topic ? fmt::format("proposals of the kind {}", model::proposal_kind_name(*topic)) : "all other proposals";
}

std::string delegation_text(const api::DelegationView& delegation) {
  return fmt::format("{} {} for {} on {}{}\n", delegation.delegate.to_text(),
                     delegation.revoked ? "no longer votes" : "votes", delegation.delegator.to_text(),
                     topic_text(delegation.topic), delegation.until ? " until " + when(delegation.until) : "");
}

// What the newest jobs would have cost.
std::string charges_text(const api::DryRun& run) {
  const auto refused = static_cast<std::uint64_t>(
      std::count_if(run.charges.begin(), run.charges.end(), [](const auto& row) { return !row.after; }));
  const std::uint64_t charged = run.charges.size() - refused;
  std::string text;
  if (charged != 0) {
    text = fmt::format("the newest {}: {} -> {} (an offer below the new price counts as the price)",
                       counted(charged, "job"), mana_text(run.charged_before), mana_text(run.charged_after));
  }
  if (refused != 0) {
    text += fmt::format("{}{} of the newest would be refused by the limits", charged != 0 ? "; " : "",
                        counted(refused, "job"));
  }
  return text + "\n";
}

}  // namespace

Result<Answer> gov_propose(const Invocation& invocation) {
  std::vector<std::string> words = invocation.arguments;
  for (const std::string_view option : {"--rate", "--credit"}) {
    if (const auto value = invocation.text(option)) words.insert(words.end(), {std::string(option), *value});
  }
  api::ProposeRequest request = ICN_TRY(proposal_of(words));
  request.title = invocation.text("--title").value_or("");
  if (const auto file = invocation.text("--text"))
    request.text = std::string(text_of(ICN_TRY(read_file(*file, {"text", api::ProposeRequest::kTextMax, "max_text"}))));
  request.voting_s = ICN_TRY(duration(invocation, "--voting"));
  request.timelock_s = ICN_TRY(duration(invocation, "--timelock"));
  request.quorum = invocation.text("--quorum");
  request.threshold_ppm = ICN_TRY(ppm(invocation, "--threshold"));
  const api::ProposalMade made = ICN_TRY(on_node<&api::call<api::Propose>>(invocation, request));
  Lines lines;
  lines.add("proposal", id_text(made.proposal, output_look()));
  lines.add("state", std::string(governance::state_name(made.state)));
  lines.add("opens", when(made.opens));
  lines.add("closes", when(made.closes));
  return Answer{api::json_text(made), lines.text(), 0};
}

Result<Answer> gov_sponsor(const Invocation& invocation) { return about_proposal<api::Sponsor>(invocation); }
Result<Answer> gov_cancel(const Invocation& invocation) { return about_proposal<api::CancelProposal>(invocation); }
Result<Answer> gov_execute(const Invocation& invocation) { return about_proposal<api::ExecuteProposal>(invocation); }

Result<Answer> gov_vote(const Invocation& invocation) {
  api::VoteRequest request;
  request.proposal = invocation.arguments[0];
  request.choice = ICN_TRY(api::parse_enum<model::VoteChoice>("choice", invocation.arguments[1]));
  return answer_of(ICN_TRY(on_node<&api::call<api::CastVote>>(invocation, request)));
}

Result<Answer> gov_list(const Invocation& invocation) {
  api::ProposalListRequest request;
  if (const auto state = invocation.text("--state"))
    request.state = ICN_TRY(api::parse_enum<governance::ProposalState>("state", *state));
  if (const auto count = ICN_TRY(invocation.count(api::ProposalListRequest::kCountMax))) request.count = *count;
  request.before = ICN_TRY(invocation.number("--before"));
  const api::ProposalPage page = ICN_TRY(on_node<&api::list_proposals>(invocation, request));
  const Look look = output_look();
  Table table({{"ID"},
               {"KIND"},
               {"STATE"},
               {"YES", Align::right},
               {"NO", Align::right},
               {"CLOSES"},
               {"TITLE", Align::left, true}},
              look);
  const model::UnixMs time = ICN_TRY(now());
  for (const api::ProposalView& row : page.proposals)
    table.add({id_text(row.proposal, look), model::proposal_kind_name(row.kind), state_text(row, time),
               std::to_string(row.votes.yes), std::to_string(row.votes.no), row.closes ? when(row.closes) : "-",
               row.title.empty() ? "-" : row.title});
  std::string text = table.text();
  if (page.proposals.empty()) text = "no proposals\n";
  if (page.next_before) text += fmt::format("earlier: icn gov list --before {}\n", *page.next_before);
  return Answer{.json = api::json_text(page), .laid_out = std::move(text)};
}

Result<Answer> gov_show(const Invocation& invocation) {
  return answer_of(ICN_TRY(on_node<&api::show_proposal>(invocation, {invocation.arguments[0]})));
}

Result<Answer> gov_tally(const Invocation& invocation) {
  const api::TallyView tally = ICN_TRY(on_node<&api::tally_proposal>(invocation, {invocation.arguments[0]}));
  const std::uint64_t taking_part = tally.votes.yes + tally.votes.no + tally.votes.abstain;
  std::string text = fmt::format("votes       {}\n", votes_text(tally.votes));
  text += fmt::format("taking part {} of {}, {} needed: {}\n", taking_part, tally.electorate, tally.quorum,
                      tally.quorum_met ? "enough" : "not enough");
  text += fmt::format("for it      {} needed of yes and no: {}\n", percent_text(tally.threshold_ppm),
                      tally.threshold_met ? "enough" : "not enough");
  return Answer{api::json_text(tally), std::move(text), 0};
}

Result<Answer> gov_log(const Invocation& invocation) {
  api::LogRequest request;
  if (const auto from = ICN_TRY(invocation.number("--from"))) request.from = std::max<std::uint64_t>(1, *from);
  if (const auto count = ICN_TRY(invocation.count(api::LogRequest::kCountMax))) request.count = *count;
  const api::LogPage page = ICN_TRY(on_node<&api::read_scope_log>(invocation, request));
  const Look look = output_look();
  Table table({{"#", Align::right}, {"TIME"}, {"ENTRY"}, {"WHAT", Align::left, true}}, look);
  for (const api::LogRow& row : page.rows)
    table.add({std::to_string(row.position), time_text(row.time), id_text(row.entry, look), row.text});
  std::string text = table.text();
  if (page.rows.empty()) text = "no entries\n";
  if (page.next_from) text += fmt::format("more: icn gov log --from {}\n", *page.next_from);
  return Answer{.json = api::json_text(page), .laid_out = std::move(text)};
}

Result<Answer> gov_verify_log(const Invocation& invocation) {
  const api::LogCheck check = ICN_TRY(on_node<&api::verify_scope_log>(invocation, {}));
  Lines lines;
  lines.add("scope", id_text(check.scope, output_look()));
  lines.add("clerk", check.clerk.to_text());
  lines.add("entries", grouped(check.entries));
  lines.add("head", id_text(check.head, output_look()));
  lines.add("state hash", to_hex(check.state_hash));
  return Answer{api::json_text(check),
                lines.text() + "verified: every signature, link and result of the log is valid\n", 0};
}

Result<Answer> gov_dry_run(const Invocation& invocation) {
  api::DryRunRequest request;
  request.proposal = invocation.arguments[0];
  if (const auto file = invocation.text("--check"))
    request.record = ICN_TRY(read_file(*file, {"dry run", 1'048'576, "max_dry_run"}));
  const api::DryRun run = ICN_TRY(on_node<&api::dry_run_proposal>(invocation, request));
  if (const auto out = invocation.text("--out")) {
    OutputFile file =
        ICN_TRY(OutputFile::create(*out, invocation.has("--force") ? Existing::replaced : Existing::kept));
    ICN_TRY(file.write(run.record));
    ICN_TRY(file.finish());
  }
  std::string text;
  for (const auto& row : run.parameters)
    text += fmt::format("{}: {} -> {}\n", row.name, with_grouped_numbers(row.before), with_grouped_numbers(row.after));
  for (const auto& row : run.members) {
    text += fmt::format("{}: {} -> {}\n", row.did.to_text(),
                        row.before ? model::member_status_name(*row.before) : "not a member",
                        model::member_status_name(row.after));
  }
  for (const auto& row : run.balances)
    text += fmt::format("{}: {} -> {}\n", row.account, mana_text(row.before), mana_text(row.after));
  for (const auto& row : run.peers) {
    const auto terms = [](std::uint64_t rate, model::Mana credit) {
      return fmt::format("{} ppm, credit {}", grouped(rate), mana_text(credit));
    };
    text += fmt::format("peer {}: {} -> {}\n", row.scope.to_text(),
                        row.before_rate && row.before_credit ? terms(*row.before_rate, *row.before_credit) : "none",
                        terms(row.after_rate, row.after_credit));
  }
  for (const auto& row : run.keys)
    text += fmt::format("key of {}: {} -> {}\n", row.did.to_text(), row.before.to_text(), row.after.to_text());
  if (run.clerk) text += "clerk: " + run.clerk->to_text() + "\n";
  if (run.version) text += "version of nodes: " + *run.version + " or newer\n";
  if (text.empty()) text = "It would change no parameter, member or balance.\n";
  if (!run.charges.empty()) text += charges_text(run);
  if (run.refused) text += fmt::format("It could not take effect now: {}.\n", *run.refused);
  text += "dry run: " + id_text(run.object, output_look()) + "\n";
  if (request.record) text += "This node derives the same.\n";
  text += "Nothing was changed.\n";
  return Answer{api::json_text(run), std::move(text), 0};
}

Result<Answer> gov_delegate(const Invocation& invocation) {
  api::DelegateRequest request;
  request.delegate = invocation.arguments[0];
  request.topic = ICN_TRY(topic_of(invocation));
  if (const auto until = invocation.text("--until")) request.until = ICN_TRY(moment_of(*until, ICN_TRY(now())));
  const api::DelegationView delegation = ICN_TRY(on_node<&api::call<api::Delegate>>(invocation, request));
  return Answer{api::json_text(delegation), delegation_text(delegation), 0};
}

Result<Answer> gov_revoke(const Invocation& invocation) {
  const api::DelegationsRevoked revoked =
      ICN_TRY(on_node<&api::call<api::Revoke>>(invocation, {invocation.arguments[0]}));
  std::string text;
  for (const api::DelegationView& delegation : revoked.delegations) text += delegation_text(delegation);
  return Answer{api::json_text(revoked), std::move(text), 0};
}

Result<Answer> gov_preview(const Invocation& invocation) {
  api::VotePreviewRequest request;
  if (!invocation.arguments.empty()) request.proposal = invocation.arguments[0];
  request.topic = ICN_TRY(topic_of(invocation));
  if (request.proposal && request.topic)
    return fail(ErrorCode::invalid_argument, "--topic does nothing next to a proposal; nothing was done");
  const api::VotePreview preview = ICN_TRY(on_node<&api::preview_vote>(invocation, request));
  std::string text = "The vote of " + preview.did.to_text() + " on " + topic_text(preview.topic) + "\n";
  for (const model::Did& did : preview.path) text += "  goes to " + did.to_text() + "\n";
  if (preview.path.empty()) text += "  goes to no other member\n";
  if (preview.choice) text += fmt::format("  and is {}\n", model::vote_choice_name(*preview.choice));
  return Answer{api::json_text(preview), std::move(text), 0};
}

}  // namespace icn::cli::commands
