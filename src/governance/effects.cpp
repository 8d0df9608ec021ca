#include "governance/effects.hpp"

#include <fmt/core.h>

#include "governance/refusals.hpp"
#include "model/ballot.hpp"
#include "model/member_list.hpp"

namespace icn::governance {
namespace {

using model::MemberRecord;
using model::MemberStatus;

tl::unexpected<Error> key_used(const model::Did& key) {
  return refuse(ErrorCode::already_exists, std::string(rules::kKeyUsed),
                fmt::format("The key {} signs or signed for a DID of this scope; nothing was changed.", key.to_text()),
                key.to_text());
}

// A key that took the place of another's never becomes a DID of the scope itself.
Result<void> check_unused(const model::Scope& scope, const model::Did& did) {
  const bool is_own = scope.keys().changes(did) != nullptr;
  return is_own || !scope.keys().is_used(did) ? Result<void>{} : key_used(did);
}

// Applies one action after the other.
class Apply {
 public:
  Apply(std::uint64_t position, model::UnixMs time, model::Scope& scope, std::vector<Effect>& effects)
      : position_(position), time_(time), scope_(scope), effects_(effects) {}

  Result<void> operator()(const model::SetAction& set) {
    model::Parameters parameters = scope_.parameters();
    for (const auto& [name, text] : set.values) {
      const std::optional<std::string> before = parameters.text(name);
      ICN_TRY(parameters.set(name, text));
      add(ParameterEffect{name, before ? *before : "", *parameters.text(name)});
    }
    thaw(scope_.parameters(), parameters);
    scope_.set_parameters(std::move(parameters), time_);
    return {};
  }

  Result<void> operator()(const model::AdmitAction& admit) {
    const MemberRecord* before = scope_.find(admit.member);
    if (before != nullptr && before->status == MemberStatus::active) {
      return refuse(ErrorCode::invalid_state, std::string(rules::kAlreadyMember),
                    fmt::format("{} is already a member; nothing was changed.", admit.member.to_text()),
                    admit.member.to_text());
    }
    ICN_TRY(check_unused(scope_, admit.member));
    ICN_TRY(check_unused(scope_, admit.home));
    if (scope_.active_count() >= model::kMembersMax) {
      return refuse(ErrorCode::limit_exceeded, std::string(rules::kMembers),
                    fmt::format("The scope has {} members, the most that a scope may have; nothing was changed.",
                                scope_.active_count()));
    }
    change(admit.member, {admit.home, MemberStatus::active, position_, time_});
    return {};
  }

  Result<void> operator()(const model::SuspendAction& suspend) {
    const MemberRecord* before = scope_.find(suspend.member);
    if (before == nullptr || before->status != MemberStatus::active) return not_a_member(suspend.member);
    return end(suspend.member, *before, MemberStatus::suspended);
  }

  Result<void> operator()(const model::RemoveAction& remove) {
    const MemberRecord* before = scope_.find(remove.member);
    if (before == nullptr || (before->status != MemberStatus::active && before->status != MemberStatus::suspended))
      return not_a_member(remove.member);
    return end(remove.member, *before, MemberStatus::removed);
  }

  Result<void> operator()(const model::BudgetAction& budget) {
    if (!scope_.is_member(budget.member)) return not_a_member(budget.member);
    if (budget.amount.umana == 0) {
      return refuse(ErrorCode::invalid_argument, std::string(rules::kAmount),
                    "A budget of 0 mana moves nothing; nothing was changed.");
    }
    add(BudgetEffect{budget.member, budget.amount});
    return {};
  }

  Result<void> operator()(const model::ResolutionAction&) { return {}; }

  Result<void> operator()(const model::ClerkAction& clerk) {
    ICN_TRY(check_unused(scope_, clerk.clerk));
    add(ClerkEffect{scope_.clerk(), clerk.clerk});
    scope_.set_clerk(clerk.clerk);
    return {};
  }

  // A requirement that a node could fall below again would split the scope.
  Result<void> operator()(const model::UpgradeAction& upgrade) {
    const std::optional<model::RequiredVersion>& before = scope_.required_version();
    if (before && upgrade.version <= before->version) {
      return refuse(ErrorCode::invalid_state, std::string(rules::kUpgradeVersion),
                    fmt::format("The scope requires version {} already; {} is not above it. Nothing was changed.",
                                before->version.to_text(), upgrade.version.to_text()),
                    upgrade.version.to_text());
    }
    add(UpgradeEffect{before ? std::optional(before->version) : std::nullopt, upgrade.version});
    scope_.set_required_version({upgrade.version, position_});
    return {};
  }

  Result<void> operator()(const model::FederateAction& federate) {
    const auto found = scope_.peers().find(federate.scope);
    const bool known = found != scope_.peers().end();
    if (federate.scope == scope_.id()) {
      return refuse(ErrorCode::invalid_argument, std::string(rules::kOwnScope),
                    "A scope does not federate with itself; nothing was changed.", federate.scope.to_text());
    }
    if (federate.terms.rate_ppm == 0 || federate.terms.rate_ppm > model::kPeerRateMax) {
      return refuse(ErrorCode::invalid_argument, std::string(rules::kPeerRate),
                    fmt::format("A rate of {} ppm is outside of what is allowed, 1 to {} ppm; nothing was changed.",
                                federate.terms.rate_ppm, model::kPeerRateMax));
    }
    if (!known && scope_.peers().size() >= model::kPeersMax) {
      return refuse(ErrorCode::limit_exceeded, std::string(rules::kPeers),
                    fmt::format("The scope has {} peers, the most that a scope may have; nothing was changed.",
                                scope_.peers().size()));
    }
    add(PeerEffect{federate.scope, known ? std::optional(found->second.terms) : std::nullopt, federate.terms});
    scope_.set_peer(federate.scope, {federate.terms, position_});
    return {};
  }

  Result<void> operator()(const model::KeyAction& change) {
    ICN_TRY(check_new_key(scope_, change.did, change.key));
    add(KeyEffect{change.did, scope_.keys().key_of(change.did), change.key});
    scope_.set_key(change.did, change.key, position_);
    return {};
  }

 private:
  // An account that is frozen no more regenerates from now on, not for the time of its freeze.
  void thaw(const model::Parameters& before, const model::Parameters& after) {
    for (const std::string& text : before.list(model::ParameterKey::frozen_accounts)) {
      if (after.holds(model::ParameterKey::frozen_accounts, text)) continue;
      const auto member = model::Did::parse(text);
      const MemberRecord* const found = member ? scope_.find(*member) : nullptr;
      if (found == nullptr) continue;
      MemberRecord record = *found;
      record.since_time = time_;
      scope_.set_member(*member, record);
    }
  }

  void add(decltype(Effect::what) what) {
    effects_.push_back({static_cast<std::uint32_t>(effects_.size()), std::move(what)});
  }

  void change(const model::Did& member, const MemberRecord& after) {
    const MemberRecord* found = scope_.find(member);
    add(MemberEffect{member, found == nullptr ? std::nullopt : std::optional(*found), after});
    scope_.set_member(member, after);
  }

  Result<void> end(const model::Did& member, const MemberRecord& before, MemberStatus status) {
    if (before.status == MemberStatus::active && scope_.active_count() == 1) {
      return refuse(ErrorCode::invalid_state, std::string(rules::kLastMember),
                    fmt::format("{} is the only member; a scope without members could decide nothing. Nothing was "
                                "changed.",
                                member.to_text()),
                    member.to_text());
    }
    change(member, {before.home, status, position_, time_});
    return {};
  }

  static tl::unexpected<Error> not_a_member(const model::Did& member) {
    return refuse(ErrorCode::invalid_state, std::string(rules::kNotAMember),
                  fmt::format("{} is not a member; nothing was changed.", member.to_text()), member.to_text());
  }

  std::uint64_t position_;
  model::UnixMs time_;
  model::Scope& scope_;
  std::vector<Effect>& effects_;
};

}  // namespace

Result<std::vector<Effect>> apply_actions(const std::vector<model::Action>& actions, std::uint64_t position,
                                          model::UnixMs time, model::Scope& scope) {
  std::vector<Effect> effects;
  Apply apply(position, time, scope, effects);
  for (const model::Action& action : actions) ICN_TRY(std::visit(apply, action));
  return effects;
}

Result<void> check_new_key(const model::Scope& scope, const model::Did& did, const model::Did& key) {
  const MemberRecord* const record = scope.find(did);
  const bool is_member =
      record != nullptr && (record->status == MemberStatus::active || record->status == MemberStatus::suspended);
  if (!is_member && !scope.is_node(did)) {
    return refuse(ErrorCode::not_found, std::string(rules::kUnknownHolder),
                  fmt::format("{} is neither a member nor a node of this scope; nothing was changed.", did.to_text()),
                  did.to_text());
  }
  if (key == did || scope.find(key) != nullptr || scope.is_node(key) || scope.keys().is_used(key)) return key_used(key);
  return {};
}

Result<void> verify_consents(const std::vector<model::Action>& actions, const model::Scope& scope) {
  for (const model::Action& action : actions) {
    const auto* admit = std::get_if<model::AdmitAction>(&action);
    if (admit == nullptr || !admit->consent) continue;
    const model::SignedCandidate record{{scope.id(), admit->member, admit->home}, *admit->consent};
    if (model::verify(record, scope.keys())) continue;
    return refuse(ErrorCode::invalid_signature, std::string(rules::kConsent),
                  fmt::format("The application of {} is not signed by that candidate for this scope and home; nothing "
                              "was changed.",
                              admit->member.to_text()),
                  admit->member.to_text());
  }
  return {};
}

}  // namespace icn::governance
