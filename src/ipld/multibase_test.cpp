#include "ipld/multibase.hpp"

#include <gtest/gtest.h>

#include <random>

namespace icn::ipld {
namespace {

// RFC 4648 §10, in lower case and without padding.
TEST(Base32, AgreesWithTheRfc) {
  const std::pair<std::string_view, std::string_view> vectors[] = {{"", ""},
                                                                   {"f", "my"},
                                                                   {"fo", "mzxq"},
                                                                   {"foo", "mzxw6"},
                                                                   {"foob", "mzxw6yq"},
                                                                   {"fooba", "mzxw6ytb"},
                                                                   {"foobar", "mzxw6ytboi"}};
  for (const auto& [plain, text] : vectors) {
    EXPECT_EQ(to_base32(view_of(plain)), text);
    EXPECT_EQ(from_base32(text).value(), bytes_of(plain));
  }
}

TEST(Base32, RefusesUpperCasePaddingForeignCharactersAndLeftOverBits) {
  for (const std::string_view text :
       {"MY", "my======", "m0", "m1", "m8", "m y", "a", "mza", "mz", "mzxw7", "aaaaaaaaa"}) {
    const auto bytes = from_base32(text);
    ASSERT_FALSE(bytes) << text;
    EXPECT_EQ(bytes.error().code, ErrorCode::invalid_format) << text;
  }
}

// draft-msporny-base58, and leading zero bytes.
TEST(Base58, AgreesWithTheDraft) {
  const std::pair<Bytes, std::string_view> vectors[] = {
      {bytes_of("Hello World!"), "2NEpo7TZRRrLZSi2U"},
      {bytes_of("The quick brown fox jumps over the lazy dog."),
       "USm3fpXnKG5EUBx2ndxBDMPVciP5hGey2Jh4NDv6gmeo1LkMeiKrLJUUBk6Z"},
      {{0x00, 0x00, 0x28, 0x7f, 0xb4, 0xcd}, "11233QC4"},
      {{}, ""},
      {{0x00}, "1"}};
  for (const auto& [plain, text] : vectors) {
    EXPECT_EQ(to_base58(plain), text);
    EXPECT_EQ(from_base58(text).value(), plain);
  }
}

TEST(Base58, RefusesForeignCharactersAndTextTooLongForItsSquareCost) {
  for (const std::string& text : {std::string("0"), std::string("O"), std::string("I"), std::string("l"),
                                  std::string("a b"), std::string(201, '2')}) {
    const auto bytes = from_base58(text);
    ASSERT_FALSE(bytes) << text;
    EXPECT_EQ(bytes.error().code, ErrorCode::invalid_format);
  }
  EXPECT_TRUE(from_base58(std::string(200, '2')));
}

TEST(Multibase, RoundTripsRandomBytesOfEveryLength) {
  std::mt19937_64 random(7);
  for (std::size_t length = 0; length <= 128; ++length) {
    Bytes bytes(length);
    for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(random());
    if (length > 2) bytes[0] = bytes[1] = 0;
    ASSERT_EQ(from_base32(to_base32(bytes)).value(), bytes);
    ASSERT_EQ(from_base58(to_base58(bytes)).value(), bytes);
  }
}

TEST(Varint, RoundTripsAtEveryWidthAndLeavesTheRest) {
  for (int shift = 0; shift < 63; ++shift) {
    for (const std::uint64_t value : {(std::uint64_t{1} << shift) - 1, std::uint64_t{1} << shift}) {
      Bytes bytes;
      append_varint(bytes, value);
      bytes.push_back(0xee);
      ByteView rest = bytes;
      ASSERT_EQ(take_varint(rest).value(), value);
      ASSERT_EQ(rest.size(), 1U);
    }
  }
}

TEST(Varint, RefusesLongerFormsTruncationAndMoreThanNineBytes) {
  const Bytes bad[] = {{},
                       {0x80},
                       {0x80, 0x00},
                       {0xff, 0x80, 0x00},
                       Bytes(9, 0xff),
                       {0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01}};
  for (const Bytes& bytes : bad) {
    ByteView rest = bytes;
    const auto value = take_varint(rest);
    ASSERT_FALSE(value) << to_hex(bytes);
    EXPECT_EQ(value.error().code, ErrorCode::invalid_format);
    EXPECT_EQ(rest.size(), bytes.size()) << "an error consumes nothing";
  }
}

}  // namespace
}  // namespace icn::ipld
