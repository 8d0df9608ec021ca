#include "jobs/queue.hpp"

namespace icn::jobs {

Result<void> check_queue(const model::JobId& id, const model::Deadlines& deadlines, model::UnixMs now,
                         std::uint64_t ms_in_front, std::uint32_t threads) {
  const std::uint64_t left = deadlines.start_by.value - std::min(deadlines.start_by.value, now.value);
  const std::uint64_t wait = ms_in_front / std::max(threads, 1U);
  if (wait <= left) return {};
  return refuse(
      ErrorCode::busy, "job_queue",
      "The jobs ahead of this one may take " + std::to_string(wait / 1000) + " s, but it must start within " +
          std::to_string(left / 1000) +
          " s to finish in time, so it was not accepted. Nothing was charged. Try again later or with a later "
          "expiry.",
      id.to_text());
}

}  // namespace icn::jobs
