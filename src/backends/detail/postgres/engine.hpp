// The part of libpq that both stores need: connections set up consistently, prepared statements with binary parameters,
// transactions sent in one go, and results.
//
// A Connection is used by one thread at a time and never reconnects automatically: after a failure, is_lost() returns
// whether it is gone. No error shows a password.
#pragma once
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "backends/detail/postgres/location.hpp"
#include "core/bytes.hpp"

struct pg_conn;
struct pg_result;

namespace icn::backends::detail {

// The rows of one result; numbers are bigint, everything is binary.
class PostgresRows {
 public:
  explicit PostgresRows(pg_result* result);
  [[nodiscard]] std::size_t count() const;
  // A view is valid as long as the rows.
  [[nodiscard]] ByteView bytes(std::size_t row, int column) const;
  [[nodiscard]] std::uint64_t number(std::size_t row, int column) const;

 private:
  struct Clear {
    void operator()(pg_result* result) const;
  };
  std::unique_ptr<pg_result, Clear> result_;
};

// The parameters $1, $2, … of a statement. Views must live until the statement was sent.
class PostgresParameters {
 public:
  PostgresParameters& add(ByteView bytes);
  PostgresParameters& add(std::uint64_t number);                           // bigint
  PostgresParameters& add_array(const std::vector<ByteView>& items);       // bytea[]
  PostgresParameters& add_array(const std::vector<std::uint64_t>& items);  // bigint[]

 private:
  friend class PostgresConnection;
  ByteView keep(Bytes bytes);
  std::vector<ByteView> values_;
  std::deque<Bytes> owned_;
};

struct PostgresStatement {
  const char* name;
  std::string sql;
};

class PostgresConnection {
 public:
  // Connects and sets up the session: commits wait until they are durable, names are those of the location's schema.
  // Errors: unsupported (a server older than 13, or one with fsync off), storage.
  [[nodiscard]] static Result<PostgresConnection> open(const PostgresLocation& location);

  [[nodiscard]] Result<void> prepare(const std::vector<PostgresStatement>& statements);
  // Runs a prepared statement. Errors: corrupted, busy (a lock or a connection was not available), storage.
  [[nodiscard]] Result<PostgresRows> run(const char* statement, const PostgresParameters& parameters = {});
  // Runs SQL without parameters, possibly several statements; returns the last one's result.
  [[nodiscard]] Result<PostgresRows> execute(const std::string& sql);
  // Runs SQL whose last statement returns binary rows and passes them to `visit` one by one as they arrive: memory
  // holds one. Returns their number. `visit` receives every row and ignores those it does not need.
  [[nodiscard]] Result<std::size_t> stream(const std::string& sql,
                                           const std::function<void(const PostgresRows& row)>& visit);

  // Between begin() and commit(), statements are sent without waiting for their answers.
  void begin_transaction();
  void send(const char* statement, const PostgresParameters& parameters);
  // Commits; the first failure of any statement is the transaction's, and nothing of it is kept. If the connection is
  // lost here, whether it was committed is unknown.
  [[nodiscard]] Result<void> commit_transaction();

  [[nodiscard]] bool is_lost() const;
  // Whether the next user can use it like a fresh one: connected, and in no transaction.
  [[nodiscard]] bool is_reusable() const;
  // The state of the last failure that the server reported, or empty.
  [[nodiscard]] const std::string& sqlstate() const { return sqlstate_; }
  // Database and schema, for display.
  [[nodiscard]] const std::string& shown() const { return shown_; }

 private:
  struct Finish {
    void operator()(pg_conn* connection) const;
  };
  PostgresConnection(pg_conn* connection, std::string shown) : connection_(connection), shown_(std::move(shown)) {}
  [[nodiscard]] Result<PostgresRows> take(pg_result* result);
  [[nodiscard]] tl::unexpected<Error> error_of(const pg_result* result);
  [[nodiscard]] Result<void> set_up(const std::string& schema);
  [[nodiscard]] bool send_prepared(const char* statement, const PostgresParameters& parameters);
  [[nodiscard]] Result<void> finish_pipeline();

  std::unique_ptr<pg_conn, Finish> connection_;
  std::string shown_;
  std::string sqlstate_;
  bool sent_ = true;  // whether everything of the open transaction was sent
  bool lost_ = false;
};

// `key` as an SQL literal.
[[nodiscard]] std::string bytea_literal(ByteView key);

}  // namespace icn::backends::detail
