// This backend's descriptor, also for builds without libpq.
#pragma once
#include "ports/backend.hpp"

namespace icn::backends::state_store::postgres {

inline constexpr ports::Descriptor kDescriptor{"state_store", "postgres", ports::Grade::production,
                                               "state in a PostgreSQL database, for a node and its hot standby",
                                               ports::Place::server};

}  // namespace icn::backends::state_store::postgres
