// The machine's resources. Thread safe.
#pragma once
#include <cstdint>

#include "ports/backend.hpp"

namespace icn::ports {

struct SystemInfo {
  std::uint32_t cpu_cores = 0;
  std::uint64_t memory_mb = 0;            // installed
  std::uint64_t memory_available_mb = 0;  // now
  friend bool operator==(const SystemInfo&, const SystemInfo&) = default;
};

class SystemInfoProvider {
 public:
  virtual ~SystemInfoProvider() = default;
  [[nodiscard]] virtual SystemInfo system_info() const = 0;
  [[nodiscard]] virtual const Descriptor& descriptor() const { return kUndeclared; }

 private:
  static constexpr Descriptor kUndeclared = undeclared("system_info");
};

}  // namespace icn::ports
