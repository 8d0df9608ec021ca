#include "runtime/mana_limits.hpp"

#include <fmt/core.h>

#include "governance/job_policy.hpp"

namespace icn::runtime {
namespace {

using Key = model::ParameterKey;
using model::Mana;

// An amount is in the window for at least its length: a step is the smallest unit, and the present one has just begun.
std::uint64_t spend_step_ms(const model::Parameters& parameters) {
  return parameters[Key::spend_window_secs] * 1'000 / (SlidingWindows::kSteps - 1);
}

// The table's bounds keep whole mana within 64 bits of µmana.
Mana whole(const model::Parameters& parameters, Key key) { return Mana{parameters[key] * Mana::kUnit}; }

// At its maximum a limit refuses nothing, and nothing is counted.
bool limits(const model::Parameters& parameters, Key key) { return parameters[key] < model::parameter_row(key).max; }

Result<void> refuse_window(const model::Parameters& parameters, const model::Did& member, Mana amount,
                           std::uint64_t wait_ms) {
  const std::string text = member.to_text();
  const std::string limit = whole(parameters, Key::spend_window_max_mana).to_text();
  const std::uint64_t secs = parameters[Key::spend_window_secs];
  if (wait_ms == 0) {
    return refuse(ErrorCode::limit_exceeded, "spend_window_max_mana",
                  fmt::format("{} would spend or reserve {} at once; the scope allows a member {} within {} s. Nothing "
                              "was charged.",
                              text, amount.to_text(), limit, secs),
                  text);
  }
  return refuse(ErrorCode::busy, "spend_window_max_mana",
                fmt::format("With {} more, {} would have spent or reserved more than the {} that the scope allows a "
                            "member within {} s. Nothing was charged. There is room for it in {} s.",
                            amount.to_text(), text, limit, secs, wait_ms / 1'000 + 1),
                text);
}

Result<void> refuse_credit(const model::Parameters& parameters, const model::Did& delegate, Mana amount,
                           std::uint64_t wait_ms) {
  const std::string text = delegate.to_text();
  const std::string limit = whole(parameters, Key::treasury_credit_window_max_mana).to_text();
  const std::string when = wait_ms == 0 ? "" : fmt::format(" There is room for it in {} s.", wait_ms / 1'000 + 1);
  return refuse(wait_ms == 0 ? ErrorCode::limit_exceeded : ErrorCode::busy, "treasury_credit_window_max_mana",
                fmt::format("With {} more, {} would have credited more than the {} that the scope allows a delegate of "
                            "the treasury within {} s. Nothing was credited.{}",
                            amount.to_text(), text, limit, parameters[Key::spend_window_secs], when),
                text);
}

}  // namespace

Result<void> ManaLimits::load(const ports::StateReader& store) {
  ICN_TRY(windows_.load(store));
  return credited_.load(store);
}

Result<void> ManaLimits::check_credit(const model::Scope& scope, const model::Did& delegate, Mana amount) const {
  const model::Parameters& parameters = scope.parameters();
  const auto left = whole(parameters, Key::treasury_credit_window_max_mana).minus(amount);
  if (!left) return refuse_credit(parameters, delegate, amount, 0);
  const std::uint64_t wait_ms = credited_.wait_ms(delegate, left->umana, spend_step_ms(parameters));
  return wait_ms == 0 ? Result<void>{} : refuse_credit(parameters, delegate, amount, wait_ms);
}

void ManaLimits::count_credit(const model::Scope& scope, const model::Did& delegate, Mana amount, ports::Batch& batch) {
  if (amount.umana != 0) credited_.add(delegate, amount.umana, spend_step_ms(scope.parameters()), batch);
}

Result<void> ManaLimits::check(const model::Scope& scope, const model::Did& member, Mana amount) const {
  if (amount.umana == 0) return {};
  const model::Parameters& parameters = scope.parameters();
  ICN_TRY(governance::check_not_frozen(scope, member));
  const Mana most = whole(parameters, Key::spend_operation_max_mana);
  if (amount > most && limits(parameters, Key::spend_operation_max_mana)) {
    return refuse(ErrorCode::limit_exceeded, "spend_operation_max_mana",
                  fmt::format("{} would spend or reserve {} at once; the scope allows {}. Nothing was charged.",
                              member.to_text(), amount.to_text(), most.to_text()),
                  member.to_text());
  }
  if (!limits(parameters, Key::spend_window_max_mana)) return {};
  const auto left = whole(parameters, Key::spend_window_max_mana).minus(amount);
  if (!left) return refuse_window(parameters, member, amount, 0);
  const std::uint64_t wait_ms = windows_.wait_ms(member, left->umana, spend_step_ms(parameters));
  return wait_ms == 0 ? Result<void>{} : refuse_window(parameters, member, amount, wait_ms);
}

void ManaLimits::count(const model::Scope& scope, const model::Did& member, Mana amount, ports::Batch& batch) {
  const model::Parameters& parameters = scope.parameters();
  if (amount.umana == 0 || !limits(parameters, Key::spend_window_max_mana)) return;
  windows_.add(member, amount.umana, spend_step_ms(parameters), batch);
}

}  // namespace icn::runtime
