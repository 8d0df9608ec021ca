#include "backends/signer/pkcs11/descriptor.hpp"
#include "backends/signer/pkcs11/hsm_key_store.hpp"
#include "model/signed_message.hpp"

namespace icn::backends::signer::pkcs11 {

HsmKeyStore::HsmKeyStore(Module module, Uri uri, Secret pin)
    : module_(std::move(module)), uri_(std::move(uri)), pin_(std::move(pin)) {}

HsmKeyStore::~HsmKeyStore() {
  Lock lock(mutex_);
  for (const Session& session : idle_) module_->C_CloseSession(session.handle);
}

const ports::Descriptor& HsmKeyStore::descriptor() const { return kDescriptor; }

Result<std::unique_ptr<HsmKeyStore>> HsmKeyStore::open(const ports::TokenKey& key) {
  Uri uri = ICN_TRY(parse_uri(key.uri));
  Module module = ICN_TRY(Module::load(p11_kit_uri_get_module_path(uri.get())));
  Secret pin = ICN_TRY(key.pin());
  std::unique_ptr<HsmKeyStore> store(new HsmKeyStore(std::move(module), std::move(uri), std::move(pin)));
  Result<Session> session = store->take();
  if (!session && session.error().rule == "no_token_key" && key.absent == ports::TokenKeyAbsent::created) {
    ICN_TRY(create_key(store->module_, *store->uri_, store->pin_.text()));
    session = store->take();
  }
  if (!session) return fail(session.error());
  const Result<model::PublicKey> public_key = public_key_of(store->module_, *store->uri_, *session);
  store->give_back(*session);
  if (!public_key) return fail(public_key.error());
  store->did_ = model::Did::of_key(*public_key);
  return store;
}

Result<Session> HsmKeyStore::take() {
  Lock lock(mutex_);
  while (idle_.empty() && open_ >= kSessionsMax) returned_.wait(lock);
  if (pin_refused_) return fail(*pin_refused_);
  if (!idle_.empty()) {
    const Session session = idle_.back();
    idle_.pop_back();
    return session;
  }
  // Under the lock: several threads that log in at once with a wrong PIN would lock the token.
  Result<Session> session = open_session(module_, *uri_, pin_.text());
  if (session) {
    ++open_;
  } else if (session.error().rule == "token_pin") {
    pin_refused_ = session.error();
  }
  return session;
}

void HsmKeyStore::give_back(const Session& session) {
  Lock lock(mutex_);
  idle_.push_back(session);
  returned_.notify_one();
}

void HsmKeyStore::discard(const Session& session) {
  Lock lock(mutex_);
  idle_.push_back(session);
  for (const Session& one : idle_) module_->C_CloseSession(one.handle);
  open_ -= idle_.size();
  idle_.clear();
  returned_.notify_all();
}

Result<model::Signature> HsmKeyStore::sign(model::SignatureTag tag, const ipld::Cid& body) {
  return sign_bytes(model::signed_message(tag, body), [&](const model::Signature& signature) {
    return model::verify(tag, body, did_, signature).has_value();
  });
}

Result<model::Signature> HsmKeyStore::sign_foreign(const model::ForeignMessage& message) {
  return sign_bytes(message.bytes(), [&](const model::Signature& signature) {
    return model::verify(message, did_, signature).has_value();
  });
}

Result<model::Signature> HsmKeyStore::sign_bytes(ByteView message,
                                                 const std::function<bool(const model::Signature&)>& is_valid) {
  constexpr int kAttempts = 2;
  for (int attempt = 1;; ++attempt) {
    const Session session = ICN_TRY(take());
    model::Signature signature{};
    const CK_RV rv = pkcs11::sign(module_, session, copy_of(message), signature);
    if (rv == CKR_OK) {
      give_back(session);
      if (is_valid(signature)) return signature;
      return refuse(ErrorCode::infrastructure, "token_failed",
                    "The token's signature does not verify with its own key; nothing was signed");
    }
    discard(session);
    if (outcome_of(rv) == Outcome::lost && attempt < kAttempts) continue;
    Error error = failure("signing", rv);
    error.detail += "; nothing was signed";
    return fail(std::move(error));
  }
}

namespace {

Result<std::unique_ptr<ports::Signer>> open(ports::SignerKey key) {
  const auto* const token = std::get_if<ports::TokenKey>(&key);
  if (token == nullptr)
    return fail(ErrorCode::invalid_argument, "The signer 'pkcs11' takes a key in a token, not a key pair");
  return ICN_TRY(HsmKeyStore::open(*token));
}

}  // namespace

extern const ports::Backend<ports::signer_factory> kBackend{kDescriptor, &open};

}  // namespace icn::backends::signer::pkcs11
