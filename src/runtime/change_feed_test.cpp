// Goal: followers see durable changes only, in order, and learn what they lost.
#include "runtime/change_feed.hpp"

#include "model/keys.hpp"
#include "runtime/testing/home_fixture.hpp"
#include "runtime/testing/watched_store.hpp"

namespace icn::runtime {
namespace {

ports::Batch batch_of(std::string_view prefix, std::string_view value) {
  ports::Batch batch;
  batch.put(model::key_of(prefix, std::uint64_t{1}), bytes_of(value));
  return batch;
}

struct ChangeFeedTest : ::testing::Test {
  std::shared_ptr<StandingClock> clock = std::make_shared<StandingClock>();
  ChangeFeed feed{clock};
  void publish(std::string_view prefix, std::string_view value) {
    const ports::Batch batch = batch_of(prefix, value);
    feed.publish({&batch, 1});
  }
};

TEST_F(ChangeFeedTest, KeepsJobsAndEntriesInOrderAndNothingElse) {
  publish(model::keys::kJob, "a");
  publish(model::keys::kLedgerJournal, "no");
  publish(model::keys::kScopeLog, "b");
  const auto piece = feed.read(0, 10, 0);
  ASSERT_EQ(piece.changes.size(), 2U);
  EXPECT_EQ(piece.lost, 0U);
  EXPECT_EQ(piece.changes[0].kind, Change::Kind::job);
  EXPECT_EQ(piece.changes[1].kind, Change::Kind::log_entry);
  EXPECT_EQ(text_of(*piece.changes[1].value), "b");
  EXPECT_EQ(feed.read(1, 10, 0).changes.size(), 1U);
  EXPECT_TRUE(feed.read(2, 10, 0).changes.empty());
}

TEST_F(ChangeFeedTest, IsBoundedAndReportsWhatWasLost) {
  for (std::size_t i = 0; i < ChangeFeed::kChangesMax + 5; ++i) publish(model::keys::kJob, "x");
  const auto piece = feed.read(2, 1, 0);
  EXPECT_EQ(piece.lost, 3U);
  ASSERT_EQ(piece.changes.size(), 1U);
  EXPECT_EQ(piece.changes[0].number, 6U);
  publish(model::keys::kJob, std::string(ChangeFeed::kBytesMax, 'x'));
  EXPECT_EQ(feed.read(feed.newest() - 2, 10, 0).lost, 1U);
}

TEST_F(ChangeFeedTest, APlaceOfAnotherProcessIsRecognised) {
  publish(model::keys::kJob, "a");
  const std::string place = feed.place_text(1);
  EXPECT_TRUE(feed.parse_place(place).value().is_of_this_process);
  clock->now_ms += 1;
  ChangeFeed next(clock);
  const auto old = next.parse_place(place).value();
  EXPECT_FALSE(old.is_of_this_process);
  EXPECT_EQ(old.number, 0U);
  for (const char* text : {"", "7", "x-1", "1-", "1--1", "1-2-3", "1-99999999999999999999"})
    EXPECT_EQ(feed.parse_place(text).error().rule, "event_id") << text;
  // Ahead of everything that was published.
  EXPECT_FALSE(feed.parse_place(feed.place_text(2)).value().is_of_this_process);
}

TEST_F(ChangeFeedTest, BoundsItsFollowersAndEndsThem) {
  std::vector<ChangeFeed::Follower> followers;
  for (std::size_t i = 0; i < ChangeFeed::kFollowersMax; ++i) followers.push_back(feed.follow().value());
  EXPECT_EQ(feed.follow().error().rule, "max_streams");
  followers.pop_back();
  EXPECT_TRUE(feed.follow());
  feed.end();
  EXPECT_TRUE(feed.read(0, 1, 60'000).has_ended);
  EXPECT_EQ(feed.follow().error().rule, "stopping");
}

TEST_F(ChangeFeedTest, ACommitIsPublishedWhenItIsDurable) {
  const auto below = std::make_shared<WatchedStore>();
  PublishingStore store(below, clock);
  below->before_commit = [&](std::size_t) { EXPECT_EQ(store.changes().newest(), 0U); };
  const ports::Batch batch = batch_of(model::keys::kJob, "a");
  below->fails = true;
  EXPECT_FALSE(store.commit({&batch, 1}));
  EXPECT_EQ(store.changes().newest(), 0U);
  below->fails = false;
  ASSERT_TRUE(store.commit({&batch, 1}));
  EXPECT_EQ(store.changes().newest(), 1U);
}

}  // namespace
}  // namespace icn::runtime
