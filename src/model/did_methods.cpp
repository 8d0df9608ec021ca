#include "model/did_methods.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "ipld/multibase.hpp"
#include "ipld/sha256.hpp"
#include "model/base64url.hpp"
#include "model/detail/strict_json.hpp"

namespace icn::model {
namespace {

using Json = detail::OrderedJson;

constexpr std::string_view kDidContext = "https://www.w3.org/ns/did/v1";
constexpr std::string_view kMultikeyContext = "https://w3id.org/security/multikey/v1";
constexpr std::uint64_t kJsonCodec = 0x0200;
constexpr std::uint64_t kSha256Code = 0x12;
constexpr detail::JsonBounds kPartBounds{kDidUrlBytesMax, kDidDocumentDepthMax};

tl::unexpected<Error> malformed(const DidUrl& did, std::string_view why) {
  return refuse(ErrorCode::invalid_argument, "did_method",
                fmt::format("'{}' is not a did:{}: {}", did.did().substr(0, 100), did.method(), why));
}

Json document_head(std::string_view did) {
  return Json{
      {"@context", Json::array({kDidContext, kMultikeyContext})}, {"id", did}, {"verificationMethod", Json::array()}};
}

void add_method(Json& document, std::string id, std::string_view multibase) {
  document["verificationMethod"].push_back(Json{
      {"id", std::move(id)}, {"type", "Multikey"}, {"controller", document["id"]}, {"publicKeyMultibase", multibase}});
}

std::string dumped(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

std::string multihash_of(std::string_view encoded) {
  Bytes bytes;
  ipld::append_varint(bytes, kSha256Code);
  const auto digest = ipld::sha256(view_of(encoded));
  ipld::append_varint(bytes, digest.size());
  append(bytes, digest);
  return "z" + ipld::to_base58(bytes);
}

// Reads "z6Mk…" of a did:key or a did:peer:0.
Result<Multikey> key_in(const DidUrl& did, std::string_view text) {
  if (!text.starts_with('z')) return malformed(did, "its key is not in base58 ('z…')");
  const Result<Multikey> key = parse_multikey(text);
  if (key || key.error().code == ErrorCode::unsupported) return key;
  return malformed(did, key.error().detail);
}

// The document of a single key, which may do everything that a key of its kind can do.
Result<DidDocument> document_of_key(const DidUrl& did, const Multikey& key) {
  Json document = document_head(did.did());
  const auto add = [&](const Multikey& one) {
    const std::string text = to_multibase(one);
    const std::string id = std::string(did.did()) + "#" + text;
    add_method(document, id, text);
    return id;
  };
  if (key.kind == KeyKind::ed25519) {
    const std::string id = add(key);
    for (const Relationship use : {Relationship::authentication, Relationship::assertion_method,
                                   Relationship::capability_delegation, Relationship::capability_invocation})
      document[std::string(relationship_name(use))] = Json::array({id});
  }
  document[std::string(relationship_name(Relationship::key_agreement))] =
      Json::array({add(key.kind == KeyKind::ed25519 ? ICN_TRY(agreement_key(key.key)) : key)});
  return DidDocument::read(dumped(document), did);
}

// ---- did:peer, algorithm 2

struct Purpose {
  char code;
  Relationship relationship;
};
constexpr std::array kPurposes{
    Purpose{'A', Relationship::assertion_method},      Purpose{'E', Relationship::key_agreement},
    Purpose{'V', Relationship::authentication},        Purpose{'I', Relationship::capability_invocation},
    Purpose{'D', Relationship::capability_delegation},
};

struct Abbreviation {
  std::string_view whole;
  std::string_view brief;
};
constexpr std::array kKeyAbbreviations{
    Abbreviation{"type", "t"},
    Abbreviation{"serviceEndpoint", "s"},
    Abbreviation{"routingKeys", "r"},
    Abbreviation{"accept", "a"},
};
constexpr Abbreviation kTypeAbbreviation{"DIDCommMessaging", "dm"};

enum class Direction : std::uint8_t { abbreviate, expand };

std::string_view renamed(const Abbreviation& one, Direction direction, std::string_view text) {
  const bool brief = direction == Direction::abbreviate;
  return text == (brief ? one.whole : one.brief) ? (brief ? one.brief : one.whole) : text;
}

// Renames the keys of all objects and the values of their types. Depth is bounded by the parser.
Result<Json> rename_all(const Json& value, Direction direction) {
  if (value.is_array()) {
    Json list = Json::array();
    for (const Json& item : value) list.push_back(ICN_TRY(rename_all(item, direction)));
    return list;
  }
  if (!value.is_object()) return value;
  Json object = Json::object();
  for (const auto& [key, item] : value.items()) {
    std::string name = key;
    for (const Abbreviation& one : kKeyAbbreviations) {
      if (const std::string_view other = renamed(one, direction, key); other != key) name = other;
    }
    if (object.contains(name))
      return refuse(ErrorCode::invalid_format, "duplicate_key", "A service has '" + name + "' twice");
    const bool is_type = key == "type" || key == "t";
    if (is_type && item.is_string()) {
      object[name] = renamed(kTypeAbbreviation, direction, item.get<std::string>());
    } else {
      object[name] = ICN_TRY(rename_all(item, direction));
    }
  }
  return object;
}

Result<Json> peer_2_service(std::string_view encoded) {
  const Bytes bytes = ICN_TRY(from_base64url(encoded));
  const Json service = ICN_TRY(detail::parse_strict("A service", text_of(bytes), kPartBounds));
  if (!service.is_object()) return refuse(ErrorCode::invalid_format, "bad_document", "A service must be a JSON object");
  return rename_all(service, Direction::expand);
}

Result<DidDocument> document_of_peer_2(const DidUrl& did) {
  Json document = document_head(did.did());
  Json services = Json::array();
  std::size_t keys = 0;
  std::size_t unnamed = 0;
  std::string_view rest = did.id().substr(1);
  while (!rest.empty()) {
    if (rest.front() != '.') return malformed(did, "an element does not begin with '.'");
    const std::size_t end = std::min(rest.find('.', 1), rest.size());
    const std::string_view element = rest.substr(1, end - 1);
    rest.remove_prefix(end);
    if (element.size() < 2) return malformed(did, "an element is empty");
    if (element.front() == 'S') {
      auto service = peer_2_service(element.substr(1));
      if (!service) return malformed(did, "a service is malformed: " + service.error().detail);
      if (!service->contains("id")) {
        (*service)["id"] = unnamed == 0 ? "#service" : fmt::format("#service-{}", unnamed);
        ++unnamed;
      }
      services.push_back(std::move(*service));
      continue;
    }
    const auto purpose = std::find_if(kPurposes.begin(), kPurposes.end(),
                                      [&](const Purpose& one) { return one.code == element.front(); });
    if (purpose == kPurposes.end()) return malformed(did, "an element has an unknown purpose");
    const Result<Multikey> key = key_in(did, element.substr(1));
    // Another kind of key stays in the document; this program does not use it.
    if (!key && key.error().code != ErrorCode::unsupported) return fail(key.error());
    const std::string id = fmt::format("#key-{}", ++keys);
    add_method(document, id, element.substr(1));
    Json& list = document[std::string(relationship_name(purpose->relationship))];
    if (list.is_null()) list = Json::array();
    list.push_back(id);
  }
  if (keys == 0) return malformed(did, "it has no key");
  if (!services.empty()) document["service"] = std::move(services);
  // The short form of the same DID (algorithm 3).
  document["alsoKnownAs"] = Json::array({"did:peer:3" + multihash_of(did.id().substr(1))});
  return DidDocument::read(dumped(document), did);
}

// ---- did:peer, algorithm 4

// The document of algorithm 4 with its id and what derives from that.
Json contextualised(const Json& input, std::string_view did, std::string_view short_form) {
  Json document = input;
  document["id"] = did;
  Json& aliases = document["alsoKnownAs"];
  if (!aliases.is_array()) aliases = Json::array();
  aliases.push_back(short_form);
  const auto own = [&](Json& list) {
    if (!list.is_array()) return;
    for (Json& method : list) {
      if (method.is_object() && !method.contains("controller")) method["controller"] = did;
    }
  };
  if (document.contains("verificationMethod")) own(document["verificationMethod"]);
  for (std::size_t i = 0; i < kRelationships; ++i) {
    const std::string name(relationship_name(static_cast<Relationship>(i)));
    if (document.contains(name)) own(document[name]);
  }
  return document;
}

Result<Json> peer_4_input(std::string_view text) {
  Json input = ICN_TRY(detail::parse_strict("The input document", text, kPartBounds));
  if (!input.is_object()) return refuse(ErrorCode::invalid_format, "bad_document", "The document is not an object");
  if (input.contains("id"))
    return refuse(ErrorCode::invalid_format, "bad_document", "The input document must not have an 'id'");
  return input;
}

Result<DidDocument> document_of_peer_4(const DidUrl& did) {
  const std::string_view whole = did.id().substr(1);
  const std::size_t colon = whole.find(':');
  const std::string_view hash = whole.substr(0, colon);
  if (!hash.starts_with('z')) return malformed(did, "its hash is not in base58 ('z…')");
  if (colon == std::string_view::npos) {
    return refuse(ErrorCode::not_found, "short_form",
                  fmt::format("'{}' is the short form of a DID that contains its document; only the long form "
                              "('{}:z…') can be resolved",
                              did.did(), did.did()));
  }
  const std::string_view encoded = whole.substr(colon + 1);
  if (multihash_of(encoded) != hash) return malformed(did, "its hash is not that of its document");
  if (!encoded.starts_with('z')) return malformed(did, "its document is not in base58 ('z…')");
  const auto bytes = ipld::from_base58(encoded.substr(1), kDidUrlBytesMax);
  if (!bytes) return malformed(did, bytes.error().detail);
  ByteView rest = *bytes;
  const auto codec = ipld::take_varint(rest);
  if (!codec || *codec != kJsonCodec) return malformed(did, "its document is not JSON");
  const auto input = peer_4_input(text_of(rest));
  if (!input) return malformed(did, input.error().detail);
  return DidDocument::read(dumped(contextualised(*input, did.did(), did_peer_4_short(did))), did);
}

}  // namespace

std::string did_key(const Multikey& key) { return "did:key:" + to_multibase(key); }
std::string did_peer_0(const Multikey& key) { return "did:peer:0" + to_multibase(key); }

Result<DidDocument> derived_document(const DidUrl& did) {
  if (did.method() == "key") return document_of_key(did, ICN_TRY(key_in(did, did.id())));
  if (did.method() != "peer") {
    return refuse(ErrorCode::unsupported, "did_method",
                  fmt::format("The document of a did:{} does not follow from the DID", did.method()));
  }
  switch (did.id().front()) {
    case '0':
      return document_of_key(did, ICN_TRY(key_in(did, did.id().substr(1))));
    case '2':
      return document_of_peer_2(did);
    case '4':
      return document_of_peer_4(did);
    case '1':
    case '3':
      return refuse(ErrorCode::unsupported, "did_method",
                    fmt::format("'{}' uses algorithm {} of did:peer; 0, 2 and 4 are supported",
                                did.did().substr(0, 100), did.id().front()));
    default:
      return malformed(did, "it does not begin with the number of an algorithm");
  }
}

Result<std::string> did_peer_2(std::span<const PeerKey> keys, std::span<const std::string> services) {
  if (keys.empty()) return refuse(ErrorCode::invalid_argument, "did_method", "A did:peer:2 needs a key");
  std::string did = "did:peer:2";
  for (const PeerKey& key : keys) {
    const auto purpose = std::find_if(kPurposes.begin(), kPurposes.end(),
                                      [&](const Purpose& one) { return one.relationship == key.purpose; });
    did += fmt::format(".{}{}", purpose->code, to_multibase(key.key));
  }
  for (const std::string& service : services) {
    const Json json = ICN_TRY(detail::parse_strict("A service", service, kPartBounds));
    if (!json.is_object()) return refuse(ErrorCode::invalid_format, "bad_document", "A service must be a JSON object");
    did += ".S" + to_base64url(view_of(dumped(ICN_TRY(rename_all(json, Direction::abbreviate)))));
  }
  return std::string(ICN_TRY(DidUrl::parse_did(did)).text());
}

Result<std::string> did_peer_4(std::string_view input_document) {
  Bytes bytes;
  ipld::append_varint(bytes, kJsonCodec);
  append(bytes, dumped(ICN_TRY(peer_4_input(input_document))));
  const std::string encoded = "z" + ipld::to_base58(bytes, kDidUrlBytesMax + 2);
  const std::string text = fmt::format("did:peer:4{}:{}", multihash_of(encoded), encoded);
  // A document that no resolver would accept gets no DID.
  static_cast<void>(ICN_TRY(derived_document(ICN_TRY(DidUrl::parse_did(text)))));
  return text;
}

std::string did_peer_4_short(const DidUrl& long_form) {
  const std::string_view did = long_form.did();
  constexpr std::string_view kHead = "did:peer:4";
  const std::size_t colon = did.find(':', kHead.size());
  if (!did.starts_with(kHead) || colon == std::string_view::npos) return {};
  return std::string(did.substr(0, colon));
}

}  // namespace icn::model
