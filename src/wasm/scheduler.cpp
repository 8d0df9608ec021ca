#include "wasm/scheduler.hpp"

#include <algorithm>

#include "core/check.hpp"

namespace icn::wasm {

SliceScheduler::SliceScheduler(std::size_t threads, std::size_t runs_max) : runs_max_(runs_max), lanes_(threads) {
  ICN_CHECK(threads > 0 && runs_max > 0);
}

Result<void> SliceScheduler::submit(SlicedRun run) {
  Lock lock(mutex_);
  if (down_) return fail(ErrorCode::invalid_state, "the executor threads are shut down");
  std::size_t open = 0;
  for (const Lane& lane : lanes_) open += lane.runs;
  if (open >= runs_max_) {
    return refuse(ErrorCode::busy, "max_runs", std::to_string(open) + " jobs are running, the most allowed; try again");
  }
  Lane& lane =
      *std::min_element(lanes_.begin(), lanes_.end(), [](const Lane& a, const Lane& b) { return a.runs < b.runs; });
  lane.arriving.push_back(std::move(run));
  ++lane.runs;
  changed_.notify_all();
  return {};
}

void SliceScheduler::run(std::size_t number) {
  std::vector<SlicedRun> mine;
  for (;;) {
    {
      Lock lock(mutex_);
      Lane& lane = lanes_[number];
      while (mine.empty() && lane.arriving.empty() && !down_) changed_.wait(lock);
      if (down_) return;
      for (SlicedRun& run : lane.arriving) mine.push_back(std::move(run));
      lane.arriving.clear();
      lane.runs = mine.size();
    }
    // Polls one slice of each run, then takes new ones: a short job waits at most one slice of every other job.
    for (std::size_t at = 0; at < mine.size();) {
      if (mine[at].poll() == ports::RunState::running) {
        ++at;
        continue;
      }
      mine[at].finished();
      mine.erase(mine.begin() + static_cast<std::ptrdiff_t>(at));
    }
    Lock lock(mutex_);
    lanes_[number].runs = mine.size() + lanes_[number].arriving.size();
  }
}

void SliceScheduler::shut_down() {
  Lock lock(mutex_);
  down_ = true;
  changed_.notify_all();
}

std::size_t SliceScheduler::open_runs() const {
  Lock lock(mutex_);
  std::size_t open = 0;
  for (const Lane& lane : lanes_) open += lane.runs;
  return open;
}

}  // namespace icn::wasm
