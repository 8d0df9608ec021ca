// Goal: the durable changes of a node arrive as server-sent events: live, filtered, resumed, and ended.
#include "api/events.hpp"

#include <nlohmann/json.hpp>

#include "http/api_handler.hpp"
#include "http/testing/server_fixture.hpp"
#include "runtime/change_feed.hpp"
#include "runtime/testing/home_fixture.hpp"

namespace icn::http {
namespace {

using api::Json;

class EventsTest : public testing::ServerTest {
 protected:
  void SetUp() override {
    home_.member_founds();
    ApiOptions options;
    options.context = [this](const Caller& caller) {
      return api::Context{.node = home_.node.get(), .caller = caller.did};
    };
    options.gate = owner_gate(home_.member->did());
    start(api_handler(std::move(options)));
  }
  void TearDown() override {
    feed().end();
    ServerTest::TearDown();
  }
  runtime::ChangeFeed& feed() { return runtime::changes_of(*home_.node); }
  // A whole answer.
  std::string ask(std::string_view method, std::string_view target, std::string_view headers = "") {
    return say(std::string(method) + " " + std::string(target) + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" +
               std::string(headers) + "\r\n");
  }
  // A stream that has its place.
  std::unique_ptr<testing::RawClient> follow(std::string_view target) {
    auto client = std::make_unique<testing::RawClient>(socket());
    client->send("GET " + std::string(target) + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    const std::string head = client->read_until(": the node is there\n");
    EXPECT_NE(head.find("\r\ncontent-type: text/event-stream\r\n"), std::string::npos) << head;
    return client;
  }

  struct Home : runtime::HomeFixture {
    void TestBody() override {}
    void member_founds() { found(); }
  };
  Home home_;
};

TEST_F(EventsTest, AJobIsFollowedToItsReceipt) {
  const auto all = follow("/v1/events");
  const auto receipts = follow("/v1/events?topics=receipts");
  const auto other = follow("/v1/events?job=bafyreig7axjervx6gpn6jktmkthwjfguxueab7cxpse7zxehsuz3r6sgsa");
  const jobs::JobRecord record = home_.run(home_.draft("exit 0")).record;
  const std::string seen = all->read_until("event: receipts");
  EXPECT_NE(seen.find("event: jobs\ndata: {\"id\":"), std::string::npos) << seen;
  EXPECT_NE(seen.find(record.id.to_text()), std::string::npos);
  const std::string settled = receipts->read_until(record.receipt->to_text());
  EXPECT_EQ(settled.find("event: jobs"), std::string::npos);
  feed().end();
  EXPECT_EQ(other->read_all().find("data:"), std::string::npos);
}

TEST_F(EventsTest, AStreamResumesAfterTheLastEventThatWasReceived) {
  home_.run(home_.draft("exit 0"));
  const std::string place = feed().place_text(0);
  const std::uint64_t newest = feed().newest();
  ASSERT_GT(newest, 0U);
  feed().end();
  const std::string page = ask("GET", "/v1/events?since=" + place, "Accept: application/json\r\n");
  const Json rows = Json::parse(page.substr(page.find("\r\n\r\n")));
  ASSERT_FALSE(rows["rows"].empty());
  EXPECT_EQ(rows["next"], feed().place_text(newest));
  EXPECT_TRUE(api::find_operation("event.follow")->check_answer(rows));
  for (const Json& row : rows["rows"]) EXPECT_NE(row["topic"], "gap");
}

TEST_F(EventsTest, APlaceThatIsGoneIsAGap) {
  testing::RawClient client(socket());
  client.send("GET /v1/events HTTP/1.1\r\nHost: x\r\nLast-Event-ID: 1-77\r\n\r\n");
  const std::string seen = client.read_until("event: gap\n");
  EXPECT_NE(seen.find("id: " + feed().place_text(0) + "\nevent: gap"), std::string::npos) << seen;
  EXPECT_EQ(seen.find("id: "), seen.rfind("id: ")) << "no place before the gap: " << seen;
}

TEST_F(EventsTest, WhatIsNotAStreamIsAnsweredAtOnce) {
  EXPECT_TRUE(ask("HEAD", "/v1/events").starts_with("HTTP/1.1 200"));
  EXPECT_NE(ask("GET", "/v1/events?topics=gossip").find("\"rule\":\"topics\""), std::string::npos);
  EXPECT_NE(ask("GET", "/v1/events?topics=gap").find("\"rule\":\"topics\""), std::string::npos);
  EXPECT_NE(ask("GET", "/v1/events?since=last").find("\"rule\":\"event_id\""), std::string::npos);
}

TEST_F(EventsTest, OneStreamMoreThanTheNodeServesIsRefused) {
  std::vector<runtime::ChangeFeed::Follower> others;
  for (std::size_t i = 0; i < runtime::ChangeFeed::kFollowersMax; ++i) others.push_back(feed().follow().value());
  const std::string refused = ask("GET", "/v1/events");
  EXPECT_TRUE(refused.starts_with("HTTP/1.1 503")) << refused;
  EXPECT_NE(refused.find("\"rule\":\"max_streams\""), std::string::npos);
  EXPECT_NE(refused.find("\r\nretry-after: "), std::string::npos);
}

TEST_F(EventsTest, TheEndOfTheFeedEndsTheStreams) {
  const auto client = follow("/v1/events");
  feed().end();
  EXPECT_TRUE(client->read_all().ends_with("0\r\n\r\n"));
}

}  // namespace
}  // namespace icn::http
