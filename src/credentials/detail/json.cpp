#include "credentials/detail/json.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <vector>

#include "core/bytes.hpp"
#include "model/strict_json.hpp"

namespace icn::credentials::detail {
namespace {

// UTF-16 code units, by which JCS orders the keys of an object.
std::u16string utf16_of(std::string_view text) {
  std::u16string units;
  for (std::size_t at = 0; at < text.size();) {
    const auto lead = static_cast<unsigned char>(text[at]);
    const std::size_t length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    char32_t code = length == 1 ? lead : lead & (0xffU >> (length + 1));
    for (std::size_t i = 1; i < length && at + i < text.size(); ++i)
      code = (code << 6U) | (static_cast<unsigned char>(text[at + i]) & 0x3fU);
    at += length;
    if (code < 0x10000) {
      units.push_back(static_cast<char16_t>(code));
      continue;
    }
    units.push_back(static_cast<char16_t>(0xd800 + ((code - 0x10000) >> 10U)));
    units.push_back(static_cast<char16_t>(0xdc00 + ((code - 0x10000) & 0x3ffU)));
  }
  return units;
}

// As ECMAScript's Number::toString writes it.
std::string number_text(double value) {
  if (value == 0) return "0";
  std::array<char, 32> buffer{};
  const auto end =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), std::fabs(value), std::chars_format::scientific).ptr;
  const std::string_view text(buffer.data(), static_cast<std::size_t>(end - buffer.data()));
  const std::size_t mark = text.find('e');
  std::string digits(text.substr(0, mark));
  digits.erase(std::remove(digits.begin(), digits.end(), '.'), digits.end());
  int exponent = 0;
  const bool is_positive = text[mark + 1] == '+';
  std::from_chars(text.data() + mark + (is_positive ? 2 : 1), text.data() + text.size(), exponent);
  const int count = static_cast<int>(digits.size());
  const int point = exponent + 1;  // digits before the point
  const std::string sign = value < 0 ? "-" : "";
  const auto zeros = [](int many) { return std::string(static_cast<std::size_t>(many), '0'); };
  if (point > 0 && point <= 21) {
    if (count <= point) return sign + digits + zeros(point - count);
    return sign + digits.substr(0, static_cast<std::size_t>(point)) + "." +
           digits.substr(static_cast<std::size_t>(point));
  }
  if (point > -6 && point <= 0) return sign + "0." + zeros(-point) + digits;
  return fmt::format("{}{}{}{}e{}{}", sign, digits.substr(0, 1), count > 1 ? "." : "", digits.substr(1),
                     exponent < 0 ? "-" : "+", std::abs(exponent));
}

// Whether a double holds the whole number exactly.
bool is_exact(std::uint64_t magnitude) {
  constexpr std::uint64_t kWhole = 1ULL << 53U;
  while (magnitude > kWhole && magnitude % 2 == 0) magnitude /= 2;
  return magnitude <= kWhole;
}

class Writer {
 public:
  Result<std::string> write(const Json& json) {
    ICN_TRY(value(json));
    return std::move(out_);
  }

 private:
  Result<void> value(const Json& json) {
    switch (json.type()) {
      case Json::value_t::null:
        out_ += "null";
        return {};
      case Json::value_t::boolean:
        out_ += json.get<bool>() ? "true" : "false";
        return {};
      case Json::value_t::number_integer:
      case Json::value_t::number_unsigned:
      case Json::value_t::number_float:
        return number(json);
      case Json::value_t::string:
        return text(json.get_ref<const std::string&>());
      case Json::value_t::array:
        return array(json);
      case Json::value_t::object:
        return object(json);
      default:
        return fail(ErrorCode::invalid_format, "not a value of JSON");
    }
  }

  Result<void> number(const Json& json) {
    bool exact = true;
    if (json.is_number_unsigned()) {
      exact = is_exact(json.get<std::uint64_t>());
    } else if (json.is_number_integer()) {
      const auto whole = json.get<std::int64_t>();
      exact = is_exact(whole < 0 ? 0 - static_cast<std::uint64_t>(whole) : static_cast<std::uint64_t>(whole));
    }
    const auto value = json.get<double>();
    if (!exact || !std::isfinite(value)) {
      return refuse(ErrorCode::invalid_format, "json_number",
                    fmt::format("The number {} cannot be signed: programs would read different ones", json.dump()));
    }
    out_ += number_text(value);
    return {};
  }

  Result<void> text(const std::string& text) {
    if (!is_utf8(view_of(text))) return refuse(ErrorCode::invalid_format, "json_text", "A text is not UTF-8");
    out_ += '"';
    for (const char c : text) escape(c);
    out_ += '"';
    return {};
  }

  void escape(char c) {
    constexpr std::string_view kShort = "\b\t\n\f\r\"\\";
    constexpr std::string_view kLetters = "btnfr\"\\";
    const std::size_t at = kShort.find(c);
    if (at != std::string_view::npos) {
      out_ += '\\';
      out_ += kLetters[at];
    } else if (static_cast<unsigned char>(c) < 0x20) {
      out_ += fmt::format("\\u{:04x}", static_cast<unsigned>(static_cast<unsigned char>(c)));
    } else {
      out_ += c;
    }
  }

  Result<void> array(const Json& json) {
    out_ += '[';
    for (std::size_t i = 0; i < json.size(); ++i) {
      if (i > 0) out_ += ',';
      ICN_TRY(value(json[i]));
    }
    out_ += ']';
    return {};
  }

  Result<void> object(const Json& json) {
    std::vector<std::pair<std::u16string, const std::string*>> keys;
    for (const auto& [key, member] : json.items()) {
      if (!is_utf8(view_of(key))) return refuse(ErrorCode::invalid_format, "json_text", "A key is not UTF-8");
      keys.emplace_back(utf16_of(key), &key);
    }
    std::sort(keys.begin(), keys.end());
    out_ += '{';
    for (std::size_t i = 0; i < keys.size(); ++i) {
      if (i > 0) out_ += ',';
      ICN_TRY(text(*keys[i].second));
      out_ += ':';
      ICN_TRY(value(json.at(*keys[i].second)));
    }
    out_ += '}';
    return {};
  }

  std::string out_;
};

// A number of exactly `count` digits at `at`, which moves past it.
std::optional<int> digits_at(std::string_view text, std::size_t& at, std::size_t count) {
  if (at + count > text.size()) return std::nullopt;
  int value = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const char c = text[at + i];
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  at += count;
  return value;
}

bool take(std::string_view text, std::size_t& at, std::string_view any_of) {
  if (at >= text.size() || any_of.find(text[at]) == std::string_view::npos) return false;
  ++at;
  return true;
}

// Minutes east of UTC at the end of a text.
std::optional<int> offset_at(std::string_view text, std::size_t at) {
  if (text.substr(at) == "Z" || text.substr(at) == "z") return 0;
  const bool is_west = at < text.size() && text[at] == '-';
  if (!take(text, at, "+-")) return std::nullopt;
  const auto hours = digits_at(text, at, 2);
  if (!hours || !take(text, at, ":")) return std::nullopt;
  const auto minutes = digits_at(text, at, 2);
  if (!minutes || at != text.size() || *hours > 23 || *minutes > 59) return std::nullopt;
  return (is_west ? -1 : 1) * (*hours * 60 + *minutes);
}

std::optional<std::uint64_t> read_date_time(std::string_view text) {
  namespace chrono = std::chrono;
  std::size_t at = 0;
  const auto year = digits_at(text, at, 4);
  if (!year || !take(text, at, "-")) return std::nullopt;
  const auto month = digits_at(text, at, 2);
  if (!month || !take(text, at, "-")) return std::nullopt;
  const auto day = digits_at(text, at, 2);
  if (!day || !take(text, at, "Tt")) return std::nullopt;
  const auto hour = digits_at(text, at, 2);
  if (!hour || !take(text, at, ":")) return std::nullopt;
  const auto minute = digits_at(text, at, 2);
  if (!minute || !take(text, at, ":")) return std::nullopt;
  const auto second = digits_at(text, at, 2);
  if (!second || *hour > 23 || *minute > 59 || *second > 59) return std::nullopt;
  int ms = 0;
  if (take(text, at, ".")) {
    const std::size_t first = at;
    while (take(text, at, "0123456789")) {
    }
    if (at == first) return std::nullopt;
    for (std::size_t i = 0; i < 3; ++i) ms = ms * 10 + (first + i < at ? text[first + i] - '0' : 0);
  }
  const auto offset = offset_at(text, at);
  const chrono::year_month_day date(chrono::year(*year), chrono::month(static_cast<unsigned>(*month)),
                                    chrono::day(static_cast<unsigned>(*day)));
  if (!offset || !date.ok()) return std::nullopt;
  const std::int64_t days = chrono::sys_days(date).time_since_epoch().count();
  const std::int64_t minutes = (days * 24 + *hour) * 60 + *minute - *offset;
  const std::int64_t value = (minutes * 60 + *second) * 1'000 + ms;
  if (value < 0) return std::nullopt;
  return static_cast<std::uint64_t>(value);
}

}  // namespace

Result<Json> parse_json(std::string_view what, std::string_view text, std::size_t bytes_max) {
  ICN_TRY(model::check_strict_json(what, text, bytes_max, kDepthMax));
  return Json::parse(text);
}

Result<std::string> canonical(const Json& json) { return Writer().write(json); }

std::optional<std::string> text_in(const Json& object, const std::string& name) {
  const auto found = object.is_object() ? object.find(name) : object.end();
  if (found == object.end() || !found->is_string()) return std::nullopt;
  return found->get<std::string>();
}

Result<std::string> text_member(const Json& object, const std::string& name) {
  if (auto text = text_in(object, name)) return *std::move(text);
  return refuse(ErrorCode::invalid_format, "bad_credential", fmt::format("'{}' must be a text", name), name);
}

Result<std::uint64_t> date_time_ms(std::string_view text) {
  if (const auto value = read_date_time(text)) return *value;
  return refuse(ErrorCode::invalid_format, "bad_credential",
                fmt::format("'{}' is not a time as 2026-07-01T12:00:00Z", text.substr(0, 64)));
}

}  // namespace icn::credentials::detail
