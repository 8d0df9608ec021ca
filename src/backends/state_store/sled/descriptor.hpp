// This backend's descriptor, also for builds without sled.
#pragma once
#include "ports/backend.hpp"

namespace icn::backends::state_store::sled {

inline constexpr ports::Descriptor kDescriptor{"state_store", "sled", ports::Grade::development,
                                               "state in a folder of the Rust engine sled"};

}  // namespace icn::backends::state_store::sled
