#include "model/transcript.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "ipld/dag_cbor.hpp"
#include "model/detail/fields.hpp"

namespace icn::model {
namespace {

constexpr std::size_t kIndexBytes = 8;
constexpr std::size_t kFirstRoomBytes = 1024;
constexpr std::array<std::string_view, 4> kEndNames{"returned", "out_of_fuel", "trap", "exited"};

Result<std::uint64_t> read_varint(ByteView bytes, std::size_t& at) {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    if (at >= bytes.size()) return fail(ErrorCode::invalid_format, "transcript chunk: ends within an entry");
    const std::uint8_t byte = bytes[at++];
    if (shift == 63 && byte > 1) break;
    value |= std::uint64_t{byte & 0x7FU} << shift;
    if ((byte & 0x80) == 0) return value;
  }
  return fail(ErrorCode::invalid_format, fmt::format("transcript chunk: a number above 64 bits before offset {}", at));
}

Result<std::int64_t> read_signed(ByteView bytes, std::size_t& at) {
  const std::uint64_t value = ICN_TRY(read_varint(bytes, at));
  return static_cast<std::int64_t>(value >> 1 ^ (0 - (value & 1)));
}

Result<TranscriptEntry> read_entry(ByteView chunk, std::size_t& at) {
  const std::uint64_t head = ICN_TRY(read_varint(chunk, at));
  TranscriptEntry entry;
  if (head >> 5 > UINT32_MAX) return fail(ErrorCode::invalid_format, "transcript chunk: a row number above 32 bits");
  entry.row = static_cast<std::uint32_t>(head >> 5);
  const std::size_t count = head >> 1 & 0xF;
  for (std::size_t i = 0; i < count; ++i) entry.args.push_back(ICN_TRY(read_signed(chunk, at)));
  if ((head & 1) == 0) {
    entry.result = ICN_TRY(read_signed(chunk, at));
    return entry;
  }
  if (at >= chunk.size() || chunk[at] == 0 || chunk[at] >= kEndNames.size()) {
    return fail(ErrorCode::invalid_format, fmt::format("transcript chunk: no known ending at offset {}", at));
  }
  entry.end = static_cast<CallEnd>(chunk[at++]);
  return entry;
}

Result<void> check_chunks(std::string_view side, const TranscriptList& list, const std::vector<ByteView>& chunks) {
  if (chunks.size() > list.chunks.size()) {
    return fail(ErrorCode::corrupted, fmt::format("{} transcript: more chunks than in its list", side));
  }
  for (std::size_t i = 0; i < chunks.size(); ++i) {
    if (ipld::sha256(chunks[i]) != list.chunks[i]) {
      return fail(ErrorCode::corrupted,
                  fmt::format("{} transcript: the hash of chunk {} differs from its list", side, i));
    }
  }
  return {};
}

// The entries of chunk `i`; empty if the side's list is shorter.
Result<std::vector<TranscriptEntry>> entries_of(const TranscriptSide& side, std::size_t i) {
  if (i >= side.chunks.size()) return std::vector<TranscriptEntry>{};
  return decode_transcript_chunk(side.chunks[i]);
}

// The latest call known to precede chunk `i` if the chunk itself is not available.
Result<std::uint64_t> calls_before(const TranscriptSide& side, std::size_t i) {
  if (i == 0 || side.chunks.empty()) return 0U;
  const auto entries = ICN_TRY(decode_transcript_chunk(side.chunks[std::min(i, side.chunks.size()) - 1]));
  return entries.empty() ? 0 : entries.back().call_index + 1;
}

std::string name_of(ByteView abi_table, std::uint32_t row) {
  auto name = host_call_name(abi_table, row);
  return name ? *std::move(name) : fmt::format("row {}", row);
}

}  // namespace

std::string_view call_end_name(CallEnd end) { return kEndNames[static_cast<std::size_t>(end)]; }

// The buffer grows to the size of a chunk: most runs make few calls, and allocating and freeing 64 KiB for each would
// be a short job's largest memory cost.
void TranscriptWriter::make_room() {
  if (room_ == kTranscriptChunkBytes) {
    close_chunk();
    return begin_chunk();
  }
  const std::size_t room = chunk_ ? std::min(4 * room_, kTranscriptChunkBytes) : kFirstRoomBytes;
  auto larger = std::make_unique_for_overwrite<std::uint8_t[]>(room);
  std::copy_n(chunk_.get(), used_, larger.get());
  const bool first = !chunk_;
  chunk_ = std::move(larger);
  room_ = room;
  if (first) begin_chunk();
}

void TranscriptWriter::begin_chunk() {
  for (std::size_t i = 0; i < kIndexBytes; ++i) chunk_[i] = static_cast<std::uint8_t>(calls_ >> (56 - 8 * i));
  used_ = kIndexBytes;
}

void TranscriptWriter::close_chunk() {
  const ByteView bytes(chunk_.get(), used_);
  const ipld::Digest digest = ipld::sha256(bytes);
  if (kept_.size() < kTranscriptChunksKept)
    kept_.push_back(ipld::Block{ipld::Cid(ipld::Codec::raw, digest), copy_of(bytes)});
  add_digest(digest);
}

void TranscriptWriter::add_digest(const ipld::Digest& digest) {
  if (digests_.size() < kTranscriptDigestsMax - 1) {
    digests_.push_back(digest);
    return;
  }
  if (!tail_) tail_.emplace();
  tail_->update(digest);
}

TranscriptWriter::Blocks TranscriptWriter::finish() {
  // A chunk without an entry does not count: the call that began it was stopped.
  if (chunk_ && used_ > kIndexBytes) close_chunk();
  if (tail_) digests_.push_back(tail_->finish());
  ipld::CborWriter writer(32 + 34 * digests_.size());
  writer.map(3);
  writer.key("v").unsigned_integer(detail::kVersion);
  writer.key("calls").unsigned_integer(calls_);
  writer.key("chunks").array(digests_.size());
  for (const ipld::Digest& digest : digests_) writer.bytes(digest);
  Blocks blocks{detail::block_of(writer), std::move(kept_)};
  *this = TranscriptWriter();
  return blocks;
}

std::string TranscriptEntry::to_text(std::string_view name) const {
  std::string text(name);
  text += '(';
  for (std::size_t i = 0; i < args.size(); ++i) text += (i == 0 ? "" : ", ") + std::to_string(args[i]);
  if (end != CallEnd::returned) return fmt::format("{}) ended with {}", text, call_end_name(end));
  return fmt::format("{}) returned {}", text, result);
}

Result<TranscriptList> TranscriptList::from_bytes(ByteView bytes) {
  return detail::read_body(bytes, "transcript", [](ipld::CborMap& map) -> Result<TranscriptList> {
    ICN_TRY(detail::read_version(map, "transcript"));
    TranscriptList list;
    list.calls = ICN_TRY(map.unsigned_integer("calls"));
    const std::size_t count = ICN_TRY(map.array("chunks", kTranscriptDigestsMax));
    for (std::size_t i = 0; i < count; ++i) {
      auto digest = map.reader().bytes();
      if (!digest) return map.bad("chunks", digest.error().detail);
      if (digest->size() != 32) return map.bad("chunks", "expected 32 bytes");
      std::copy(digest->begin(), digest->end(), list.chunks.emplace_back().begin());
    }
    return list;
  });
}

std::vector<ipld::Cid> TranscriptList::kept_chunks() const {
  std::vector<ipld::Cid> cids;
  for (std::size_t i = 0; i < std::min(chunks.size(), kTranscriptChunksKept); ++i)
    cids.emplace_back(ipld::Codec::raw, chunks[i]);
  return cids;
}

Result<std::vector<TranscriptEntry>> decode_transcript_chunk(ByteView chunk) {
  if (chunk.size() < kIndexBytes || chunk.size() > kTranscriptChunkBytes) {
    return fail(ErrorCode::invalid_format,
                fmt::format("transcript chunk: {} bytes; expected 8 to 65536", chunk.size()));
  }
  std::uint64_t call_index = read_be64(chunk.data());
  std::vector<TranscriptEntry> entries;
  for (std::size_t at = kIndexBytes; at < chunk.size();) {
    entries.push_back(ICN_TRY(read_entry(chunk, at)));
    entries.back().call_index = call_index++;
  }
  return entries;
}

Result<std::optional<TranscriptDifference>> first_difference(const TranscriptSide& expected,
                                                             const TranscriptSide& got) {
  using Found = std::optional<TranscriptDifference>;
  const TranscriptList a = ICN_TRY(TranscriptList::from_bytes(expected.list));
  const TranscriptList b = ICN_TRY(TranscriptList::from_bytes(got.list));
  ICN_TRY(check_chunks("expected", a, expected.chunks));
  ICN_TRY(check_chunks("replayed", b, got.chunks));
  const std::size_t both = std::min(a.chunks.size(), b.chunks.size());
  const auto split =
      std::mismatch(a.chunks.begin(), a.chunks.begin() + static_cast<std::ptrdiff_t>(both), b.chunks.begin());
  const auto i = static_cast<std::size_t>(split.first - a.chunks.begin());
  if (i == both && a.chunks.size() == b.chunks.size()) return Found{};

  const bool known =
      (i < expected.chunks.size() || i >= a.chunks.size()) && (i < got.chunks.size() || i >= b.chunks.size());
  TranscriptDifference difference;
  if (!known) {
    difference.place = CallPlace::not_before;
    difference.call_index = std::max(ICN_TRY(calls_before(expected, i)), ICN_TRY(calls_before(got, i)));
    return Found(std::move(difference));
  }
  const std::vector<TranscriptEntry> left = ICN_TRY(entries_of(expected, i));
  const std::vector<TranscriptEntry> right = ICN_TRY(entries_of(got, i));
  std::size_t n = 0;
  while (n < left.size() && n < right.size() && left[n] == right[n]) ++n;
  if (n < left.size()) difference.expected = left[n];
  if (n < right.size()) difference.got = right[n];
  // Equal entries in chunks with different hashes: one writer cut the chunks elsewhere; the difference is where one
  // ends.
  difference.call_index = difference.expected ? difference.expected->call_index
                          : difference.got    ? difference.got->call_index
                                              : std::min(a.calls, b.calls);
  return Found(std::move(difference));
}

std::string TranscriptDifference::to_text(ByteView abi_table) const {
  std::string text = fmt::format("at call {}: ", call_index);
  if (place == CallPlace::not_before)
    return fmt::format("at call {} or later: the calls there are not kept", call_index);
  if (!expected && !got) return text + "one run made more calls than the other";
  if (!expected) return text + "no call, here " + got->to_text(name_of(abi_table, got->row));
  text += expected->to_text(name_of(abi_table, expected->row));
  if (!got) return text + ", here no call";
  const bool same_call = expected->row == got->row && expected->args == got->args;
  if (same_call && expected->end == CallEnd::returned && got->end == CallEnd::returned)
    return fmt::format("{}, here {}", text, got->result);
  if (same_call) {
    return text + ", here it " +
           (got->end == CallEnd::returned ? fmt::format("returned {}", got->result)
                                          : fmt::format("ended with {}", call_end_name(got->end)));
  }
  return text + ", here " + got->to_text(name_of(abi_table, got->row));
}

std::optional<std::string> host_call_name(ByteView abi_table, std::uint32_t row) {
  // {v, rows: [[index, module, name, …], …], …}: written by abi_table() of the host table.
  auto look = [&]() -> Result<std::string> {
    ipld::CborReader reader(abi_table);
    const std::size_t fields = ICN_TRY(reader.map());
    for (std::size_t field = 0; field < fields; ++field) {
      if (ICN_TRY(reader.text()) != "rows") {
        ICN_TRY(reader.skip());
        continue;
      }
      const std::size_t rows = ICN_TRY(reader.array());
      for (std::size_t i = 0; i < rows; ++i) {
        ipld::CborReader inner(ICN_TRY(reader.skip()));
        ICN_TRY(inner.array());
        if (ICN_TRY(inner.unsigned_integer()) != row) continue;
        std::string name(ICN_TRY(inner.text()));
        name += '.';
        return name += ICN_TRY(inner.text());
      }
    }
    return fail(ErrorCode::not_found, "no such row");
  };
  auto found = look();
  return found ? std::optional<std::string>(*std::move(found)) : std::nullopt;
}

}  // namespace icn::model
