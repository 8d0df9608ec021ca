// This backend's descriptor, also for builds without libpq.
#pragma once
#include "ports/backend.hpp"

namespace icn::backends::dag_store::postgres {

inline constexpr ports::Descriptor kDescriptor{"dag_store", "postgres", ports::Grade::production,
                                               "blocks in a PostgreSQL database, for a node and its hot standby",
                                               ports::Place::server};

}  // namespace icn::backends::dag_store::postgres
