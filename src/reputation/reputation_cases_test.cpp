// Goal: reputation answers as tests/cases/reputation.txt specifies, and is the same when it is opened again. A line is
// one operation:
//
//   scope [with PARAMETER=VALUE ...]                              nothing has happened
//   run RECEIPT by NODE for MEMBER [fuel N] [failed] [own]        a settled job; own: of one operator
//   fault NODE            day N            decay                  an assignment lost; the day; the daily decay
//   score NAME MICRO_POINTS                history NAME REASON[:MICRO_POINTS] ...
//
// A history lists the changes, oldest first, with the score after each. # begins a comment.
#include <gtest/gtest.h>

#include <map>
#include <sstream>

#include "reputation/reputation.hpp"
#include "testing/fake_state_store.hpp"
#include "testing/text_cases.hpp"
#include "testing/transfers.hpp"

namespace icn::reputation {
namespace {

using testing::did_named;
using testing::id_named;

class Cases {
 public:
  void line(const std::string& text) {
    std::istringstream words(text);
    std::string first;
    words >> first;
    if (first == "scope") {
      begin(words);
    } else if (first == "run") {
      run(words);
    } else if (first == "fault") {
      std::string name;
      words >> name;
      change([&](ports::Batch& batch) {
        reputation_->penalise({did_named(name), id_named("job"), time()}, rules_, batch);
      });
    } else if (first == "day") {
      words >> day_;
    } else if (first == "decay") {
      change([&](ports::Batch& batch) { reputation_->decay(rules_, time(), batch); });
    } else if (first == "score") {
      std::string name;
      std::uint64_t points = 0;
      ASSERT_TRUE(words >> name >> points);
      EXPECT_EQ(reputation_->score(did_named(name)).micro_points, points);
      reopen();
      EXPECT_EQ(reputation_->score(did_named(name)).micro_points, points);
    } else if (first == "history") {
      expect_history(words);
    } else {
      FAIL() << "an unknown operation";
    }
  }
  void finish() { reopen(); }

 private:
  [[nodiscard]] model::UnixMs time() const { return model::UnixMs{day_ * 86'400'000 + 1}; }

  void begin(std::istringstream& words) {
    std::map<std::string, std::string> texts;
    for (std::string word; words >> word;) {
      const std::size_t equals = word.find('=');
      if (equals != std::string::npos) texts[word.substr(0, equals)] = word.substr(equals + 1);
    }
    const auto parameters = model::Parameters::from_texts(texts);
    ASSERT_TRUE(parameters) << parameters.error().detail;
    rules_ = Rules::of(*parameters);
    store_.pairs.clear();
    reopen();
    day_ = 20'000;
  }

  void run(std::istringstream& words) {
    Settled settled;
    std::string receipt, by, node, for_, member;
    ASSERT_TRUE(words >> receipt >> by >> node >> for_ >> member && by == "by" && for_ == "for");
    settled.receipt = id_named(receipt);
    settled.executor = did_named(node);
    settled.submitter = did_named(member);
    settled.time = time();
    for (std::string word; words >> word;) {
      if (word == "fuel") words >> settled.fuel;
      if (word == "failed") settled.work = Work::failed;
      if (word == "own") settled.operators = Operators::same;
    }
    change([&](ports::Batch& batch) { EXPECT_TRUE(reputation_->settle(settled, rules_, batch)); });
  }

  void expect_history(std::istringstream& words) {
    std::string name;
    words >> name;
    std::string wanted;
    for (std::string word; words >> word;) wanted += word + " ";
    std::string found;
    ASSERT_TRUE(for_each_change(store_, did_named(name), 1, [&](const Change& change) {
      found += std::string(reason_name(change.reason)) + ":" + std::to_string(change.after.micro_points) + " ";
      return true;
    }));
    EXPECT_EQ(found, wanted);
  }

  template <class F>
  void change(const F& stage) {
    ports::Batch batch;
    stage(batch);
    if (!batch.empty()) store_.commit_one(batch);
  }
  void reopen() {
    auto opened = Reputation::open(store_);
    ASSERT_TRUE(opened) << opened.error().detail;
    reputation_ = *std::move(opened);
  }

  Rules rules_ = Rules::of({});
  testing::FakeStateStore store_;
  std::unique_ptr<Reputation> reputation_ = std::make_unique<Reputation>();
  std::uint64_t day_ = 20'000;
};

TEST(ReputationCases, EveryLineAnswersAsItSays) { icn::testing::run_text_cases<Cases>("reputation", 60U); }

}  // namespace
}  // namespace icn::reputation
