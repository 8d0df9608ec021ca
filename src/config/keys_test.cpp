// Goal: each key is set by option or variable, checked before it is used, and docs/CONFIG.md matches the table.
#include "config/keys.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "dag/usage.hpp"
#include "testing/documents.hpp"

namespace icn::config {
namespace {

Environment environment_of(std::map<std::string, std::string, std::less<>> variables) {
  return [variables = std::move(variables)](std::string_view name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    if (found == variables.end()) return std::nullopt;
    return found->second;
  };
}

TEST(Keys, TheOptionGoesBeforeTheVariable) {
  const Environment environment = environment_of({{"ICN_STORAGE_DAG", "sqlite:b.db"}});
  const auto by_option = given_value(Key::storage_dag, "sqlite:a.db", environment);
  ASSERT_TRUE(by_option && *by_option);
  EXPECT_EQ((*by_option)->value, "sqlite:a.db");
  EXPECT_EQ((*by_option)->by, "--dag-store");
  const auto by_variable = given_value(Key::storage_dag, std::nullopt, environment);
  ASSERT_TRUE(by_variable && *by_variable);
  EXPECT_EQ((*by_variable)->value, "sqlite:b.db");
  EXPECT_EQ((*by_variable)->by, "ICN_STORAGE_DAG");
  EXPECT_FALSE(given_value(Key::storage_state, std::nullopt, environment)->has_value());
}

TEST(Keys, AnEmptyVariableIsNone) {
  EXPECT_FALSE(given_value(Key::storage_state, std::nullopt, environment_of({{"ICN_STORAGE_STATE", ""}}))->has_value());
}

TEST(Keys, AnUnknownBackendIsRefusedWithThoseThatThereAre) {
  const auto given =
      given_value(Key::storage_state, std::nullopt, environment_of({{"ICN_STORAGE_STATE", "sqlight:x"}}));
  ASSERT_FALSE(given);
  EXPECT_EQ(given.error().code, ErrorCode::invalid_argument);
  EXPECT_TRUE(given.error().detail.starts_with("ICN_STORAGE_STATE: 'sqlight' is not a state_store"))
      << given.error().detail;
  EXPECT_NE(given.error().detail.find("memory"), std::string::npos);
}

TEST(Keys, AValueWithoutALocationOrWithControlCharactersIsRefused) {
  for (const std::string value : {"sqlite", "sqlite:", "sqlite:a\nb", ""}) {
    const auto given = given_value(Key::storage_dag, value, environment_of({}));
    ASSERT_FALSE(given) << value;
    EXPECT_TRUE(given.error().detail.starts_with("--dag-store: ")) << given.error().detail;
  }
  EXPECT_TRUE(given_value(Key::storage_dag, "memory", environment_of({})));
}

TEST(Keys, AQuotaIsANumberOfBytes) {
  EXPECT_TRUE(given_value(Key::storage_quota, std::nullopt, environment_of({{"ICN_STORAGE_QUOTA", "20GiB"}})));
  EXPECT_EQ(dag::parse_bytes(key_row(Key::storage_quota).fallback).value(), dag::Quota{}.bytes);
  const auto given = given_value(Key::storage_quota, std::nullopt, environment_of({{"ICN_STORAGE_QUOTA", "5KB"}}));
  ASSERT_FALSE(given);
  EXPECT_TRUE(given.error().detail.starts_with("ICN_STORAGE_QUOTA: ")) << given.error().detail;
}

TEST(Keys, EveryRowHasItsOwnNamesAndADefaultThatHolds) {
  std::set<std::string_view> names;
  for (const KeyRow& row : kKeyTable) {
    EXPECT_TRUE(names.insert(row.name).second);
    EXPECT_TRUE(names.insert(row.variable).second);
    EXPECT_TRUE(row.option.empty() || names.insert(row.option).second);
    EXPECT_TRUE(row.check(row.fallback)) << row.name;
    EXPECT_FALSE(row.doc.empty());
  }
}

TEST(Keys, TheDocumentIsWhatTheTableSays) { testing::expect_document("docs/CONFIG.md", keys_markdown()); }

}  // namespace
}  // namespace icn::config
