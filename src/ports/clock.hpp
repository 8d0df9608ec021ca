// Time, supplied from outside: domains read no clock themselves. Implementations are thread safe.
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
  // CPU time of the calling thread in nanoseconds so far; its differences measure the cost of a piece of work, whatever
  // else the machine does meanwhile. A clock without thread times returns all elapsed time.
  [[nodiscard]] virtual std::uint64_t given_ns() const { return monotonic_ns(); }
  [[nodiscard]] virtual const Descriptor& descriptor() const { return kUndeclared; }

 private:
  static constexpr Descriptor kUndeclared = undeclared("clock");
};

}  // namespace icn::ports
