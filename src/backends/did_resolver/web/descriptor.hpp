// What the backend says of itself, also where its library is missing. Constant.
#pragma once
#include "ports/backend.hpp"

namespace icn::backends::did_resolver::web {

inline constexpr ports::Descriptor kDescriptor{"did_resolver", "web", ports::Grade::production,
                                               "did:web, read over HTTPS by libcurl", ports::Place::server};

}  // namespace icn::backends::did_resolver::web
