// The environment that a node runs in: the defaults of its configuration, and what it demands of services and keys.
#pragma once
#include <array>
#include <cstdint>
#include <string_view>

#include "core/result.hpp"

namespace icn::config {

enum class EnvironmentType : std::uint8_t { production, development, testing };
inline constexpr std::array kEnvironments{EnvironmentType::production, EnvironmentType::development,
                                          EnvironmentType::testing};
[[nodiscard]] std::string_view environment_name(EnvironmentType environment);
// Errors: invalid_argument, listing the names.
[[nodiscard]] Result<EnvironmentType> parse_environment(std::string_view text);

}  // namespace icn::config
