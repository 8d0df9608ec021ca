#include "config/configuration.hpp"

#include <fmt/core.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "config/detail/toml.hpp"
#include "core/check.hpp"
#include "core/closest.hpp"
#include "dag/usage.hpp"
#include "disk/file.hpp"

namespace icn::config {
namespace {

// "; the nearest key is 'log.level'", or the keys of the section if none is near.
std::string nearest_key(std::string_view name) {
  std::vector<std::string_view> names;
  std::string of_section;
  const std::string_view section = name.substr(0, std::min(name.find('.'), name.size()));
  for (const KeyRow& row : kKeyTable) {
    names.push_back(row.name);
    if (row.name.starts_with(section) && row.name.substr(section.size()).starts_with('.'))
      of_section += fmt::format("{}{}", of_section.empty() ? "" : ", ", row.name);
  }
  const std::string_view meant = closest(name, names);
  if (!meant.empty()) return fmt::format("; the nearest key is '{}'", meant);
  if (!of_section.empty()) return "; the keys of its section are " + of_section;
  return "; the sections are identity, storage, network, governance, parameters, http, wasm and log";
}

tl::unexpected<Error> unknown_key(std::string_view by, std::string_view name) {
  return refuse(ErrorCode::invalid_argument, std::string(rules::kConfigKey),
                fmt::format("{}: '{}' is not a key{}", by, name, nearest_key(name)), std::string(name));
}

bool accepts(ValueType type, detail::TomlType found) {
  switch (type) {
    case ValueType::text:
    case ValueType::choice:
      return found == detail::TomlType::text;
    case ValueType::flag:
      return found == detail::TomlType::flag;
    case ValueType::number:
      return found == detail::TomlType::integer;
    case ValueType::bytes:
      return found == detail::TomlType::integer || found == detail::TomlType::text;
    case ValueType::list:
      return found == detail::TomlType::strings;
  }
  return false;
}

Result<void> check_from(const KeyRow& row, const Given& given) {
  Result<void> good = check_value(row, given.value);
  if (good) return good;
  // The name of a variable or of the key's own option says which key it is.
  const bool names_key = given.by == row.variable || given.by == row.option;
  Error error = within(names_key ? given.by : fmt::format("{}: {}", given.by, row.name), std::move(good).error());
  if (error.rule.empty()) error.rule = rules::kConfigValue;
  error.subject = row.name;
  return fail(std::move(error));
}

Result<std::map<Key, Given>> values_of(const ConfigFile& file) {
  std::map<Key, Given> values;
  for (detail::TomlValue& value : ICN_TRY(detail::read_toml(file.name, file.text))) {
    std::string by = fmt::format("{}:{}", file.name, value.line);
    const KeyRow* const row = find_key(value.key);
    if (row == nullptr) return unknown_key(by, value.key);
    if (!accepts(row->type, value.type)) {
      return refuse(ErrorCode::invalid_argument, std::string(rules::kConfigType),
                    fmt::format("{}: {} is {}, not {}", by, row->name, value_type_name(row->type), value.type_name),
                    std::string(row->name));
    }
    if (value.has_comma) {
      return refuse(ErrorCode::invalid_argument, std::string(rules::kConfigValue),
                    fmt::format("{}: {}: an entry of a list has no comma", by, row->name), std::string(row->name));
    }
    values.insert_or_assign(row->key, Given{std::move(value.text), std::move(by)});
  }
  return values;
}

}  // namespace

std::string_view source_name(Source source) {
  constexpr std::array<std::string_view, 4> kNames{"default", "file", "variable", "option"};
  return kNames[static_cast<std::size_t>(source)];
}

Result<std::optional<ConfigFile>> read_config_file(const std::filesystem::path& path, Demanded demanded) {
  const auto file = disk::File::open(path, disk::Open::read, disk::Named::by_user);
  if (!file && file.error().code == ErrorCode::not_found && demanded == Demanded::no) return std::nullopt;
  const auto bytes = file ? file->read_to_end(kConfigFileBytesMax) : Result<Bytes>(fail(file.error()));
  if (!bytes) return fail(within("the configuration file " + path.string() + " cannot be read", bytes.error()));
  return ConfigFile{path.string(), std::string(text_of(*bytes))};
}

Configuration::Configuration(EnvironmentType environment) {
  for (const KeyRow& row : kKeyTable)
    settings_[static_cast<std::size_t>(row.key)].value = std::string(fallback_of(row, environment));
  settings_[static_cast<std::size_t>(Key::environment)].value = environment_name(environment);
}

Result<Configuration> Configuration::read(const Sources& sources) {
  std::map<Key, std::pair<Source, Given>> given;
  if (sources.file) {
    for (auto& [key, value] : ICN_TRY(values_of(*sources.file))) {
      // Also where another source overrides it: a file is valid or it is not.
      ICN_TRY(check_from(key_row(key), value));
      given[key] = {Source::file, value};
    }
  }
  for (const KeyRow& row : kKeyTable) {
    const auto text = sources.variables ? sources.variables(row.variable) : std::nullopt;
    if (text && !text->empty()) given[row.key] = {Source::variable, {*text, std::string(row.variable)}};
  }
  for (const auto& [key, value] : sources.options) given[key] = {Source::option, value};
  for (const auto& [key, value] : given) ICN_TRY(check_from(key_row(key), value.second));
  const auto environment = given.find(Key::environment);
  Configuration read(environment == given.end() ? EnvironmentType::production
                                                : ICN_TRY(parse_environment(environment->second.second.value)));
  for (auto& [key, value] : given) {
    read.settings_[static_cast<std::size_t>(key)] = {std::move(value.second.value), value.first,
                                                     std::move(value.second.by)};
  }
  return read;
}

std::optional<Given> Configuration::given(Key key) const {
  const Setting& setting = (*this)[key];
  if (setting.source == Source::fallback) return std::nullopt;
  return Given{setting.value, setting.by};
}

EnvironmentType Configuration::environment() const {
  const auto parsed = parse_environment((*this)[Key::environment].value);
  ICN_CHECK(parsed.has_value());
  return *parsed;
}

std::uint64_t Configuration::number(Key key) const {
  const std::string& text = (*this)[key].value;
  std::uint64_t value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  ICN_CHECK(read.ec == std::errc());
  return value;
}

std::uint64_t Configuration::bytes(Key key) const {
  const auto value = dag::parse_bytes((*this)[key].value);
  ICN_CHECK(value.has_value());
  return *value;
}

Result<std::pair<Key, Given>> parse_assignment(std::string_view text, std::string_view by) {
  const std::size_t equals = text.find('=');
  const KeyRow* const row = find_key(text.substr(0, equals));
  if (row == nullptr) return unknown_key(by, text.substr(0, equals));
  if (equals == std::string_view::npos) {
    return refuse(ErrorCode::invalid_argument, std::string(rules::kConfigValue),
                  fmt::format("{}: {} has no value; write {}=VALUE", by, row->name, row->name), std::string(row->name));
  }
  return std::pair{row->key, Given{std::string(text.substr(equals + 1)), std::string(by)}};
}

Result<std::vector<Change>> changes_between(const Configuration& before, const Configuration& after) {
  std::vector<Change> changes;
  std::vector<std::string_view> need_restart;
  for (const KeyRow& row : kKeyTable) {
    if (before[row.key].value == after[row.key].value) continue;
    if (row.reload == Reload::restart) need_restart.push_back(row.name);
    changes.push_back({row.key, before[row.key].value, after[row.key].value});
  }
  if (need_restart.empty()) return changes;
  return refuse(ErrorCode::invalid_state, std::string(rules::kConfigRestart),
                fmt::format("{} can change only with a restart; nothing was changed", fmt::join(need_restart, ", ")),
                std::string(need_restart.front()));
}

std::string change_text(const Change& change) {
  return fmt::format("{} = {} (was {})", key_row(change.key).name, change.after, change.before);
}

}  // namespace icn::config
