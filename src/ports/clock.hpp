// Time, given from outside: domains read no clock of their own. Implementations are thread safe.
#pragma once
#include <cstdint>

#include "model/order.hpp"
#include "ports/backend.hpp"

namespace icn::ports {

class Clock {
 public:
  virtual ~Clock() = default;
  // Wall-clock moment, for orders and deadlines; may go back.
  [[nodiscard]] virtual model::UnixMs now() const = 0;
  // Nanoseconds of a clock that never goes back, for durations.
  [[nodiscard]] virtual std::uint64_t monotonic_ns() const = 0;
  // Nanoseconds that the calling thread has been given by the machine so far; differences of it say what a piece of
  // work took, whatever else the machine did meanwhile. A clock that knows nothing of threads counts all that passes.
  [[nodiscard]] virtual std::uint64_t given_ns() const { return monotonic_ns(); }
  [[nodiscard]] virtual const Descriptor& descriptor() const { return kUndeclared; }

 private:
  static constexpr Descriptor kUndeclared = undeclared("clock");
};

}  // namespace icn::ports
