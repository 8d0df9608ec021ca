// Goal: a true statement has a proof that holds; everything else has none, or one that does not.
#include "zk/proof.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "zk/testing/issuer.hpp"

namespace icn::zk {
namespace {

using testing::development_keys;
using testing::issue_of;
using testing::key_of;
using testing::kHolder;
using testing::true_witness;
using testing::with_development_keys;
using testing::without_keys;
using testing::witness_of;

class OfEachStatement : public ::testing::TestWithParam<Statement> {
 protected:
  [[nodiscard]] static Proof made() {
    return prove(true_witness(GetParam()), with_development_keys(GetParam())).value();
  }
};

TEST_P(OfEachStatement, ATrueOneHolds) {
  const Proof proof = made();
  EXPECT_EQ(testing::shown(holds(proof, &development_keys())), "true");
  EXPECT_TRUE(Proof::from_json(proof.to_json()).value() == proof);
  EXPECT_EQ(Witness::from_json(true_witness(GetParam()).to_json()).value().to_json(),
            true_witness(GetParam()).to_json());
}

TEST_P(OfEachStatement, ItHoldsForOneHolderIssuerAndChallenge) {
  const Proof proof = made();
  Proof other = proof;
  other.holder = key_of(3).did();
  EXPECT_EQ(testing::shown(holds(other, &development_keys())), "false");
  other = proof;
  other.challenge[0] ^= 1;
  EXPECT_EQ(testing::shown(holds(other, &development_keys())), "false") << "a replayed challenge";
  other = proof;
  other.issuer = key_of(3).did();
  if (other.value) other.value->issuer = other.issuer;
  if (other.root) other.root->issuer = other.issuer;
  EXPECT_EQ(testing::shown(holds(other, &development_keys())), "false");
}

// The forger signs as an issuer of its own; what the proof is about stays that of the real one.
TEST_P(OfEachStatement, AnotherIssuersSignatureDoesNotCount) {
  Witness witness = true_witness(GetParam());
  testing::sign(witness, 3);
  EXPECT_EQ(prove(witness, with_development_keys(GetParam())).error().code, ErrorCode::invalid_signature);
  Proof proof = made();
  if (proof.value) proof.value->signature = key_of(3).sign(model::SignatureTag::zk_value, proof.value->body().cid);
  if (proof.root) proof.root->signature = key_of(3).sign(model::SignatureTag::zk_root, proof.root->body().cid);
  EXPECT_EQ(testing::shown(holds(proof, &development_keys())), "false");
}

TEST_P(OfEachStatement, AWitnessFitsItsHolderOnly) {
  Witness witness = true_witness(GetParam());
  witness.holder = key_of(3).did();
  if (witness.value) witness.value->holder = witness.holder;
  testing::sign(witness);
  EXPECT_EQ(prove(witness, with_development_keys(GetParam())).error().rule, "false_statement");
}

TEST_P(OfEachStatement, AWitnessWithAnotherValueOrSaltProvesNothing) {
  Witness witness = true_witness(GetParam());
  ++witness.secret.value;
  EXPECT_EQ(prove(witness, with_development_keys(GetParam())).error().rule, "false_statement");
  --witness.secret.value;
  witness.secret.salt[0] ^= 1;
  EXPECT_EQ(prove(witness, with_development_keys(GetParam())).error().rule, "false_statement");
}

TEST_P(OfEachStatement, AProofOfAnotherStatementDoesNotHold) {
  const Proof proof = made();
  for (const StatementRow& row : statement_table()) {
    if (row.statement == GetParam()) continue;
    Proof other = proof;
    other.statement = row.statement;
    if (other.value) other.value->statement = row.statement;
    if (other.root) other.root->statement = row.statement;
    const auto held = holds(other, &development_keys());
    EXPECT_FALSE(held.has_value() && *held) << row.name;
  }
}

TEST_P(OfEachStatement, EveryByteOfItsPointsMatters) {
  const Proof proof = made();
  for (std::size_t at = 0; at < proof.bytes.size(); at += 17) {
    Proof other = proof;
    other.bytes[at] ^= 1;
    EXPECT_EQ(holds(other, &development_keys()).error().rule, "zk_encoding") << at;
  }
}

INSTANTIATE_TEST_SUITE_P(Proof, OfEachStatement, ::testing::ValuesIn([] {
                           std::vector<Statement> all;
                           for (const StatementRow& row : statement_table()) all.push_back(row.statement);
                           return all;
                         }()),
                         [](const auto& of) { return std::string(row_of(of.param).name); });

struct Edge {
  std::uint64_t value;
  Bounds bounds;
  bool is_true;
};

TEST(Range, HoldsBetweenItsBoundsAndNowhereElse) {
  constexpr std::uint64_t most = UINT64_MAX;
  for (const Edge& edge : std::vector<Edge>{{5, {5, 5}, true},
                                            {4, {5, 9}, false},
                                            {10, {5, 9}, false},
                                            {0, {0, most}, true},
                                            {most, {0, most}, true},
                                            {most, {0, most - 1}, false},
                                            {0, {1, most}, false},
                                            {7, {9, 5}, false}}) {
    const Witness witness = witness_of(issue_of(Statement::balance_in_range, edge.value, edge.bounds));
    EXPECT_EQ(prove(witness, with_development_keys(Statement::balance_in_range)).has_value(), edge.is_true)
        << edge.value << " in " << edge.bounds.min << ".." << edge.bounds.max;
    const auto ranged = prove(witness, without_keys());
    ASSERT_EQ(ranged.has_value(), edge.is_true);
    if (!ranged) {
      EXPECT_EQ(ranged.error().rule, "false_statement");
    }
  }
}

// A value beyond 2^64 whose difference to a bound wraps around the field.
TEST(Range, DoesNotWrapAroundTheField) {
  const Witness witness = witness_of(issue_of(Statement::age_over, 14, {0, 100}));
  Element wrapped{};  // the modulus less 14
  const Bytes bytes = from_hex("f3ffffef93f5e1439170b97948e833285d588181b64550b829a031e1724e6430").value();
  std::copy(bytes.begin(), bytes.end(), wrapped.begin());
  std::vector<Element> hidden = hidden_of(witness);
  hidden[0] = wrapped;
  const Element commitment = hash_of(std::array{element_of(std::uint64_t{0x0101}), element_of(witness.holder),
                                                element_of(witness.issuer), wrapped, hidden[1]})
                                 .value();
  std::vector<Element> inputs{commitment,
                              element_of(witness.holder),
                              element_of(witness.issuer),
                              element_of(std::uint64_t{0}),
                              element_of(std::uint64_t{100}),
                              element_of(std::uint64_t{1})};
  const Seed seed{1};
  const Bytes& key = development_proving_key(Statement::age_over);
  EXPECT_EQ(prove(Statement::age_over, key, inputs, hidden, seed).error().rule, "false_statement");
  hidden[0] = element_of(std::uint64_t{14});
  inputs[0] = witness.value->commitment;
  EXPECT_TRUE(prove(Statement::age_over, key, inputs, hidden, seed)) << "the same inputs with the real value";
  // Bounds that are not numbers of 64 bits are never written as inputs; a negative one would be this element.
  inputs[3] = wrapped;
  EXPECT_TRUE(prove(Statement::age_over, key, inputs, hidden, seed)) << "from -14 to 100";
}

TEST(Membership, NeedsAPlaceInTheSignedSet) {
  Witness witness = true_witness(Statement::membership);
  witness.place->index ^= 1;
  EXPECT_EQ(prove(witness, with_development_keys(Statement::membership)).error().rule, "false_statement");
  witness = true_witness(Statement::membership);
  witness.place->siblings[3][0] ^= 1;
  EXPECT_EQ(prove(witness, with_development_keys(Statement::membership)).error().rule, "false_statement");
  // A set of its own, which the issuer has not signed.
  Issue own = issue_of(Statement::membership, 7);
  own.holder = key_of(3).did();
  Witness forged = issue(own).value();
  testing::sign(forged, 3);
  EXPECT_EQ(prove(forged, with_development_keys(Statement::membership)).error().code, ErrorCode::invalid_signature);
}

TEST(NotRevoked, NeedsAGapInTheSignedSet) {
  Issue what = issue_of(Statement::credential_not_revoked, 41);
  what.revoked = {40, 41, 43};
  EXPECT_EQ(issue(what).error().rule, "false_statement");
  // The neighbours' gap does not contain a revoked one, and a gap of one's own is not in the set.
  what.secret.value = 42;
  Witness witness = witness_of(what);
  EXPECT_TRUE(prove(witness, with_development_keys(Statement::credential_not_revoked)));
  for (const Gap gap : {Gap{40, 43}, Gap{0, 40}, Gap{43, UINT64_MAX}}) {
    witness.gap = gap;
    EXPECT_EQ(prove(witness, with_development_keys(Statement::credential_not_revoked)).error().rule, "false_statement");
  }
  for (const std::uint64_t serial : {std::uint64_t{0}, UINT64_MAX}) {
    what.secret.value = serial;
    EXPECT_EQ(issue(what).error().rule, "serial_number");
  }
  what.secret.value = 42;
  what.revoked = {0};
  EXPECT_EQ(issue(what).error().rule, "serial_number");
}

TEST(Bulletproofs, HoldForTheirContextOnly) {
  for (const Statement statement : {Statement::age_over, Statement::reputation_at_least, Statement::balance_in_range,
                                    Statement::timestamp_within}) {
    const Proof proof = prove(true_witness(statement), without_keys()).value();
    EXPECT_EQ(testing::shown(holds(proof, nullptr)), "true");
    EXPECT_TRUE(Proof::from_json(proof.to_json()).value() == proof);
    Proof other = proof;
    other.challenge[0] ^= 1;
    EXPECT_EQ(testing::shown(holds(other, nullptr)), "false");
    other = proof;
    other.holder = key_of(3).did();
    EXPECT_EQ(testing::shown(holds(other, nullptr)), "false");
    other = proof;
    ++other.bounds.min;
    EXPECT_EQ(testing::shown(holds(other, nullptr)), "false");
    for (std::size_t at = 0; at < proof.bytes.size(); at += 13) {
      other = proof;
      other.bytes[at] ^= 0x80;
      EXPECT_EQ(testing::shown(holds(other, nullptr)), "false") << at;
    }
  }
  for (const Statement statement : {Statement::membership, Statement::credential_not_revoked})
    EXPECT_EQ(prove(true_witness(statement), without_keys()).error().rule, "zk_system");
}

TEST(Bulletproofs, NeedTheAttestedValue) {
  Witness witness = true_witness(Statement::reputation_at_least);
  ++witness.secret.value;
  EXPECT_EQ(prove(witness, without_keys()).error().rule, "false_statement");
}

TEST(Keys, AreThoseThatTheProofNames) {
  const Proof proof = prove(true_witness(Statement::age_over), with_development_keys(Statement::age_over)).value();
  EXPECT_EQ(holds(proof, nullptr).error().rule, "zk_keys");
  Manifest other = development_manifest();
  other.time.value = 5;
  other.signature = development_signer().sign(model::SignatureTag::zk_keys, other.body().cid);
  const KeyRing ring = KeyRing::of(other).value();
  EXPECT_EQ(holds(proof, &ring).error().rule, "zk_keys");
  Proving how = with_development_keys(Statement::age_over);
  how.proving_key = development_proving_key(Statement::membership);
  EXPECT_EQ(prove(true_witness(Statement::age_over), how).error().rule, "zk_proving_key");
}

TEST(Manifest, IsReadStrictly) {
  const Bytes bytes = development_manifest().to_block().bytes;
  EXPECT_TRUE(Manifest::from_bytes(bytes).value() == development_manifest());
  for (std::size_t at = 0; at < bytes.size(); at += 29) {
    Bytes other = bytes;
    other[at] ^= 1;
    EXPECT_FALSE(Manifest::from_bytes(other)) << at;
  }
  Bytes longer = bytes;
  longer.push_back(0);
  EXPECT_FALSE(Manifest::from_bytes(longer));
  EXPECT_FALSE(Manifest::from_bytes(ByteView(bytes).first(bytes.size() - 1)));
  EXPECT_FALSE(Manifest::from_bytes({}));
  Manifest claimed = development_manifest();
  claimed.origin = Origin::ceremony;
  EXPECT_EQ(Manifest::from_bytes(claimed.to_block().bytes).error().code, ErrorCode::invalid_signature);
}

TEST(Manifest, OfDevelopmentKeysIsAcceptedOnRequestOnly) {
  EXPECT_EQ(check_origin(development_manifest(), Accept::ceremony_keys).error().rule, "zk_development_keys");
  EXPECT_TRUE(check_origin(development_manifest(), Accept::development_keys_too));
}

class Json : public ::testing::Test {
 protected:
  Json() : json_(nlohmann::json::parse(prove(true_witness(Statement::age_over), without_keys()).value().to_json())) {}
  [[nodiscard]] std::string rule_with(const std::string& field, const nlohmann::json& value) {
    nlohmann::json changed = json_;
    changed[field] = value;
    const auto read = Proof::from_json(changed.dump());
    return read ? "" : read.error().rule;
  }
  nlohmann::json json_;
};

TEST_F(Json, IsReadStrictly) {
  EXPECT_EQ(rule_with("version", 1), "");
  EXPECT_EQ(rule_with("version", 2), "zk_proof_version");
  EXPECT_EQ(rule_with("proof", "mana"), "zk_field");
  EXPECT_EQ(rule_with("statement", "age_under"), "statement");
  EXPECT_EQ(rule_with("statement_version", 2), "zk_statement_version");
  EXPECT_EQ(rule_with("system", "dummy"), "zk_system");
  EXPECT_EQ(rule_with("challenge", "5c"), "zk_field");
  EXPECT_EQ(rule_with("challenge", std::string(130, 'a')), "zk_field");
  EXPECT_EQ(rule_with("challenge", std::string(64, 'A')), "zk_field") << "one text for one value";
  EXPECT_EQ(rule_with("bounds", nlohmann::json::object()), "zk_field");
  EXPECT_EQ(rule_with("bounds", {{"born_by", "2008-02-30"}}), "zk_field");
  EXPECT_EQ(rule_with("bounds", {{"born_by", "2008-02-29"}, {"min", 1}}), "zk_field");
  EXPECT_EQ(rule_with("bytes", std::string(2 * kRangeProofBytes + 2, '0')), "zk_field");
  EXPECT_EQ(rule_with("bytes", 5), "zk_field");
  EXPECT_EQ(rule_with("holder", "did:key:z6Mkfoo"), "zk_field");
  EXPECT_EQ(rule_with("surplus", 1), "zk_field");
  EXPECT_EQ(Proof::from_json("[]").error().rule, "not_json");
  EXPECT_EQ(Proof::from_json(std::string(kProofJsonBytesMax + 1, ' ')).error().rule, "json_bytes");
  EXPECT_EQ(Proof::from_json(R"({"proof":"zk","proof":"zk"})").error().rule, "duplicate_key");
}

TEST(Challenge, HasSixteenToSixtyFourBytes) {
  EXPECT_TRUE(challenge_of(std::string(32, '0')));
  EXPECT_TRUE(challenge_of(std::string(128, 'F')));
  for (const std::string& text :
       {std::string(), std::string(30, '0'), std::string(130, '0'), std::string(33, '0'), std::string(32, 'g')})
    EXPECT_EQ(challenge_of(text).error().rule, "zk_challenge");
}

}  // namespace
}  // namespace icn::zk
