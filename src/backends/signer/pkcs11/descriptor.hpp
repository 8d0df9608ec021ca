// What the backend says of itself, also where its library is missing. Constant.
#pragma once
#include "ports/backend.hpp"

namespace icn::backends::signer::pkcs11 {

inline constexpr ports::Descriptor kDescriptor{"signer", "pkcs11", ports::Grade::production,
                                               "an Ed25519 key that stays in a PKCS#11 token", ports::Place::server};

}  // namespace icn::backends::signer::pkcs11
