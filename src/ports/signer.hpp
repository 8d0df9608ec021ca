// A key that signs; where it lives (memory, file, HSM) is up to the backend. Implementations are thread safe.
#pragma once
#include "model/signature.hpp"
#include "ports/backend.hpp"

namespace icn::ports {

class Signer {
 public:
  virtual ~Signer() = default;
  [[nodiscard]] virtual model::Did did() const = 0;
  // Errors: infrastructure (the device does not answer).
  [[nodiscard]] virtual Result<model::Signature> sign(model::SignatureTag tag, const ipld::Cid& body) = 0;
  [[nodiscard]] virtual const Descriptor& descriptor() const = 0;
};

}  // namespace icn::ports
