// What this backend says of itself, in builds that do without sled too.
#pragma once
#include "ports/backend.hpp"

namespace icn::backends::dag_store::sled {

inline constexpr ports::Descriptor kDescriptor{"dag_store", "sled", ports::Grade::development,
                                               "blocks in a folder of the Rust engine sled"};

}  // namespace icn::backends::dag_store::sled
