#include "api/dids.hpp"

#include "api/detail/derive.hpp"
#include "ports/did_resolver.hpp"
#include "runtime/node_state.hpp"

namespace icn::api {

Result<DidDocumentView> resolve_did(Context& context, const ResolveDidRequest& request) {
  const model::DidUrl did = ICN_TRY(model::DidUrl::parse(request.did));
  ports::DidResolver* resolver = context.did_resolver;
  if (resolver == nullptr && context.node != nullptr) resolver = context.node->services().did_resolver.get();
  if (resolver == nullptr) return fail(ErrorCode::unsupported, "This node resolves no DIDs");
  return DidDocumentView{{ICN_TRY(resolver->resolve(did))->document.json()}};
}

std::string document_text(const DidDocumentView& view) {
  return detail::printed(detail::parsed_json(view.document.text));
}

template struct Shape<ResolveDidRequest>;
template struct Shape<DidDocumentView>;

}  // namespace icn::api
