// Help of every command, and the files of docs/ that derive from the tables.
#include "cli/help.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "cli/completion.hpp"
#include "cli/interrupt.hpp"
#include "cli/words.hpp"
#include "testing/documents.hpp"

namespace icn::cli {
namespace {

std::string read(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

TEST(Help, OfEveryCommandShowsUsageOptionsAndAnExample) {
  for (const CommandRow& row : command_table()) {
    SCOPED_TRACE(row.path);
    const std::string text = help_text({&row});
    EXPECT_EQ(text.find(row.summary), 0U);
    EXPECT_NE(text.find("usage: " + usage_of(row)), std::string::npos);
    EXPECT_NE(text.find("example:\n  " + std::string(row.example)), std::string::npos);
    for (const auto rows : {row.options, kGlobalOptions}) {
      for (const OptionRow& option : rows) EXPECT_NE(text.find("  " + std::string(option.name)), std::string::npos);
    }
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 130U) << line;
  }
}

TEST(Interrupt, EveryRowIsOfACommand) {
  std::size_t rows = 0;
  for (const CommandRow& row : command_table()) rows += interrupt_text(row.path).empty() ? 0 : 1;
  EXPECT_EQ(rows, kInterruptRows);
}

TEST(Help, FitsTheTerminal) {
  for (const std::size_t columns : {std::size_t{40}, std::size_t{80}, std::size_t{100}}) {
    for (const CommandRow& row : command_table()) {
      std::istringstream lines(help_text({&row}, {.columns = columns}));
      for (std::string line; std::getline(lines, line);) {
        // A word longer than a line, and text to be copied as a whole, stay whole.
        const bool whole = line.find("usage:") == 0 || line.find("  icn ") == 0 || line.find("  source") == 0 ||
                           line.find(' ', line.find_first_not_of(' ')) == std::string::npos;
        EXPECT_TRUE(whole || shown_columns(line) <= columns) << row.path << ": " << line;
      }
    }
  }
}

TEST(Help, TheOverviewListsEveryCommandAndAGroupItsOwn) {
  const std::string all = help_text({});
  for (const CommandRow& row : command_table()) {
    EXPECT_NE(all.find("\n  icn " + std::string(row.path)), std::string::npos) << row.path;
  }
  const std::string mana = help_text({nullptr, "mana"});
  EXPECT_NE(mana.find("icn mana audit"), std::string::npos);
  EXPECT_EQ(mana.find("icn job run"), std::string::npos);
}

TEST(Help, AsJsonIsTheTable) {
  const auto json = nlohmann::json::parse(help_json({}));
  ASSERT_EQ(json["commands"].size(), command_table().size());
  for (std::size_t i = 0; i < command_table().size(); ++i) {
    const CommandRow& row = command_table()[i];
    EXPECT_EQ(json["commands"][i]["command"], row.path);
    EXPECT_EQ(json["commands"][i]["schema"], row.schema);
    EXPECT_EQ(json["commands"][i]["options"].size(), row.options.size());
  }
  EXPECT_EQ(json["options"].size(), kGlobalOptions.size());
  EXPECT_EQ(nlohmann::json::parse(help_json({find_command("job logs")}))["commands"][0]["options"][0]["short"], "-f");
}

TEST(Documents, AreWhatTheTablesSay) {
  testing::expect_document("docs/CLI.md", commands_markdown());
  testing::expect_document("docs/ERRORS.md", errors_markdown());
}

TEST(Documents, EverySchemaIsThereAndOfACommand) {
  // Events are for programs that follow a node: no command prints them.
  std::set<std::string> named = {"error", "help", "event_page"};
  for (const CommandRow& row : command_table()) named.insert(std::string(row.schema));
  std::set<std::string> found;
  for (const auto& entry : std::filesystem::directory_iterator("docs/schemas")) {
    found.insert(entry.path().stem().string());
    const auto schema = nlohmann::json::parse(read(entry.path()), nullptr, false);
    ASSERT_TRUE(schema.is_object()) << entry.path();
    EXPECT_EQ(schema["$schema"], "https://json-schema.org/draft/2020-12/schema") << entry.path();
  }
  EXPECT_EQ(found, named);
}

TEST(Completion, EveryScriptNamesEveryCommandAndOption) {
  for (const char* shell : {"bash", "zsh", "fish"}) {
    const auto script = completion_script(shell);
    ASSERT_TRUE(script);
    for (const CommandRow& row : command_table()) {
      for (const std::string_view word : split_words(row.path)) {
        EXPECT_NE(script->find(word), std::string::npos) << shell << ": " << row.path;
      }
      for (const OptionRow& option : row.options) {
        EXPECT_NE(script->find(option.name.substr(2)), std::string::npos) << shell << ": " << option.name;
      }
    }
  }
  const auto other = completion_script("csh");
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().code, ErrorCode::invalid_argument);
  EXPECT_NE(other.error().detail.find("bash, zsh and fish"), std::string::npos);
}

}  // namespace
}  // namespace icn::cli
