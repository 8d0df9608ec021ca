// Goal: a daemon listens where its configuration says and on the sockets that it was given, and nowhere else.
#include "node/listeners.hpp"

#include <gtest/gtest.h>

#include <sys/socket.h>
#include <unistd.h>

namespace icn::node {
namespace {

TEST(Listeners, WithoutAddressesAndSocketsThereAreNone) { EXPECT_TRUE(open_listeners({}, {})->empty()); }

TEST(Listeners, AreTheConfiguredAddresses) {
  const auto listeners = open_listeners({.listen = {"127.0.0.1:0", "127.0.0.1:0"}}, {});
  ASSERT_TRUE(listeners) << listeners.error().detail;
  ASSERT_EQ(listeners->size(), 2U);
  EXPECT_NE(http::port_of(listeners->front()), http::port_of(listeners->back()));
  const std::string taken = "127.0.0.1:" + std::to_string(http::port_of(listeners->front()));
  const auto again = open_listeners({.listen = {taken}}, {});
  ASSERT_FALSE(again);
  EXPECT_TRUE(again.error().detail.starts_with("listening on " + taken)) << again.error().detail;
}

TEST(Listeners, OtherAddressesThanLoopbackNeedACertificate) {
  const auto open = open_listeners({.listen = {"0.0.0.0:0"}}, {});
  ASSERT_FALSE(open);
  EXPECT_EQ(open.error().rule, http::kOnlyLoopback);
}

TEST(Listeners, ACertificateAndItsKeyAreConfiguredTogether) {
  EXPECT_EQ(open_listeners({.tls_certificate = "node.pem"}, {}).error().rule, "http_tls");
  EXPECT_EQ(open_listeners({.tls_key = "node.key"}, {}).error().rule, "http_tls");
}

TEST(Listeners, AdoptOnlySocketsThatListen) {
  const auto first = open_listeners({.listen = {"127.0.0.1:0"}}, {});
  ASSERT_TRUE(first);
  std::vector<AdoptedSocket> given(1);
  given[0].descriptor = disk::Descriptor(::dup(first->front().socket.get()));
  const auto adopted = open_listeners({}, std::move(given));
  ASSERT_TRUE(adopted) << adopted.error().detail;
  EXPECT_EQ(http::port_of(adopted->front()), http::port_of(first->front()));
  int pair[2];
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
  const disk::Descriptor other(pair[1]);
  std::vector<AdoptedSocket> connected(1);
  connected[0].descriptor = disk::Descriptor(pair[0]);
  EXPECT_FALSE(open_listeners({}, std::move(connected)));
}

}  // namespace
}  // namespace icn::node
