#include "config/keys.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>

#include "backends/registry.hpp"
#include "dag/usage.hpp"

namespace icn::config {
namespace {

consteval bool rows_are_in_order() {
  for (std::size_t i = 0; i < kKeyTable.size(); ++i) {
    if (static_cast<std::size_t>(kKeyTable[i].key) != i) return false;
  }
  return true;
}
static_assert(rows_are_in_order());

Result<void> check_url(std::string_view value, const Result<ports::Descriptor>& descriptor) {
  for (const char c : value) {
    if (static_cast<unsigned char>(c) < 0x20)
      return fail(ErrorCode::invalid_argument, "a URL has no line breaks or other control characters");
  }
  if (!descriptor) return fail(descriptor.error());
  if (descriptor->place != ports::Place::process && backends::split_url(value).location.empty()) {
    return fail(ErrorCode::invalid_argument,
                fmt::format("'{}' has no location; write {}:LOCATION", value, descriptor->name));
  }
  return {};
}

// "none, basic or full".
std::string listed(std::string_view words) {
  std::string text;
  for (std::size_t at = 0; at <= words.size();) {
    const std::size_t end = std::min(words.find('|', at), words.size());
    if (!text.empty()) text += end == words.size() ? " or " : ", ";
    text += words.substr(at, end - at);
    at = end + 1;
  }
  return text;
}

bool is_word_of(std::string_view words, std::string_view value) {
  for (std::size_t at = 0; at <= words.size();) {
    const std::size_t end = std::min(words.find('|', at), words.size());
    if (words.substr(at, end - at) == value) return true;
    at = end + 1;
  }
  return false;
}

Result<void> check_number(const KeyRow& row, std::string_view value) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (error == std::errc() && end == value.data() + value.size() && number >= row.min && number <= row.max) return {};
  return fail(ErrorCode::invalid_argument,
              fmt::format("'{}' is not a whole number from {} to {}", value, row.min, row.max));
}

Result<void> check_list(std::string_view value) {
  for (const std::string& entry : list_entries(value))
    if (entry.empty()) return fail(ErrorCode::invalid_argument, fmt::format("'{}' has an empty entry", value));
  return {};
}

Result<void> check_type(const KeyRow& row, std::string_view value) {
  switch (row.type) {
    case ValueType::text:
      return {};
    case ValueType::flag:
      if (value == "true" || value == "false") return {};
      return fail(ErrorCode::invalid_argument, fmt::format("'{}' is neither true nor false", value));
    case ValueType::choice:
      if (is_word_of(row.words, value)) return {};
      return fail(ErrorCode::invalid_argument, fmt::format("'{}' is not one of {}", value, listed(row.words)));
    case ValueType::number:
      return check_number(row, value);
    case ValueType::bytes:
      return dag::parse_bytes(value).map([](std::uint64_t) {});
    case ValueType::list:
      return check_list(value);
  }
  return {};
}

}  // namespace

std::string_view value_type_name(ValueType type) {
  switch (type) {
    case ValueType::text:
      return "a string";
    case ValueType::choice:
      return "a string, one of a few words";
    case ValueType::flag:
      return "a boolean";
    case ValueType::number:
      return "an integer";
    case ValueType::bytes:
      return "an integer or a string with a unit";
    case ValueType::list:
      return "an array of strings";
  }
  return "?";
}

Result<void> check_dag_url(std::string_view value) { return check_url(value, backends::dag_store::describe(value)); }
Result<void> check_state_url(std::string_view value) {
  return check_url(value, backends::state_store::describe(value));
}
Result<void> check_mesh_network(std::string_view value) {
  return backends::mesh_network::describe(value).map([](const ports::Descriptor&) {});
}

Result<ListenAddress> parse_listen_address(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  std::string_view address = text.substr(0, std::min(colon, text.size()));
  const std::string_view port = colon == std::string_view::npos ? "" : text.substr(colon + 1);
  const bool bracketed = address.size() > 2 && address.starts_with('[') && address.ends_with(']');
  // Without brackets the port of an IPv6 address would be ambiguous.
  const bool good = bracketed || (!address.empty() && address.find_first_of(":[]") == std::string_view::npos);
  if (bracketed) address = address.substr(1, address.size() - 2);
  std::uint16_t number = 0;
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), number);
  if (good && error == std::errc() && end == port.data() + port.size())
    return ListenAddress{std::string(address), number};
  return fail(ErrorCode::invalid_argument, fmt::format("'{}' is not ADDRESS:PORT", text));
}

Result<void> check_addresses(std::string_view value) {
  for (const std::string& entry : list_entries(value)) ICN_TRY(parse_listen_address(entry));
  return {};
}

const KeyRow* find_key(std::string_view name) {
  const auto* const at =
      std::find_if(kKeyTable.begin(), kKeyTable.end(), [&](const KeyRow& row) { return row.name == name; });
  return at == kKeyTable.end() ? nullptr : at;
}

std::string_view fallback_of(const KeyRow& row, EnvironmentType environment) {
  if (environment == EnvironmentType::development && row.in_development) return *row.in_development;
  if (environment == EnvironmentType::testing && row.in_testing) return *row.in_testing;
  return row.fallback;
}

Result<void> check_value(const KeyRow& row, std::string_view value) {
  ICN_TRY(check_type(row, value));
  return row.check == nullptr ? Result<void>() : row.check(value);
}

std::vector<std::string> list_entries(std::string_view value) {
  std::vector<std::string> entries;
  if (value.empty()) return entries;
  for (std::size_t at = 0; at <= value.size();) {
    const std::size_t end = std::min(value.find(',', at), value.size());
    entries.emplace_back(value.substr(at, end - at));
    at = end + 1;
  }
  return entries;
}

}  // namespace icn::config
