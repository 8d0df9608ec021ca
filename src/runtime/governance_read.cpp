// What is read of governance: proposals, dry runs and the log.
#include <fmt/core.h>

#include <algorithm>
#include <map>

#include "economy/forecast.hpp"
#include "economy/ledger.hpp"
#include "governance/refusals.hpp"
#include "runtime/detail/governance_money.hpp"
#include "runtime/detail/regeneration.hpp"
#include "runtime/find.hpp"
#include "runtime/governance.hpp"
#include "runtime/node_state.hpp"

namespace icn::runtime {
namespace {

tl::unexpected<Error> not_a_proposal(std::string_view name, std::string_view why) {
  return refuse(ErrorCode::invalid_argument, std::string(rules::kProposalId),
                fmt::format("'{}' is not the id of a proposal: {}.", name, why), std::string(name));
}

Result<ipld::Cid> by_beginning(const NodeState& node, std::string_view name) {
  if (name.size() < kNameMin) return not_a_proposal(name, fmt::format("give at least {} characters", kNameMin));
  const auto begins = [name](const governance::ProposalHead& head) { return head.id.to_text().starts_with(name); };
  const auto found = node.governance().list(UINT64_MAX, kCandidatesShown + 1, begins);
  if (found.empty()) {
    return refuse(ErrorCode::not_found, std::string(governance::rules::kUnknownProposal),
                  fmt::format("No proposal begins with '{}'.", name), std::string(name));
  }
  if (found.size() == 1) return found.front().id;
  std::string list;
  for (const governance::ProposalInfo& info : found) list += " " + info.id.to_text();
  return refuse(ErrorCode::invalid_argument, std::string(rules::kProposalId),
                fmt::format("Several proposals begin with '{}':{}; give more characters.", name, list),
                std::string(name));
}

// What the transfers do to each account, in the order in which they name them.
std::vector<BalanceChange> changes_of(const NodeState& node, const std::vector<model::Transfer>& transfers) {
  const model::UnixMs now = node.now();
  economy::Forecast ahead(node.ledger(), now, detail::rates_of(node));
  ahead.add(transfers);
  std::vector<BalanceChange> changes;
  for (const model::Transfer& transfer : transfers) {
    for (const model::AccountKey& account : {transfer.debit, transfer.credit}) {
      const auto is_account = [&](const BalanceChange& change) { return change.account == account; };
      // New mana comes from an account that owes.
      if (account == model::AccountKey::of(model::SystemAccount::issuance)) continue;
      if (std::any_of(changes.begin(), changes.end(), is_account)) continue;
      changes.push_back(
          {account, detail::standing(node, account, now).available(), ahead.balance(account).available()});
    }
  }
  return changes;
}

std::optional<Error> shortage(const economy::Ledger& ledger, const std::vector<model::Transfer>& transfers) {
  std::map<model::AccountKey, std::uint64_t> asked;
  for (const model::Transfer& transfer : transfers) {
    if (transfer.debit == model::AccountKey::of(model::SystemAccount::issuance)) continue;
    std::uint64_t& sum = asked[transfer.debit];
    const std::uint64_t available = ledger.balance(transfer.debit).available().umana;
    if (sum <= available && transfer.amount.umana <= available - sum) {
      sum += transfer.amount.umana;
      continue;
    }
    return Error{ErrorCode::insufficient_mana,
                 fmt::format("{} has {} available, which is less than what is paid from it.", transfer.debit.to_text(),
                             model::Mana{available}.to_text()),
                 std::string(economy::rules::kAvailable)};
  }
  return std::nullopt;
}

}  // namespace

Result<ipld::Cid> find_proposal(const NodeState& node, std::string_view name) {
  ICN_TRY(node.books().wait_for_staged());
  if (name == "@last") {
    const auto newest = node.governance().list(UINT64_MAX, 1);
    if (!newest.empty()) return newest.front().id;
    return refuse(ErrorCode::not_found, std::string(governance::rules::kUnknownProposal),
                  "Nothing was proposed here yet.");
  }
  if (const auto whole = ipld::Cid::parse(name)) {
    ICN_TRY(node.governance().find(*whole));
    return *whole;
  }
  return by_beginning(node, name);
}

Result<governance::ProposalInfo> describe_proposal(const NodeState& node, const ipld::Cid& proposal) {
  governance::ProposalInfo info = ICN_TRY(node.governance().find(proposal));
  ICN_TRY(node.books().wait_for_staged());
  return info;
}

Result<DryRunReport> dry_run_proposal(const NodeState& node, const ipld::Cid& proposal) {
  ICN_TRY(node.governance().find(proposal));
  // Idle, so that scope and balances are of the same state.
  return node.books().when_idle([&]() -> Result<DryRunReport> {
    DryRunReport report;
    report.position = node.scope().position();
    auto effects = node.governance().dry_run(proposal);
    if (!effects) {
      report.refused = effects.error();
      return report;
    }
    report.effects = *std::move(effects);
    const auto transfers = detail::transfers_of_effects(node, proposal, report.effects);
    if (!transfers) {
      report.refused = transfers.error();
      return report;
    }
    report.refused = shortage(node.ledger(), *transfers);
    if (!report.refused) report.balances = changes_of(node, *transfers);
    return report;
  });
}

Result<LogCheckReport> verify_scope_log(const NodeState& node) {
  struct Moment {
    LogCheckReport live;
    std::unique_ptr<ports::StateReader> state;
  };
  // Idle only until the moment is taken: log and memory say the same then.
  Moment moment = ICN_TRY(node.books().when_idle([&]() -> Result<Moment> {
    auto snapshot = ICN_TRY(node.state_store().snapshot());
    return Moment{{0, node.scope(), node.governance().state_hash()}, std::move(snapshot)};
  }));
  moment.live.entries = ICN_TRY(governance::verify_log(*moment.state, node.genesis_scope(), moment.live.state_hash));
  return moment.live;
}

Result<std::vector<model::LogRecord>> read_scope_log(const NodeState& node, std::uint64_t from, std::size_t count) {
  ICN_TRY(node.books().wait_for_staged());
  std::vector<model::LogRecord> records;
  if (count == 0) return records;
  ICN_TRY(governance::for_each_record(node.state_store(), from, [&](const model::LogRecord& record) {
    records.push_back(record);
    return records.size() < count;
  }));
  return records;
}

}  // namespace icn::runtime
