// A module out of any bytes: calls of host functions with arguments that are small, at the edges of the memory, into a
// pool of texts that mean something, or what the call before answered; in a loop, with memory growing in between.
#pragma once
#include <span>
#include <string>
#include <vector>

#include "core/bytes.hpp"

namespace icn::attack {

// `pool` are texts that the module has in its memory. The module is valid whatever the bytes are.
[[nodiscard]] Bytes generated_module(std::span<const std::uint8_t> choices, const std::vector<std::string>& pool);

}  // namespace icn::attack
