#include "model/time_text.hpp"

#include <fmt/core.h>

#include <cstdio>
#include <ctime>

namespace icn::model {

std::string time_text(UnixMs time) {
  const auto seconds = static_cast<std::time_t>(time.value / 1000);
  std::tm parts{};
  char text[40];
  constexpr std::uint64_t years_of_four_digits_ms = 253'402'300'800'000;
  if (time.value >= years_of_four_digits_ms || gmtime_r(&seconds, &parts) == nullptr ||
      std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &parts) == 0)
    return fmt::format("{} ms", time.value);
  char millis[8];
  std::snprintf(millis, sizeof millis, ".%03uZ", static_cast<unsigned>(time.value % 1000));
  return std::string(text) + millis;
}

}  // namespace icn::model
