#include "backends/detail/sqlite/engine.hpp"

#include <algorithm>
#include <utility>

#include <sqlite3.h>
#include <unistd.h>

#include "disk/file.hpp"
#include "disk/folder.hpp"

namespace icn::backends::detail {
namespace {

tl::unexpected<Error> error_of(sqlite3* connection, std::string_view what) {
  const int code = sqlite3_errcode(connection);
  std::string detail = std::string(what) + ": " + sqlite3_errmsg(connection);
  switch (code & 0xff) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return fail(ErrorCode::corrupted, detail + "; restore the file from a backup");
    case SQLITE_FULL:
      return fail(ErrorCode::storage, detail + "; the disk is full: free space and try again");
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_CANTOPEN:
      return fail(ErrorCode::storage, detail + "; check the folder's permissions");
    case SQLITE_BUSY:
      return fail(ErrorCode::busy, detail + "; another process has the file open");
    default:
      return fail(ErrorCode::storage, detail);
  }
}

constexpr std::uint64_t kDatabasePageBytes = 4'096;  // SQLite's default

std::string name_of(sqlite3* connection) {
  const char* name = sqlite3_db_filename(connection, "main");
  return name == nullptr ? "SQLite" : name;
}

// Pages above the cache go to the WAL before the commit; 16 MiB (the negative number is in KiB) keeps the process
// small.
constexpr const char* kPragmas = "PRAGMA journal_mode=WAL; PRAGMA cache_size=-16384; PRAGMA trusted_schema=OFF;";

// A checkpoint of the log copies and syncs its pages inside a commit, which everything else waits for. It is due when
// the log holds some commits like the newest one: small commits pay a small checkpoint often, large ones a large one
// seldom, and neither waits many times longer than usual. Measured: docs/decisions/0068-small-checkpoints.md.
constexpr int kCommitsPerCheckpoint = 8;
constexpr int kFewestPages = 100;
constexpr int kMostPages = 8'000;

// `context` is the number of pages that the log had after the previous commit.
int checkpoint_when_due(void* context, sqlite3* connection, const char* database, int pages) {
  int& before = *static_cast<int*>(context);
  // The log starts again from its beginning after a whole checkpoint.
  const int added = pages > before ? pages - before : pages;
  before = pages;
  if (pages < std::clamp(kCommitsPerCheckpoint * added, kFewestPages, kMostPages)) return SQLITE_OK;
  // Like SQLite's own: what a reader still needs stays for a later one, and an error is that one's to report.
  sqlite3_wal_checkpoint_v2(connection, database, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
  return SQLITE_OK;
}

// SQLite creates files that others may read, and follows links. Its other files take their mode from this one. An
// existing file must not be opened here: closing it would drop this process's locks on it.
Result<void> make_database_file(const std::filesystem::path& path) {
  std::error_code ignored;
  if (std::filesystem::is_symlink(path, ignored)) return disk::system_error("open", path, ELOOP);
  const auto made = disk::File::open(path, disk::Open::create_new);
  if (!made && made.error().code != ErrorCode::already_exists) return fail(made.error());
  return {};
}

}  // namespace

Statement::Statement(Statement&& other) noexcept
    : connection_(other.connection_), statement_(std::exchange(other.statement_, nullptr)), bound_(other.bound_) {}

Statement& Statement::operator=(Statement&& other) noexcept {
  std::swap(connection_, other.connection_);
  std::swap(statement_, other.statement_);
  std::swap(bound_, other.bound_);
  return *this;
}

Statement::~Statement() { sqlite3_finalize(statement_); }

Statement& Statement::bind(int parameter, ByteView bytes) {
  // A null pointer would bind NULL; an empty blob is a value.
  static const std::uint8_t empty = 0;
  const int code =
      sqlite3_bind_blob64(statement_, parameter, bytes.empty() ? &empty : bytes.data(), bytes.size(), SQLITE_STATIC);
  if (bound_ == SQLITE_OK) bound_ = code;
  return *this;
}

Statement& Statement::bind(int parameter, std::uint64_t value) {
  const int code = sqlite3_bind_int64(statement_, parameter, static_cast<sqlite3_int64>(value));
  if (bound_ == SQLITE_OK) bound_ = code;
  return *this;
}

Result<Statement::Step> Statement::step() {
  if (const int bound = std::exchange(bound_, SQLITE_OK); bound != SQLITE_OK) {
    return fail(ErrorCode::storage,
                name_of(connection_) + ": a parameter could not be bound: " + sqlite3_errstr(bound));
  }
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return Step::row;
  if (code == SQLITE_DONE) return Step::done;
  auto error = error_of(connection_, name_of(connection_));
  sqlite3_reset(statement_);
  return error;
}

Result<void> Statement::run() {
  while (ICN_TRY(step()) == Step::row) {
  }
  reset();
  return {};
}

void Statement::reset() { sqlite3_reset(statement_); }

ByteView Statement::bytes(int column) const {
  const auto* data = static_cast<const std::uint8_t*>(sqlite3_column_blob(statement_, column));
  return {data, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

std::uint64_t Statement::number(int column) const {
  return static_cast<std::uint64_t>(sqlite3_column_int64(statement_, column));
}

Result<Database> Database::open(const std::string& path, std::uint32_t application_id, std::uint32_t version,
                                std::string_view schema, Access access, Durable durable, Shrinks shrinks) {
  if (access != Access::read_only) ICN_TRY(make_database_file(path));
  sqlite3* connection = nullptr;
  const int flags = access == Access::read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  const int opened = sqlite3_open_v2(path.c_str(), &connection, flags | SQLITE_OPEN_NOMUTEX, nullptr);
  Database database(connection, path);
  if (opened != SQLITE_OK) return error_of(connection, "open " + path);
  sqlite3_extended_result_codes(connection, 1);
  sqlite3_busy_timeout(connection, 2'000);
  if (access == Access::read_only) return database;
  Statement identity =
      ICN_TRY(database.prepare("SELECT (SELECT application_id FROM pragma_application_id), "
                               "(SELECT user_version FROM pragma_user_version), "
                               "(SELECT count(*) FROM sqlite_schema)"));
  if (auto row = identity.step(); !row) return fail(within("open " + path, row.error()));
  const std::uint64_t found_id = identity.number(0);
  const std::uint64_t found_version = identity.number(1);
  const bool fresh = found_id == 0 && found_version == 0 && identity.number(2) == 0;
  identity.reset();
  if (!fresh && found_id != application_id) return fail(ErrorCode::invalid_format, path + " is an unrelated database");
  if (!fresh && found_version != version) {
    return fail(ErrorCode::unsupported_version, path + " has version " + std::to_string(found_version) +
                                                    "; this program reads version " + std::to_string(version) +
                                                    ". Nothing was changed; open it with the release that wrote it");
  }
  // While the file is empty.
  if (fresh && shrinks == Shrinks::yes) ICN_TRY(database.execute("PRAGMA auto_vacuum=INCREMENTAL"));
  ICN_TRY(database.execute(kPragmas));
  sqlite3_wal_hook(connection, &checkpoint_when_due, database.log_pages_.get());
  ICN_TRY(database.execute(durable == Durable::at_commit ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=NORMAL"));
  if (fresh) {
    ICN_TRY(database.execute("BEGIN IMMEDIATE; " + std::string(schema) +
                             " PRAGMA application_id=" + std::to_string(application_id) +
                             "; PRAGMA user_version=" + std::to_string(version) + "; COMMIT;"));
  }
  return database;
}

Database::Database(Database&& other) noexcept
    : log_pages_(std::move(other.log_pages_)),
      connection_(std::exchange(other.connection_, nullptr)),
      path_(std::move(other.path_)) {}

Database& Database::operator=(Database&& other) noexcept {
  std::swap(log_pages_, other.log_pages_);
  std::swap(connection_, other.connection_);
  std::swap(path_, other.path_);
  return *this;
}

Database::~Database() { sqlite3_close_v2(connection_); }

Result<Statement> Database::prepare(std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v3(connection_, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT, &statement,
                         nullptr) != SQLITE_OK) {
    return error_of(connection_, path_);
  }
  return Statement(connection_, statement);
}

bool Database::in_transaction() const { return sqlite3_get_autocommit(connection_) == 0; }

Result<std::uint64_t> Database::unused_bytes() {
  Statement unused = ICN_TRY(
      prepare("SELECT (SELECT freelist_count FROM pragma_freelist_count) * (SELECT page_size FROM pragma_page_size)"));
  ICN_TRY(unused.step());
  return unused.number(0);
}

Result<void> Database::give_back(std::uint64_t bytes) {
  return execute("PRAGMA incremental_vacuum(" + std::to_string(bytes / kDatabasePageBytes + 1) + ")");
}

std::uint64_t Database::changed_rows() const { return static_cast<std::uint64_t>(sqlite3_changes64(connection_)); }

Result<void> Database::execute(const std::string& sql) {
  if (sqlite3_exec(connection_, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
    return error_of(connection_, path_);
  return {};
}

Result<disk::FileLock> lock_database(const std::string& path) {
  // Resolves links to the file itself, so that all its names share one lock.
  std::error_code error;
  std::filesystem::path file = std::filesystem::weakly_canonical(path, error);
  if (error) file = path;
  file += "-lock";
  disk::FileLock lock = ICN_TRY(disk::FileLock::take(file, "process " + std::to_string(::getpid())));
  if (lock.is_held()) return lock;
  return fail(ErrorCode::busy, path + " is already open, in " +
                                   (lock.other().empty() ? "another process" : lock.other()) +
                                   "; nothing was changed. One opening owns a store at a time: wait for it to end");
}

Error taken_over(const Database& database, std::string_view what) {
  return {ErrorCode::storage,
          database.path() + ": another process has written to this database (" + std::string(what) +
              "); nothing of this change was written. This process can write nothing more: end it",
          std::string(kTakenOver)};
}

Result<disk::File> open_wal(const Database& database) {
  const std::filesystem::path path = database.path() + "-wal";
  disk::File file = ICN_TRY(disk::File::open(path, disk::Open::update));
  // SQLite creates the file with its first transaction, but makes its name durable only with its first sync.
  ICN_TRY(disk::sync_folder(path.parent_path()));
  return file;
}

}  // namespace icn::backends::detail
