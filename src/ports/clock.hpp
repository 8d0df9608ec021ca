// Time, given from outside: domains read no clock of their own. Implementations are thread safe.
#pragma once
#include <cstdint>

#include "model/order.hpp"

namespace icn::ports {

class Clock {
 public:
  virtual ~Clock() = default;
  // Wall-clock moment, for orders and deadlines; may go back.
  [[nodiscard]] virtual model::UnixMs now() const = 0;
  // Nanoseconds of a clock that never goes back, for durations.
  [[nodiscard]] virtual std::uint64_t monotonic_ns() const = 0;
};

}  // namespace icn::ports
