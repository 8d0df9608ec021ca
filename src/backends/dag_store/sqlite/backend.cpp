// Blocks in one SQLite file: the default of `icn`, production grade.
//
// rowid table + UNIQUE(cid): filling a WITHOUT ROWID table keyed by CID is four times slower (measured). put() leaves its
// transaction open; flush() commits it, so that many puts share one fsync. Reads see only committed blocks through their own
// connection, and pending ones through the writer's.
#include "backends/detail/sqlite.hpp"
#include "core/mutex.hpp"
#include "ports/factories.hpp"

namespace icn::backends::dag_store::sqlite {
namespace {

using detail::Access;
using detail::Database;
using detail::Statement;

constexpr ports::Descriptor kDescriptor{"dag_store", "sqlite", ports::Grade::production, "blocks in one SQLite file"};
constexpr std::uint32_t kApplicationId = 0x49434e42;  // "ICNB"
constexpr std::uint32_t kVersion = 1;
constexpr std::string_view kSchema =
    "CREATE TABLE blocks(id INTEGER PRIMARY KEY, cid BLOB NOT NULL UNIQUE, bytes BLOB NOT NULL) STRICT;";

// Sorts as Cid's order does: codec, then digest.
std::array<std::uint8_t, 33> key_of(const ipld::Cid& cid) {
  std::array<std::uint8_t, 33> key;
  key[0] = static_cast<std::uint8_t>(cid.codec());
  std::memcpy(key.data() + 1, cid.digest().data(), 32);
  return key;
}

Result<ipld::Cid> cid_of(ByteView key, const std::string& path) {
  const std::uint8_t codec = key.size() == 33 ? key[0] : 0;
  if (codec != 0x55 && codec != 0x70 && codec != 0x71) return fail(ErrorCode::corrupted, path + " holds a key that is no CID");
  ipld::Digest digest;
  std::memcpy(digest.data(), key.data() + 1, 32);
  return ipld::Cid(static_cast<ipld::Codec>(codec), digest);
}

class SqliteDagStore : public ports::DagStore {
 public:
  static Result<std::unique_ptr<ports::DagStore>> open(const std::string& path) {
    std::unique_ptr<SqliteDagStore> store(
        new SqliteDagStore(ICN_TRY(Database::open(path, kApplicationId, kVersion, kSchema, Access::read_write))));
    store->put_ = ICN_TRY(store->database_.prepare("INSERT INTO blocks(cid, bytes) VALUES (?1, ?2) ON CONFLICT(cid) DO NOTHING"));
    store->get_ = ICN_TRY(store->database_.prepare("SELECT bytes FROM blocks WHERE cid = ?1"));
    store->has_ = ICN_TRY(store->database_.prepare("SELECT 1 FROM blocks WHERE cid = ?1"));
    store->remove_ = ICN_TRY(store->database_.prepare("DELETE FROM blocks WHERE cid = ?1"));
    store->all_ = ICN_TRY(store->database_.prepare("SELECT cid, length(bytes) FROM blocks WHERE cid > ?1 ORDER BY cid"));
    store->statistics_ = ICN_TRY(store->database_.prepare("SELECT count(*), coalesce(sum(length(bytes)), 0) FROM blocks"));
    return store;
  }

  Result<void> put(std::span<const ipld::Block> blocks) override {
    for (const ipld::Block& block : blocks) ICN_TRY(ports::check_block(block));
    Lock lock(mutex_);
    ICN_TRY(begin());
    ICN_TRY(database_.execute("SAVEPOINT put"));
    for (const ipld::Block& block : blocks) {
      const auto key = key_of(block.cid);
      auto stored = put_.bind(1, key).bind(2, block.bytes).run();
      if (stored) continue;
      static_cast<void>(database_.execute("ROLLBACK TO put; RELEASE put").has_value());
      return fail(stored.error());
    }
    return database_.execute("RELEASE put");
  }

  Result<ipld::Block> get(const ipld::Cid& cid) const override {
    ipld::Block block{cid, {}};
    {
      Lock lock(mutex_);
      const auto key = key_of(cid);
      get_.bind(1, key);
      const Statement::Step step = ICN_TRY(get_.step());
      if (step == Statement::Step::row) block.bytes = copy_of(get_.bytes(0));
      get_.reset();
      if (step == Statement::Step::done) return fail(ErrorCode::missing_data, "block " + cid.to_text() + " is not in the store");
    }
    if (!block.holds()) return fail(ErrorCode::corrupted, "block " + cid.to_text() + ": the stored bytes have another hash");
    return block;
  }

  Result<bool> has(const ipld::Cid& cid) const override {
    Lock lock(mutex_);
    const auto key = key_of(cid);
    has_.bind(1, key);
    const bool found = ICN_TRY(has_.step()) == Statement::Step::row;
    has_.reset();
    return found;
  }

  Result<void> remove(std::span<const ipld::Cid> cids) override {
    Lock lock(mutex_);
    ICN_TRY(begin());
    for (const ipld::Cid& cid : cids) {
      const auto key = key_of(cid);
      ICN_TRY(remove_.bind(1, key).run());
    }
    return {};
  }

  Result<void> for_each(const std::optional<ipld::Cid>& after,
                        const std::function<bool(const ipld::Cid&, std::uint64_t)>& visit) const override {
    Lock lock(mutex_);
    const auto key = after ? key_of(*after) : std::array<std::uint8_t, 33>{};
    all_.bind(1, key);
    while (ICN_TRY(all_.step()) == Statement::Step::row) {
      const ipld::Cid cid = ICN_TRY(cid_of(all_.bytes(0), database_.path()));
      if (!visit(cid, all_.number(1))) break;
    }
    all_.reset();
    return {};
  }

  Result<ports::DagStatistics> statistics() const override {
    Lock lock(mutex_);
    ICN_TRY(statistics_.step());
    const ports::DagStatistics statistics{statistics_.number(0), statistics_.number(1)};
    statistics_.reset();
    return statistics;
  }

  Result<void> flush() override {
    Lock lock(mutex_);
    if (failed_) return fail(ErrorCode::storage, database_.path() + ": an earlier flush failed; the process must end");
    if (!open_) return {};
    if (auto committed = database_.execute("COMMIT"); !committed) {
      failed_ = true;
      return fail(committed.error());
    }
    open_ = false;
    return {};
  }
  const ports::Descriptor& descriptor() const override { return kDescriptor; }

  // What was put and not flushed is not promised to anybody; keeping it costs one commit.
  ~SqliteDagStore() override { static_cast<void>(flush().has_value()); }

 private:
  explicit SqliteDagStore(Database database) : database_(std::move(database)) {}

  Result<void> begin() ICN_REQUIRES(mutex_) {
    if (failed_) return fail(ErrorCode::storage, database_.path() + ": an earlier flush failed; the process must end");
    if (open_) return {};
    ICN_TRY(database_.execute("BEGIN IMMEDIATE"));
    open_ = true;
    return {};
  }

  mutable Mutex mutex_;
  Database database_;
  Statement put_, remove_;
  mutable Statement get_, has_, all_, statistics_;
  bool open_ ICN_GUARDED_BY(mutex_) = false;
  bool failed_ ICN_GUARDED_BY(mutex_) = false;
};

Result<std::unique_ptr<ports::DagStore>> open(std::string_view location) {
  if (location.empty()) return fail(ErrorCode::invalid_argument, "dag_store sqlite needs a file: sqlite:PATH");
  return SqliteDagStore::open(std::string(location));
}

}  // namespace

extern const ports::Backend<ports::dag_store_factory> kBackend{kDescriptor, &open};

}  // namespace icn::backends::dag_store::sqlite
