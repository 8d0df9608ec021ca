// The JSON fields of attestations, which proofs and witnesses have alike.
#pragma once
#include <optional>

#include "zk/attestation.hpp"
#include "zk/detail/json.hpp"

namespace icn::zk::detail {

// Which attestations a statement of this shape rests on.
[[nodiscard]] bool has_value(Shape shape);
[[nodiscard]] bool has_root(Shape shape);

void put_attestations(const std::optional<ValueAttestation>& value, const std::optional<RootAttestation>& root,
                      Json& out);
// Signatures are not verified. Errors: those of Fields.
[[nodiscard]] Result<ValueAttestation> read_value(Fields& fields, Statement statement, const model::Did& issuer,
                                                  const model::Did& holder);
[[nodiscard]] Result<RootAttestation> read_root(Fields& fields, Statement statement, const model::Did& issuer);

}  // namespace icn::zk::detail
