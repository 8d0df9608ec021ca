// What this backend says of itself, in builds that do without RocksDB too.
#pragma once
#include "ports/backend.hpp"

namespace icn::backends::dag_store::rocksdb {

inline constexpr ports::Descriptor kDescriptor{"dag_store", "rocksdb", ports::Grade::production,
                                               "blocks in a RocksDB folder"};

}  // namespace icn::backends::dag_store::rocksdb
