#include "core/bytes.hpp"

#include <gtest/gtest.h>

namespace icn {
namespace {

TEST(Bytes, HexRoundTripsEveryByte) {
  Bytes all(256);
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<std::uint8_t>(i);
  EXPECT_EQ(from_hex(to_hex(all)).value(), all);
  EXPECT_EQ(to_hex(Bytes{0x00, 0x0f, 0xa0, 0xff}), "000fa0ff");
  EXPECT_EQ(from_hex("FfAa").value(), (Bytes{0xff, 0xaa}));
  EXPECT_EQ(from_hex("").value(), Bytes{});
}

TEST(Bytes, HexRefusesOddLengthAndForeignCharacters) {
  for (const std::string_view text : {"0", "000", "0g", "g0", "0 ", "-1", "0x"}) {
    const auto bytes = from_hex(text);
    ASSERT_FALSE(bytes) << text;
    EXPECT_EQ(bytes.error().code, ErrorCode::invalid_format) << text;
  }
}

TEST(Bytes, BigEndianNumbersComeBackAndSortAsTheirNumbersDo) {
  Bytes previous;
  for (const std::uint64_t value : {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{0xff}, std::uint64_t{0x100},
                                    std::uint64_t{1} << 63, UINT64_MAX}) {
    Bytes bytes;
    append_be64(bytes, value);
    ASSERT_EQ(bytes.size(), 8U);
    EXPECT_EQ(read_be64(bytes.data()), value);
    EXPECT_LT(previous, bytes);
    previous = bytes;
  }
  Bytes bytes;
  append_be64(bytes, 0x0102030405060708);
  EXPECT_EQ(to_hex(bytes), "0102030405060708");
}

TEST(Bytes, Utf8IsAcceptedAtTheEdgesOfEachLength) {
  for (const std::string_view hex :
       {"", "00", "7f", "c280", "dfbf", "e0a080", "ed9fbf", "ee8080", "efbfbf", "f0908080", "f48fbfbf"}) {
    EXPECT_TRUE(is_utf8(from_hex(hex).value())) << hex;
  }
}

TEST(Bytes, IllFormedUtf8IsRefused) {
  for (const std::string_view hex :
       {"80",       "bf",     "c0af",   "c1bf", "c2",     "c27f",     "c2c2",     "e08080",
        "e09fbf",   "eda080", "edbfbf", "e0a0", "e0a07f", "f0808080", "f08fbfbf", "f4908080",
        "f5808080", "f0908f", "ff",     "fe",   "61c3",   "f8888080", "e28028a1"}) {
    EXPECT_FALSE(is_utf8(from_hex(hex).value())) << hex;
  }
}

TEST(Bytes, SecretsAreEqualOnlyByteForByte) {
  const Bytes secret = bytes_of("0123456789");
  EXPECT_TRUE(equal_secret(secret, bytes_of("0123456789")));
  EXPECT_TRUE(equal_secret({}, {}));
  EXPECT_FALSE(equal_secret(secret, bytes_of("012345678")));
  for (std::size_t bit = 0; bit < secret.size() * 8; ++bit) {
    Bytes other = secret;
    other[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
    EXPECT_FALSE(equal_secret(secret, other)) << bit;
  }
}

TEST(Bytes, ViewsOfTextAndBytesShowTheSameBytes) {
  const std::string text("a\0b", 3);
  EXPECT_EQ(text_of(view_of(text)), text);
  EXPECT_EQ(copy_of(view_of(text)), bytes_of(text));
  Bytes to;
  append(to, text);
  append(to, ByteView(bytes_of("c")));
  EXPECT_EQ(to, bytes_of(text + "c"));
}

TEST(Bytes, ClippedTextIsCutBetweenCharactersAndReplacesWhatIsNone) {
  EXPECT_EQ(clipped_utf8("plain", 100), "plain");
  EXPECT_EQ(clipped_utf8("ab\xe2\x82\xac", 4), "ab");
  EXPECT_EQ(clipped_utf8("ab\xe2\x82\xac", 5), "ab\xe2\x82\xac");
  EXPECT_EQ(clipped_utf8("a\xff"
                         "b\xe2\x82",
                         100),
            "a\xef\xbf\xbd"
            "b\xef\xbf\xbd\xef\xbf\xbd");
  EXPECT_EQ(clipped_utf8("\xff", 2), "");
  for (std::size_t bytes_max = 0; bytes_max < 10; ++bytes_max) {
    const std::string text = clipped_utf8("x\xe2\x82\xac\xf0\x9f\x98\x80\xc3", bytes_max);
    EXPECT_LE(text.size(), bytes_max);
    EXPECT_TRUE(is_utf8(view_of(text)));
  }
}

}  // namespace
}  // namespace icn
