// The bytes under a signature, for signers that keep their key elsewhere (a token), and messages of other protocols.
// Pure; thread safe.
#pragma once
#include "model/signature.hpp"

namespace icn::model {

// Domain tag ‖ 0x00 ‖ CID bytes.
[[nodiscard]] Bytes signed_message(SignatureTag tag, const ipld::Cid& body);

// A message that a standard of others defines: what a credential's proof or a JSON web signature signs. No such message
// is one of ours: it is two digests, or begins as a JSON header in base64url.
class ForeignMessage {
 public:
  // Of a data integrity proof: 64 bytes.
  [[nodiscard]] static ForeignMessage of_digests(const ipld::Digest& options, const ipld::Digest& document);
  // "header.payload". Errors: invalid_format (not two parts in base64url, of which the first begins as an object).
  [[nodiscard]] static Result<ForeignMessage> of_jws(std::string_view signing_input);
  [[nodiscard]] ByteView bytes() const { return bytes_; }

 private:
  explicit ForeignMessage(Bytes bytes) : bytes_(std::move(bytes)) {}
  Bytes bytes_;
};

[[nodiscard]] Signature sign(const KeyPair& key, const ForeignMessage& message);
// Errors: invalid_signature (strict, as of our own messages).
[[nodiscard]] Result<void> verify(const ForeignMessage& message, const Did& key, const Signature& signature);

}  // namespace icn::model
