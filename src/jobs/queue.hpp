// The queue of accepted jobs in front of the executor threads: what each may take of them at most, and whether one more
// can begin before its deadline. Pure.
//
// A run takes no more than its own time limit, and no more than its fuel at kFuelPerMs: host work is priced so that no
// fuel costs more time than this leaves.
#pragma once
#include <algorithm>
#include <cstdint>

#include "jobs/job_record.hpp"

namespace icn::jobs {

inline constexpr std::uint64_t kFuelPerMs = 1'000'000;

// Between start_by and finish_by lies the time limit, or more where the job asked for more.
[[nodiscard]] constexpr std::uint64_t run_ms_max(const model::Deadlines& deadlines, std::uint64_t fuel_limit) {
  return std::min(deadlines.finish_by.value - std::min(deadlines.start_by.value, deadlines.finish_by.value),
                  fuel_limit / kFuelPerMs + 1);
}
[[nodiscard]] inline std::uint64_t run_ms_max(const JobRecord& record) {
  return run_ms_max(record.deadlines, record.fuel_limit);
}

// Of a job that will wait behind `ms_in_front` of runs, on that many executor threads. Errors: busy with the rule
// job_queue.
[[nodiscard]] Result<void> check_queue(const model::JobId& id, const model::Deadlines& deadlines, model::UnixMs now,
                                       std::uint64_t ms_in_front, std::uint32_t threads);

}  // namespace icn::jobs
