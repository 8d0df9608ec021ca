#include "backends/did_resolver/web/fetch.hpp"

#include <curl/curl.h>
#include <sys/socket.h>

#include <algorithm>
#include <charconv>
#include <memory>

#include "core/check.hpp"
#include "model/did_document.hpp"

namespace icn::backends::did_resolver::web {
namespace {

constexpr std::size_t kHeaderBytesMax = 32 * 1024;
constexpr long kRedirectsMax = 3;
constexpr std::uint32_t kSecondsMax = 60;
constexpr std::string_view kCacheControl = "cache-control:";

struct Transfer {
  const FetchSettings& settings;
  Fetched fetched = {};
  std::size_t header_bytes = 0;
  bool body_too_long = false;
  bool header_too_long = false;
  std::string refused_address = {};
};

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; });
  return out;
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

std::size_t take_body(char* data, std::size_t one, std::size_t count, void* to) {
  auto& transfer = *static_cast<Transfer*>(to);
  const std::size_t bytes = one * count;
  if (transfer.fetched.body.size() + bytes > model::kDidDocumentBytesMax) {
    transfer.body_too_long = true;
    return CURL_WRITEFUNC_ERROR;
  }
  transfer.fetched.body.append(data, bytes);
  return bytes;
}

std::size_t take_header(char* data, std::size_t one, std::size_t count, void* to) {
  auto& transfer = *static_cast<Transfer*>(to);
  const std::size_t bytes = one * count;
  transfer.header_bytes += bytes;
  if (transfer.header_bytes > kHeaderBytesMax) {
    transfer.header_too_long = true;
    return CURL_WRITEFUNC_ERROR;
  }
  const std::string line = lower({data, bytes});
  if (line.starts_with("http/")) transfer.fetched = {};  // another response, after a redirect
  if (line.starts_with(kCacheControl))
    transfer.fetched.fresh_ms = fresh_ms_of(std::string_view(line).substr(kCacheControl.size()));
  return bytes;
}

// Called with each address before the connection to it: after DNS, for each redirect and each of a name's addresses.
curl_socket_t open_socket(void* from, curlsocktype, curl_sockaddr* to) {
  auto& transfer = *static_cast<Transfer*>(from);
  const std::optional<Address> address = address_of(to->addr, to->addrlen);
  const auto& allowed = transfer.settings.allowed;
  if (!address || (!is_public(*address) && std::find(allowed.begin(), allowed.end(), *address) == allowed.end())) {
    transfer.refused_address = address ? address_text(*address) : "an unknown kind of address";
    return CURL_SOCKET_BAD;
  }
  return ::socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
}

Error failure(const Transfer& transfer, CURLcode code, const std::string& url, const char* said) {
  const auto error = [&](ErrorCode kind, std::string rule, const std::string& why) {
    return Error{kind, url + ": " + why, std::move(rule), url};
  };
  if (transfer.body_too_long || code == CURLE_FILESIZE_EXCEEDED)
    return error(ErrorCode::limit_exceeded, "did_document_bytes", "the document is longer than 65536 bytes");
  if (transfer.header_too_long)
    return error(ErrorCode::limit_exceeded, "response_header_bytes",
                 "the response's headers are longer than 32768 bytes");
  switch (code) {
    case CURLE_OPERATION_TIMEDOUT:
      return error(ErrorCode::infrastructure, "timeout",
                   "no complete answer in " + std::to_string(transfer.settings.seconds_max) + " seconds");
    case CURLE_TOO_MANY_REDIRECTS:
      return error(ErrorCode::limit_exceeded, "redirects", "it redirects more than 3 times");
    case CURLE_UNSUPPORTED_PROTOCOL:
      return error(ErrorCode::permission_denied, "not_https", std::string("it is not HTTPS: ") + said);
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_ISSUER_ERROR:
      return error(ErrorCode::permission_denied, "certificate", std::string("its certificate is not valid: ") + said);
    default:
      break;
  }
  if (!transfer.refused_address.empty()) {
    return error(ErrorCode::permission_denied, "private_address",
                 "it leads to " + transfer.refused_address + ", which is not a public address");
  }
  return error(ErrorCode::infrastructure, "network", *said != '\0' ? said : curl_easy_strerror(code));
}

// Everything that does not depend on the request. Errors of single options would mean another libcurl than the build's.
CURLcode prepare(CURL* curl, Transfer& transfer, curl_slist* headers, char* said) {
  CURLcode code = CURLE_OK;
  const auto set = [&](CURLoption option, auto value) {
    if (code == CURLE_OK) code = curl_easy_setopt(curl, option, value);
  };
  set(CURLOPT_PROTOCOLS_STR, "https");
  set(CURLOPT_REDIR_PROTOCOLS_STR, "https");
  set(CURLOPT_FOLLOWLOCATION, 1L);
  set(CURLOPT_MAXREDIRS, kRedirectsMax);
  set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  set(CURLOPT_TIMEOUT_MS, static_cast<long>(transfer.settings.seconds_max) * 1'000L);
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_PROXY, "");
  set(CURLOPT_MAXFILESIZE, static_cast<long>(model::kDidDocumentBytesMax));
  set(CURLOPT_HTTPHEADER, headers);
  set(CURLOPT_ERRORBUFFER, said);
  set(CURLOPT_WRITEFUNCTION, &take_body);
  set(CURLOPT_WRITEDATA, &transfer);
  set(CURLOPT_HEADERFUNCTION, &take_header);
  set(CURLOPT_HEADERDATA, &transfer);
  set(CURLOPT_OPENSOCKETFUNCTION, &open_socket);
  set(CURLOPT_OPENSOCKETDATA, &transfer);
  if (!transfer.settings.ca_file.empty()) {
    set(CURLOPT_CAINFO, transfer.settings.ca_file.c_str());
    set(CURLOPT_CAPATH, static_cast<const char*>(nullptr));
  }
  return code;
}

template <class Number>
bool read_number(std::string_view text, Number& number) {
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number);
  return !text.empty() && read.ec == std::errc{} && read.ptr == end;
}

}  // namespace

std::uint64_t fresh_ms_of(std::string_view cache_control) {
  std::uint64_t fresh_ms = kFreshMsDefault;
  const std::string directives = lower(cache_control);
  for (std::string_view rest = directives; !rest.empty();) {
    const std::size_t comma = std::min(rest.find(','), rest.size());
    const std::string_view directive = trimmed(rest.substr(0, comma));
    rest.remove_prefix(std::min(comma + 1, rest.size()));
    if (directive == "no-store" || directive == "no-cache") return kFreshMsMin;
    constexpr std::string_view kMaxAge = "max-age=";
    std::uint64_t seconds = 0;
    if (directive.starts_with(kMaxAge) && read_number(directive.substr(kMaxAge.size()), seconds))
      fresh_ms = std::clamp(std::min(seconds, kFreshMsMax) * 1'000, kFreshMsMin, kFreshMsMax);
  }
  return fresh_ms;
}

Result<FetchSettings> parse_settings(std::string_view text) {
  FetchSettings settings;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(';'), text.size());
    const std::string_view setting = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const std::size_t equals = std::min(setting.find('='), setting.size());
    const std::string_view name = setting.substr(0, equals);
    const std::string_view value = setting.substr(std::min(equals + 1, setting.size()));
    const auto bad = [&](std::string_view why) {
      return fail(ErrorCode::invalid_argument,
                  "Resolver 'web', setting '" + std::string(setting) + "': " + std::string(why));
    };
    if (name == "allow") {
      const auto address = parse_address(value);
      if (!address) return bad("not an IPv4 or IPv6 address");
      settings.allowed.push_back(*address);
    } else if (name == "ca") {
      if (value.empty()) return bad("a file is missing");
      settings.ca_file = value;
    } else if (name == "seconds") {
      if (!read_number(value, settings.seconds_max) || settings.seconds_max == 0 || settings.seconds_max > kSecondsMax)
        return bad("must be a whole number from 1 to 60");
    } else {
      return bad("the settings are allow, ca and seconds");
    }
  }
  return settings;
}

Result<Fetched> fetch(const std::string& url, const FetchSettings& settings) {
  // libcurl initialises itself once per process; never undone, since other threads may use it until the end.
  static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
  ICN_CHECK(ready == CURLE_OK);
  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl(curl_easy_init(), &curl_easy_cleanup);
  const std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> headers(
      curl_slist_append(nullptr, "Accept: application/did+json, application/did+ld+json, application/json"),
      &curl_slist_free_all);
  if (!curl || !headers) return fail(ErrorCode::infrastructure, "No memory for an HTTPS request");
  Transfer transfer{settings};
  std::array<char, CURL_ERROR_SIZE> said{};
  CURLcode code = prepare(curl.get(), transfer, headers.get(), said.data());
  if (code == CURLE_OK) code = curl_easy_setopt(curl.get(), CURLOPT_URL, url.c_str());
  if (code != CURLE_OK)
    return fail(ErrorCode::infrastructure, std::string("libcurl cannot do this request: ") + curl_easy_strerror(code));
  code = curl_easy_perform(curl.get());
  if (code != CURLE_OK) return fail(failure(transfer, code, url, said.data()));
  long status = 0;
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
  if (status == 200) return std::move(transfer.fetched);
  return refuse(status == 404 || status == 410 ? ErrorCode::not_found : ErrorCode::infrastructure, "http_status",
                url + ": the server answered " + std::to_string(status), url);
}

}  // namespace icn::backends::did_resolver::web
