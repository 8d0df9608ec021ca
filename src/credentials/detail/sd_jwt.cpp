#include "credentials/detail/sd_jwt.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "credentials/detail/jws.hpp"
#include "model/base64url.hpp"

namespace icn::credentials::detail {
namespace {

constexpr std::size_t kSaltBytes = 16;
constexpr std::string_view kHash = "sha-256";
// What a verifier must see to decide at all.
constexpr std::array<std::string_view, 7> kAlwaysShown{"iss",    "nbf", "exp", "cnf", "vct", "credentialStatus",
                                                       "_sd_alg"};

tl::unexpected<Error> bad_sd_jwt(std::string what) {
  return refuse(ErrorCode::invalid_format, "bad_sd_jwt", "The selective credential is invalid: " + std::move(what));
}

std::string hash_of(std::string_view text) { return model::to_base64url(ipld::sha256(view_of(text))); }

// Puts disclosed values where their hashes are, and drops the other hashes.
class Unpack {
 public:
  // Each disclosure with its hash.
  Result<void> add(const std::string& text) {
    Disclosure disclosure = ICN_TRY(Disclosure::parse(text));
    if (!held_.emplace(disclosure_hash(text), std::move(disclosure)).second)
      return bad_sd_jwt("a disclosure appears twice");
    return {};
  }

  Result<Json> value(const Json& json) {
    if (json.is_array()) return list(json);
    if (json.is_object()) return object(json);
    return json;
  }

  // Every disclosure must have been named.
  [[nodiscard]] Result<void> finish() const {
    return used_.size() == held_.size() ? Result<void>{} : bad_sd_jwt("a disclosure belongs to no claim");
  }

 private:
  // Null for a hash without a disclosure: a claim that is not shown, or a decoy.
  Result<const Disclosure*> take(const std::string& hash) {
    if (!seen_.insert(hash).second) return bad_sd_jwt("a hash appears twice");
    const auto found = held_.find(hash);
    if (found == held_.end()) return nullptr;
    used_.insert(hash);
    return &found->second;
  }

  Result<Json> object(const Json& json) {
    Json out = Json::object();
    for (const auto& [key, member] : json.items()) {
      if (key == "...") return bad_sd_jwt("'...' is the name of a claim");
      if (key != "_sd") out[key] = ICN_TRY(value(member));
    }
    const auto hashes = json.find("_sd");
    if (hashes == json.end()) return out;
    if (!hashes->is_array()) return bad_sd_jwt("'_sd' must be a list");
    for (const Json& hash : *hashes) {
      if (!hash.is_string()) return bad_sd_jwt("'_sd' must consist of texts");
      const Disclosure* const claim = ICN_TRY(take(hash.get<std::string>()));
      if (claim == nullptr) continue;
      if (claim->name.empty() || claim->name == "_sd" || claim->name == "..." || out.contains(claim->name))
        return bad_sd_jwt("a disclosure names a claim that is not withheld, or none");
      out[claim->name] = ICN_TRY(value(claim->value));
    }
    return out;
  }

  Result<Json> list(const Json& json) {
    Json out = Json::array();
    for (const Json& item : json) {
      const bool is_hash = item.is_object() && item.size() == 1 && item.contains("...");
      if (!is_hash) {
        out.push_back(ICN_TRY(value(item)));
        continue;
      }
      const auto hash = text_in(item, "...");
      if (!hash) return bad_sd_jwt("the hash of an element must be a text");
      const Disclosure* const element = ICN_TRY(take(*hash));
      if (element == nullptr) continue;
      if (!element->name.empty()) return bad_sd_jwt("a disclosure of an element names a claim");
      out.push_back(ICN_TRY(value(element->value)));
    }
    return out;
  }

  std::map<std::string, Disclosure> held_;
  std::set<std::string> seen_;
  std::set<std::string> used_;
};

Result<std::optional<std::uint64_t>> seconds_in(const Json& object, const std::string& name) {
  const auto found = object.find(name);
  if (found == object.end()) return std::nullopt;
  if (!found->is_number_unsigned()) return bad_sd_jwt("'" + name + "' must be whole seconds");
  return std::optional(found->get<std::uint64_t>());
}

Result<void> check_time(const std::optional<std::uint64_t>& from, const std::optional<std::uint64_t>& until,
                        std::uint64_t now_s) {
  if (from && now_s < *from)
    return refuse(ErrorCode::expired, "credential_not_yet", fmt::format("It is valid from {} s on", *from));
  if (until && now_s >= *until)
    return refuse(ErrorCode::expired, "credential_expired", fmt::format("It was valid until {} s", *until));
  return {};
}

// The text that a binding is over: the token and its disclosures.
std::string bound_text(const SdJwt& shown) {
  SdJwt unbound = shown;
  unbound.key_binding.clear();
  return unbound.to_text();
}

Result<void> check_binding(const SdJwt& shown, const Json& claims, const Binding& expected, std::uint64_t now_s) {
  const auto other = [] {
    return refuse(ErrorCode::permission_denied, "presentation_challenge",
                  "The selective credential was not shown to this verifier for this nonce now");
  };
  const auto confirmation = claims.find("cnf");
  if (confirmation == claims.end() || !confirmation->is_object() || !confirmation->contains("jwk"))
    return bad_sd_jwt("it names no key of a holder");
  if (shown.key_binding.empty()) return other();
  const Jws binding = ICN_TRY(Jws::parse("The binding to a verifier", shown.key_binding));
  if (text_in(binding.header, "typ") != "kb+jwt") return bad_sd_jwt("its binding is not of the type kb+jwt");
  ICN_TRY(binding.verify(ICN_TRY(key_of_jwk((*confirmation)["jwk"]))));
  const auto issued = ICN_TRY(seconds_in(binding.payload, "iat"));
  const bool is_recent = issued && *issued <= now_s + kBindingSMax && now_s <= *issued + kBindingSMax;
  if (text_in(binding.payload, "aud") != expected.audience || text_in(binding.payload, "nonce") != expected.nonce ||
      !is_recent)
    return other();
  if (text_in(binding.payload, "sd_hash") != hash_of(bound_text(shown)))
    return bad_sd_jwt("its binding is of other disclosures");
  return {};
}

}  // namespace

std::string SdJwt::to_text() const {
  std::string text = token + "~";
  for (const std::string& disclosure : disclosures) text += disclosure + "~";
  return text + key_binding;
}

Result<SdJwt> SdJwt::parse(std::string_view text) {
  if (text.size() > kCredentialBytesMax) {
    return refuse(
        ErrorCode::limit_exceeded, "json_bytes",
        fmt::format("The selective credential has {} bytes; it may have {}", text.size(), kCredentialBytesMax));
  }
  std::vector<std::string> parts;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find('~', at), text.size());
    parts.emplace_back(text.substr(at, end - at));
    at = end + 1;
  }
  if (parts.size() < 2 || parts.front().empty()) return bad_sd_jwt("it is not a token with '~' after it");
  if (parts.size() > kDisclosuresMax + 2) return bad_sd_jwt("it has too many disclosures");
  SdJwt out{parts.front(), {parts.begin() + 1, parts.end() - 1}, parts.back()};
  if (std::any_of(out.disclosures.begin(), out.disclosures.end(), [](const auto& one) { return one.empty(); }))
    return bad_sd_jwt("a disclosure is empty");
  return out;
}

Result<Disclosure> Disclosure::parse(std::string_view text) {
  const auto bytes = model::from_base64url(text);
  if (!bytes) return bad_sd_jwt("a disclosure is not in base64url");
  const Json json = ICN_TRY(parse_json("A disclosure", text_of(*bytes), kCredentialBytesMax));
  const bool is_claim =
      json.is_array() && json.size() == 3 && json[1].is_string() && !json[1].get<std::string>().empty();
  const bool is_element = json.is_array() && json.size() == 2;
  if ((!is_claim && !is_element) || !json[0].is_string()) return bad_sd_jwt("a disclosure is not salt, name and value");
  return Disclosure{json[0].get<std::string>(), is_claim ? json[1].get<std::string>() : "", json.back()};
}

std::string disclosure_hash(std::string_view disclosure) { return hash_of(disclosure); }

Result<SdJwt> issue(const SdJwtIssue& issue, ports::Random& random, const SignMessage& sign) {
  SdJwt out;
  Json payload = issue.claims;
  std::vector<std::string> hashes;
  for (const std::string& name : issue.selective) {
    const bool is_shown = std::find(kAlwaysShown.begin(), kAlwaysShown.end(), name) != kAlwaysShown.end();
    if (is_shown || !payload.is_object() || !payload.contains(name)) {
      return refuse(ErrorCode::invalid_argument, "no_claim",
                    fmt::format("'{}' is not a claim that a holder can withhold; nothing was signed", name), name);
    }
    std::array<std::uint8_t, kSaltBytes> salt{};
    random.fill(salt);
    const Json disclosure = Json::array({model::to_base64url(salt), name, payload[name]});
    const std::string text = ICN_TRY(canonical(disclosure));
    out.disclosures.push_back(model::to_base64url(view_of(text)));
    hashes.push_back(disclosure_hash(out.disclosures.back()));
    payload.erase(name);
  }
  // In the order of the hashes, which says nothing of the claims.
  std::sort(hashes.begin(), hashes.end());
  payload["_sd"] = hashes;
  payload["_sd_alg"] = kHash;
  payload["cnf"] = Json{{"jwk", jwk_of(issue.holder)}};
  const Json header{{"alg", "EdDSA"}, {"typ", kSdJwtType}, {"kid", issue.method}};
  out.token = ICN_TRY(signed_jws(header, payload, sign));
  return out;
}

Result<SdJwt> disclose(const SdJwt& held, const std::vector<std::string>& names, const Binding& binding,
                       const SignMessage& sign) {
  SdJwt out{held.token, {}, {}};
  std::set<std::string> open(names.begin(), names.end());
  for (const std::string& text : held.disclosures) {
    if (open.erase(ICN_TRY(Disclosure::parse(text)).name) > 0) out.disclosures.push_back(text);
  }
  if (!open.empty()) {
    return refuse(ErrorCode::not_found, "no_claim",
                  fmt::format("The credential has no claim '{}' to disclose; nothing was signed", *open.begin()),
                  *open.begin());
  }
  const Json header{{"alg", "EdDSA"}, {"typ", "kb+jwt"}};
  const Json payload{{"iat", binding.issued_s},
                     {"aud", binding.audience},
                     {"nonce", binding.nonce},
                     {"sd_hash", hash_of(out.to_text())}};
  out.key_binding = ICN_TRY(signed_jws(header, payload, sign));
  return out;
}

Result<Json> disclosed_claims(const Json& payload, const std::vector<std::string>& disclosures) {
  if (!payload.is_object()) return bad_sd_jwt("its payload must be an object");
  if (payload.contains("_sd_alg") && text_in(payload, "_sd_alg") != kHash)
    return bad_sd_jwt("its hashes are not of sha-256");
  Unpack unpack;
  for (const std::string& disclosure : disclosures) ICN_TRY(unpack.add(disclosure));
  Json claims = ICN_TRY(unpack.value(payload));
  ICN_TRY(unpack.finish());
  claims.erase("_sd_alg");
  return claims;
}

Result<Disclosed> verify_sd_jwt(const SdJwt& shown, const KeyOfMethod& key_of, const std::optional<Binding>& expected,
                                std::uint64_t now_s) {
  const Jws token = ICN_TRY(Jws::parse("The selective credential", shown.token));
  if (text_in(token.header, "typ") != kSdJwtType) return bad_sd_jwt(fmt::format("its type is not {}", kSdJwtType));
  Disclosed out;
  out.method = ICN_TRY(text_member(token.header, "kid"));
  ICN_TRY(token.verify(ICN_TRY(key_of(out.method, kAssertion))));
  if (text_in(token.payload, "iss") != did_of_method(out.method)) {
    return refuse(ErrorCode::permission_denied, "credential_issuer",
                  "Another than the issuer signed the selective credential: " + std::string(did_of_method(out.method)));
  }
  out.claims = ICN_TRY(disclosed_claims(token.payload, shown.disclosures));
  out.from_s = ICN_TRY(seconds_in(token.payload, "nbf"));
  out.until_s = ICN_TRY(seconds_in(token.payload, "exp"));
  ICN_TRY(check_time(out.from_s, out.until_s, now_s));
  if (expected) ICN_TRY(check_binding(shown, token.payload, *expected, now_s));
  out.is_bound = expected.has_value();
  return out;
}

}  // namespace icn::credentials::detail
