#include "cli/parse.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "cli/words.hpp"

namespace icn::cli {
namespace {

using Words = std::vector<std::string>;

Invocation parsed(const Words& words) {
  auto result = parse(words);
  EXPECT_TRUE(result) << (result ? "" : result.error().detail);
  if (!result || !std::holds_alternative<Invocation>(*result)) return {};
  return std::get<Invocation>(std::move(*result));
}

std::string refused(const Words& words) {
  const auto result = parse(words);
  EXPECT_FALSE(result);
  if (result) return "";
  EXPECT_EQ(result.error().code, ErrorCode::invalid_argument);
  return result.error().detail;
}

#define EXPECT_CONTAINS(text, part) EXPECT_NE((text).find(part), std::string::npos) << (text)

TEST(Parse, OptionsMayStandAnywhereBeforeTheDashes) {
  const Invocation run = parsed({"--data", "D", "job", "--verbose", "run", "--json", "--fuel", "7", "p.wasm", "a",
                                 "--input", "f", "b", "--input=g", "--", "--fuel", "--"});
  ASSERT_NE(run.command, nullptr);
  EXPECT_EQ(run.command->path, "job run");
  EXPECT_EQ(run.arguments, (Words{"p.wasm", "a", "b", "--fuel", "--"}));
  EXPECT_EQ(run.text("--data"), "D");
  EXPECT_EQ(run.texts("--input"), (Words{"f", "g"}));
  EXPECT_EQ(run.number("--fuel").value(), 7U);
  EXPECT_TRUE(run.wants_json());
  EXPECT_FALSE(run.has("--report"));
  EXPECT_EQ(run.number("--cost").value(), std::nullopt);
}

TEST(Parse, ArgumentsKeepTheirBytes) {
  const Words given = {"[1,2]", "{}", "[]", "%%", "", "a b", "-", "-5", "a=b", "\xff", "[[1],[2]]"};
  Words words = {"job", "run", "p.wasm"};
  words.insert(words.end(), given.begin(), given.end());
  Words expected = {"p.wasm"};
  expected.insert(expected.end(), given.begin(), given.end());
  EXPECT_EQ(parsed(words).arguments, expected);
}

TEST(Parse, AnOptionTakesOneValueAndNeverTheNextOption) {
  EXPECT_EQ(parsed({"job", "run", "--input", "f", "p.wasm"}).arguments, Words{"p.wasm"});
  EXPECT_EQ(parsed({"job", "run", "p.wasm", "--input", "-"}).texts("--input"), Words{"-"});
  EXPECT_EQ(parsed({"job", "run", "p.wasm", "--input=--x"}).texts("--input"), Words{"--x"});
  EXPECT_CONTAINS(refused({"job", "run", "p.wasm", "--input", "--json"}), "--input needs a value: --input FILE");
  EXPECT_CONTAINS(refused({"job", "run", "p.wasm", "--input"}), "--input needs a value: --input FILE");
  EXPECT_CONTAINS(refused({"job", "run", "p.wasm", "--fuel", "--", "5"}), "--fuel needs a value: --fuel N");
  EXPECT_CONTAINS(refused({"job", "list", "--data="}), "--data: its value is empty");
  EXPECT_CONTAINS(refused({"job", "list", "--data", ""}), "--data: its value is empty");
  EXPECT_CONTAINS(refused({"job", "list", "--json=yes"}), "--json takes no value");
}

TEST(Parse, AnOptionGivenTwiceIsRefusedUnlessItMayBe) {
  EXPECT_CONTAINS(refused({"job", "run", "p.wasm", "--fuel", "1", "a", "--fuel=2"}), "--fuel was given twice");
  EXPECT_CONTAINS(refused({"--data", "a", "job", "list", "--data", "b"}), "--data was given twice");
  EXPECT_EQ(parsed({"job", "run", "p.wasm", "--grant", "spend", "--grant", "submit"}).texts("--grant"),
            (Words{"spend", "submit"}));
  EXPECT_TRUE(parsed({"job", "list", "--json", "--json"}).wants_json());
}

TEST(Parse, ShortNamesAreTheirLongOnes) {
  EXPECT_TRUE(parsed({"job", "logs", "-f", "bafy"}).has("--follow"));
  EXPECT_TRUE(parsed({"job", "logs", "bafy", "--follow"}).has("--follow"));
}

TEST(Parse, NumbersAreWholeAndWithinTheirBounds) {
  const auto number = [](const std::string& text, std::uint64_t max = UINT64_MAX) {
    return parsed({"job", "run", "p.wasm", "--fuel=" + text}).number("--fuel", max);
  };
  EXPECT_EQ(number("0").value(), 0U);
  EXPECT_EQ(number("0007").value(), 7U);
  EXPECT_EQ(number("18446744073709551615").value(), UINT64_MAX);
  EXPECT_EQ(number("10000", 10'000).value(), 10'000U);
  for (const char* bad :
       {"18446744073709551616", "99999999999999999999999", "-1", "+1", "1.0", "1e9", "0x10", " 1", "1 ", "one"}) {
    const auto result = number(bad);
    ASSERT_FALSE(result) << bad;
    EXPECT_EQ(result.error().code, ErrorCode::invalid_argument);
    EXPECT_CONTAINS(result.error().detail, "--fuel: '" + std::string(bad) + "'");
    EXPECT_CONTAINS(result.error().detail, "18446744073709551615");
  }
  const auto above = number("10001", 10'000);
  ASSERT_FALSE(above);
  EXPECT_CONTAINS(above.error().detail, "from 0 to 10000");
}

TEST(Parse, AMisspeltOptionIsRefusedWithTheOneThatWasMeant) {
  const std::string inptu = refused({"job", "run", "p.wasm", "--inptu", "x"});
  EXPECT_CONTAINS(inptu, "'icn job run' has no option --inptu; did you mean --input?");
  EXPECT_CONTAINS(inptu, "The program's own options come after `--`");
  EXPECT_CONTAINS(inptu, "usage: icn job run PROGRAM.wasm [ARGS…] [options]");
  EXPECT_CONTAINS(refused({"job", "list", "--jsno"}), "did you mean --json?");
  EXPECT_CONTAINS(refused({"job", "list", "--input", "x"}), "'icn job list' has no option --input");
  const std::string far = refused({"mana", "audit", "--frobnicate=1"});
  EXPECT_CONTAINS(far, "has no option --frobnicate\n");
  EXPECT_EQ(far.find("did you mean"), std::string::npos);
  EXPECT_EQ(far.find("The program's own"), std::string::npos);
  EXPECT_CONTAINS(refused({"job", "run", "p.wasm", "-x"}), "has no option -x");
}

TEST(Parse, AnUnknownCommandIsRefusedWithWhatMayHaveBeenMeant) {
  EXPECT_CONTAINS(refused({"job", "rnu", "p.wasm"}), "'icn job rnu' is not a command; did you mean 'icn job run'?");
  EXPECT_CONTAINS(refused({"jbo", "run"}), "did you mean 'icn job run'?");
  EXPECT_CONTAINS(refused({"run", "p.wasm"}), "'icn run' is not a command; did you mean 'icn job run'?");
  EXPECT_CONTAINS(refused({"verison"}), "did you mean 'icn version'?");
  EXPECT_CONTAINS(refused({"job"}), "'icn job' needs one of: run, submit,");
  const std::string seven = refused({"job", "7"});
  EXPECT_CONTAINS(seven, "'icn job 7' is not a command\n");
  EXPECT_CONTAINS(refused({"mana", "frobnicate"}), "After 'icn mana' there are: balance, history, statement, audit");
  const std::string far = refused({"frobnicate", "it", "all"});
  EXPECT_CONTAINS(far, "'icn frobnicate' is not a command");
  EXPECT_EQ(far.find("did you mean"), std::string::npos);
  EXPECT_CONTAINS(refused({"--json"}), "no command was given");
}

TEST(Parse, TooFewOrTooManyArgumentsAreRefusedByName) {
  EXPECT_CONTAINS(refused({"job", "run"}), "missing argument: PROGRAM.wasm");
  EXPECT_CONTAINS(refused({"job", "describe"}), "missing argument: JOB");
  EXPECT_CONTAINS(refused({"job", "describe", "a", "b"}), "unexpected argument 'b'");
  EXPECT_CONTAINS(refused({"mana", "audit", "now"}), "unexpected argument 'now'");
}

TEST(Parse, JsonAndTheCommandAreKnownEvenOfWordsThatAreRefused) {
  EXPECT_TRUE(asks_for_json(Words{"job", "run", "--nope", "--json"}));
  EXPECT_FALSE(asks_for_json(Words{"job", "run", "p.wasm", "--", "--json"}));
  EXPECT_FALSE(asks_for_json(Words{}));
  EXPECT_EQ(named_command(Words{"--data", "run", "job", "wait", "--nope"})->path, "job wait");
  // A word of a program's arguments names no command.
  EXPECT_EQ(named_command(Words{"dag", "put", "run"})->path, "dag put");
  EXPECT_EQ(named_command(Words{"job", "rnu"}), nullptr);
}

TEST(Parse, HelpIsAskedForInEveryWayThatPeopleTry) {
  const auto help = [](const Words& words) {
    const auto result = parse(words);
    EXPECT_TRUE(result && std::holds_alternative<HelpRequest>(*result));
    return result && std::holds_alternative<HelpRequest>(*result) ? std::get<HelpRequest>(*result) : HelpRequest{};
  };
  EXPECT_EQ(help({}).command, nullptr);
  EXPECT_EQ(help({"--help"}).group, "");
  EXPECT_EQ(help({"job", "--help"}).group, "job");
  EXPECT_EQ(help({"help", "job"}).group, "job");
  EXPECT_EQ(help({"help", "job", "run"}).command, find_command("job run"));
  EXPECT_EQ(help({"job", "run", "-h"}).command, find_command("job run"));
  EXPECT_EQ(help({"job", "run", "--nope", "--help"}).command, find_command("job run"));
  EXPECT_EQ(parsed({"job", "run", "p.wasm", "--", "--help"}).arguments, (Words{"p.wasm", "--help"}));
  EXPECT_CONTAINS(refused({"frobnicate", "--help"}), "is not a command");
  EXPECT_EQ(parsed({"--version"}).command, find_command("version"));
}

TEST(CommandTable, EveryRowIsWholeAndItsExampleParses) {
  std::set<std::string_view> paths;
  for (const CommandRow& row : command_table()) {
    SCOPED_TRACE(row.path);
    EXPECT_TRUE(paths.insert(row.path).second);
    EXPECT_FALSE(row.summary.empty());
    EXPECT_TRUE(row.doc.ends_with("."));
    EXPECT_NE(row.run, nullptr);
    EXPECT_LE(row.arguments_min, row.arguments_max);
    EXPECT_EQ(row.arguments.empty(), row.arguments_max == 0);
    // The words of the example up to a redirection, as a shell passes them.
    const std::size_t begins = row.example.find("icn ");
    ASSERT_NE(begins, std::string_view::npos);
    Words words;
    for (const std::string_view word : split_words(row.example.substr(begins + 4))) {
      if (word == "<" || word == ">") break;
      words.emplace_back(word.ends_with(")") ? word.substr(0, word.size() - 1) : word);
    }
    EXPECT_EQ(parsed(words).command, &row);
  }
}

TEST(CommandTable, EveryOptionIsWholeAndMeansOneThing) {
  for (const CommandRow& row : command_table()) {
    std::set<std::string_view> names = {"--help", "-h"};
    for (const auto rows : {row.options, kGlobalOptions}) {
      for (const OptionRow& option : rows) {
        SCOPED_TRACE(std::string(row.path) + " " + std::string(option.name));
        EXPECT_TRUE(option.name.starts_with("--"));
        EXPECT_TRUE(names.insert(option.name).second);
        if (!option.short_name.empty()) {
          EXPECT_TRUE(names.insert(option.short_name).second);
        }
        EXPECT_EQ(option.placeholder.empty(), option.value == Value::flag);
        EXPECT_FALSE(option.doc.empty());
      }
    }
  }
}

TEST(Words, ColumnsCountCharactersAndNotBytes) {
  EXPECT_EQ(padded("ab", 5), "ab   ");
  EXPECT_EQ(padded("[ARGS…]", 9), "[ARGS…]  ");
  EXPECT_EQ(padded("longer", 4), "longer  ");
  EXPECT_EQ(split_words("job run"), (std::vector<std::string_view>{"job", "run"}));
  EXPECT_EQ(split_words(""), std::vector<std::string_view>{""});
}

TEST(Words, ADurationIsANumberWithAUnit) {
  EXPECT_EQ(seconds_of("90"), 90U);
  EXPECT_EQ(seconds_of("1s"), 1U);
  EXPECT_EQ(seconds_of("15m"), 900U);
  EXPECT_EQ(seconds_of("36h"), 129'600U);
  EXPECT_EQ(seconds_of("7d"), 604'800U);
  EXPECT_EQ(seconds_of("18446744073709551615"), UINT64_MAX);
  for (const std::string_view wrong : {"", "s", "-1s", "1w", "1 s", "1.5h", "18446744073709551615m", "ss", "1sd"})
    EXPECT_EQ(seconds_of(wrong), std::nullopt) << wrong;
}

}  // namespace
}  // namespace icn::cli
