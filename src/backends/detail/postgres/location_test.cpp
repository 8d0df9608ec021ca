// Goal: a location is read as libpq reads it, except our own keywords, and no error or description shows a password.
#include "backends/detail/postgres/location.hpp"

#include <gtest/gtest.h>

namespace icn::backends::detail {
namespace {

std::string setting(const PostgresLocation& location, std::string_view keyword) {
  for (const auto& [name, value] : location.settings) {
    if (name == keyword) return value;
  }
  return "";
}

TEST(PostgresLocation, ReadsTheRestOfAUri) {
  const auto read = PostgresLocation::parse(
      "//ann:s%40cret@db.example:5433/coop?sslmode=verify-full&schema=node_a&reconnect_timeout=5&connect_timeout=3");
  ASSERT_TRUE(read) << read.error().detail;
  EXPECT_EQ(setting(*read, "user"), "ann");
  EXPECT_EQ(setting(*read, "password"), "s@cret");
  EXPECT_EQ(setting(*read, "host"), "db.example");
  EXPECT_EQ(setting(*read, "port"), "5433");
  EXPECT_EQ(setting(*read, "dbname"), "coop");
  EXPECT_EQ(setting(*read, "sslmode"), "verify-full");
  EXPECT_EQ(setting(*read, "connect_timeout"), "3");
  EXPECT_EQ(setting(*read, "schema"), "");
  EXPECT_EQ(read->schema, "node_a");
  EXPECT_EQ(read->patience, std::chrono::seconds(5));
  EXPECT_EQ(read->shown, "postgres user=ann dbname=coop host=db.example port=5433 schema=node_a");
}

TEST(PostgresLocation, ReadsAConnectionString) {
  const auto read = PostgresLocation::parse(
      " host = /run/postgresql dbname='our coop' password='it\\'s schema=x' schema=node_b user=o\\ p ");
  ASSERT_TRUE(read) << read.error().detail;
  EXPECT_EQ(setting(*read, "host"), "/run/postgresql");
  EXPECT_EQ(setting(*read, "dbname"), "our coop");
  EXPECT_EQ(setting(*read, "password"), "it's schema=x");
  EXPECT_EQ(setting(*read, "user"), "o p");
  EXPECT_EQ(read->schema, "node_b");
  EXPECT_EQ(read->shown.find("it's"), std::string::npos) << read->shown;
}

TEST(PostgresLocation, HasDefaultsForWhatIsOurs) {
  for (const std::string location : {"//", "///coop", "//host/coop?sslmode=require", "dbname=coop", "service=coop"}) {
    const auto read = PostgresLocation::parse(location);
    ASSERT_TRUE(read) << location << ": " << read.error().detail;
    EXPECT_EQ(read->schema, "icn");
    EXPECT_EQ(read->patience, std::chrono::seconds(60));
  }
}

TEST(PostgresLocation, TakesOurKeywordsFromAnyPlaceOfAUri) {
  for (const std::string query : {"schema=a&sslmode=require", "sslmode=require&schema=a", "schema=a"}) {
    const auto read = PostgresLocation::parse("//host/coop?" + query);
    ASSERT_TRUE(read) << query << ": " << read.error().detail;
    EXPECT_EQ(read->schema, "a");
    EXPECT_EQ(setting(*read, "dbname"), "coop");
  }
}

TEST(PostgresLocation, RefusesSchemasThatAreNoPlainNames) {
  const std::string most(63, 'a');
  EXPECT_TRUE(PostgresLocation::parse("dbname=x schema=" + most));
  for (const std::string& schema : {most + "a", std::string("A"), std::string("a\"b"), std::string("a.b"),
                                    std::string("pg_mine"), std::string("'a b'"), std::string("a;b")}) {
    const auto read = PostgresLocation::parse("dbname=x schema=" + schema);
    ASSERT_FALSE(read) << schema;
    EXPECT_EQ(read.error().code, ErrorCode::invalid_argument);
  }
}

TEST(PostgresLocation, RefusesTimesThatAreNone) {
  EXPECT_EQ(PostgresLocation::parse("dbname=x reconnect_timeout=0")->patience, std::chrono::seconds(0));
  EXPECT_EQ(PostgresLocation::parse("dbname=x reconnect_timeout=86400")->patience, std::chrono::seconds(86'400));
  for (const std::string time : {"86401", "-1", "1s", "99999999999"})
    EXPECT_FALSE(PostgresLocation::parse("dbname=x reconnect_timeout=" + time)) << time;
}

TEST(PostgresLocation, NoErrorShowsAnyPartOfAPassword) {
  // Plausible mistakes with the password "hunter2" or with the form of a location.
  for (const std::string location :
       {"", "hunter2", "ann:hunter2@db/coop", "//ann:hun@ter2@db/coop", "//ann:hun/ter2@db/coop",

        "//ann:hunter2%zz@db/coop", "//ann:hunter2", "//ann:hunter2@db:port/coop", "//db/coop?pasword=hunter2",
        "//db/coop?password=hunter2&sslmod=x", "password=hun ter2 dbname=x", "password='hunter2 dbname=x",
        "pasword=hunter2", "dbname=postgres://ann:hunter2@db/coop", "dbname='password=hunter2'", "//db:hunter2/coop",
        "dbname=x port=hunter2", "//ann:hunter2@db/coop?schema=A", "//ann:hunter2@db/coop?reconnect_timeout=x"}) {
    const auto read = PostgresLocation::parse(location);
    ASSERT_FALSE(read) << location;
    EXPECT_EQ(read.error().code, ErrorCode::invalid_argument);
    EXPECT_EQ(read.error().detail.find("hun"), std::string::npos) << read.error().detail;
    EXPECT_EQ(read.error().detail.find("ter2"), std::string::npos) << read.error().detail;
    EXPECT_NE(read.error().detail.find("postgres://USER@HOST/DATABASE"), std::string::npos)
        << "the accepted forms are missing";
  }
}

TEST(PostgresLocation, APasswordMayHoldAQuestionMark) {
  const auto read = PostgresLocation::parse("//ann:hun?ter2@db/coop?schema=a");
  ASSERT_TRUE(read) << read.error().detail;
  EXPECT_EQ(setting(*read, "password"), "hun?ter2");
  EXPECT_EQ(read->shown, "postgres user=ann dbname=coop host=db schema=a");
}

TEST(PostgresLocation, ANulByteIsRefused) {
  EXPECT_FALSE(PostgresLocation::parse(std::string_view("dbname=x\0y", 10)));
}

}  // namespace
}  // namespace icn::backends::detail
