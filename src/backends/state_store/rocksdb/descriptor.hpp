// This backend's descriptor, also for builds without RocksDB.
#pragma once
#include "ports/backend.hpp"

namespace icn::backends::state_store::rocksdb {

inline constexpr ports::Descriptor kDescriptor{"state_store", "rocksdb", ports::Grade::production,
                                               "state in a RocksDB folder"};

}  // namespace icn::backends::state_store::rocksdb
