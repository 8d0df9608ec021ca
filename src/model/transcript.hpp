// The transcript: the calls of a run to its host and their results, in order.
//
// An entry is a varint `row << 5 | arguments << 1 | ended`, then every argument slot as a zigzag varint (addresses
// and lengths are numbers like any other), then the result as a zigzag varint or, when `ended` is set, one byte
// CallEnd. Bytes passed in or out are omitted: they follow from the order, or are the output. Entries are
// gathered in chunks of at most 64 KiB; a chunk begins with the index of its first call (8 bytes, big-endian) and
// never splits an entry. The transcript of a receipt is the dag-cbor body {v, calls, chunks: [SHA-256 of each
// chunk]}; the chunks of the first 1 MiB are kept as raw blocks, so that a replay can name the call that differs.
// From kTranscriptDigestsMax digests on, the last one is the SHA-256 over the digests of all later chunks, so that
// the list stays one block.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "ipld/cid.hpp"

namespace icn::model {

inline constexpr std::size_t kTranscriptChunkBytes = 64 * 1024;
inline constexpr std::size_t kTranscriptChunksKept = 16;
inline constexpr std::size_t kTranscriptDigestsMax = 16 * 1024;
inline constexpr std::size_t kTranscriptArgsMax = 15;
// Header, arguments, result.
inline constexpr std::size_t kTranscriptEntryBytesMax = 6 + 10 * (kTranscriptArgsMax + 1);

// How a call ended the run; `returned` if it did not.
enum class CallEnd : std::uint8_t { returned = 0, out_of_fuel = 1, trap = 2, exited = 3 };
[[nodiscard]] std::string_view call_end_name(CallEnd end);

// Writes the transcript of one run; used by one thread. A call costs only a few bytes written to a buffer; a full
// buffer is hashed.
class TranscriptWriter {
 public:
  // Begins the entry of the next call. `args` has at most kTranscriptArgsMax elements.
  void open(std::uint32_t row, std::span<const std::int64_t> args) {
    if (room_ - used_ < kTranscriptEntryBytesMax) make_room();
    at_ = entry_ = chunk_.get() + used_;
    put(std::uint64_t{row} << 5 | args.size() << 1);
    for (const std::int64_t arg : args) put(zigzag(arg));
  }
  // Completes the entry.
  void close(std::int64_t result) {
    put(zigzag(result));
    commit();
  }
  void close(CallEnd end) {
    *entry_ |= 1;
    *at_++ = static_cast<std::uint8_t>(end);
    commit();
  }

  struct Blocks {
    ipld::Block list;
    std::vector<ipld::Block> chunks;  // the kept ones
  };
  // Resets the writer.
  [[nodiscard]] Blocks finish();

 private:
  static constexpr std::uint64_t zigzag(std::int64_t value) {
    return static_cast<std::uint64_t>(value) << 1 ^ static_cast<std::uint64_t>(value >> 63);
  }
  void put(std::uint64_t value) {
    while (value >= 0x80) {
      *at_++ = static_cast<std::uint8_t>(value | 0x80);
      value >>= 7;
    }
    *at_++ = static_cast<std::uint8_t>(value);
  }
  void commit() {
    used_ += static_cast<std::size_t>(at_ - entry_);
    ++calls_;
  }
  void make_room();
  void begin_chunk();
  void close_chunk();
  void add_digest(const ipld::Digest& digest);

  std::unique_ptr<std::uint8_t[]> chunk_;
  std::size_t room_ = 0;  // bytes at chunk_, of which the open chunk has used_
  std::size_t used_ = 0;
  std::uint8_t* at_ = nullptr;
  std::uint8_t* entry_ = nullptr;
  std::uint64_t calls_ = 0;
  std::vector<ipld::Digest> digests_;
  std::vector<ipld::Block> kept_;
  std::optional<ipld::Sha256> tail_;
};

struct TranscriptEntry {
  std::uint64_t call_index = 0;
  std::uint32_t row = 0;
  std::vector<std::int64_t> args;
  std::int64_t result = 0;
  CallEnd end = CallEnd::returned;
  // "icn.host_read_input(0, 0, 1024, 64) returned 5".
  [[nodiscard]] std::string to_text(std::string_view name) const;
  friend bool operator==(const TranscriptEntry&, const TranscriptEntry&) = default;
};

struct TranscriptList {
  std::uint64_t calls = 0;
  std::vector<ipld::Digest> chunks;
  // Errors: invalid_format, unsupported_version.
  [[nodiscard]] static Result<TranscriptList> from_bytes(ByteView bytes);
  // The CIDs of the kept chunks' blocks.
  [[nodiscard]] std::vector<ipld::Cid> kept_chunks() const;
};

// Errors: invalid_format.
[[nodiscard]] Result<std::vector<TranscriptEntry>> decode_transcript_chunk(ByteView chunk);

// One side of a comparison: the list block's bytes and the available kept chunks, in order from the first.
struct TranscriptSide {
  ByteView list;
  std::vector<ByteView> chunks;
};

enum class CallPlace : std::uint8_t { exact, not_before };
struct TranscriptDifference {
  std::uint64_t call_index = 0;
  CallPlace place = CallPlace::exact;       // not_before: the chunks that would show it are not available
  std::optional<TranscriptEntry> expected;  // empty: that side made no such call, or it is unknown
  std::optional<TranscriptEntry> got;
  // "at call 17: icn.host_read_input(0, 0, 1024, 64) returned 5, here 7". `abi_table` is the block that the order
  // names; rows missing there are shown by number.
  [[nodiscard]] std::string to_text(ByteView abi_table) const;
};
// Empty if the transcripts are the same. Errors: invalid_format (list or chunk), corrupted (a chunk that does not match
// its list).
[[nodiscard]] Result<std::optional<TranscriptDifference>> first_difference(const TranscriptSide& expected,
                                                                           const TranscriptSide& got);

// "icn.host_get_time" for row 9 of an ABI table block; empty if the table has no such row or is not a table.
[[nodiscard]] std::optional<std::string> host_call_name(ByteView abi_table, std::uint32_t row);

}  // namespace icn::model
