#include "runtime/refused_work.hpp"

#include <algorithm>
#include <limits>

namespace icn::runtime {
namespace {

using Key = model::ParameterKey;
constexpr std::uint64_t kNsPerSecond = 1'000'000'000;

std::uint64_t step_ns(const model::Parameters& parameters) {
  return parameters[Key::refused_work_window_secs] * kNsPerSecond / RefusedWork::kSteps;
}

std::uint64_t plus(std::uint64_t a, std::uint64_t b) {
  constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
  return b > most - a ? most : a + b;
}

}  // namespace

std::uint64_t RefusedWork::Window::sum() const {
  std::uint64_t all = 0;
  for (const std::uint64_t of_step : fuel) all = plus(all, of_step);
  return all;
}

void RefusedWork::Window::move_to(std::uint64_t step) {
  // A window that the scope shortened has later steps: no earlier work is within it.
  if (step >= newest + kSteps) fuel.fill(0);
  for (std::uint64_t next = newest + 1; next <= step && next < newest + kSteps; ++next) fuel[next % kSteps] = 0;
  newest = std::max(newest, step);
}

std::uint64_t RefusedWork::step_now(const model::Parameters& parameters) const {
  return clock_->monotonic_ns() / step_ns(parameters);
}

Result<void> RefusedWork::check(const model::Did& member, const model::Parameters& parameters) {
  const std::uint64_t most = parameters[Key::refused_work_fuel_max];
  Lock lock(mutex_);
  const auto at = windows_.find(member);
  if (at == windows_.end()) return {};
  Window ahead = at->second;
  std::uint64_t step = step_now(parameters);
  ahead.move_to(step);
  if (ahead.sum() < most) return {};
  while (ahead.sum() >= most) ahead.move_to(++step);
  const std::uint64_t wait_ns = step * step_ns(parameters) - clock_->monotonic_ns();
  return refuse(ErrorCode::busy, "refused_work_fuel_max",
                "Refused submissions of " + member.to_text() + " took more work than a member is allowed in " +
                    std::to_string(parameters[Key::refused_work_window_secs]) +
                    " s, so this one was not read and nothing was charged. Try again in " +
                    std::to_string(wait_ns / kNsPerSecond + 1) + " s.",
                member.to_text());
}

void RefusedWork::add(const model::Did& member, std::uint64_t fuel, const model::Parameters& parameters) {
  Lock lock(mutex_);
  const std::uint64_t step = step_now(parameters);
  if (!windows_.contains(member)) make_room(step);
  Window& window = windows_[member];
  window.move_to(step);
  std::uint64_t& now = window.fuel[window.newest % kSteps];
  now = plus(now, fuel);
}

// Evicts the member with the least work in its window: it is the furthest from the bound.
void RefusedWork::make_room(std::uint64_t step) {
  if (windows_.size() < kMembersMax) return;
  auto least = windows_.end();
  std::uint64_t least_fuel = 0;
  for (auto at = windows_.begin(); at != windows_.end(); ++at) {
    at->second.move_to(step);
    const std::uint64_t fuel = at->second.sum();
    if (least != windows_.end() && fuel >= least_fuel) continue;
    least = at;
    least_fuel = fuel;
  }
  windows_.erase(least);
}

std::uint64_t RefusedWork::of(const model::Did& member, const model::Parameters& parameters) {
  Lock lock(mutex_);
  const auto at = windows_.find(member);
  if (at == windows_.end()) return 0;
  at->second.move_to(step_now(parameters));
  return at->second.sum();
}

std::size_t RefusedWork::members() const {
  Lock lock(mutex_);
  return windows_.size();
}

}  // namespace icn::runtime
