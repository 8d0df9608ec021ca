// Generates a module from any bytes: a loop of host calls and memory growths. Arguments are small, at the edges of the
// memory, pointers into a pool of meaningful texts, or the previous call's result.
#pragma once
#include <span>
#include <string>
#include <vector>

#include "core/bytes.hpp"

namespace icn::attack {

// `pool` are texts in the module's memory. The module is valid whatever the bytes are.
[[nodiscard]] Bytes generated_module(std::span<const std::uint8_t> choices, const std::vector<std::string>& pool);

}  // namespace icn::attack
