// What the work of a host for a job may still cost, taken as it is done: for a settlement the fuel that the run left
// over, for a submission without end, so that it says what was done.
//
// Each piece of work is paid before it is done, and none is begun once the job is asked to stop. Used by one thread.
#pragma once
#include <functional>

#include "core/result.hpp"
#include "model/host_work.hpp"

namespace icn::runtime::detail {

class WorkBudget {
 public:
  // Why work is to end early, if it is. Called before each piece of work.
  using Interrupt = std::function<Result<void>()>;
  explicit WorkBudget(std::uint64_t fuel_left, Interrupt interrupt = {})
      : left_(fuel_left), interrupt_(std::move(interrupt)) {}

  // Errors: those of the interrupt; limit_exceeded with the rule max_fuel (no more is taken then than was left).
  [[nodiscard]] Result<void> take(model::HostWork work, std::uint64_t bytes = 0) {
    return take_fuel(model::fuel_of(work, bytes));
  }
  // The bytes of work that was begun before their number was known.
  [[nodiscard]] Result<void> take_bytes(model::HostWork work, std::uint64_t bytes) {
    return take_fuel(model::fuel_of(work, bytes) - model::fuel_of(work));
  }
  // Work of a price that is known.
  [[nodiscard]] Result<void> take_fuel(std::uint64_t fuel) {
    ICN_TRY(check());
    if (fuel > left_) {
      used_ += left_;
      left_ = 0;
      return refuse(ErrorCode::limit_exceeded, "max_fuel",
                    "the fuel that the run left over does not pay for the work of checking it");
    }
    used_ += fuel;
    left_ -= fuel;
    return {};
  }
  // Errors: those of the interrupt.
  [[nodiscard]] Result<void> check() const { return interrupt_ ? interrupt_() : Result<void>{}; }
  [[nodiscard]] std::uint64_t used() const { return used_; }

 private:
  std::uint64_t left_;
  std::uint64_t used_ = 0;
  Interrupt interrupt_;
};

}  // namespace icn::runtime::detail
