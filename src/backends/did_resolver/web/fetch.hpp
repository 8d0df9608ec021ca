// One HTTPS request for a document, by libcurl, within limits of size, time, redirects and addresses. Thread safe.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "backends/did_resolver/web/address.hpp"
#include "core/result.hpp"

namespace icn::backends::did_resolver::web {

struct FetchSettings {
  std::vector<Address> allowed;  // addresses that are asked although they are not public
  std::string ca_file;           // certificate authorities in PEM; empty: the system's
  std::uint32_t seconds_max = 10;
};
// "allow=127.0.0.1;ca=/etc/ca.pem;seconds=5". Errors: invalid_argument.
[[nodiscard]] Result<FetchSettings> parse_settings(std::string_view text);

inline constexpr std::uint64_t kFreshMsMin = 5'000;
inline constexpr std::uint64_t kFreshMsDefault = 300'000;
inline constexpr std::uint64_t kFreshMsMax = 3'600'000;
// What a Cache-Control header's value permits, within these bounds.
[[nodiscard]] std::uint64_t fresh_ms_of(std::string_view cache_control);

struct Fetched {
  std::string body;
  std::uint64_t fresh_ms = kFreshMsDefault;
};
// Errors: not_found (404 or 410), permission_denied (rules private_address, not_https, certificate), limit_exceeded
// (rules did_document_bytes, response_header_bytes, redirects), infrastructure (rules timeout, http_status, network).
[[nodiscard]] Result<Fetched> fetch(const std::string& url, const FetchSettings& settings);

}  // namespace icn::backends::did_resolver::web
