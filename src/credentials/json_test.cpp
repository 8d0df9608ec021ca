// Goal: JSON is written as RFC 8785 prescribes (its own vectors), and what programs could read differently is refused.
#include "credentials/detail/json.hpp"

#include "credentials/credentials.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <fstream>

namespace icn::credentials::detail {
namespace {

std::string canonical_of(std::string_view text) {
  const auto json = parse_json("The text", text, kCredentialBytesMax);
  if (!json) return json.error().rule;
  const auto written = canonical(*json);
  return written ? *written : written.error().rule;
}

struct Number {
  std::uint64_t bits;
  std::string_view text;
};
// Appendix B of the RFC.
constexpr Number kNumbers[] = {
    {0x0000000000000000, "0"},
    {0x8000000000000000, "0"},
    {0x0000000000000001, "5e-324"},
    {0x8000000000000001, "-5e-324"},
    {0x7fefffffffffffff, "1.7976931348623157e+308"},
    {0xffefffffffffffff, "-1.7976931348623157e+308"},
    {0x4340000000000000, "9007199254740992"},
    {0xc340000000000000, "-9007199254740992"},
    {0x4430000000000000, "295147905179352830000"},
    {0x44b52d02c7e14af5, "9.999999999999997e+22"},
    {0x44b52d02c7e14af6, "1e+23"},
    {0x44b52d02c7e14af7, "1.0000000000000001e+23"},
    {0x444b1ae4d6e2ef4e, "999999999999999700000"},
    {0x444b1ae4d6e2ef4f, "999999999999999900000"},
    {0x444b1ae4d6e2ef50, "1e+21"},
    {0x3eb0c6f7a0b5ed8c, "9.999999999999997e-7"},
    {0x3eb0c6f7a0b5ed8d, "0.000001"},
    {0x41b3de4355555553, "333333333.3333332"},
    {0x41b3de4355555554, "333333333.33333325"},
    {0x41b3de4355555555, "333333333.3333333"},
    {0x41b3de4355555556, "333333333.3333334"},
    {0x41b3de4355555557, "333333333.33333343"},
    {0xbecbf647612f3696, "-0.0000033333333333333333"},
    {0x43143ff3c1cb0959, "1424953923781206.2"},
};

TEST(CanonicalJson, WritesNumbersAsTheRfcDoes) {
  for (const Number& number : kNumbers) EXPECT_EQ(canonical(Json(std::bit_cast<double>(number.bits))), number.text);
}

TEST(CanonicalJson, WritesTheExamplesOfTheRfc) {
  EXPECT_EQ(canonical_of(R"({"numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
                             "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
                             "literals": [null, true, false]})"),
            R"({"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],)"
            "\"string\":\"\u20ac$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}");
  // By UTF-16 code units: an emoji, whose first unit is a surrogate, before a later letter of the basic plane.
  EXPECT_EQ(canonical_of(R"({"\u20ac": "Euro Sign", "\r": "Carriage Return", "\ufb33": "Hebrew", "1": "One",
                             "\ud83d\ude00": "Emoji", "\u0080": "Control", "\u00f6": "Latin"})"),
            "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\u0080\":\"Control\",\"\u00f6\":\"Latin\",\"\u20ac\":\"Euro "
            "Sign\",\"\U0001f600\":\"Emoji\",\"\ufb33\":\"Hebrew\"}");
  EXPECT_EQ(canonical_of(R"([56, {"d": true, "10": null, "1": []}])"), R"([56,{"1":[],"10":null,"d":true}])");
}

TEST(CanonicalJson, RefusesWhatProgramsReadDifferently) {
  EXPECT_EQ(canonical_of("9007199254740993"), "json_number");
  EXPECT_EQ(canonical_of("-9007199254740993"), "json_number");
  EXPECT_EQ(canonical_of("9007199254740994"), "9007199254740994");
  EXPECT_EQ(canonical_of("18446744073709551615"), "json_number");
  EXPECT_EQ(canonical_of("1e400"), "not_json");
  EXPECT_EQ(canonical_of(R"({"a": 1, "a": 2})"), "duplicate_key");
  EXPECT_EQ(canonical_of(R"("\ud800")"), "not_json");
  EXPECT_EQ(canonical_of("\"\xff\""), "not_json");
  EXPECT_EQ(canonical_of(std::string(100, '[') + std::string(100, ']')), "too_deep");
  EXPECT_EQ(canonical_of("\"" + std::string(kCredentialBytesMax, 'a') + "\""), "json_bytes");
}

TEST(DateTime, IsReadAsRfc3339) {
  EXPECT_EQ(date_time_ms("1970-01-01T00:00:00Z"), 0U);
  EXPECT_EQ(date_time_ms("2023-02-24T23:36:38Z"), 1'677'281'798'000U);
  EXPECT_EQ(date_time_ms("2023-02-24T23:36:38.1234Z"), 1'677'281'798'123U);
  EXPECT_EQ(date_time_ms("2023-02-25T00:36:38+01:00"), 1'677'281'798'000U);
  EXPECT_EQ(date_time_ms("2023-02-24T18:06:38-05:30"), 1'677'281'798'000U);
  for (const std::string_view wrong :
       {"", "2023", "2023-02-24", "2023-02-30T00:00:00Z", "2023-02-24T24:00:00Z", "2023-02-24T23:36:38",
        "2023-02-24T23:36:38+0100", "2023-02-24T23:36:38.Z", "2023-02-24 23:36:38Z", "2023-02-24T23:36:38Zx",
        "1969-12-31T23:59:59Z", "2023-13-01T00:00:00Z"})
    EXPECT_FALSE(date_time_ms(wrong)) << wrong;
}

}  // namespace
}  // namespace icn::credentials::detail
