#include "cli/hints.hpp"

#include <gtest/gtest.h>

#include <regex>

#include "cli/command.hpp"

namespace icn::cli {
namespace {

bool is_option(const std::string& name) {
  const auto in = [&](std::span<const OptionRow> rows) {
    return std::any_of(rows.begin(), rows.end(), [&](const OptionRow& row) { return row.name == name; });
  };
  const auto table = command_table();
  return in(kGlobalOptions) ||
         std::any_of(table.begin(), table.end(), [&](const auto& row) { return in(row.options); });
}

std::vector<std::string> matches_of(const std::string& pattern, std::string_view text) {
  const std::regex regex(pattern);
  const std::string all(text);
  std::vector<std::string> found;
  for (std::sregex_iterator at(all.begin(), all.end(), regex), end; at != end; ++at) found.push_back((*at)[1]);
  return found;
}

TEST(Hints, NameOnlyCommandsAndOptionsThatThereAre) {
  for (const HintRow& row : hint_table()) {
    for (const std::string& words : matches_of("`icn (?:--data \\S+ )?([a-z]+(?: [a-z]+)?)", row.text)) {
      const bool known = find_command(words) != nullptr || find_command(words.substr(0, words.find(' '))) != nullptr;
      EXPECT_TRUE(known) << row.rule << ": " << words;
    }
    for (const std::string& option : matches_of("(--[a-z0-9-]+)", row.text)) {
      EXPECT_TRUE(is_option(option)) << row.rule << ": " << option;
    }
  }
}

TEST(Hints, AreChosenByRuleAndSubjectAndNameBoth) {
  EXPECT_EQ(hint_of("max_functions", "module"), "--limit max_functions=NUMBER asks for more");
  EXPECT_EQ(hint_of("max_functions", ""), "") << "the scope's own bound, which no option raises";
  EXPECT_EQ(hint_of("no_node", "/a folder"), "`icn --data /a folder init` creates one");
  EXPECT_EQ(hint_of("job_runs", "{subject}"),
            "`icn job logs -f {subject}` follows it, `icn job cancel {subject}` stops it");
  EXPECT_EQ(hint_of("", ""), "");
  EXPECT_EQ(hint_of("unheard_of", "x"), "");
}

TEST(Hints, EndTheErrorOfACommand) {
  EXPECT_EQ(hint_line({ErrorCode::not_found, "gone", "not_pinned", "x"}),
            "icn: hint: `icn dag pins` lists what is pinned\n");
  EXPECT_EQ(hint_line({ErrorCode::not_found, "gone"}), "");
}

}  // namespace
}  // namespace icn::cli
