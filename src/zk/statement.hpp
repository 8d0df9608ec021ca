// What can be proven without showing it: one table. Circuits, keys, JSON, prices and documents follow from its rows.
//
// A row's circuit is in rust/src/zk/statements.rs under the row's number. A change of a circuit is a new version of its
// statement: a new row; rows are append-only.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/result.hpp"

namespace icn::zk {

enum class Statement : std::uint8_t {
  age_over,
  membership,
  reputation_at_least,
  balance_in_range,
  timestamp_within,
  credential_not_revoked,
};
inline constexpr std::size_t kStatements = 6;

// What a circuit shows about the value that the issuer has attested to the holder.
enum class Shape : std::uint8_t {
  value_in_range,  // it is committed, and within public bounds
  below_root,      // its commitment is in the set whose root the issuer has signed
  in_gap,          // it is committed, and between two neighbours of the sorted set whose root the issuer has signed
};

// How values and bounds are written in JSON.
enum class Unit : std::uint8_t {
  none,
  number,
  date,  // "2008-11-30"; counted in days
};

struct StatementRow {
  Statement statement;
  std::string_view name;
  std::uint64_t version;
  Shape shape;
  Unit unit;
  std::string_view value;  // what the issuer attests
  std::string_view min;    // names of the bounds; empty: there is none
  std::string_view max;
  std::uint64_t complexity;  // a call costs a job twice as much in mana
  std::string_view doc;
};

// In the order of Statement.
[[nodiscard]] const std::array<StatementRow, kStatements>& statement_table();
[[nodiscard]] const StatementRow& row_of(Statement statement);
// Errors: not_found with the rule statement.
[[nodiscard]] Result<Statement> find_statement(std::string_view name);

// Bounds that a statement does not have are the least and the greatest number.
struct Bounds {
  std::uint64_t min = 0;
  std::uint64_t max = UINT64_MAX;
  friend bool operator==(const Bounds&, const Bounds&) = default;
};

// A day as a number that grows by one each day, 0000-03-01 being 0. Errors: invalid_argument with the rule date.
[[nodiscard]] Result<std::uint64_t> days_of_date(std::string_view text);
[[nodiscard]] std::string date_of_days(std::uint64_t days);

}  // namespace icn::zk
