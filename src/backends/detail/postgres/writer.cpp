#include "backends/detail/postgres/writer.hpp"

#include <array>

#include <unistd.h>

#include "core/check.hpp"

namespace icn::backends::detail {
namespace {

// Two processes that create the same tables concurrently wait for each other here.
constexpr std::string_view kMakingLock = "SELECT pg_advisory_xact_lock(4920553); ";
constexpr std::string_view kDivisionByZero = "22012";
constexpr std::string_view kWriterSince = "to_char(writer_since AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS')";
constexpr std::uint64_t kAnyEpoch = UINT64_MAX;  // -1 as a bigint
constexpr std::uint64_t kVersionWithoutHolder = 1;

bool is_true(const PostgresRows& rows) { return rows.count() == 1 && text_of(rows.bytes(0, 0)) == "t"; }

// The name of this process, for the process that takes over from it or that it takes over from.
std::string own_name() {
  std::array<char, 256> host{};
  if (::gethostname(host.data(), host.size() - 1) != 0) host[0] = '?';
  return "process " + std::to_string(::getpid()) + " on " + host.data();
}

// If epoch and sequence are not the expected ones, the division fails, and with it the transaction that this begins.
std::vector<PostgresStatement> statements_of(const PostgresTables& tables) {
  std::vector<PostgresStatement> statements = tables.statements;
  const std::string update = "UPDATE " + tables.meta + " SET ";
  statements.push_back({"fence", "WITH mine AS (" + update +
                                     "sequence = sequence + $3::bigint WHERE writer_epoch = $1::bigint AND "
                                     "sequence = $2::bigint RETURNING 1) SELECT 1 / count(*) FROM mine"});
  statements.push_back({"reclaim", update + "writer_epoch = writer_epoch + 1 WHERE writer = $1::uuid "
                                            "RETURNING writer_epoch, sequence"});
  statements.push_back({"claim", update + "writer_epoch = writer_epoch + 1, writer = gen_random_uuid(), "
                                          "writer_name = $1::text, writer_since = now(), holder = $2::text "
                                          "WHERE ($3::bigint = 1 OR writer IS NULL OR (holder = $2::text AND holder "
                                          "<> '')) AND $4::bigint IN (-1, writer_epoch) "
                                          "RETURNING writer_epoch, sequence, writer"});
  statements.push_back(
      {"meta", "SELECT writer_epoch, sequence, writer_name, " + std::string(kWriterSince) + " FROM " + tables.meta});
  return statements;
}

}  // namespace

PostgresWriter::PostgresWriter(PostgresLocation location, PostgresTables tables, PostgresConnection connection)
    : location_(std::move(location)), tables_(std::move(tables)), connection_(std::move(connection)) {}

Result<std::unique_ptr<PostgresWriter>> PostgresWriter::open(PostgresLocation location, PostgresTables tables) {
  PostgresConnection connection = ICN_TRY(PostgresConnection::open(location));
  std::unique_ptr<PostgresWriter> writer(
      new PostgresWriter(std::move(location), std::move(tables), std::move(connection)));
  ICN_TRY(writer->make_tables());
  ICN_TRY(writer->check_version());
  ICN_TRY(writer->look());
  return writer;
}

Result<void> PostgresWriter::make_tables() {
  const std::string& schema = location_.schema;
  // Not to_regclass(): it may return the state from before the wait for the lock.
  const std::string schema_absent = "SELECT NOT EXISTS (SELECT FROM pg_namespace WHERE nspname = '" + schema + "')";
  const std::string absent =
      "SELECT NOT EXISTS (SELECT FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace WHERE nspname = '" + schema +
      "' AND relname = '" + tables_.meta + "')";
  if (!is_true(ICN_TRY(connection_.execute(absent)))) return {};
  if (!is_true(ICN_TRY(connection_.execute("BEGIN; " + std::string(kMakingLock) + absent)))) {
    ICN_TRY(connection_.execute("COMMIT"));
    return {};
  }
  // Creating an existing schema requires a privilege that its users may not have.
  if (is_true(ICN_TRY(connection_.execute(schema_absent))))
    ICN_TRY(connection_.execute("CREATE SCHEMA \"" + schema + "\""));
  ICN_TRY(connection_.execute(
      "CREATE TABLE " + tables_.meta +
      "(one boolean PRIMARY KEY DEFAULT true CHECK (one), version bigint NOT NULL, sequence bigint NOT NULL DEFAULT 0, "
      "writer_epoch bigint NOT NULL DEFAULT 0, writer uuid, writer_name text NOT NULL DEFAULT '', "
      "writer_since timestamptz NOT NULL DEFAULT now(), holder text NOT NULL DEFAULT ''" +
      (tables_.meta_more.empty() ? "" : ", ") + tables_.meta_more + "); INSERT INTO " + tables_.meta +
      "(version) VALUES (" + std::to_string(tables_.version) + "); " + tables_.make + " COMMIT"));
  return {};
}

Result<void> PostgresWriter::check_version() {
  const PostgresRows found = ICN_TRY(connection_.execute("SELECT version FROM " + tables_.meta));
  const std::string version(found.count() == 1 ? text_of(found.bytes(0, 0)) : "");
  for (const std::uint64_t known : {tables_.version, kVersionWithoutHolder}) {
    if (version != std::to_string(known)) continue;
    version_ = known;
    return {};
  }
  if (version.empty()) {
    return fail(ErrorCode::corrupted,
                location_.shown + ": " + tables_.meta + " has lost its row; restore the tables from a backup");
  }
  return fail(ErrorCode::unsupported_version, location_.shown + ": " + tables_.meta + " has version " + version +
                                                  "; this program reads version " + std::to_string(tables_.version) +
                                                  ". Nothing was changed; open it with the release that wrote it");
}

Result<void> PostgresWriter::look() {
  ICN_TRY(connection_.prepare({{"look", "SELECT writer_epoch, sequence FROM " + tables_.meta}}));
  const PostgresRows found = ICN_TRY(connection_.run("look"));
  if (found.count() != 1)
    return fail(ErrorCode::corrupted, location_.shown + ": " + tables_.meta + " has lost its row");
  epoch_ = found.number(0, 0);
  sequence_ = found.number(0, 1);
  return {};
}

Result<void> PostgresWriter::claim(const ports::Claim& claim) {
  ICN_TRY(refuse_when_failed());
  return claim_at(claim, kAnyEpoch);
}

Result<void> PostgresWriter::claim_at(const ports::Claim& claim, std::uint64_t epoch) {
  PostgresPatience patience(location_.patience);
  for (;;) {
    Result<void> claimed = try_to_claim(claim, epoch);
    if (claimed || !connection_.is_lost() || !patience.wait()) return claimed;
    // An idle connection may have been cut long ago.
    if (auto fresh = PostgresConnection::open(location_)) connection_ = *std::move(fresh);
  }
}

Result<void> PostgresWriter::try_to_claim(const ports::Claim& claim, std::uint64_t epoch) {
  if (version_ == kVersionWithoutHolder) ICN_TRY(upgrade(claim));
  // Prepared statements are the connection's.
  ICN_TRY(connection_.execute("DEALLOCATE ALL"));
  ICN_TRY(connection_.prepare(statements_of(tables_)));
  const std::string name = own_name();
  PostgresParameters parameters;
  parameters.add(view_of(name)).add(view_of(claim.holder));
  parameters.add(std::uint64_t{claim.take_over == ports::TakeOver::yes}).add(epoch);
  const PostgresRows taken = ICN_TRY(connection_.run("claim", parameters));
  if (taken.count() != 1) return fail(not_the_writer());
  epoch_ = taken.number(0, 0);
  sequence_ = taken.number(0, 1);
  token_ = copy_of(taken.bytes(0, 2));
  is_claimed_ = true;
  return {};
}

// Tables of a writer without holders are changed only if they are free or are to be taken over.
Result<void> PostgresWriter::upgrade(const ports::Claim& claim) {
  if (claim.take_over == ports::TakeOver::no &&
      !is_true(ICN_TRY(connection_.execute("SELECT writer IS NULL FROM " + tables_.meta))))
    return fail(not_the_writer());
  ICN_TRY(connection_.execute("BEGIN; ALTER TABLE " + tables_.meta +
                              " ADD COLUMN IF NOT EXISTS holder text NOT NULL DEFAULT ''; UPDATE " + tables_.meta +
                              " SET version = " + std::to_string(tables_.version) + "; COMMIT"));
  version_ = tables_.version;
  return {};
}

Error PostgresWriter::not_the_writer() {
  const auto meta = connection_.execute("SELECT writer_name, " + std::string(kWriterSince) + " FROM " + tables_.meta);
  if (!meta) return meta.error();
  if (meta->count() != 1) return {ErrorCode::corrupted, location_.shown + ": " + tables_.meta + " has lost its row"};
  return {ErrorCode::invalid_state,
          location_.shown + ": this store has another writer, " + std::string(text_of(meta->bytes(0, 0))) + " since " +
              std::string(text_of(meta->bytes(0, 1))) +
              " UTC; nothing was changed. Take it over only when that writer has ended for good",
          std::string(ports::kNotTheWriter), location_.shown};
}

Result<void> PostgresWriter::refuse_when_failed() const {
  Lock lock(mutex_);
  if (!failure_) return {};
  Error again = *failure_;
  again.detail = "an earlier write failed; this process must end: " + again.detail;
  return fail(std::move(again));
}

Result<void> PostgresWriter::commit(std::uint64_t count, const Send& send) {
  ICN_CHECK(count > 0);
  ICN_TRY(refuse_when_failed());
  if (!is_claimed_) ICN_TRY(claim_at({location_.holder}, epoch_));
  if (auto done = commit_or_find_out(count, send); !done) {
    Lock lock(mutex_);
    failure_ = done.error();
    return done;
  }
  sequence_ += count;
  return {};
}

Result<void> PostgresWriter::attempt(std::uint64_t count, const Send& send) {
  connection_.begin_transaction();
  PostgresParameters expected;
  expected.add(epoch_).add(sequence_).add(count);
  connection_.send("fence", expected);
  send(connection_);
  return connection_.commit_transaction();
}

Result<void> PostgresWriter::commit_or_find_out(std::uint64_t count, const Send& send) {
  PostgresPatience patience(location_.patience);
  for (;;) {
    auto done = attempt(count, send);
    if (done) return {};
    if (!connection_.is_lost()) {
      const std::string& state = connection_.sqlstate();
      if (state == kDivisionByZero) return fail(why_refused("nothing of this commit was written"));
      // Another session holds the row for a while, or the server has become read-only and another one accepts writes.
      const bool passes = state == "55P03" || state == "40P01" || state == "40001" || state == "25006";
      if (!passes || !patience.wait()) return done;
    }
    const std::uint64_t found = ICN_TRY(reconnect(patience));
    if (found == sequence_ + count) return {};
    if (found != sequence_) {
      return fail(ErrorCode::storage, location_.shown + ": the server came back with sequence " +
                                          std::to_string(found) + ", but the acknowledged sequence is " +
                                          std::to_string(sequence_) +
                                          ": it was replaced by one that lost commits, or another program changed " +
                                          tables_.meta + "; restore the server that has them");
    }
    if (!patience.wait()) return done;
  }
}

Result<std::uint64_t> PostgresWriter::reconnect(PostgresPatience& patience) {
  for (;;) {
    Error last;
    if (auto fresh = PostgresConnection::open(location_)) {
      connection_ = *std::move(fresh);
      if (auto prepared = connection_.prepare(statements_of(tables_)); !prepared) {
        last = prepared.error();
      } else {
        auto found = reclaim();
        if (found || found.error().rule == kTakenOver) return found;
        last = found.error();
      }
    } else {
      last = fresh.error();
    }
    if (patience.wait()) continue;
    return fail(
        ErrorCode::storage,
        "the connection was cut in the middle of a commit and the server stayed away for " +
            std::to_string(location_.patience.count()) +
            " s (reconnect_timeout); the outcome of the commit is unknown. Start again when the server is back: " +
            last.detail);
  }
}

Result<std::uint64_t> PostgresWriter::reclaim() {
  const PostgresRows mine = ICN_TRY(connection_.run("reclaim", PostgresParameters().add(token_)));
  if (mine.count() != 1) return fail(why_refused("the outcome of the interrupted commit is unknown"));
  epoch_ = mine.number(0, 0);
  return mine.number(0, 1);
}

Error PostgresWriter::why_refused(std::string_view doubt) {
  const auto meta = connection_.run("meta");
  if (!meta) return meta.error();
  if (meta->count() != 1) {
    return {ErrorCode::corrupted, location_.shown + ": " + tables_.meta + " has lost its row; " + std::string(doubt)};
  }
  const std::uint64_t epoch = meta->number(0, 0);
  if (epoch != epoch_) {
    return {ErrorCode::storage,
            location_.shown + ": " + std::string(text_of(meta->bytes(0, 2))) + " took this store over at " +
                std::string(text_of(meta->bytes(0, 3))) + " UTC (writer epoch " + std::to_string(epoch) + ", ours is " +
                std::to_string(epoch_) + "); " + std::string(doubt) + ". This process can write nothing more: end it",
            std::string(kTakenOver)};
  }
  return {ErrorCode::storage, location_.shown + ": the sequence is " + std::to_string(meta->number(0, 1)) + " where " +
                                  std::to_string(sequence_) + " was expected; another program changed " + tables_.meta +
                                  "; " + std::string(doubt)};
}

}  // namespace icn::backends::detail
