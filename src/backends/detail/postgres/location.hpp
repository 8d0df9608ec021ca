// The location of a PostgreSQL store: libpq's settings and the store's own.
//
// A location is what follows "postgres:" in a store's URL: the rest of a libpq URI ("//user@host/db?sslmode=…") or a
// libpq connection string ("host=/run/postgresql dbname=icn"). Three keywords are ours and not libpq's: `schema`,
// `holder` and `reconnect_timeout`. Passwords are accepted and never shown.
#pragma once
#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/result.hpp"

namespace icn::backends::detail {

inline constexpr std::string_view kPostgresDefaultSchema = "icn";
inline constexpr std::chrono::seconds kPostgresDefaultPatience{60};

struct PostgresLocation {
  std::vector<std::pair<std::string, std::string>> settings;  // libpq's, including a password: never displayed
  std::string schema{kPostgresDefaultSchema};
  std::string holder{};                                      // the writer, unless a claim names another
  std::chrono::seconds patience = kPostgresDefaultPatience;  // how long to wait for a lost server
  std::string shown;                                         // for display: "postgres host=… dbname=… schema=…"

  // Errors: invalid_argument; the error never quotes the location, since any part of a mistyped one may be a password.
  [[nodiscard]] static Result<PostgresLocation> parse(std::string_view location);
};

}  // namespace icn::backends::detail
