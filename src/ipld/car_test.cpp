#include "ipld/car.hpp"

#include <gtest/gtest.h>

#include "testing/archive.hpp"
#include "testing/mutate.hpp"

namespace icn::ipld {
namespace {

using icn::testing::archive_blocks;
using icn::testing::golden_file;
using icn::testing::source_of;
using icn::testing::written_archive;

constexpr std::size_t kBlockMax = 1000;
constexpr std::size_t kHeaderBytes = 59;  // of the golden CARv1
constexpr std::size_t kV2Prefix = 51;

struct Read {
  Result<void> outcome;
  CarVersion version{};
  std::vector<Cid> roots;
  std::vector<Block> blocks;
};

Result<void> read_into(const CarSource& source, Read& read) {
  CarReader reader = ICN_TRY(CarReader::open(source, kBlockMax));
  read.version = reader.version();
  read.roots = reader.roots();
  while (auto block = ICN_TRY(reader.next())) read.blocks.push_back(*std::move(block));
  // The end is permanent.
  EXPECT_FALSE(ICN_TRY(reader.next()));
  return {};
}

Read read_all(const Bytes& bytes, std::size_t piece = SIZE_MAX) {
  Read read;
  read.outcome = read_into(source_of(bytes, piece), read);
  return read;
}

std::vector<Cid> cids_of(const std::vector<Block>& blocks) {
  std::vector<Cid> cids;
  for (const Block& block : blocks) cids.push_back(block.cid);
  return cids;
}

Error error_of(const Bytes& bytes) {
  const Read read = read_all(bytes);
  return read.outcome ? Error{} : read.outcome.error();
}

void put_le64(Bytes& bytes, std::size_t at, std::uint64_t value) {
  for (std::size_t i = 0; i < 8; ++i) bytes[at + i] = static_cast<std::uint8_t>(value >> (8 * i));
}

// An archive around one section with exactly these CID bytes and data.
Bytes archive_with(ByteView cid, ByteView data) {
  Bytes bytes = written_archive(CarVersion::v1, {}, {});
  append_varint(bytes, cid.size() + data.size());
  append(bytes, cid);
  append(bytes, data);
  return bytes;
}

TEST(Car, OtherImplementationsArchivesAreReadAndWrittenByteForByte) {
  const std::vector<Block> blocks = archive_blocks();
  for (const CarVersion version : {CarVersion::v1, CarVersion::v2}) {
    const Bytes golden = golden_file(version == CarVersion::v1 ? "archive_v1.car" : "archive_v2.car");
    for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, SIZE_MAX}) {
      const Read read = read_all(golden, piece);
      ASSERT_TRUE(read.outcome) << read.outcome.error().detail;
      EXPECT_EQ(read.version, version);
      EXPECT_EQ(read.roots, std::vector<Cid>{blocks[0].cid});
      EXPECT_EQ(cids_of(read.blocks), cids_of(blocks));
      for (std::size_t i = 0; i < blocks.size(); ++i) EXPECT_EQ(read.blocks[i].bytes, blocks[i].bytes);
    }
    EXPECT_EQ(to_hex(written_archive(version, {blocks[0].cid}, blocks)), to_hex(golden));
  }
}

TEST(Car, TheDocumentShowsTheGoldenArchives) {
  std::ostringstream text;
  text << std::ifstream("docs/FORMATS.md").rdbuf();
  for (const std::string name : {"archive_v1", "archive_v2"}) {
    std::string block = "```archive " + name + "\n";
    const std::string hex = to_hex(golden_file(name + ".car"));
    for (std::size_t at = 0; at < hex.size(); at += 112) block += hex.substr(at, 112) + "\n";
    EXPECT_NE(text.str().find(block + "```\n"), std::string::npos) << "docs/FORMATS.md lacks:\n" << block;
  }
}

TEST(Car, AnyRootsAndBlocksComeBack) {
  const Block empty = Block::of(Codec::raw, {});
  const Block large = Block::of(Codec::raw, Bytes(kBlockMax, 0x5a));
  const std::vector<Block> cases[] = {{}, {empty}, {large, empty, large}};
  for (const auto& blocks : cases) {
    for (const CarVersion version : {CarVersion::v1, CarVersion::v2}) {
      for (const std::vector<Cid>& roots : {std::vector<Cid>{}, {large.cid, empty.cid}}) {
        const Read read = read_all(written_archive(version, roots, blocks));
        ASSERT_TRUE(read.outcome) << read.outcome.error().detail;
        EXPECT_EQ(read.roots, roots);
        EXPECT_EQ(cids_of(read.blocks), cids_of(blocks));
      }
    }
  }
}

// A CARv1 does not state its length: cut between two sections it is a valid shorter archive, cut anywhere else it is
// invalid.
TEST(Car, EveryTruncationIsRefusedAtAByte) {
  const std::vector<Block> blocks = archive_blocks();
  std::vector<std::size_t> ends{kHeaderBytes};
  for (const Block& block : blocks)
    ends.push_back(ends.back() + Cid::kByteLength + block.bytes.size() + (block.bytes.size() > 91 ? 2 : 1));
  ends.pop_back();
  std::size_t whole = 0;
  icn::testing::for_each_truncation(golden_file("archive_v1.car"), [&](const Bytes& damaged, const std::string& what) {
    const Error error = error_of(damaged);
    if (std::find(ends.begin(), ends.end(), damaged.size()) != ends.end()) {
      EXPECT_EQ(error.detail, "") << what;
      ++whole;
    } else {
      EXPECT_EQ(error.code, ErrorCode::invalid_format) << what;
      EXPECT_TRUE(error.detail.starts_with("archive: byte ")) << what << ": " << error.detail;
    }
  });
  EXPECT_EQ(whole, blocks.size());
  icn::testing::for_each_truncation(golden_file("archive_v2.car"), [&](const Bytes& damaged, const std::string& what) {
    const Error error = error_of(damaged);
    EXPECT_EQ(error.code, ErrorCode::invalid_format) << what;
    EXPECT_TRUE(error.detail.starts_with("archive: byte ")) << what << ": " << error.detail;
  });
}

// Only the digests of the roots can change (they then name other blocks), and a CARv2's claim that its index is
// complete.
TEST(Car, EveryFlippedBitIsRefusedOrChangesTheRoots) {
  const std::vector<Cid> cids = cids_of(archive_blocks());
  for (const std::string name : {"archive_v1.car", "archive_v2.car"}) {
    std::size_t other_roots = 0;
    std::size_t same = 0;
    icn::testing::for_each_bit_flip(golden_file(name), [&](const Bytes& damaged, const std::string& what) {
      const Read read = read_all(damaged);
      if (!read.outcome) {
        EXPECT_TRUE(read.outcome.error().detail.starts_with("archive: byte ")) << read.outcome.error().detail;
        return;
      }
      EXPECT_EQ(cids_of(read.blocks), cids) << what;
      ++(read.roots == std::vector<Cid>{cids[0]} ? same : other_roots);
    });
    EXPECT_EQ(other_roots, 32U * 8 + 1) << name << ": the digest, and dag-pb for dag-cbor";
    EXPECT_EQ(same, name == "archive_v2.car" ? 1U : 0U) << name;
  }
}

TEST(Car, MutationsAreRefusedOrHold) {
  for (const std::string name : {"archive_v1.car", "archive_v2.car"}) {
    icn::testing::for_each_mutation(golden_file(name), 5, 20'000, [](const Bytes& damaged, const std::string& what) {
      const Read read = read_all(damaged);
      for (const Block& block : read.blocks) ASSERT_TRUE(block.holds()) << what;
      // An archive has exactly one encoding.
      if (!read.outcome || read.version != CarVersion::v1) return;
      ASSERT_EQ(written_archive(CarVersion::v1, read.roots, read.blocks), damaged) << what;
    });
  }
}

TEST(Car, ForeignBlocksAreRefusedByTheirName) {
  const struct {
    const char* cid;
    const char* says;
  } cases[] = {
      {"1220aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
       "block: CID QmZprxSLAFJgy9K2wTBzAg7yvg1Ucp9TH64gKQbn2ADKuB: version 0"},
      {"0155000161", "block: CID bafkqaalb: hash function 0 is not sha2-256"},
      {"01a9021220aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "codec 297 is none of"},
      {"0171a0e40220aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "hash function 45600 is not"},
  };
  for (const auto& [cid, says] : cases) {
    const Error error = error_of(archive_with(from_hex(cid).value(), view_of("a")));
    EXPECT_EQ(error.code, ErrorCode::unsupported) << error.detail;
    EXPECT_TRUE(error.detail.starts_with("archive: byte 18: block")) << error.detail;
    EXPECT_NE(error.detail.find(says), std::string::npos) << error.detail;
  }
}

TEST(Car, SectionsOfAWrongFormAreRefused) {
  const Cid cid = Cid::of(Codec::raw, view_of("a"));
  const auto name = cid.to_bytes();
  const struct {
    Bytes bytes;
    ErrorCode code;
    std::string says;
  } cases[] = {
      {archive_with(name, view_of("b")), ErrorCode::invalid_format,
       "block " + cid.to_text() + ": its bytes do not match"},
      {archive_with({}, {}), ErrorCode::invalid_format, "archive: byte 18: an empty section"},
      {archive_with(ByteView(name).first(20), {}), ErrorCode::invalid_format, "ends within its CID"},
      {archive_with(Bytes{0x01, 0x55}, {}), ErrorCode::invalid_format, "a section without a CID"},
      {archive_with(name, Bytes(kBlockMax + 1)), ErrorCode::limit_exceeded, cid.to_text() + " of 1001 bytes"},
      {archive_with(name, Bytes(kBlockMax + 200)), ErrorCode::limit_exceeded, "a section of 1236 bytes"},
      // The integer 1 in two bytes, under its right hash.
      {archive_with(Cid::of(Codec::dag_cbor, Bytes{0x18, 0x01}).to_bytes(), Bytes{0x18, 0x01}),
       ErrorCode::invalid_format, "dag-cbor: "},
      {archive_with(Cid::of(Codec::dag_pb, Bytes{0xff}).to_bytes(), Bytes{0xff}), ErrorCode::invalid_format,
       "dag-pb: "},
  };
  for (const auto& [bytes, code, says] : cases) {
    const Error error = error_of(bytes);
    EXPECT_EQ(error.code, code) << error.detail;
    EXPECT_NE(error.detail.find(says), std::string::npos) << error.detail;
  }
  // A length with more bytes than needed.
  Bytes longer = written_archive(CarVersion::v1, {}, {});
  append(longer, Bytes{0xa5, 0x00});
  append(longer, name);
  append(longer, std::string_view("a"));
  EXPECT_NE(error_of(longer).detail.find("a varint longer than needed"), std::string::npos);
}

TEST(Car, HeadersOfAWrongFormAreRefused) {
  const auto header = [](const char* hex) {
    const Bytes map = from_hex(hex).value();
    Bytes bytes;
    append_varint(bytes, map.size());
    append(bytes, map);
    return bytes;
  };
  const struct {
    Bytes bytes;
    ErrorCode code;
    const char* says;
  } cases[] = {
      {{}, ErrorCode::invalid_format, "the archive is empty"},
      {{0x00}, ErrorCode::invalid_format, "an empty header"},
      {header("a0"), ErrorCode::invalid_format, "header"},
      {header("a16776657273696f6e01"), ErrorCode::invalid_format, "malformed for version 1"},
      {header("a16776657273696f6e03"), ErrorCode::unsupported_version, "version 3; this program reads CARv1 and CARv2"},
      {header("a265726f6f7473806776657273696f6e02"), ErrorCode::invalid_format, "malformed for version 2"},
      {header("a265726f6f7473806776657273696f6e182a"), ErrorCode::unsupported_version, "version 42"},
      // Keys out of order; then roots that are not a list; then a root that is text; then bytes after the map.
      {header("a26776657273696f6e0165726f6f747380"), ErrorCode::invalid_format, "field 'roots': missing"},
      {header("a265726f6f7473f66776657273696f6e01"), ErrorCode::invalid_format, "field 'roots'"},
      {header("a265726f6f74738161616776657273696f6e01"), ErrorCode::invalid_format, "root 0"},
      {header("a265726f6f7473806776657273696f6e01f6"), ErrorCode::invalid_format, "bytes after the value"},
      // A root by the identity hash.
      {header("a265726f6f747381d82a4500015500006776657273696f6e01"), ErrorCode::unsupported, "root 0: CID bafkqaaa"},
      {from_hex("80808001").value(), ErrorCode::limit_exceeded, "a header of 2097152 bytes"},
  };
  for (const auto& [bytes, code, says] : cases) {
    const Error error = error_of(bytes);
    EXPECT_EQ(error.code, code) << says << ": " << error.detail;
    EXPECT_NE(error.detail.find(says), std::string::npos) << error.detail;
  }
}

struct V2Case {
  const char* says;
  void (*damage)(Bytes&);
  ErrorCode code = ErrorCode::invalid_format;
};

constexpr std::size_t kIndexAt = 465;  // in the golden CARv2
constexpr std::size_t kEntriesAt = kIndexAt + 2 + 4 + 8 + 4 + 4 + 8;

const V2Case kV2Cases[] = {
    {"characteristics", [](Bytes& bytes) { bytes[11] = 0x01; }, ErrorCode::unsupported},
    {"characteristics", [](Bytes& bytes) { bytes[26] = 0x80; }, ErrorCode::unsupported},
    {"places its data", [](Bytes& bytes) { put_le64(bytes, 27, 50); }},
    {"places its data", [](Bytes& bytes) { put_le64(bytes, 35, 0); }},
    {"places its data", [](Bytes& bytes) { put_le64(bytes, 35, UINT64_MAX); }},
    {"places its index", [](Bytes& bytes) { put_le64(bytes, 43, kIndexAt - 1); }},
    {"announces a complete index but has none",
     [](Bytes& bytes) {
       bytes[11] = 0x80;
       put_le64(bytes, 43, 0);
     }},
    {"bytes after the data although there is no index", [](Bytes& bytes) { put_le64(bytes, 43, 0); }},
    {"passes the end of the data", [](Bytes& bytes) { put_le64(bytes, 35, kIndexAt - kV2Prefix - 1); }},
    {"an index of format 1026", [](Bytes& bytes) { bytes[kIndexAt] = 0x82; }, ErrorCode::unsupported},
    {"index entries by hash function 19", [](Bytes& bytes) { bytes[kIndexAt + 6] = 0x13; }},
    {"index entries of 41 bytes", [](Bytes& bytes) { bytes[kIndexAt + 18] = 41; }},
    {"a part of an entry", [](Bytes& bytes) { bytes[kIndexAt + 22] = 159; }},
    {"an index entry out of order", [](Bytes& bytes) { bytes[kEntriesAt + 40] = 0x00; }},
    {"names no section", [](Bytes& bytes) { bytes[kEntriesAt + 31] ^= 1; }},
    // One byte before a section, where an accidental length is followed by that section's CID.
    {"names no section", [](Bytes& bytes) { bytes[kEntriesAt + 32] ^= 1; }},
    {"names no section", [](Bytes& bytes) { bytes[kEntriesAt + 39] = 0xff; }},
    {"bytes after the index", [](Bytes& bytes) { bytes.push_back(0); }},
    {"an index entry that ends early", [](Bytes& bytes) { bytes.pop_back(); }},
    {"hash functions of the index out of order",
     [](Bytes& bytes) {
       bytes[kIndexAt + 2] = 2;
       bytes.resize(bytes.size() + 12);
     }},
    {"index buckets out of order",
     [](Bytes& bytes) {
       bytes[kIndexAt + 14] = 2;
       bytes.resize(bytes.size() + 12);
     }},
    {"over 4",
     [](Bytes& bytes) {
       bytes[11] = 0x80;
       bytes[kIndexAt + 22] = 120;
       bytes.resize(bytes.size() - 40);
     }},
};

TEST(Car, AWrongCarV2IsRefused) {
  const Bytes golden = golden_file("archive_v2.car");
  for (const V2Case& wrong : kV2Cases) {
    Bytes bytes = golden;
    wrong.damage(bytes);
    const Error error = error_of(bytes);
    EXPECT_EQ(error.code, wrong.code) << wrong.says << ": " << error.detail;
    EXPECT_NE(error.detail.find(wrong.says), std::string::npos) << wrong.says << ": " << error.detail;
  }
}

TEST(Car, PaddingIsZero) {
  Bytes padded = golden_file("archive_v2.car");
  padded.insert(padded.begin() + kIndexAt, 3000, 0);
  padded.insert(padded.begin() + kV2Prefix, 2000, 0);
  put_le64(padded, 27, kV2Prefix + 2000);
  put_le64(padded, 43, kIndexAt + 5000);
  const Read read = read_all(padded);
  ASSERT_TRUE(read.outcome) << read.outcome.error().detail;
  EXPECT_EQ(cids_of(read.blocks), cids_of(archive_blocks()));
  for (const std::size_t at : {kV2Prefix + 1999, kIndexAt + 4999}) {
    Bytes bad = padded;
    bad[at] = 1;
    EXPECT_EQ(error_of(bad).detail, "archive: byte " + std::to_string(at) + ": padding that is not zero");
  }
}

TEST(Car, TheOlderIndexIsReadToo) {
  Bytes bytes = golden_file("archive_v2.car");
  bytes[kIndexAt] = 0x80;
  bytes.erase(bytes.begin() + kIndexAt + 2, bytes.begin() + kIndexAt + 14);
  const Read read = read_all(bytes);
  ASSERT_TRUE(read.outcome) << read.outcome.error().detail;
  EXPECT_EQ(read.blocks.size(), 4U);
  bytes[bytes.size() - 8] ^= 1;
  EXPECT_NE(error_of(bytes).detail.find("names no section"), std::string::npos);
}

TEST(Car, AFailingSourceOrSinkEndsIt) {
  const Bytes golden = golden_file("archive_v2.car");
  for (std::size_t limit = 0; limit < golden.size(); limit += 13) {
    Read read;
    const auto source = source_of(golden, 16);
    read.outcome = read_into(
        [&](std::uint64_t offset, std::span<std::uint8_t> into) -> Result<std::size_t> {
          if (offset >= limit) return fail(ErrorCode::storage, "the disk is gone");
          return source(offset, into);
        },
        read);
    ASSERT_FALSE(read.outcome) << limit;
    EXPECT_EQ(read.outcome.error().code, ErrorCode::storage) << limit;
  }
  const std::vector<Block> blocks = archive_blocks();
  CarExtent extent;
  for (const Block& block : blocks) extent.add(block.bytes.size());
  for (std::size_t writes = 0; writes < 11; ++writes) {
    std::size_t left = writes;
    const auto sink = [&left](ByteView) -> Result<void> {
      if (left-- == 0) return fail(ErrorCode::storage, "the disk is full");
      return {};
    };
    const auto write = [&]() -> Result<void> {
      CarWriter writer = ICN_TRY(CarWriter::open(sink, CarVersion::v2, {}, extent));
      for (const Block& block : blocks) ICN_TRY(writer.add(block));
      return writer.finish();
    };
    const Result<void> outcome = write();
    ASSERT_FALSE(outcome) << writes;
    EXPECT_EQ(outcome.error().code, ErrorCode::storage);
  }
}

TEST(Car, RootsThatFitNoHeaderAreRefusedBeforeAnythingIsWritten) {
  const std::vector<Cid> roots(kCarHeaderBytesMax / 41 + 1);
  const auto writer = CarWriter::open(
      [](ByteView) -> Result<void> {
        ADD_FAILURE();
        return {};
      },
      CarVersion::v1, roots, {});
  ASSERT_FALSE(writer);
  EXPECT_EQ(writer.error().rule, "max_car_header_bytes");
}

}  // namespace
}  // namespace icn::ipld
