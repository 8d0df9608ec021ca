// What this backend says of itself, in builds that do without RocksDB too.
#pragma once
#include "ports/backend.hpp"

namespace icn::backends::state_store::rocksdb {

inline constexpr ports::Descriptor kDescriptor{"state_store", "rocksdb", ports::Grade::production,
                                               "state in a RocksDB folder"};

}  // namespace icn::backends::state_store::rocksdb
