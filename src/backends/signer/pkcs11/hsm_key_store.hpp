// HsmKeyStore: signs with an Ed25519 key that stays in a PKCS#11 token.
//
// Thread safe: each signature has a session of its own, of at most kSessionsMax; more callers wait. Never sends a PIN
// again that the token refused, and never returns a signature that it has not verified.
#pragma once
#include <functional>
#include <optional>
#include <vector>

#include "backends/signer/pkcs11/token.hpp"
#include "core/mutex.hpp"
#include "ports/signer.hpp"

namespace icn::backends::signer::pkcs11 {

class HsmKeyStore : public ports::Signer {
 public:
  static constexpr ports::Grade kGrade = ports::Grade::production;
  static constexpr std::size_t kSessionsMax = 8;

  // Logs in and finds the key, or creates it if that is asked for. Errors: invalid_argument (the URI), not_found,
  // conflict, wrong_passphrase, infrastructure.
  [[nodiscard]] static Result<std::unique_ptr<HsmKeyStore>> open(const ports::TokenKey& key);
  ~HsmKeyStore() override;

  [[nodiscard]] model::Did did() const override { return did_; }
  // Errors: infrastructure (rules token_lost, token_failed), wrong_passphrase (the PIN was changed), not_found (the
  // token or its key is gone): nothing was signed.
  [[nodiscard]] Result<model::Signature> sign(model::SignatureTag tag, const ipld::Cid& body) override;
  [[nodiscard]] Result<model::Signature> sign_foreign(const model::ForeignMessage& message) override;
  [[nodiscard]] const ports::Descriptor& descriptor() const override;

 private:
  HsmKeyStore(Module module, Uri uri, Secret pin);
  // Signs, and returns the signature if `is_valid` holds for it.
  [[nodiscard]] Result<model::Signature> sign_bytes(ByteView message,
                                                    const std::function<bool(const model::Signature&)>& is_valid);
  // An idle session, or another one.
  [[nodiscard]] Result<Session> take() ICN_EXCLUDES(mutex_);
  void give_back(const Session& session) ICN_EXCLUDES(mutex_);
  // Closes the session and all idle ones: what ended one of them ended the login of all.
  void discard(const Session& session) ICN_EXCLUDES(mutex_);

  const Module module_;
  const Uri uri_;
  const Secret pin_;
  model::Did did_;
  Mutex mutex_;
  Condition returned_;
  std::vector<Session> idle_ ICN_GUARDED_BY(mutex_);
  std::size_t open_ ICN_GUARDED_BY(mutex_) = 0;  // idle or in use
  std::optional<Error> pin_refused_ ICN_GUARDED_BY(mutex_);
};

}  // namespace icn::backends::signer::pkcs11
