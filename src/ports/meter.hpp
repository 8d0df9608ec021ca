// Counters for operators. Names are the metric table's; implementations are thread safe and cheap.
#pragma once
#include <cstdint>
#include <string_view>

namespace icn::ports {

class Meter {
 public:
  virtual ~Meter() = default;
  virtual void add(std::string_view counter, std::uint64_t amount) = 0;
};

}  // namespace icn::ports
