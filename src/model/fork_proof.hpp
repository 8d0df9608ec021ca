// The proof that a clerk forked its log, or dropped or exchanged an entry: two entries that it signed for one position.
// A member that holds the signed entry of its vote needs only the one that others were shown instead.
#pragma once
#include "model/scope_log.hpp"

namespace icn::model {

struct ForkProof {
  struct Side {
    SignedEntry envelope;
    ScopeEntry entry;
    friend bool operator==(const Side&, const Side&) = default;
  };
  Side first;  // the entry with the smaller CID, so that two entries have one proof
  Side second;
  // Whether they are of one clerk, scope and position, and differ; does not verify the signatures.
  [[nodiscard]] static std::optional<ForkProof> of(const Side& a, const Side& b);
  [[nodiscard]] ipld::Block to_block() const;
  // Errors: invalid_format (not a proof, whatever the signatures), unsupported_version.
  [[nodiscard]] static Result<ForkProof> from_bytes(ByteView bytes);
  // With the keys of the scope at the position or later; needs nothing else, in particular no log. Errors:
  // invalid_signature; conflict (it proves nothing).
  [[nodiscard]] Result<void> verify(const SigningKeys& keys) const;
  friend bool operator==(const ForkProof&, const ForkProof&) = default;
};

}  // namespace icn::model
