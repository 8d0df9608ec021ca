#include "jobs/obligation.hpp"

#include <algorithm>

#include "core/check.hpp"
#include "jobs/settlement.hpp"

namespace icn::jobs {
namespace {

constexpr bool leaves_some_row(JobPhase phase) {
  return std::any_of(kJobTable.begin(), kJobTable.end(), [&](const JobRow& row) { return row.from == phase; });
}
constexpr bool has_transition(JobPhase phase, JobEvent event) {
  return std::any_of(kJobTable.begin(), kJobTable.end(),
                     [&](const JobRow& row) { return row.from == phase && row.event == event; });
}
// Checks that every non-terminal phase has exactly one row, whose event ends the phase by a transition of the state
// table.
constexpr bool rows_cover_the_table() {
  for (const JobRow& row : kJobTable) {
    const auto is_of_phase = [&](const ObligationRow& one) { return one.phase == row.from; };
    if (std::count_if(kObligationTable.begin(), kObligationTable.end(), is_of_phase) != 1) return false;
  }
  return std::all_of(kObligationTable.begin(), kObligationTable.end(), [](const ObligationRow& row) {
    return leaves_some_row(row.phase) && has_transition(row.phase, row.overdue);
  });
}
static_assert(rows_cover_the_table());

}  // namespace

const ObligationRow* find_obligation(JobPhase phase) {
  const auto at = std::find_if(kObligationTable.begin(), kObligationTable.end(),
                               [&](const ObligationRow& row) { return row.phase == phase; });
  return at == kObligationTable.end() ? nullptr : &*at;
}

bool is_overdue(const JobRecord& record, model::UnixMs now) {
  const ObligationRow* row = find_obligation(record.phase);
  return row != nullptr && now >= record.deadlines.*row->deadline;
}

JobEvent overdue_event(const JobRecord& record) {
  const ObligationRow* row = find_obligation(record.phase);
  ICN_CHECK(row != nullptr);
  if (record.phase == JobPhase::settled && record.outcome)
    return closing_event(record.outcome->kind, ports::StopReason::none);
  return row->overdue;
}

}  // namespace icn::jobs
