#include "jobs/job_book.hpp"

#include <gtest/gtest.h>

#include "backends/registry.hpp"
#include "model/keys.hpp"

namespace icn::jobs {
namespace {

JobRecord record_of(std::uint32_t number) {
  Bytes seed;
  append_be64(seed, number);
  JobRecord record;
  record.id = model::JobId{ipld::Cid::of(ipld::Codec::dag_cbor, seed)};
  record.accepted.value = 1'000 + number;
  record.reserve.umana = 10;
  record.happenings.push_back({record.accepted, JobPhase::submitted, "accepted"});
  return record;
}

struct JobBookTest : ::testing::Test {
  std::unique_ptr<ports::StateStore> store = backends::state_store::open("memory").value();
  std::unique_ptr<JobBook> book = JobBook::open(*store).value();

  void commit(ports::Batch batch) { ASSERT_TRUE(store->commit(std::span(&batch, 1))); }
  JobRecord add(std::uint32_t number) {
    ports::Batch batch;
    JobRecord added = book->add(record_of(number), batch);
    commit(std::move(batch));
    return added;
  }
  void close(JobRecord record, JobEvent event = JobEvent::cancel) {
    ASSERT_TRUE(record.advance(event, {9'999}, "closed"));
    ports::Batch batch;
    ASSERT_TRUE(book->replace(record, batch));
    commit(std::move(batch));
    book->forget(record.id);
  }
};

TEST_F(JobBookTest, OpenJobsAreThereAgainAfterReopeningAndClosedOnesAreFound) {
  const JobRecord first = add(1);
  const JobRecord second = add(2);
  close(first);
  book = JobBook::open(*store).value();
  EXPECT_EQ(book->open_count(), 1U);
  EXPECT_EQ(book->open_jobs().front(), second);
  EXPECT_EQ(book->find(first.id).value()->phase, JobPhase::cancelled);
  EXPECT_FALSE(book->find(record_of(3).id).value());
  EXPECT_EQ(add(3).number, 3U);
}

TEST_F(JobBookTest, WhatOpenJobsMayWriteIsCountedWhileTheyAreOpen) {
  const auto add_with_results = [&](std::uint32_t number, std::uint64_t bytes) {
    JobRecord record = record_of(number);
    record.result_bytes = bytes;
    ports::Batch batch;
    record = book->add(record, batch);
    commit(std::move(batch));
    return record;
  };
  const JobRecord first = add_with_results(1, 1'000);
  const JobRecord second = add_with_results(2, 200);
  EXPECT_EQ(book->open_result_bytes(), 1'200U);
  close(first);
  EXPECT_EQ(book->open_result_bytes(), 200U);
  book = JobBook::open(*store).value();
  EXPECT_EQ(book->open_result_bytes(), 200U);
  close(second);
  EXPECT_EQ(book->open_result_bytes(), 0U);
}

TEST_F(JobBookTest, TheStoryOfATerminalJobIsARowOfItsOwnThatOnlyALookForThatJobReads) {
  JobRecord record = add(1);
  const Bytes story_key = model::key_of(model::keys::kJobStory, record.number);
  EXPECT_FALSE(store->get(story_key).value()) << "an open job keeps it in its record";
  record.effects_told = {"one was not applied"};
  close(record);
  ASSERT_TRUE(store->get(story_key).value());
  for (int reopened = 0; reopened < 2; ++reopened) {
    const JobRecord found = *book->find(record.id).value();
    EXPECT_EQ(found.effects_told, record.effects_told);
    ASSERT_EQ(found.happenings.size(), 2U);
    EXPECT_EQ(found.happenings[1].text, "closed");
    EXPECT_EQ(book->find_number(record.number).value()->happenings, found.happenings);
    const JobRecord listed = book->list({}, 1)->jobs.front();
    EXPECT_EQ(listed.phase, JobPhase::cancelled);
    EXPECT_TRUE(listed.happenings.empty() && listed.effects_told.empty());
    book = JobBook::open(*store).value();
  }
  ports::Batch batch;
  batch.put(story_key, Bytes{0x00});
  commit(std::move(batch));
  EXPECT_EQ(book->find(record.id).error().code, ErrorCode::invalid_format);
  EXPECT_TRUE(book->list({}, 1));
}

TEST_F(JobBookTest, AClosedJobTakesNoFurtherChange) {
  const JobRecord record = add(1);
  close(record);
  ports::Batch batch;
  EXPECT_EQ(book->replace(record, batch).error().code, ErrorCode::invalid_state);
  book = JobBook::open(*store).value();
  EXPECT_EQ(book->replace(record, batch).error().code, ErrorCode::not_found);
  EXPECT_TRUE(batch.empty());
}

// A store that counts reads of single keys.
class CountingStore : public ports::StateStore {
 public:
  explicit CountingStore(ports::StateStore& below) : below_(below) {}
  Result<std::optional<Bytes>> get(ByteView key) const override {
    ++gets;
    return below_.get(key);
  }
  Result<void> scan(ByteView begin, ByteView end, const std::function<bool(ByteView, ByteView)>& visit) const override {
    return below_.scan(begin, end, visit);
  }
  Result<std::uint64_t> commit(std::span<const ports::Batch> batches) override { return below_.commit(batches); }
  std::uint64_t sequence() const override { return below_.sequence(); }
  Result<std::unique_ptr<ports::StateReader>> snapshot() const override { return below_.snapshot(); }
  const ports::Descriptor& descriptor() const override { return below_.descriptor(); }
  mutable std::size_t gets = 0;

 private:
  ports::StateStore& below_;
};

TEST_F(JobBookTest, WhatWasNotThereIsLookedForInMemoryUntilTooManyHaveEnded) {
  CountingStore counting(*store);
  book = JobBook::open(counting).value();
  const JobBook::Mark mark = book->mark();
  close(add(1));
  counting.gets = 0;
  EXPECT_EQ(book->find_since(record_of(1).id, mark).value()->phase, JobPhase::cancelled);
  EXPECT_FALSE(book->find_since(record_of(2).id, mark).value());
  EXPECT_EQ(counting.gets, 0U);
  // The last one evicts the first from memory; it is still found.
  for (std::uint32_t i = 3; i < 3 + JobBook::kRecentMax; ++i) close(add(i));
  counting.gets = 0;
  EXPECT_TRUE(book->find_since(record_of(1).id, mark).value());
  EXPECT_FALSE(book->find_since(record_of(2).id, mark).value());
  EXPECT_GT(counting.gets, 0U);
  counting.gets = 0;
  EXPECT_FALSE(book->find_since(record_of(2).id, book->mark()).value());
  EXPECT_EQ(counting.gets, 0U);
}

TEST_F(JobBookTest, ALostRecordIsNoticedAndHidesNoLaterOne) {
  for (std::uint32_t i = 1; i <= 9; ++i) close(add(i));
  ports::Batch batch;
  batch.erase(model::key_of(model::keys::kJob, 4));
  commit(std::move(batch));
  book = JobBook::open(*store).value();
  EXPECT_EQ(book->list({}, 20).error().detail, "Job number 4 has no record in the state store.");
  EXPECT_EQ(book->find(record_of(4).id).error().code, ErrorCode::corrupted);
  EXPECT_EQ(add(10).number, 10U);
}

TEST_F(JobBookTest, ANumberThatIsAnotherJobsIsCorrupted) {
  close(add(1));
  close(add(2));
  ports::Batch batch;
  Bytes number;
  append_be64(number, 2);
  batch.put(model::key_of(model::keys::kJobNumber, record_of(1).id.cid.digest()), std::move(number));
  commit(std::move(batch));
  book = JobBook::open(*store).value();
  EXPECT_EQ(book->find(record_of(1).id).error().code, ErrorCode::corrupted);
  EXPECT_EQ(book->find(record_of(2).id).value()->number, 2U);
}

TEST_F(JobBookTest, TheListIsNewestFirstAndContinuesByItsCursor) {
  for (std::uint32_t i = 1; i <= 600; ++i) add(i);
  close(*book->find(record_of(599).id).value());
  std::vector<std::uint64_t> numbers;
  JobCursor cursor;
  while (true) {
    const JobPage page = book->list(cursor, 7).value();
    for (const JobRecord& record : page.jobs) numbers.push_back(record.number);
    if (!page.next) break;
    cursor = *page.next;
  }
  ASSERT_EQ(numbers.size(), 600U);
  for (std::size_t i = 0; i < numbers.size(); ++i) EXPECT_EQ(numbers[i], 600 - i);
  const auto closed = [](const JobRecord& record) { return is_terminal(record.phase); };
  const JobPage page = book->list({}, 10, closed).value();
  ASSERT_EQ(page.jobs.size(), 1U);
  EXPECT_EQ(page.jobs.front().number, 599U);
  EXPECT_FALSE(page.next);
}

TEST_F(JobBookTest, JobsAreFoundByTheirNumbersAndListedByTheirIds) {
  std::vector<model::JobId> ids;
  for (std::uint32_t i = 1; i <= 300; ++i) ids.push_back(add(i).id);
  EXPECT_EQ(book->find_number(42).value()->id, ids[41]);
  EXPECT_FALSE(book->find_number(0).value());
  EXPECT_FALSE(book->find_number(301).value());
  std::sort(ids.begin(), ids.end());
  const auto all = [](const model::JobId&) { return true; };
  EXPECT_EQ(book->ids_from(ids[100], 3, all).value(), std::vector(ids.begin() + 100, ids.begin() + 103));
  const auto first = [&](const model::JobId& id) { return id == ids[100]; };
  EXPECT_EQ(book->ids_from(ids[100], 3, first).value(), std::vector{ids[100]});
}

TEST_F(JobBookTest, TheNewestJobsOfMembersAreKnownAlsoInAStoreThatDidNotNoteThem) {
  const auto number = [&](NewestJob which) {
    const auto found = book->find_newest(which).value();
    return found ? found->number : 0;
  };
  EXPECT_EQ(number(NewestJob::accepted), 0U);
  const JobRecord failed = add(1);
  const JobRecord cancelled = add(2);
  JobRecord child = record_of(3);
  child.parent = failed.id;
  ports::Batch batch;
  child = book->add(std::move(child), batch);
  commit(std::move(batch));
  close(cancelled);
  close(child, JobEvent::expire);
  close(failed, JobEvent::expire);
  for (int kept = 0; kept < 2; ++kept) {
    EXPECT_EQ(number(NewestJob::accepted), 2U);
    EXPECT_EQ(number(NewestJob::ok), 0U);
    EXPECT_EQ(number(NewestJob::failed), 1U);
    ports::Batch forget;
    for (std::uint8_t which = 0; which < kNewestJobs; ++which)
      forget.erase(model::key_of(model::keys::kJobNewest, std::array{which}));
    commit(std::move(forget));
    book = JobBook::open(*store).value();
  }
}

TEST(JobState, EveryPairThatStandsInNoRowIsRefused) {
  for (std::uint8_t from = 0; from <= static_cast<std::uint8_t>(JobPhase::expired); ++from) {
    for (std::uint8_t event = 0; event <= static_cast<std::uint8_t>(JobEvent::expire); ++event) {
      const auto row = std::find_if(kJobTable.begin(), kJobTable.end(), [&](const JobRow& one) {
        return one.from == static_cast<JobPhase>(from) && one.event == static_cast<JobEvent>(event);
      });
      const Result<JobPhase> next = next_phase(static_cast<JobPhase>(from), static_cast<JobEvent>(event));
      EXPECT_EQ(next.has_value(), row != kJobTable.end());
      if (next) {
        EXPECT_EQ(*next, row->to);
      } else {
        EXPECT_EQ(next.error().code, ErrorCode::invalid_state);
      }
    }
  }
}

TEST(JobState, EveryStateReachesATerminalOne) {
  for (std::uint8_t i = 0; i <= static_cast<std::uint8_t>(JobPhase::expired); ++i) {
    std::vector<JobPhase> reached{static_cast<JobPhase>(i)};
    bool terminal = false;
    for (std::size_t at = 0; at < reached.size() && !terminal; ++at) {
      terminal = is_terminal(reached[at]);
      for (const JobRow& row : kJobTable) {
        if (row.from == reached[at] && std::find(reached.begin(), reached.end(), row.to) == reached.end()) {
          reached.push_back(row.to);
        }
      }
    }
    EXPECT_TRUE(terminal) << phase_name(static_cast<JobPhase>(i));
    EXPECT_EQ(find_phase(phase_name(static_cast<JobPhase>(i))), static_cast<JobPhase>(i));
  }
}

}  // namespace
}  // namespace icn::jobs
