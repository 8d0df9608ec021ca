// Goal: selective disclosure as RFC 9901 defines it: its own disclosures have its own hashes, a verifier sees what the
// holder discloses and nothing else, and what was shown to one verifier is refused by every other.
#include "credentials/detail/sd_jwt.hpp"

#include <gtest/gtest.h>

#include "credentials/detail/jws.hpp"
#include "model/base64url.hpp"

namespace icn::credentials::detail {
namespace {

using model::KeyPair;

constexpr std::uint64_t kNow = 1'800'000'000;

KeyPair pair_of(std::string_view name) { return KeyPair::from_seed(ipld::sha256(view_of(name))); }
SignMessage signer(const KeyPair& key) {
  return [&key](const model::ForeignMessage& message) -> Result<model::Signature> { return model::sign(key, message); };
}
Result<model::Did> key_of(std::string_view method, std::string_view) {
  return model::Did::parse(did_of_method(method));
}
class CountingRandom : public ports::Random {
 public:
  void fill(std::span<std::uint8_t> bytes) override {
    for (std::uint8_t& byte : bytes) byte = ++count_;
  }

 private:
  std::uint8_t count_ = 0;
};
std::string rule_of(const Result<Disclosed>& result) { return result ? "" : result.error().rule; }

// The disclosures of section 5 of the RFC, as it writes them, and their hashes.
struct Published {
  std::string_view json;
  std::string_view hash;
  std::string_view name;
};
constexpr Published kPublished[] = {
    {R"(["2GLC42sKQveCfGfryNRN9w", "given_name", "John"])", "jsu9yVulwQQlhFlM_3JlzMaSFzglhQG0DpfayQwLUK4",
     "given_name"},
    {R"(["eluV5Og3gSNII8EYnsxA_A", "family_name", "Doe"])", "TGf4oLbgwd5JQaHyKVQZU9UdGE0w5rtDsrZzfUaomLo",
     "family_name"},
    {R"(["6Ij7tM-a5iVPGboS5tmvVA", "email", "johndoe@example.com"])", "JzYjH4svliH0R3PyEMfeZu6Jt69u5qehZo7F7EPYlSE",
     "email"},
    {R"(["lklxF5jMYlGTPUovMNIvCA", "US"])", "pFndjkZ_VCzmyTa6UjlZo3dh-ko8aIKQc9DlGzhaVYo", ""},
    {R"(["nPuoQnkRFq3BIeAm7AnXFA", "DE"])", "7Cf6JkPudry3lcbwHgeZ8khAv1U1OSlerP0VkBJrWZ0", ""},
};

TEST(Disclosure, HasTheHashesOfTheRfc) {
  for (const Published& published : kPublished) {
    const std::string text = model::to_base64url(view_of(published.json));
    EXPECT_EQ(disclosure_hash(text), published.hash) << published.json;
    EXPECT_EQ(Disclosure::parse(text)->name, published.name);
  }
  EXPECT_EQ(model::to_base64url(view_of(kPublished[0].json)),
            "WyIyR0xDNDJzS1F2ZUNmR2ZyeU5STjl3IiwgImdpdmVuX25hbWUiLCAiSm9obiJd");
}

TEST(Disclosure, GoesWhereItsHashIs) {
  std::vector<std::string> texts;
  for (const Published& published : kPublished) texts.push_back(model::to_base64url(view_of(published.json)));
  const Json payload = parse_json("", R"({"_sd_alg": "sha-256", "sub": "user_42",
      "_sd": ["jsu9yVulwQQlhFlM_3JlzMaSFzglhQG0DpfayQwLUK4", "a-decoy-or-a-claim-that-is-withheld",
              "TGf4oLbgwd5JQaHyKVQZU9UdGE0w5rtDsrZzfUaomLo"],
      "contact": {"_sd": ["JzYjH4svliH0R3PyEMfeZu6Jt69u5qehZo7F7EPYlSE"]},
      "nationalities": [{"...": "pFndjkZ_VCzmyTa6UjlZo3dh-ko8aIKQc9DlGzhaVYo"},
                        {"...": "7Cf6JkPudry3lcbwHgeZ8khAv1U1OSlerP0VkBJrWZ0"}]})",
                                  kCredentialBytesMax)
                           .value();
  EXPECT_EQ(canonical(disclosed_claims(payload, texts).value()),
            R"({"contact":{"email":"johndoe@example.com"},"family_name":"Doe","given_name":"John",)"
            R"("nationalities":["US","DE"],"sub":"user_42"})");
  EXPECT_EQ(canonical(disclosed_claims(payload, {texts[1], texts[4]}).value()),
            R"({"contact":{},"family_name":"Doe","nationalities":["DE"],"sub":"user_42"})");
  EXPECT_EQ(disclosed_claims(payload, {texts[1], texts[1]}).error().rule, "bad_sd_jwt");
  const std::string stranger = model::to_base64url(view_of(R"(["salt", "sub", "me"])"));
  EXPECT_EQ(disclosed_claims(payload, {stranger}).error().rule, "bad_sd_jwt");
  // A hash twice, a claim that is not withheld, an element as a claim.
  Json changed = payload;
  changed["_sd"].push_back(kPublished[0].hash);
  EXPECT_EQ(disclosed_claims(changed, texts).error().rule, "bad_sd_jwt");
  changed = payload;
  changed["given_name"] = "Joan";
  EXPECT_EQ(disclosed_claims(changed, texts).error().rule, "bad_sd_jwt");
  changed = payload;
  changed["_sd"][1] = disclosure_hash(stranger);
  EXPECT_EQ(disclosed_claims(changed, {stranger}).error().rule, "bad_sd_jwt");
  changed = payload;
  changed["_sd_alg"] = "sha-1";
  EXPECT_EQ(disclosed_claims(changed, {}).error().rule, "bad_sd_jwt");
}

struct Story {
  KeyPair clerk = pair_of("clerk");
  KeyPair alice = pair_of("alice");
  CountingRandom random;
  SdJwt held;
  Binding binding{"https://verifier.example", "n-1", kNow};

  Story() {
    SdJwtIssue wanted;
    wanted.claims = Json{{"iss", clerk.did().to_text()}, {"sub", alice.did().to_text()}, {"nbf", kNow - 10},
                         {"exp", kNow + 1'000},          {"memberOf", "a scope"},        {"memberSince", 7}};
    wanted.selective = {"sub", "memberOf", "memberSince"};
    wanted.holder = alice.did();
    wanted.method = method_of(clerk.did());
    held = issue(wanted, random, signer(clerk)).value();
  }
  SdJwt shown(const std::vector<std::string>& names) const {
    return disclose(held, names, binding, signer(alice)).value();
  }
};

TEST(SdJwt, AVerifierSeesWhatIsDisclosed) {
  const Story story;
  const SdJwt shown = SdJwt::parse(story.shown({"memberOf"}).to_text()).value();
  const auto seen = verify_sd_jwt(shown, key_of, story.binding, kNow);
  ASSERT_TRUE(seen) << seen.error().detail;
  EXPECT_TRUE(seen->is_bound);
  EXPECT_EQ(seen->claims["memberOf"], "a scope");
  EXPECT_FALSE(seen->claims.contains("sub") || seen->claims.contains("memberSince"));
  EXPECT_EQ(shown.to_text().find(model::to_base64url(view_of("memberSince"))), std::string::npos);
  EXPECT_TRUE(verify_sd_jwt(story.shown({}), key_of, story.binding, kNow));
  EXPECT_EQ(disclose(story.held, {"age"}, story.binding, signer(story.alice)).error().rule, "no_claim");
}

TEST(SdJwt, IsRefusedByEveryOtherVerifier) {
  const Story story;
  const SdJwt shown = story.shown({"memberOf"});
  const auto rule = [&](const SdJwt& what, const Binding& expected, std::uint64_t now) {
    return rule_of(verify_sd_jwt(what, key_of, expected, now));
  };
  EXPECT_EQ(rule(shown, {"https://other.example", "n-1"}, kNow), "presentation_challenge");
  EXPECT_EQ(rule(shown, {story.binding.audience, "n-2"}, kNow), "presentation_challenge");
  EXPECT_EQ(rule(shown, story.binding, kNow + kBindingSMax + 1), "presentation_challenge");
  EXPECT_EQ(rule(story.held, story.binding, kNow), "presentation_challenge");
  // Another disclosure added, or one taken away, after the holder bound it.
  SdJwt more = shown;
  more.disclosures.push_back(story.held.disclosures[0]);
  EXPECT_EQ(rule(more, story.binding, kNow), "bad_sd_jwt");
  SdJwt fewer = shown;
  fewer.disclosures.clear();
  EXPECT_EQ(rule(fewer, story.binding, kNow), "bad_sd_jwt");
  // Bound by another than the holder.
  const KeyPair thief = pair_of("thief");
  const SdJwt stolen = disclose(story.held, {"memberOf"}, story.binding, signer(thief)).value();
  EXPECT_EQ(verify_sd_jwt(stolen, key_of, story.binding, kNow).error().code, ErrorCode::invalid_signature);
  EXPECT_EQ(rule(shown, story.binding, kNow + 1'000), "credential_expired");
  EXPECT_EQ(rule(shown, story.binding, kNow - 11), "credential_not_yet");
}

TEST(SdJwt, WhatMustBeSeenCannotBeWithheld) {
  Story story;
  SdJwtIssue wanted{Json{{"iss", "x"}, {"exp", 1}}, {"exp"}, story.alice.did(), method_of(story.clerk.did())};
  EXPECT_EQ(issue(wanted, story.random, signer(story.clerk)).error().rule, "no_claim");
  wanted.selective = {"age"};
  EXPECT_EQ(issue(wanted, story.random, signer(story.clerk)).error().rule, "no_claim");
  // Signed by another than the issuer that it names.
  wanted.selective = {};
  const SdJwt forged = issue(wanted, story.random, signer(story.clerk)).value();
  EXPECT_EQ(rule_of(verify_sd_jwt(forged, key_of, {}, kNow)), "credential_issuer");
}

TEST(SdJwt, MalformedOnesAreRefused) {
  const Story story;
  for (const std::string& wrong :
       {std::string(), std::string("~"), story.held.token, story.held.token + "~~",
        story.held.token + std::string(2 * kDisclosuresMax, '~'), std::string(kCredentialBytesMax + 1, '~')})
    EXPECT_FALSE(SdJwt::parse(wrong)) << wrong.substr(0, 40);
  const auto token = [&](const Json& header) {
    const Json payload{{"iss", story.clerk.did().to_text()}};
    const SdJwt made{signed_jws(header, payload, signer(story.clerk)).value(), {}, {}};
    return rule_of(verify_sd_jwt(made, key_of, {}, kNow));
  };
  const std::string kid = method_of(story.clerk.did());
  EXPECT_EQ(token({{"alg", "EdDSA"}, {"typ", kSdJwtType}, {"kid", kid}}), "");
  EXPECT_EQ(token({{"alg", "none"}, {"typ", kSdJwtType}, {"kid", kid}}), "bad_jws");
  EXPECT_EQ(token({{"alg", "HS256"}, {"typ", kSdJwtType}, {"kid", kid}}), "bad_jws");
  EXPECT_EQ(token({{"alg", "EdDSA"}, {"typ", "jwt"}, {"kid", kid}}), "bad_sd_jwt");
  EXPECT_EQ(token({{"alg", "EdDSA"}, {"typ", kSdJwtType}}), "bad_credential");
  EXPECT_EQ(token({{"alg", "EdDSA"}, {"typ", kSdJwtType}, {"kid", kid}, {"crit", Json::array({"b64"})}}), "bad_jws");
  SdJwt changed = story.held;
  changed.token[changed.token.size() / 2] ^= 1;
  EXPECT_FALSE(verify_sd_jwt(changed, key_of, {}, kNow));
}

}  // namespace
}  // namespace icn::credentials::detail
