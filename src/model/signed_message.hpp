// The bytes under a signature, for signers that keep their key elsewhere (a token). Pure; thread safe.
#pragma once
#include "model/signature.hpp"

namespace icn::model {

// Domain tag ‖ 0x00 ‖ CID bytes.
[[nodiscard]] Bytes signed_message(SignatureTag tag, const ipld::Cid& body);

}  // namespace icn::model
