// Resolves did:key: the document follows from the DID (model/did_methods.hpp). Stateless.
#include "model/did_methods.hpp"
#include "ports/factories.hpp"

namespace icn::backends::did_resolver::key {
namespace {

constexpr ports::Descriptor kDescriptor{"did_resolver", "key", ports::Grade::production,
                                        "did:key, whose document follows from the DID", ports::Place::process};

class KeyDidResolver : public ports::DidResolver {
 public:
  bool resolves(std::string_view method) const override { return method == "key"; }
  Result<std::shared_ptr<const ports::ResolvedDid>> resolve(const model::DidUrl& did) override {
    if (!resolves(did.method())) {
      return refuse(ErrorCode::unsupported, "did_method",
                    "'" + std::string(did.did().substr(0, 100)) + "' is not a did:key");
    }
    return std::make_shared<const ports::ResolvedDid>(
        ports::ResolvedDid{ICN_TRY(model::derived_document(did)), std::nullopt});
  }
  const ports::Descriptor& descriptor() const override { return kDescriptor; }
};

Result<std::unique_ptr<ports::DidResolver>> open(std::string_view location) {
  if (!location.empty())
    return fail(ErrorCode::invalid_argument,
                "The resolver 'key' has no settings, so not '" + std::string(location) + "'");
  return std::make_unique<KeyDidResolver>();
}

}  // namespace

extern const ports::Backend<ports::did_resolver_factory> kBackend{kDescriptor, &open};

}  // namespace icn::backends::did_resolver::key
