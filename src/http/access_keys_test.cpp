// Goal: only the text of a living key lets a caller in, with the key's role and DID and no more; the file shows no key.
#include "http/access_keys.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "disk/file.hpp"
#include "disk/testing/scratch_folder.hpp"

namespace icn::http {
namespace {

class CountingRandom : public ports::Random {
 public:
  void fill(std::span<std::uint8_t> bytes) override {
    for (std::uint8_t& byte : bytes) byte = next_++;
  }

 private:
  std::uint8_t next_ = 0;
};

class AccessKeysTest : public ::testing::Test {
 protected:
  AccessKeys::Made make(const std::string& name, api::Role role = api::Role::read,
                        std::optional<model::UnixMs> expires = {}) {
    auto made = keys_->add({name, member_, role, expires}, now_, random_);
    EXPECT_TRUE(made) << made.error().detail;
    return made ? *std::move(made) : AccessKeys::Made{};
  }
  Result<Caller> caller_with(const std::string& authorization) {
    Request request{.peer = {.address = "192.0.2.7"}};
    request.headers.push_back({"authorization", authorization});
    return gate_->identify(request);
  }
  // The rule that refuses; empty: none.
  std::string refusal_of(const std::string& authorization) {
    const auto caller = caller_with(authorization);
    return caller ? "" : caller.error().rule;
  }

  disk::ScratchFolder folder_;
  const std::filesystem::path file_ = folder_.path() / "access.json";
  const model::Did member_ = model::Did::of_key({1});
  model::UnixMs now_{1'000};
  bool is_member_ = true;
  CountingRandom random_;
  std::shared_ptr<AccessKeys> keys_ = std::make_shared<AccessKeys>(file_);
  std::shared_ptr<Gate> gate_ =
      key_gate(keys_, {[this] { return now_; }, [this](const model::Did&) { return is_member_; }});
};

TEST_F(AccessKeysTest, AKeyHasItsRoleAndItsDid) {
  const std::string text = make("monitor", api::Role::submit).text;
  const auto caller = caller_with("Bearer " + text);
  ASSERT_TRUE(caller) << caller.error().detail;
  EXPECT_EQ(caller->role, api::Role::submit);
  EXPECT_EQ(caller->did, member_);
  EXPECT_EQ(caller->name, "key:monitor");
  EXPECT_TRUE(caller_with("bEARER  " + text));
}

TEST_F(AccessKeysTest, WithoutCredentialsACallerGetsWhatIsOpen) {
  const auto caller = gate_->identify({.peer = {.address = "192.0.2.7"}});
  ASSERT_TRUE(caller);
  EXPECT_EQ(caller->role, api::Role::open);
  EXPECT_FALSE(caller->did);
  EXPECT_EQ(caller->name, "192.0.2.7");
}

TEST_F(AccessKeysTest, EverythingButTheWholeTextIsRefused) {
  const std::string text = make("monitor").text;
  const std::string other = make("backup", api::Role::operate).text;
  std::string changed = text;
  changed.back() = changed.back() == '0' ? '1' : '0';
  const std::string crossed = other.substr(0, other.find('.')) + text.substr(text.find('.'));
  const std::string digest = to_hex(ipld::sha256(view_of(text)));
  for (const std::string& wrong :
       {std::string(), std::string("x"), changed, crossed, text + "0", text.substr(4), text.substr(0, text.size() - 1),
        "icn_monitor." + digest, std::string("icn_monitor"), std::string("."), std::string(100'000, 'a')})
    EXPECT_EQ(refusal_of("Bearer " + wrong), "credentials") << wrong.substr(0, 100);
  EXPECT_EQ(refusal_of("Basic " + text), "credentials");
  EXPECT_EQ(refusal_of(text), "credentials");
}

TEST_F(AccessKeysTest, TwoSetsOfCredentialsAreRefused) {
  const std::string text = make("monitor").text;
  Request request;
  request.headers = {{"authorization", "Bearer " + text}, {"authorization", "Bearer " + text}};
  EXPECT_FALSE(gate_->identify(request));
}

TEST_F(AccessKeysTest, ARevokedKeyIsRefusedAtOnceAndAfterARestart) {
  const std::string text = make("monitor").text;
  EXPECT_EQ(refusal_of("Bearer " + text), "");
  EXPECT_TRUE(keys_->revoke("monitor"));
  EXPECT_EQ(refusal_of("Bearer " + text), "credentials");
  const std::string again = make("monitor").text;
  EXPECT_NE(again, text);
  EXPECT_EQ(refusal_of("Bearer " + text), "credentials") << "a new key of that name does not revive the old one";
  AccessKeys restarted(file_);
  ASSERT_TRUE(restarted.load());
  EXPECT_FALSE(restarted.find(text, now_));
  EXPECT_TRUE(restarted.find(again, now_));
  EXPECT_EQ(keys_->revoke("absent").error().rule, "no_access_key");
}

TEST_F(AccessKeysTest, AKeyEndsWhenItExpires) {
  const std::string text = make("visit", api::Role::read, model::UnixMs{2'000}).text;
  now_ = {1'999};
  EXPECT_EQ(refusal_of("Bearer " + text), "");
  now_ = {2'000};
  EXPECT_EQ(refusal_of("Bearer " + text), "credentials");
  EXPECT_EQ(keys_->add({"late", member_, api::Role::read, model::UnixMs{2'000}}, now_, random_).error().rule,
            "access_expiry");
  make("visit");
  EXPECT_EQ(keys_->list()->size(), 1U) << "the expired key has made room for its name";
}

TEST_F(AccessKeysTest, AKeyOfAFormerMemberIsRefused) {
  const std::string text = make("monitor").text;
  is_member_ = false;
  EXPECT_EQ(refusal_of("Bearer " + text), "credentials");
}

TEST_F(AccessKeysTest, TheFileHoldsNoKeyAndIsForItsOwnerOnly) {
  const std::string text = make("monitor").text;
  const std::string file = *disk::read_text(file_, 1 << 20);
  EXPECT_EQ(file.find(text.substr(text.find('.') + 1)), std::string::npos);
  EXPECT_EQ(disk::status_of(file_)->mode, 0600U);
  for (const auto mode : {std::filesystem::perms(0640), std::filesystem::perms(0604), std::filesystem::perms(0620)}) {
    std::filesystem::permissions(file_, mode);
    AccessKeys exposed(file_);
    EXPECT_EQ(exposed.load().error().rule, "access_file_mode");
    EXPECT_EQ(exposed.list().error().rule, "access_file_mode");
    EXPECT_FALSE(exposed.find(text, now_));
  }
}

TEST_F(AccessKeysTest, ADamagedFileHoldsNoKeys) {
  for (const std::string_view text :
       {"", "{}", "[]", R"({"version":1,"keys":[1]})", R"({"version":1,"keys":[{"name":"a"}]})", R"({"version":1})",
        R"({"version":2,"keys":[]})"}) {
    ASSERT_TRUE(disk::replace_file(file_, view_of(text)));
    EXPECT_EQ(AccessKeys(file_).load().error().rule, "access_file") << text;
  }
}

TEST_F(AccessKeysTest, NamesRolesAndNumbersAreBounded) {
  for (const char* name : {"", "A", "1a", "a.b", "a b", "abcdefghijabcdefghijabcdefghijabc"})
    EXPECT_EQ(keys_->add({name, member_, api::Role::read, {}}, now_, random_).error().rule, "access_name") << name;
  EXPECT_EQ(keys_->add({"a", member_, api::Role::open, {}}, now_, random_).error().rule, "access_role");
  for (std::size_t i = 0; i < AccessKeys::kKeysMax; ++i) make("k" + std::to_string(i));
  EXPECT_EQ(keys_->add({"k1", member_, api::Role::read, {}}, now_, random_).error().rule, "access_name");
  EXPECT_EQ(keys_->add({"more", member_, api::Role::read, {}}, now_, random_).error().rule, "max_access_keys");
}

}  // namespace
}  // namespace icn::http
