// Goal: a did:web leads to exactly the URL that its specification says, and no setting or address slips through.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>

#include "backends/did_resolver/web/fetch.hpp"
#include "backends/did_resolver/web/web_url.hpp"

namespace icn::backends::did_resolver::web {
namespace {

Result<std::string> url_of(std::string_view did) { return document_url(ICN_TRY(model::DidUrl::parse_did(did))); }

TEST(WebUrl, IsTheSpecifications) {
  constexpr std::pair<std::string_view, std::string_view> kCases[]{
      {"did:web:w3c-ccg.github.io", "https://w3c-ccg.github.io/.well-known/did.json"},
      {"did:web:w3c-ccg.github.io:user:alice", "https://w3c-ccg.github.io/user/alice/did.json"},
      {"did:web:example.com%3A3000:user:alice", "https://example.com:3000/user/alice/did.json"},
      {"did:web:example.com%3a8080", "https://example.com:8080/.well-known/did.json"},
      {"did:web:localhost%3A8443", "https://localhost:8443/.well-known/did.json"},
      {"did:web:example.com:a%20b", "https://example.com/a%20b/did.json"},
      {"did:web:xn--bcher-kva.example", "https://xn--bcher-kva.example/.well-known/did.json"},
      {"did:web:example.com%3A65535", "https://example.com:65535/.well-known/did.json"},
      {"did:web:a.b.c.1a", "https://a.b.c.1a/.well-known/did.json"},
  };
  for (const auto& [did, url] : kCases) {
    const auto found = url_of(did);
    ASSERT_TRUE(found) << did << ": " << found.error().detail;
    EXPECT_EQ(*found, url);
  }
}

TEST(WebUrl, RefusesWhatIsNotAHostOrLeavesItsFolder) {
  const std::string long_label(64, 'a');
  std::string long_host = "a";
  while (long_host.size() < 254) long_host += ".a";
  std::string deep = "example.com";
  for (int i = 0; i < 17; ++i) deep += ":x";
  const std::string kCases[]{
      "127.0.0.1",
      "127.1",
      "2130706433",
      "0x7f000001",
      "0x7f.1",
      "10.0.0.1%3A80",
      "example.1",
      "%5B%3A%3A1%5D",
      "-example.com",
      "example-.com",
      "example..com",
      ".example.com",
      "example.com.",
      "exa_mple.com",
      "example%2Ecom",
      "user%40host.com",
      long_label,
      long_host,
      "example.com%3A",
      "example.com%3A0",
      "example.com%3A080",
      "example.com%3A65536",
      "example.com%3A80x",
      "example.com%3A-1",
      "example.com%3A80%3A90",
      "example.com%2F80",
      "example.com::x",
      "example.com:..",
      "example.com:.",
      "example.com:a:..:b",
      "example.com:%2e%2e",
      "example.com:%2E.",
      "example.com:a%2Fb",
      "example.com:a%5Cb",
      "example.com:a%00",
      "example.com:a%0D%0AHost",
      deep,
      "%E2%80%8Bexample.com",
  };
  for (const std::string& id : kCases) {
    const auto url = url_of("did:web:" + id);
    ASSERT_FALSE(url) << id << " leads to " << *url;
    EXPECT_EQ(url.error().code, ErrorCode::invalid_argument);
    EXPECT_EQ(url.error().rule, "did_method") << id;
  }
}

TEST(Addresses, OnlyPublicOnesAreAsked) {
  for (const std::string_view text :
       {"0.0.0.0",     "10.1.2.3",        "100.64.0.1",       "100.127.255.255", "127.0.0.1",
        "127.255.0.1", "169.254.169.254", "172.16.0.1",       "172.31.255.255",  "192.0.0.8",
        "192.0.2.1",   "192.168.0.1",     "198.18.0.1",       "198.19.255.255",  "198.51.100.1",
        "203.0.113.1", "224.0.0.1",       "240.0.0.1",        "255.255.255.255", "::",
        "::1",         "::127.0.0.1",     "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1",
        "fe80::1",     "fec0::1",         "fc00::1",          "fd12::1",         "ff02::1",
        "2001::1",     "2001:db8::1",     "2002:7f00:1::",    "3fff::1",         "4000::1",
        "100::1"}) {
    const auto address = parse_address(text);
    ASSERT_TRUE(address) << text;
    EXPECT_FALSE(is_public(*address)) << text;
  }
  for (const std::string_view text :
       {"1.1.1.1", "8.8.8.8", "100.63.255.255", "100.128.0.0", "172.15.0.1", "172.32.0.1", "192.167.0.1", "223.255.0.1",
        "198.17.0.1", "::ffff:8.8.8.8", "2606:4700::1111", "2a00:1450::1", "2001:200::1", "2003::1"}) {
    const auto address = parse_address(text);
    ASSERT_TRUE(address) << text;
    EXPECT_TRUE(is_public(*address)) << text;
  }
  EXPECT_EQ(address_text(*parse_address("::ffff:127.0.0.1")), "127.0.0.1");
  EXPECT_EQ(address_text(*parse_address("2001:DB8::1")), "2001:db8::1");
  for (const std::string_view text : {"", "localhost", "127.1", "1.2.3", "::g", "0x7f.0.0.1"})
    EXPECT_FALSE(parse_address(text)) << text;
  sockaddr_in v4{};
  v4.sin_family = AF_INET;
  v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(address_of(reinterpret_cast<const sockaddr&>(v4), sizeof v4), parse_address("127.0.0.1"));
  EXPECT_FALSE(address_of(reinterpret_cast<const sockaddr&>(v4), 4));
  v4.sin_family = AF_UNIX;
  EXPECT_FALSE(address_of(reinterpret_cast<const sockaddr&>(v4), sizeof v4));
}

TEST(Settings, AreReadStrictly) {
  const auto settings = parse_settings("allow=127.0.0.1;ca=/etc/ca.pem;seconds=3;allow=::1").value();
  EXPECT_EQ(settings.allowed, (std::vector{*parse_address("127.0.0.1"), *parse_address("::1")}));
  EXPECT_EQ(settings.ca_file, "/etc/ca.pem");
  EXPECT_EQ(settings.seconds_max, 3U);
  EXPECT_EQ(parse_settings("").value().seconds_max, 10U);
  for (const std::string_view text : {"allow=localhost", "allow", "ca=", "seconds=0", "seconds=61", "seconds=1s",
                                      "seconds=", "proxy=x", ";", "seconds=3;;"})
    EXPECT_EQ(parse_settings(text).error().code, ErrorCode::invalid_argument) << text;
}

TEST(Freshness, IsBounded) {
  EXPECT_EQ(fresh_ms_of(""), kFreshMsDefault);
  EXPECT_EQ(fresh_ms_of(" max-age=60\r\n"), 60'000U);
  EXPECT_EQ(fresh_ms_of("public, Max-Age=90, must-revalidate"), 90'000U);
  EXPECT_EQ(fresh_ms_of("max-age=0"), kFreshMsMin);
  EXPECT_EQ(fresh_ms_of("no-store"), kFreshMsMin);
  EXPECT_EQ(fresh_ms_of("max-age=600, no-cache"), kFreshMsMin);
  EXPECT_EQ(fresh_ms_of("max-age=18446744073709551615"), kFreshMsMax);
  EXPECT_EQ(fresh_ms_of("max-age=99999999999999999999999"), kFreshMsDefault);
  EXPECT_EQ(fresh_ms_of("max-age=-1"), kFreshMsDefault);
  EXPECT_EQ(fresh_ms_of("max-age=1x, ,,=,"), kFreshMsDefault);
}

TEST(Fetch, RefusesAPrivateAddressBeforeItConnects) {
  // Nothing listens there: a refused connection would be another error.
  const auto fetched = fetch("https://localhost:1/.well-known/did.json", FetchSettings{});
  ASSERT_FALSE(fetched);
  EXPECT_EQ(fetched.error().code, ErrorCode::permission_denied) << fetched.error().detail;
  EXPECT_EQ(fetched.error().rule, "private_address");
  EXPECT_EQ(fetch("http://localhost:1/", FetchSettings{}).error().rule, "not_https");
  EXPECT_EQ(fetch("file:///etc/passwd", FetchSettings{}).error().rule, "not_https");
}

}  // namespace
}  // namespace icn::backends::did_resolver::web
