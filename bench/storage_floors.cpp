#include "storage_floors.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <vector>

#include "backends/detail/sled/abi.hpp"
#include "measure.hpp"

namespace icn::bench {
namespace {

constexpr std::uint64_t kSledCacheBytes = std::uint64_t{64} << 20;

class RawSqlite : public StorageFloor {
 public:
  RawSqlite(const std::string& path, const char* schema) {
    if (sqlite3_open(path.c_str(), &connection_) != SQLITE_OK) give_up("open " + path);
    execute(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-8192; "
        "PRAGMA wal_autocheckpoint=4000;");
    execute(schema);
    put_ = prepare("INSERT INTO pairs(key, value) VALUES (?1, ?2) ON CONFLICT(key) DO UPDATE SET value = ?2");
    get_ = prepare("SELECT value FROM pairs WHERE key = ?1");
  }
  ~RawSqlite() override {
    sqlite3_finalize(put_);
    sqlite3_finalize(get_);
    sqlite3_close(connection_);
  }
  RawSqlite(const RawSqlite&) = delete;
  RawSqlite& operator=(const RawSqlite&) = delete;

  void add(ByteView key, ByteView value) override {
    if (sqlite3_get_autocommit(connection_) != 0) execute("BEGIN IMMEDIATE");
    bind(put_, 1, key);
    bind(put_, 2, value);
    if (sqlite3_step(put_) != SQLITE_DONE) give_up("raw SQLite: insert");
    sqlite3_reset(put_);
  }
  void sync() override { execute("COMMIT"); }
  Bytes get(std::size_t, ByteView key) override {
    bind(get_, 1, key);
    if (sqlite3_step(get_) != SQLITE_ROW) give_up("raw SQLite: select");
    const auto* data = static_cast<const std::uint8_t*>(sqlite3_column_blob(get_, 0));
    Bytes value(data, data + sqlite3_column_bytes(get_, 0));
    sqlite3_reset(get_);
    return value;
  }

 private:
  void execute(const char* sql) {
    if (sqlite3_exec(connection_, sql, nullptr, nullptr, nullptr) != SQLITE_OK) give_up(sqlite3_errmsg(connection_));
  }
  sqlite3_stmt* prepare(const char* sql) {
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v3(connection_, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr) != SQLITE_OK) {
      give_up(sqlite3_errmsg(connection_));
    }
    return statement;
  }
  static void bind(sqlite3_stmt* statement, int parameter, ByteView bytes) {
    if (sqlite3_bind_blob64(statement, parameter, bytes.data(), bytes.size(), SQLITE_STATIC) != SQLITE_OK) {
      give_up("raw SQLite: bind");
    }
  }
  sqlite3* connection_ = nullptr;
  sqlite3_stmt* put_ = nullptr;
  sqlite3_stmt* get_ = nullptr;
};

// The crate over the C ABI of the backends, with their cache, one entry per pair.
class RawSled : public StorageFloor {
 public:
  explicit RawSled(const std::string& path) {
    sled_ = icn_sled_open(slice_of(view_of(path)), kSledCacheBytes, &error_);
    if (sled_ == nullptr) give_up_sled();
  }
  ~RawSled() override { icn_sled_close(sled_, 0); }
  RawSled(const RawSled&) = delete;
  RawSled& operator=(const RawSled&) = delete;

  void add(ByteView key, ByteView value) override {
    keys_.push_back(copy_of(key));
    values_.push_back(value);
  }
  void sync() override {
    std::vector<IcnSledWrite> writes;
    writes.reserve(keys_.size());
    for (std::size_t i = 0; i < keys_.size(); ++i) writes.push_back({slice_of(keys_[i]), slice_of(values_[i]), 0});
    if (icn_sled_apply(sled_, writes.data(), writes.size(), &error_) == 0) give_up_sled();
    if (icn_sled_flush(sled_, &error_) == 0) give_up_sled();
    keys_.clear();
    values_.clear();
  }
  Bytes get(std::size_t, ByteView key) override {
    Bytes value;
    const auto keep = [](void* to, IcnSlice, IcnSlice found) noexcept -> std::uint8_t {
      static_cast<Bytes*>(to)->assign(found.data, found.data + found.size);
      return 1;
    };
    if (icn_sled_get(sled_, slice_of(key), keep, &value, &error_) == 0) give_up_sled();
    return value;
  }

 private:
  static IcnSlice slice_of(ByteView bytes) { return {bytes.data(), bytes.size()}; }
  [[noreturn]] void give_up_sled() const { give_up("raw sled: " + std::string(error_.text.data(), error_.size)); }
  IcnSled* sled_ = nullptr;
  IcnSledError error_{};
  std::vector<Bytes> keys_;
  std::vector<ByteView> values_;
};

std::unique_ptr<StorageFloor> floor_of(std::string_view backend, const std::string& path, const char* schema) {
  if (backend == "sqlite") return std::make_unique<RawSqlite>(path, schema);
  if (backend == "sled") return std::make_unique<RawSled>(path);
#ifdef ICN_BENCH_ROCKSDB
  if (backend == "rocksdb") return raw_rocksdb(path);
#endif
  give_up("no raw engine is known for the store " + std::string(backend));
}

}  // namespace

std::unique_ptr<StorageFloor> floor_of_state(std::string_view backend, const std::string& path) {
  return floor_of(backend, path,
                  "CREATE TABLE pairs(key BLOB PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID, STRICT;");
}

std::unique_ptr<StorageFloor> floor_of_dag(std::string_view backend, const std::string& path) {
  return floor_of(backend, path,
                  "CREATE TABLE pairs(id INTEGER PRIMARY KEY, key BLOB NOT NULL UNIQUE, value BLOB NOT NULL) STRICT;");
}

}  // namespace icn::bench
