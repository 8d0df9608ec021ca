// Blocks in a PostgreSQL database: for a node and its hot standby, production grade.
//
// Puts and removes wait in memory and are sent as one transaction at flush(), or earlier if they are many: so a cut
// connection loses none of them (the transaction is sent again), no transaction stays open between calls, and a put
// costs no round trip. Readers check the waiting changes first. The writer is fenced like the state store's: a node
// that was taken over must not delete blocks that its successor relies on.
#include <map>
#include <optional>

#include "backends/dag_store/postgres/descriptor.hpp"
#include "backends/detail/cid_key.hpp"
#include "backends/detail/postgres/writer.hpp"
#include "backends/detail/stored_block.hpp"
#include "ports/factories.hpp"

namespace icn::backends::dag_store::postgres {
namespace {

using detail::CidKey;
using detail::PostgresConnection;
using detail::PostgresLocation;
using detail::PostgresParameters;
using detail::PostgresPool;
using detail::PostgresRows;
using detail::PostgresStatement;
using detail::PostgresTables;
using detail::PostgresWriter;

// The totals are in the meta row and change with the blocks: counting a large table takes minutes. A put of a block
// whose bytes were damaged rewrites them; its row then has an xmax, and is not counted.
PostgresTables tables() {
  const auto total = [](std::string_view sign, std::string_view fresh) {
    const std::string by(sign);
    return " RETURNING octet_length(bytes)::bigint AS length, " + std::string(fresh) +
           " AS counts) UPDATE icn_blocks_meta SET blocks = blocks " + by +
           " (SELECT count(*) FROM changed WHERE counts), bytes = bytes " + by +
           " (SELECT coalesce(sum(length), 0) FROM changed WHERE counts)";
  };
  return {"icn_blocks_meta",
          "blocks bigint NOT NULL DEFAULT 0, bytes bigint NOT NULL DEFAULT 0",
          "CREATE TABLE icn_blocks(cid bytea PRIMARY KEY, bytes bytea NOT NULL); "
          "ALTER TABLE icn_blocks ALTER bytes SET STORAGE EXTERNAL;",
          2,
          {{"put",
            "WITH changed AS (INSERT INTO icn_blocks SELECT * FROM unnest($1::bytea[], $2::bytea[]) "
            "ON CONFLICT (cid) DO UPDATE SET bytes = excluded.bytes WHERE icn_blocks.bytes <> excluded.bytes" +
                total("+", "xmax = 0")},
           {"remove", "WITH changed AS (DELETE FROM icn_blocks WHERE cid = ANY($1::bytea[])" + total("-", "true")}}};
}

std::vector<PostgresStatement> reading() {
  return {{"get", "SELECT bytes FROM icn_blocks WHERE cid = $1::bytea"},
          {"length", "SELECT octet_length(bytes)::bigint FROM icn_blocks WHERE cid = $1::bytea"},
          {"list",
           "SELECT cid, octet_length(bytes)::bigint FROM icn_blocks WHERE cid > $1::bytea ORDER BY cid LIMIT "
           "1000"},
          {"statistics", "SELECT blocks, bytes FROM icn_blocks_meta"}};
}

constexpr std::size_t kPageRows = 1'000;  // as in "list"
// Arrays of one statement hold at most this many bytes, apart from the last block.
constexpr std::size_t kPieceBytesMax = 1024 * 1024;
// Changes waiting for a flush use at most this much memory; beyond it a put writes them out.
constexpr std::size_t kPendingBytesMax = 32 * 1024 * 1024;
constexpr std::size_t kPendingBytesPerBlock = 128;  // key and node, roughly

// A change to a block. A removal precedes a put of the same block, so that a damaged one can be replaced.
struct Change {
  bool remove = false;
  std::shared_ptr<const Bytes> put;
};

class Changes {
 public:
  void put(const ipld::Block& block) {
    Change& change = changes_[detail::key_of(block.cid)];
    if (change.put) return;
    change.put = std::make_shared<const Bytes>(block.bytes);
    bytes_ += block.bytes.size() + kPendingBytesPerBlock;
  }
  void remove(const ipld::Cid& cid) {
    Change& change = changes_[detail::key_of(cid)];
    if (change.put) bytes_ -= change.put->size();
    change = {true, nullptr};
    bytes_ += kPendingBytesPerBlock;
  }
  [[nodiscard]] const Change* find(const CidKey& key) const {
    const auto found = changes_.find(key);
    return found == changes_.end() ? nullptr : &found->second;
  }
  [[nodiscard]] bool empty() const { return changes_.empty(); }
  [[nodiscard]] std::size_t bytes() const { return bytes_; }

  void send(PostgresConnection& connection) const {
    std::vector<ByteView> keys;
    for (const auto& [key, change] : changes_) {
      if (change.remove) keys.emplace_back(key);
    }
    if (!keys.empty()) connection.send("remove", PostgresParameters().add_array(keys));
    keys.clear();
    std::vector<ByteView> blocks;
    std::size_t bytes = 0;
    const auto send_piece = [&] {
      connection.send("put", PostgresParameters().add_array(keys).add_array(blocks));
      keys.clear(), blocks.clear();
      bytes = 0;
    };
    for (const auto& [key, change] : changes_) {
      if (!change.put) continue;
      keys.emplace_back(key);
      blocks.emplace_back(*change.put);
      bytes += key.size() + change.put->size();
      if (bytes >= kPieceBytesMax) send_piece();
    }
    if (!keys.empty()) send_piece();
  }

 private:
  std::map<CidKey, Change> changes_;
  std::size_t bytes_ = 0;
};

class PostgresDagStore : public ports::DagStore, public ports::SharedStore {
 public:
  static Result<std::unique_ptr<ports::DagStore>> open(PostgresLocation location) {
    std::unique_ptr<PostgresWriter> writer = ICN_TRY(PostgresWriter::open(location, tables()));
    return std::unique_ptr<ports::DagStore>(new PostgresDagStore(std::move(writer), std::move(location)));
  }

  Result<void> claim(const ports::Claim& claim) override {
    Lock lock(write_mutex_);
    return writer_->claim(claim);
  }

  Result<void> put(std::span<const ipld::Block> blocks) override {
    for (const ipld::Block& block : blocks) ICN_TRY(ports::check_block(block));
    return change([&](Changes& pending) {
      for (const ipld::Block& block : blocks) pending.put(block);
    });
  }

  Result<void> remove(std::span<const ipld::Cid> cids) override {
    return change([&](Changes& pending) {
      for (const ipld::Cid& cid : cids) pending.remove(cid);
    });
  }

  Result<ipld::Block> get(const ipld::Cid& cid) const override {
    ICN_TRY(writer_->refuse_when_failed());
    const CidKey key = detail::key_of(cid);
    std::optional<Bytes> bytes;
    if (const auto waiting = find_waiting(key)) {
      if (waiting->put) bytes = *waiting->put;
    } else {
      ICN_TRY(readers_.run([&](PostgresConnection& connection) -> Result<void> {
        const PostgresRows rows = ICN_TRY(connection.run("get", PostgresParameters().add(key)));
        if (rows.count() == 1) bytes = copy_of(rows.bytes(0, 0));
        return {};
      }));
    }
    return detail::stored_block(cid, std::move(bytes));
  }

  Result<std::optional<std::uint64_t>> length(const ipld::Cid& cid) const override {
    ICN_TRY(writer_->refuse_when_failed());
    const CidKey key = detail::key_of(cid);
    std::optional<std::uint64_t> bytes;
    if (const auto waiting = find_waiting(key)) {
      if (waiting->put != nullptr) bytes = waiting->put->size();
      return bytes;
    }
    ICN_TRY(readers_.run([&](PostgresConnection& connection) -> Result<void> {
      const PostgresRows rows = ICN_TRY(connection.run("length", PostgresParameters().add(key)));
      if (rows.count() == 1) bytes = rows.number(0, 0);
      return {};
    }));
    return bytes;
  }

  // Page by page, each as of its own moment, so that no writer waits for the visitor.
  Result<void> for_each(const std::optional<ipld::Cid>& after,
                        const std::function<bool(const ipld::Cid&, std::uint64_t)>& visit) const override {
    ICN_TRY(write_out());
    Bytes last = after ? copy_of(detail::key_of(*after)) : Bytes();
    for (;;) {
      std::optional<PostgresRows> page;
      ICN_TRY(readers_.run([&](PostgresConnection& connection) -> Result<void> {
        page = ICN_TRY(connection.run("list", PostgresParameters().add(last)));
        return {};
      }));
      for (std::size_t row = 0; row < page->count(); ++row) {
        if (!visit(ICN_TRY(detail::cid_of(page->bytes(row, 0), shown_)), page->number(row, 1))) return {};
      }
      if (page->count() < kPageRows) return {};
      last = copy_of(page->bytes(page->count() - 1, 0));
    }
  }

  Result<ports::DagStatistics> statistics() const override {
    ICN_TRY(write_out());
    ports::DagStatistics statistics;
    ICN_TRY(readers_.run([&](PostgresConnection& connection) -> Result<void> {
      const PostgresRows rows = ICN_TRY(connection.run("statistics"));
      if (rows.count() != 1) return fail(ErrorCode::corrupted, shown_ + " has lost its totals");
      statistics = {rows.number(0, 0), rows.number(0, 1)};
      return {};
    }));
    return statistics;
  }

  Result<void> flush() override { return write_out(); }
  const ports::Descriptor& descriptor() const override { return kDescriptor; }

  // Blocks put but not flushed were never acknowledged; keeping them costs one commit.
  ~PostgresDagStore() override { static_cast<void>(write_out().has_value()); }

 private:
  PostgresDagStore(std::unique_ptr<PostgresWriter> writer, PostgresLocation location)
      : writer_(std::move(writer)), shown_(location.shown), readers_(std::move(location), reading()) {}

  template <class Apply>
  Result<void> change(const Apply& apply) {
    ICN_TRY(writer_->refuse_when_failed());
    {
      Lock lock(mutex_);
      apply(pending_);
      if (pending_.bytes() <= kPendingBytesMax) return {};
    }
    return write_out();
  }

  std::optional<Change> find_waiting(const CidKey& key) const {
    Lock lock(mutex_);
    const Change* found = pending_.find(key);
    if (found == nullptr && writing_) found = writing_->find(key);
    return found == nullptr ? std::nullopt : std::optional(*found);
  }

  // Everything put before is durable when this returns, by this call or a concurrent one.
  Result<void> write_out() const {
    Lock writing(write_mutex_);
    ICN_TRY(writer_->refuse_when_failed());
    std::shared_ptr<const Changes> changes;
    {
      Lock lock(mutex_);
      if (pending_.empty()) return {};
      changes = writing_ = std::make_shared<const Changes>(std::exchange(pending_, Changes()));
    }
    ICN_TRY(writer_->commit(1, [&](PostgresConnection& connection) { changes->send(connection); }));
    Lock lock(mutex_);
    writing_.reset();
    return {};
  }

  mutable Mutex write_mutex_;  // one transaction at a time; before mutex_
  mutable Mutex mutex_;
  const std::unique_ptr<PostgresWriter> writer_;
  const std::string shown_;
  mutable PostgresPool readers_;
  mutable Changes pending_ ICN_GUARDED_BY(mutex_);
  mutable std::shared_ptr<const Changes> writing_ ICN_GUARDED_BY(mutex_);
};

Result<std::unique_ptr<ports::DagStore>> open(std::string_view location) {
  return PostgresDagStore::open(ICN_TRY(PostgresLocation::parse(location)));
}

}  // namespace

extern const ports::Backend<ports::dag_store_factory> kBackend{kDescriptor, &open};

}  // namespace icn::backends::dag_store::postgres
