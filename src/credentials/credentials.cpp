#include "credentials/credentials.hpp"

#include <fmt/core.h>

#include "credentials/detail/credential.hpp"
#include "credentials/detail/sd_jwt.hpp"
#include "model/time_text.hpp"

namespace icn::credentials {
namespace {

using detail::Json;

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") + 1 - first);
}

Shown shown_of(detail::Credential credential) {
  Shown out;
  out.id = std::move(credential.id);
  out.issuer = std::move(credential.issuer);
  out.subject = std::move(credential.subject);
  out.types = std::move(credential.types);
  out.from_ms = credential.from_ms;
  out.until_ms = credential.until_ms;
  out.status = std::move(credential.status);
  out.claims = credential.claims.dump();
  return out;
}

Result<Shown> verify_document(std::string_view text, const KeyOfMethod& key_of, const std::optional<Verifier>& verifier,
                              model::UnixMs now) {
  const Json document = ICN_TRY(detail::parse_json("The credential", text, kCredentialBytesMax));
  if (!verifier) return shown_of(ICN_TRY(detail::verify_credential(document, key_of, now)));
  const detail::Presentation presentation =
      ICN_TRY(detail::verify_presentation(document, key_of, verifier->challenge, verifier->audience));
  if (presentation.credentials.size() != 1) {
    return refuse(ErrorCode::invalid_format, "bad_credential", "A presentation here is of one credential");
  }
  Shown out = shown_of(ICN_TRY(detail::verify_credential(presentation.credentials.front(), key_of, now)));
  if (out.subject != presentation.holder) {
    return refuse(ErrorCode::permission_denied, "presentation_holder",
                  fmt::format("The credential is about {}, and {} presents it", out.subject, presentation.holder));
  }
  out.presented = true;
  return out;
}

Result<Shown> verify_selective(std::string_view text, const KeyOfMethod& key_of,
                               const std::optional<Verifier>& verifier, model::UnixMs now) {
  const detail::SdJwt jwt = ICN_TRY(detail::SdJwt::parse(text));
  std::optional<detail::Binding> expected;
  if (verifier) expected = detail::Binding{verifier->audience, verifier->challenge, 0};
  const detail::Disclosed disclosed = ICN_TRY(detail::verify_sd_jwt(jwt, key_of, expected, now.value / 1'000));
  Shown out;
  out.form = Form::selective;
  out.id = detail::text_in(disclosed.claims, "jti").value_or("");
  out.issuer = detail::did_of_method(disclosed.method);
  out.subject = detail::text_in(disclosed.claims, "sub").value_or("");
  if (const auto type = detail::text_in(disclosed.claims, "vct")) out.types.push_back(*type);
  if (disclosed.from_s) out.from_ms = *disclosed.from_s * 1'000;
  if (disclosed.until_s) out.until_ms = *disclosed.until_s * 1'000;
  out.status = ICN_TRY(detail::status_of(disclosed.claims));
  out.claims = disclosed.claims.dump();
  out.presented = disclosed.is_bound;
  return out;
}

}  // namespace

Result<std::string> issue_document(const Membership& membership, const SignMessage& sign) {
  const detail::ProofOptions options{
      detail::method_of(membership.issuer), std::string(detail::kAssertion), model::time_text(membership.from), {}, {}};
  return ICN_TRY(detail::with_proof(detail::membership_document(membership), options, sign)).dump(2) + "\n";
}

Result<std::string> issue_selective(const Membership& membership, ports::Random& random, const SignMessage& sign) {
  detail::SdJwtIssue wanted;
  wanted.claims = Json{{"iss", membership.issuer.to_text()},
                       {"jti", membership.id},
                       {"vct", kMembershipType},
                       {"sub", membership.holder.to_text()},
                       {"nbf", membership.from.value / 1'000},
                       {"member", membership.member.to_text()},
                       {"memberOf", membership.scope.to_text()},
                       {"memberSince", membership.since},
                       {"credentialStatus", detail::status_json(membership.status)}};
  if (membership.until) wanted.claims["exp"] = membership.until->value / 1'000;
  wanted.selective = {"sub", "member", "memberOf", "memberSince"};
  wanted.holder = membership.holder;
  wanted.method = detail::method_of(membership.issuer);
  return ICN_TRY(detail::issue(wanted, random, sign)).to_text() + "\n";
}

Result<std::string> issue_status_list(const std::string& id, const model::Did& issuer, const StatusList& list,
                                      model::UnixMs from, const SignMessage& sign) {
  const detail::ProofOptions options{
      detail::method_of(issuer), std::string(detail::kAssertion), model::time_text(from), {}, {}};
  return ICN_TRY(detail::with_proof(detail::status_document(id, issuer, list, from), options, sign)).dump(2) + "\n";
}

Result<std::string> present(std::string_view credential, const model::Did& holder, const Verifier& verifier,
                            const std::vector<std::string>& disclose, model::UnixMs now, const SignMessage& sign) {
  const std::string_view text = trimmed(credential);
  if (!text.starts_with('{')) {
    const detail::SdJwt held = ICN_TRY(detail::SdJwt::parse(text));
    const detail::Binding binding{verifier.audience, verifier.challenge, now.value / 1'000};
    return ICN_TRY(detail::disclose(held, disclose, binding, sign)).to_text() + "\n";
  }
  if (!disclose.empty()) {
    return refuse(ErrorCode::invalid_argument, "no_claim",
                  "A W3C document shows all of its claims; only a selective credential discloses some. Nothing was "
                  "signed",
                  disclose.front());
  }
  const Json document = ICN_TRY(detail::parse_json("The credential", text, kCredentialBytesMax));
  ICN_TRY(detail::read_credential(document));
  const detail::ProofOptions options{detail::method_of(holder), "", model::time_text(now), verifier.challenge,
                                     verifier.audience};
  return ICN_TRY(detail::present({document}, holder, options, sign)).dump(2) + "\n";
}

Result<Shown> verify(std::string_view text, const KeyOfMethod& key_of, const std::optional<Verifier>& verifier,
                     model::UnixMs now) {
  const std::string_view what = trimmed(text);
  return what.starts_with('{') ? verify_document(what, key_of, verifier, now)
                               : verify_selective(what, key_of, verifier, now);
}

Result<void> check_status(const Shown& shown, std::string_view list, const KeyOfMethod& key_of, model::UnixMs now) {
  if (!shown.status) return {};
  const Json document = ICN_TRY(detail::parse_json("The status list", trimmed(list), kStatusListBytesMax));
  return detail::check_status(*shown.status, shown.issuer, document, key_of, now);
}

}  // namespace icn::credentials
