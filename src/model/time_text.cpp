#include "model/time_text.hpp"

#include <fmt/core.h>

#include <charconv>
#include <chrono>
#include <cstdio>
#include <ctime>

namespace icn::model {
namespace {

Result<std::uint64_t> two_parts(std::string_view text, std::size_t at, std::size_t length) {
  std::uint64_t value = 0;
  const char* begin = text.data() + at;
  const auto [end, error] = std::from_chars(begin, begin + length, value);
  if (error != std::errc{} || end != begin + length) return fail(ErrorCode::invalid_format, "not a time in RFC 3339");
  return value;
}

}  // namespace

std::string time_text(UnixMs time) {
  const auto seconds = static_cast<std::time_t>(time.value / 1000);
  std::tm parts{};
  char text[40];
  constexpr std::uint64_t years_of_four_digits_ms = 253'402'300'800'000;
  if (time.value >= years_of_four_digits_ms || gmtime_r(&seconds, &parts) == nullptr ||
      std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &parts) == 0)
    return fmt::format("{} ms", time.value);
  char millis[8];
  std::snprintf(millis, sizeof millis, ".%03uZ", static_cast<unsigned>(time.value % 1000));
  return std::string(text) + millis;
}

Result<UnixMs> parse_time(std::string_view text) {
  const auto part = [text](std::size_t at, std::size_t length) { return two_parts(text, at, length); };
  if (text.size() != std::string_view("2026-07-01T12:00:00.000Z").size())
    return fail(ErrorCode::invalid_format, "must be a time in RFC 3339 with milliseconds, in UTC");
  const std::chrono::year_month_day day{std::chrono::year(static_cast<int>(ICN_TRY(part(0, 4)))),
                                        std::chrono::month(static_cast<unsigned>(ICN_TRY(part(5, 2)))),
                                        std::chrono::day(static_cast<unsigned>(ICN_TRY(part(8, 2))))};
  const auto days = std::chrono::sys_days(day).time_since_epoch().count();
  const std::uint64_t seconds = ICN_TRY(part(11, 2)) * 3600 + ICN_TRY(part(14, 2)) * 60 + ICN_TRY(part(17, 2));
  const UnixMs time{(static_cast<std::uint64_t>(days) * 86'400 + seconds) * 1000 + ICN_TRY(part(20, 3))};
  // Separators, ranges and times before 1970: what is not the text of its own value is none.
  if (time_text(time) != text)
    return fail(ErrorCode::invalid_format, "must be a time in RFC 3339 with milliseconds, in UTC");
  return time;
}

}  // namespace icn::model
