#include "backends/detail/postgres/location.hpp"

#include <libpq-fe.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <memory>

namespace icn::backends::detail {
namespace {

constexpr std::string_view kAccepted =
    "it is a libpq URI (postgres://USER@HOST/DATABASE?sslmode=verify-full) or a libpq connection string "
    "(postgres:host=HOST dbname=DATABASE), with schema=NAME, holder=NAME and reconnect_timeout=SECONDS next to libpq's "
    "keywords";

tl::unexpected<Error> refused(std::string_view why) {
  return fail(ErrorCode::invalid_argument, "a postgres location " + std::string(why) + "; " + std::string(kAccepted));
}

tl::unexpected<Error> unreadable() {
  return refused(
      "could not be read; it is not shown here, since it may hold a password (in a URI, percent-encode each "
      "@ : / ? # of a password, or keep it in PGPASSFILE)");
}

// Our keywords, removed from libpq's input.
struct Own {
  std::string schema;
  std::string holder;
  std::string reconnect_timeout;
  std::string* find(std::string_view keyword) {
    if (keyword == "schema") return &schema;
    if (keyword == "holder") return &holder;
    if (keyword == "reconnect_timeout") return &reconnect_timeout;
    return nullptr;
  }
};

// "//user@host:5432/db?key=value&…" without our keys. A second '@' belongs to a password that is not percent-encoded:
// libpq would take parts of it for a host and show them.
Result<std::string> without_own(std::string_view location, Own& own) {
  // libpq takes a '?' before the '@' as part of a password.
  const std::size_t user_end = location.substr(0, location.find('/', 2)).find('@');
  const std::string_view address = location.substr(0, location.find('?', user_end == location.npos ? 0 : user_end));
  const std::string_view authority = address.substr(2, address.find('/', 2) - 2);
  const auto count = [](std::string_view text) { return std::count(text.begin(), text.end(), '@'); };
  if (count(address) > 1 || count(address) != count(authority)) return unreadable();
  std::string uri = "postgresql:" + std::string(address);
  if (address.size() == location.size()) return uri;
  char separator = '?';
  for (std::string_view rest = location.substr(address.size() + 1); !rest.empty();) {
    const std::string_view pair = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(pair.size() + 1, rest.size()));
    const std::size_t equals = pair.find('=');
    if (std::string* value = own.find(pair.substr(0, equals)); value != nullptr && equals != std::string_view::npos) {
      *value = pair.substr(equals + 1);
    } else {
      (uri += separator) += pair;
      separator = '&';
    }
  }
  return uri;
}

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

// The end of the value that begins at `at`, as libpq reads it: quoted with '…', a backslash before any character.
std::size_t end_of_value(std::string_view text, std::size_t at) {
  const bool quoted = at < text.size() && text[at] == '\'';
  for (std::size_t i = at + (quoted ? 1 : 0); i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (quoted ? text[i] == '\'' : is_space(text[i])) {
      return i + (quoted ? 1 : 0);
    }
  }
  return text.size();
}

// "key=value key = 'value'" without our keys, which take only plain values.
std::string connection_string_without_own(std::string_view text, Own& own) {
  std::string rest;
  for (std::size_t at = 0; at < text.size();) {
    const auto skip_spaces = [&](std::size_t from) {
      while (from < text.size() && is_space(text[from])) ++from;
      return from;
    };
    const std::size_t keyword = at = skip_spaces(at);
    if (at == text.size()) break;
    while (at < text.size() && text[at] != '=' && !is_space(text[at])) ++at;
    const std::size_t keyword_end = at;
    at = skip_spaces(at);
    if (at == text.size() || text[at] != '=') return std::string(text);  // libpq refuses it
    const std::size_t value = skip_spaces(at + 1);
    at = end_of_value(text, value);
    if (std::string* mine = own.find(text.substr(keyword, keyword_end - keyword))) {
      *mine = text.substr(value, at - value);
    } else {
      (rest += text.substr(keyword, at - keyword)) += ' ';
    }
  }
  return rest;
}

bool is_schema_name(std::string_view name) {
  const auto good = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; };
  return !name.empty() && name.size() <= 63 && std::all_of(name.begin(), name.end(), good) && !name.starts_with("pg_");
}

Result<void> take_own(const Own& own, PostgresLocation& location) {
  if (!own.schema.empty()) {
    if (!is_schema_name(own.schema))
      return refused("has a schema that is not 1 to 63 of a-z, 0-9 and _, not beginning with pg_");
    location.schema = own.schema;
  }
  location.holder = own.holder;
  if (!own.reconnect_timeout.empty()) {
    const std::string& text = own.reconnect_timeout;
    std::uint32_t seconds = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (read.ec != std::errc() || read.ptr != text.data() + text.size() || seconds > 86'400)
      return refused("has a reconnect_timeout that is not a number of seconds from 0 to 86400");
    location.patience = std::chrono::seconds(seconds);
  }
  return {};
}

}  // namespace

Result<PostgresLocation> PostgresLocation::parse(std::string_view location) {
  if (location.empty()) return refused("is missing");
  if (location.find('\0') != std::string_view::npos) return unreadable();
  Own own;
  const std::string text =
      location.starts_with("//") ? ICN_TRY(without_own(location, own)) : connection_string_without_own(location, own);
  PostgresLocation parsed;
  ICN_TRY(take_own(own, parsed));
  const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> options(PQconninfoParse(text.c_str(), nullptr),
                                                                             &PQconninfoFree);
  if (!options) return unreadable();
  constexpr std::array<std::string_view, 6> known{"service", "host", "hostaddr", "port", "dbname", "user"};
  parsed.shown = "postgres";
  for (const PQconninfoOption* option = options.get(); option->keyword != nullptr; ++option) {
    if (option->val == nullptr || *option->val == '\0') continue;
    const std::string_view keyword = option->keyword;
    const std::string_view value = option->val;
    // A malformed port may be the rest of a password.
    if (keyword == "port" && value.find_first_not_of("0123456789,") != std::string_view::npos) return unreadable();
    // libpq would expand a dbname that is itself a connection string, including the parts that are shown.
    if (keyword == "dbname" &&
        (value.find('=') != std::string_view::npos || value.find("://") != std::string_view::npos))
      return unreadable();
    parsed.settings.emplace_back(keyword, value);
    if (std::find(known.begin(), known.end(), keyword) != known.end())
      ((parsed.shown += ' ') += keyword) += "=" + std::string(value);
  }
  parsed.shown += " schema=" + parsed.schema;
  return parsed;
}

}  // namespace icn::backends::detail
