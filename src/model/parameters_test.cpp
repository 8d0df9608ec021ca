// Goal: a parameter is bounded as its row says, read by its key, set by its name, and used somewhere.
#include "model/parameters.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "ipld/cid.hpp"
#include "model/did.hpp"
#include "testing/documents.hpp"

namespace icn::model {
namespace {

std::string read(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

TEST(Parameters, EveryRowHasANameOfItsOwnAndItsDefault) {
  const Parameters defaults;
  std::set<std::string_view> names;
  for (const ParameterRow& row : parameter_table()) {
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
    EXPECT_FALSE(row.unit.empty() || row.affects.empty() || row.doc.empty()) << row.name;
    EXPECT_EQ(defaults[row.key], row.fallback) << row.name;
    const bool is_number = row.type == ParameterType::whole_number;
    EXPECT_EQ(defaults.text(row.name), is_number ? std::to_string(row.fallback) : "") << row.name;
  }
}

TEST(Parameters, EveryRowHoldsWithinItsBoundsAndIsRefusedBeyondThem) {
  for (const ParameterRow& row : parameter_table()) {
    if (row.type != ParameterType::whole_number) continue;
    Parameters parameters;
    for (const std::uint64_t value : {row.min, row.max}) {
      ASSERT_TRUE(parameters.set(row.name, std::to_string(value))) << row.name;
      EXPECT_EQ(parameters[row.key], value) << row.name;
    }
    std::vector<std::string> wrong{"", "x", "-1", "1.5", " 1", "1 ", "0x1", "99999999999999999999"};
    if (row.min > 0) wrong.push_back(std::to_string(row.min - 1));
    if (row.max < UINT64_MAX) wrong.push_back(std::to_string(row.max + 1));
    for (const std::string& text : wrong) {
      const Result<void> refused = parameters.set(row.name, text);
      ASSERT_FALSE(refused) << row.name << " = " << text;
      EXPECT_EQ(refused.error().code, ErrorCode::invalid_argument);
      EXPECT_EQ(refused.error().rule, row.name);
      EXPECT_EQ(parameters[row.key], row.max) << "an error must change nothing";
      EXPECT_EQ(Parameters::from_texts({{std::string(row.name), text}}).error().rule, row.name);
    }
  }
}

std::string entry_text(ParameterType type, std::uint8_t number) {
  if (type == ParameterType::dids) {
    PublicKey key{};
    key[0] = number;
    return Did::of_key(key).to_text();
  }
  return ipld::Cid::of(ipld::Codec::dag_pb, ByteView(&number, 1)).to_text();
}

TEST(Parameters, AListHoldsCanonicalEntriesWithinItsBoundsAndNothingElse) {
  for (const ParameterRow& row : parameter_table()) {
    if (row.type == ParameterType::whole_number) continue;
    const std::string one = entry_text(row.type, 1);
    const std::string two = entry_text(row.type, 2);
    Parameters parameters;
    EXPECT_FALSE(parameters.holds(row.key, one));
    ASSERT_TRUE(parameters.set(row.name, "," + two + "," + one + "," + two)) << row.name;
    EXPECT_EQ(parameters[row.key], 2U) << "each entry once";
    EXPECT_TRUE(parameters.holds(row.key, one) && parameters.holds(row.key, two));
    EXPECT_FALSE(parameters.holds(row.key, entry_text(row.type, 3)));
    EXPECT_TRUE(std::is_sorted(parameters.list(row.key).begin(), parameters.list(row.key).end()));
    Parameters again;
    ASSERT_TRUE(again.set(row.name, *parameters.text(row.name))) << "its text is what set() takes";
    EXPECT_EQ(again.list(row.key), parameters.list(row.key));
    for (const std::string& wrong :
         {std::string("x"), std::string("1"), one + ", " + two, one + two,
          entry_text(row.type == ParameterType::dids ? ParameterType::cids : ParameterType::dids, 1)}) {
      const Result<void> refused = parameters.set(row.name, wrong);
      ASSERT_FALSE(refused) << row.name << " = " << wrong;
      EXPECT_EQ(refused.error().rule, row.name);
      EXPECT_EQ(parameters[row.key], 2U) << "an error must change nothing";
    }
    std::string most;
    for (std::uint8_t number = 0; number < row.max; ++number) most += entry_text(row.type, number) + ",";
    most.pop_back();
    EXPECT_LE(most.size(), 4'096U) << "a proposal's value has at most as many bytes";
    ASSERT_TRUE(parameters.set(row.name, most));
    EXPECT_EQ(parameters[row.key], row.max);
    EXPECT_EQ(parameters.set(row.name, most + "," + entry_text(row.type, 255)).error().rule, row.name);
    ASSERT_TRUE(parameters.set(row.name, ""));
    EXPECT_EQ(parameters.text(row.name), "");
  }
}

TEST(Parameters, AnUnknownNameIsNotSetAndATextOfTheScopesOwnIsKept) {
  Parameters parameters;
  const Result<void> refused = parameters.set("fee", "3");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::not_found);
  EXPECT_EQ(refused.error().rule, "parameter_name");
  EXPECT_FALSE(parameters.text("fee"));

  const Parameters own = Parameters::from_texts({{"fee", "three"}, {"dag_retention_days", "007"}}).value();
  EXPECT_EQ(own.text("fee"), "three");
  EXPECT_EQ(own[ParameterKey::dag_retention_days], 7U);
  EXPECT_EQ(own.text("dag_retention_days"), "7");
  EXPECT_FALSE(own.text("motto"));
}

TEST(Parameters, AScopeLowersWhatAJobMayAskFor) {
  const Parameters lower = Parameters::from_texts({{"max_memory_pages", "200"}}).value();
  LimitsAsked asked;
  const std::size_t row = *find_limit("max_memory_pages");
  EXPECT_EQ(effective_limits(asked, lower.limit_maxima()).value(), WasmSecurityLimits{});
  asked.values[row] = 200;
  EXPECT_EQ(effective_limits(asked, lower.limit_maxima())->max_memory_pages, 200U);
  asked.values[row] = 201;
  EXPECT_EQ(effective_limits(asked, lower.limit_maxima()).error().rule, "max_memory_pages");
  EXPECT_EQ(effective_limits(asked)->max_memory_pages, 201U) << "an order of another scope is still read";
}

// A row that no source reads is a rule without effect. The limits are read together.
TEST(Parameters, EveryRowIsReadByASource) {
  std::string sources;
  for (const auto& file : std::filesystem::recursive_directory_iterator("src")) {
    const std::string path = file.path().string();
    if (!path.ends_with(".cpp") || path.ends_with("_test.cpp") || path.ends_with("model/parameters.cpp")) continue;
    sources += read(path);
  }
  EXPECT_NE(sources.find(".limit_maxima()"), std::string::npos);
  for (const ParameterRow& row : parameter_table()) {
    if (row.key >= ParameterKey::first_limit) break;
    EXPECT_NE(sources.find("Key::" + std::string(row.name)), std::string::npos) << "nothing reads " << row.name;
  }
}

TEST(Documents, ParametersAreWhatTheTableSays) {
  testing::expect_document("docs/PARAMETERS.md", parameters_markdown());
}

}  // namespace
}  // namespace icn::model
