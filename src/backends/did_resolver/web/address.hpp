// Whether an address belongs to the public internet: the check before each connection, on the address itself, so that
// neither a redirect nor a changed DNS answer reaches the node's own networks. Pure functions; thread safe.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

struct sockaddr;

namespace icn::backends::did_resolver::web {

// IPv6; an IPv4 address in its mapped form (::ffff:…).
using Address = std::array<std::uint8_t, 16>;

// Empty if the family is neither IPv4 nor IPv6.
[[nodiscard]] std::optional<Address> address_of(const sockaddr& address, std::size_t size);
[[nodiscard]] std::optional<Address> parse_address(std::string_view text);
[[nodiscard]] std::string address_text(const Address& address);
// False for loopback, private, link-local, shared, multicast, documentation and reserved ranges, and for IPv6 ranges
// that carry an IPv4 address (6to4, Teredo, NAT64).
[[nodiscard]] bool is_public(const Address& address);

}  // namespace icn::backends::did_resolver::web
