// Blocks in one SQLite file: the default of `icn`, production grade.
//
// rowid table + UNIQUE(cid): filling a WITHOUT ROWID table keyed by CID is four times slower (measured). put() leaves
// its transaction open; flush() commits it, so that many puts share one fsync. get() and has() look through a
// connection of their own first, so that they do not wait for that fsync; what is not committed yet they find through
// the writer's.
#include <optional>
#include <variant>

#include "backends/dag_store/sqlite/descriptor.hpp"
#include "backends/detail/cid_key.hpp"
#include "backends/detail/sqlite.hpp"
#include "backends/detail/stored_block.hpp"
#include "core/mutex.hpp"
#include "ports/factories.hpp"

namespace icn::backends::dag_store::sqlite {
namespace {

using detail::Access;
using detail::cid_of;
using detail::CidKey;
using detail::Database;
using detail::key_of;
using detail::Statement;

constexpr std::uint32_t kApplicationId = 0x49434e42;  // "ICNB"
constexpr std::uint32_t kVersion = 1;
constexpr std::string_view kSchema =
    "CREATE TABLE blocks(id INTEGER PRIMARY KEY, cid BLOB NOT NULL UNIQUE, bytes BLOB NOT NULL) STRICT;";

constexpr std::string_view kGet = "SELECT bytes FROM blocks WHERE cid = ?1";
constexpr std::string_view kHas = "SELECT 1 FROM blocks WHERE cid = ?1";

class SqliteDagStore : public ports::DagStore {
 public:
  static Result<std::unique_ptr<ports::DagStore>> open(const std::string& path) {
    // The writer makes the file, so it comes first.
    Database writer = ICN_TRY(Database::open(path, kApplicationId, kVersion, kSchema, Access::read_write));
    Database reader = ICN_TRY(Database::open(path, kApplicationId, kVersion, kSchema, Access::read_only));
    std::unique_ptr<SqliteDagStore> store(new SqliteDagStore(std::move(writer), std::move(reader)));
    Database& database = store->writer_;
    store->put_ =
        ICN_TRY(database.prepare("INSERT INTO blocks(cid, bytes) VALUES (?1, ?2) ON CONFLICT(cid) DO NOTHING"));
    store->remove_ = ICN_TRY(database.prepare("DELETE FROM blocks WHERE cid = ?1"));
    store->all_ = ICN_TRY(database.prepare("SELECT cid, length(bytes) FROM blocks WHERE cid > ?1 ORDER BY cid"));
    store->statistics_ = ICN_TRY(database.prepare("SELECT count(*), coalesce(sum(length(bytes)), 0) FROM blocks"));
    store->get_ = ICN_TRY(database.prepare(kGet));
    store->has_ = ICN_TRY(database.prepare(kHas));
    store->get_committed_ = ICN_TRY(store->reader_.prepare(kGet));
    store->has_committed_ = ICN_TRY(store->reader_.prepare(kHas));
    return store;
  }

  Result<void> put(std::span<const ipld::Block> blocks) override {
    for (const ipld::Block& block : blocks) ICN_TRY(ports::check_block(block));
    Lock lock(mutex_);
    return write([&]() -> Result<void> {
      for (const ipld::Block& block : blocks) {
        const auto key = key_of(block.cid);
        ICN_TRY(put_.bind(1, key).bind(2, block.bytes).run());
      }
      return {};
    });
  }

  Result<ipld::Block> get(const ipld::Cid& cid) const override {
    return detail::stored_block(cid, ICN_TRY(find<Bytes>(cid, get_committed_, get_, &copy_bytes)));
  }

  Result<bool> has(const ipld::Cid& cid) const override {
    return ICN_TRY(find<std::monostate>(cid, has_committed_, has_, &copy_nothing)).has_value();
  }

  Result<void> remove(std::span<const ipld::Cid> cids) override {
    Lock lock(mutex_);
    {
      Lock read(read_mutex_);
      removes_pending_ = true;
    }
    return write([&]() -> Result<void> {
      for (const ipld::Cid& cid : cids) {
        const auto key = key_of(cid);
        ICN_TRY(remove_.bind(1, key).run());
      }
      return {};
    });
  }

  Result<void> for_each(const std::optional<ipld::Cid>& after,
                        const std::function<bool(const ipld::Cid&, std::uint64_t)>& visit) const override {
    Lock lock(mutex_);
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
    Lock lock(mutex_);
    const Statement::Scope scope(statistics_);
    ICN_TRY(statistics_.step());
    return ports::DagStatistics{statistics_.number(0), statistics_.number(1)};
  }

  Result<void> flush() override {
    Lock lock(mutex_);
    ICN_TRY(refuse_when_failed());
    if (!open_) return {};
    if (auto committed = writer_.execute("COMMIT"); !committed) {
      failed_ = true;
      return fail(committed.error());
    }
    open_ = false;
    Lock read(read_mutex_);
    removes_pending_ = false;
    return {};
  }
  const ports::Descriptor& descriptor() const override { return kDescriptor; }

  // What was put and not flushed is not promised to anybody; keeping it costs one commit.
  ~SqliteDagStore() override { static_cast<void>(flush().has_value()); }

 private:
  SqliteDagStore(Database writer, Database reader) : writer_(std::move(writer)), reader_(std::move(reader)) {}

  Result<void> refuse_when_failed() const ICN_REQUIRES(mutex_) {
    if (failed_) return fail(ErrorCode::storage, writer_.path() + ": an earlier write failed; the process must end");
    return {};
  }

  // All that `change` writes, or nothing of it, within the open transaction.
  template <class Change>
  Result<void> write(const Change& change) ICN_REQUIRES(mutex_) {
    ICN_TRY(refuse_when_failed());
    if (!open_) ICN_TRY(writer_.execute("BEGIN IMMEDIATE"));
    open_ = true;
    Result<void> written = writer_.execute("SAVEPOINT change");
    if (written) written = change();
    if (written) written = writer_.execute("RELEASE change");
    if (written) return {};
    // When SQLite has ended the transaction by itself, or cannot go back, earlier puts that wait for their flush are
    // lost.
    if (!writer_.in_transaction() || !writer_.execute("ROLLBACK TO change; RELEASE change")) failed_ = true;
    return written;
  }

  static Bytes copy_bytes(const Statement& row) { return copy_of(row.bytes(0)); }
  static std::monostate copy_nothing(const Statement&) { return {}; }

  // Through the committed blocks, then through the pending ones. A remove that waits for its flush hides a committed
  // block.
  template <class Value>
  Result<std::optional<Value>> find(const ipld::Cid& cid, Statement& committed, Statement& pending,
                                    Value (*copy)(const Statement& row)) const {
    const auto key = key_of(cid);
    {
      Lock lock(read_mutex_);
      if (!removes_pending_) {
        const Statement::Scope scope(committed);
        if (ICN_TRY(committed.bind(1, key).step()) == Statement::Step::row)
          return std::optional<Value>(copy(committed));
      }
    }
    Lock lock(mutex_);
    const Statement::Scope scope(pending);
    if (ICN_TRY(pending.bind(1, key).step()) == Statement::Step::done) return std::optional<Value>();
    return std::optional<Value>(copy(pending));
  }

  mutable Mutex mutex_;       // the writer's connection; before read_mutex_
  mutable Mutex read_mutex_;  // the reader's
  Database writer_;
  Database reader_;
  Statement put_, remove_;
  mutable Statement get_, has_, all_, statistics_;
  mutable Statement get_committed_, has_committed_;
  bool open_ ICN_GUARDED_BY(mutex_) = false;
  bool failed_ ICN_GUARDED_BY(mutex_) = false;
  bool removes_pending_ ICN_GUARDED_BY(read_mutex_) = false;
};

Result<std::unique_ptr<ports::DagStore>> open(std::string_view location) {
  if (location.empty()) return fail(ErrorCode::invalid_argument, "dag_store sqlite needs a file: sqlite:PATH");
  return SqliteDagStore::open(std::string(location));
}

}  // namespace

extern const ports::Backend<ports::dag_store_factory> kBackend{kDescriptor, &open};

}  // namespace icn::backends::dag_store::sqlite
