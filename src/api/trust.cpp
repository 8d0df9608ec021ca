#include "api/trust.hpp"

#include "api/detail/derive.hpp"

namespace icn::api {

template struct Shape<TrustRequest>;
template struct Shape<TrustRevokeRequest>;
template struct Shape<TrustView>;
template struct Shape<TrustListRequest>;
template struct Shape<TrustList>;
template struct Shape<ChallengeRequest>;
template struct Shape<ChallengeView>;
template struct Shape<TrustRuleRequest>;
template struct Shape<TrustRuleView>;
template struct Shape<TrustBridgeRequest>;
template struct Shape<TrustBridgeView>;
template struct Shape<TrustExplainRequest>;
template struct Shape<TrustExplanation>;

}  // namespace icn::api
