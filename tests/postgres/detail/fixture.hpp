// Stores on the tests' PostgreSQL server, each test in its own schema, and a count of the actual writes.
#pragma once
#include <gtest/gtest.h>

#include <map>

#include "../../contract/support.hpp"
#include "ports/shared_store.hpp"
#include "postgres_server.hpp"

namespace icn::contract {

class PostgresTest : public testing::Test {
 protected:
  using Server = support::PostgresServer;

  // As a URL of the registry; `more` adds keywords. `host` is the server's own socket folder or a proxy's.
  [[nodiscard]] std::string url(const std::string& more = "", const std::string& host = "") const {
    return "postgres:host=" + (host.empty() ? server_.folder().string() : host) +
           " user=icn dbname=postgres schema=" + schema_ + " " + more;
  }
  // As the writer, whichever that is now.
  [[nodiscard]] std::unique_ptr<ports::StateStore> open_state(const std::string& more = "",
                                                              const std::string& host = "") const {
    return claimed(backends::state_store::open(url(more, host)));
  }
  [[nodiscard]] std::unique_ptr<ports::DagStore> open_dag(const std::string& more = "",
                                                          const std::string& host = "") const {
    return claimed(backends::dag_store::open(url(more, host)));
  }
  template <class Store>
  [[nodiscard]] static std::unique_ptr<Store> claimed(Result<std::unique_ptr<Store>> opened) {
    if (opened) {
      if (const auto done = ports::claim(**opened, {"", ports::TakeOver::yes}); !done) opened = fail(done.error());
    }
    if (!opened) ADD_FAILURE() << opened.error().detail;
    return opened ? *std::move(opened) : nullptr;
  }
  // SQL whose names refer to this test's schema.
  std::string sql(const std::string& text) const {
    return server_.execute("SET search_path = " + schema_ + "; " + text);
  }
  void cut_all() const {
    server_.execute("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = 'icn'");
  }

  // Makes the server record every committed write of a pair from now on.
  void count_writes() const {
    sql("CREATE TABLE written(key bytea); "
        "CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN INSERT INTO written VALUES (NEW.key); RETURN NULL; END $$; "
        "CREATE TRIGGER note AFTER INSERT OR UPDATE ON icn_state FOR EACH ROW EXECUTE FUNCTION note()");
  }
  // The number of keys written, and the number of those written more than once.
  [[nodiscard]] std::uint64_t keys_written() const { return number("SELECT count(DISTINCT key) FROM written"); }
  [[nodiscard]] std::uint64_t written_twice() const {
    return number("SELECT count(*) FROM (SELECT key FROM written GROUP BY key HAVING count(*) > 1) AS twice");
  }
  [[nodiscard]] std::uint64_t number(const std::string& query) const { return std::stoull(sql(query)); }

  static ports::Batch batch_of(const std::string& key, const std::string& value = "x") {
    ports::Batch batch;
    batch.put(bytes_of(key), bytes_of(value));
    return batch;
  }
  static Result<std::uint64_t> commit(ports::StateStore& store, const std::string& key,
                                      const std::string& value = "x") {
    const ports::Batch batch = batch_of(key, value);
    return store.commit({&batch, 1});
  }

  Server& server_ = Server::shared();
  const std::string schema_ = "t" + std::to_string(number_of_tests_++);

 private:
  static inline int number_of_tests_ = 0;
};

}  // namespace icn::contract
