// The scope's policy for jobs: which of a member's jobs its nodes accept, as the scope's parameters say (docs/
// PARAMETERS.md, "job policy"). Pure functions of a scope; thread safe.
//
// One policy for every way in: submission, simulation, and jobs submitted by jobs. Limits and the least price of a run
// follow from the job's size and are checked with its order (jobs/acceptance.hpp).
#pragma once
#include "model/job.hpp"
#include "model/scope.hpp"

namespace icn::governance {

// Errors: permission_denied with the rule member.
[[nodiscard]] Result<void> check_submitter(const model::Scope& scope, const model::Did& submitter);
// Of a member who wants to spend. Errors: permission_denied with the rule frozen_accounts.
[[nodiscard]] Result<void> check_not_frozen(const model::Scope& scope, const model::Did& member);
// Whether the member may credit the account out of the treasury. Errors: permission_denied (treasury_delegates for a
// member who is not one of them, frozen_accounts, own_credit), invalid_state (not_a_member, for either).
[[nodiscard]] Result<void> check_delegate_credit(const model::Scope& scope, const model::Did& delegate,
                                                 const model::Did& account);
// Membership, bans, modules, price bounds, reputation (whole points of the submitter). Errors: as above, and
// permission_denied (banned_submitters, denied_modules, allowed_modules, submitter_reputation_min), price_too_low
// (job_cost_min_mana), limit_exceeded (job_cost_max_mana); the rule is the parameter, the subject what it refuses.
[[nodiscard]] Result<void> validate_job(const model::Scope& scope, const model::Job& job,
                                        std::uint64_t submitter_points);

}  // namespace icn::governance
