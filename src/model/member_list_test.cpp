#include "model/member_list.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "model/genesis.hpp"
#include "testing/golden.hpp"

namespace icn::model {
namespace {

namespace golden = testing::golden;

std::vector<Member> members_made(std::size_t count) {
  std::vector<Member> members;
  for (std::size_t i = 0; i < count; ++i) {
    Bytes number;
    append_be64(number, i);
    members.push_back({Did::of_key(ipld::sha256(number)), golden::node_key().did()});
  }
  std::sort(members.begin(), members.end(), [](const Member& a, const Member& b) { return a.did < b.did; });
  return members;
}

struct MemberLists : ::testing::Test {
  void keep(const std::vector<ipld::Block>& blocks) {
    for (const ipld::Block& block : blocks) store[block.cid] = block;
  }
  Result<std::vector<Member>> read(const ipld::Cid& root) const {
    return read_members(root, [this](const ipld::Cid& cid) -> Result<ipld::Block> {
      const auto at = store.find(cid);
      if (at == store.end()) return fail(ErrorCode::missing_data, cid.to_text());
      return at->second;
    });
  }
  // The list made of `chunks`, whatever they hold.
  Result<std::vector<Member>> read_chunks(std::uint64_t count, const std::vector<MemberChunk>& chunks) {
    MemberList list{count, {}};
    for (const MemberChunk& chunk : chunks) {
      const ipld::Block block = chunk.to_block();
      list.chunks.push_back(block.cid);
      keep({block});
    }
    const ipld::Block root = list.to_block();
    keep({root});
    return read(root.cid);
  }
  std::map<ipld::Cid, ipld::Block> store;
};

TEST_F(MemberLists, ComeBackWhateverTheirSize) {
  for (const std::size_t count : {0U, 1U, 999U, 1'000U, 1'001U, 2'500U}) {
    const std::vector<Member> members = members_made(count);
    const std::vector<ipld::Block> blocks = blocks_of_members(members);
    EXPECT_EQ(blocks.size(), (count + 999) / 1'000 + 1);
    keep(blocks);
    EXPECT_EQ(read(blocks.back().cid).value(), members) << count;
  }
}

TEST_F(MemberLists, OfAHundredThousandFitInSmallBlocks) {
  const std::vector<Member> members = members_made(kMembersMax);
  const std::vector<ipld::Block> blocks = blocks_of_members(members);
  ASSERT_EQ(blocks.size(), 101U);
  for (const ipld::Block& block : blocks) EXPECT_LE(block.bytes.size(), 256U * 1024);
  keep(blocks);
  EXPECT_EQ(read(blocks.back().cid).value(), members);
}

TEST_F(MemberLists, HaveOneRootForTheSameMembers) {
  const std::vector<Member> members = members_made(1'500);
  const auto part = [&](std::size_t from, std::size_t to) {
    return MemberChunk{
        {members.begin() + static_cast<std::ptrdiff_t>(from), members.begin() + static_cast<std::ptrdiff_t>(to)}};
  };
  EXPECT_EQ(read_chunks(1'500, {part(0, 1'000), part(1'000, 1'500)}).value(), members);
  const auto halves = read_chunks(1'500, {part(0, 750), part(750, 1'500)});
  ASSERT_FALSE(halves);
  EXPECT_EQ(halves.error().code, ErrorCode::invalid_format);
  EXPECT_NE(halves.error().detail.find("750 members, expected 1000"), std::string::npos) << halves.error().detail;
  EXPECT_FALSE(read_chunks(1'499, {part(0, 1'000), part(1'000, 1'500)}));
}

TEST_F(MemberLists, AreSortedAndUniqueOverTheirChunks) {
  std::vector<Member> members = members_made(1'001);
  const auto split = [&] {
    return std::vector<MemberChunk>{{{members.begin(), members.end() - 1}}, {{members.back()}}};
  };
  EXPECT_TRUE(read_chunks(1'001, split()));
  for (const Member& wrong : {members[999], members[0]}) {
    members.back() = wrong;
    const auto read = read_chunks(1'001, split());
    ASSERT_FALSE(read);
    EXPECT_NE(read.error().detail.find("not sorted after"), std::string::npos) << read.error().detail;
  }
}

TEST_F(MemberLists, WithoutABlockSayWhichIsMissing) {
  const std::vector<ipld::Block> blocks = blocks_of_members(members_made(1'001));
  for (const ipld::Block& gone : blocks) {
    keep(blocks);
    store.erase(gone.cid);
    const auto read = this->read(blocks.back().cid);
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code, ErrorCode::missing_data);
    EXPECT_EQ(read.error().detail, gone.cid.to_text());
  }
}

TEST_F(MemberLists, AreBounded) {
  const auto list_refused = [](const MemberList& list, const std::string& words) {
    const auto read = MemberList::from_bytes(list.to_block().bytes);
    ASSERT_FALSE(read) << words;
    EXPECT_EQ(read.error().detail, words);
  };
  const ipld::Cid cid = golden::raw("chunk");
  EXPECT_TRUE(MemberList::from_bytes(MemberList{100'000, std::vector(100, cid)}.to_block().bytes));
  list_refused({100'001, std::vector(100, cid)}, "member list: field 'count': more than 100000 members");
  list_refused({1'000, std::vector(2, cid)},
               "member list: field 'chunks': their number does not match the count of members");
  list_refused({1'001, {cid}}, "member list: field 'chunks': their number does not match the count of members");
  EXPECT_TRUE(MemberChunk::from_bytes(MemberChunk{members_made(1'000)}.to_block().bytes));
  const auto full = MemberChunk::from_bytes(MemberChunk{members_made(1'001)}.to_block().bytes);
  EXPECT_NE(full.error().detail.find("more than 1000 elements"), std::string::npos) << full.error().detail;
  EXPECT_EQ(MemberChunk::from_bytes(MemberChunk{}.to_block().bytes).error().detail,
            "member chunk: field 'members': empty");
}

TEST_F(MemberLists, OfAGenesisAreReadInBothVersions) {
  keep({golden::member_list().to_block(), golden::member_chunk().to_block()});
  const BlockReader get = [this](const ipld::Cid& cid) -> Result<ipld::Block> { return store.at(cid); };
  EXPECT_EQ(members_of(golden::genesis(), get).value(), golden::members());
  EXPECT_EQ(members_of(golden::genesis_v1(), get).value(), golden::members());
}

}  // namespace
}  // namespace icn::model
