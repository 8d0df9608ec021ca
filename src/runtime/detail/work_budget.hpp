// The fuel that the host may still spend on work for a job. A settlement has the run's unused fuel; a submission has no
// bound and only counts.
//
// Each piece of work is paid before it is done; none begins once the job is asked to stop. Used by one thread.
#pragma once
#include <functional>

#include "core/result.hpp"
#include "model/host_work.hpp"

namespace icn::runtime::detail {

class WorkBudget {
 public:
  // Called before each piece of work; an error ends the work early and says why.
  using Interrupt = std::function<Result<void>()>;
  explicit WorkBudget(std::uint64_t fuel_left, Interrupt interrupt = {})
      : left_(fuel_left), interrupt_(std::move(interrupt)) {}

  // Pays for one piece of work. Errors: those of the interrupt; limit_exceeded with the rule max_fuel (the rest is
  // taken then).
  [[nodiscard]] Result<void> take(model::HostWork work, std::uint64_t bytes = 0) {
    return take_fuel(model::fuel_of(work, bytes));
  }
  // Pays for the bytes of work that began before their number was known.
  [[nodiscard]] Result<void> take_bytes(model::HostWork work, std::uint64_t bytes) {
    return take_fuel(model::fuel_of(work, bytes) - model::fuel_of(work));
  }
  // Pays a known price.
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
