// This backend's descriptor, also for builds without sled.
#pragma once
#include "ports/backend.hpp"

namespace icn::backends::dag_store::sled {

inline constexpr ports::Descriptor kDescriptor{"dag_store", "sled", ports::Grade::development,
                                               "blocks in a folder of the Rust engine sled"};

}  // namespace icn::backends::dag_store::sled
