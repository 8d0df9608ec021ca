// A key that signs; where it lives (memory, file, HSM) is up to the backend. Implementations are thread safe.
#pragma once
#include "model/signed_message.hpp"
#include "ports/backend.hpp"

namespace icn::ports {

class Signer {
 public:
  virtual ~Signer() = default;
  [[nodiscard]] virtual model::Did did() const = 0;
  // Errors: infrastructure (the device does not answer).
  [[nodiscard]] virtual Result<model::Signature> sign(model::SignatureTag tag, const ipld::Cid& body) = 0;
  // Of a message that a standard of others defines. Errors: as sign; unsupported (it signs our own messages only).
  [[nodiscard]] virtual Result<model::Signature> sign_foreign(const model::ForeignMessage& message) {
    static_cast<void>(message);
    return fail(ErrorCode::unsupported, "This key signs nothing but messages of this program");
  }
  [[nodiscard]] virtual const Descriptor& descriptor() const = 0;
};

}  // namespace icn::ports
