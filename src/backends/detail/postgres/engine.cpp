#include "backends/detail/postgres/engine.hpp"

#include <libpq-fe.h>

#include <algorithm>
#include <array>

#include "core/check.hpp"
#include "core/log.hpp"

namespace icn::backends::detail {
namespace {

constexpr int kOldestServer = 13'00'00;  // gen_random_uuid() without an extension
constexpr std::uint32_t kByteaType = 17;
constexpr std::uint32_t kBigintType = 20;

// libpq's settings unless the location, its service or the environment overrides them: a server that is gone is noticed
// within half a minute, and of several hosts the one that accepts writes is used.
constexpr std::array<std::pair<const char*, const char*>, 7> kDefaults{{{"connect_timeout", "10"},
                                                                        {"keepalives_idle", "10"},
                                                                        {"keepalives_interval", "5"},
                                                                        {"keepalives_count", "3"},
                                                                        {"tcp_user_timeout", "30000"},
                                                                        {"target_session_attrs", "read-write"},
                                                                        {"fallback_application_name", "icn"}}};

// Commits are durable when they return (`remote_apply` is stronger and is kept). The server also notices a vanished
// client within half a minute: until then its open transaction would keep a standby from taking over. Literals are read
// as the standard says, whatever the server's default is.
constexpr const char* kSession =
    "SET standard_conforming_strings = on; SET client_min_messages = warning; SET statement_timeout = 0; "
    "SET lock_timeout = '10s'; SET idle_in_transaction_session_timeout = 0; "
    "SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3; "
    "SET tcp_user_timeout = 30000; "
    "SELECT set_config('synchronous_commit', CASE current_setting('synchronous_commit') WHEN 'remote_apply' "
    "THEN 'remote_apply' ELSE 'on' END, false); "
    "SELECT (current_setting('fsync') = 'on')::int::text";

std::string trimmed(const char* text) {
  std::string line = text == nullptr ? "" : text;
  while (!line.empty() && (line.back() == '\n' || line.back() == ' ')) line.pop_back();
  std::replace(line.begin(), line.end(), '\n', ' ');
  return line;
}

void log_notice(void*, const PGresult* result) {
  log(LogLevel::warning, "postgres", trimmed(PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY)));
}

void append_be32(Bytes& to, std::uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) to.push_back(static_cast<std::uint8_t>(value >> shift));
}

// The head of PostgreSQL's binary format of an array: dimensions, whether it has nulls, type, length, first index.
Bytes array_head(std::uint32_t type, std::size_t length) {
  Bytes head;
  append_be32(head, length == 0 ? 0 : 1);
  append_be32(head, 0);
  append_be32(head, type);
  if (length == 0) return head;
  append_be32(head, static_cast<std::uint32_t>(length));
  append_be32(head, 1);
  return head;
}

}  // namespace

PostgresRows::PostgresRows(pg_result* result) : result_(result) {}
void PostgresRows::Clear::operator()(pg_result* result) const { PQclear(result); }

std::size_t PostgresRows::count() const { return static_cast<std::size_t>(PQntuples(result_.get())); }

ByteView PostgresRows::bytes(std::size_t row, int column) const {
  const int at = static_cast<int>(row);
  return {reinterpret_cast<const std::uint8_t*>(PQgetvalue(result_.get(), at, column)),
          static_cast<std::size_t>(PQgetlength(result_.get(), at, column))};
}

std::uint64_t PostgresRows::number(std::size_t row, int column) const {
  const ByteView value = bytes(row, column);
  ICN_CHECK(value.size() == 8);  // our own tables and casts use bigint
  return read_be64(value.data());
}

ByteView PostgresParameters::keep(Bytes bytes) {
  owned_.push_back(std::move(bytes));
  return owned_.back();
}

PostgresParameters& PostgresParameters::add(ByteView bytes) {
  values_.push_back(bytes);
  return *this;
}

PostgresParameters& PostgresParameters::add(std::uint64_t number) {
  Bytes bytes;
  append_be64(bytes, number);
  return add(keep(std::move(bytes)));
}

PostgresParameters& PostgresParameters::add_array(const std::vector<ByteView>& items) {
  Bytes bytes = array_head(kByteaType, items.size());
  std::size_t total = bytes.size();
  for (const ByteView item : items) total += 4 + item.size();
  bytes.reserve(total);
  for (const ByteView item : items) {
    append_be32(bytes, static_cast<std::uint32_t>(item.size()));
    append(bytes, item);
  }
  return add(keep(std::move(bytes)));
}

PostgresParameters& PostgresParameters::add_array(const std::vector<std::uint64_t>& items) {
  Bytes bytes = array_head(kBigintType, items.size());
  for (const std::uint64_t item : items) {
    append_be32(bytes, 8);
    append_be64(bytes, item);
  }
  return add(keep(std::move(bytes)));
}

void PostgresConnection::Finish::operator()(pg_conn* connection) const { PQfinish(connection); }

Result<PostgresConnection> PostgresConnection::open(const PostgresLocation& location) {
  const auto is_set = [&](std::string_view keyword) {
    return std::any_of(location.settings.begin(), location.settings.end(),
                       [&](const auto& setting) { return setting.first == keyword; });
  };
  std::vector<const char*> keywords;
  std::vector<const char*> values;
  const auto add = [&](const char* keyword, const char* value) {
    keywords.push_back(keyword);
    values.push_back(value);
  };
  for (const auto& [keyword, value] : location.settings) add(keyword.c_str(), value.c_str());
  const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> environment(PQconndefaults(), &PQconninfoFree);
  for (const auto& [keyword, value] : kDefaults) {
    bool from_environment = is_set("service");
    for (const PQconninfoOption* option = environment.get(); option != nullptr && option->keyword; ++option) {
      // libpq's own defaults were not requested by the user.
      if (std::string_view(option->keyword) == keyword && option->envvar != nullptr && std::getenv(option->envvar))
        from_environment = true;
    }
    if (!is_set(keyword) && !from_environment) add(keyword, value);
  }
  add("client_encoding", "UTF8");
  add(nullptr, nullptr);
  PostgresConnection connection(PQconnectdbParams(keywords.data(), values.data(), 0), location.shown);
  PGconn* raw = connection.connection_.get();
  if (PQstatus(raw) != CONNECTION_OK) return connection.error_of(nullptr);
  if (PQserverVersion(raw) < kOldestServer) {
    return fail(ErrorCode::unsupported, connection.shown_ + ": the server has version " +
                                            std::to_string(PQserverVersion(raw) / 10'000) +
                                            "; 13 is the oldest supported");
  }
  PQsetNoticeReceiver(raw, &log_notice, nullptr);
  ICN_TRY(connection.set_up(location.schema));
  return connection;
}

Result<void> PostgresConnection::set_up(const std::string& schema) {
  const PostgresRows fsync = ICN_TRY(execute("SET search_path = \"" + schema + "\"; " + kSession));
  if (text_of(fsync.bytes(0, 0)) != "1") {
    return fail(ErrorCode::unsupported,
                shown_ +
                    ": the server runs with fsync=off and loses what it acknowledged in a crash; "
                    "set fsync=on in its configuration and reload it");
  }
  return {};
}

tl::unexpected<Error> PostgresConnection::error_of(const pg_result* result) {
  const char* state = result == nullptr ? nullptr : PQresultErrorField(result, PG_DIAG_SQLSTATE);
  const char* primary = result == nullptr ? nullptr : PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
  sqlstate_ = state == nullptr ? "" : state;
  const char* severity = result == nullptr ? nullptr : PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED);
  const std::string_view ends = severity == nullptr ? "" : severity;
  // An error without a state comes from libpq itself: after a failed write it reports one while PQstatus() still
  // returns OK. After a fatal error the server closes the connection.
  if (sqlstate_.empty() || ends == "FATAL" || ends == "PANIC") lost_ = true;
  std::string text = shown_ + ": " + trimmed(primary == nullptr ? PQerrorMessage(connection_.get()) : primary);
  if (sqlstate_ == "53100") return fail(ErrorCode::storage, text + "; the server's disk is full: free space there");
  if (sqlstate_ == "XX001" || sqlstate_ == "XX002")
    return fail(ErrorCode::corrupted, text + "; the server's files are damaged: restore them from a backup");
  if (sqlstate_ == "55P03")
    return fail(ErrorCode::busy, text + "; the current writer is in the middle of a commit: try again");
  if (sqlstate_ == "53300") return fail(ErrorCode::busy, text + "; the server has no connection left");
  if (sqlstate_ == "42501") return fail(ErrorCode::storage, text + "; grant the role what it needs in this schema");
  return fail(ErrorCode::storage, text);
}

Result<PostgresRows> PostgresConnection::take(pg_result* result) {
  PostgresRows rows(result);
  switch (PQresultStatus(result)) {
    case PGRES_COMMAND_OK:
    case PGRES_TUPLES_OK:
    case PGRES_SINGLE_TUPLE:
      return rows;
    default:
      return error_of(result);
  }
}

bool PostgresConnection::send_prepared(const char* statement, const PostgresParameters& parameters) {
  // A null pointer would be NULL; empty bytes are a value.
  static const char empty = 0;
  const std::size_t count = parameters.values_.size();
  std::vector<const char*> values(count);
  std::vector<int> lengths(count);
  const std::vector<int> formats(count, 1);
  for (std::size_t i = 0; i < count; ++i) {
    const ByteView value = parameters.values_[i];
    values[i] = value.empty() ? &empty : reinterpret_cast<const char*>(value.data());
    lengths[i] = static_cast<int>(value.size());
  }
  return PQsendQueryPrepared(connection_.get(), statement, static_cast<int>(count), values.data(), lengths.data(),
                             formats.data(), 1) == 1;
}

Result<PostgresRows> PostgresConnection::run(const char* statement, const PostgresParameters& parameters) {
  if (!send_prepared(statement, parameters)) return error_of(nullptr);
  Result<PostgresRows> taken = take(PQgetResult(connection_.get()));
  while (PGresult* more = PQgetResult(connection_.get())) PQclear(more);
  return taken;
}

Result<PostgresRows> PostgresConnection::execute(const std::string& sql) {
  return take(PQexec(connection_.get(), sql.c_str()));
}

Result<std::size_t> PostgresConnection::stream(const std::string& sql,
                                               const std::function<void(const PostgresRows&)>& visit) {
  if (PQsendQuery(connection_.get(), sql.c_str()) != 1 || PQsetSingleRowMode(connection_.get()) != 1)
    return error_of(nullptr);
  std::size_t count = 0;
  Result<void> outcome;
  while (PGresult* result = PQgetResult(connection_.get())) {
    const bool is_row = PQresultStatus(result) == PGRES_SINGLE_TUPLE;
    const auto rows = take(result);
    if (!rows) {
      if (outcome) outcome = fail(rows.error());
      continue;
    }
    if (!is_row) continue;
    ++count;
    visit(*rows);
  }
  if (!outcome) return fail(outcome.error());
  return count;
}

Result<void> PostgresConnection::prepare(const std::vector<PostgresStatement>& statements) {
  PQenterPipelineMode(connection_.get());
  sent_ = true;
  for (const PostgresStatement& statement : statements)
    sent_ = sent_ && PQsendPrepare(connection_.get(), statement.name, statement.sql.c_str(), 0, nullptr) == 1;
  return finish_pipeline();
}

void PostgresConnection::begin_transaction() {
  PQenterPipelineMode(connection_.get());
  // The server's default may be another level or read-only.
  sent_ = PQsendQueryParams(connection_.get(), "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE", 0, nullptr, nullptr,
                            nullptr, nullptr, 1) == 1;
}

void PostgresConnection::send(const char* statement, const PostgresParameters& parameters) {
  sent_ = sent_ && send_prepared(statement, parameters);
}

Result<void> PostgresConnection::commit_transaction() {
  sent_ = sent_ && PQsendQueryParams(connection_.get(), "COMMIT", 0, nullptr, nullptr, nullptr, nullptr, 1) == 1;
  Result<void> done = finish_pipeline();
  if (!done && !is_lost()) static_cast<void>(PostgresRows(PQexec(connection_.get(), "ROLLBACK")));
  return done;
}

// Reads the answers to everything sent; the first failure counts, the others follow from it.
Result<void> PostgresConnection::finish_pipeline() {
  PGconn* raw = connection_.get();
  Result<void> outcome;
  if (!sent_ || PQpipelineSync(raw) != 1) outcome = error_of(nullptr);
  bool synced = false;
  // A null ends the results of one statement; the answer to the sync ends all of them.
  for (bool was_null = false; !synced && PQstatus(raw) != CONNECTION_BAD;) {
    PGresult* result = PQgetResult(raw);
    if (result == nullptr) {
      if (was_null) break;
      was_null = true;
      continue;
    }
    was_null = false;
    const ExecStatusType status = PQresultStatus(result);
    if (status == PGRES_PIPELINE_SYNC || status == PGRES_PIPELINE_ABORTED) {
      synced = status == PGRES_PIPELINE_SYNC;
      PQclear(result);
      continue;
    }
    if (const auto rows = take(result); !rows && outcome) outcome = fail(rows.error());
  }
  if (outcome && !synced) outcome = error_of(nullptr);
  if (PQexitPipelineMode(raw) != 1 && outcome) outcome = error_of(nullptr);
  return outcome;
}

bool PostgresConnection::is_lost() const { return lost_ || PQstatus(connection_.get()) == CONNECTION_BAD; }

bool PostgresConnection::is_reusable() const {
  return !is_lost() && PQtransactionStatus(connection_.get()) == PQTRANS_IDLE;
}

std::string bytea_literal(ByteView key) { return "'\\x" + to_hex(key) + "'::bytea"; }

}  // namespace icn::backends::detail
