// Tables and paragraphs: laid out for the terminal that a test describes, and uncut without one.
#include "cli/table.hpp"

#include <gtest/gtest.h>

namespace icn::cli {
namespace {

Table table_on(const Look& look) {
  Table table({{"#", Align::right}, {"PROGRAM", Align::left, true}, {"STATE"}}, look);
  table.add({"7", "word_count", {"completed", Style::good}});
  table.add({"123", "näh\x1b[31m", "trap"});
  return table;
}

TEST(Table, HasItsColumnsAndMakesWhatOthersWroteVisible) {
  EXPECT_EQ(table_on({}).text(),
            "  #  PROGRAM      STATE\n"
            "  7  word_count   completed\n"
            "123  näh\\x1b[31m  trap\n");
}

TEST(Table, NoLineEndsWithSpaces) {
  Table table({{"NAME"}, {"STATE"}, {"WHY"}}, {});
  table.add({"disk", "ready", ""});
  EXPECT_EQ(table.text(), "NAME  STATE  WHY\ndisk  ready\n");
}

TEST(Table, IsCutToTheTerminalAndStyledThere) {
  EXPECT_EQ(table_on({.columns = 22}).text(),
            "  #  PROGR…  STATE\n"
            "  7  word_…  completed\n"
            "123  näh\\x…  trap\n");
  const std::string styled_text = table_on({.columns = 80, .colours = true}).text();
  EXPECT_NE(styled_text.find("\033[32mcompleted\033[0m"), std::string::npos);
}

TEST(Table, ARowThatDoesNotFitContinuesBelowWhereTheCutColumnHasRoomAgain) {
  EXPECT_EQ(table_on({.columns = 20}).text(),
            "  #  PROGRAM\n"
            "    STATE\n"
            "  7  word_count\n"
            "    completed\n"
            "123  näh\\x1b[31m\n"
            "    trap\n");
  Table table({{"NAME"}, {"WHAT", Align::left, true}}, {.columns = 16});
  table.add({"max_functions", "the most functions"});
  EXPECT_EQ(table.text(),
            "NAME\n"
            "    WHAT\n"
            "max_functions\n"
            "    the most fu…\n");
}

TEST(Terminal, ParagraphsAreWrappedAtWords) {
  EXPECT_EQ(wrapped("one two three", 0), "one two three");
  EXPECT_EQ(wrapped("one two three", 7), "one two\nthree");
  EXPECT_EQ(wrapped("one two three", 9, 4), "one\n    two\n    three");
}

TEST(Terminal, IdsAreBriefWhereTheyAreRead) {
  const ipld::Cid cid;
  EXPECT_EQ(id_text(cid, {}), cid.to_text());
  EXPECT_EQ(id_text(cid, {.brief_ids = true}), cid.to_text().substr(0, kBriefIdLength));
}

}  // namespace
}  // namespace icn::cli
