// A key in this process's memory, signing with libsodium. Production grade; the key comes from an encrypted key file.
#include "ports/factories.hpp"

namespace icn::backends::signer::ed25519 {
namespace {

constexpr ports::Descriptor kDescriptor{"signer", "ed25519", ports::Grade::production, "an Ed25519 key in memory"};

class Ed25519Signer : public ports::Signer {
 public:
  explicit Ed25519Signer(model::KeyPair key) : key_(std::move(key)), did_(key_.did()) {}
  model::Did did() const override { return did_; }
  Result<model::Signature> sign(model::SignatureTag tag, const ipld::Cid& body) override {
    return key_.sign(tag, body);
  }
  Result<model::Signature> sign_foreign(const model::ForeignMessage& message) override {
    return model::sign(key_, message);
  }
  const ports::Descriptor& descriptor() const override { return kDescriptor; }

 private:
  const model::KeyPair key_;
  const model::Did did_;
};

Result<std::unique_ptr<ports::Signer>> open(ports::SignerKey key) {
  auto* const pair = std::get_if<model::KeyPair>(&key);
  if (pair == nullptr)
    return fail(ErrorCode::invalid_argument, "The signer 'ed25519' takes a key pair, not a key in a token");
  return std::make_unique<Ed25519Signer>(std::move(*pair));
}

}  // namespace

extern const ports::Backend<ports::signer_factory> kBackend{kDescriptor, &open};

}  // namespace icn::backends::signer::ed25519
