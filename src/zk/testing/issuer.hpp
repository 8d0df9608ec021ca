// Witnesses for tests: issuer and holder have fixed keys, salts follow from the value.
#pragma once
#include "zk/witness.hpp"

namespace icn::zk::testing {

inline model::KeyPair key_of(std::uint8_t name) {
  model::Seed seed{};
  seed.fill(name);
  return model::KeyPair::from_seed(seed);
}
inline const std::uint8_t kIssuer = 1;
inline const std::uint8_t kHolder = 2;

inline Salt salt_of(std::uint64_t value) {
  Salt salt{};
  for (std::size_t i = 0; i < salt.size(); ++i) salt[i] = static_cast<std::uint8_t>(value * 31 + i);
  return salt;
}

inline void sign(Witness& witness, std::uint8_t issuer = kIssuer) {
  const model::KeyPair key = key_of(issuer);
  if (witness.value) witness.value->signature = key.sign(model::SignatureTag::zk_value, witness.value->body().cid);
  if (witness.root) witness.root->signature = key.sign(model::SignatureTag::zk_root, witness.root->body().cid);
}

inline Issue issue_of(Statement statement, std::uint64_t value, Bounds bounds = {}) {
  Issue what;
  what.statement = statement;
  what.issuer = key_of(kIssuer).did();
  what.holder = key_of(kHolder).did();
  what.secret = {value, salt_of(value)};
  what.bounds = bounds;
  what.time.value = 1'700'000'000'000;
  return what;
}

inline Witness witness_of(const Issue& what) {
  Witness witness = issue(what).value();
  sign(witness);
  return witness;
}

// A witness of each statement that is true.
inline Witness true_witness(Statement statement) {
  switch (statement) {
    case Statement::age_over:
      return witness_of(
          issue_of(statement, days_of_date("2001-05-07").value(), {0, days_of_date("2008-11-30").value()}));
    case Statement::membership: {
      Issue what = issue_of(statement, 7);
      for (std::uint64_t other = 100; other < 105; ++other) what.others.push_back(element_of(other));
      return witness_of(what);
    }
    case Statement::reputation_at_least:
      return witness_of(issue_of(statement, 120, {100, UINT64_MAX}));
    case Statement::balance_in_range:
      return witness_of(issue_of(statement, 5'000, {5'000, 9'000}));
    case Statement::timestamp_within:
      return witness_of(issue_of(statement, 1'699'999'999'999, {1'600'000'000'000, 1'700'000'000'000}));
    case Statement::credential_not_revoked: {
      Issue what = issue_of(statement, 42);
      what.revoked = {40, 41, 43, 1'000};
      return witness_of(what);
    }
  }
  return {};
}

// "true", "false", or the rule of the error.
inline std::string shown(const Result<bool>& held) { return !held ? held.error().rule : *held ? "true" : "false"; }

inline const Bytes& challenge() {
  static const Bytes bytes(32, 0x5c);
  return bytes;
}
inline const KeyRing& development_keys() {
  static const KeyRing ring = KeyRing::of(development_manifest()).value();
  return ring;
}
inline Proving with_development_keys(Statement statement) {
  Proving how;
  how.challenge = challenge();
  how.keys = &development_keys();
  how.proving_key = development_proving_key(statement);
  how.seed.fill(9);
  return how;
}
inline Proving without_keys() {
  Proving how;
  how.system = System::bulletproofs;
  how.challenge = challenge();
  how.seed.fill(9);
  return how;
}

}  // namespace icn::zk::testing
