// The names in JSON of enumerations that several subjects share.
#pragma once
#include "api/fields.hpp"
#include "jobs/job_state.hpp"
#include "model/receipt.hpp"

namespace icn::api {

template <>
struct EnumNames<jobs::JobPhase> {
  static constexpr auto values = first_values<jobs::JobPhase, 10>();
  static_assert(values.back() == jobs::JobPhase::expired);
  static std::string_view name(jobs::JobPhase phase) { return jobs::phase_name(phase); }
};

template <>
struct EnumNames<model::OutcomeKind> {
  static constexpr auto values = first_values<model::OutcomeKind, 6>();
  static_assert(values.back() == model::OutcomeKind::stopped);
  static std::string_view name(model::OutcomeKind kind) { return model::outcome_name(kind); }
};

}  // namespace icn::api
