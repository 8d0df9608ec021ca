// A PKCS#11 token as this backend uses it: module, slot, sessions, one key. Not thread safe, except where noted.
#pragma once
#include <p11-kit/pkcs11.h>
#include <p11-kit/uri.h>

#include <memory>
#include <string>

#include "model/did.hpp"
#include "model/signature.hpp"
#include "ports/factories.hpp"

namespace icn::backends::signer::pkcs11 {

struct UriDeleter {
  void operator()(P11KitUri* uri) const { p11_kit_uri_free(uri); }
};
using Uri = std::unique_ptr<P11KitUri, UriDeleter>;
// Errors: invalid_argument (malformed, without a module's path or a key's name, or with a PIN).
[[nodiscard]] Result<Uri> parse_uri(const std::string& text);

// A loaded module; p11-kit counts its users in this process. Thread safe.
class Module {
 public:
  // Errors: infrastructure.
  [[nodiscard]] static Result<Module> load(const std::string& path);
  Module(Module&& other) noexcept : functions_(std::exchange(other.functions_, nullptr)) {}
  Module& operator=(Module&&) = delete;
  ~Module();
  [[nodiscard]] CK_FUNCTION_LIST* operator->() const { return functions_; }

 private:
  explicit Module(CK_FUNCTION_LIST* functions) : functions_(functions) {}
  CK_FUNCTION_LIST* functions_;
};

// What a return value means for the caller.
enum class Outcome : std::uint8_t { done, lost, pin_refused, failed };
[[nodiscard]] Outcome outcome_of(CK_RV rv);
// "the token answered CKR_… (…)", with the rule token_lost, token_pin or token_failed.
[[nodiscard]] Error failure(std::string_view what, CK_RV rv);

struct Session {
  CK_SESSION_HANDLE handle = CK_INVALID_HANDLE;
  CK_OBJECT_HANDLE key = CK_INVALID_HANDLE;
};

// Opens a session on the one token that the URI names, logs in and finds its private key. Errors: not_found (no such
// token, rule no_token; no such key, rule no_token_key), conflict (several), wrong_passphrase (rule token_pin),
// infrastructure.
[[nodiscard]] Result<Session> open_session(const Module& module, P11KitUri& uri, std::string_view pin);
// Creates the URI's key pair on the token: sensitive, not extractable. Errors: as open_session.
[[nodiscard]] Result<void> create_key(const Module& module, P11KitUri& uri, std::string_view pin);
// The public key that belongs to the session's private key. Errors: not_found, invalid_format (not Ed25519).
[[nodiscard]] Result<model::PublicKey> public_key_of(const Module& module, P11KitUri& uri, const Session& session);
// Signs; the caller interprets the return value.
[[nodiscard]] CK_RV sign(const Module& module, const Session& session, Bytes message, model::Signature& signature);

}  // namespace icn::backends::signer::pkcs11
