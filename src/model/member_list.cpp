#include "model/member_list.hpp"

#include <fmt/core.h>

#include "model/detail/members.hpp"

namespace icn::model {
namespace {

using ipld::CborMap;
using ipld::CborWriter;

constexpr std::size_t kChunksMax = kMembersMax / kMembersOfChunk;

constexpr std::uint64_t chunks_for(std::uint64_t members) { return (members + kMembersOfChunk - 1) / kMembersOfChunk; }

Result<MemberChunk> read_chunk(CborMap& map) {
  ICN_TRY(detail::read_version(map, "member chunk"));
  MemberChunk chunk{ICN_TRY(detail::read_members(map, "member chunk: field 'members'", kMembersOfChunk))};
  if (chunk.members.empty()) return map.bad("members", "empty");
  return chunk;
}

Result<MemberList> read_list(CborMap& map) {
  MemberList list;
  ICN_TRY(detail::read_version(map, "member list"));
  list.count = ICN_TRY(map.unsigned_integer("count"));
  if (list.count > kMembersMax) return map.bad("count", "more than 100000 members");
  const std::size_t chunks = ICN_TRY(map.array("chunks", kChunksMax));
  if (chunks != chunks_for(list.count)) return map.bad("chunks", "their number does not match the count of members");
  for (std::size_t i = 0; i < chunks; ++i) {
    auto chunk = map.reader().link();
    if (!chunk) return map.bad("chunks", chunk.error().detail);
    list.chunks.push_back(*chunk);
  }
  return list;
}

}  // namespace

ipld::Block MemberChunk::to_block() const {
  CborWriter writer(64 + 160 * members.size());
  writer.map(2);
  writer.key("v").unsigned_integer(detail::kVersion);
  writer.key("members");
  detail::write_members(writer, members);
  return detail::block_of(writer);
}

Result<MemberChunk> MemberChunk::from_bytes(ByteView bytes) {
  return detail::read_body(bytes, "member chunk", read_chunk);
}

ipld::Block MemberList::to_block() const {
  CborWriter writer(64 + 48 * chunks.size());
  writer.map(3);
  writer.key("v").unsigned_integer(detail::kVersion);
  writer.key("count").unsigned_integer(count);
  writer.key("chunks").array(chunks.size());
  for (const ipld::Cid& chunk : chunks) writer.link(chunk);
  return detail::block_of(writer);
}

Result<MemberList> MemberList::from_bytes(ByteView bytes) { return detail::read_body(bytes, "member list", read_list); }

std::vector<ipld::Block> blocks_of_members(std::span<const Member> sorted) {
  std::vector<ipld::Block> blocks;
  MemberList list{sorted.size(), {}};
  while (!sorted.empty()) {
    const auto part = sorted.first(std::min(sorted.size(), kMembersOfChunk));
    blocks.push_back(MemberChunk{{part.begin(), part.end()}}.to_block());
    list.chunks.push_back(blocks.back().cid);
    sorted = sorted.subspan(part.size());
  }
  blocks.push_back(list.to_block());
  return blocks;
}

Result<std::vector<Member>> read_members(const ipld::Cid& root, const BlockReader& get) {
  const MemberList list = ICN_TRY(MemberList::from_bytes(ICN_TRY(get(root)).bytes));
  std::vector<Member> members;
  members.reserve(list.count);
  for (const ipld::Cid& cid : list.chunks) {
    const MemberChunk chunk = ICN_TRY(MemberChunk::from_bytes(ICN_TRY(get(cid)).bytes));
    const std::size_t expected = std::min<std::size_t>(list.count - members.size(), kMembersOfChunk);
    if (chunk.members.size() != expected) {
      return fail(ErrorCode::invalid_format, fmt::format("member chunk {}: {} members, expected {}", cid.to_text(),
                                                         chunk.members.size(), expected));
    }
    if (!members.empty() && !(members.back().did < chunk.members.front().did)) {
      return fail(ErrorCode::invalid_format, "member chunk " + cid.to_text() + ": not sorted after the previous chunk");
    }
    members.insert(members.end(), chunk.members.begin(), chunk.members.end());
  }
  return members;
}

}  // namespace icn::model
