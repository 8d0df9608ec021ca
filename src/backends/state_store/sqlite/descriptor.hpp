// This backend's descriptor, also for builds without SQLite.
#pragma once
#include "ports/backend.hpp"

namespace icn::backends::state_store::sqlite {

inline constexpr ports::Descriptor kDescriptor{"state_store", "sqlite", ports::Grade::production,
                                               "state in one SQLite file"};

}  // namespace icn::backends::state_store::sqlite
