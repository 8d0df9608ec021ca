#include "runtime/detail/governance_money.hpp"

#include "governance/job_policy.hpp"
#include "runtime/detail/founding.hpp"
#include "runtime/detail/regeneration.hpp"
#include "runtime/governance.hpp"

namespace icn::runtime::detail {
namespace {

using model::AccountKey;
using model::SystemAccount;

// What a transfer of a proposal is for: part of its id, so append-only.
enum class Part : std::uint8_t { deposit = 1, end_of_deposit = 2, forfeit = 3, budget = 4 };

model::TransferId id_of(Part part, const ipld::Cid& proposal, std::uint64_t index = 0) {
  Bytes client{static_cast<std::uint8_t>(part)};
  append_be64(client, index);
  return model::transfer_id("ICN-PROPOSAL-v1", proposal.digest(), client);
}

model::Transfer transfer_of(const model::TransferId& id, model::TransferCode code, const AccountKey& debit,
                            const AccountKey& credit, model::Mana amount, const ipld::Cid& subject) {
  model::Transfer transfer;
  transfer.id = id;
  transfer.code = code;
  transfer.debit = debit;
  transfer.credit = credit;
  transfer.amount = amount;
  transfer.user_data = subject.digest();
  return transfer;
}

// A governed amount of whole mana; the table's bounds keep it within 64 bits of µmana.
model::Mana whole(const model::Scope& scope, model::ParameterKey key) {
  return model::Mana{scope.parameters()[key] * model::Mana::kUnit};
}

}  // namespace

Result<void> require_home(const NodeState& node, const model::Did& home, const model::Did& member) {
  if (home == node.node_did()) return {};
  return refuse(ErrorCode::invalid_state, std::string(rules::kOtherHome),
                "The account of " + member.to_text() + " is kept by the node " + home.to_text() +
                    ", which alone posts payments to it; nothing was changed.",
                member.to_text());
}

std::vector<model::Transfer> transfers_of_statement(const NodeState& node, const model::Statement& statement) {
  const model::Scope scope = node.scope();
  const AccountKey author = AccountKey::of(model::author_of(statement));
  const ipld::Cid body = model::body_of(statement).cid;
  if (std::holds_alternative<model::Proposal>(statement)) {
    const model::Mana deposit = whole(scope, model::ParameterKey::proposal_fee_mana);
    if (deposit.umana == 0) return {};
    model::Transfer transfer = transfer_of(id_of(Part::deposit, body), model::TransferCode::proposal_deposit, author,
                                           AccountKey::of(SystemAccount::escrow), deposit, body);
    transfer.phase = model::TransferPhase::pending;
    return {transfer};
  }
  if (!std::holds_alternative<model::Vote>(statement)) return {};
  const model::Mana fee = whole(scope, model::ParameterKey::vote_fee_mana);
  // A fee never bars a member from voting.
  const model::Mana least = std::max(fee, whole(scope, model::ParameterKey::free_vote_below_mana));
  if (fee.umana == 0 || standing(node, author, node.now()).available() < least) return {};
  if (!governance::check_not_frozen(scope, author.did)) return {};
  return {transfer_of(model::transfer_id("ICN-VOTE-v1", body.digest(), {}), model::TransferCode::fee, author,
                      AccountKey::of(SystemAccount::fees), fee, body)};
}

std::vector<model::Transfer> transfers_of_deposit(const NodeState& node, const ipld::Cid& proposal,
                                                  governance::Deposit end) {
  const model::TransferId held = id_of(Part::deposit, proposal);
  const std::optional<model::Mana> amount = node.ledger().open_pending(held);
  const auto info = node.governance().find(proposal);
  if (end == governance::Deposit::held || !amount || !info) return {};
  const bool is_returned = end == governance::Deposit::returned;
  // From memory alone: a store that cannot be read must not leave the deposit held forever.
  model::Transfer closing = transfer_of(id_of(Part::end_of_deposit, proposal), model::TransferCode::proposal_deposit,
                                        AccountKey::of(info->body.proposer), AccountKey::of(SystemAccount::escrow),
                                        is_returned ? model::Mana{} : *amount, proposal);
  closing.pending_id = held;
  closing.phase = is_returned ? model::TransferPhase::void_ : model::TransferPhase::post;
  if (is_returned) return {closing};
  return {closing,
          transfer_of(id_of(Part::forfeit, proposal), model::TransferCode::deposit_forfeit,
                      AccountKey::of(SystemAccount::escrow), AccountKey::of(SystemAccount::fees), *amount, proposal)};
}

Result<std::vector<model::Transfer>> transfers_of_effects(const NodeState& node, const ipld::Cid& proposal,
                                                          const std::vector<governance::Effect>& effects) {
  std::vector<model::Transfer> transfers;
  const model::Scope scope = node.scope();
  for (const governance::Effect& effect : effects) {
    if (const auto* budget = std::get_if<governance::BudgetEffect>(&effect.what)) {
      const model::MemberRecord* record = scope.find(budget->member);
      // A member who is admitted by the same batch is not in the scope yet; the batch's effects say its home.
      model::Did home = record == nullptr ? node.node_did() : record->home;
      for (const governance::Effect& other : effects) {
        const auto* member = std::get_if<governance::MemberEffect>(&other.what);
        if (member != nullptr && member->member == budget->member) home = member->after.home;
      }
      ICN_TRY(require_home(node, home, budget->member));
      transfers.push_back(transfer_of(id_of(Part::budget, proposal, effect.index), model::TransferCode::treasury_credit,
                                      AccountKey::of(SystemAccount::treasury), AccountKey::of(budget->member),
                                      budget->amount, proposal));
      continue;
    }
    const auto* member = std::get_if<governance::MemberEffect>(&effect.what);
    if (member == nullptr || member->after.status != model::MemberStatus::active) continue;
    if (member->after.home != node.node_did() || node.genesis().grant.umana == 0) continue;
    const model::Transfer grant = opening_grant(scope.id(), node.genesis(), member->member);
    // A member who comes back had it before.
    if (!ICN_TRY(node.ledger().find(grant.id))) transfers.push_back(grant);
  }
  return transfers;
}

}  // namespace icn::runtime::detail
