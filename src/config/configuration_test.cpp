// Goal: options go before variables, variables before the file, the file before the default; anything that is not valid
// is refused as a whole, with its source, the key and the nearest key; a reload applies all of a change or none of it.
#include "config/configuration.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>

namespace icn::config {
namespace {

using Texts = std::map<std::string, std::string, std::less<>>;

Sources sources(std::string file, const Texts& variables = {}, const Texts& options = {}) {
  Sources all;
  if (!file.empty()) all.file = ConfigFile{"icn.toml", std::move(file)};
  all.variables = [variables](std::string_view name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    if (found == variables.end()) return std::nullopt;
    return found->second;
  };
  for (const auto& [name, value] : options)
    all.options[find_key(name)->key] = {value,
                                        find_key(name)->option.empty() ? "--set" : std::string(find_key(name)->option)};
  return all;
}
Configuration read(const Sources& from) {
  auto configuration = Configuration::read(from);
  EXPECT_TRUE(configuration) << configuration.error().detail;
  return configuration ? *configuration : Configuration();
}
Error refused(const Sources& from) {
  const auto configuration = Configuration::read(from);
  EXPECT_FALSE(configuration);
  return configuration ? Error{} : configuration.error();
}

TEST(Configuration, WithoutSourcesIsTheDefaultOfProduction) {
  const Configuration defaults = read({});
  EXPECT_EQ(defaults.environment(), EnvironmentType::production);
  for (const KeyRow& row : kKeyTable) {
    EXPECT_EQ(defaults[row.key].value, row.fallback) << row.name;
    EXPECT_EQ(defaults[row.key].source, Source::fallback);
    EXPECT_FALSE(defaults.given(row.key));
  }
}

// Every row by every source and by all of them together: the matrix of precedence.
TEST(Configuration, EachSourceGoesBeforeThoseBelowIt) {
  const std::map<ValueType, std::array<std::string, 3>> samples{
      {ValueType::flag, {"true", "false", "true"}},
      {ValueType::number, {"201", "202", "203"}},
      {ValueType::bytes, {"1GiB", "2GiB", "3GiB"}},
      {ValueType::list, {"key", "peer", "web"}},
  };
  for (const KeyRow& row : kKeyTable) {
    std::array<std::string, 3> values{"sqlite:a.db", "sqlite:b.db", "sqlite:c.db"};
    if (const auto sample = samples.find(row.type); sample != samples.end()) values = sample->second;
    if (row.type == ValueType::choice) {
      const std::string_view words = row.words;
      values = {std::string(words.substr(0, words.find('|'))), std::string(words.substr(words.rfind('|') + 1)),
                std::string(words.substr(0, words.find('|')))};
    }
    if (row.key == Key::network_service) values.fill("standalone");
    if (row.key == Key::http_listen) values = {"127.0.0.1:1", "127.0.0.1:2", "[::1]:3"};
    const std::size_t dot = row.name.find('.');
    const std::string quote = row.type == ValueType::flag || row.type == ValueType::number ? "" : "\"";
    std::string file = dot == std::string_view::npos ? "" : "[" + std::string(row.name.substr(0, dot)) + "]\n";
    file += std::string(row.name.substr(dot == std::string_view::npos ? 0 : dot + 1)) + " = ";
    file += row.type == ValueType::list ? "[\"" + values[0] + "\"]" : quote + values[0] + quote;
    const Texts variable{{std::string(row.variable), values[1]}};
    const Texts option{{std::string(row.name), values[2]}};
    const auto expect = [&](const Sources& from, const std::string& value, Source source) {
      const Configuration configuration = read(from);
      EXPECT_EQ(configuration[row.key].value, value) << row.name;
      EXPECT_EQ(configuration[row.key].source, source) << row.name;
    };
    expect(sources(file), values[0], Source::file);
    expect(sources(file, variable), values[1], Source::variable);
    expect(sources("", variable), values[1], Source::variable);
    expect(sources(file, variable, option), values[2], Source::option);
    expect(sources(file, {}, option), values[2], Source::option);
    expect(sources(file, {{std::string(row.variable), ""}}), values[0], Source::file);
  }
}

TEST(Configuration, NamesTheSourceOfAValue) {
  const Configuration all = read(sources("# a comment\n[log]\nlevel = \"debug\"\n", {{"ICN_LOG_FORMAT", "text"}},
                                         {{"storage.dag", "memory"}, {"wasm.threads", "3"}}));
  EXPECT_EQ(all[Key::log_level].by, "icn.toml:3");
  EXPECT_EQ(all[Key::log_format].by, "ICN_LOG_FORMAT");
  EXPECT_EQ(all[Key::storage_dag].by, "--dag-store");
  EXPECT_EQ(all.given(Key::wasm_threads)->by, "--set");
  EXPECT_EQ(all.number(Key::wasm_threads), 3U);
}

TEST(Configuration, TheEnvironmentDecidesOtherDefaultsAndNothingThatWasGiven) {
  const Configuration development = read(sources("environment = \"development\"\n"));
  EXPECT_EQ(development.environment(), EnvironmentType::development);
  EXPECT_FALSE(development.flag(Key::identity_encrypted_keys));
  EXPECT_EQ(development[Key::log_format].value, "text");
  const Configuration both = read(sources("environment = \"development\"\n[log]\nformat = \"json\"\n"));
  EXPECT_EQ(both[Key::log_format].value, "json");
  EXPECT_EQ(read(sources("environment = \"development\"\n", {{"ICN_ENVIRONMENT", "testing"}})).environment(),
            EnvironmentType::testing);
}

TEST(Configuration, AnUnknownKeyIsRefusedWithItsLineAndTheNearestKey) {
  const Error error = refused(sources("[log]\nlevle = \"debug\"\n"));
  EXPECT_EQ(error.rule, rules::kConfigKey);
  EXPECT_EQ(error.subject, "log.levle");
  EXPECT_EQ(error.detail, "icn.toml:2: 'log.levle' is not a key; the nearest key is 'log.level'");
  EXPECT_NE(refused(sources("[lgo]\nlevel = \"debug\"\n")).detail.find("nearest key is 'log.level'"),
            std::string::npos);
  EXPECT_NE(refused(sources("[log]\nwhatever = 1\n")).detail.find("are log.level, log.format"), std::string::npos);
  EXPECT_NE(refused(sources("level = \"debug\"\n")).detail.find("the sections are"), std::string::npos);
  EXPECT_EQ(refused(sources("[log.level]\nx = 1\n")).rule, rules::kConfigType);
}

TEST(Configuration, AValueOfAnotherTypeIsRefused) {
  const std::pair<std::string, std::string> cases[] = {
      {"[wasm]\nthreads = \"4\"\n", "icn.toml:2: wasm.threads is an integer, not a string"},
      {"[wasm]\nthreads = 4.5\n", "icn.toml:2: wasm.threads is an integer, not a number with a fraction"},
      {"[governance]\nactive = 1\n", "icn.toml:2: governance.active is a boolean, not an integer"},
      {"[identity]\ndid_resolvers = \"key\"\n",
       "icn.toml:2: identity.did_resolvers is an array of strings, not a string"},
      {"[identity]\ndid_resolvers = [\"key\", 1]\n",
       "icn.toml:2: identity.did_resolvers is an array of strings, not an array"},
      {"environment = true\n", "icn.toml:1: environment is a string, one of a few words, not a boolean"},
      {"[log]\nlevel = 2026-07-01\n", "icn.toml:2: log.level is a string, one of a few words, not a date or a time"},
      {"storage = 5\n",
       "icn.toml:1: 'storage' is not a key; the keys of its section are storage.dag, storage.state, "
       "storage.quota"},
  };
  for (const auto& [file, detail] : cases) EXPECT_EQ(refused(sources(file)).detail, detail);
}

TEST(Configuration, AValueOutOfBoundsIsRefusedFromEverySource) {
  EXPECT_EQ(refused(sources("[parameters]\nsweep_secs = 0\n")).detail,
            "icn.toml:2: parameters.sweep_secs: '0' is not a whole number from 1 to 3600");
  EXPECT_EQ(refused(sources("[parameters]\nsweep_secs = -1\n")).rule, rules::kConfigValue);
  EXPECT_EQ(refused(sources("", {{"ICN_SWEEP_SECS", "3601"}})).detail,
            "ICN_SWEEP_SECS: '3601' is not a whole number from 1 to 3600");
  EXPECT_EQ(refused(sources("", {}, {{"log.level", "loud"}})).detail,
            "--set: log.level: 'loud' is not one of error, warning, info or debug");
  EXPECT_EQ(refused(sources("", {{"ICN_STORAGE_QUOTA", "5KB"}})).subject, "storage.quota");
  EXPECT_EQ(refused(sources("[parameters]\ncapabilities = [\"a,b\"]\n")).rule, rules::kConfigValue);
  EXPECT_EQ(refused(sources("[parameters]\ncapabilities = [\"a\", \"\"]\n")).rule, rules::kConfigValue);
  EXPECT_EQ(read(sources("[storage]\nquota = 1048576\n")).bytes(Key::storage_quota), 1'048'576U);
  EXPECT_TRUE(read(sources("[parameters]\ncapabilities = []\n")).list(Key::capabilities).empty());
  EXPECT_EQ(read(sources("[parameters]\ncapabilities = [\"gpu\", \"ssd\"]\n")).list(Key::capabilities),
            (std::vector<std::string>{"gpu", "ssd"}));
}

TEST(Configuration, AFileIsCheckedAsAWhole) {
  EXPECT_EQ(refused(sources("[log]\nlevle = \"x\"\n", {{"ICN_LOG_LEVEL", "debug"}})).rule, rules::kConfigKey);
  EXPECT_EQ(refused(sources("[log]\nlevel = \"loud\"\n", {{"ICN_LOG_LEVEL", "debug"}})).rule, rules::kConfigValue);
}

TEST(Configuration, AFileThatIsNotTomlIsRefusedWithItsLine) {
  for (const std::string text : {"[log\n", "[log]\nlevel = \n", "[log]\nlevel = \"a\"\nlevel = \"b\"\n", "\xff\xfe"}) {
    const Error error = refused(sources(text));
    EXPECT_EQ(error.rule, rules::kConfigSyntax) << text;
    EXPECT_TRUE(error.detail.starts_with("icn.toml:")) << error.detail;
  }
}

TEST(Configuration, AssignmentsNameAKeyAndAValue) {
  const auto good = parse_assignment("log.level=debug", "--set");
  ASSERT_TRUE(good);
  EXPECT_EQ(good->first, Key::log_level);
  EXPECT_EQ(good->second.value, "debug");
  EXPECT_EQ(parse_assignment("identity.did_resolvers=web:allow=10.0.0.1", "--set")->second.value, "web:allow=10.0.0.1");
  EXPECT_EQ(parse_assignment("log.levl=debug", "--set").error().detail,
            "--set: 'log.levl' is not a key; the nearest key is 'log.level'");
  EXPECT_EQ(parse_assignment("log.level", "--set").error().rule, rules::kConfigValue);
}

TEST(Configuration, AReloadAppliesAllOfAChangeOrNone) {
  const Configuration before = read({});
  const auto live = changes_between(before, read(sources("[log]\nlevel = \"debug\"\n[parameters]\nsweep_secs = 5\n")));
  ASSERT_TRUE(live);
  ASSERT_EQ(live->size(), 2U);
  EXPECT_EQ(change_text(live->front()), "parameters.sweep_secs = 5 (was 30)");
  const auto mixed = changes_between(before, read(sources("[log]\nlevel = \"debug\"\n[wasm]\nthreads = 2\n")));
  ASSERT_FALSE(mixed);
  EXPECT_EQ(mixed.error().rule, rules::kConfigRestart);
  EXPECT_EQ(mixed.error().subject, "wasm.threads");
  EXPECT_TRUE(changes_between(before, before)->empty());
}

TEST(Configuration, AFileOnDiskIsReadWithinABound) {
  const std::filesystem::path path = ::testing::TempDir() + "configuration_test.toml";
  EXPECT_FALSE(*read_config_file(path / "absent", Demanded::no));
  EXPECT_EQ(read_config_file(::testing::TempDir() + "configuration_test.absent", Demanded::yes).error().code,
            ErrorCode::not_found);
  std::ofstream(path) << "[log]\nlevel = \"debug\"\n";
  const auto file = read_config_file(path, Demanded::yes);
  ASSERT_TRUE(file && *file);
  EXPECT_EQ((*file)->name, path.string());
  EXPECT_EQ((*file)->text, "[log]\nlevel = \"debug\"\n");
  std::ofstream(path) << std::string(kConfigFileBytesMax + 1, '#');
  EXPECT_EQ(read_config_file(path, Demanded::yes).error().code, ErrorCode::limit_exceeded);
  std::filesystem::remove(path);
}

}  // namespace
}  // namespace icn::config
