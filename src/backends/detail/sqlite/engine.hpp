// The part of SQLite that both stores need: a connection opened consistently, and prepared statements.
//
// A Database is used under its owner's lock. Its write-ahead log makes commits durable: at each COMMIT, or when the
// owner syncs it.
#pragma once
#include <memory>
#include <string>
#include <string_view>

#include "disk/lock.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace icn::backends::detail {

class Statement {
 public:
  Statement() = default;
  Statement(sqlite3* connection, sqlite3_stmt* statement) : connection_(connection), statement_(statement) {}
  Statement(Statement&& other) noexcept;
  Statement& operator=(Statement&& other) noexcept;
  ~Statement();

  // Parameters are numbered from 1. Bytes must live until the next reset. A failure to bind fails the next step.
  Statement& bind(int parameter, ByteView bytes);
  Statement& bind(int parameter, std::uint64_t value);

  enum class Step : std::uint8_t { row, done };
  // Errors: corrupted, storage.
  [[nodiscard]] Result<Step> step();
  // Steps to the end of a statement without rows and resets it.
  [[nodiscard]] Result<void> run();
  void reset();

  // Resets the statement at the end of a scope, however that ends: a statement left in the middle of its rows accepts
  // no new parameters and holds a snapshot open.
  class Scope {
   public:
    explicit Scope(Statement& statement) : statement_(statement) {}
    ~Scope() { statement_.reset(); }
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;

   private:
    Statement& statement_;
  };

  // A column of the current row; a view is valid until the next step or reset.
  [[nodiscard]] ByteView bytes(int column) const;
  [[nodiscard]] std::uint64_t number(int column) const;

 private:
  sqlite3* connection_ = nullptr;
  sqlite3_stmt* statement_ = nullptr;
  int bound_ = 0;  // the first failure to bind since the last step
};

// Whether the file can return the space of removed rows to the disk, on request (give_back).
enum class Shrinks : std::uint8_t { no, yes };
enum class Access : std::uint8_t { read_write, read_only };
// When a commit is durable: at COMMIT (synchronous=FULL), or at the next sync of the log (synchronous=NORMAL).
enum class Durable : std::uint8_t { at_commit, at_sync };

class Database {
 public:
  // Opens or creates the file. `application_id` and `version` are written into a new file and checked in an existing
  // one. Errors: unsupported_version (of a newer or older program), invalid_format (an unrelated database), corrupted,
  // storage.
  [[nodiscard]] static Result<Database> open(const std::string& path, std::uint32_t application_id,
                                             std::uint32_t version, std::string_view schema, Access access,
                                             Durable durable = Durable::at_commit, Shrinks shrinks = Shrinks::no);
  Database(Database&& other) noexcept;
  Database& operator=(Database&& other) noexcept;
  ~Database();

  [[nodiscard]] Result<Statement> prepare(std::string_view sql);
  [[nodiscard]] Result<void> execute(const std::string& sql);
  // Unused space in the file. Errors: storage, corrupted.
  [[nodiscard]] Result<std::uint64_t> unused_bytes();
  // Returns a part of it to the disk, as one transaction. Errors: storage, corrupted.
  [[nodiscard]] Result<void> give_back(std::uint64_t bytes);

  // The number of rows that the last writing statement changed.
  [[nodiscard]] std::uint64_t changed_rows() const;
  // Also false after SQLite has rolled back a transaction automatically, as it does when a disk is full.
  [[nodiscard]] bool in_transaction() const;
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  Database(sqlite3* connection, std::string path) : connection_(connection), path_(std::move(path)) {}
  // Of SQLite's log after the newest commit; SQLite's hook keeps the address.
  std::unique_ptr<int> log_pages_ = std::make_unique<int>(0);
  sqlite3* connection_ = nullptr;
  std::string path_;
};

// Reserves a database for one opening, by a lock on a file next to it: SQLite itself lets several processes write in
// turn. Taken before the database is opened and held until it is closed. Errors: busy (naming the process that has it),
// storage.
[[nodiscard]] Result<disk::FileLock> lock_database(const std::string& path);

// The rule of the error that another opening wrote to the database although this one holds its lock, as happens when
// the lock's file was removed. A process that gets it writes nothing more.
inline constexpr std::string_view kTakenOver = "taken_over";
// `what` is the evidence. Code storage: this process's memory no longer matches the database.
[[nodiscard]] Error taken_over(const Database& database, std::string_view what);

// The write-ahead log of an open database, through a separate descriptor, so that syncing it needs none of the
// database's locks and no disk error is lost to another descriptor's sync. Its sync_data() makes earlier commits
// durable. Errors: storage.
[[nodiscard]] Result<disk::File> open_wal(const Database& database);

}  // namespace icn::backends::detail
