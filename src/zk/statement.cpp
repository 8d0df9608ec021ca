#include "zk/statement.hpp"

#include <fmt/core.h>

#include <charconv>
#include <chrono>

namespace icn::zk {
namespace {

constexpr std::array<StatementRow, kStatements> kTable{{
    {Statement::age_over, "age_over", 1, Shape::value_in_range, Unit::date, "date of birth", "", "born_by", 10,
     "The holder was born on or before a day: who was born by 2008-11-30 is 18 on 2026-11-30."},
    {Statement::membership, "membership", 1, Shape::below_root, Unit::number, "number of the membership", "", "", 5,
     "The holder is in a set, whose other members stay hidden."},
    {Statement::reputation_at_least, "reputation_at_least", 1, Shape::value_in_range, Unit::number,
     "points of reputation", "min", "", 15, "The holder has at least that many points of reputation."},
    {Statement::balance_in_range, "balance_in_range", 1, Shape::value_in_range, Unit::number, "balance in micro mana",
     "min", "max", 5, "The holder's balance is within bounds."},
    {Statement::timestamp_within, "timestamp_within", 1, Shape::value_in_range, Unit::number,
     "time in milliseconds since 1970", "not_before", "not_after", 5, "The attested time is within bounds."},
    {Statement::credential_not_revoked, "credential_not_revoked", 1, Shape::in_gap, Unit::number,
     "serial number of the credential", "", "", 10,
     "The holder's credential is not among those that its issuer had revoked."},
}};

// Days from 0000-03-01 to 1970-01-01.
constexpr std::int64_t kDaysBefore1970 = 719'468;

std::optional<unsigned> digits(std::string_view text) {
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

const std::array<StatementRow, kStatements>& statement_table() { return kTable; }
const StatementRow& row_of(Statement statement) { return kTable[static_cast<std::size_t>(statement)]; }

Result<Statement> find_statement(std::string_view name) {
  for (const StatementRow& row : kTable) {
    if (row.name == name) return row.statement;
  }
  return refuse(ErrorCode::not_found, "statement", fmt::format("There is no statement '{}'.", name), std::string(name));
}

Result<std::uint64_t> days_of_date(std::string_view text) {
  if (text.size() == 10 && text[4] == '-' && text[7] == '-') {
    const auto year = digits(text.substr(0, 4));
    const auto month = digits(text.substr(5, 2));
    const auto day = digits(text.substr(8, 2));
    if (year && month && day && *year > 0) {
      const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(*year)), std::chrono::month(*month),
                                             std::chrono::day(*day)};
      if (date.ok())
        return static_cast<std::uint64_t>(std::chrono::sys_days(date).time_since_epoch().count() + kDaysBefore1970);
    }
  }
  return refuse(ErrorCode::invalid_argument, "date",
                fmt::format("'{}' is not a date like 2008-11-30.", text.substr(0, 32)),
                std::string(text.substr(0, 32)));
}

std::string date_of_days(std::uint64_t days) {
  constexpr std::uint64_t kLast = 3'652'364;  // 9999-12-31
  const auto since_1970 = static_cast<std::int64_t>(std::min(days, kLast)) - kDaysBefore1970;
  const std::chrono::year_month_day date{std::chrono::sys_days(std::chrono::days(since_1970))};
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()));
}

}  // namespace icn::zk
