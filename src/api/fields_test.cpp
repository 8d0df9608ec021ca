#include "api/fields.hpp"

#include <gtest/gtest.h>

#include "api/detail/derive.hpp"
#include "api/operation.hpp"

namespace icn::api {

enum class Colour : std::uint8_t { red, green };
template <>
struct EnumNames<Colour> {
  static constexpr auto values = first_values<Colour, 2>();
  static std::string_view name(Colour colour) { return colour == Colour::red ? "red" : "green"; }
};

namespace {

struct Inner {
  std::uint8_t small = 0;
  static constexpr auto fields() { return std::tuple{Field<&Inner::small>{"small", "up to 255", {.min = 1}}}; }
};

struct Everything {
  static constexpr std::string_view kName = "everything";
  static constexpr std::string_view kText = "One field of each type.";
  bool flag = false;
  std::uint64_t count = 7;
  std::int64_t difference = 0;
  std::string word;
  Colour colour = Colour::red;
  std::optional<Inner> inner;
  Nullable<Inner> inner_or_null;
  std::vector<Inner> list;
  std::map<std::string, std::uint64_t> by_name;
  std::array<std::uint8_t, 2> hash{};
  Bytes bytes;
  ipld::Cid cid;
  model::Did did;
  model::Mana mana;
  model::UnixMs time;
  model::AccountKey account;
  model::LimitsAsked limits;
  JsonText json{"{}"};

  static constexpr auto fields() {
    using T = Everything;
    return std::tuple{
        Field<&T::flag>{"flag", "yes or no"},
        Field<&T::count>{"count", "how many", {.max = 10, .missing = Missing::allowed}},
        Field<&T::difference>{"difference", "may be negative"},
        Field<&T::word>{"word", "a word", {.max = 5, .form = Form::word}},
        Field<&T::colour>{"colour", "of the thing"},
        Field<&T::inner>{"inner", "may be left out"},
        Field<&T::inner_or_null>{"inner_or_null", "may be null"},
        Field<&T::list>{"list", "at most two", {.max = 2}},
        Field<&T::by_name>{"by_name", "numbers"},
        Field<&T::hash>{"hash", "two bytes"},
        Field<&T::bytes>{"bytes", "some bytes"},
        Field<&T::cid>{"cid", "a block"},
        Field<&T::did>{"did", "a member"},
        Field<&T::mana>{"mana", "an amount"},
        Field<&T::time>{"time", "a moment"},
        Field<&T::account>{"account", "an account"},
        Field<&T::limits>{"limits", "limits of a run"},
        Field<&T::json>{"json", "described elsewhere"},
    };
  }
  static std::vector<Rule> rules() {
    return {{"Green needs a flag.", is_one_of("colour", {"green"}), {is_one_of("word", {"flag"})}}};
  }
};

// The answer is a list.
struct Words {
  std::vector<std::string> words;
  static constexpr auto fields() { return std::tuple{Field<&Words::words>{"", "words", {.item_min = 1}}}; }
};

Everything sample() {
  Everything value;
  value.word = "red_1";
  value.difference = -3;
  value.inner = Inner{200};
  value.list = {Inner{1}, Inner{2}};
  value.by_name = {{"a", 1}};
  value.hash = {0xab, 0x01};
  value.bytes = {1, 2, 3};
  value.mana.umana = UINT64_MAX;
  value.time.value = 1'782'907'200'123;
  value.account = model::AccountKey::of(model::SystemAccount::treasury);
  value.limits.values[2] = 5;
  return value;
}

Json sample_json() {
  Json json;
  Shape<Everything>::to_json(sample(), json);
  return json;
}

// Returns the error of the sample after setting the value at one JSON pointer.
Error error_of(const std::string& pointer, const Json& value) {
  Json json = sample_json();
  json[Json::json_pointer(pointer)] = value;
  const auto read = Shape<Everything>::from_json(json);
  return read ? Error{} : read.error();
}

TEST(Fields, JsonIsInTheOrderOfTheDeclarationAndReadsBack) {
  const Json json = sample_json();
  EXPECT_EQ(
      json.dump().find(R"({"flag":false,"count":7,"difference":-3,"word":"red_1","colour":"red","inner":{"small":200},)"
                       R"("inner_or_null":null,"list":[{"small":1},{"small":2}],"by_name":{"a":1},"hash":"ab01",)"
                       R"("bytes":"010203","cid":")"),
      0U)
      << json.dump();
  EXPECT_EQ(json["mana"], "18446744073709551615");
  EXPECT_EQ(json["time"], "2026-07-01T12:00:00.123Z");
  EXPECT_EQ(json["account"], "TREASURY");
  EXPECT_EQ(json["limits"], (Json{{"max_fuel", 5}}));
  const auto read = Shape<Everything>::from_json(json);
  ASSERT_TRUE(read) << read.error().detail;
  Json again;
  Shape<Everything>::to_json(*read, again);
  EXPECT_EQ(again, json);
  EXPECT_EQ(read->time, sample().time);
}

TEST(Fields, AnOptionalHasNoKeyWhenEmptyANullableIsNull) {
  Everything value = sample();
  value.inner.reset();
  Json json;
  Shape<Everything>::to_json(value, json);
  EXPECT_FALSE(json.contains("inner"));
  EXPECT_TRUE(json["inner_or_null"].is_null());
  json.erase("inner_or_null");
  EXPECT_EQ(Shape<Everything>::from_json(json).error().detail, "field inner_or_null is missing");
}

TEST(Fields, AFieldThatMayBeMissingKeepsItsDefault) {
  Json json = sample_json();
  json.erase("count");
  EXPECT_EQ(Shape<Everything>::from_json(json)->count, 7U);
  json.erase("flag");
  const Error error = Shape<Everything>::from_json(json).error();
  EXPECT_EQ(error.rule, "missing_field");
  EXPECT_EQ(error.detail, "field flag is missing");
}

TEST(Fields, EachMistakeNamesItsFieldAndItsRule) {
  const std::tuple<std::string, Json, std::string, std::string> cases[] = {
      {"/more", 1, "unknown_field", "field more is not known here"},
      {"/inner/more", 1, "unknown_field", "field inner.more is not known here"},
      {"/flag", 1, "wrong_type", "field flag must be true or false"},
      {"/count", "1", "wrong_type", "field count must be a whole number"},
      {"/count", -1, "wrong_type", "field count must be a whole number"},
      {"/count", 1.5, "wrong_type", "field count must be a whole number"},
      {"/count", 11, "out_of_bounds", "field count must be from 0 to 10"},
      {"/difference", UINT64_MAX, "out_of_bounds", "field difference must be at most 9223372036854775807"},
      {"/inner/small", 256, "out_of_bounds", "field inner.small must be from 1 to 255"},
      {"/list/1/small", 0, "out_of_bounds", "field list[1].small must be from 1 to 255"},
      {"/list", Json::array({1, 2, 3}), "out_of_bounds", "field list must have a length of at most 2"},
      {"/list", 1, "wrong_type", "field list must be a list"},
      {"/word", "too long", "out_of_bounds", "field word must have a length of at most 5"},
      {"/word", "A", "out_of_bounds", "field word must be lower case letters, digits and _"},
      {"/word", nullptr, "wrong_type", "field word must be a text"},
      {"/colour", "blue", "out_of_bounds", "field colour blue: no such value; there are red, green"},
      {"/colour", "green", "out_of_bounds", "field word does not fit field colour: Green needs a flag."},
      {"/hash", "ab", "out_of_bounds", "field hash must be 2 bytes"},
      {"/hash", "AB01", "out_of_bounds", "field hash must be pairs of lower case hexadecimal digits"},
      {"/by_name/a", -1, "wrong_type", "field by_name.a must be a whole number"},
      {"/mana", "01", "out_of_bounds", "field mana must be µmana as a decimal number below 2^64"},
      {"/mana", "18446744073709551616", "out_of_bounds", "field mana must be µmana as a decimal number below 2^64"},
      {"/limits/max_fule", 1, "unknown_field", "field limits.max_fule is not a limit"},
      {"/inner_or_null", 1, "wrong_type", "field inner_or_null must be an object"},
  };
  for (const auto& [pointer, value, rule, detail] : cases) {
    const Error error = error_of(pointer, value);
    EXPECT_EQ(error.code, ErrorCode::invalid_argument) << pointer << " " << value;
    EXPECT_EQ(error.rule, rule) << pointer << " " << value;
    EXPECT_EQ(error.detail, detail) << pointer << " " << value;
  }
  for (const char* pointer : {"/cid", "/did", "/account"}) EXPECT_EQ(error_of(pointer, "x").rule, "out_of_bounds");
  EXPECT_EQ(Shape<Everything>::from_json(Json::array()).error().detail, "the document must be an object");
}

TEST(Fields, ATimeIsTakenOnlyAsItIsWritten) {
  for (const char* text : {"2026-07-01T12:00:00.123", "2026-07-01T12:00:00.123+", "2026-13-01T12:00:00.123Z",
                           "2026-02-30T12:00:00.123Z", "2026-07-01T24:00:00.123Z", "2026-07-01 12:00:00.123Z",
                           "1969-12-31T23:59:59.999Z", "20x6-07-01T12:00:00.123Z", ""}) {
    EXPECT_EQ(error_of("/time", text).rule, "out_of_bounds") << text;
  }
  Json json = sample_json();
  for (const char* text : {"1970-01-01T00:00:00.000Z", "2024-02-29T23:59:59.999Z", "9999-12-31T23:59:59.999Z"}) {
    json["time"] = text;
    const auto read = Shape<Everything>::from_json(json);
    ASSERT_TRUE(read) << text << read.error().detail;
    Json again;
    Shape<Everything>::to_json(*read, again);
    EXPECT_EQ(again["time"], text);
  }
}

TEST(Fields, AListMayBeTheWholeAnswer) {
  Json json;
  Shape<Words>::to_json({{"a", "b"}}, json);
  EXPECT_EQ(json.dump(), R"(["a","b"])");
  EXPECT_EQ(Shape<Words>::from_json(json)->words.size(), 2U);
  EXPECT_EQ(Shape<Words>::from_json(Json::array({"a", ""})).error().detail,
            "field [1] must have a length of at least 1");
  Shape<Words>::schema(json);
  EXPECT_EQ(json.dump(), R"({"type":"array","items":{"type":"string","minLength":1}})");
}

TEST(Fields, TheSchemaIsStrictAndNamesEveryField) {
  Json schema;
  Shape<Everything>::schema(schema);
  const Json document = detail::as_document("everything", "All.", schema);
  EXPECT_EQ(document["title"], "everything");
  EXPECT_EQ(document["additionalProperties"], false);
  const Json value = sample_json();
  for (const auto& item : value.items()) EXPECT_TRUE(document["properties"].contains(item.key())) << item.key();
  EXPECT_EQ(document["required"].size(), 16U) << "all but the optional and the one with a default";
  const Json& properties = document["properties"];
  EXPECT_EQ(properties["count"].dump(),
            R"({"description":"how many","type":"integer","minimum":0,"maximum":10,"default":7})");
  EXPECT_EQ(properties["inner"]["properties"]["small"]["maximum"], 255);
  EXPECT_EQ(properties["inner_or_null"]["anyOf"][1]["type"], "null");
  EXPECT_EQ(properties["hash"]["pattern"], "^[0-9a-f]{4}$");
  EXPECT_EQ(properties["time"]["$ref"], "#/$defs/time");
  for (const char* name : {"cid", "did", "umana", "time", "account"}) EXPECT_TRUE(document["$defs"].contains(name));
  EXPECT_EQ(document["allOf"][0]["then"].dump(), R"({"properties":{"word":{"enum":["flag"]}}})");
}

TEST(Fields, TextThatIsNotUtf8IsReplacedAndTextThatIsNotJsonRefused) {
  EXPECT_EQ(Shape<Words>::text({{"a\xff"}}), "[\n  \"a\xef\xbf\xbd\"\n]\n");
  EXPECT_EQ(Shape<Words>::parse("[").error().code, ErrorCode::invalid_format);
  EXPECT_EQ(Shape<Words>::parse(R"(["a"])")->words.size(), 1U);
}

// ---- rows -----------------------------------------------------------------------------------------------------------
struct Length : Slot<Inner, Everything> {};
Result<Everything> grow(Context&, const Inner& request) {
  Everything answer = sample();
  answer.count = request.small;
  return answer;
}

TEST(Operation, ARowRunsItsUseCaseFromJsonToJson) {
  constexpr Operation row = operation<&grow>("test.grow", "POST", "/v1/grow", Role::open, "Grows.");
  EXPECT_EQ(row.answer_name, "everything");
  Context context;
  Json answer;
  ASSERT_TRUE(row.run(context, Json{{"small", 9}}, answer));
  EXPECT_EQ(answer["count"], 9);
  EXPECT_EQ(row.run(context, Json{{"smal", 9}}, answer).error().rule, "missing_field");
  EXPECT_TRUE(row.is_bound({}));
}

TEST(Operation, ASlotIsBoundByAHigherModule) {
  constexpr Operation row = slot<Length>("test.length", "POST", "/v1/length", Role::operate, "Measures.");
  Slots slots;
  Context context{.slots = &slots};
  Json answer;
  EXPECT_FALSE(row.is_bound(slots));
  EXPECT_EQ(row.run(context, Json{{"small", 9}}, answer).error().code, ErrorCode::unsupported);
  slots.bind<Length>(&grow);
  EXPECT_TRUE(row.is_bound(slots));
  ASSERT_TRUE(row.run(context, Json{{"small", 9}}, answer));
  EXPECT_EQ(answer["count"], 9);
  EXPECT_EQ(call<Length>(context, {3})->count, 3U);
}

}  // namespace
}  // namespace icn::api
