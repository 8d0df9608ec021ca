// What an accepted proposal changes: parameters, members, the clerk, and wishes for money. Derived from the actions and
// the scope before, the same on every node; the money is moved by the node that keeps the treasury.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "model/proposal.hpp"
#include "model/scope.hpp"

namespace icn::governance {

struct ParameterEffect {
  std::string name;
  std::string before;
  std::string after;
  friend bool operator==(const ParameterEffect&, const ParameterEffect&) = default;
};
struct MemberEffect {
  model::Did member;
  std::optional<model::MemberRecord> before;
  model::MemberRecord after;
  friend bool operator==(const MemberEffect&, const MemberEffect&) = default;
};
struct ClerkEffect {
  model::Did before;
  model::Did after;
  friend bool operator==(const ClerkEffect&, const ClerkEffect&) = default;
};
// To move from the treasury to the member, once, under an id of the proposal and the effect's index.
struct BudgetEffect {
  model::Did member;
  model::Mana amount;
  friend bool operator==(const BudgetEffect&, const BudgetEffect&) = default;
};
// Nodes below the version accept nothing from then on.
struct UpgradeEffect {
  std::optional<model::ProgramVersion> before;
  model::ProgramVersion after;
  friend bool operator==(const UpgradeEffect&, const UpgradeEffect&) = default;
};
struct PeerEffect {
  ipld::Cid scope;
  std::optional<model::PeerTerms> before;
  model::PeerTerms after;
  friend bool operator==(const PeerEffect&, const PeerEffect&) = default;
};
// The key that signs for a member or a node from then on.
struct KeyEffect {
  model::Did did;
  model::Did before;
  model::Did after;
  friend bool operator==(const KeyEffect&, const KeyEffect&) = default;
};
struct Effect {
  std::uint32_t index = 0;  // among the effects of the proposal
  std::variant<ParameterEffect, MemberEffect, ClerkEffect, BudgetEffect, UpgradeEffect, PeerEffect, KeyEffect> what;
  friend bool operator==(const Effect&, const Effect&) = default;
};

// Changes `scope` by all actions and returns the effects; on error `scope` is unspecified. Position and time are those
// of the log entry that executes them. Errors, each with its rule (governance/refusals.hpp): not_found,
// invalid_argument, invalid_state, limit_exceeded. Signatures are not verified.
[[nodiscard]] Result<std::vector<Effect>> apply_actions(const std::vector<model::Action>& actions,
                                                        std::uint64_t position, model::UnixMs time,
                                                        model::Scope& scope);
// That the key may sign for the DID from now on: it belongs to a member or a node, and never signed for anyone. Errors:
// not_found, already_exists, with the rules unknown_holder, key_used.
[[nodiscard]] Result<void> check_new_key(const model::Scope& scope, const model::Did& did, const model::Did& key);
// The candidates' signatures among the actions. Errors: invalid_signature, with the rule candidate_signature.
[[nodiscard]] Result<void> verify_consents(const std::vector<model::Action>& actions, const model::Scope& scope);

}  // namespace icn::governance
