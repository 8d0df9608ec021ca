// A signer that opens its key file, or the token that the file names, when it first signs. It signs for one DID, with
// the key that is in force at that moment: after a rotation the new one. Thread safe.
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

// A key in this process's memory.
[[nodiscard]] Result<std::unique_ptr<ports::Signer>> open_key_signer(model::KeyPair key);

// Where the keys of a DID are. Its functions are thread safe.
struct KeySource {
  model::Did did;
  // The key in force, which is compared with what the file or the token holds.
  std::function<model::Did()> key;
  std::function<Result<std::filesystem::path>(const model::Did& key)> file;
};

class LazySigner : public ports::Signer {
 public:
  LazySigner(KeySource source, std::function<Result<Secret>()> passphrase, std::function<Result<Secret>()> token_pin)
      : source_(std::move(source)), passphrase_(std::move(passphrase)), token_pin_(std::move(token_pin)) {}

  model::Did did() const override { return source_.did; }
  // Opens the key now, to ask for the passphrase before work begins that needs it. Errors: as sign.
  [[nodiscard]] Result<void> unlock();
  // Errors: not_found, permission_denied, wrong_passphrase, conflict (the file or the token holds another key),
  // infrastructure (the token does not answer), unsupported (this build has no tokens).
  Result<model::Signature> sign(model::SignatureTag tag, const ipld::Cid& body) override;
  Result<model::Signature> sign_foreign(const model::ForeignMessage& message) override;
  const ports::Descriptor& descriptor() const override;

 private:
  [[nodiscard]] Result<std::shared_ptr<ports::Signer>> opened();
  [[nodiscard]] Result<std::unique_ptr<ports::Signer>> open_file(const std::filesystem::path& path) const;

  const KeySource source_;
  const std::function<Result<Secret>()> passphrase_;
  const std::function<Result<Secret>()> token_pin_;
  Mutex mutex_;
  std::shared_ptr<ports::Signer> signer_ ICN_GUARDED_BY(mutex_);  // shared with those that still sign with it
};

}  // namespace icn::folder
