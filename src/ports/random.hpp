// Unpredictable bytes, supplied from outside so that tests can seed them. Implementations are thread safe.
#pragma once
#include <cstdint>
#include <span>

#include "ports/backend.hpp"

namespace icn::ports {

class Random {
 public:
  virtual ~Random() = default;
  virtual void fill(std::span<std::uint8_t> bytes) = 0;
  [[nodiscard]] virtual const Descriptor& descriptor() const { return kUndeclared; }

 private:
  static constexpr Descriptor kUndeclared = undeclared("random");
};

}  // namespace icn::ports
