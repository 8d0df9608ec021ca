// A signer that opens its key file, or the token that the file names, when it first signs. Its DID comes from the
// folder's record and is compared with the key when the file is opened. Thread safe.
#pragma once
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "core/mutex.hpp"
#include "ports/factories.hpp"

namespace icn::folder {

// Opens the PKCS#11 backend. Errors: unsupported (absent from this build), and those of the backend.
[[nodiscard]] Result<std::unique_ptr<ports::Signer>> open_token_signer(ports::TokenKey key);

class LazySigner : public ports::Signer {
 public:
  LazySigner(model::Did did, std::filesystem::path key_file, std::function<Result<Secret>()> passphrase,
             std::function<Result<Secret>()> token_pin)
      : did_(did),
        key_file_(std::move(key_file)),
        passphrase_(std::move(passphrase)),
        token_pin_(std::move(token_pin)) {}

  model::Did did() const override { return did_; }
  // Opens the key now, to ask for the passphrase before work begins that needs it. Errors: as sign.
  [[nodiscard]] Result<void> unlock();
  // Errors: not_found, permission_denied, wrong_passphrase, conflict (the file or the token holds another key),
  // infrastructure (the token does not answer), unsupported (this build has no tokens).
  Result<model::Signature> sign(model::SignatureTag tag, const ipld::Cid& body) override;
  const ports::Descriptor& descriptor() const override;

 private:
  [[nodiscard]] Result<ports::Signer*> opened();
  [[nodiscard]] Result<std::unique_ptr<ports::Signer>> open_file() const;

  const model::Did did_;
  const std::filesystem::path key_file_;
  const std::function<Result<Secret>()> passphrase_;
  const std::function<Result<Secret>()> token_pin_;
  Mutex mutex_;
  std::unique_ptr<ports::Signer> signer_ ICN_GUARDED_BY(mutex_);
};

}  // namespace icn::folder
