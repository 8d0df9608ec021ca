#include "ipld/dag_cbor.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <random>

#include "testing/mutate.hpp"

namespace icn::ipld {
namespace {

constexpr std::string_view kRawHello = "bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e";

// The output of @ipld/dag-cbor for one value of every kind, and of @ipld/dag-json, with the keys in dag-cbor's order.
constexpr std::string_view kGolden =
    "ab6161016162430102036165806166f4616da0616ef66174f56178fb3ff8000000000000646c696e6bd82a58250001551220b94d27b9934d3e"
    "08"
    "a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9646c697374910017181818ff19010019ffff1a000100001affffffff1b00000001"
    "000000001bffffffffffffffff2037381838ff3901003b7fffffffffffffff3bffffffffffffffff64746578746668c3a9225c0a";
constexpr std::string_view kGoldenJson =
    R"({"a":1,"b":{"/":{"bytes":"AQID"}},"e":[],"f":false,)"
    R"("link":{"/":"bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e"},)"
    R"("list":[0,23,24,255,256,65535,65536,4294967295,4294967296,18446744073709551615,)"
    R"(-1,-24,-25,-256,-257,-9223372036854775808,-18446744073709551616],)"
    R"("m":{},"n":null,"t":true,"text":"hé\"\\\n","x":1.5})";

Bytes hex(std::string_view text) { return from_hex(text).value(); }

// Reads a value with the reader's typed calls and writes it again with the writer's: equal bytes prove that there is no
// second encoding. Floats and integers below -2^63 have no typed call and are copied as encoded bytes.
Result<void> copy_value(CborReader& reader, CborWriter& writer) {
  switch (ICN_TRY(reader.peek())) {
    case CborKind::unsigned_integer:
      writer.unsigned_integer(ICN_TRY(reader.unsigned_integer()));
      return {};
    case CborKind::negative_integer: {
      const auto number = reader.integer();
      if (number) {
        writer.integer(*number);
      } else {
        writer.encoded(ICN_TRY(reader.skip()));
      }
      return {};
    }
    case CborKind::bytes:
      writer.bytes(ICN_TRY(reader.bytes()));
      return {};
    case CborKind::text:
      writer.text(ICN_TRY(reader.text()));
      return {};
    case CborKind::link:
      writer.link(ICN_TRY(reader.link()));
      return {};
    case CborKind::boolean:
      writer.boolean(ICN_TRY(reader.boolean()));
      return {};
    case CborKind::null:
      writer.null();
      return reader.null();
    case CborKind::floating:
      writer.encoded(ICN_TRY(reader.skip()));
      return {};
    case CborKind::array: {
      const std::size_t count = ICN_TRY(reader.array());
      writer.array(count);
      for (std::size_t i = 0; i < count; ++i) ICN_TRY(copy_value(reader, writer));
      return {};
    }
    case CborKind::map: {
      const std::size_t count = ICN_TRY(reader.map());
      writer.map(count);
      for (std::size_t i = 0; i < count; ++i) {
        writer.key(ICN_TRY(reader.text()));
        ICN_TRY(copy_value(reader, writer));
      }
      return {};
    }
  }
  return fail(ErrorCode::internal, "no such kind");
}

// Refused with invalid_format (or, inside a link, unsupported), or canonical and accepted by every function.
bool refused_or_canonical(const Bytes& bytes) {
  const auto valid = validate_dag_cbor(bytes);
  if (!valid) {
    const ErrorCode code = valid.error().code;
    return (code == ErrorCode::invalid_format || code == ErrorCode::unsupported) && !links_of_dag_cbor(bytes) &&
           !dag_json_of_dag_cbor(bytes);
  }
  CborReader reader(bytes);
  CborWriter writer;
  const auto json = dag_json_of_dag_cbor(bytes);
  return copy_value(reader, writer) && reader.end() && writer.view() == bytes && links_of_dag_cbor(bytes) &&
         (json || json.error().code == ErrorCode::unsupported);
}

TEST(DagCbor, WritesTheBytesThatOtherImplementationsWrite) {
  CborWriter writer;
  writer.map(11).key("a").unsigned_integer(1).key("b").bytes(Bytes{1, 2, 3}).key("e").array(0).key("f").boolean(false);
  writer.key("m").map(0).key("n").null().key("t").boolean(true).key("x").encoded(hex("fb3ff8000000000000"));
  writer.key("link").link(Cid::parse(kRawHello).value()).key("list").array(17);
  for (const std::uint64_t n :
       {std::uint64_t{0}, std::uint64_t{23}, std::uint64_t{24}, std::uint64_t{255}, std::uint64_t{256},
        std::uint64_t{65535}, std::uint64_t{65536}, std::uint64_t{4294967295}, std::uint64_t{4294967296}, UINT64_MAX}) {
    writer.unsigned_integer(n);
  }
  for (const std::int64_t n :
       {std::int64_t{-1}, std::int64_t{-24}, std::int64_t{-25}, std::int64_t{-256}, std::int64_t{-257}, INT64_MIN}) {
    writer.integer(n);
  }
  writer.encoded(hex("3bffffffffffffffff")).key("text").text("h\xc3\xa9\"\\\n");
  EXPECT_EQ(to_hex(writer.view()), kGolden);
}

TEST(DagCbor, ReadsThemBackAndTellsThemAsDagJson) {
  const Bytes golden = hex(kGolden);
  EXPECT_TRUE(validate_dag_cbor(golden));
  EXPECT_TRUE(refused_or_canonical(golden));
  EXPECT_EQ(dag_json_of_dag_cbor(golden).value(), kGoldenJson);
  EXPECT_EQ(links_of_dag_cbor(golden).value(), std::vector<Cid>{Cid::parse(kRawHello).value()});
}

TEST(DagCbor, LinksComeInOrderOfAppearanceAndAsOftenAsTheyAppear) {
  const Cid a = Cid::of(Codec::raw, view_of("a"));
  const Cid b = Cid::of(Codec::dag_cbor, view_of("b"));
  CborWriter writer;
  writer.array(3).link(b).map(1).key("x").array(2).link(a).text("no link").link(b);
  EXPECT_EQ(links_of_dag_cbor(writer.view()).value(), (std::vector<Cid>{b, a, b}));
}

TEST(DagCbor, RefusesEveryTruncationAndKeepsOneFormForEveryFlip) {
  const Bytes golden = hex(kGolden);
  icn::testing::for_each_truncation(
      golden, [](const Bytes& damaged, const std::string& what) { EXPECT_FALSE(validate_dag_cbor(damaged)) << what; });
  icn::testing::for_each_bit_flip(golden, [](const Bytes& damaged, const std::string& what) {
    EXPECT_TRUE(refused_or_canonical(damaged)) << what;
  });
}

TEST(DagCbor, KeepsOneFormUnderTenThousandMutations) {
  const Bytes golden = hex(kGolden);
  std::mt19937_64 random(20'251'124);
  for (int round = 0; round < 10'000; ++round) {
    Bytes bytes = golden;
    for (std::uint64_t change = 1 + random() % 4; change > 0; --change) {
      const auto at = bytes.begin() + static_cast<std::ptrdiff_t>(random() % bytes.size());
      switch (random() % 3) {
        case 0:
          *at = static_cast<std::uint8_t>(random());
          break;
        case 1:
          bytes.erase(at);
          break;
        default:
          bytes.insert(at, static_cast<std::uint8_t>(random()));
          break;
      }
    }
    ASSERT_TRUE(refused_or_canonical(bytes)) << to_hex(bytes);
  }
}

TEST(DagCbor, SurvivesRandomBytes) {
  std::mt19937_64 random(11);
  for (int round = 0; round < 10'000; ++round) {
    Bytes bytes(random() % 40);
    for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(random());
    ASSERT_TRUE(refused_or_canonical(bytes)) << to_hex(bytes);
  }
}

TEST(DagCbor, RefusesWhatIsNotCanonical) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"nothing", ""},
      {"two values", "0000"},
      {"23 in two bytes", "1817"},
      {"255 in three bytes", "1900ff"},
      {"65535 in five bytes", "1a0000ffff"},
      {"2^32-1 in nine bytes", "1b00000000ffffffff"},
      {"-24 in two bytes", "3817"},
      {"a long length", "580100"},
      {"a reserved length", "1c"},
      {"indefinite bytes", "5f4100ff"},
      {"indefinite text", "7f6161ff"},
      {"an indefinite array", "9fff"},
      {"an indefinite map", "bfff"},
      {"a lone break", "ff"},
      {"a count beyond the end", "9bffffffffffffffff"},
      {"a map count beyond the end", "bb7fffffffffffffff"},
      {"bytes beyond the end", "5bffffffffffffffff"},
      {"duplicate keys", "a2616101616102"},
      {"keys out of order", "a2616201616102"},
      {"a longer key first", "a262616101616202"},
      {"a number as key", "a10100"},
      {"bytes as key", "a1416100"},
      {"text that is not UTF-8", "61ff"},
      {"an overlong NUL", "62c080"},
      {"a surrogate", "63eda080"},
      {"tag 1", "c101"},
      {"tag 42 in three bytes", "d9002a410000"},
      {"a link that is text", "d82a6161"},
      {"an empty link", "d82a40"},
      {"a link without prefix", "d82a582401551220b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9"},
      {"undefined", "f7"},
      {"a simple value", "e0"},
      {"false in two bytes", "f814"},
      {"a half float", "f93e00"},
      {"a single float", "fa3fc00000"},
      {"NaN", "fb7ff8000000000000"},
      {"infinity", "fb7ff0000000000000"},
      {"minus infinity", "fbfff0000000000000"},
  };
  for (const auto& [what, bytes] : cases) {
    const auto valid = validate_dag_cbor(hex(bytes));
    ASSERT_FALSE(valid) << what;
    EXPECT_EQ(valid.error().code, ErrorCode::invalid_format) << what;
  }
}

TEST(DagCbor, KeepsFloatsApartFromIntegersInDagJson) {
  EXPECT_EQ(dag_json_of_dag_cbor(hex("fb4000000000000000")).value(), "2.0");
  EXPECT_EQ(dag_json_of_dag_cbor(hex("fb8000000000000000")).value(), "-0.0");
  // As ECMAScript, and with it @ipld/dag-json, writes them.
  for (const auto& [value, text] :
       std::initializer_list<std::pair<double, std::string_view>>{{0.0, "0.0"},
                                                                  {0.5, "0.5"},
                                                                  {-1.5, "-1.5"},
                                                                  {1e-6, "0.000001"},
                                                                  {1e-7, "1e-7"},
                                                                  {-1.25e-8, "-1.25e-8"},
                                                                  {5e-324, "5e-324"},
                                                                  {123456.75, "123456.75"},
                                                                  {1e20, "100000000000000000000.0"},
                                                                  {1e21, "1e+21"},
                                                                  {1.5e300, "1.5e+300"},
                                                                  {9007199254740993.0, "9007199254740992.0"},
                                                                  {0.1, "0.1"},
                                                                  {3.141592653589793, "3.141592653589793"}}) {
    Bytes bytes{0xfb};
    append_be64(bytes, std::bit_cast<std::uint64_t>(value));
    EXPECT_EQ(dag_json_of_dag_cbor(bytes).value(), text);
  }
  EXPECT_EQ(dag_json_of_dag_cbor(hex("62011f")).value(), "\"\\u0001\\u001f\"");
}

TEST(DagCbor, NestsToItsBoundAndNoDeeper) {
  const auto nested = [](std::size_t depth, std::uint8_t outer) {
    Bytes bytes(depth - 1, outer);
    bytes.push_back(0x80);
    return bytes;
  };
  EXPECT_TRUE(validate_dag_cbor(nested(kCborDepthMax, 0x81)));
  EXPECT_FALSE(validate_dag_cbor(nested(kCborDepthMax + 1, 0x81)));
  EXPECT_FALSE(validate_dag_cbor(nested(1'000'000, 0x81)));
  Bytes with_scalar(kCborDepthMax, 0x81);
  with_scalar.push_back(0x00);
  EXPECT_TRUE(validate_dag_cbor(with_scalar));
}

TEST(CborReader, LeavesItsPlaceWhenAnotherKindComes) {
  const Bytes bytes = hex("8101");
  CborReader reader(bytes);
  EXPECT_FALSE(reader.unsigned_integer());
  EXPECT_FALSE(reader.integer());
  EXPECT_FALSE(reader.bytes());
  EXPECT_FALSE(reader.text());
  EXPECT_FALSE(reader.link());
  EXPECT_FALSE(reader.boolean());
  EXPECT_FALSE(reader.null());
  EXPECT_FALSE(reader.map());
  EXPECT_EQ(reader.offset(), 0U);
  EXPECT_FALSE(reader.try_null().value());
  EXPECT_EQ(reader.array().value(), 1U);
  EXPECT_FALSE(reader.end());
  EXPECT_EQ(reader.integer().value(), 1);
  EXPECT_TRUE(reader.end());
}

TEST(CborReader, RefusesNumbersOutsideTheSignedRange) {
  for (const std::string_view text : {"1b8000000000000000", "3b8000000000000000"}) {
    const Bytes bytes = hex(text);
    CborReader reader(bytes);
    EXPECT_FALSE(reader.integer()) << text;
    EXPECT_TRUE(reader.skip()) << text;
  }
}

TEST(CborMap, ReadsKnownFieldsInTheirOrder) {
  CborWriter writer;
  const Cid cid = Cid::of(Codec::raw, view_of("x"));
  writer.map(7).key("a").unsigned_integer(7).key("b").text("hi").key("c").bytes(Bytes{9}).key("d").link(cid);
  writer.key("e").null().key("f").boolean(true).key("g").array(1).integer(-3);
  CborReader reader(writer.view());
  CborMap map = CborMap::open(reader, "thing", 7).value();
  EXPECT_EQ(map.unsigned_integer("a").value(), 7U);
  EXPECT_EQ(map.text("b", 2).value(), "hi");
  EXPECT_EQ(map.bytes("c", 1).value(), Bytes{9});
  EXPECT_FALSE(map.close());
  EXPECT_EQ(map.link("d").value(), cid);
  EXPECT_EQ(map.optional_link("e").value(), std::nullopt);
  EXPECT_TRUE(map.boolean("f").value());
  EXPECT_EQ(map.array("g", 1).value(), 1U);
  EXPECT_EQ(map.reader().integer().value(), -3);
  EXPECT_TRUE(map.close());
  EXPECT_TRUE(reader.end());
}

TEST(CborMap, NamesTheFieldThatIsWrong) {
  CborWriter writer;
  writer.map(2).key("a").text("long").key("b").array(3).null().null().null();
  const auto opened = [&](CborReader& reader) { return CborMap::open(reader, "thing", 2).value(); };
  const auto says = [](const Error& error, std::string_view field) {
    return error.code == ErrorCode::invalid_format &&
           error.detail.rfind("thing: field '" + std::string(field) + "'", 0) == 0;
  };
  CborReader first(writer.view());
  EXPECT_TRUE(says(opened(first).unsigned_integer("a").error(), "a"));
  CborReader second(writer.view());
  EXPECT_TRUE(says(opened(second).text("a", 3).error(), "a"));
  CborReader third(writer.view());
  EXPECT_TRUE(says(opened(third).text("z", 9).error(), "z"));
  CborReader fourth(writer.view());
  CborMap map = opened(fourth);
  EXPECT_TRUE(map.text("a", 4));
  EXPECT_TRUE(says(map.array("b", 2).error(), "b"));
  CborReader fifth(writer.view());
  EXPECT_EQ(CborMap::open(fifth, "thing", 3).error().code, ErrorCode::invalid_format);
}

TEST(CborMap, AnswersMissingOnceAllFieldsAreRead) {
  CborWriter writer;
  writer.map(0);
  CborReader reader(writer.view());
  CborMap map = CborMap::open(reader, "thing", 0).value();
  EXPECT_FALSE(map.boolean("a"));
  EXPECT_TRUE(map.close());
}

}  // namespace
}  // namespace icn::ipld
