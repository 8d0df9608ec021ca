// The JSON names of enumerations that several subjects share, and the descriptions of the names of jobs and blocks in
// requests, which runtime/find.hpp resolves.
#pragma once
#include "api/fields.hpp"
#include "jobs/job_state.hpp"
#include "model/receipt.hpp"

namespace icn::api {

inline constexpr std::string_view kJobNameText =
    "its id, its receipt or its anchor, or a unique prefix of one of these; its number; @last, @last-ok or "
    "@last-failed";
inline constexpr std::string_view kBlockNameText =
    "a CID or a unique prefix of one; for a job's block the job's number, @last, @last-ok or @last-failed";

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
