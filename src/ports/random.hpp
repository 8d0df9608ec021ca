// Unpredictable bytes, given from outside so that tests can seed them. Implementations are thread safe.
#pragma once
#include <cstdint>
#include <span>

namespace icn::ports {

class Random {
 public:
  virtual ~Random() = default;
  virtual void fill(std::span<std::uint8_t> bytes) = 0;
};

}  // namespace icn::ports
