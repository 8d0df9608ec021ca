#include "governance/voting_rules.hpp"

#include <algorithm>

namespace icn::governance {
namespace {

using Key = model::ParameterKey;
constexpr std::uint64_t kMsPerSec = 1'000;

}  // namespace

VotingRules VotingRules::of(const model::Parameters& parameters) {
  VotingRules rules;
  rules.quorum = {model::Quorum::Unit::ppm, parameters[Key::voting_quorum_ppm]};
  rules.threshold = parameters[Key::voting_threshold_ppm];
  rules.voting_ms_min = parameters[Key::voting_secs_min] * kMsPerSec;
  rules.voting_ms = std::max(parameters[Key::voting_secs] * kMsPerSec, rules.voting_ms_min);
  rules.sponsors_wanted = parameters[Key::sponsors_wanted];
  rules.sponsorship_ms = parameters[Key::sponsorship_secs] * kMsPerSec;
  rules.deliberation_ms = parameters[Key::deliberation_secs] * kMsPerSec;
  rules.timelock_ms = parameters[Key::timelock_secs] * kMsPerSec;
  rules.execution_ms = parameters[Key::execution_secs] * kMsPerSec;
  rules.late_ppm = parameters[Key::late_quorum_ppm];
  rules.open_max = parameters[Key::open_proposals_max];
  rules.open_per_member_max = parameters[Key::open_proposals_per_member_max];
  return rules;
}

}  // namespace icn::governance
