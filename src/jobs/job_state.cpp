#include "jobs/job_state.hpp"

namespace icn::jobs {
namespace {

constexpr std::array<std::string_view, 10> kPhaseNames{"submitted", "bidding",   "assigned", "executing", "delivered",
                                                       "settled",   "completed", "failed",   "cancelled", "expired"};
constexpr std::array<std::string_view, 12> kEventNames{"open bidding", "assign", "start",    "fail the attempt",
                                                       "deliver",      "settle", "complete", "fail",
                                                       "give up",      "cancel", "expire",   "reject the receipt"};

// Each (state, event) has at most one row, or the table would contradict itself.
constexpr bool rows_are_unique() {
  for (std::size_t i = 0; i < kJobTable.size(); ++i) {
    for (std::size_t j = i + 1; j < kJobTable.size(); ++j) {
      if (kJobTable[i].from == kJobTable[j].from && kJobTable[i].event == kJobTable[j].event) return false;
    }
  }
  return true;
}
static_assert(rows_are_unique());

}  // namespace

std::string_view phase_name(JobPhase phase) { return kPhaseNames[static_cast<std::size_t>(phase)]; }

std::optional<JobPhase> find_phase(std::string_view name) {
  for (std::size_t i = 0; i < kPhaseNames.size(); ++i) {
    if (kPhaseNames[i] == name) return static_cast<JobPhase>(i);
  }
  return std::nullopt;
}

std::string_view event_name(JobEvent event) { return kEventNames[static_cast<std::size_t>(event)]; }

bool is_terminal(JobPhase phase) {
  for (const JobRow& row : kJobTable) {
    if (row.from == phase) return false;
  }
  return true;
}

Result<JobPhase> next_phase(JobPhase from, JobEvent event) {
  for (const JobRow& row : kJobTable) {
    if (row.from == from && row.event == event) return row.to;
  }
  return fail(ErrorCode::invalid_state, "A job that is " + std::string(phase_name(from)) + " cannot " +
                                            std::string(event_name(event)) + "; nothing was changed.");
}

std::string_view job_state_name(JobState::Kind kind) {
  switch (kind) {
    case JobState::Kind::pending:
      return "Pending";
    case JobState::Kind::assigned:
      return "Assigned";
    case JobState::Kind::completed:
      return "Completed";
    case JobState::Kind::failed:
      return "Failed";
  }
  return "?";
}

JobState::Kind job_state_kind(JobPhase phase) {
  switch (phase) {
    case JobPhase::submitted:
    case JobPhase::bidding:
      return JobState::Kind::pending;
    case JobPhase::assigned:
    case JobPhase::executing:
    case JobPhase::delivered:
      return JobState::Kind::assigned;
    case JobPhase::settled:
    case JobPhase::completed:
      return JobState::Kind::completed;
    case JobPhase::failed:
    case JobPhase::cancelled:
    case JobPhase::expired:
      return JobState::Kind::failed;
  }
  return JobState::Kind::failed;
}

}  // namespace icn::jobs
