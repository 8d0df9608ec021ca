// Goal: did:key and did:peer yield the keys and documents of the methods' published examples, and malformed ones none.
#include "model/did_methods.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "ipld/multibase.hpp"
#include "model/signature.hpp"
#include "testing/mutate.hpp"

namespace icn::model {
namespace {

using Json = nlohmann::json;

DidUrl did_of(std::string_view text) { return DidUrl::parse_did(text).value(); }
Result<DidDocument> document_of(std::string_view text) { return derived_document(ICN_TRY(DidUrl::parse_did(text))); }

// The method's test vectors (test-vectors/ed25519-x25519.json): seed number, key, and the X25519 key that derives.
struct KeyVector {
  std::string_view did;
  std::string_view key_base58;
  std::string_view agreement;
  std::string_view agreement_base58;
};
constexpr KeyVector kEd25519Vectors[]{
    {"did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp", "4zvwRjXUKGfvwnParsHAS3HuSVzV5cA4McphgmoCtajS",
     "z6LShs9GGnqk85isEBzzshkuVWrVKsRp24GnDuHk8QWkARMW", "7By6kV2t2d188odEM4ExAve1UithKT6dLva4dwsDT3ak"},
    {"did:key:z6MkjchhfUsD6mmvni8mCdXHw216Xrm9bQe2mBH1P5RDjVJG", "6ASf5EcmmEHTgDJ4X4ZT5vT6iHVJBXPg5AN5YoTCpGWt",
     "z6LSrHyXiPBhUbvPUtyUCdf32sniiMGPTAesgHrtEa4FePtr", "FcoNC5NqP9CePWbhfz95iHaEsCjGkZUioK9Ck7Qiw286"},
    {"did:key:z6MknGc3ocHs3zdPiJbnaaqDi58NGb4pk1Sp9WxWufuXSdxf", "8pM1DN3RiT8vbom5u1sNryaNT1nyL8CTTW3b5PwWXRBH",
     "z6LSkkqoZRC34AEpbkhZCqLDcHQVAxuLpQ7kC8XCXMVUfvjE", "A5fe37PAxhX5WNKngBpGHhC1KpNE7nwbK9oX2tqwxYxU"},
    {"did:key:z6MkvqoYXQfDDJRv8L4wKzxYeuKyVZBfi9Qo6Ro8MiLH3kDQ", "HPYVwAQmskwT1qEEeRzhoomyfyupJGASQQtCXSNG8XS2",
     "z6LSiUo6AEDat8Ze4nQzDo67SGuHLLwsUGkxndHGUjsywHow", "7ocvdvQinfqtyQ3Dh9aA7ggoVCQkmfaoueZazHETDv3B"},
    {"did:key:z6MkwW6aqMnjgrhJXFUko3NnZPGzVpkNzhYK7yEhnsibmLwL", "J3qYF7YJMKCqQke47UQwiHizgFUXapHxRxKmxbkar89x",
     "z6LSrGb3qm4xMCEBjvwkLb2WEcXfTM94Tu1RyGCbT5wbg8i9", "FbQtKTG6FjWSeYZyowWYv2KBcCbwmHqH6HUuxdJ4xkwP"},
};

TEST(DidKey, YieldsTheKeysAndIdsOfThePublishedVectors) {
  std::uint8_t number = 0;
  for (const KeyVector& one : kEd25519Vectors) {
    SCOPED_TRACE(one.did);
    Seed seed{};
    seed.back() = number++;
    EXPECT_EQ(KeyPair::from_seed(seed).did().to_text(), one.did);
    const auto document = document_of(one.did);
    ASSERT_TRUE(document) << document.error().detail;
    const std::string own = std::string(one.did) + "#" + std::string(one.did.substr(8));
    const std::string other = std::string(one.did) + "#" + std::string(one.agreement);
    const Json method{
        {"id", own}, {"type", "Multikey"}, {"controller", one.did}, {"publicKeyMultibase", one.did.substr(8)}};
    const Json agreement{
        {"id", other}, {"type", "Multikey"}, {"controller", one.did}, {"publicKeyMultibase", one.agreement}};
    const Json whole{{"@context", {"https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"}},
                     {"id", one.did},
                     {"verificationMethod", {method, agreement}},
                     {"authentication", {own}},
                     {"assertionMethod", {own}},
                     {"capabilityDelegation", {own}},
                     {"capabilityInvocation", {own}},
                     {"keyAgreement", {other}}};
    EXPECT_EQ(Json::parse(document->json()), whole);
    EXPECT_EQ(ipld::to_base58(document->find(own)->key.key), one.key_base58);
    EXPECT_EQ(ipld::to_base58(document->find(other)->key.key), one.agreement_base58);
    EXPECT_EQ(did_key(document->find(own)->key), one.did);
  }
}

TEST(DidKey, OfX25519AgreesOnly) {
  constexpr std::pair<std::string_view, std::string_view> kVectors[]{
      {"did:key:z6LSeu9HkTHSfLLeUs2nnzUSNedgDUevfNQgQjQC23ZCit6F", "4Dy8E9UaZscuPUf2GLxV44RCNL7oxmEXXkgWXaug1WKV"},
      {"did:key:z6LStiZsmxiK4odS4Sb6JmdRFuJ6e1SYP157gtiCyJKfrYha", "J3PiFeuSyLugy4DKn87TwK5cnruRgPtxouzXUqg99Avp"},
      {"did:key:z6LSoMdmJz2Djah2P4L9taDmtqeJ6wwd2HhKZvNToBmvaczQ", "CgTbngDMe7yHHfxPMvhpaFRpFoQWKgXAgwenJj8PsFDe"},
  };
  for (const auto& [did, base58] : kVectors) {
    const auto document = document_of(did);
    ASSERT_TRUE(document) << document.error().detail;
    ASSERT_EQ(document->methods().size(), 1U);
    EXPECT_EQ(ipld::to_base58(document->methods()[0].key.key), base58);
    EXPECT_EQ(document->methods(Relationship::key_agreement).size(), 1U);
    EXPECT_TRUE(document->methods(Relationship::authentication).empty());
    EXPECT_EQ(did_key(document->methods()[0].key), did);
  }
}

TEST(DidKey, KnownKeys) {
  // RFC 8032, test 1.
  EXPECT_TRUE(document_of("did:key:z6MktwupdmLXVVqTzCw4i46r4uGyosGXRnR3XjN4Zq7oMMsw"));
  Seed seed;
  seed.fill(0x2a);
  const Did did = KeyPair::from_seed(seed).did();
  EXPECT_EQ(did.to_text(), "did:key:z6MkgAnvkP45uNxwCKeNdt6wrYkEjpYX4f7Nrd8MQqFL8Fbn");
  EXPECT_EQ(document_of(did.to_text())->methods()[0].key, (Multikey{KeyKind::ed25519, did.key()}));
}

// Multibase of Ed25519's code and `count` bytes.
std::string ed25519_of_bytes(std::size_t count) {
  Bytes bytes{0xed, 0x01};
  bytes.resize(2 + count, 7);
  return "z" + ipld::to_base58(bytes);
}

TEST(DidKey, RefusesWhatIsNotAKey) {
  struct Case {
    std::string did;
    ErrorCode code;
  };
  const Multikey small_order{KeyKind::ed25519, {1}};
  const Case cases[]{
      {"did:key:z", ErrorCode::invalid_argument},
      {"did:key:6MktwupdmLXVVqTzCw4i46r4uGyosGXRnR3XjN4Zq7oMMsw", ErrorCode::invalid_argument},
      {"did:key:" + ed25519_of_bytes(31), ErrorCode::invalid_argument},
      {"did:key:" + ed25519_of_bytes(33), ErrorCode::invalid_argument},
      {"did:key:" + ed25519_of_bytes(0), ErrorCode::invalid_argument},
      // A number that lost or gained a digit has other bytes at its beginning: the code of another kind.
      {"did:key:z6MktwupdmLXVVqTzCw4i46r4uGyosGXRnR3XjN4Zq7oMMs", ErrorCode::unsupported},
      {"did:key:z6MktwupdmLXVVqTzCw4i46r4uGyosGXRnR3XjN4Zq7oMMsww", ErrorCode::unsupported},
      {"did:key:z6MktwupdmLXVVqTzCw4i46r4uGyosGXRnR3XjN4Zq7oMM0w", ErrorCode::invalid_argument},
      {"did:key:u7QHXWpgBgrEKt9VL_tPJZAc6DuFy89qmIyWvAhpo9wdRGg", ErrorCode::invalid_argument},
      // The reference's signers wrote keys in hexadecimal.
      {"did:key:z197f6b23e16c8532c6abc838facd5ea789be0c76b2920334039bfa8b3d368d61", ErrorCode::invalid_argument},
      {"did:key:" + to_multibase(small_order), ErrorCode::invalid_argument},
      {"did:key:" + to_multibase({KeyKind::x25519, {}}), ErrorCode::invalid_argument},
      {"did:key:zQ3shokFTS3brHcDQrn82RUDfCZESWL1ZdCEJwekUDPQiYBme", ErrorCode::unsupported},
      {"did:key:zDnaerDaTF5BXEavCrfRZEk316dpbLsfPDZ3WJ5hRTPFU2169", ErrorCode::unsupported},
      {"did:web:example.com", ErrorCode::unsupported},
      {"did:system:governance", ErrorCode::unsupported},
  };
  for (const Case& one : cases) {
    const auto document = document_of(one.did);
    ASSERT_FALSE(document) << one.did;
    EXPECT_EQ(document.error().code, one.code) << one.did << ": " << document.error().detail;
  }
}

TEST(DidPeer, Algorithm0IsASingleKey) {
  constexpr std::string_view kDid = "did:peer:0z6MkpTHR8VNsBxYAAWHut2Geadd9jSwuBV8xRoAnwWsdvktH";
  const auto document = document_of(kDid);
  ASSERT_TRUE(document) << document.error().detail;
  EXPECT_EQ(document->id(), kDid);
  ASSERT_EQ(document->methods().size(), 2U);
  EXPECT_EQ(did_key(document->methods()[0].key), "did:key:z6MkpTHR8VNsBxYAAWHut2Geadd9jSwuBV8xRoAnwWsdvktH");
  EXPECT_EQ(did_peer_0(document->methods()[0].key), kDid);
  EXPECT_EQ(document->methods()[1].key, agreement_key(document->methods()[0].key.key).value());
}

// The example of the method's specification.
constexpr std::string_view kPeer2 =
    "did:peer:2.Vz6Mkj3PUd1WjvaDhNZhhhXQdz5UnZXmS7ehtx8bsPpD47kKc.Ez6LSg8zQom395jKLrGiBNruB9MM6V8PWuf2FpEy4uRFiqQBR."
    "SeyJ0IjoiZG0iLCJzIjp7InVyaSI6Imh0dHA6Ly9leGFtcGxlLmNvbS9kaWRjb21tIiwiYSI6WyJkaWRjb21tL3YyIl0sInIiOlsiZGlkOmV4YW1w"
    "bGU6MTIzNDU2Nzg5YWJjZGVmZ2hpI2tleS0xIl19fQ.SeyJ0IjoiZG0iLCJzIjp7InVyaSI6Imh0dHA6Ly9leGFtcGxlLmNvbS9hbm90aGVyIiwi"
    "YSI6WyJkaWRjb21tL3YyIl0sInIiOlsiZGlkOmV4YW1wbGU6MTIzNDU2Nzg5YWJjZGVmZ2hpI2tleS0yIl19fQ";

Json peer_2_service(std::string_view id, std::string_view uri, std::string_view routing_key) {
  Json service{{"type", "DIDCommMessaging"},
               {"serviceEndpoint", {{"uri", uri}, {"accept", {"didcomm/v2"}}, {"routingKeys", {routing_key}}}}};
  if (!id.empty()) service["id"] = id;
  return service;
}

TEST(DidPeer, Algorithm2IsTheSpecificationsExample) {
  const auto document = document_of(kPeer2);
  ASSERT_TRUE(document) << document.error().detail;
  const Json whole{
      {"@context", {"https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"}},
      {"id", kPeer2},
      {"verificationMethod",
       {{{"id", "#key-1"},
         {"controller", kPeer2},
         {"type", "Multikey"},
         {"publicKeyMultibase", "z6Mkj3PUd1WjvaDhNZhhhXQdz5UnZXmS7ehtx8bsPpD47kKc"}},
        {{"id", "#key-2"},
         {"controller", kPeer2},
         {"type", "Multikey"},
         {"publicKeyMultibase", "z6LSg8zQom395jKLrGiBNruB9MM6V8PWuf2FpEy4uRFiqQBR"}}}},
      {"authentication", {"#key-1"}},
      {"keyAgreement", {"#key-2"}},
      {"service",
       {peer_2_service("#service", "http://example.com/didcomm", "did:example:123456789abcdefghi#key-1"),
        peer_2_service("#service-1", "http://example.com/another", "did:example:123456789abcdefghi#key-2")}},
      {"alsoKnownAs", {"did:peer:3zQmd6RdU6e2nDrLn1rjwdA5Buzq7wJwsv3WJ1AgrwKYJoLE"}}};
  EXPECT_EQ(Json::parse(document->json()), whole);
  EXPECT_EQ(document->methods(Relationship::authentication).at(0)->id, std::string(kPeer2) + "#key-1");
  EXPECT_EQ(document->methods(Relationship::key_agreement).at(0)->key.kind, KeyKind::x25519);
}

TEST(DidPeer, Algorithm2IsEncodedAsTheSpecificationDoes) {
  const PeerKey keys[]{
      {Relationship::authentication, parse_multikey("z6Mkj3PUd1WjvaDhNZhhhXQdz5UnZXmS7ehtx8bsPpD47kKc").value()},
      {Relationship::key_agreement, parse_multikey("z6LSg8zQom395jKLrGiBNruB9MM6V8PWuf2FpEy4uRFiqQBR").value()}};
  const std::string services[]{
      R"({"type":"DIDCommMessaging","serviceEndpoint":{"uri":"http://example.com/didcomm","accept":["didcomm/v2"],)"
      R"("routingKeys":["did:example:123456789abcdefghi#key-1"]}})",
      R"({"type":"DIDCommMessaging","serviceEndpoint":{"uri":"http://example.com/another","accept":["didcomm/v2"],)"
      R"("routingKeys":["did:example:123456789abcdefghi#key-2"]}})"};
  EXPECT_EQ(did_peer_2(keys, services).value(), kPeer2);
  EXPECT_EQ(did_peer_2({}, services).error().code, ErrorCode::invalid_argument);
  const auto refused = [&](std::string service) { return did_peer_2(keys, std::span(&service, 1)).error().rule; };
  EXPECT_EQ(refused("[]"), "bad_document");
  EXPECT_EQ(refused("x"), "not_json");
  EXPECT_EQ(refused(R"({"type":"x","t":"y"})"), "duplicate_key");
  EXPECT_EQ(refused("{\"x\":\"" + std::string(4'000, 'x') + "\"}"), "did_bytes");
}

TEST(DidPeer, Algorithm2KeepsTheOrderAndTheKindsOfItsKeys) {
  // Three keys, one of them P-256, and a service with an id.
  const std::string did =
      "did:peer:2.Az6MktwupdmLXVVqTzCw4i46r4uGyosGXRnR3XjN4Zq7oMMsw.VzDnaerDaTF5BXEavCrfRZEk316dpbLsfPDZ3WJ5hRTPFU2169"
      ".Iz6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp.SeyJpZCI6IiN4IiwidCI6ImEiLCJzIjoiYiJ9";
  const auto document = document_of(did);
  ASSERT_TRUE(document) << document.error().detail;
  EXPECT_EQ(document->methods(Relationship::assertion_method).at(0)->id, did + "#key-1");
  EXPECT_TRUE(document->methods(Relationship::authentication).empty());
  EXPECT_EQ(document->methods(Relationship::capability_invocation).at(0)->id, did + "#key-3");
  EXPECT_EQ(Json::parse(document->json())["service"], Json::parse(R"([{"id":"#x","type":"a","serviceEndpoint":"b"}])"));
}

// The example of the reference implementation of algorithm 4.
constexpr std::string_view kPeer4 =
    "did:peer:4zQmd8CpeFPci817KDsbSAKWcXAE2mjvCQSasRewvbSF54Bd:"
    "z2M1k7h4psgp4CmJcnQn2Ljp7Pz7ktsd7oBhMU3dWY5s4fhFNj17qcRTQ427C7QHNT6cQ7T3XfRh35Q2GhaNFZmWHVFq4vL7F8nm36PA9Y96DvdrU"
    "iRUaiCuXnBFrn1o7mxFZAx14JL4t8vUWpuDPwQuddVo1T8myRiVH7wdxuoYbsva5x6idEpCQydJdFjiHGCpNc2UtjzPQ8awSXkctGCnBmgkhrj5gt"
    "o3D4i3EREXYq4Z8r2cWGBr2UzbSmnxW2BuYddFo9Yfm6mKjtJyLpF74ytqrF5xtf84MnGFg1hMBmh1xVx1JwjZ2BeMJs7mNS8DTZhKC7KH38EgqDt"
    "UZzfjhpjmmUfkXg2KFEA3EGbbVm1DPqQXayPYKAsYPS9AyKkcQ3fzWafLPP93UfNhtUPL8JW5pMcSV3P8v6j3vPXqnnGknNyBprD6YGUVtgLiAqDB"
    "DUF3LSxFQJCVYYtghMTv8WuSw9h1a1SRFrDQLGHE4UrkgoRvwaGWr64aM87T1eVGkP5Dt4L1AbboeK2ceLArPScrdYGTpi3BpTkLwZCdjdiFSfTy9"
    "okL1YNRARqUf2wm8DvkVGUU7u5nQA3ZMaXWJAewk6k1YUxKd7LvofGUK4YEDtoxN5vb6r1Q2godrGqaPkjfL3RoYPpDYymf9XhcgG8Kx3DZaA6cyT"
    "s24t45KxYAfeCw4wqUpCH9HbpD78TbEUr9PPAsJgXBvBj2VVsxnr7FKbK4KykGcg1W8M1JPz21Z4Y72LWgGQCmixovrkHktcTX1uNHjAvKBqVD5C7"
    "XmVfHgXCHj7djCh3vzLNuVLtEED8J1hhqsB1oCBGiuh3xXr7fZ9wUjJCQ1HYHqxLJKdYKtoCiPmgKM7etVftXkmTFETZmpM19aRyih3bao76LdpQt"
    "bw636r7a3qt8v4WfxsXJetSL8c7t24SqQBcAY89FBsbEnFNrQCMK3JEseKHVaU388ctvRD45uQfe5GndFxthj4iSDomk4uRFd1uRbywoP1tRuabHT"
    "DX42UxPjz";
constexpr std::string_view kPeer4Short = "did:peer:4zQmd8CpeFPci817KDsbSAKWcXAE2mjvCQSasRewvbSF54Bd";
constexpr std::string_view kPeer4Input =
    R"({"@context":["https://www.w3.org/ns/did/v1","https://w3id.org/security/suites/x25519-2020/v1",)"
    R"("https://w3id.org/security/suites/ed25519-2020/v1"],"verificationMethod":[{"id":"#6LSqPZfn",)"
    R"("type":"X25519KeyAgreementKey2020","publicKeyMultibase":"z6LSqPZfn9krvgXma2icTMKf2uVcYhKXsudCmPoUzqGYW24U"},)"
    R"({"id":"#6MkrCD1c","type":"Ed25519VerificationKey2020",)"
    R"("publicKeyMultibase":"z6MkrCD1csqtgdj8sjrsu8jxcbeyP6m7LiK87NzhfWqio5yr"}],"authentication":["#6MkrCD1c"],)"
    R"("assertionMethod":["#6MkrCD1c"],"keyAgreement":["#6LSqPZfn"],"capabilityInvocation":["#6MkrCD1c"],)"
    R"("capabilityDelegation":["#6MkrCD1c"],"service":[{"id":"#didcommmessaging-0","type":"DIDCommMessaging",)"
    R"("serviceEndpoint":{"uri":"didcomm:transport/queue","accept":["didcomm/v2"],"routingKeys":[]}}]})";

TEST(DidPeer, Algorithm4IsTheReferencesExample) {
  const auto document = document_of(kPeer4);
  ASSERT_TRUE(document) << document.error().detail;
  Json whole = Json::parse(kPeer4Input);
  whole["id"] = kPeer4;
  whole["alsoKnownAs"] = {kPeer4Short};
  for (Json& method : whole["verificationMethod"]) method["controller"] = kPeer4;
  EXPECT_EQ(Json::parse(document->json()), whole);
  EXPECT_EQ(document->find("#6MkrCD1c")->key,
            parse_multikey("z6MkrCD1csqtgdj8sjrsu8jxcbeyP6m7LiK87NzhfWqio5yr").value());
  EXPECT_EQ(document->methods(Relationship::key_agreement).size(), 1U);
  EXPECT_EQ(did_peer_4(kPeer4Input).value(), kPeer4);
  EXPECT_EQ(did_peer_4_short(did_of(kPeer4)), kPeer4Short);
  EXPECT_EQ(did_peer_4_short(did_of("did:key:z:y")), "");

  const auto brief = document_of(kPeer4Short);
  ASSERT_FALSE(brief);
  EXPECT_EQ(brief.error().code, ErrorCode::not_found);
  EXPECT_EQ(brief.error().rule, "short_form");
}

TEST(DidPeer, Algorithm4TakesAnyDocument) {
  const std::string did = did_peer_4(R"({"hello": "world"})").value();
  // The reference's encoder writes the same document with spaces: another text, another DID.
  const Json document = Json::parse(document_of(did)->json());
  EXPECT_EQ(document["hello"], "world");
  EXPECT_EQ(document["id"], did);
  EXPECT_TRUE(document_of("did:peer:4zQmb7xLdVY9TXx8oov5XgpGUmGELgqiAV2699s43i6Qdm3M:zQSJgiFTYiCHjQ9MktwNThRXM7a"));
  EXPECT_EQ(did_peer_4(R"({"id":"did:a:b"})").error().rule, "bad_document");
  EXPECT_EQ(did_peer_4("[]").error().rule, "bad_document");
  EXPECT_EQ(did_peer_4("{").error().rule, "not_json");
  EXPECT_EQ(did_peer_4(R"({"authentication":["#gone"]})").error().rule, "dangling_reference");
  EXPECT_EQ(did_peer_4("{\"x\":\"" + std::string(4'000, 'x') + "\"}").error().rule, "did_bytes");
}

TEST(DidPeer, RefusesMalformedOnes) {
  const std::string key = ".Vz6MktwupdmLXVVqTzCw4i46r4uGyosGXRnR3XjN4Zq7oMMsw";
  const std::string cases[]{
      "did:peer:9z6MktwupdmLXVVqTzCw4i46r4uGyosGXRnR3XjN4Zq7oMMsw",
      "did:peer:a",
      "did:peer:0",
      "did:peer:06MktwupdmLXVVqTzCw4i46r4uGyosGXRnR3XjN4Zq7oMMsw",
      "did:peer:0" + ed25519_of_bytes(31),
      "did:peer:2",
      "did:peer:2.",
      "did:peer:2" + key.substr(1),
      "did:peer:2" + key + ".",
      "did:peer:2" + key + "..",
      "did:peer:2" + key + ".V",
      "did:peer:2.Xz6MktwupdmLXVVqTzCw4i46r4uGyosGXRnR3XjN4Zq7oMMsw",
      "did:peer:2.vz6MktwupdmLXVVqTzCw4i46r4uGyosGXRnR3XjN4Zq7oMMsw",
      "did:peer:2.V6MktwupdmLXVVqTzCw4i46r4uGyosGXRnR3XjN4Zq7oMMsw",
      "did:peer:2.SeyJ0IjoiZG0ifQ",
      "did:peer:2" + key + ".S%20",
      "did:peer:2" + key + ".SW10",             // []
      "did:peer:2" + key + ".SeyJ0IjoiZG0ifR",  // left-over bits
      "did:peer:4",
      "did:peer:4Qm:z",
      "did:peer:4zQmd8CpeFPci817KDsbSAKWcXAE2mjvCQSasRewvbSF54Bd:z2M1k7h4psgp4CmJ",
  };
  for (const std::string& text : cases) {
    const auto document = document_of(text);
    ASSERT_FALSE(document) << text;
    EXPECT_EQ(document.error().code, ErrorCode::invalid_argument) << text << ": " << document.error().detail;
  }
  // A service without what DID Core asks of one.
  EXPECT_EQ(document_of("did:peer:2" + key + ".SeyJ0IjoiZG0ifQ").error().rule, "bad_document");
  for (const char* text : {"did:peer:1zQmZMygzYqNwU6Uhmewx5Xepf2VLp5S4HLSwwgf2aiKZuwa",
                           "did:peer:3zQmd6RdU6e2nDrLn1rjwdA5Buzq7wJwsv3WJ1AgrwKYJoLE"})
    EXPECT_EQ(document_of(text).error().code, ErrorCode::unsupported);
}

TEST(DidMethods, DamagedDidsAreRefusedOrHaveADocumentOfTheirOwn) {
  for (const std::string_view good : {kEd25519Vectors[0].did, kPeer2, kPeer4}) {
    const auto check = [&](const Bytes& damaged, const std::string& what) {
      const auto did = DidUrl::parse_did(text_of(damaged));
      if (!did) return;
      const auto document = derived_document(*did);
      if (!document) return;
      ASSERT_EQ(document->id(), did->text()) << what;
      for (const VerificationMethod& method : document->methods()) ASSERT_TRUE(check_key(method.key)) << what;
    };
    testing::for_each_truncation(bytes_of(good), check);
    testing::for_each_mutation(bytes_of(good), 16, 5'000, check);
  }
}

}  // namespace
}  // namespace icn::model
