// Goal: each row of the table has its own names and defaults that hold, and the documents match the table.
#include "config/keys.hpp"

#include <gtest/gtest.h>

#include <set>

#include "config/configuration.hpp"
#include "dag/usage.hpp"
#include "testing/documents.hpp"

namespace icn::config {
namespace {

TEST(Keys, EveryRowHasItsOwnNamesAndDefaultsThatHold) {
  std::set<std::string_view> names;
  for (const KeyRow& row : kKeyTable) {
    EXPECT_TRUE(names.insert(row.name).second);
    EXPECT_TRUE(names.insert(row.variable).second);
    EXPECT_TRUE(row.option.empty() || names.insert(row.option).second);
    for (const EnvironmentType environment : kEnvironments)
      EXPECT_TRUE(check_value(row, fallback_of(row, environment))) << row.name;
    EXPECT_FALSE(row.doc.empty());
    EXPECT_EQ(row.type == ValueType::number, !row.unit.empty()) << row.name;
    EXPECT_EQ(row.type == ValueType::choice, !row.words.empty()) << row.name;
    EXPECT_LE(row.min, row.max);
    EXPECT_EQ(find_key(row.name), &row);
  }
  EXPECT_EQ(find_key("storage"), nullptr);
}

TEST(Keys, AnUnknownBackendIsRefusedWithThoseThatThereAre) {
  const auto checked = check_value(key_row(Key::storage_state), "sqlight:x");
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().code, ErrorCode::invalid_argument);
  EXPECT_TRUE(checked.error().detail.starts_with("'sqlight' is not a state_store")) << checked.error().detail;
  EXPECT_NE(checked.error().detail.find("memory"), std::string::npos);
}

TEST(Keys, AUrlHasALocationAndNoControlCharacters) {
  for (const std::string_view value : {"sqlite", "sqlite:", "sqlite:a\nb", ""})
    EXPECT_FALSE(check_value(key_row(Key::storage_dag), value)) << value;
  EXPECT_TRUE(check_value(key_row(Key::storage_dag), "memory"));
}

TEST(Keys, AQuotaIsANumberOfBytes) {
  EXPECT_TRUE(check_value(key_row(Key::storage_quota), "20GiB"));
  EXPECT_FALSE(check_value(key_row(Key::storage_quota), "5KB"));
  EXPECT_EQ(dag::parse_bytes(key_row(Key::storage_quota).fallback).value(), dag::Quota{}.bytes);
}

TEST(Keys, AMeshNetworkServiceIsOneOfThisBuild) {
  EXPECT_TRUE(check_value(key_row(Key::network_service), "standalone"));
  EXPECT_FALSE(check_value(key_row(Key::network_service), "stub"));
}

TEST(Keys, AListenAddressHasANumericPortAndBracketsAroundIpv6) {
  EXPECT_EQ(parse_listen_address("127.0.0.1:7845")->port, 7845U);
  EXPECT_EQ(parse_listen_address("[::1]:0")->address, "::1");
  for (const std::string_view wrong : {"", ":", "127.0.0.1", "127.0.0.1:", ":7845", "::1:7845", "[]:1", "[::1]",
                                       "127.0.0.1:70000", "127.0.0.1:-1", "127.0.0.1:1x"})
    EXPECT_FALSE(parse_listen_address(wrong)) << wrong;
  EXPECT_TRUE(check_value(key_row(Key::http_listen), "127.0.0.1:1,[::1]:2"));
  EXPECT_FALSE(check_value(key_row(Key::http_listen), "127.0.0.1:1,nowhere"));
}

// The example with every comment of a key removed is a valid configuration: that of the defaults.
TEST(Keys, TheExampleIsAFileOfDefaults) {
  std::string text = example_file();
  for (const KeyRow& row : kKeyTable) {
    const std::size_t dot = row.name.find('.');
    const std::string name(row.name.substr(dot == std::string_view::npos ? 0 : dot + 1));
    const std::size_t at = text.find("\n#" + name + " = ");
    ASSERT_NE(at, std::string::npos) << row.name;
    text.erase(at + 1, 1);
  }
  const auto read = Configuration::read({.file = ConfigFile{"example", text}});
  ASSERT_TRUE(read) << read.error().detail;
  for (const KeyRow& row : kKeyTable) {
    EXPECT_EQ((*read)[row.key].value, row.fallback) << row.name;
    EXPECT_EQ((*read)[row.key].source, Source::file) << row.name;
  }
}

TEST(Keys, TheDocumentsAreWhatTheTableSays) {
  testing::expect_document("docs/CONFIG.md", keys_markdown());
  testing::expect_document("docs/icn.example.toml", example_file());
}

}  // namespace
}  // namespace icn::config
