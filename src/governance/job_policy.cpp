#include "governance/job_policy.hpp"

#include <fmt/core.h>

#include "governance/refusals.hpp"

namespace icn::governance {
namespace {

using Key = model::ParameterKey;

Result<void> check_modules(const model::Parameters& parameters, const ipld::Cid& module) {
  const bool all = parameters[Key::allowed_modules] == 0;
  if (all && parameters[Key::denied_modules] == 0) return {};
  const std::string text = module.to_text();
  if (parameters.holds(Key::denied_modules, text)) {
    return refuse(ErrorCode::permission_denied, "denied_modules",
                  fmt::format("The scope does not allow the module {}. Nothing was charged.", text), text);
  }
  if (all || parameters.holds(Key::allowed_modules, text)) return {};
  return refuse(ErrorCode::permission_denied, "allowed_modules",
                fmt::format("The scope allows {} modules, and {} is none of them. Nothing was charged.",
                            parameters[Key::allowed_modules], text),
                text);
}

Result<void> check_cost(const model::Parameters& parameters, std::uint64_t cost_mana) {
  if (cost_mana < parameters[Key::job_cost_min_mana]) {
    return refuse(ErrorCode::price_too_low, "job_cost_min_mana",
                  fmt::format("The job offers {} mana; the scope's minimum is {}. Nothing was charged.", cost_mana,
                              parameters[Key::job_cost_min_mana]),
                  "cost_mana");
  }
  if (cost_mana <= parameters[Key::job_cost_max_mana]) return {};
  return refuse(ErrorCode::limit_exceeded, "job_cost_max_mana",
                fmt::format("The job offers {} mana; the scope allows at most {}. Nothing was charged.", cost_mana,
                            parameters[Key::job_cost_max_mana]),
                "cost_mana");
}

}  // namespace

Result<void> check_submitter(const model::Scope& scope, const model::Did& submitter) {
  if (scope.is_member(submitter)) return {};
  return refuse(ErrorCode::permission_denied, "member",
                submitter.to_text() +
                    " is not an active member of this scope, so it cannot submit jobs here. Nothing was charged.",
                submitter.to_text());
}

Result<void> check_not_frozen(const model::Scope& scope, const model::Did& member) {
  if (scope.parameters()[Key::frozen_accounts] == 0) return {};
  const std::string text = member.to_text();
  if (!scope.parameters().holds(Key::frozen_accounts, text)) return {};
  return refuse(ErrorCode::permission_denied, "frozen_accounts",
                fmt::format("The scope has frozen the account of {}: it spends nothing, and what it has reserved "
                            "settles. Nothing was charged.",
                            text),
                text);
}

Result<void> check_delegate_credit(const model::Scope& scope, const model::Did& delegate, const model::Did& account) {
  for (const model::Did& did : {delegate, account}) {
    if (scope.is_member(did)) continue;
    return refuse(ErrorCode::invalid_state, std::string(rules::kNotAMember),
                  fmt::format("{} is not an active member; nothing was credited.", did.to_text()), did.to_text());
  }
  const std::string text = delegate.to_text();
  if (!scope.parameters().holds(Key::treasury_delegates, text)) {
    return refuse(ErrorCode::permission_denied, std::string(rules::kTreasuryDelegate),
                  fmt::format("{} is not a delegate of the scope's treasury; nothing was credited.", text), text);
  }
  ICN_TRY(check_not_frozen(scope, delegate));
  if (delegate != account) return {};
  return refuse(ErrorCode::permission_denied, std::string(rules::kOwnCredit),
                "A delegate of the treasury credits other members only; nothing was credited.", text);
}

Result<void> validate_job(const model::Scope& scope, const model::Job& job, std::uint64_t submitter_points) {
  const model::Parameters& parameters = scope.parameters();
  ICN_TRY(check_submitter(scope, job.submitter));
  if (parameters[Key::banned_submitters] != 0) {
    const std::string submitter = job.submitter.to_text();
    if (parameters.holds(Key::banned_submitters, submitter)) {
      return refuse(ErrorCode::permission_denied, "banned_submitters",
                    fmt::format("The scope has banned {} from submitting jobs. Nothing was charged.", submitter),
                    submitter);
    }
  }
  ICN_TRY(check_not_frozen(scope, job.submitter));
  ICN_TRY(check_modules(parameters, job.module));
  ICN_TRY(check_cost(parameters, job.cost_mana));
  if (submitter_points >= parameters[Key::submitter_reputation_min]) return {};
  return refuse(ErrorCode::permission_denied, "submitter_reputation_min",
                fmt::format("The submitter has a reputation of {} points; the scope asks for {}. Nothing was charged.",
                            submitter_points, parameters[Key::submitter_reputation_min]),
                job.submitter.to_text());
}

}  // namespace icn::governance
