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
  const ports::Descriptor& descriptor() const override { return kDescriptor; }

 private:
  const model::KeyPair key_;
  const model::Did did_;
};

Result<std::unique_ptr<ports::Signer>> open(model::KeyPair key) {
  return std::make_unique<Ed25519Signer>(std::move(key));
}

}  // namespace

extern const ports::Backend<ports::signer_factory> kBackend{kDescriptor, &open};

}  // namespace icn::backends::signer::ed25519
