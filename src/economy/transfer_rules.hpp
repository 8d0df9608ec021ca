// Which accounts each transfer code may move mana between: what makes mana non-transferable between members.
#pragma once
#include <array>
#include <optional>

#include "model/transfer.hpp"

namespace icn::economy {

// One side of a rule: a given system account, or the account of any DID.
struct Side {
  model::AccountKey::Kind kind = model::AccountKey::Kind::system;
  model::SystemAccount system = model::SystemAccount::issuance;
  // Only keys in the form that AccountKey::of() gives: any other would have no encoding in the journal.
  [[nodiscard]] bool admits(const model::AccountKey& account) const {
    if (account.kind != kind || account.system != system) return false;
    return kind != model::AccountKey::Kind::system || account.did.key() == model::PublicKey{};
  }
};

// single: moves at once. two_phase: pending, then one post or void.
enum class Shape : std::uint8_t { single, two_phase };

struct TransferRule {
  model::TransferCode code;
  Side debit;
  Side credit;
  Shape shape;
};

namespace detail {
constexpr Side of(model::SystemAccount account) { return {model::AccountKey::Kind::system, account}; }
inline constexpr Side kMember{model::AccountKey::Kind::did, model::SystemAccount::issuance};
}  // namespace detail

// No rule leads from a DID to a DID: mana reaches a member from a source, the treasury or escrow only.
inline constexpr std::array kTransferRules{
    TransferRule{model::TransferCode::grant, detail::of(model::SystemAccount::issuance), detail::kMember,
                 Shape::single},
    TransferRule{model::TransferCode::endowment, detail::of(model::SystemAccount::issuance),
                 detail::of(model::SystemAccount::treasury), Shape::single},
    TransferRule{model::TransferCode::regeneration, detail::of(model::SystemAccount::regeneration), detail::kMember,
                 Shape::single},
    TransferRule{model::TransferCode::job_reserve, detail::kMember, detail::of(model::SystemAccount::escrow),
                 Shape::two_phase},
    TransferRule{model::TransferCode::job_discount, detail::of(model::SystemAccount::treasury),
                 detail::of(model::SystemAccount::escrow), Shape::two_phase},
    TransferRule{model::TransferCode::payout, detail::of(model::SystemAccount::escrow), detail::kMember, Shape::single},
    TransferRule{model::TransferCode::fee, detail::kMember, detail::of(model::SystemAccount::fees), Shape::single},
    TransferRule{model::TransferCode::budget_reserve, detail::kMember, detail::of(model::SystemAccount::escrow),
                 Shape::two_phase},
    TransferRule{model::TransferCode::epoch_fees, detail::of(model::SystemAccount::fees),
                 detail::of(model::SystemAccount::treasury), Shape::single},
    TransferRule{model::TransferCode::treasury_credit, detail::of(model::SystemAccount::treasury), detail::kMember,
                 Shape::single},
    TransferRule{model::TransferCode::slash, detail::of(model::SystemAccount::escrow),
                 detail::of(model::SystemAccount::slashed), Shape::single},
    TransferRule{model::TransferCode::budget_spend, detail::of(model::SystemAccount::escrow),
                 detail::of(model::SystemAccount::fees), Shape::single},
};

[[nodiscard]] constexpr const TransferRule* find_rule(model::TransferCode code) {
  for (const TransferRule& rule : kTransferRules) {
    if (rule.code == code) return &rule;
  }
  return nullptr;
}

[[nodiscard]] constexpr bool has_phase(const TransferRule& rule, model::TransferPhase phase) {
  switch (phase) {
    case model::TransferPhase::single:
      return rule.shape == Shape::single;
    case model::TransferPhase::pending:
    case model::TransferPhase::post:
    case model::TransferPhase::void_:
      return rule.shape == Shape::two_phase;
  }
  return false;
}

}  // namespace icn::economy
