// One valid value of every type of trust, for testing/golden.hpp.
#pragma once
#include "model/trust.hpp"
#include "testing/governance_golden.hpp"

namespace icn::testing::golden {

[[nodiscard]] inline model::TrustContext trust_context() { return *model::TrustContext::from_scope("medical"); }
[[nodiscard]] inline model::TrustGrant trust_grant(const ipld::Cid& scope) {
  return {scope,
          trust_context(),
          member_key().did(),
          node_key().did(),
          model::TrustLevel::partial,
          model::UnixMs{1'800'000'000'000},
          3};
}
[[nodiscard]] inline model::TrustRevocation trust_revocation(const ipld::Cid& scope) {
  return {scope, trust_context(), member_key().did(), node_key().did(), 4};
}
[[nodiscard]] inline model::TrustChallenge trust_challenge(const ipld::Cid& scope) {
  return {scope, trust_context(), author_key().did(), node_key().did(), true, "it lost two records", 1};
}
[[nodiscard]] inline model::TrustRule trust_rule(const ipld::Cid& scope) {
  return {scope, trust_context(), node_key().did(), model::TrustLevel::full, 2, true, false, 5};
}
[[nodiscard]] inline model::TrustBridge trust_bridge(const ipld::Cid& scope) {
  return {scope,
          trust_context(),
          node_key().did(),
          raw("the other scope"),
          author_key().did(),
          model::TrustLevel::partial,
          700'000,
          2,
          std::nullopt,
          6};
}
[[nodiscard]] inline model::TrustRecord trust_record(const ipld::Cid& scope) {
  const model::TrustGrant body = trust_grant(scope);
  return {body, member_key().sign(model::SignatureTag::trust_grant, body.to_block().cid)};
}

}  // namespace icn::testing::golden
