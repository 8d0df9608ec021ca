// State in one SQLite file: the default of `icn`, production grade.
//
// One table of pairs, one row with the sequence; a commit is one transaction, durable at COMMIT. Writes, reads and each
// scan have separate connections: no get waits for an fsync or for a scan. A lock file next to the database reserves it
// for one opening; if that fails, a commit that finds an unexpected stored sequence is refused. Each pair carries a
// check over key and value: SQLite detects damage only to its own structure, not to its content.
#include "backends/detail/pair_check.hpp"
#include "backends/detail/sqlite/engine.hpp"
#include "backends/state_store/sqlite/descriptor.hpp"
#include "core/mutex.hpp"
#include "ports/factories.hpp"

namespace icn::backends::state_store::sqlite {
namespace {

using detail::Access;
using detail::Database;
using detail::Statement;

constexpr std::uint32_t kApplicationId = 0x49434e53;  // "ICNS"
constexpr std::uint32_t kVersion = 2;
constexpr std::string_view kSchema =
    "CREATE TABLE state(key BLOB PRIMARY KEY, value BLOB NOT NULL, sum INTEGER NOT NULL) WITHOUT ROWID, STRICT;"
    "CREATE TABLE sequence(id INTEGER PRIMARY KEY CHECK (id = 0), value INTEGER NOT NULL) STRICT;"
    "INSERT INTO sequence VALUES (0, 0);";

// A connection that reads: the store's own, or a snapshot's with an open transaction.
class Reader {
 public:
  static Result<std::unique_ptr<Reader>> open(const std::string& path) {
    auto reader =
        std::make_unique<Reader>(ICN_TRY(Database::open(path, kApplicationId, kVersion, kSchema, Access::read_only)));
    Database& database = reader->database_;
    reader->get_ = ICN_TRY(database.prepare("SELECT value, sum FROM state WHERE key = ?1"));
    reader->scan_ =
        ICN_TRY(database.prepare("SELECT key, value, sum FROM state WHERE key >= ?1 AND key < ?2 ORDER BY key"));
    reader->scan_open_ = ICN_TRY(database.prepare("SELECT key, value, sum FROM state WHERE key >= ?1 ORDER BY key"));
    reader->sequence_ = ICN_TRY(database.prepare("SELECT value FROM sequence"));
    return reader;
  }
  explicit Reader(Database database) : database_(std::move(database)) {}

  Result<std::optional<Bytes>> get(ByteView key) {
    Lock lock(mutex_);
    const Statement::Scope scope(get_);
    get_.bind(1, key);
    if (ICN_TRY(get_.step()) == Statement::Step::done) return std::optional<Bytes>();
    ICN_TRY(detail::check_pair(hasher_, key, get_.bytes(0), get_.number(1), database_.path()));
    return std::optional<Bytes>(copy_of(get_.bytes(0)));
  }

  Result<void> scan(ByteView begin, ByteView end, const std::function<bool(ByteView, ByteView)>& visit) {
    Lock lock(mutex_);
    Statement& statement = end.empty() ? scan_open_ : scan_;
    const Statement::Scope scope(statement);
    statement.bind(1, begin);
    if (!end.empty()) statement.bind(2, end);
    while (ICN_TRY(statement.step()) == Statement::Step::row) {
      const ByteView key = statement.bytes(0);
      const ByteView value = statement.bytes(1);
      ICN_TRY(detail::check_pair(hasher_, key, value, statement.number(2), database_.path()));
      if (!visit(key, value)) break;
    }
    return {};
  }

  Result<std::uint64_t> sequence() {
    Lock lock(mutex_);
    const Statement::Scope scope(sequence_);
    if (ICN_TRY(sequence_.step()) != Statement::Step::row)
      return fail(ErrorCode::corrupted, database_.path() + " has lost its sequence number");
    return sequence_.number(0);
  }

  // From the first read on, every read shows the same moment. The transaction ends with the connection.
  Result<void> hold() { return database_.execute("BEGIN"); }

 private:
  Mutex mutex_;
  Database database_;
  ipld::Sha256 hasher_ ICN_GUARDED_BY(mutex_);
  Statement get_, scan_, scan_open_, sequence_;
};

// Readers for scans, so that a long one delays nothing else. Idle ones are kept for later scans.
class ScanReaders {
 public:
  explicit ScanReaders(std::string path) : path_(std::move(path)) {}

  Result<void> scan(ByteView begin, ByteView end, const std::function<bool(ByteView, ByteView)>& visit) {
    std::unique_ptr<Reader> reader = take_idle();
    if (!reader) reader = ICN_TRY(Reader::open(path_));
    Result<void> scanned = reader->scan(begin, end, visit);
    Lock lock(mutex_);
    if (idle_.size() < kIdleMax) idle_.push_back(std::move(reader));
    return scanned;
  }

 private:
  static constexpr std::size_t kIdleMax = 2;

  std::unique_ptr<Reader> take_idle() {
    Lock lock(mutex_);
    if (idle_.empty()) return nullptr;
    std::unique_ptr<Reader> reader = std::move(idle_.back());
    idle_.pop_back();
    return reader;
  }

  const std::string path_;
  Mutex mutex_;
  std::vector<std::unique_ptr<Reader>> idle_ ICN_GUARDED_BY(mutex_);
};

class SqliteSnapshot : public ports::StateReader {
 public:
  SqliteSnapshot(std::unique_ptr<Reader> reader, std::uint64_t sequence)
      : reader_(std::move(reader)), sequence_(sequence) {}
  Result<std::optional<Bytes>> get(ByteView key) const override { return reader_->get(key); }
  Result<void> scan(ByteView begin, ByteView end, const std::function<bool(ByteView, ByteView)>& visit) const override {
    return reader_->scan(begin, end, visit);
  }
  std::uint64_t sequence() const override { return sequence_; }

 private:
  const std::unique_ptr<Reader> reader_;
  const std::uint64_t sequence_;
};

class SqliteStateStore : public ports::StateStore {
 public:
  static Result<std::unique_ptr<ports::StateStore>> open(const std::string& path) {
    disk::FileLock lock_of_all = ICN_TRY(detail::lock_database(path));
    // The writer creates the file, so it comes first.
    Database writer = ICN_TRY(Database::open(path, kApplicationId, kVersion, kSchema, Access::read_write));
    std::unique_ptr<SqliteStateStore> store(
        new SqliteStateStore(std::move(lock_of_all), std::move(writer), ICN_TRY(Reader::open(path))));
    store->put_ = ICN_TRY(store->writer_.prepare(
        "INSERT INTO state VALUES (?1, ?2, ?3) ON CONFLICT(key) DO UPDATE SET value = ?2, sum = ?3"));
    store->erase_ = ICN_TRY(store->writer_.prepare("DELETE FROM state WHERE key = ?1"));
    store->count_ = ICN_TRY(store->writer_.prepare("UPDATE sequence SET value = ?1 WHERE value = ?2"));
    Lock lock(store->write_mutex_);
    store->sequence_ = ICN_TRY(store->reader_->sequence());
    return store;
  }

  Result<std::optional<Bytes>> get(ByteView key) const override { return reader_->get(key); }
  Result<void> scan(ByteView begin, ByteView end, const std::function<bool(ByteView, ByteView)>& visit) const override {
    return scans_.scan(begin, end, visit);
  }

  Result<std::unique_ptr<ports::StateReader>> snapshot() const override {
    std::unique_ptr<Reader> reader = ICN_TRY(Reader::open(writer_.path()));
    ICN_TRY(reader->hold());
    const std::uint64_t sequence = ICN_TRY(reader->sequence());
    return std::make_unique<SqliteSnapshot>(std::move(reader), sequence);
  }

  Result<std::uint64_t> commit(std::span<const ports::Batch> batches) override {
    for (const ports::Batch& batch : batches) {
      for (const ports::Batch::Write& write : batch.writes()) ICN_TRY(ports::check_write(write));
    }
    Lock lock(write_mutex_);
    if (failed_) return fail(ErrorCode::storage, writer_.path() + ": an earlier commit failed; the process must end");
    ICN_TRY(writer_.execute("BEGIN IMMEDIATE"));
    auto written = write_all(batches);
    if (written) written = writer_.execute("COMMIT");
    if (!written) {
      // Once COMMIT fails, what reached the disk is unknown; this process writes nothing more.
      failed_ = true;
      static_cast<void>(writer_.execute("ROLLBACK").has_value());
      return fail(written.error());
    }
    sequence_ += batches.size();
    return sequence_;
  }

  std::uint64_t sequence() const override {
    Lock lock(write_mutex_);
    return sequence_;
  }
  const ports::Descriptor& descriptor() const override { return kDescriptor; }

 private:
  SqliteStateStore(disk::FileLock lock, Database writer, std::unique_ptr<Reader> reader)
      : lock_(std::move(lock)), writer_(std::move(writer)), reader_(std::move(reader)), scans_(writer_.path()) {}

  Result<void> write_all(std::span<const ports::Batch> batches) ICN_REQUIRES(write_mutex_) {
    ICN_TRY(count_.bind(1, sequence_ + batches.size()).bind(2, sequence_).run());
    if (writer_.changed_rows() != 1)
      return fail(detail::taken_over(writer_, "its sequence is not " + std::to_string(sequence_)));
    for (const ports::Batch& batch : batches) {
      for (const ports::Batch::Write& write : batch.writes()) {
        if (write.value) {
          put_.bind(1, write.key).bind(2, *write.value).bind(3, detail::pair_sum(hasher_, write.key, *write.value));
          ICN_TRY(put_.run());
        } else {
          ICN_TRY(erase_.bind(1, write.key).run());
        }
      }
    }
    return {};
  }

  const disk::FileLock lock_;  // released last
  mutable Mutex write_mutex_;
  Database writer_;
  const std::unique_ptr<Reader> reader_;
  mutable ScanReaders scans_;
  ipld::Sha256 hasher_ ICN_GUARDED_BY(write_mutex_);
  Statement put_, erase_, count_;
  std::uint64_t sequence_ ICN_GUARDED_BY(write_mutex_) = 0;
  bool failed_ ICN_GUARDED_BY(write_mutex_) = false;
};

Result<std::unique_ptr<ports::StateStore>> open(std::string_view location) {
  if (location.empty()) return fail(ErrorCode::invalid_argument, "state_store sqlite needs a file: sqlite:PATH");
  return SqliteStateStore::open(std::string(location));
}

}  // namespace

extern const ports::Backend<ports::state_store_factory> kBackend{kDescriptor, &open};

}  // namespace icn::backends::state_store::sqlite
