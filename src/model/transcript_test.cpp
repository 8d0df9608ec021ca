#include "model/transcript.hpp"

#include <gtest/gtest.h>

#include <array>

#include "ipld/dag_cbor.hpp"

namespace icn::model {
namespace {

TranscriptWriter::Blocks written(std::uint64_t calls, std::uint64_t odd_call = UINT64_MAX) {
  TranscriptWriter writer;
  for (std::uint64_t i = 0; i < calls; ++i) {
    const std::array<std::int64_t, 3> args{0, static_cast<std::int64_t>(i), -1};
    writer.open(6, args);
    writer.close(i == odd_call ? 7 : 5);
  }
  return writer.finish();
}
TranscriptSide side_of(const TranscriptWriter::Blocks& blocks) {
  TranscriptSide side{blocks.list.bytes, {}};
  for (const ipld::Block& chunk : blocks.chunks) side.chunks.emplace_back(chunk.bytes);
  return side;
}
Bytes table() {
  ipld::CborWriter writer;
  writer.map(2).key("v").unsigned_integer(1).key("rows").array(1).array(3).unsigned_integer(6).text("icn").text(
      "host_read_input");
  return writer.take();
}

// An interrupted call has not happened, even if it is the first of a chunk.
TEST(Transcript, AnEntryThatStaysOpenLeavesNothing) {
  const std::vector<std::int64_t> args(kTranscriptArgsMax, INT64_MIN);
  for (int calls = 0; calls < 450; ++calls) {
    TranscriptWriter whole;
    TranscriptWriter stopped;
    for (int i = 0; i < calls; ++i) {
      for (TranscriptWriter* writer : {&whole, &stopped}) {
        writer->open(1, args);
        writer->close(0);
      }
    }
    stopped.open(1, args);
    ASSERT_EQ(stopped.finish().list.bytes, whole.finish().list.bytes) << calls;
  }
}

TEST(Transcript, EntriesComeBackAsTheyWere) {
  TranscriptWriter writer;
  const std::array<std::int64_t, 4> args{INT64_MIN, INT64_MAX, 0, -1};
  writer.open(1045, args);
  writer.close(INT64_MIN);
  writer.open(0, {});
  writer.close(CallEnd::trap);
  const TranscriptWriter::Blocks blocks = writer.finish();
  const auto list = TranscriptList::from_bytes(blocks.list.bytes);
  ASSERT_TRUE(list);
  EXPECT_EQ(list->calls, 2U);
  EXPECT_EQ(list->kept_chunks(), std::vector{blocks.chunks.at(0).cid});
  const auto entries = decode_transcript_chunk(blocks.chunks.at(0).bytes);
  ASSERT_TRUE(entries);
  EXPECT_EQ(entries->at(0), (TranscriptEntry{0, 1045, {INT64_MIN, INT64_MAX, 0, -1}, INT64_MIN, CallEnd::returned}));
  EXPECT_EQ(entries->at(1), (TranscriptEntry{1, 0, {}, 0, CallEnd::trap}));
}

TEST(Transcript, OfNoCallsIsAnEmptyList) {
  const TranscriptWriter::Blocks blocks = TranscriptWriter().finish();
  EXPECT_TRUE(blocks.chunks.empty());
  EXPECT_EQ(TranscriptList::from_bytes(blocks.list.bytes)->chunks.size(), 0U);
}

TEST(Transcript, ChunksHoldWholeEntriesAndTheFirstMebibyteIsKept) {
  const TranscriptWriter::Blocks blocks = written(500'000);
  const auto list = TranscriptList::from_bytes(blocks.list.bytes);
  ASSERT_TRUE(list);
  EXPECT_GT(list->chunks.size(), kTranscriptChunksKept);
  ASSERT_EQ(blocks.chunks.size(), kTranscriptChunksKept);
  std::uint64_t next = 0;
  for (const ipld::Block& chunk : blocks.chunks) {
    EXPECT_LE(chunk.bytes.size(), kTranscriptChunkBytes);
    EXPECT_TRUE(chunk.holds());
    const auto entries = decode_transcript_chunk(chunk.bytes);
    ASSERT_TRUE(entries);
    EXPECT_EQ(entries->front().call_index, next);
    next = entries->back().call_index + 1;
  }
}

TEST(Transcript, EqualRunsDoNotDiffer) {
  const auto a = written(100'000);
  const auto b = written(100'000);
  const auto difference = first_difference(side_of(a), side_of(b));
  ASSERT_TRUE(difference);
  EXPECT_FALSE(*difference);
}

TEST(Transcript, TheFirstDifferentCallIsTold) {
  const auto a = written(20'000);
  const auto b = written(20'000, 17'000);
  const auto difference = first_difference(side_of(a), side_of(b));
  ASSERT_TRUE(difference);
  ASSERT_TRUE(*difference);
  EXPECT_EQ((*difference)->call_index, 17'000U);
  EXPECT_EQ((*difference)->place, CallPlace::exact);
  EXPECT_EQ((*difference)->to_text(table()), "at call 17000: icn.host_read_input(0, 17000, -1) returned 5, here 7");
  EXPECT_EQ((*difference)->to_text({}), "at call 17000: row 6(0, 17000, -1) returned 5, here 7");
}

TEST(Transcript, AShorterRunDiffersWhereItEnds) {
  const auto a = written(3);
  const auto b = written(2);
  const auto shorter = first_difference(side_of(a), side_of(b));
  ASSERT_TRUE(shorter && *shorter);
  EXPECT_EQ((*shorter)->to_text(table()), "at call 2: icn.host_read_input(0, 2, -1) returned 5, here no call");
  const auto none = first_difference(side_of(written(0)), side_of(a));
  ASSERT_TRUE(none && *none);
  EXPECT_EQ((*none)->to_text(table()), "at call 0: no call, here icn.host_read_input(0, 0, -1) returned 5");
}

TEST(Transcript, ADifferenceBehindTheKeptChunksIsBounded) {
  const auto a = written(500'000);
  const auto b = written(500'000, 499'999);
  const auto difference = first_difference(side_of(a), side_of(b));
  ASSERT_TRUE(difference && *difference);
  EXPECT_EQ((*difference)->place, CallPlace::not_before);
  EXPECT_GT((*difference)->call_index, 100'000U);
  EXPECT_LE((*difference)->call_index, 499'999U);
}

TEST(Transcript, AChunkThatIsNotItsListsIsCorrupted) {
  const auto a = written(3);
  auto b = written(4);
  TranscriptSide wrong = side_of(b);
  wrong.chunks = side_of(a).chunks;
  const auto difference = first_difference(side_of(a), wrong);
  ASSERT_FALSE(difference);
  EXPECT_EQ(difference.error().code, ErrorCode::corrupted);
}

TEST(Transcript, EveryTruncationAndEveryFlippedBitOfAChunkIsHandled) {
  const Bytes chunk = written(20).chunks.at(0).bytes;
  for (std::size_t length = 0; length < 8; ++length) {
    EXPECT_FALSE(decode_transcript_chunk(ByteView(chunk).first(length)));
  }
  EXPECT_FALSE(decode_transcript_chunk(ByteView(chunk).first(chunk.size() - 1)));
  for (std::size_t bit = 64; bit < chunk.size() * 8; ++bit) {
    Bytes flipped = chunk;
    flipped[bit / 8] = static_cast<std::uint8_t>(flipped[bit / 8] ^ (1U << (bit % 8)));
    const auto entries = decode_transcript_chunk(flipped);
    if (!entries) {
      EXPECT_EQ(entries.error().code, ErrorCode::invalid_format);
      continue;
    }
    EXPECT_NE(*entries, *decode_transcript_chunk(chunk));
  }
}

}  // namespace
}  // namespace icn::model
