#include "backends/did_resolver/web/web_url.hpp"

#include <algorithm>
#include <charconv>

namespace icn::backends::did_resolver::web {
namespace {

constexpr std::size_t kHostBytesMax = 253;
constexpr std::size_t kLabelBytesMax = 63;
constexpr std::size_t kSegmentsMax = 16;

tl::unexpected<Error> bad(const model::DidUrl& did, std::string_view why) {
  return refuse(ErrorCode::invalid_argument, "did_method",
                "'" + std::string(did.did().substr(0, 100)) + "' is not a did:web: " + std::string(why));
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_label_character(char c) { return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-'; }

bool is_label(std::string_view label) {
  return !label.empty() && label.size() <= kLabelBytesMax && label.front() != '-' && label.back() != '-' &&
         std::all_of(label.begin(), label.end(), is_label_character);
}

bool is_host_name(std::string_view host) {
  if (host.empty() || host.size() > kHostBytesMax) return false;
  std::string_view label;
  for (std::string_view rest = host;;) {
    const std::size_t dot = rest.find('.');
    label = rest.substr(0, dot);
    if (!is_label(label)) return false;
    if (dot == std::string_view::npos) break;
    rest.remove_prefix(dot + 1);
  }
  // A last label that is a number makes the whole an IPv4 address for resolvers (127.1, 0x7f000001, 2130706433).
  const bool hexadecimal = label.size() > 1 && label[0] == '0' && (label[1] == 'x' || label[1] == 'X');
  return !hexadecimal && !std::all_of(label.begin(), label.end(), is_digit);
}

int hex_value(char c) { return is_digit(c) ? c - '0' : (c | 0x20) - 'a' + 10; }

// Whether a path segment means a name in its folder, as the server reads it after decoding.
bool is_segment(std::string_view segment) {
  std::string decoded;
  for (std::size_t at = 0; at < segment.size(); ++at) {
    if (segment[at] != '%') {
      decoded += segment[at];
      continue;
    }
    // The grammar of DIDs guarantees two hexadecimal digits.
    decoded += static_cast<char>(hex_value(segment[at + 1]) * 16 + hex_value(segment[at + 2]));
    at += 2;
  }
  if (decoded.empty() || decoded == "." || decoded == "..") return false;
  return std::none_of(decoded.begin(), decoded.end(),
                      [](char c) { return c == '/' || c == '\\' || c == '\x7f' || (c >= 0 && c < ' '); });
}

}  // namespace

Result<std::string> document_url(const model::DidUrl& did) {
  std::string_view rest = did.id();
  const auto take = [&rest] {
    const std::size_t colon = rest.find(':');
    const std::string_view part = rest.substr(0, colon);
    rest = colon == std::string_view::npos ? std::string_view{} : rest.substr(colon + 1);
    return part;
  };
  const std::string_view authority = take();
  const std::size_t mark = authority.find('%');
  const std::string_view host = authority.substr(0, mark);
  if (!is_host_name(host)) return bad(did, "it does not begin with the name of a host");
  std::string url = "https://" + std::string(host);
  if (mark != std::string_view::npos) {
    const std::string_view port = authority.substr(mark);
    std::uint16_t number = 0;
    const char* const end = port.data() + port.size();
    if (port.size() < 4 || port.substr(1, 1) != "3" || (port[2] | 0x20) != 'a' || port[3] == '0' ||
        std::from_chars(port.data() + 3, end, number).ptr != end || number == 0)
      return bad(did, "what follows the host is not '%3A' and a port from 1 to 65535");
    url += ":" + std::to_string(number);
  }
  if (did.id().size() == authority.size()) return url + "/.well-known/did.json";
  for (std::size_t segments = 0; !rest.empty(); ++segments) {
    const std::string_view segment = take();
    if (segments == kSegmentsMax) return bad(did, "its path has more than 16 parts");
    if (!is_segment(segment)) return bad(did, "its path has an empty part, or one that leaves its folder");
    url += "/" + std::string(segment);
  }
  return url + "/did.json";
}

}  // namespace icn::backends::did_resolver::web
