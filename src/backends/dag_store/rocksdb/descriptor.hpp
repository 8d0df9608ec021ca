// This backend's descriptor, also for builds without RocksDB.
#pragma once
#include "ports/backend.hpp"

namespace icn::backends::dag_store::rocksdb {

inline constexpr ports::Descriptor kDescriptor{"dag_store", "rocksdb", ports::Grade::production,
                                               "blocks in a RocksDB folder"};

}  // namespace icn::backends::dag_store::rocksdb
