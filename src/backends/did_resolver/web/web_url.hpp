// The URL of a did:web's document, by the method's specification. A pure function; thread safe.
#pragma once
#include <string>

#include "model/did_url.hpp"

namespace icn::backends::did_resolver::web {

// "https://example.com/.well-known/did.json", "https://example.com:8443/user/alice/did.json". Errors: invalid_argument:
// not a host name (an address is refused), not a port, or a path that leaves its folder.
[[nodiscard]] Result<std::string> document_url(const model::DidUrl& did);

}  // namespace icn::backends::did_resolver::web
