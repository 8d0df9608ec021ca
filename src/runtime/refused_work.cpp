#include "runtime/refused_work.hpp"

#include <algorithm>

namespace icn::runtime {
namespace {

using Key = model::ParameterKey;

std::uint64_t refusal_step_ms(const model::Parameters& parameters) {
  return parameters[Key::refused_work_window_secs] * 1'000 / RefusedWork::kSteps;
}

}  // namespace

bool is_node_fault(ErrorCode code) {
  return std::any_of(kNodeFaults.begin(), kNodeFaults.end(), [&](const NodeFault& row) { return row.code == code; });
}

Result<void> RefusedWork::check(const model::Did& member, const model::Parameters& parameters) const {
  // Below the bound, not at it.
  const std::uint64_t most = parameters[Key::refused_work_fuel_max] - 1;
  const std::uint64_t wait_ms = windows_.wait_ms(member, most, refusal_step_ms(parameters));
  if (wait_ms == 0) return {};
  return refuse(ErrorCode::busy, "refused_work_fuel_max",
                "Refused submissions and simulations of " + member.to_text() +
                    " took more work than a member is allowed in " +
                    std::to_string(parameters[Key::refused_work_window_secs]) +
                    " s, so this one was not read and nothing was charged. Try again in " +
                    std::to_string(wait_ms / 1'000 + 1) + " s.",
                member.to_text());
}

void RefusedWork::add(const model::Did& member, std::uint64_t fuel, const model::Parameters& parameters,
                      ports::Batch& batch) {
  windows_.add(member, fuel, refusal_step_ms(parameters), batch);
}

std::uint64_t RefusedWork::of(const model::Did& member, const model::Parameters& parameters) const {
  return windows_.of(member, refusal_step_ms(parameters));
}

}  // namespace icn::runtime
