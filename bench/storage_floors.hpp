// The floor of a store: the simplest way to keep the same bytes as durably, without our code.
#pragma once
#include <memory>
#include <string>
#include <string_view>

#include "core/bytes.hpp"

namespace icn::bench {

// Used by one thread. Gives up when anything fails.
class StorageFloor {
 public:
  virtual ~StorageFloor() = default;
  // `value` lives until sync().
  virtual void add(ByteView key, ByteView value) = 0;
  // Everything added before is durable.
  virtual void sync() = 0;
  // The value that was added as the number-th, from 0, under this key.
  [[nodiscard]] virtual Bytes get(std::size_t number, ByteView key) = 0;
};

// For `sqlite` raw SQLite with the backend's pragmas, for `rocksdb` and `sled` the raw engine with its options.
// PostgreSQL's needs a server: raw_postgres().
[[nodiscard]] std::unique_ptr<StorageFloor> floor_of_state(std::string_view backend, const std::string& path);
[[nodiscard]] std::unique_ptr<StorageFloor> floor_of_dag(std::string_view backend, const std::string& path);

// Only in a build with PostgreSQL; creates the table.
[[nodiscard]] std::unique_ptr<StorageFloor> raw_postgres(const std::string& connection, const std::string& table);
// Only in a build with RocksDB.
[[nodiscard]] std::unique_ptr<StorageFloor> raw_rocksdb(const std::string& path);

}  // namespace icn::bench
