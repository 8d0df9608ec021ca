// A configuration: one checked value for every key of the table, and where it came from.
//
// An option goes before an environment variable, a variable before the file, the file before the default of the
// environment. A Configuration is complete and valid: a source with an unknown key, a value of the wrong type or out of
// bounds is refused as a whole. A value; thread safe once made.
#pragma once
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/keys.hpp"

namespace icn::config {

// The rules by which a configuration is refused, besides the names of keys.
namespace rules {
inline constexpr std::string_view kConfigSyntax = "config_syntax";    // the file is not TOML
inline constexpr std::string_view kConfigKey = "config_key";          // not a key
inline constexpr std::string_view kConfigType = "config_type";        // a value of another type
inline constexpr std::string_view kConfigValue = "config_value";      // a value that the key does not take
inline constexpr std::string_view kConfigRestart = "config_restart";  // a change that a running node cannot apply
}  // namespace rules

inline constexpr std::size_t kConfigFileBytesMax = 1 << 20;

struct ConfigFile {
  std::string name;  // for messages: "icn.toml"
  std::string text;
};
// Empty if there is no file and none is demanded. Errors: not_found, storage, invalid_argument, limit_exceeded.
enum class Demanded : std::uint8_t { no, yes };
[[nodiscard]] Result<std::optional<ConfigFile>> read_config_file(const std::filesystem::path& path, Demanded demanded);

using Variables = std::function<std::optional<std::string>(std::string_view variable)>;
struct Sources {
  std::optional<ConfigFile> file = {};
  Variables variables = {};           // an empty one does not count
  std::map<Key, Given> options = {};  // of the command line
};

enum class Source : std::uint8_t { fallback, file, variable, option };
[[nodiscard]] std::string_view source_name(Source source);

struct Setting {
  std::string value;
  Source source = Source::fallback;
  std::string by;  // "icn.toml:12", "ICN_LOG_LEVEL", "--set"; empty for a default
};

class Configuration {
 public:
  // The defaults of an environment.
  explicit Configuration(EnvironmentType environment = EnvironmentType::production);
  // Errors: invalid_argument (config_syntax, config_key, config_type, config_value), unsupported; the detail
  // begins with the source of the value and names the nearest key.
  [[nodiscard]] static Result<Configuration> read(const Sources& sources);

  [[nodiscard]] const Setting& operator[](Key key) const { return settings_[static_cast<std::size_t>(key)]; }
  // Empty for a default.
  [[nodiscard]] std::optional<Given> given(Key key) const;
  [[nodiscard]] EnvironmentType environment() const;
  [[nodiscard]] bool flag(Key key) const { return (*this)[key].value == "true"; }
  [[nodiscard]] std::uint64_t number(Key key) const;
  // Of a number of bytes: "10GiB".
  [[nodiscard]] std::uint64_t bytes(Key key) const;
  [[nodiscard]] std::vector<std::string> list(Key key) const { return list_entries((*this)[key].value); }

 private:
  std::array<Setting, kKeyTable.size()> settings_;
};

// "KEY=VALUE" of the command line, as an option called `by`. Errors: as Configuration::read.
[[nodiscard]] Result<std::pair<Key, Given>> parse_assignment(std::string_view text, std::string_view by);

struct Change {
  Key key;
  std::string before;
  std::string after;
};
// The values that differ, if a running node can apply all of them. Errors: invalid_state with the rule config_restart,
// naming each key that needs a restart.
[[nodiscard]] Result<std::vector<Change>> changes_between(const Configuration& before, const Configuration& after);
// "log.level = debug (was info)".
[[nodiscard]] std::string change_text(const Change& change);

}  // namespace icn::config
