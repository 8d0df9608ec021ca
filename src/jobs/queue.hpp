// The queue of accepted jobs for the executor threads: an upper bound on the time of each job, and whether another job
// can start before its deadline. Pure.
//
// A run is bounded by its time limit and by its fuel at kFuelPerMs: host work is priced so that no fuel takes longer.
#pragma once
#include <algorithm>
#include <cstdint>

#include "jobs/job_record.hpp"

namespace icn::jobs {

inline constexpr std::uint64_t kFuelPerMs = 1'000'000;

// finish_by − start_by is the time limit, or longer if the job asked for more.
[[nodiscard]] constexpr std::uint64_t run_ms_max(const model::Deadlines& deadlines, std::uint64_t fuel_limit) {
  return std::min(deadlines.finish_by.value - std::min(deadlines.start_by.value, deadlines.finish_by.value),
                  fuel_limit / kFuelPerMs + 1);
}
[[nodiscard]] inline std::uint64_t run_ms_max(const JobRecord& record) {
  return run_ms_max(record.deadlines, record.fuel_limit);
}

// Checks a job that would wait behind `ms_in_front` of runs on `threads` executor threads. Errors: busy with the rule
// job_queue.
[[nodiscard]] Result<void> check_queue(const model::JobId& id, const model::Deadlines& deadlines, model::UnixMs now,
                                       std::uint64_t ms_in_front, std::uint32_t threads);

}  // namespace icn::jobs
