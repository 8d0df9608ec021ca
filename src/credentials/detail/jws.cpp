#include "credentials/detail/jws.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "model/base64url.hpp"
#include "model/multikey.hpp"

namespace icn::credentials::detail {
namespace {

tl::unexpected<Error> bad(std::string_view what, std::string_view why) {
  return refuse(ErrorCode::invalid_format, "bad_jws", fmt::format("{} is malformed: {}", what, why));
}

Result<Json> json_part(std::string_view what, std::string_view text) {
  const auto bytes = model::from_base64url(text);
  if (!bytes) return bad(what, "a part is not in base64url");
  Json json = ICN_TRY(parse_json(what, text_of(*bytes), kCredentialBytesMax));
  if (!json.is_object()) return bad(what, "a part is not an object");
  return json;
}

}  // namespace

Result<Jws> Jws::parse(std::string_view what, std::string_view text) {
  const std::size_t first = text.find('.');
  const std::size_t second = first == std::string_view::npos ? first : text.find('.', first + 1);
  if (second == std::string_view::npos || text.find('.', second + 1) != std::string_view::npos)
    return bad(what, "it does not have three parts");
  Jws out;
  out.header = ICN_TRY(json_part(what, text.substr(0, first)));
  out.payload = ICN_TRY(json_part(what, text.substr(first + 1, second - first - 1)));
  if (text_in(out.header, "alg") != "EdDSA") return bad(what, "its algorithm is not EdDSA");
  if (out.header.contains("crit")) return bad(what, "it has extensions that must be known");
  out.signing_input = text.substr(0, second);
  const auto bytes = model::from_base64url(text.substr(second + 1));
  if (!bytes || bytes->size() != out.signature.size()) return bad(what, "its signature is not 64 bytes in base64url");
  std::copy(bytes->begin(), bytes->end(), out.signature.begin());
  return out;
}

Result<void> Jws::verify(const model::Did& key) const {
  return model::verify(ICN_TRY(model::ForeignMessage::of_jws(signing_input)), key, signature);
}

Result<std::string> signed_jws(const Json& header, const Json& payload, const SignMessage& sign) {
  const std::string head = ICN_TRY(canonical(header));
  const std::string body = ICN_TRY(canonical(payload));
  std::string text = model::to_base64url(view_of(head)) + "." + model::to_base64url(view_of(body));
  const model::Signature signature = ICN_TRY(sign(ICN_TRY(model::ForeignMessage::of_jws(text))));
  return text + "." + model::to_base64url(signature);
}

Json jwk_of(const model::Did& key) {
  return Json{{"kty", "OKP"}, {"crv", "Ed25519"}, {"x", model::to_base64url(key.key())}};
}

Result<model::Did> key_of_jwk(const Json& jwk) {
  if (text_in(jwk, "kty") != "OKP" || text_in(jwk, "crv") != "Ed25519")
    return refuse(ErrorCode::unsupported, "key_kind", "The key of the holder is not an Ed25519 key");
  if (jwk.contains("d")) return bad("The key of the holder", "it contains the private key");
  const auto bytes = model::from_base64url(text_in(jwk, "x").value_or(""));
  model::PublicKey key{};
  if (!bytes || bytes->size() != key.size()) return bad("The key of the holder", "'x' is not 32 bytes in base64url");
  std::copy(bytes->begin(), bytes->end(), key.begin());
  ICN_TRY(model::check_key({model::KeyKind::ed25519, key}));
  return model::Did::of_key(key);
}

}  // namespace icn::credentials::detail
