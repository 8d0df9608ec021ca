// Resolves did:peer: the document follows from the DID (model/did_methods.hpp).
#include "backends/detail/did_method.hpp"

namespace icn::backends::did_resolver::peer {
namespace {

constexpr ports::Descriptor kDescriptor{"did_resolver", "peer", ports::Grade::production,
                                        "did:peer 0, 2 and 4, whose document follows from the DID",
                                        ports::Place::process};

Result<std::unique_ptr<ports::DidResolver>> open(std::string_view location) {
  return detail::DerivedDidResolver::open(kDescriptor, location);
}

}  // namespace

extern const ports::Backend<ports::did_resolver_factory> kBackend{kDescriptor, &open};

}  // namespace icn::backends::did_resolver::peer
