#include "credentials/detail/credential.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>

#include "model/time_text.hpp"

namespace icn::credentials::detail {
namespace {

constexpr std::size_t kListMax = 64;

tl::unexpected<Error> bad(std::string what) {
  return refuse(ErrorCode::invalid_format, "bad_credential", "The credential is malformed: " + std::move(what));
}

// A text, or a list of texts, as a list.
Result<std::vector<std::string>> texts(const Json& object, const std::string& name) {
  const auto found = object.find(name);
  if (found == object.end()) return bad("it has no '" + name + "'");
  const Json list = found->is_array() ? *found : Json::array({*found});
  if (list.size() > kListMax) return bad(fmt::format("'{}' has more than {} entries", name, kListMax));
  std::vector<std::string> out;
  for (const Json& one : list) {
    if (!one.is_string()) return bad("'" + name + "' must consist of texts");
    out.push_back(one.get<std::string>());
  }
  return out;
}

// The id of a text or an object.
Result<std::string> id_of(const Json& value, const std::string& what) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_object() && value.contains("id") && value["id"].is_string()) return value["id"].get<std::string>();
  return bad("'" + what + "' has no id");
}

Result<void> check_context(const Json& document) {
  const auto found = document.is_object() ? document.find("@context") : document.end();
  const bool is_first = found != document.end() && found->is_array() && !found->empty() && found->front() == kContext;
  return is_first ? Result<void>{} : bad(fmt::format("its first context is not {}", kContext));
}

Result<std::uint64_t> index_of(const Json& entry) {
  const std::string text = ICN_TRY(text_member(entry, "statusListIndex"));
  std::uint64_t index = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), index);
  if (error == std::errc() && end == text.data() + text.size() && !text.empty()) return index;
  return bad("'statusListIndex' is not a number");
}

Result<std::optional<std::uint64_t>> time_of(const Json& document, const std::string& name) {
  if (!document.contains(name)) return std::nullopt;
  return std::optional(ICN_TRY(date_time_ms(ICN_TRY(text_member(document, name)))));
}

Result<void> check_time(const Credential& credential, model::UnixMs now) {
  if (credential.from_ms && now.value < *credential.from_ms) {
    return refuse(ErrorCode::expired, "credential_not_yet",
                  "The credential is valid from " + model::time_text({*credential.from_ms}) + " on");
  }
  if (credential.until_ms && now.value > *credential.until_ms) {
    return refuse(ErrorCode::expired, "credential_expired",
                  "The credential was valid until " + model::time_text({*credential.until_ms}));
  }
  return {};
}

Json base_document(const std::string& id, std::string_view type, const model::Did& issuer, model::UnixMs from) {
  return Json{{"@context", Json::array({kContext, kTermsContext})},
              {"id", id},
              {"type", Json::array({"VerifiableCredential", type})},
              {"issuer", issuer.to_text()},
              {"validFrom", model::time_text(from)}};
}

}  // namespace

Result<std::optional<StatusEntry>> status_of(const Json& document) {
  const auto found = document.find("credentialStatus");
  if (found == document.end()) return std::nullopt;
  const Json list = found->is_array() ? *found : Json::array({*found});
  if (list.size() > kListMax) return bad("it has too many status entries");
  std::optional<StatusEntry> status;
  for (const Json& entry : list) {
    if (text_in(entry, "type") != "BitstringStatusListEntry")
      return refuse(ErrorCode::unsupported, "status_type", "The credential has a status of an unknown type");
    const std::string purpose = ICN_TRY(text_member(entry, "statusPurpose"));
    if (purpose != "revocation")
      return refuse(ErrorCode::unsupported, "status_type", "The credential has a status of the purpose " + purpose);
    if (status) return bad("it has two entries of the purpose revocation");
    std::string list_id = ICN_TRY(text_member(entry, "statusListCredential"));
    const auto index = ICN_TRY(index_of(entry));
    status = StatusEntry{std::move(list_id), index};
  }
  return status;
}

Json status_json(const StatusEntry& status) {
  const std::string index = std::to_string(status.index);
  return Json{{"id", status.list + "#" + index},
              {"type", "BitstringStatusListEntry"},
              {"statusPurpose", "revocation"},
              {"statusListIndex", index},
              {"statusListCredential", status.list}};
}

Json membership_document(const Membership& membership) {
  Json document = base_document(membership.id, kMembershipType, membership.issuer, membership.from);
  if (membership.until) document["validUntil"] = model::time_text(*membership.until);
  document["credentialSubject"] = Json{{"id", membership.holder.to_text()},
                                       {"member", membership.member.to_text()},
                                       {"memberOf", membership.scope.to_text()},
                                       {"memberSince", membership.since}};
  document["credentialStatus"] = status_json(membership.status);
  return document;
}

Json status_document(const std::string& id, const model::Did& issuer, const StatusList& list, model::UnixMs from) {
  Json document = base_document(id, "BitstringStatusListCredential", issuer, from);
  document["credentialSubject"] = Json{{"id", id + "#list"},
                                       {"type", "BitstringStatusList"},
                                       {"statusPurpose", "revocation"},
                                       {"encodedList", list.to_text()}};
  return document;
}

Result<Credential> read_credential(const Json& document) {
  ICN_TRY(check_context(document));
  Credential out;
  if (document.contains("id")) out.id = ICN_TRY(text_member(document, "id"));
  out.types = ICN_TRY(texts(document, "type"));
  if (std::find(out.types.begin(), out.types.end(), "VerifiableCredential") == out.types.end())
    return bad("its type is not VerifiableCredential");
  if (!document.contains("issuer")) return bad("it has no 'issuer'");
  out.issuer = ICN_TRY(id_of(document["issuer"], "issuer"));
  out.from_ms = ICN_TRY(time_of(document, "validFrom"));
  out.until_ms = ICN_TRY(time_of(document, "validUntil"));
  if (out.from_ms && out.until_ms && *out.until_ms < *out.from_ms) return bad("it ends before it begins");
  const auto subject = document.find("credentialSubject");
  if (subject == document.end() || !subject->is_object()) return bad("'credentialSubject' must be one object");
  if (subject->contains("id")) out.subject = ICN_TRY(text_member(*subject, "id"));
  out.claims = *subject;
  out.status = ICN_TRY(status_of(document));
  return out;
}

Result<Credential> verify_credential(const Json& document, const KeyOfMethod& key_of, model::UnixMs now) {
  Credential credential = ICN_TRY(read_credential(document));
  const ProofOptions proof = ICN_TRY(verify_proof(document, kAssertion, key_of));
  if (did_of_method(proof.method) != credential.issuer) {
    return refuse(ErrorCode::permission_denied, "credential_issuer",
                  fmt::format("The credential names the issuer {}, and {} signed it", credential.issuer,
                              did_of_method(proof.method)));
  }
  ICN_TRY(check_time(credential, now));
  return credential;
}

Result<StatusList> status_list_of(const Credential& list) {
  if (std::find(list.types.begin(), list.types.end(), "BitstringStatusListCredential") == list.types.end() ||
      text_in(list.claims, "type") != "BitstringStatusList" || text_in(list.claims, "statusPurpose") != "revocation")
    return bad("it is not a status list for revocation");
  return StatusList::parse(ICN_TRY(text_member(list.claims, "encodedList")));
}

Result<void> check_status(const StatusEntry& status, const std::string& issuer, const Json& list,
                          const KeyOfMethod& key_of, model::UnixMs now) {
  const Credential shown = ICN_TRY(verify_credential(list, key_of, now));
  if (shown.id != status.list || shown.issuer != issuer) {
    return refuse(ErrorCode::conflict, "status_list",
                  fmt::format("The credential names the status list {} of its issuer, not {}", status.list, shown.id));
  }
  const StatusList bits = ICN_TRY(status_list_of(shown));
  if (!ICN_TRY(bits.get(status.index))) return {};
  return refuse(ErrorCode::permission_denied, "credential_revoked",
                fmt::format("The issuer revoked the credential with the index {} of its list", status.index));
}

Result<Json> present(const std::vector<Json>& credentials, const model::Did& holder, ProofOptions options,
                     const SignMessage& sign) {
  Json document{{"@context", Json::array({kContext})},
                {"type", Json::array({"VerifiablePresentation"})},
                {"holder", holder.to_text()},
                {"verifiableCredential", credentials}};
  options.purpose = kAuthentication;
  return with_proof(std::move(document), options, sign);
}

Result<Presentation> verify_presentation(const Json& document, const KeyOfMethod& key_of, std::string_view challenge,
                                         std::string_view domain) {
  ICN_TRY(check_context(document));
  const auto types = ICN_TRY(texts(document, "type"));
  if (std::find(types.begin(), types.end(), "VerifiablePresentation") == types.end())
    return bad("its type is not VerifiablePresentation");
  Presentation out;
  if (!document.contains("holder")) return bad("it has no 'holder'");
  out.holder = ICN_TRY(id_of(document["holder"], "holder"));
  const ProofOptions proof = ICN_TRY(verify_proof(document, kAuthentication, key_of));
  if (did_of_method(proof.method) != out.holder) {
    return refuse(ErrorCode::permission_denied, "presentation_holder",
                  "Another than the holder signed the presentation: " + std::string(did_of_method(proof.method)));
  }
  if (proof.challenge != challenge || proof.domain != domain) {
    return refuse(ErrorCode::permission_denied, "presentation_challenge",
                  "The presentation was made for another challenge or verifier");
  }
  const auto held = document.find("verifiableCredential");
  if (held == document.end()) return bad("it has no 'verifiableCredential'");
  const Json list = held->is_array() ? *held : Json::array({*held});
  if (list.size() > kListMax) return bad("it has too many credentials");
  out.credentials.assign(list.begin(), list.end());
  return out;
}

}  // namespace icn::credentials::detail
