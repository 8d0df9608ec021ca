// State in a PostgreSQL database: for a node and its hot standby, production grade.
//
// One table of pairs and the writer's meta row; a commit is one transaction, sent in one go. Reads have separate
// connections and do not wait for a commit; a snapshot is a connection with an open transaction.
#include <map>

#include "backends/detail/pair_check.hpp"
#include "backends/detail/postgres/writer.hpp"
#include "backends/state_store/postgres/descriptor.hpp"
#include "ports/factories.hpp"

namespace icn::backends::state_store::postgres {
namespace {

using detail::PostgresConnection;
using detail::PostgresLocation;
using detail::PostgresParameters;
using detail::PostgresPool;
using detail::PostgresRows;
using detail::PostgresStatement;
using detail::PostgresTables;
using detail::PostgresWriter;

// Values are stored uncompressed: compression costs more than it saves on a node's data.
PostgresTables tables() {
  return {"icn_state_meta",
          "",
          "CREATE TABLE icn_state(key bytea PRIMARY KEY, value bytea NOT NULL, sum bigint NOT NULL); "
          "ALTER TABLE icn_state ALTER value SET STORAGE EXTERNAL;",
          2,
          {{"put",
            "INSERT INTO icn_state SELECT * FROM unnest($1::bytea[], $2::bytea[], $3::bigint[]) "
            "ON CONFLICT (key) DO UPDATE SET value = excluded.value, sum = excluded.sum"},
           {"erase", "DELETE FROM icn_state WHERE key = ANY($1::bytea[])"}}};
}

std::vector<PostgresStatement> reading() {
  return {{"get", "SELECT value, sum FROM icn_state WHERE key = $1::bytea"},
          {"sequence", "SELECT sequence FROM icn_state_meta"}};
}

// Arrays of one statement hold at most this many bytes (apart from a single larger value) and pairs.
constexpr std::size_t kPieceBytesMax = 1024 * 1024;
constexpr std::size_t kPiecePairsMax = 4'096;
// The surplus of a scan's fetch over what the visitor needs is bounded by what it has already received.
constexpr std::size_t kFirstFetch = 16;
constexpr std::size_t kFetchMax = 4'096;
constexpr std::size_t kFetchBytes = 4 * 1024 * 1024;

using Visit = std::function<bool(ByteView, ByteView)>;

Result<std::optional<Bytes>> get_from(PostgresConnection& connection, ByteView key) {
  const PostgresRows rows = ICN_TRY(connection.run("get", PostgresParameters().add(key)));
  if (rows.count() == 0) return std::optional<Bytes>();
  ipld::Sha256 hasher;
  ICN_TRY(detail::check_pair(hasher, key, rows.bytes(0, 0), rows.number(0, 1), connection.shown()));
  return std::optional<Bytes>(copy_of(rows.bytes(0, 0)));
}

Result<std::uint64_t> sequence_from(PostgresConnection& connection) {
  const PostgresRows rows = ICN_TRY(connection.run("sequence"));
  if (rows.count() != 1) return fail(ErrorCode::corrupted, connection.shown() + " has lost its sequence number");
  return rows.number(0, 0);
}

// Uses a cursor, so that a visitor that stops early does not pay for the rest of the table. `before` and `after` open
// and end the cursor's transaction, if it has a separate one. `begun` becomes true with the first visit.
Result<void> scan_from(PostgresConnection& connection, std::string_view before, std::string_view after, ByteView begin,
                       ByteView end, const Visit& visit, bool& begun) {
  std::string where = " WHERE key >= " + detail::bytea_literal(begin);
  if (!end.empty()) where += " AND key < " + detail::bytea_literal(end);
  std::string sql = std::string(before) +
                    "DECLARE pairs NO SCROLL BINARY CURSOR FOR SELECT key, value, sum FROM icn_state" + where +
                    " ORDER BY key; ";
  ipld::Sha256 hasher;
  bool wanted = true;
  Result<void> outcome;
  std::size_t pairs = 0;
  std::size_t bytes = 0;
  for (std::size_t asked = kFirstFetch; wanted && outcome; sql.clear()) {
    sql += "FETCH " + std::to_string(asked) + " FROM pairs";
    const std::size_t got = ICN_TRY(connection.stream(sql, [&](const PostgresRows& row) {
      if (!wanted || !outcome) return;
      const ByteView key = row.bytes(0, 0);
      const ByteView value = row.bytes(0, 1);
      outcome = detail::check_pair(hasher, key, value, row.number(0, 2), connection.shown());
      if (!outcome) return;
      begun = true;
      ++pairs;
      bytes += key.size() + value.size();
      wanted = visit(key, value);
    }));
    if (got < asked) break;
    asked = std::min({asked * 4, kFetchMax, std::max(kFirstFetch, kFetchBytes / (bytes / pairs + 1))});
  }
  ICN_TRY(connection.execute(std::string(after)));
  return outcome;
}

class PostgresSnapshot : public ports::StateReader {
 public:
  // Its first query determines the moment.
  static Result<std::unique_ptr<ports::StateReader>> take(PostgresConnection connection) {
    ICN_TRY(connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"));
    const std::uint64_t sequence = ICN_TRY(sequence_from(connection));
    return std::unique_ptr<ports::StateReader>(new PostgresSnapshot(std::move(connection), sequence));
  }

  Result<std::optional<Bytes>> get(ByteView key) const override {
    Lock lock(mutex_);
    return checked(get_from(connection_, key));
  }
  Result<void> scan(ByteView begin, ByteView end, const Visit& visit) const override {
    Lock lock(mutex_);
    bool begun = false;
    return checked(scan_from(connection_, "", "CLOSE pairs", begin, end, visit, begun));
  }
  std::uint64_t sequence() const override { return sequence_; }

 private:
  PostgresSnapshot(PostgresConnection connection, std::uint64_t sequence)
      : connection_(std::move(connection)), sequence_(sequence) {}
  // Another connection cannot show the same moment.
  template <class T>
  Result<T> checked(Result<T> result) const ICN_REQUIRES(mutex_) {
    if (result || !connection_.is_lost()) return result;
    return fail(ErrorCode::storage,
                "the snapshot was lost with its connection; take another one: " + result.error().detail);
  }

  mutable Mutex mutex_;
  mutable PostgresConnection connection_ ICN_GUARDED_BY(mutex_);
  const std::uint64_t sequence_;
};

// The net effect of the batches per key, in key order: nothing in one transaction is written twice.
using Net = std::map<std::string_view, const ports::Batch::Write*>;

class PostgresStateStore : public ports::StateStore, public ports::SharedStore {
 public:
  static Result<std::unique_ptr<ports::StateStore>> open(PostgresLocation location) {
    std::unique_ptr<PostgresWriter> writer = ICN_TRY(PostgresWriter::open(location, tables()));
    return std::unique_ptr<ports::StateStore>(new PostgresStateStore(std::move(writer), std::move(location)));
  }

  Result<void> claim(const ports::Claim& claim) override {
    Lock lock(mutex_);
    return writer_->claim(claim);
  }

  Result<std::optional<Bytes>> get(ByteView key) const override {
    ICN_TRY(writer_->refuse_when_failed());
    std::optional<Bytes> value;
    ICN_TRY(readers_.run([&](PostgresConnection& connection) -> Result<void> {
      value = ICN_TRY(get_from(connection, key));
      return {};
    }));
    return value;
  }

  Result<void> scan(ByteView begin, ByteView end, const Visit& visit) const override {
    ICN_TRY(writer_->refuse_when_failed());
    bool begun = false;
    return readers_.run(
        [&](PostgresConnection& connection) {
          return scan_from(connection, "BEGIN READ ONLY; ", "COMMIT", begin, end, visit, begun);
        },
        &begun);
  }

  Result<std::unique_ptr<ports::StateReader>> snapshot() const override {
    ICN_TRY(writer_->refuse_when_failed());
    return PostgresSnapshot::take(ICN_TRY(readers_.connect()));
  }

  Result<std::uint64_t> commit(std::span<const ports::Batch> batches) override {
    Net net;
    for (const ports::Batch& batch : batches) {
      for (const ports::Batch::Write& write : batch.writes()) {
        ICN_TRY(ports::check_write(write));
        net[text_of(write.key)] = &write;
      }
    }
    Lock lock(mutex_);
    ICN_TRY(writer_->refuse_when_failed());
    if (!batches.empty())
      ICN_TRY(writer_->commit(batches.size(), [&](PostgresConnection& connection) { send(net, connection); }));
    return writer_->sequence();
  }

  std::uint64_t sequence() const override { return writer_->sequence(); }
  const ports::Descriptor& descriptor() const override { return kDescriptor; }

 private:
  PostgresStateStore(std::unique_ptr<PostgresWriter> writer, PostgresLocation location)
      : writer_(std::move(writer)), readers_(std::move(location), reading()) {}

  static void send(const Net& net, PostgresConnection& connection) {
    std::vector<ByteView> keys;
    for (const auto& [key, write] : net) {
      if (!write->value) keys.push_back(view_of(key));
    }
    if (!keys.empty()) connection.send("erase", PostgresParameters().add_array(keys));
    ipld::Sha256 hasher;
    std::vector<ByteView> values;
    std::vector<std::uint64_t> sums;
    std::size_t bytes = 0;
    const auto send_piece = [&] {
      connection.send("put", PostgresParameters().add_array(keys).add_array(values).add_array(sums));
      keys.clear(), values.clear(), sums.clear();
      bytes = 0;
    };
    keys.clear();
    for (const auto& [key, write] : net) {
      if (!write->value) continue;
      keys.push_back(view_of(key));
      values.emplace_back(*write->value);
      sums.push_back(detail::pair_sum(hasher, keys.back(), values.back()));
      bytes += key.size() + write->value->size();
      if (bytes >= kPieceBytesMax || keys.size() == kPiecePairsMax) send_piece();
    }
    if (!keys.empty()) send_piece();
  }

  Mutex mutex_;  // one commit at a time
  const std::unique_ptr<PostgresWriter> writer_;
  mutable PostgresPool readers_;
};

Result<std::unique_ptr<ports::StateStore>> open(std::string_view location) {
  return PostgresStateStore::open(ICN_TRY(PostgresLocation::parse(location)));
}

}  // namespace

extern const ports::Backend<ports::state_store_factory> kBackend{kDescriptor, &open};

}  // namespace icn::backends::state_store::postgres
