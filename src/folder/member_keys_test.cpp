// Member keys by name: the content of a list, and the lists that are refused.
#include "folder/member_keys.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

#include "disk/folder.hpp"

namespace icn::folder {
namespace {

struct MemberKeys : ::testing::Test {
  MemberKeys() {
    std::string name = (std::filesystem::temp_directory_path() / "icn_keys_XXXXXX").string();
    EXPECT_NE(mkdtemp(name.data()), nullptr);
    root = name;
    folder.emplace(DataFolder::create(root / "data", "test").value());
    FolderRecord record;
    record.member = did(1).to_text();
    record.node = did(9).to_text();
    EXPECT_TRUE(folder->seal(record));
  }
  ~MemberKeys() override {
    folder.reset();
    std::filesystem::remove_all(root);
  }
  static model::Did did(std::uint8_t number) {
    model::Seed seed{};
    seed[0] = number;
    return model::KeyPair::from_seed(seed).did();
  }
  void write(std::string_view text) {
    ASSERT_TRUE(disk::replace_file(folder->path() / "keys" / kMembersFile, view_of(std::string(text))));
  }

  std::filesystem::path root;
  std::optional<DataFolder> folder;
};

TEST_F(MemberKeys, AFolderOfOneMemberNeedsNoList) {
  EXPECT_EQ(read_member_keys(*folder).value(), (std::vector{MemberKey{"member", did(1)}}));
}

TEST_F(MemberKeys, AListIsReadAsItWasWrittenAndTheFirstKeyIsTheFoldersOwn) {
  const std::vector<MemberKey> keys{{"alice", did(1)}, {"bob", did(2)}};
  ASSERT_TRUE(write_member_keys(*folder, keys));
  EXPECT_EQ(read_member_keys(*folder).value(), keys);
  EXPECT_EQ(member_key_path(*folder, keys[0]).filename(), "member.key");
  EXPECT_EQ(member_key_path(*folder, keys[1]).filename(), "bob.key");
  EXPECT_EQ(find_member_key(keys, "bob")->did, did(2));
  const Error error = find_member_key(keys, "carol").error();
  EXPECT_EQ(error.rule, "no_key");
  EXPECT_NE(error.detail.find("alice, bob"), std::string::npos);
}

TEST_F(MemberKeys, AListThatDoesNotFitIsRefused) {
  ASSERT_TRUE(write_member_keys(*folder, {{"bob", did(2)}}));
  EXPECT_EQ(read_member_keys(*folder).error().code, ErrorCode::corrupted);
  ASSERT_TRUE(write_member_keys(*folder, {{"alice", did(1)}, {"alice", did(2)}}));
  EXPECT_EQ(read_member_keys(*folder).error().code, ErrorCode::invalid_format);
  write(R"({"version": 2, "members": []})");
  EXPECT_EQ(read_member_keys(*folder).error().code, ErrorCode::unsupported_version);
  for (const std::string_view text : {"", "[]", R"({"version": 1})", R"({"version": 1, "members": []})",
                                      R"({"version": 1, "members": [{"name": "alice"}]})"}) {
    write(text);
    EXPECT_FALSE(read_member_keys(*folder)) << text;
  }
}

TEST_F(MemberKeys, NamesAreFileNamesThatMeanNothingElse) {
  for (const std::string_view name : {"alice", "a", "bob-2", "c_d"}) EXPECT_TRUE(check_key_name(name)) << name;
  for (const std::string_view name : {"", "node", "Alice", "2bob", "../x", "a.key", "ä", "-a"})
    EXPECT_EQ(check_key_name(name).error().rule, "key_name") << name;
  EXPECT_FALSE(check_key_name(std::string(33, 'a')));
  EXPECT_TRUE(is_key_file("node.key") && is_key_file("bob.key") && is_key_file(kMembersFile));
  const model::Did key = model::KeyPair::from_seed({}).did();
  EXPECT_TRUE(is_key_file(replacing_key_path("keys/bob.key", key).filename().string()));
  EXPECT_TRUE(is_key_file(replacing_key_path("keys/node.key", key).filename().string()));
  EXPECT_FALSE(is_key_file("bob.spare.key") || is_key_file("bob..key") || is_key_file("B.z6Mk.key"));
  EXPECT_FALSE(is_key_file("bob.txt") || is_key_file("../bob.key") || is_key_file(".key"));
}

}  // namespace
}  // namespace icn::folder
