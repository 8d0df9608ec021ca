#include "jobs/failure.hpp"

#include <algorithm>

namespace icn::jobs {
namespace {

constexpr bool rows_follow_the_causes() {
  for (std::size_t i = 0; i < kFailureTable.size(); ++i) {
    if (static_cast<std::size_t>(kFailureTable[i].cause) != i) return false;
  }
  return kFailureTable.back().cause == FailureCause::defect;
}
static_assert(rows_follow_the_causes());

}  // namespace

FailureCause cause_of(const Error& error, ports::StopReason stopped_by) {
  if (stopped_by == ports::StopReason::shutdown) return FailureCause::node_stopped;
  for (const FailureRow& row : kFailureTable) {
    if (std::find(row.codes.begin(), row.codes.end(), error.code) != row.codes.end()) return row.cause;
  }
  return FailureCause::defect;
}

}  // namespace icn::jobs
