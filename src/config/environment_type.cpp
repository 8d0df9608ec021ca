#include "config/environment_type.hpp"

namespace icn::config {

std::string_view environment_name(EnvironmentType environment) {
  constexpr std::array<std::string_view, 3> kNames{"production", "development", "testing"};
  return kNames[static_cast<std::size_t>(environment)];
}

Result<EnvironmentType> parse_environment(std::string_view text) {
  for (const EnvironmentType environment : kEnvironments)
    if (environment_name(environment) == text) return environment;
  return fail(ErrorCode::invalid_argument,
              "'" + std::string(text) + "' is not an environment; use production, development or testing.");
}

}  // namespace icn::config
