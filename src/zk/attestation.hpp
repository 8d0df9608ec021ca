// What an issuer signs so that a holder can prove something about it later: a commitment to a value, or the root of a
// set. Values; pure and thread safe.
//
// The commitments hide the value as long as the salt is secret, which issuer and holder know. A holder who shows a
// value's attestation twice is recognised by its commitment; who proves membership shows no commitment.
#pragma once
#include <string>
#include <vector>

#include "model/order.hpp"
#include "model/signature.hpp"
#include "zk/engine.hpp"

namespace icn::zk {

// What is committed: only issuer and holder know it.
struct Secret {
  std::uint64_t value = 0;
  Salt salt{};
};

// The same value is committed twice: for circuits, and for ranges without a set-up.
struct ValueAttestation {
  Statement statement = Statement::age_over;
  model::Did issuer;
  model::Did holder;
  Element commitment{};
  std::array<std::uint8_t, 32> pedersen{};
  model::Signature signature{};

  // What the issuer signs.
  [[nodiscard]] ipld::Block body() const;
  // Errors: invalid_signature.
  [[nodiscard]] Result<void> verify() const;
  friend bool operator==(const ValueAttestation&, const ValueAttestation&) = default;
};
// Without its signature.
[[nodiscard]] ValueAttestation attest(Statement statement, const model::Did& issuer, const model::Did& holder,
                                      const Secret& secret);
[[nodiscard]] Element commitment_of(Statement statement, const model::Did& issuer, const model::Did& holder,
                                    const Secret& secret);

// The set at a time, by its root: of commitments (membership), or of the gaps between what is revoked.
struct RootAttestation {
  Statement statement = Statement::membership;
  model::Did issuer;
  Element root{};
  model::UnixMs time;
  model::Signature signature{};

  [[nodiscard]] ipld::Block body() const;
  // Errors: invalid_signature.
  [[nodiscard]] Result<void> verify() const;
  friend bool operator==(const RootAttestation&, const RootAttestation&) = default;
};

// A range between two revoked serial numbers, or before the first, or after the last; serial numbers are from 1 to
// 2⁶⁴ − 2.
struct Gap {
  std::uint64_t low = 0;
  std::uint64_t high = UINT64_MAX;
};
// Sorted. Errors: invalid_argument with the rule serial_number.
[[nodiscard]] Result<std::vector<Gap>> gaps_between(std::vector<std::uint64_t> revoked);
[[nodiscard]] Element leaf_of(const Gap& gap);

[[nodiscard]] Element element_of(const model::Did& did);

}  // namespace icn::zk
