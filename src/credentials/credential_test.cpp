// Goal: credentials of the W3C data model are signed and verified as vc-di-eddsa publishes it (its own vectors), and
// every change, every other signer, every wrong time and every revoked index is refused.
#include "credentials/detail/credential.hpp"

#include <gtest/gtest.h>
#include <zlib.h>

#include "model/base64url.hpp"
#include "model/time_text.hpp"

namespace icn::credentials::detail {
namespace {

using model::KeyPair;
using model::UnixMs;

constexpr UnixMs kNow{1'800'000'000'000};

KeyPair pair_of(std::string_view name) { return KeyPair::from_seed(ipld::sha256(view_of(name))); }
SignMessage signer(const KeyPair& key) {
  return [&key](const model::ForeignMessage& message) -> Result<model::Signature> { return model::sign(key, message); };
}
// Of a did:key, whatever the purpose.
Result<model::Did> key_of(std::string_view method, std::string_view) {
  return model::Did::parse(did_of_method(method));
}
std::string rule_of(const Result<Credential>& result) { return result ? "" : result.error().rule; }

Membership membership(const KeyPair& issuer) {
  Membership out;
  out.id = "urn:scope:credential:3";
  out.issuer = issuer.did();
  out.holder = pair_of("alice").did();
  out.member = pair_of("alice").did();
  out.scope = ipld::Cid::of(ipld::Codec::dag_cbor, view_of("a scope"));
  out.since = 7;
  out.from = {kNow.value - 1'000};
  out.until = UnixMs{kNow.value + 1'000};
  out.status = {"urn:scope:status", 3};
  return out;
}
Json signed_document(Json document, const KeyPair& key) {
  const ProofOptions options{method_of(key.did()), std::string(kAssertion), model::time_text(kNow), {}, {}};
  return with_proof(std::move(document), options, signer(key)).value();
}

// vc-di-eddsa, "Representation: eddsa-jcs-2022".
constexpr std::string_view kVector = R"({
  "@context": ["https://www.w3.org/ns/credentials/v2", "https://www.w3.org/ns/credentials/examples/v2"],
  "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
  "type": ["VerifiableCredential", "AlumniCredential"],
  "name": "Alumni Credential",
  "description": "A minimum viable example of an Alumni Credential.",
  "issuer": "https://vc.example/issuers/5678",
  "validFrom": "2023-01-01T00:00:00Z",
  "credentialSubject": {"id": "did:example:abcdefgh", "alumniOf": "The School of Examples"}
})";
constexpr std::string_view kVectorKey = "did:key:z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2";
constexpr std::string_view kVectorProof =
    "z2HnFSSPPBzR36zdDgK8PbEHeXbR56YF24jwMpt3R1eHXQzJDMWS93FCzpvJpwTWd3GAVFuUfjoJdcnTMuVor51aX";

Json vector_document() {
  Json document = parse_json("The vector", kVector, kCredentialBytesMax).value();
  const std::string did(kVectorKey);
  Json proof{{"type", "DataIntegrityProof"},      {"cryptosuite", "eddsa-jcs-2022"},
             {"created", "2023-02-24T23:36:38Z"}, {"verificationMethod", did + "#" + did.substr(8)},
             {"proofPurpose", "assertionMethod"}, {"@context", document["@context"]},
             {"proofValue", kVectorProof}};
  document["proof"] = std::move(proof);
  return document;
}

TEST(Proof, ThePublishedVectorIsValid) {
  const Json document = vector_document();
  EXPECT_EQ(to_hex(ipld::sha256(view_of(canonical(parse_json("", kVector, kCredentialBytesMax).value()).value()))),
            "59b7cb6251b8991add1ce0bc83107e3db9dbbab5bd2c28f687db1a03abc92f19");
  const auto proof = verify_proof(document, kAssertion, key_of);
  ASSERT_TRUE(proof) << proof.error().detail;
  EXPECT_EQ(proof->created, "2023-02-24T23:36:38Z");
}

TEST(Proof, EveryChangeOfTheVectorIsRefused) {
  const Json good = vector_document();
  for (const auto& [key, value] : good.items()) {
    if (key == "proof") continue;
    Json changed = good;
    changed.erase(key);
    EXPECT_FALSE(verify_proof(changed, kAssertion, key_of)) << key;
  }
  for (const auto& [key, value] : good["proof"].items()) {
    Json changed = good;
    changed["proof"].erase(key);
    EXPECT_FALSE(verify_proof(changed, kAssertion, key_of)) << key;
  }
  Json other = good;
  other["proof"]["@context"] = Json::array({"https://example.org/another"});
  EXPECT_EQ(verify_proof(other, kAssertion, key_of).error().rule, "bad_proof");
  EXPECT_EQ(verify_proof(good, kAuthentication, key_of).error().rule, "proof_suite");
}

TEST(Credential, AMembershipIsIssuedAndRead) {
  const KeyPair clerk = pair_of("clerk");
  const Json document = signed_document(membership_document(membership(clerk)), clerk);
  const auto credential = verify_credential(document, key_of, kNow);
  ASSERT_TRUE(credential) << credential.error().detail;
  EXPECT_EQ(credential->issuer, clerk.did().to_text());
  EXPECT_EQ(credential->subject, pair_of("alice").did().to_text());
  EXPECT_EQ(credential->types.back(), kMembershipType);
  EXPECT_EQ(credential->claims["memberSince"], 7);
  EXPECT_EQ(credential->status, (StatusEntry{"urn:scope:status", 3}));
}

TEST(Credential, OfAnotherSignerOrTimeIsRefused) {
  const KeyPair clerk = pair_of("clerk");
  const KeyPair thief = pair_of("thief");
  const Json document = membership_document(membership(clerk));
  EXPECT_EQ(rule_of(verify_credential(signed_document(document, thief), key_of, kNow)), "credential_issuer");
  const Json good = signed_document(document, clerk);
  EXPECT_EQ(rule_of(verify_credential(good, key_of, {kNow.value + 1'001})), "credential_expired");
  EXPECT_EQ(rule_of(verify_credential(good, key_of, {kNow.value - 1'001})), "credential_not_yet");
  Json mine = good;
  mine["credentialSubject"]["id"] = thief.did().to_text();
  EXPECT_EQ(verify_credential(mine, key_of, kNow).error().code, ErrorCode::invalid_signature);
}

TEST(Credential, AMalformedOneIsRefused) {
  const KeyPair clerk = pair_of("clerk");
  const auto read = [&](const std::function<void(Json&)>& change) {
    Json document = membership_document(membership(clerk));
    change(document);
    return rule_of(read_credential(document));
  };
  EXPECT_EQ(read([](Json&) {}), "");
  EXPECT_EQ(read([](Json& it) { it["@context"] = "https://www.w3.org/ns/credentials/v2"; }), "bad_credential");
  EXPECT_EQ(read([](Json& it) { it["@context"] = Json::array({"https://www.w3.org/2018/credentials/v1"}); }),
            "bad_credential");
  EXPECT_EQ(read([](Json& it) { it["type"] = "ScopeMembershipCredential"; }), "bad_credential");
  EXPECT_EQ(read([](Json& it) { it["issuer"] = 7; }), "bad_credential");
  EXPECT_EQ(read([](Json& it) { it["issuer"] = Json{{"id", "did:example:1"}, {"name", "One"}}; }), "");
  EXPECT_EQ(read([](Json& it) { it["validUntil"] = "tomorrow"; }), "bad_credential");
  EXPECT_EQ(read([](Json& it) { it["validUntil"] = "2001-01-01T00:00:00Z"; }), "bad_credential");
  EXPECT_EQ(read([](Json& it) { it["credentialSubject"] = Json::array(); }), "bad_credential");
  EXPECT_EQ(read([](Json& it) { it["credentialStatus"]["type"] = "Another"; }), "status_type");
  EXPECT_EQ(read([](Json& it) { it["credentialStatus"]["type"] = 7; }), "status_type");
  EXPECT_EQ(read([](Json& it) { it["credentialStatus"]["statusPurpose"] = "suspension"; }), "status_type");
  EXPECT_EQ(read([](Json& it) { it["credentialStatus"]["statusListIndex"] = "-1"; }), "bad_credential");
  EXPECT_EQ(read([](Json& it) { it["credentialStatus"]["statusListIndex"] = 3; }), "bad_credential");
  EXPECT_EQ(rule_of(read_credential(Json::array())), "bad_credential");
}

TEST(Credential, ARevokedOneIsRefused) {
  const KeyPair clerk = pair_of("clerk");
  const auto credential =
      verify_credential(signed_document(membership_document(membership(clerk)), clerk), key_of, kNow);
  ASSERT_TRUE(credential);
  const auto check = [&](const std::string& id, const StatusList& list, const KeyPair& issuer) -> std::string {
    const Json document = signed_document(status_document(id, issuer.did(), list, {kNow.value - 1}), issuer);
    const auto checked = check_status(*credential->status, credential->issuer, document, key_of, kNow);
    return checked ? "" : checked.error().rule;
  };
  StatusList list;
  EXPECT_EQ(check("urn:scope:status", list, clerk), "");
  ASSERT_TRUE(list.set(2, true) && list.set(4, true));
  EXPECT_EQ(check("urn:scope:status", list, clerk), "");
  ASSERT_TRUE(list.set(3, true));
  EXPECT_EQ(check("urn:scope:status", list, clerk), "credential_revoked");
  ASSERT_TRUE(list.set(3, false));
  EXPECT_EQ(check("urn:scope:status", list, clerk), "");
  EXPECT_EQ(check("urn:scope:another", list, clerk), "status_list");
  EXPECT_EQ(check("urn:scope:status", list, pair_of("thief")), "status_list");
}

// As a status list is written, but of any size.
std::string zeros_as_text(std::size_t bytes) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
  Bytes zeros(bytes);
  Bytes out(deflateBound(&stream, static_cast<uLong>(bytes)));
  stream.next_in = zeros.data();
  stream.avail_in = static_cast<uInt>(bytes);
  stream.next_out = out.data();
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return "u" + model::to_base64url(out);
}

TEST(StatusList, IsReadWithinBounds) {
  StatusList list;
  ASSERT_TRUE(list.set(0, true) && list.set(StatusList::kBitsMin, true));
  EXPECT_EQ(list.size(), 2 * StatusList::kBitsMin);
  const auto read = StatusList::parse(list.to_text());
  ASSERT_TRUE(read) << read.error().detail;
  EXPECT_EQ(*read, list);
  EXPECT_TRUE(*read->get(0) && !*read->get(1) && *read->get(StatusList::kBitsMin));
  EXPECT_EQ(read->get(read->size()).error().rule, "status_index");
  EXPECT_EQ(list.set(StatusList::kBitsMax, true).error().rule, "status_list_full");
  ASSERT_TRUE(list.set(StatusList::kBitsMax - 1, true));
  EXPECT_TRUE(StatusList::parse(list.to_text()));
  // The first bit is the highest of the first byte: the standard's list with index 0 set begins with 0x80.
  EXPECT_FALSE(StatusList::parse(""));
  EXPECT_FALSE(StatusList::parse("uAAAA"));
  const std::string text = StatusList().to_text();
  EXPECT_FALSE(StatusList::parse(text.substr(0, text.size() - 8)));
  EXPECT_FALSE(StatusList::parse("z" + text.substr(1)));
  EXPECT_FALSE(StatusList::parse(text + "AAAA"));
}

// A small text that expands to a gigabyte is refused after the limit, not after the gigabyte.
TEST(StatusList, ABombIsRefused) {
  const auto bomb = StatusList::parse(zeros_as_text(64 << 20));
  ASSERT_FALSE(bomb);
  EXPECT_EQ(bomb.error().code, ErrorCode::limit_exceeded);
}

TEST(Presentation, IsForOneVerifierAndOneChallenge) {
  const KeyPair clerk = pair_of("clerk");
  const KeyPair alice = pair_of("alice");
  const Json held = signed_document(membership_document(membership(clerk)), clerk);
  const ProofOptions options{method_of(alice.did()), "", model::time_text(kNow), "a challenge",
                             "https://verifier.example"};
  const Json shown = present({held}, alice.did(), options, signer(alice)).value();
  const auto verified = verify_presentation(shown, key_of, "a challenge", "https://verifier.example");
  ASSERT_TRUE(verified) << verified.error().detail;
  EXPECT_EQ(verified->holder, alice.did().to_text());
  ASSERT_EQ(verified->credentials.size(), 1U);
  EXPECT_TRUE(verify_credential(verified->credentials[0], key_of, kNow));
  EXPECT_EQ(verify_presentation(shown, key_of, "another", "https://verifier.example").error().rule,
            "presentation_challenge");
  EXPECT_EQ(verify_presentation(shown, key_of, "a challenge", "https://other.example").error().rule,
            "presentation_challenge");
  const KeyPair thief = pair_of("thief");
  const ProofOptions stolen{method_of(thief.did()), "", model::time_text(kNow), "a challenge", "v"};
  EXPECT_EQ(verify_presentation(present({held}, alice.did(), stolen, signer(thief)).value(), key_of, "a challenge", "v")
                .error()
                .rule,
            "presentation_holder");
}

}  // namespace
}  // namespace icn::credentials::detail
