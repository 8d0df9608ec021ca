// What this backend says of itself, in builds that do without SQLite too.
#pragma once
#include "ports/backend.hpp"

namespace icn::backends::dag_store::sqlite {

inline constexpr ports::Descriptor kDescriptor{"dag_store", "sqlite", ports::Grade::production,
                                               "blocks in one SQLite file"};

}  // namespace icn::backends::dag_store::sqlite
