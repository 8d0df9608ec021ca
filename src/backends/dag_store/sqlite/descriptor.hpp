// This backend's descriptor, also for builds without SQLite.
#pragma once
#include "ports/backend.hpp"

namespace icn::backends::dag_store::sqlite {

inline constexpr ports::Descriptor kDescriptor{"dag_store", "sqlite", ports::Grade::production,
                                               "blocks in one SQLite file"};

}  // namespace icn::backends::dag_store::sqlite
