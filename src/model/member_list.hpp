// The members of a scope as blocks: a root that links to chunks of at most 1,000 members each, sorted by DID and unique
// over all chunks. Every chunk but the last is full, so that a list of members has exactly one root CID.
#pragma once
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "ipld/cid.hpp"
#include "model/did.hpp"

namespace icn::model {

struct Member {
  Did did;
  Did home;  // the node that keeps the member's account
  friend bool operator==(const Member&, const Member&) = default;
};

inline constexpr std::size_t kMembersMax = 100'000;
inline constexpr std::size_t kMembersOfChunk = 1'000;

struct MemberChunk {
  std::vector<Member> members;  // 1 to kMembersOfChunk
  [[nodiscard]] ipld::Block to_block() const;
  [[nodiscard]] static Result<MemberChunk> from_bytes(ByteView bytes);
  friend bool operator==(const MemberChunk&, const MemberChunk&) = default;
};

struct MemberList {
  std::uint64_t count = 0;  // of the members in all chunks
  std::vector<ipld::Cid> chunks;
  [[nodiscard]] ipld::Block to_block() const;
  [[nodiscard]] static Result<MemberList> from_bytes(ByteView bytes);
  friend bool operator==(const MemberList&, const MemberList&) = default;
};

// The blocks of a sorted list, the root last.
[[nodiscard]] std::vector<ipld::Block> blocks_of_members(std::span<const Member> sorted);

using BlockReader = std::function<Result<ipld::Block>(const ipld::Cid&)>;
// The whole list. Errors: those of `get`; invalid_format (a chunk that is not full, or not sorted after the previous
// one).
[[nodiscard]] Result<std::vector<Member>> read_members(const ipld::Cid& root, const BlockReader& get);

}  // namespace icn::model
