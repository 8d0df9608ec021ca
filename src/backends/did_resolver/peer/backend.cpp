// Resolves did:peer: the document follows from the DID (model/did_methods.hpp). Stateless.
#include "model/did_methods.hpp"
#include "ports/factories.hpp"

namespace icn::backends::did_resolver::peer {
namespace {

constexpr ports::Descriptor kDescriptor{"did_resolver", "peer", ports::Grade::production,
                                        "did:peer 0, 2 and 4, whose document follows from the DID",
                                        ports::Place::process};

class PeerDidResolver : public ports::DidResolver {
 public:
  bool resolves(std::string_view method) const override { return method == "peer"; }
  Result<std::shared_ptr<const ports::ResolvedDid>> resolve(const model::DidUrl& did) override {
    if (!resolves(did.method())) {
      return refuse(ErrorCode::unsupported, "did_method",
                    "'" + std::string(did.did().substr(0, 100)) + "' is not a did:peer");
    }
    return std::make_shared<const ports::ResolvedDid>(
        ports::ResolvedDid{ICN_TRY(model::derived_document(did)), std::nullopt});
  }
  const ports::Descriptor& descriptor() const override { return kDescriptor; }
};

Result<std::unique_ptr<ports::DidResolver>> open(std::string_view location) {
  if (!location.empty())
    return fail(ErrorCode::invalid_argument,
                "The resolver 'peer' has no settings, so not '" + std::string(location) + "'");
  return std::make_unique<PeerDidResolver>();
}

}  // namespace

extern const ports::Backend<ports::did_resolver_factory> kBackend{kDescriptor, &open};

}  // namespace icn::backends::did_resolver::peer
