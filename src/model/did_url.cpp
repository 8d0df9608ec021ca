#include "model/did_url.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace icn::model {
namespace {

constexpr std::string_view kScheme = "did:";

constexpr bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_alpha(char c) { return is_lower(c) || (c >= 'A' && c <= 'Z'); }
constexpr bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

// Whether every character of `text` is a letter, a digit, one of `others` or percent-encoded.
bool consists_of(std::string_view text, std::string_view others) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (is_alpha(c) || is_digit(c) || others.find(c) != std::string_view::npos) continue;
    if (c != '%' || text.size() - at < 3 || !is_hex(text[at + 1]) || !is_hex(text[at + 2])) return false;
    at += 2;
  }
  return true;
}

constexpr std::string_view kIdCharacters = ".-_:";
// pchar and '/' of RFC 3986, without letters, digits and percent-encoding.
constexpr std::string_view kPathCharacters = "-._~!$&'()*+,;=:@/";
constexpr std::string_view kQueryCharacters = "-._~!$&'()*+,;=:@/?";

// The text for an error message: short, and without characters that a terminal interprets.
std::string shown(std::string_view text) {
  std::string out(text.substr(0, 100));
  std::replace_if(
      out.begin(), out.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
  return text.size() > 100 ? out + "…" : out;
}

}  // namespace

Result<DidUrl> DidUrl::parse(std::string_view text) {
  const auto bad = [&](std::string_view why) {
    return refuse(ErrorCode::invalid_argument, "did_syntax", fmt::format("'{}' is not a DID: {}", shown(text), why));
  };
  if (text.size() > kDidUrlBytesMax) {
    return refuse(ErrorCode::limit_exceeded, "did_bytes",
                  fmt::format("'{}' has {} bytes; a DID may have {}", shown(text), text.size(), kDidUrlBytesMax));
  }
  if (!text.starts_with(kScheme)) return bad("it does not begin with 'did:'");
  DidUrl url(text);
  url.method_end_ = text.find(':', kScheme.size());
  if (url.method_end_ == std::string_view::npos) return bad("no identifier follows the method");
  const std::string_view method = text.substr(kScheme.size(), url.method_end_ - kScheme.size());
  if (method.empty()) return bad("its method is empty");
  if (method.size() > kDidMethodBytesMax) return bad("its method has more than 32 characters");
  if (!std::all_of(method.begin(), method.end(), [](char c) { return is_lower(c) || is_digit(c); }))
    return bad("a method consists of lower case letters and digits");

  url.id_end_ = std::min(text.find_first_of("/?#"), text.size());
  if (url.id_end_ <= url.method_end_ + 1) return bad("its identifier is empty");
  const std::string_view id = text.substr(url.method_end_ + 1, url.id_end_ - url.method_end_ - 1);
  if (!consists_of(id, kIdCharacters))
    return bad("an identifier consists of letters, digits, '.', '-', '_', ':' and percent-encoded characters");
  if (id.back() == ':') return bad("its identifier ends in ':'");

  url.path_end_ = std::min(text.find_first_of("?#", url.id_end_), text.size());
  url.query_end_ = std::min(text.find('#', url.path_end_), text.size());
  if (!consists_of(url.path(), kPathCharacters)) return bad("its path contains a character that must be encoded");
  if (!consists_of(url.query().value_or(""), kQueryCharacters))
    return bad("its query contains a character that must be encoded");
  if (!consists_of(url.fragment().value_or(""), kQueryCharacters))
    return bad("its fragment contains a character that must be encoded");
  return url;
}

Result<DidUrl> DidUrl::parse_did(std::string_view text) {
  DidUrl url = ICN_TRY(parse(text));
  if (url.is_did()) return url;
  return refuse(ErrorCode::invalid_argument, "did_syntax",
                fmt::format("'{}' is a DID URL; a DID has no path, query or fragment", shown(text)));
}

std::string_view DidUrl::method() const {
  return std::string_view(text_).substr(kScheme.size(), method_end_ - kScheme.size());
}
std::string_view DidUrl::id() const {
  return std::string_view(text_).substr(method_end_ + 1, id_end_ - method_end_ - 1);
}
std::string_view DidUrl::path() const { return std::string_view(text_).substr(id_end_, path_end_ - id_end_); }
std::optional<std::string_view> DidUrl::query() const {
  if (path_end_ == query_end_) return std::nullopt;
  return std::string_view(text_).substr(path_end_ + 1, query_end_ - path_end_ - 1);
}
std::optional<std::string_view> DidUrl::fragment() const {
  if (query_end_ == text_.size()) return std::nullopt;
  return std::string_view(text_).substr(query_end_ + 1);
}

}  // namespace icn::model
