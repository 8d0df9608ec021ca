#include "backends/signer/pkcs11/token.hpp"

#include <p11-kit/p11-kit.h>

#include <algorithm>
#include <array>
#include <vector>

namespace icn::backends::signer::pkcs11 {
namespace {

// The curve's OID 1.3.101.112 (id-Ed25519) in DER, and the head of a DER octet string of 32 bytes.
constexpr std::array<std::uint8_t, 5> kEd25519Oid{0x06, 0x03, 0x2b, 0x65, 0x70};
constexpr std::array<std::uint8_t, 2> kPointHead{0x04, 0x20};
constexpr CK_ULONG kSlotsMax = 256;

// PKCS#11 takes pointers to values that it does not change.
template <class T>
CK_ATTRIBUTE attribute(CK_ATTRIBUTE_TYPE type, const T& value) {
  return {type, const_cast<T*>(&value), sizeof value};
}
CK_ATTRIBUTE bytes_attribute(CK_ATTRIBUTE_TYPE type, ByteView bytes) {
  return {type, const_cast<std::uint8_t*>(bytes.data()), bytes.size()};
}

Error token_error(ErrorCode code, std::string rule, std::string detail) {
  return Error{code, std::move(detail), std::move(rule)};
}

// The attributes of the URI that name an object: its label, its id.
std::vector<CK_ATTRIBUTE> name_of(P11KitUri& uri) {
  std::vector<CK_ATTRIBUTE> name;
  for (const CK_ATTRIBUTE_TYPE type : {CKA_LABEL, CKA_ID}) {
    if (CK_ATTRIBUTE* const one = p11_kit_uri_get_attribute(&uri, type)) name.push_back(*one);
  }
  return name;
}

Result<CK_SLOT_ID> find_slot(const Module& module, P11KitUri& uri) {
  std::array<CK_SLOT_ID, kSlotsMax> slots{};
  CK_ULONG count = 0;
  // Asking for the number makes a module look for tokens that were plugged in meanwhile.
  static_cast<void>(module->C_GetSlotList(CK_TRUE, nullptr, &count));
  count = kSlotsMax;
  if (const CK_RV rv = module->C_GetSlotList(CK_TRUE, slots.data(), &count); rv != CKR_OK)
    return fail(failure("listing the tokens", rv));
  std::optional<CK_SLOT_ID> found;
  for (CK_ULONG i = 0; i < count; ++i) {
    CK_TOKEN_INFO info{};
    if (module->C_GetTokenInfo(slots[i], &info) != CKR_OK || p11_kit_uri_match_token_info(&uri, &info) != 1) continue;
    if (found) return fail(token_error(ErrorCode::conflict, "token_name", "Two tokens match the URI; name its serial"));
    found = slots[i];
  }
  if (!found) return fail(token_error(ErrorCode::not_found, "no_token", "No token matches the URI; is it plugged in?"));
  return *found;
}

// Closes its session unless it is released.
class OpenedSession {
 public:
  OpenedSession(const Module& module, CK_SESSION_HANDLE handle) : module_(module), handle_(handle) {}
  OpenedSession(const OpenedSession&) = delete;
  OpenedSession& operator=(const OpenedSession&) = delete;
  ~OpenedSession() {
    if (handle_ != CK_INVALID_HANDLE) module_->C_CloseSession(handle_);
  }
  [[nodiscard]] CK_SESSION_HANDLE handle() const { return handle_; }
  CK_SESSION_HANDLE release() { return std::exchange(handle_, CK_INVALID_HANDLE); }

 private:
  const Module& module_;
  CK_SESSION_HANDLE handle_;
};

Result<CK_SESSION_HANDLE> logged_in(const Module& module, P11KitUri& uri, std::string_view pin, CK_FLAGS flags) {
  CK_SESSION_HANDLE handle = CK_INVALID_HANDLE;
  const CK_SLOT_ID slot = ICN_TRY(find_slot(module, uri));
  if (const CK_RV rv = module->C_OpenSession(slot, CKF_SERIAL_SESSION | flags, nullptr, nullptr, &handle); rv != CKR_OK)
    return fail(failure("opening a session", rv));
  OpenedSession session(module, handle);
  auto* const text = reinterpret_cast<CK_UTF8CHAR*>(const_cast<char*>(pin.data()));
  const CK_RV rv = module->C_Login(handle, CKU_USER, text, pin.size());
  if (rv != CKR_OK && rv != CKR_USER_ALREADY_LOGGED_IN) return fail(failure("logging in", rv));
  return session.release();
}

// The one object of a class with the URI's name.
Result<CK_OBJECT_HANDLE> find_object(const Module& module, P11KitUri& uri, CK_SESSION_HANDLE session,
                                     CK_OBJECT_CLASS object_class) {
  const CK_KEY_TYPE type = CKK_EC_EDWARDS;
  std::vector<CK_ATTRIBUTE> wanted = name_of(uri);
  wanted.push_back(attribute(CKA_CLASS, object_class));
  wanted.push_back(attribute(CKA_KEY_TYPE, type));
  if (const CK_RV rv = module->C_FindObjectsInit(session, wanted.data(), wanted.size()); rv != CKR_OK)
    return fail(failure("looking for the key", rv));
  std::array<CK_OBJECT_HANDLE, 2> found{};
  CK_ULONG count = 0;
  const CK_RV rv = module->C_FindObjects(session, found.data(), found.size(), &count);
  module->C_FindObjectsFinal(session);
  if (rv != CKR_OK) return fail(failure("looking for the key", rv));
  if (count == 0)
    return fail(token_error(ErrorCode::not_found, "no_token_key", "The token has no Ed25519 key of this name"));
  if (count > 1) return fail(token_error(ErrorCode::conflict, "token_name", "The token has two keys of this name"));
  return found[0];
}

}  // namespace

Result<Uri> parse_uri(const std::string& text) {
  const auto bad = [](std::string why) {
    return refuse(ErrorCode::invalid_argument, "token_uri", "Not the URI of a key in a token: " + std::move(why));
  };
  Uri uri(p11_kit_uri_new());
  const int code = p11_kit_uri_parse(text.c_str(),
                                     static_cast<P11KitUriType>(P11_KIT_URI_FOR_OBJECT_ON_TOKEN_AND_MODULE), uri.get());
  if (code != P11_KIT_URI_OK) return bad(std::string("it is malformed: ") + p11_kit_uri_message(code));
  if (p11_kit_uri_any_unrecognized(uri.get()) != 0) return bad("it has an attribute that RFC 7512 does not define");
  if (p11_kit_uri_get_pin_value(uri.get()) != nullptr || p11_kit_uri_get_pin_source(uri.get()) != nullptr)
    return bad("it must not contain the PIN or where it is");
  if (p11_kit_uri_get_module_path(uri.get()) == nullptr) return bad("it has no module-path");
  if (name_of(*uri).empty()) return bad("it has neither the object nor the id of a key");
  return uri;
}

Result<Module> Module::load(const std::string& path) {
  CK_FUNCTION_LIST* const functions = p11_kit_module_load(path.c_str(), 0);
  const auto failed = [&](const char* why) {
    return refuse(ErrorCode::infrastructure, "token_module",
                  "The PKCS#11 module '" + path + "' cannot be loaded: " + (why == nullptr ? "unknown" : why));
  };
  if (functions == nullptr) return failed(p11_kit_message());
  if (const CK_RV rv = p11_kit_module_initialize(functions); rv != CKR_OK) {
    p11_kit_module_release(functions);
    return failed(p11_kit_strerror(rv));
  }
  return Module(functions);
}

Module::~Module() {
  if (functions_ == nullptr) return;
  p11_kit_module_finalize(functions_);
  p11_kit_module_release(functions_);
}

Outcome outcome_of(CK_RV rv) {
  switch (rv) {
    case CKR_OK:
      return Outcome::done;
    // The session, the login or the token is gone; another attempt opens them again.
    case CKR_SESSION_HANDLE_INVALID:
    case CKR_SESSION_CLOSED:
    case CKR_USER_NOT_LOGGED_IN:
    case CKR_DEVICE_REMOVED:
    case CKR_DEVICE_ERROR:
    case CKR_TOKEN_NOT_PRESENT:
    case CKR_TOKEN_NOT_RECOGNIZED:
    case CKR_SLOT_ID_INVALID:
    case CKR_KEY_HANDLE_INVALID:
    case CKR_OBJECT_HANDLE_INVALID:
      return Outcome::lost;
    case CKR_PIN_INCORRECT:
    case CKR_PIN_INVALID:
    case CKR_PIN_LEN_RANGE:
    case CKR_PIN_LOCKED:
    case CKR_PIN_EXPIRED:
      return Outcome::pin_refused;
    default:
      return Outcome::failed;
  }
}

Error failure(std::string_view what, CK_RV rv) {
  const char* const said = p11_kit_strerror(rv);
  const std::string detail = "The token failed at " + std::string(what) + ": " + (said == nullptr ? "unknown" : said);
  switch (outcome_of(rv)) {
    case Outcome::pin_refused:
      return token_error(ErrorCode::wrong_passphrase, "token_pin", detail + "; it is not asked again with this PIN");
    case Outcome::lost:
      return token_error(ErrorCode::infrastructure, "token_lost", detail);
    default:
      return token_error(ErrorCode::infrastructure, "token_failed", detail);
  }
}

Result<Session> open_session(const Module& module, P11KitUri& uri, std::string_view pin) {
  OpenedSession session(module, ICN_TRY(logged_in(module, uri, pin, 0)));
  const CK_OBJECT_HANDLE key = ICN_TRY(find_object(module, uri, session.handle(), CKO_PRIVATE_KEY));
  return Session{session.release(), key};
}

Result<void> create_key(const Module& module, P11KitUri& uri, std::string_view pin) {
  const OpenedSession session(module, ICN_TRY(logged_in(module, uri, pin, CKF_RW_SESSION)));
  const CK_BBOOL yes = CK_TRUE;
  const CK_BBOOL no = CK_FALSE;
  std::vector<CK_ATTRIBUTE> public_part = name_of(uri);
  std::vector<CK_ATTRIBUTE> private_part = public_part;
  public_part.push_back(bytes_attribute(CKA_EC_PARAMS, kEd25519Oid));
  for (const CK_ATTRIBUTE_TYPE type : {CKA_TOKEN, CKA_VERIFY}) public_part.push_back(attribute(type, yes));
  for (const CK_ATTRIBUTE_TYPE type : {CKA_TOKEN, CKA_PRIVATE, CKA_SENSITIVE, CKA_SIGN})
    private_part.push_back(attribute(type, yes));
  private_part.push_back(attribute(CKA_EXTRACTABLE, no));
  CK_MECHANISM mechanism{CKM_EC_EDWARDS_KEY_PAIR_GEN, nullptr, 0};
  CK_OBJECT_HANDLE public_key = CK_INVALID_HANDLE;
  CK_OBJECT_HANDLE private_key = CK_INVALID_HANDLE;
  const CK_RV rv = module->C_GenerateKeyPair(session.handle(), &mechanism, public_part.data(), public_part.size(),
                                             private_part.data(), private_part.size(), &public_key, &private_key);
  if (rv != CKR_OK) return fail(failure("creating a key", rv));
  return {};
}

Result<model::PublicKey> public_key_of(const Module& module, P11KitUri& uri, const Session& session) {
  const CK_OBJECT_HANDLE object = ICN_TRY(find_object(module, uri, session.handle, CKO_PUBLIC_KEY));
  std::array<std::uint8_t, 64> bytes{};
  CK_ATTRIBUTE point{CKA_EC_POINT, bytes.data(), bytes.size()};
  if (const CK_RV rv = module->C_GetAttributeValue(session.handle, object, &point, 1); rv != CKR_OK)
    return fail(failure("reading the public key", rv));
  ByteView value(bytes.data(), std::min<std::size_t>(point.ulValueLen, bytes.size()));
  model::PublicKey key;
  // As an octet string in DER, or bare, as some tokens return it.
  if (value.size() == kPointHead.size() + key.size() && std::equal(kPointHead.begin(), kPointHead.end(), value.begin()))
    value = value.subspan(kPointHead.size());
  if (value.size() != key.size())
    return fail(token_error(ErrorCode::invalid_format, "token_key", "The token's key is not an Ed25519 key"));
  std::copy(value.begin(), value.end(), key.begin());
  return key;
}

CK_RV sign(const Module& module, const Session& session, Bytes message, model::Signature& signature) {
  CK_MECHANISM mechanism{CKM_EDDSA, nullptr, 0};
  const CK_RV begun = module->C_SignInit(session.handle, &mechanism, session.key);
  if (begun != CKR_OK) return begun;
  CK_ULONG length = signature.size();
  const CK_RV rv = module->C_Sign(session.handle, message.data(), message.size(), signature.data(), &length);
  if (rv == CKR_OK && length != signature.size()) return CKR_FUNCTION_FAILED;
  return rv;
}

}  // namespace icn::backends::signer::pkcs11
