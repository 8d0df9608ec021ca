// Goal: a W3C document yields exactly the keys that it states, and a malformed one yields none.
#include "model/did_document.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "testing/mutate.hpp"

namespace icn::model {
namespace {

using Json = nlohmann::json;

constexpr std::string_view kDid = "did:web:example.com";
// RFC 8032, test 1; the same key as a JWK is RFC 8037's example.
constexpr std::string_view kEd25519 = "z6MktwupdmLXVVqTzCw4i46r4uGyosGXRnR3XjN4Zq7oMMsw";
constexpr std::string_view kEd25519X = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
constexpr std::string_view kX25519 = "z6LSeu9HkTHSfLLeUs2nnzUSNedgDUevfNQgQjQC23ZCit6F";

Json good_document() {
  const auto method = [](std::string_view id, std::string_view type, std::string_view name, const Json& value) {
    return Json{{"id", id}, {"type", type}, {"controller", kDid}, {std::string(name), value}};
  };
  return Json{
      {"@context", {"https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"}},
      {"id", kDid},
      {"controller", {kDid, "did:example:boss"}},
      {"verificationMethod",
       {method("did:web:example.com#multi", "Multikey", "publicKeyMultibase", kEd25519),
        method("#2020", "Ed25519VerificationKey2020", "publicKeyMultibase", kEd25519),
        method("#jwk", "JsonWebKey", "publicKeyJwk", {{"kty", "OKP"}, {"crv", "Ed25519"}, {"x", kEd25519X}}),
        method("#agree", "X25519KeyAgreementKey2020", "publicKeyMultibase", kX25519),
        method("#p256", "JsonWebKey2020", "publicKeyJwk", {{"kty", "EC"}, {"crv", "P-256"}, {"x", "x"}, {"y", "y"}}),
        method("#secp", "Multikey", "publicKeyMultibase", "zQ3shokFTS3brHcDQrn82RUDfCZESWL1ZdCEJwekUDPQiYBme"),
        method("#old", "Ed25519VerificationKey2018", "publicKeyBase58", "not read")}},
      {"authentication", {"did:web:example.com#multi", "#2020", "#old", "did:example:boss#key-1"}},
      {"assertionMethod", {"#jwk", "#agree", "#p256"}},
      {"keyAgreement", {"#agree", "#multi"}},
      {"capabilityInvocation", {method("#embedded", "Multikey", "publicKeyMultibase", kEd25519)}},
      {"service", {{{"id", "#s"}, {"type", "LinkedDomains"}, {"serviceEndpoint", "https://example.com"}}}},
      {"somethingElse", {{"kept", true}}},
  };
}

Result<DidDocument> read(const Json& json) { return DidDocument::read(json.dump(), DidUrl::parse_did(kDid).value()); }

TEST(DidDocument, YieldsTheKeysOfEachRelationship) {
  const auto document = read(good_document());
  ASSERT_TRUE(document) << document.error().detail;
  EXPECT_EQ(document->id(), kDid);
  EXPECT_EQ(Json::parse(document->json()), good_document());
  const Multikey ed25519 = parse_multikey(kEd25519).value();
  ASSERT_EQ(document->methods().size(), 5U);
  for (const VerificationMethod& method : document->methods()) {
    EXPECT_EQ(method.controller, kDid);
    EXPECT_EQ(method.key, method.id == "did:web:example.com#agree" ? parse_multikey(kX25519).value() : ed25519)
        << method.id;
  }
  const auto ids = [&](Relationship relationship) {
    std::vector<std::string> found;
    for (const VerificationMethod* method : document->methods(relationship)) found.push_back(method->id.substr(19));
    return found;
  };
  using Ids = std::vector<std::string>;
  EXPECT_EQ(ids(Relationship::authentication), (Ids{"#multi", "#2020"}));
  EXPECT_EQ(ids(Relationship::assertion_method), Ids{"#jwk"}) << "an X25519 key signs nothing";
  EXPECT_EQ(ids(Relationship::key_agreement), Ids{"#agree"}) << "an Ed25519 key agrees on nothing";
  EXPECT_EQ(ids(Relationship::capability_invocation), Ids{"#embedded"});
  EXPECT_TRUE(ids(Relationship::capability_delegation).empty());
  EXPECT_EQ(document->find("#jwk"), document->find("did:web:example.com#jwk"));
  EXPECT_NE(document->find("#jwk"), nullptr);
  EXPECT_EQ(document->find("#old"), nullptr);
  EXPECT_EQ(document->find("jwk"), nullptr);
  EXPECT_EQ(document->find(""), nullptr);
}

struct Refusal {
  std::string_view what;
  std::string_view patch;  // a JSON merge patch
  std::string_view rule;
};

TEST(DidDocument, RefusesMalformedOnes) {
  constexpr Refusal kCases[]{
      {"no id", R"({"id":null})", "wrong_id"},
      {"another id", R"({"id":"did:web:example.org"})", "wrong_id"},
      {"the id with a fragment", R"({"id":"did:web:example.com#x"})", "wrong_id"},
      {"the reference's private form", R"({"id":{"method":"web","id_string":"example.com"}})", "wrong_id"},
      {"context", R"({"@context":[1]})", "bad_document"},
      {"controller", R"({"controller":"bob"})", "bad_document"},
      {"controllers", R"({"controller":["did:a:b",7]})", "bad_document"},
      {"methods not in a list", R"({"verificationMethod":{}})", "bad_document"},
      {"a method that is a text", R"({"verificationMethod":["#multi"]})", "bad_document"},
      {"a method without type", R"({"verificationMethod":[{"id":"#a","controller":"did:a:b"}]})", "bad_document"},
      {"a method without controller", R"({"verificationMethod":[{"id":"#a","type":"X"}]})", "bad_document"},
      {"a controller that is not a DID", R"({"verificationMethod":[{"id":"#a","type":"X","controller":"did:a:b#c"}]})",
       "bad_document"},
      {"an id without fragment", R"({"verificationMethod":[{"id":"did:a:b","type":"X","controller":"did:a:b"}]})",
       "bad_document"},
      {"an empty fragment", R"({"verificationMethod":[{"id":"#","type":"X","controller":"did:a:b"}]})", "bad_document"},
      {"a reference that is a number", R"({"authentication":[1]})", "bad_document"},
      {"a reference to nothing", R"({"authentication":["#gone"]})", "dangling_reference"},
      {"an absolute reference to nothing", R"({"assertionMethod":["did:web:example.com#gone"]})", "dangling_reference"},
      {"a service without endpoint", R"({"service":[{"id":"#s","type":"x"}]})", "bad_document"},
  };
  for (const Refusal& one : kCases) {
    Json json = good_document();
    json.merge_patch(Json::parse(one.patch));
    if (one.patch.find("verificationMethod") != std::string_view::npos) {
      for (const char* name : {"authentication", "assertionMethod", "keyAgreement"}) json.erase(name);
    }
    const auto document = read(json);
    ASSERT_FALSE(document) << one.what;
    EXPECT_EQ(document.error().rule, one.rule) << one.what << ": " << document.error().detail;
    EXPECT_EQ(document.error().code, ErrorCode::invalid_format);
  }
}

TEST(DidDocument, RefusesKeysThatAreNone) {
  const auto with = [](const Json& method) {
    Json json{{"id", kDid}};
    json["verificationMethod"] = {method};
    json["verificationMethod"][0].update(Json{{"id", "#k"}, {"controller", kDid}});
    return read(json);
  };
  const auto multi = [&](std::string_view type, std::string_view text) {
    return with({{"type", type}, {"publicKeyMultibase", text}});
  };
  const auto jwk = [&](const Json& value) { return with({{"type", "JsonWebKey"}, {"publicKeyJwk", value}}); };
  EXPECT_TRUE(multi("Multikey", kEd25519));
  EXPECT_TRUE(jwk({{"kty", "OKP"}, {"crv", "Ed25519"}, {"x", kEd25519X}}));
  const Multikey small_order{KeyKind::ed25519, {1}};
  const Multikey zero{KeyKind::x25519, {}};
  const std::string_view bad_texts[]{"", "z", "m6Mk", "z0OIl", "u", "u7QH", "f00"};
  for (const std::string_view text : bad_texts) {
    ASSERT_FALSE(multi("Multikey", text)) << text;
    EXPECT_EQ(multi("Multikey", text).error().rule, "bad_key") << text;
  }
  EXPECT_EQ(multi("Multikey", to_multibase(small_order)).error().rule, "bad_key");
  EXPECT_EQ(multi("Multikey", to_multibase(zero)).error().rule, "bad_key");
  EXPECT_EQ(multi("Multikey", std::string(202, 'z')).error().rule, "bad_key");
  EXPECT_EQ(multi("Ed25519VerificationKey2020", kX25519).error().rule, "bad_key");
  EXPECT_EQ(multi("X25519KeyAgreementKey2020", kEd25519).error().rule, "bad_key");
  EXPECT_EQ(multi("JsonWebKey", kEd25519).error().rule, "bad_key") << "the type wants a JWK";
  EXPECT_EQ(jwk("text").error().rule, "bad_key");
  EXPECT_EQ(jwk({{"crv", "Ed25519"}, {"x", kEd25519X}}).error().rule, "bad_key");
  EXPECT_EQ(jwk({{"kty", "OKP"}, {"crv", "Ed25519"}}).error().rule, "bad_key");
  EXPECT_EQ(jwk({{"kty", "OKP"}, {"crv", "Ed25519"}, {"x", "AAAA"}}).error().rule, "bad_key");
  EXPECT_EQ(jwk({{"kty", "OKP"}, {"crv", "Ed25519"}, {"x", std::string(kEd25519X) + "="}}).error().rule, "bad_key");
  EXPECT_EQ(jwk({{"kty", "OKP"}, {"crv", "Ed25519"}, {"x", kEd25519X}, {"d", "secret"}}).error().rule, "private_key");
  EXPECT_EQ(with({{"type", "Multikey"},
                  {"publicKeyMultibase", kEd25519},
                  {"publicKeyJwk", {{"kty", "OKP"}, {"crv", "Ed25519"}, {"x", kEd25519X}}}})
                .error()
                .rule,
            "bad_document");
}

TEST(DidDocument, IsBounded) {
  const DidUrl did = DidUrl::parse_did(kDid).value();
  const auto rule_of = [&](std::string_view text) {
    const auto document = DidDocument::read(text, did);
    return document ? std::string("accepted") : document.error().rule;
  };
  EXPECT_EQ(rule_of(R"({"id":"did:web:example.com"})"), "accepted");
  EXPECT_EQ(rule_of(""), "not_json");
  EXPECT_EQ(rule_of("[]"), "bad_document");
  EXPECT_EQ(rule_of(R"({"id":"did:web:example.com"}x)"), "not_json");
  EXPECT_EQ(rule_of("{\"id\":\"did:web:example.com\",\"x\":\"\xff\"}"), "not_json");
  EXPECT_EQ(rule_of(R"({"id":"did:web:evil.example","id":"did:web:example.com"})"), "duplicate_key");
  EXPECT_EQ(rule_of(R"({"id":"did:web:example.com","x":[{"a":1,"b":{"a":2},"a":3}]})"), "duplicate_key");
  EXPECT_EQ(rule_of(R"({"id":"did:web:example.com","x":[{"a":1},{"a":1}]})"), "accepted");
  EXPECT_EQ(rule_of(R"({"id":"did:web:example.com","x":)" + std::string(15, '[') + std::string(15, ']') + "}"),
            "accepted");
  EXPECT_EQ(rule_of(R"({"id":"did:web:example.com","x":)" + std::string(16, '[') + std::string(16, ']') + "}"),
            "too_deep");
  EXPECT_EQ(rule_of(std::string(60'000, '[')), "too_deep");
  EXPECT_EQ(rule_of("{\"id\":\"did:web:example.com\",\"x\":\"" + std::string(kDidDocumentBytesMax, 'x') + "\"}"),
            "json_bytes");
  Json many{{"id", kDid}, {"verificationMethod", Json::array()}};
  for (std::size_t i = 0; i < kDidDocumentEntriesMax; ++i) {
    many["verificationMethod"].push_back({{"id", "#" + std::to_string(i)}, {"type", "X"}, {"controller", kDid}});
  }
  EXPECT_TRUE(read(many));
  Json twice = many;
  twice["verificationMethod"][1]["id"] = std::string(kDid) + "#0";
  EXPECT_EQ(read(twice).error().rule, "duplicate_id");
  Json embedded = many;
  embedded["authentication"] = {{{"id", "#more"}, {"type", "X"}, {"controller", kDid}}};
  EXPECT_EQ(read(embedded).error().rule, "too_many_entries");
  many["verificationMethod"].push_back({{"id", "#64"}, {"type", "X"}, {"controller", kDid}});
  EXPECT_EQ(read(many).error().rule, "too_many_entries");
}

TEST(DidDocument, DamagedOnesAreRefusedOrMeanTheirKeys) {
  const Bytes good = bytes_of(good_document().dump());
  const DidUrl did = DidUrl::parse_did(kDid).value();
  const auto check = [&](const Bytes& damaged, const std::string& what) {
    const auto document = DidDocument::read(text_of(damaged), did);
    if (!document) {
      ASSERT_FALSE(document.error().rule.empty()) << what;
      return;
    }
    ASSERT_EQ(document->id(), kDid) << what;
    for (const VerificationMethod& method : document->methods()) ASSERT_TRUE(check_key(method.key)) << what;
    const auto again = DidDocument::read(document->json(), did);
    ASSERT_TRUE(again) << what;
    ASSERT_EQ(again->json(), document->json()) << what;
  };
  testing::for_each_truncation(good, check);
  testing::for_each_mutation(good, 16, 3'000, check);
}

}  // namespace
}  // namespace icn::model
