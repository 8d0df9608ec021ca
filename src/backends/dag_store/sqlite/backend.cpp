// Blocks in one SQLite file: the default of `icn`, production grade.
//
// rowid table + UNIQUE(cid): filling a WITHOUT ROWID table keyed by CID is four times slower (measured). put() commits
// without a sync; flush() syncs the log while others put, and many puts share one sync. get() and length() use one
// separate connection, listings another, for which nothing waits. A lock file next to the database reserves it for one
// opening; if that fails, every later change after another process's is refused.
#include <optional>

#include "backends/dag_store/sqlite/descriptor.hpp"
#include "backends/detail/cid_key.hpp"
#include "backends/detail/sqlite/engine.hpp"
#include "backends/detail/stored_block.hpp"
#include "core/mutex.hpp"
#include "ports/factories.hpp"

namespace icn::backends::dag_store::sqlite {
namespace {

using detail::Access;
using detail::cid_of;
using detail::CidKey;
using detail::Database;
using detail::Durable;
using detail::key_of;
using detail::Statement;

constexpr std::uint32_t kApplicationId = 0x49434e42;  // "ICNB"
constexpr std::uint32_t kVersion = 1;
constexpr std::string_view kSchema =
    "CREATE TABLE blocks(id INTEGER PRIMARY KEY, cid BLOB NOT NULL UNIQUE, bytes BLOB NOT NULL) STRICT;";

// Unused space in the file that is tolerated, and how much is returned at a time.
constexpr std::uint64_t kUnusedBytesMax = std::uint64_t{16} << 20;
constexpr std::uint64_t kGiveBackBytes = std::uint64_t{4} << 20;

class SqliteDagStore : public ports::DagStore {
 public:
  static Result<std::unique_ptr<ports::DagStore>> open(const std::string& path) {
    disk::FileLock lock_of_all = ICN_TRY(detail::lock_database(path));
    // The writer creates the file, so it comes first.
    Database writer = ICN_TRY(Database::open(path, kApplicationId, kVersion, kSchema, Access::read_write,
                                             Durable::at_sync, detail::Shrinks::yes));
    Database reader = ICN_TRY(Database::open(path, kApplicationId, kVersion, kSchema, Access::read_only));
    Database lister = ICN_TRY(Database::open(path, kApplicationId, kVersion, kSchema, Access::read_only));
    std::unique_ptr<SqliteDagStore> store(
        new SqliteDagStore(std::move(lock_of_all), std::move(writer), std::move(reader), std::move(lister)));
    Database& database = store->writer_;
    store->put_ =
        ICN_TRY(database.prepare("INSERT INTO blocks(cid, bytes) VALUES (?1, ?2) ON CONFLICT(cid) DO NOTHING"));
    store->same_ = ICN_TRY(database.prepare("SELECT bytes IS ?2 FROM blocks WHERE cid = ?1"));
    store->mend_ = ICN_TRY(database.prepare("UPDATE blocks SET bytes = ?2 WHERE cid = ?1"));
    store->remove_ = ICN_TRY(database.prepare("DELETE FROM blocks WHERE cid = ?1"));
    store->all_ = ICN_TRY(store->lister_.prepare("SELECT cid, length(bytes) FROM blocks WHERE cid > ?1 ORDER BY cid"));
    store->statistics_ =
        ICN_TRY(store->lister_.prepare("SELECT count(*), coalesce(sum(length(bytes)), 0) FROM blocks"));
    store->others_ = ICN_TRY(database.prepare("PRAGMA data_version"));
    store->get_ = ICN_TRY(store->reader_.prepare("SELECT bytes FROM blocks WHERE cid = ?1"));
    store->length_ = ICN_TRY(store->reader_.prepare("SELECT length(bytes) FROM blocks WHERE cid = ?1"));
    Lock lock(store->mutex_);
    store->version_ = ICN_TRY(store->version_by_others());
    return store;
  }

  Result<void> put(std::span<const ipld::Block> blocks) override {
    for (const ipld::Block& block : blocks) ICN_TRY(ports::check_block(block));
    Lock lock(mutex_);
    return write([&]() -> Result<void> {
      for (const ipld::Block& block : blocks) {
        const auto key = key_of(block.cid);
        ICN_TRY(put_.bind(1, key).bind(2, block.bytes).run());
        if (writer_.changed_rows() == 0) ICN_TRY(mend(key, block));
      }
      return {};
    });
  }

  Result<ipld::Block> get(const ipld::Cid& cid) const override {
    std::optional<Bytes> bytes;
    {
      Lock lock(read_mutex_);
      const auto key = key_of(cid);
      const Statement::Scope scope(get_);
      if (ICN_TRY(get_.bind(1, key).step()) == Statement::Step::row) bytes = copy_of(get_.bytes(0));
    }
    return detail::stored_block(cid, std::move(bytes));
  }

  Result<std::optional<std::uint64_t>> length(const ipld::Cid& cid) const override {
    Lock lock(read_mutex_);
    const auto key = key_of(cid);
    const Statement::Scope scope(length_);
    if (ICN_TRY(length_.bind(1, key).step()) != Statement::Step::row) return std::optional<std::uint64_t>();
    return std::optional<std::uint64_t>(length_.number(0));
  }

  Result<void> remove(std::span<const ipld::Cid> cids) override {
    {
      Lock lock(mutex_);
      ICN_TRY(write([&]() -> Result<void> {
        for (const ipld::Cid& cid : cids) {
          const auto key = key_of(cid);
          ICN_TRY(remove_.bind(1, key).run());
        }
        return {};
      }));
    }
    return give_back();
  }

  Result<void> for_each(const std::optional<ipld::Cid>& after,
                        const std::function<bool(const ipld::Cid&, std::uint64_t)>& visit) const override {
    Lock lock(list_mutex_);
    const auto key = after ? key_of(*after) : CidKey{};
    const Statement::Scope scope(all_);
    all_.bind(1, key);
    while (ICN_TRY(all_.step()) == Statement::Step::row) {
      const ipld::Cid cid = ICN_TRY(cid_of(all_.bytes(0), writer_.path()));
      if (!visit(cid, all_.number(1))) break;
    }
    return {};
  }

  Result<ports::DagStatistics> statistics() const override {
    Lock lock(list_mutex_);
    const Statement::Scope scope(statistics_);
    ICN_TRY(statistics_.step());
    return ports::DagStatistics{statistics_.number(0), statistics_.number(1)};
  }

  Result<void> flush() override {
    Lock flushing(flush_mutex_);
    std::uint64_t written = 0;
    {
      Lock lock(mutex_);
      ICN_TRY(refuse_when_failed());
      written = written_;
    }
    if (written == flushed_) return {};
    if (Result<void> synced = sync_log(); !synced) {
      Lock lock(mutex_);
      failed_ = true;
      return synced;
    }
    flushed_ = written;
    return {};
  }
  const ports::Descriptor& descriptor() const override { return kDescriptor; }

  // Blocks put but not flushed were never acknowledged; keeping them costs one sync.
  ~SqliteDagStore() override { static_cast<void>(flush().has_value()); }

 private:
  SqliteDagStore(disk::FileLock lock, Database writer, Database reader, Database lister)
      : lock_(std::move(lock)), writer_(std::move(writer)), reader_(std::move(reader)), lister_(std::move(lister)) {}

  // Opened at the first sync, which makes its name durable too: a store that is only read syncs nothing.
  Result<void> sync_log() ICN_REQUIRES(flush_mutex_) {
    if (!log_) log_ = ICN_TRY(detail::open_wal(writer_));
    return log_->sync_data();
  }

  Result<void> refuse_when_failed() const ICN_REQUIRES(mutex_) {
    if (failed_) return fail(ErrorCode::storage, writer_.path() + ": an earlier write failed; the process must end");
    return {};
  }

  // Removals leave unused space in the file; more than a little of it is returned to the disk, piece by piece, so that
  // others can write in between.
  Result<void> give_back() ICN_EXCLUDES(mutex_) {
    for (std::uint64_t before = UINT64_MAX;;) {
      Lock lock(mutex_);
      ICN_TRY(refuse_when_failed());
      const std::uint64_t unused = ICN_TRY(writer_.unused_bytes());
      // A file from before it could shrink is left unchanged.
      if (unused <= kUnusedBytesMax || unused >= before) return {};
      before = unused;
      // Nothing depends on it: if the disk has no room for it, the file is unchanged.
      if (!writer_.give_back(kGiveBackBytes)) return {};
      ++written_;
    }
  }

  // Called within write(), for a block that was already here. Damaged bytes are rewritten; unreadable ones stay, and
  // get() reports them: a failed put does not end the store.
  Result<void> mend(const CidKey& key, const ipld::Block& block) {
    {
      const Statement::Scope scope(same_);
      const auto found = same_.bind(1, key).bind(2, block.bytes).step();
      if (!found || *found != Statement::Step::row || same_.number(0) != 0) return {};
    }
    return mend_.bind(1, key).bind(2, block.bytes).run();
  }

  // A number that changes with each commit of another connection.
  Result<std::uint64_t> version_by_others() ICN_REQUIRES(mutex_) {
    const Statement::Scope scope(others_);
    ICN_TRY(others_.step());
    return others_.number(0);
  }
  Result<void> refuse_when_taken_over() ICN_REQUIRES(mutex_) {
    if (ICN_TRY(version_by_others()) == version_) return {};
    return fail(detail::taken_over(writer_, "blocks were added or removed"));
  }

  // Writes all of `change`, or nothing of it.
  template <class Change>
  Result<void> write(const Change& change) ICN_REQUIRES(mutex_) {
    ICN_TRY(refuse_when_failed());
    ICN_TRY(writer_.execute("BEGIN IMMEDIATE"));
    Result<void> written = refuse_when_taken_over();
    if (written) written = change();
    if (written) written = writer_.execute("COMMIT");
    if (written) {
      ++written_;
      return {};
    }
    // None of it was written. A later flush must not report success to a caller that may have ignored this error.
    failed_ = true;
    if (writer_.in_transaction()) static_cast<void>(writer_.execute("ROLLBACK").has_value());
    return written;
  }

  const disk::FileLock lock_;  // released last
  mutable Mutex flush_mutex_;  // before mutex_
  mutable Mutex mutex_;        // the writer's connection
  mutable Mutex read_mutex_;   // the reader's
  mutable Mutex list_mutex_;   // the lister's, which reads all of them
  Database writer_;
  Database reader_;
  Database lister_;
  std::optional<disk::File> log_ ICN_GUARDED_BY(flush_mutex_);
  Statement put_, same_, mend_, remove_, others_;
  mutable Statement get_, length_, all_, statistics_;
  std::uint64_t version_ ICN_GUARDED_BY(mutex_) = 0;
  std::uint64_t written_ ICN_GUARDED_BY(mutex_) = 0;        // transactions committed
  std::uint64_t flushed_ ICN_GUARDED_BY(flush_mutex_) = 0;  // of these, known to be durable
  bool failed_ ICN_GUARDED_BY(mutex_) = false;
};

Result<std::unique_ptr<ports::DagStore>> open(std::string_view location) {
  if (location.empty()) return fail(ErrorCode::invalid_argument, "dag_store sqlite needs a file: sqlite:PATH");
  return SqliteDagStore::open(std::string(location));
}

}  // namespace

extern const ports::Backend<ports::dag_store_factory> kBackend{kDescriptor, &open};

}  // namespace icn::backends::dag_store::sqlite
