#include "core/check.hpp"

#include <cstdio>
#include <cstdlib>

namespace icn {

void check_failed(const char* expression, const char* file, int line) noexcept {
  std::fprintf(stderr, "icn: defect: %s does not hold (%s:%d)\n", expression, file, line);
  std::abort();
}

}  // namespace icn
