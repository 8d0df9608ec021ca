#include "model/did_document.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <map>

#include "model/base64url.hpp"
#include "model/detail/strict_json.hpp"

namespace icn::model {

using Json = detail::OrderedJson;

namespace {

constexpr std::array<std::string_view, kRelationships> kRelationshipNames{
    "authentication", "assertionMethod", "keyAgreement", "capabilityInvocation", "capabilityDelegation"};

tl::unexpected<Error> bad(std::string rule, std::string_view did, std::string why) {
  return refuse(ErrorCode::invalid_format, std::move(rule),
                fmt::format("The document of {}: {}", did.substr(0, 200), why), std::string(did));
}

// The types of verification methods that are read. Others are left alone.
enum class Material : std::uint8_t { multibase, jwk };
struct MethodType {
  std::string_view name;
  Material material;
  std::optional<KeyKind> kind = {};  // the only kind of key that the type allows
};
constexpr std::array kMethodTypes{
    MethodType{"Multikey", Material::multibase},
    MethodType{"Ed25519VerificationKey2020", Material::multibase, KeyKind::ed25519},
    MethodType{"X25519KeyAgreementKey2020", Material::multibase, KeyKind::x25519},
    MethodType{"JsonWebKey", Material::jwk},
    MethodType{"JsonWebKey2020", Material::jwk},
};

// The text of a member; empty if it is absent or not a text.
std::optional<std::string> text_in(const Json& object, std::string_view name) {
  const auto at = object.find(name);
  if (at == object.end() || !at->is_string()) return std::nullopt;
  return at->get<std::string>();
}

// Errors: unsupported (another kind of key), invalid_format.
Result<Multikey> key_of_jwk(const Json& jwk) {
  const auto malformed = [](std::string why) { return refuse(ErrorCode::invalid_format, "bad_key", std::move(why)); };
  if (!jwk.is_object()) return malformed("publicKeyJwk must be an object");
  if (jwk.contains("d"))
    return refuse(ErrorCode::invalid_format, "private_key", "publicKeyJwk contains a private key, which is public now");
  const auto type = text_in(jwk, "kty");
  if (!type) return malformed("publicKeyJwk has no 'kty'");
  if (*type != "OKP") return refuse(ErrorCode::unsupported, "key_kind", "a key of type " + *type);
  const auto curve = text_in(jwk, "crv");
  const auto x = text_in(jwk, "x");
  if (!curve || !x) return malformed("publicKeyJwk has no 'crv' or no 'x'");
  if (*curve != "Ed25519" && *curve != "X25519")
    return refuse(ErrorCode::unsupported, "key_kind", "a key of curve " + *curve);
  const auto bytes = from_base64url(*x);
  Multikey key{*curve == "Ed25519" ? KeyKind::ed25519 : KeyKind::x25519, {}};
  if (!bytes || bytes->size() != key.key.size()) return malformed("'x' of publicKeyJwk is not 32 bytes in base64url");
  std::copy(bytes->begin(), bytes->end(), key.key.begin());
  ICN_TRY(check_key(key));
  return key;
}

}  // namespace

std::string_view relationship_name(Relationship relationship) {
  return kRelationshipNames[static_cast<std::size_t>(relationship)];
}

// Reads one document: first its methods, then which relationship permits which.
class DocumentReader {
 public:
  explicit DocumentReader(std::string_view did) : did_(did) { document_.id_ = did; }

  Result<DidDocument> read(const Json& json) {
    if (!json.is_object()) return fail_with("bad_document", "it must be an object");
    const auto id = text_in(json, "id");
    if (!id) return fail_with("wrong_id", "it has no 'id'");
    if (*id != did_) return fail_with("wrong_id", "its 'id' is '" + id->substr(0, 200) + "'");
    ICN_TRY(check_context(json));
    ICN_TRY(check_controllers(json));
    ICN_TRY(check_services(json));
    ICN_TRY(for_each(json, "verificationMethod", [this](const Json& method) -> Result<void> {
      static_cast<void>(ICN_TRY(read_method(method)));
      return {};
    }));
    for (std::size_t i = 0; i < kRelationships; ++i) ICN_TRY(read_relationship(json, static_cast<Relationship>(i)));
    document_.json_ = json.dump(-1, ' ', false, Json::error_handler_t::replace);
    return std::move(document_);
  }

 private:
  tl::unexpected<Error> fail_with(std::string rule, std::string why) const { return bad(std::move(rule), did_, why); }

  // Calls `take` with each item of the list `name`, if there is one.
  template <class Take>
  Result<void> for_each(const Json& object, std::string_view name, Take take) const {
    const auto list = object.find(name);
    if (list == object.end()) return {};
    if (!list->is_array()) return fail_with("bad_document", fmt::format("'{}' must be a list", name));
    if (list->size() > kDidDocumentEntriesMax)
      return fail_with("too_many_entries", fmt::format("'{}' has more than {} entries", name, kDidDocumentEntriesMax));
    for (const Json& item : *list) ICN_TRY(take(item));
    return {};
  }

  Result<void> check_context(const Json& json) const {
    const auto context = json.find("@context");
    if (context == json.end() || context->is_string()) return {};
    return for_each(json, "@context", [this](const Json& item) -> Result<void> {
      if (item.is_string() || item.is_object()) return {};
      return fail_with("bad_document", "'@context' must consist of texts and objects");
    });
  }

  Result<void> check_controllers(const Json& json) const {
    const auto check = [this](const Json& item) -> Result<void> {
      if (item.is_string() && DidUrl::parse_did(item.get<std::string>())) return {};
      return fail_with("bad_document", "'controller' must be a DID or a list of DIDs");
    };
    const auto one = json.find("controller");
    if (one != json.end() && one->is_string()) return check(*one);
    return for_each(json, "controller", check);
  }

  Result<void> check_services(const Json& json) const {
    return for_each(json, "service", [this](const Json& service) -> Result<void> {
      if (service.is_object() && text_in(service, "id") && service.contains("type") &&
          service.contains("serviceEndpoint"))
        return {};
      return fail_with("bad_document", "a service needs 'id', 'type' and 'serviceEndpoint'");
    });
  }

  // The absolute form of an id in the document: "#key-1" belongs to the document's DID.
  Result<std::string> absolute(const std::string& id) const {
    const std::string url = id.starts_with('#') ? std::string(did_) + id : id;
    const auto parsed = DidUrl::parse(url);
    if (!parsed || !parsed->fragment() || parsed->fragment()->empty())
      return fail_with("bad_document", "'" + id.substr(0, 200) + "' is not the id of a verification method");
    return url;
  }

  // Adds a method and returns its absolute id.
  Result<std::string> read_method(const Json& method) {
    if (!method.is_object()) return fail_with("bad_document", "a verification method must be an object");
    const auto id = text_in(method, "id");
    const auto type = text_in(method, "type");
    const auto controller = text_in(method, "controller");
    if (!id || !type || !controller)
      return fail_with("bad_document", "a verification method needs 'id', 'type' and 'controller'");
    std::string url = ICN_TRY(absolute(*id));
    if (!DidUrl::parse_did(*controller)) return fail_with("bad_document", "the controller of " + *id + " is not a DID");
    if (seen_.contains(url)) return fail_with("duplicate_id", "two verification methods have the id " + *id);
    if (seen_.size() >= kDidDocumentEntriesMax) {
      return fail_with("too_many_entries",
                       fmt::format("it has more than {} verification methods", kDidDocumentEntriesMax));
    }
    std::optional<std::size_t>& index = seen_[url];
    const auto key = ICN_TRY(key_of(method, *id, *type));
    if (key) {
      index = document_.methods_.size();
      document_.methods_.push_back({url, *controller, *key});
    }
    return url;
  }

  // Empty for a type or a kind of key that is not read.
  Result<std::optional<Multikey>> key_of(const Json& method, const std::string& id, const std::string& type) const {
    const auto row = std::find_if(kMethodTypes.begin(), kMethodTypes.end(),
                                  [&](const MethodType& known) { return known.name == type; });
    if (row == kMethodTypes.end()) return std::nullopt;
    if (method.contains("publicKeyMultibase") && method.contains("publicKeyJwk"))
      return fail_with("bad_document", id + " has two forms of a key");
    const auto text = text_in(method, "publicKeyMultibase");
    const auto jwk = method.find("publicKeyJwk");
    if (row->material == Material::multibase ? !text : jwk == method.end())
      return fail_with("bad_key", fmt::format("{} of type {} has no key of that type", id, type));
    const Result<Multikey> key = row->material == Material::multibase ? parse_multikey(*text) : key_of_jwk(*jwk);
    if (!key) {
      if (key.error().code == ErrorCode::unsupported && !row->kind) return std::nullopt;
      return fail_with(key.error().code == ErrorCode::unsupported ? "bad_key" : key.error().rule,
                       id + ": " + key.error().detail);
    }
    if (row->kind && key->kind != *row->kind)
      return fail_with("bad_key", fmt::format("{} of type {} has a key of another kind", id, type));
    return *key;
  }

  Result<void> read_relationship(const Json& json, Relationship relationship) {
    const KeyKind wanted = relationship == Relationship::key_agreement ? KeyKind::x25519 : KeyKind::ed25519;
    std::vector<std::size_t>& permitted = document_.permitted_[static_cast<std::size_t>(relationship)];
    return for_each(json, relationship_name(relationship), [&](const Json& item) -> Result<void> {
      std::string url;
      if (item.is_object()) {
        url = ICN_TRY(read_method(item));
      } else if (item.is_string()) {
        url = ICN_TRY(absolute(item.get<std::string>()));
      } else {
        return fail_with("bad_document",
                         fmt::format("'{}' must consist of ids and methods", relationship_name(relationship)));
      }
      const auto at = seen_.find(url);
      if (at == seen_.end()) {
        // The key of another DID's document: nothing that this document says makes it usable.
        if (!url.starts_with(std::string(did_) + "#")) return {};
        return fail_with("dangling_reference", fmt::format("'{}' names {}, which the document does not have",
                                                           relationship_name(relationship), url.substr(did_.size())));
      }
      if (at->second && document_.methods_[*at->second].key.kind == wanted) permitted.push_back(*at->second);
      return {};
    });
  }

  const std::string_view did_;
  DidDocument document_;
  std::map<std::string, std::optional<std::size_t>, std::less<>> seen_;  // absolute id → index, empty: not read
};

Result<DidDocument> DidDocument::read(std::string_view text, const DidUrl& did) {
  const Json json = ICN_TRY(detail::parse_strict(fmt::format("The document of {}", did.did().substr(0, 200)), text,
                                                 {kDidDocumentBytesMax, kDidDocumentDepthMax}));
  return DocumentReader(did.did()).read(json);
}

std::vector<const VerificationMethod*> DidDocument::methods(Relationship relationship) const {
  std::vector<const VerificationMethod*> methods;
  for (const std::size_t index : permitted_[static_cast<std::size_t>(relationship)])
    methods.push_back(&methods_[index]);
  return methods;
}

const VerificationMethod* DidDocument::find(std::string_view id) const {
  const std::string url = id.starts_with('#') ? id_ + std::string(id) : std::string(id);
  const auto at = std::find_if(methods_.begin(), methods_.end(),
                               [&](const VerificationMethod& method) { return method.id == url; });
  return at == methods_.end() ? nullptr : &*at;
}

}  // namespace icn::model
