#include "ipld/cid.hpp"

#include <gtest/gtest.h>

#include <unordered_set>

#include "ipld/multibase.hpp"
#include "testing/mutate.hpp"

namespace icn::ipld {
namespace {

// Texts that other IPLD implementations produce for these blocks.
constexpr std::string_view kRawHello = "bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e";
constexpr std::string_view kCborHello = "bafyreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e";
constexpr std::string_view kRawEmpty = "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku";
constexpr std::string_view kCborEmptyMap = "bafyreigbtj4x7ip5legnfznufuopl4sg4knzc2cof6duas4b3q2fy6swua";

Bytes good_bytes() {
  const auto bytes = Cid::of(Codec::raw, view_of("hello world")).to_bytes();
  return {bytes.begin(), bytes.end()};
}

TEST(Cid, OfKnownBlocksHasTheTextOtherToolsGive) {
  EXPECT_EQ(Cid::of(Codec::raw, view_of("hello world")).to_text(), kRawHello);
  EXPECT_EQ(Cid::of(Codec::dag_cbor, view_of("hello world")).to_text(), kCborHello);
  EXPECT_EQ(Cid::of(Codec::dag_cbor, Bytes{0xa0}).to_text(), kCborEmptyMap);
  EXPECT_EQ(Cid().to_text(), kRawEmpty);
  EXPECT_EQ(to_hex(good_bytes()), "01551220b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9");
}

TEST(Cid, ComesBackFromTextAndBytes) {
  for (const Codec codec : {Codec::raw, Codec::dag_pb, Codec::dag_cbor}) {
    const Cid cid = Cid::of(codec, view_of("x"));
    EXPECT_EQ(Cid::parse(cid.to_text()).value(), cid);
    EXPECT_EQ(Cid::from_bytes(cid.to_bytes()).value(), cid);
    EXPECT_EQ(cid.codec(), codec);
  }
}

// The reference network's CIDs lack the digest's length and must not be accepted as CIDs.
TEST(Cid, TextOfAnotherFormIsRefused) {
  const std::string upper = "BAFKREIFZJUT3TE2NHYEKKLSS27NH3K72YSCO7Y32KOAO5EEI66WOF36N5E";
  for (const std::string& text :
       {std::string(), std::string("b"), upper, std::string(kRawHello.substr(1)), std::string(kRawHello) + "a",
        std::string(kRawHello.substr(0, 58)), " " + std::string(kRawHello),
        std::string("bafkrfokne64zgtj6bcss4uwx3j62x6weqtx6g6stqdxjbchxvtro7tpj"),
        std::string("QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWnPbdG"), std::string(10'000, 'b')}) {
    const auto cid = Cid::parse(text);
    ASSERT_FALSE(cid) << text;
    EXPECT_EQ(cid.error().code, ErrorCode::invalid_format) << text;
  }
}

TEST(Cid, OfAnotherCodecOrHashIsUnsupportedAndOfAnotherVersionMalformed) {
  const auto with = [](std::size_t at, std::uint8_t byte) {
    Bytes bytes = good_bytes();
    bytes[at] = byte;
    return Cid::from_bytes(bytes).error().code;
  };
  EXPECT_EQ(with(0, 0), ErrorCode::invalid_format);
  EXPECT_EQ(with(0, 2), ErrorCode::invalid_format);
  EXPECT_EQ(with(1, 0x72), ErrorCode::unsupported);
  EXPECT_EQ(with(2, 0x1e), ErrorCode::unsupported);
  EXPECT_EQ(with(3, 31), ErrorCode::invalid_format);
}

TEST(Cid, ForeignBytesAreMeasuredAndNamedByTheError) {
  const auto foreign = [](std::initializer_list<std::uint8_t> head, std::size_t length) {
    Bytes bytes(head);
    bytes.resize(length, 0xaa);
    return bytes;
  };
  const struct {
    Bytes bytes;
    std::string_view says;
  } cases[] = {
      // Names as npm multiformats 14.0.5 writes them.
      {foreign({0x12, 0x20}, 34), "CID QmZprxSLAFJgy9K2wTBzAg7yvg1Ucp9TH64gKQbn2ADKuB: version 0"},
      {foreign({0x01, 0xa9, 0x02, 0x12, 0x20}, 37), "codec 297 is none of"},
      {foreign({0x01, 0x71, 0xa0, 0xe4, 0x02, 0x20}, 38), "hash function 45600 is not"},
      {foreign({0x01, 0x55, 0x13, 0x40}, 68), "hash function 19 is not"},
      {foreign({0x01, 0x55, 0x00, 0x00}, 4), "CID bafkqaaa: hash function 0 is not"},
  };
  for (const auto& [bytes, says] : cases) {
    EXPECT_EQ(cid_length(bytes).value(), bytes.size());
    Bytes followed = bytes;
    followed.resize(bytes.size() + 9, 0x55);
    EXPECT_EQ(cid_length(followed).value(), bytes.size());
    const Error error = Cid::from_bytes(bytes).error();
    EXPECT_EQ(error.code, ErrorCode::unsupported) << error.detail;
    EXPECT_NE(error.detail.find(says), std::string::npos) << error.detail;
  }
  EXPECT_EQ(cid_length(good_bytes()).value(), Cid::kByteLength);
  EXPECT_FALSE(cid_length({}));
  EXPECT_FALSE(cid_length(Bytes{0x01, 0x55, 0x12}));
  EXPECT_FALSE(cid_length(Bytes{0x01, 0x55, 0x12, 0x7d})) << "a digest of 125 bytes";
}

TEST(Cid, BytesCutLengthenedOrFlippedAreRefusedOrNameAnotherBlock) {
  const Bytes good = good_bytes();
  icn::testing::for_each_truncation(
      good, [](const Bytes& damaged, const std::string& what) { EXPECT_FALSE(Cid::from_bytes(damaged)) << what; });
  Bytes longer = good;
  longer.push_back(0);
  EXPECT_FALSE(Cid::from_bytes(longer));
  icn::testing::for_each_bit_flip(good, [&](const Bytes& damaged, const std::string& what) {
    const auto cid = Cid::from_bytes(damaged);
    if (!cid) return;
    const auto again = cid->to_bytes();
    EXPECT_EQ(Bytes(again.begin(), again.end()), damaged) << what;
  });
}

TEST(Cid, HasOneTextOnly) {
  const std::string good(kRawHello);
  for (std::size_t at = 0; at < good.size(); ++at) {
    for (int c = 0; c < 256; ++c) {
      std::string text = good;
      text[at] = static_cast<char>(c);
      const auto cid = Cid::parse(text);
      if (!cid) continue;
      ASSERT_EQ(cid->to_text(), text) << at;
    }
  }
}

TEST(Cid, SortsAndHashes) {
  const Cid a = Cid::of(Codec::raw, view_of("a"));
  const Cid b = Cid::of(Codec::dag_cbor, view_of("a"));
  EXPECT_NE(a, b);
  EXPECT_LT(a, b);
  std::unordered_set<Cid> set{a, b, a};
  EXPECT_EQ(set.size(), 2U);
}

TEST(Block, HoldsItsNameUntilAByteChanges) {
  Block block = Block::of(Codec::raw, bytes_of("hello world"));
  EXPECT_EQ(block.cid.to_text(), kRawHello);
  EXPECT_TRUE(block.holds());
  block.bytes[0] ^= 1;
  EXPECT_FALSE(block.holds());
}

}  // namespace
}  // namespace icn::ipld
