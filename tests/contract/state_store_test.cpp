// Goal: every state_store behaves as ports/state_store.hpp specifies.
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <thread>

#include "support.hpp"

namespace icn::contract {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

class StateStoreContract : public testing::TestWithParam<const ports::Backend<ports::state_store_factory>*> {
 protected:
  StateStoreContract() { reopen(); }
  void reopen() {
    store_.reset();
    auto opened = GetParam()->open(location_of(GetParam()->descriptor.name, folder_, "state"));
    if (!opened) ADD_FAILURE() << opened.error().detail;
    if (opened) store_ = *std::move(opened);
  }
  static ports::Batch puts(const Pairs& pairs) {
    ports::Batch batch;
    for (const auto& [key, value] : pairs) batch.put(bytes_of(key), bytes_of(value));
    return batch;
  }
  Result<std::uint64_t> commit(const ports::Batch& batch) { return store_->commit({&batch, 1}); }
  std::optional<std::string> get(std::string_view key) {
    const auto value = store_->get(view_of(key));
    if (!value) ADD_FAILURE() << value.error().detail;
    if (!value || !*value) return std::nullopt;
    return std::string(text_of(**value));
  }
  Pairs scan(std::string_view begin, std::string_view end, std::size_t at_most = 1'000'000) {
    return scan_of(*store_, begin, end, at_most);
  }
  static Pairs scan_of(const ports::StateReader& reader, std::string_view begin, std::string_view end,
                       std::size_t at_most = 1'000'000) {
    Pairs pairs;
    EXPECT_TRUE(reader.scan(view_of(begin), view_of(end), [&](ByteView key, ByteView value) {
      pairs.emplace_back(text_of(key), text_of(value));
      return pairs.size() < at_most;
    }));
    return pairs;
  }

  Folder folder_;
  std::unique_ptr<ports::StateStore> store_;
};

TEST_P(StateStoreContract, SaysWhatItIs) {
  EXPECT_EQ(store_->descriptor().port, "state_store");
  EXPECT_EQ(store_->descriptor().name, GetParam()->descriptor.name);
  EXPECT_EQ(store_->descriptor().grade, GetParam()->descriptor.grade);
}

TEST_P(StateStoreContract, StartsEmptyAtSequenceZero) {
  EXPECT_EQ(store_->sequence(), 0U);
  EXPECT_EQ(scan("", ""), Pairs());
  EXPECT_EQ(get("a"), std::nullopt);
}

TEST_P(StateStoreContract, TheLaterWriteToAKeyWins) {
  ports::Batch batch = puts({{"a", "1"}, {"b", "2"}, {"a", "3"}});
  batch.erase(bytes_of("b"));
  batch.erase(bytes_of("c"));
  batch.put(bytes_of("c"), bytes_of("4"));
  ASSERT_TRUE(commit(batch));
  EXPECT_EQ(scan("", ""), (Pairs{{"a", "3"}, {"c", "4"}}));
  ASSERT_TRUE(commit(puts({{"c", "5"}})));
  EXPECT_EQ(get("c"), "5");
}

TEST_P(StateStoreContract, AnEmptyValueIsAValue) {
  ASSERT_TRUE(commit(puts({{"k", ""}})));
  EXPECT_EQ(get("k"), "");
  EXPECT_EQ(scan("", ""), (Pairs{{"k", ""}}));
}

TEST_P(StateStoreContract, ErasingWhatIsNotThereChangesNothing) {
  ports::Batch batch;
  batch.erase(bytes_of("nobody"));
  ASSERT_TRUE(commit(batch));
  EXPECT_EQ(scan("", ""), Pairs());
}

TEST_P(StateStoreContract, KeysSortAsUnsignedBytesAndAPrefixComesFirst) {
  using namespace std::string_literals;
  const Pairs sorted{{"\0"s, "1"}, {"\0\0"s, "2"}, {"a", "3"},    {"a\0"s, "4"},
                     {"ab", "5"},  {"\x7f", "6"},  {"\x80", "7"}, {"\xff\xff", "8"}};
  ASSERT_TRUE(commit(puts({sorted.rbegin(), sorted.rend()})));
  EXPECT_EQ(scan("", ""), sorted);
}

TEST_P(StateStoreContract, AScanHasItsBeginAndNotItsEnd) {
  ASSERT_TRUE(commit(puts({{"a", "1"}, {"b", "2"}, {"bb", "3"}, {"c", "4"}})));
  EXPECT_EQ(scan("b", "c"), (Pairs{{"b", "2"}, {"bb", "3"}}));
  EXPECT_EQ(scan("b", ""), (Pairs{{"b", "2"}, {"bb", "3"}, {"c", "4"}}));
  EXPECT_EQ(scan("ba", "bb"), Pairs());
  EXPECT_EQ(scan("c", "b"), Pairs());
  EXPECT_EQ(scan("b", "b"), Pairs());
  EXPECT_EQ(scan("", "b"), (Pairs{{"a", "1"}}));
}

TEST_P(StateStoreContract, StopsAScanWhenToldAndScansWholeTheNextTime) {
  ASSERT_TRUE(commit(puts({{"a", "1"}, {"b", "2"}, {"c", "3"}})));
  EXPECT_EQ(scan("", "", 1).size(), 1U);
  EXPECT_EQ(scan("", "z", 2).size(), 2U);
  EXPECT_EQ(scan("", "").size(), 3U);
  EXPECT_EQ(scan("", "z").size(), 3U);
}

TEST_P(StateStoreContract, EachBatchRaisesTheSequenceByOne) {
  const std::vector<ports::Batch> three{puts({{"a", "1"}}), puts({{"a", "2"}}), puts({{"b", "3"}})};
  EXPECT_EQ(*store_->commit(three), 3U);
  EXPECT_EQ(get("a"), "2");
  EXPECT_EQ(*commit(ports::Batch()), 4U);
  EXPECT_EQ(*store_->commit({}), 4U);
  EXPECT_EQ(store_->sequence(), 4U);
}

TEST_P(StateStoreContract, ARefusedWriteLeavesNothingOfAnyBatch) {
  ASSERT_TRUE(commit(puts({{"kept", "1"}})));
  const std::vector<std::pair<ports::Batch, ErrorCode>> refused = [] {
    std::vector<std::pair<ports::Batch, ErrorCode>> cases(3);
    cases[0] = {puts({{"", "x"}}), ErrorCode::invalid_argument};
    cases[1] = {puts({{std::string(ports::kStateKeyBytesMax + 1, 'k'), "x"}}), ErrorCode::limit_exceeded};
    cases[2].first.put(bytes_of("v"), Bytes(ports::kStateValueBytesMax + 1));
    cases[2].second = ErrorCode::limit_exceeded;
    return cases;
  }();
  for (const auto& [batch, code] : refused) {
    const std::vector<ports::Batch> batches{puts({{"kept", "2"}, {"new", "x"}}), batch};
    const auto committed = store_->commit(batches);
    ASSERT_FALSE(committed);
    EXPECT_EQ(committed.error().code, code);
    EXPECT_EQ(scan("", ""), (Pairs{{"kept", "1"}}));
    EXPECT_EQ(store_->sequence(), 1U);
  }
  EXPECT_EQ(*commit(puts({{"kept", "3"}})), 2U) << "a refusal does not end the store";
}

TEST_P(StateStoreContract, KeysAndValuesOfTheLimitAreKept) {
  ports::Batch batch;
  const Bytes key(ports::kStateKeyBytesMax, 0xff);
  const Bytes value(ports::kStateValueBytesMax, 3);
  batch.put(key, value);
  ASSERT_TRUE(commit(batch));
  EXPECT_EQ(**store_->get(key), value);
}

TEST_P(StateStoreContract, PairsAndSequenceAreThereAfterOpeningAgain) {
  const std::vector<ports::Batch> two{puts({{"a", "1"}, {"b", "2"}}), puts({{"a", "3"}})};
  ASSERT_TRUE(store_->commit(two));
  reopen();
  if (!is_persistent(GetParam()->descriptor.name)) {
    EXPECT_EQ(store_->sequence(), 0U) << "a store in memory starts empty";
    EXPECT_EQ(scan("", ""), Pairs());
    return;
  }
  EXPECT_EQ(store_->sequence(), 2U);
  EXPECT_EQ(scan("", ""), (Pairs{{"a", "3"}, {"b", "2"}}));
  EXPECT_EQ(*commit(puts({{"c", "4"}})), 3U);
}

TEST_P(StateStoreContract, ASnapshotStaysAsItWas) {
  ASSERT_TRUE(commit(puts({{"a", "1"}, {"b", "2"}})));
  const auto snapshot = store_->snapshot();
  ASSERT_TRUE(snapshot) << snapshot.error().detail;
  ports::Batch batch = puts({{"a", "3"}, {"c", "4"}});
  batch.erase(bytes_of("b"));
  ASSERT_TRUE(commit(batch));
  const auto later = store_->snapshot();
  ASSERT_TRUE(later) << later.error().detail;
  EXPECT_EQ((*snapshot)->sequence(), 1U);
  EXPECT_EQ(scan_of(**snapshot, "", ""), (Pairs{{"a", "1"}, {"b", "2"}}));
  EXPECT_EQ(scan_of(**snapshot, "b", "c"), (Pairs{{"b", "2"}}));
  EXPECT_EQ(*(*snapshot)->get(view_of("a")), bytes_of("1"));
  EXPECT_FALSE(*(*snapshot)->get(view_of("c")));
  EXPECT_EQ((*later)->sequence(), 2U);
  EXPECT_EQ(scan_of(**later, "", ""), (Pairs{{"a", "3"}, {"c", "4"}}));
  EXPECT_EQ(scan("", ""), (Pairs{{"a", "3"}, {"c", "4"}}));
}

TEST_P(StateStoreContract, ASnapshotIsOfOneMomentAmongManyCommits) {
  std::atomic<bool> done{false};
  std::atomic<std::size_t> wrong{0};
  std::thread writer([&] {
    for (int i = 1; i <= 200; ++i) {
      const std::string number = std::to_string(i);
      if (!commit(puts({{"a", number}, {"z", number}}))) ++wrong;
    }
    done = true;
  });
  do {
    const auto snapshot = store_->snapshot();
    if (!snapshot) {
      ++wrong;
      continue;
    }
    // One key alone, then a scan: both are from the commit whose number the snapshot has.
    const std::uint64_t sequence = (*snapshot)->sequence();
    const Pairs expected =
        sequence == 0 ? Pairs() : Pairs{{"a", std::to_string(sequence)}, {"z", std::to_string(sequence)}};
    if ((*snapshot)->get(view_of("a"))->has_value() != (sequence != 0)) ++wrong;
    if (scan_of(**snapshot, "", "") != expected) ++wrong;
  } while (!done);
  writer.join();
  EXPECT_EQ(wrong, 0U);
}

TEST_P(StateStoreContract, AReaderNeverSeesHalfABatch) {
  // Every batch writes the same number under both keys; a scan with two different numbers saw half a batch.
  std::atomic<bool> done{false};
  std::atomic<std::size_t> wrong{0};
  std::vector<std::thread> readers;
  for (int i = 0; i < 3; ++i) {
    readers.emplace_back([&] {
      while (!done) {
        std::vector<Bytes> values;
        const auto scanned = store_->scan({}, {}, [&](ByteView, ByteView value) {
          values.push_back(copy_of(value));
          return true;
        });
        if (!scanned || (values.size() == 2 && values[0] != values[1]) || values.size() == 1) ++wrong;
        const auto value = store_->get(view_of("z"));
        if (!value) ++wrong;
      }
    });
  }
  for (int i = 0; i < 300; ++i) {
    const std::string number = std::to_string(i);
    if (!commit(puts({{"a", number}, {"z", number}}))) ++wrong;
  }
  done = true;
  for (std::thread& reader : readers) reader.join();
  EXPECT_EQ(wrong, 0U);
  EXPECT_EQ(store_->sequence(), 300U);
}

TEST_P(StateStoreContract, ALongScanOfAProductionStoreHoldsNobodyUp) {
  if (GetParam()->descriptor.grade != ports::Grade::production) return;
  ASSERT_TRUE(commit(puts({{"a", "1"}, {"b", "2"}})));
  // The scan continues only when the others have finished.
  std::vector<std::string> seen;
  ASSERT_TRUE(store_->scan({}, {}, [&](ByteView key, ByteView) {
    seen.emplace_back(text_of(key));
    auto others = std::async(std::launch::async, [&] {
      EXPECT_EQ(get("b"), "2");
      EXPECT_EQ(scan("", "").size(), seen.size() + 1);
      EXPECT_TRUE(commit(puts({{"c" + std::to_string(seen.size()), "3"}})));
    });
    const bool waits = others.wait_for(std::chrono::seconds(60)) != std::future_status::ready;
    EXPECT_FALSE(waits) << "a writer waits for the scan";
    return !waits;
  }));
  EXPECT_EQ(seen, (std::vector<std::string>{"a", "b"})) << "as of the time of the call";
}

TEST_P(StateStoreContract, CommitsOfManyThreadsAllCount) {
  std::atomic<std::size_t> wrong{0};
  std::vector<std::thread> writers;
  for (int writer = 0; writer < 4; ++writer) {
    writers.emplace_back([&, writer] {
      for (int i = 0; i < 50; ++i) {
        if (!commit(puts({{std::to_string(writer) + "/" + std::to_string(i), "x"}}))) ++wrong;
      }
    });
  }
  for (std::thread& writer : writers) writer.join();
  EXPECT_EQ(wrong, 0U);
  EXPECT_EQ(store_->sequence(), 200U);
  EXPECT_EQ(scan("", "").size(), 200U);
}

std::string name_of(const testing::TestParamInfo<StateStoreContract::ParamType>& info) {
  return std::string(info.param->descriptor.name);
}
INSTANTIATE_TEST_SUITE_P(Backends, StateStoreContract,
                         testing::ValuesIn(backends::state_store::all().begin(), backends::state_store::all().end()),
                         name_of);

}  // namespace
}  // namespace icn::contract
