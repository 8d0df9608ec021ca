#include "backends/did_resolver/web/address.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>

namespace icn::backends::did_resolver::web {
namespace {

constexpr std::array<std::uint8_t, 12> kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

Address mapped(const in_addr& v4) {
  Address address{};
  std::copy(kMapped.begin(), kMapped.end(), address.begin());
  std::memcpy(address.data() + kMapped.size(), &v4, 4);
  return address;
}

struct Range {
  Address prefix;
  std::size_t bits;
};
constexpr Range v4(std::uint8_t a, std::uint8_t b, std::uint8_t c, std::size_t bits) {
  return {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, a, b, c, 0}, 96 + bits};
}
constexpr Range v6(std::uint8_t a, std::uint8_t b, std::uint8_t c, std::uint8_t d, std::size_t bits) {
  return {{a, b, c, d}, bits};
}

// IANA's special-purpose registries. Of IPv6 only 2000::/3 is global unicast, without the ranges below.
constexpr std::array kNotPublic{
    v4(0, 0, 0, 8),
    v4(10, 0, 0, 8),
    v4(100, 64, 0, 10),
    v4(127, 0, 0, 8),
    v4(169, 254, 0, 16),
    v4(172, 16, 0, 12),
    v4(192, 0, 0, 24),
    v4(192, 0, 2, 24),
    v4(192, 88, 99, 24),
    v4(192, 168, 0, 16),
    v4(198, 18, 0, 15),
    v4(198, 51, 100, 24),
    v4(203, 0, 113, 24),
    v4(224, 0, 0, 4),
    v4(240, 0, 0, 4),
    v6(0x20, 0x01, 0x00, 0x00, 23),  // protocol assignments, Teredo among them
    v6(0x20, 0x01, 0x0d, 0xb8, 32),  // documentation
    v6(0x20, 0x02, 0x00, 0x00, 16),  // 6to4
    v6(0x3f, 0xff, 0x00, 0x00, 20),  // documentation
};

bool contains(const Range& range, const Address& address) {
  for (std::size_t bit = 0; bit < range.bits; ++bit) {
    const auto mask = static_cast<std::uint8_t>(0x80U >> bit % 8);
    if (((range.prefix[bit / 8] ^ address[bit / 8]) & mask) != 0) return false;
  }
  return true;
}

bool is_mapped(const Address& address) { return std::equal(kMapped.begin(), kMapped.end(), address.begin()); }

}  // namespace

std::optional<Address> address_of(const sockaddr& address, std::size_t size) {
  if (address.sa_family == AF_INET && size >= sizeof(sockaddr_in)) {
    sockaddr_in v4_address;
    std::memcpy(&v4_address, &address, sizeof v4_address);
    return mapped(v4_address.sin_addr);
  }
  if (address.sa_family == AF_INET6 && size >= sizeof(sockaddr_in6)) {
    sockaddr_in6 v6_address;
    std::memcpy(&v6_address, &address, sizeof v6_address);
    Address bytes;
    std::memcpy(bytes.data(), &v6_address.sin6_addr, bytes.size());
    return bytes;
  }
  return std::nullopt;
}

std::optional<Address> parse_address(std::string_view text) {
  const std::string copy(text);
  in_addr v4_address;
  if (inet_pton(AF_INET, copy.c_str(), &v4_address) == 1) return mapped(v4_address);
  Address bytes;
  if (inet_pton(AF_INET6, copy.c_str(), bytes.data()) == 1) return bytes;
  return std::nullopt;
}

std::string address_text(const Address& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (is_mapped(address)) {
    inet_ntop(AF_INET, address.data() + kMapped.size(), text.data(), text.size());
  } else {
    inet_ntop(AF_INET6, address.data(), text.data(), text.size());
  }
  return text.data();
}

bool is_public(const Address& address) {
  if (!is_mapped(address) && (address[0] & 0xe0U) != 0x20U) return false;
  return std::none_of(kNotPublic.begin(), kNotPublic.end(),
                      [&](const Range& range) { return contains(range, address); });
}

}  // namespace icn::backends::did_resolver::web
