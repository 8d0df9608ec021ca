// Goal: with sizes so small that every chore comes all the time, a store answers what a map answers, also for readers
// of earlier moments and after opening again, and takes little more room than what lives in it.
#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <random>
#include <thread>

#include "backends/detail/keyed_log/store.hpp"
#include "backends/testing/keyed_log_folder.hpp"

namespace icn::backends::detail::keyed_log {
namespace {

Settings small(Index index, Publish publish) {
  Settings settings;
  settings.kind = Kind::state;
  settings.index = index;
  settings.publish = publish;
  settings.segment_bytes_min = 2'000;
  settings.segment_bytes_max = 8'000;
  settings.tail_bytes_min = 1'000;
  settings.tail_bytes_max = 4'000;
  settings.table_entries_max = 40;
  settings.runs_per_level = 3;
  return settings;
}

using Pairs = std::map<Bytes, Bytes>;

Pairs pairs_of(const Reading& reading) {
  Pairs pairs;
  const auto scanned = reading.scan({}, {}, [&](ByteView key, ByteView value) {
    pairs.emplace(copy_of(key), copy_of(value));
    return true;
  });
  EXPECT_TRUE(scanned) << scanned.error().detail;
  return pairs;
}

// Random writes to one of few keys, kept beside a map.
class Writer {
 public:
  explicit Writer(std::uint64_t seed) : random_(seed) {}
  void write(Store& store, Pairs& pairs, std::uint64_t keys) {
    std::vector<std::pair<Bytes, std::optional<Bytes>>> chosen;
    for (std::uint64_t count = 1 + random_() % 6; count > 0; --count) {
      Bytes key = bytes_of("key/" + std::to_string(random_() % keys));
      std::optional<Bytes> value;
      if (random_() % 4 != 0) value = Bytes(random_() % 120, static_cast<std::uint8_t>(random_()));
      chosen.emplace_back(std::move(key), std::move(value));
    }
    std::vector<Write> writes;
    for (const auto& [key, value] : chosen) {
      writes.push_back({key, value ? std::optional<ByteView>(*value) : std::nullopt});
      if (value) {
        pairs[key] = *value;
      } else {
        pairs.erase(key);
      }
    }
    const auto committed = store.commit(writes, 1);
    ASSERT_TRUE(committed) << committed.error().detail;
  }
  std::uint64_t below(std::uint64_t bound) { return random_() % bound; }

 private:
  std::mt19937_64 random_;
};

TEST(KeyedLogStore, IsAMapThroughAllChoresAndReopenings) {
  TestFolder folder;
  const Settings settings = small(Index::ordered, Publish::when_durable);
  std::unique_ptr<Store> store = Store::open(folder.store(), settings).value();
  Pairs pairs;
  Writer writer(11);
  std::size_t most_runs = 0;
  for (int round = 0; round < 3'000; ++round) {
    writer.write(*store, pairs, 150);
    most_runs = std::max(most_runs, store->shape().runs);
    if (round % 97 == 0) {
      ASSERT_EQ(pairs_of(store->read()), pairs) << round;
    }
    if (round % 411 == 410) {
      store.reset();
      store = Store::open(folder.store(), settings).value();
      ASSERT_EQ(pairs_of(store->read()), pairs) << round;
      EXPECT_EQ(store->read().sequence(), static_cast<std::uint64_t>(round) + 1);
    }
  }
  for (std::uint64_t number = 0; number < 150; ++number) {
    const Bytes key = bytes_of("key/" + std::to_string(number));
    const auto found = pairs.find(key);
    const auto value = store->read().get(key);
    ASSERT_TRUE(value) << value.error().detail;
    EXPECT_EQ(*value, found == pairs.end() ? std::nullopt : std::optional(found->second));
  }
  EXPECT_GT(most_runs, 3U) << "runs were never many: the test tests less than it should";
  ASSERT_TRUE(store->finish_chores());
  EXPECT_EQ(pairs_of(store->read()), pairs);
  const Shape shape = store->shape();
  EXPECT_LT(shape.log_bytes, 60'000U) << "all that was written has about a megabyte";
  EXPECT_LE(shape.runs, 8U);
}

TEST(KeyedLogStore, AReadingStaysAsItWasWhileSegmentsAndRunsGo) {
  TestFolder folder;
  const Settings settings = small(Index::ordered, Publish::when_durable);
  std::unique_ptr<Store> store = Store::open(folder.store(), settings).value();
  Pairs pairs;
  Writer writer(12);
  std::vector<std::pair<Reading, Pairs>> readings;
  for (int round = 0; round < 1'500; ++round) {
    writer.write(*store, pairs, 60);
    if (round % 150 == 0) readings.emplace_back(store->read(), pairs);
  }
  for (const auto& [reading, expected] : readings) EXPECT_EQ(pairs_of(reading), expected);
  const std::ptrdiff_t files_held = std::distance(std::filesystem::directory_iterator(folder.store()), {});
  readings.clear();
  const std::ptrdiff_t files_left = std::distance(std::filesystem::directory_iterator(folder.store()), {});
  EXPECT_LT(files_left, files_held) << "what only the readings needed is removed with them";
  const Shape shape = store->shape();
  EXPECT_LE(static_cast<std::size_t>(files_left), shape.segments + shape.runs + 4)
      << "lock, manifest, and runs being written";
}

TEST(KeyedLogStore, ManyReadersAndAWriterAgree) {
  TestFolder folder;
  std::unique_ptr<Store> store = Store::open(folder.store(), small(Index::ordered, Publish::at_once)).value();
  std::atomic<bool> done{false};
  std::atomic<std::uint64_t> wrong{0};
  std::vector<std::thread> readers;
  for (int i = 0; i < 2; ++i) {
    readers.emplace_back([&] {
      while (!done) {
        // Every commit writes the same number under all keys.
        const Pairs pairs = pairs_of(store->read());
        for (const auto& [key, value] : pairs) wrong += value != pairs.begin()->second ? 1 : 0;
        const auto one = store->read().get(view_of("5"));
        if (!one) ++wrong;
      }
    });
  }
  for (std::uint64_t number = 0; number < 2'000; ++number) {
    const Bytes value = bytes_of(std::to_string(number));
    std::vector<Bytes> keys;
    for (int i = 0; i < 10; ++i) keys.push_back(bytes_of(std::to_string(i)));
    std::vector<Write> writes;
    for (const Bytes& key : keys) writes.push_back({key, ByteView(value)});
    if (!store->commit(writes, 1)) ++wrong;
  }
  done = true;
  for (std::thread& reader : readers) reader.join();
  EXPECT_EQ(wrong, 0U);
}

TEST(KeyedLogStore, AHashedStoreKeepsTheFirstValueAndCountsWhatIsThere) {
  TestFolder folder;
  const Settings settings = small(Index::hashed, Publish::at_once);
  std::unique_ptr<Store> store = Store::open(folder.store(), settings).value();
  std::map<Bytes, Bytes> expected;
  std::mt19937_64 random(13);
  for (int round = 0; round < 4'000; ++round) {
    const Bytes key = bytes_of("block/" + std::to_string(random() % 300));
    if (random() % 3 == 0) {
      const Write erase{key, std::nullopt};
      ASSERT_TRUE(store->commit({&erase, 1}, 0));
      expected.erase(key);
    } else {
      const Bytes value(random() % 100, static_cast<std::uint8_t>(random()));
      const std::vector<Write> twice{{key, ByteView(value)}, {key, ByteView(key)}};
      ASSERT_TRUE(store->commit(twice, 0));
      expected.try_emplace(key, value);
    }
    if (round % 601 == 600) {
      store.reset();
      store = Store::open(folder.store(), settings).value();
    }
  }
  std::uint64_t bytes = 0;
  for (const auto& [key, value] : expected) {
    const auto got = store->get_hashed(key, Verify::check);
    ASSERT_TRUE(got) << got.error().detail;
    EXPECT_EQ(*got, value);
    bytes += value.size();
  }
  EXPECT_FALSE(*store->has_hashed(view_of("block/none")));
  EXPECT_EQ(store->statistics().entries, expected.size());
  EXPECT_EQ(store->statistics().value_bytes, bytes);
  EXPECT_EQ(pairs_of(store->read()), expected);
  ASSERT_TRUE(store->finish_chores());
  EXPECT_LT(store->shape().log_bytes, 4 * bytes + 16'000);
  for (const auto& [key, value] : expected) EXPECT_EQ(*store->get_hashed(key, Verify::check), value);
}

TEST(KeyedLogStore, RemovingEverythingGivesTheRoomBack) {
  TestFolder folder;
  std::unique_ptr<Store> store = Store::open(folder.store(), small(Index::hashed, Publish::at_once)).value();
  std::vector<Bytes> keys;
  for (int i = 0; i < 500; ++i) keys.push_back(bytes_of("block/" + std::to_string(i)));
  const Bytes value(200, 7);
  for (const Bytes& key : keys) {
    const Write write{key, ByteView(value)};
    ASSERT_TRUE(store->commit({&write, 1}, 0));
  }
  EXPECT_GT(store->shape().log_bytes, 100'000U);
  for (const Bytes& key : keys) {
    const Write erase{key, std::nullopt};
    ASSERT_TRUE(store->commit({&erase, 1}, 0));
  }
  EXPECT_LT(store->shape().log_bytes, 60'000U) << "removing pays for the collection as it goes";
  ASSERT_TRUE(store->finish_chores());
  EXPECT_LT(store->shape().log_bytes, 16'000U);
  EXPECT_EQ(store->statistics().entries, 0U);
}

// What a group takes beside its one small entry is more than the entry: it counts as dead, before and after an opening.
TEST(KeyedLogStore, OverwritingOneSmallValueTakesNoMoreAndMoreRoom) {
  TestFolder folder;
  const Settings settings = small(Index::ordered, Publish::when_durable);
  std::unique_ptr<Store> store = Store::open(folder.store(), settings).value();
  for (int i = 0; i < 3'000; ++i) {
    const Bytes value = bytes_of(std::to_string(i));
    const Write write{view_of("counter"), ByteView(value)};
    ASSERT_TRUE(store->commit({&write, 1}, 1));
    if (i % 37 != 0) continue;
    store.reset();
    store = Store::open(folder.store(), settings).value();
  }
  EXPECT_LT(store->shape().log_bytes, 20'000U) << "all groups together have 264,000 bytes";
  EXPECT_EQ(pairs_of(store->read()), (Pairs{{bytes_of("counter"), bytes_of("2999")}}));
}

// Processes that end after one write, for whatever reason, get no chore done between their writes: the openings must do
// it, or each would read more than the one before.
TEST(KeyedLogStore, LivesOfOneWriteEachLeaveNoMoreAndMoreToRead) {
  for (const Index index : {Index::ordered, Index::hashed}) {
    TestFolder folder;
    Settings settings = small(index, Publish::when_durable);
    settings.table_entries_max = 400;  // more than one life indexes
    settings.tail_bytes_min = settings.tail_bytes_max = 40'000;
    Pairs pairs;
    std::size_t most_runs = 0;
    std::size_t most_segments = 0;
    std::uint64_t most_bytes = 0;
    for (std::uint64_t life = 0; life < 600; ++life) {
      const std::unique_ptr<Store> store = Store::open(folder.store(), settings).value();
      most_runs = std::max(most_runs, store->shape().runs);
      most_segments = std::max(most_segments, store->shape().segments);
      most_bytes = std::max(most_bytes, store->shape().tail_bytes);
      std::vector<std::pair<Bytes, Bytes>> written;
      for (std::uint64_t i = 0; i < 8; ++i) {
        written.emplace_back(bytes_of(std::to_string((life * 8 + i) % 300)),
                             Bytes(50, static_cast<std::uint8_t>(life)));
      }
      std::vector<Write> writes;
      for (const auto& [key, value] : written) {
        if (index == Index::ordered || !pairs.contains(key)) pairs[key] = value;
        writes.push_back({key, ByteView(value)});
      }
      ASSERT_TRUE(store->commit(writes, 1));
      if (index == Index::hashed && life % 40 == 39) {
        writes.clear();
        for (const auto& [key, value] : pairs) writes.push_back({key, std::nullopt});
        ASSERT_TRUE(store->commit(writes, 1));
        pairs.clear();
      }
    }
    const std::unique_ptr<Store> store = Store::open(folder.store(), settings).value();
    EXPECT_EQ(pairs_of(store->read()), pairs);
    EXPECT_LT(most_bytes, 12'000U) << "of the log's end were read by an opening";
    EXPECT_LE(most_runs, 12U);
    EXPECT_LE(most_segments, 40U) << "all that was written fills 60";
  }
}

TEST(KeyedLogStore, AGroupAboveItsLimitChangesNothing) {
  TestFolder folder;
  std::unique_ptr<Store> store = Store::open(folder.store(), small(Index::ordered, Publish::when_durable)).value();
  // The same bytes 129 times: no memory for two gigabytes is needed.
  const Bytes value(kValueBytesMax, 1);
  std::vector<Write> writes(129, Write{view_of("key"), ByteView(value)});
  const auto committed = store->commit(writes, 1);
  ASSERT_FALSE(committed);
  EXPECT_EQ(committed.error().code, ErrorCode::limit_exceeded);
  EXPECT_EQ(store->read().sequence(), 0U);
  const Write write{view_of("key"), ByteView(value)};
  EXPECT_TRUE(store->commit({&write, 1}, 1)) << "a refusal does not end the store";
}

TEST(KeyedLogStore, TheTornEndOfACrashIsCutAndTheRestIsThere) {
  TestFolder folder;
  const Settings settings = small(Index::ordered, Publish::when_durable);
  Bytes first;
  const std::string log = folder.store() + "/" + Segment::name_of(1);
  const std::string manifest = folder.store() + "/" + Manifest::kName;
  Bytes manifest_before;
  {
    std::unique_ptr<Store> store = Store::open(folder.store(), settings).value();
    const Write a{view_of("a"), view_of("1")};
    ASSERT_TRUE(store->commit({&a, 1}, 1));
    manifest_before = folder.read(manifest);
    const Write b{view_of("b"), view_of("2")};
    ASSERT_TRUE(store->commit({&b, 1}, 1));
  }
  // As a crash leaves it: the manifest does not know of the end, the last group is cut anywhere.
  const Bytes whole = folder.read(log);
  const std::size_t group = group_bytes(entry_bytes(1, 1));
  for (std::size_t cut = 0; cut < group; ++cut) {
    folder.write(log, ByteView(whole).first(whole.size() - group + cut));
    folder.write(manifest, manifest_before);
    const auto store = Store::open(folder.store(), settings);
    ASSERT_TRUE(store) << cut << ": " << store.error().detail;
    EXPECT_EQ(pairs_of((*store)->read()), (Pairs{{bytes_of("a"), bytes_of("1")}})) << cut;
    EXPECT_EQ((*store)->read().sequence(), 1U);
    const Write c{view_of("c"), view_of("3")};
    EXPECT_TRUE((*store)->commit({&c, 1}, 1));
  }
}

TEST(KeyedLogStore, DamageBeforeTheLastGroupOfACrashedStoreIsNoTornEnd) {
  TestFolder folder;
  const Settings settings = small(Index::ordered, Publish::when_durable);
  const std::string log = folder.store() + "/" + Segment::name_of(1);
  const std::string manifest = folder.store() + "/" + Manifest::kName;
  Bytes manifest_before;
  {
    std::unique_ptr<Store> store = Store::open(folder.store(), settings).value();
    manifest_before = folder.read(manifest);
    for (const char* key : {"a", "b", "c"}) {
      const Write write{view_of(key), view_of("1")};
      ASSERT_TRUE(store->commit({&write, 1}, 1));
    }
  }
  const Bytes whole = folder.read(log);
  const std::size_t group = group_bytes(entry_bytes(1, 1));
  const std::size_t content = kGroupHeadBytes + entry_bytes(1, 1) + kGroupCheckBytes;
  for (std::size_t at = kSegmentHeaderBytes; at < kSegmentHeaderBytes + 2 * group; ++at) {
    if ((at - kSegmentHeaderBytes) % group >= content) continue;  // padding says nothing
    Bytes damaged = whole;
    damaged[at] ^= 4;
    folder.write(log, damaged);
    folder.write(manifest, manifest_before);
    const auto store = Store::open(folder.store(), settings);
    ASSERT_FALSE(store) << at;
    EXPECT_EQ(store.error().code, ErrorCode::corrupted);
    EXPECT_EQ(folder.read(log), damaged) << "a store that cannot be opened is not changed";
  }
}

// Runs and several segments among them; of each file every byte once.
TEST(KeyedLogStore, DamageToAnyFileIsNoticedOrHarmless) {
  for (const Index index : {Index::ordered, Index::hashed}) {
    TestFolder folder;
    const Settings settings = small(index, Publish::when_durable);
    Pairs pairs;
    {
      std::unique_ptr<Store> store = Store::open(folder.store(), settings).value();
      Writer writer(14);
      for (std::uint64_t number = 0; number < 120; ++number) {
        const Bytes key = bytes_of("key/" + std::to_string(index == Index::hashed ? number : writer.below(40)));
        const Bytes value(writer.below(60), static_cast<std::uint8_t>(number));
        const Write write{key, ByteView(value)};
        ASSERT_TRUE(store->commit({&write, 1}, 1));
        pairs[key] = value;
      }
      EXPECT_GT(store->shape().segments, 1U);
      EXPECT_GT(store->shape().runs, 0U);
    }
    std::map<std::string, Bytes> files;
    for (const auto& entry : std::filesystem::directory_iterator(folder.store()))
      files[entry.path().string()] = folder.read(entry.path().string());
    for (const auto& [path, bytes] : files) {
      for (std::size_t at = 0; at < bytes.size(); ++at) {
        Bytes damaged = bytes;
        damaged[at] = static_cast<std::uint8_t>(damaged[at] ^ 1U << at % 8);
        folder.write(path, damaged);
        const auto store = Store::open(folder.store(), settings);
        if (store) {
          Pairs found;
          const auto scanned = (*store)->read().scan({}, {}, [&](ByteView key, ByteView value) {
            found.emplace(copy_of(key), copy_of(value));
            return true;
          });
          EXPECT_TRUE(!scanned || found == pairs) << path << " at " << at;
        }
        folder.write(path, bytes);
      }
    }
  }
}

TEST(KeyedLogStore, WhatLooksLikeAGroupInAValueIsNone) {
  TestFolder folder;
  const Settings settings = small(Index::ordered, Publish::when_durable);
  const std::string log = folder.store() + "/" + Segment::name_of(1);
  const std::string manifest = folder.store() + "/" + Manifest::kName;
  Bytes manifest_before;
  Bytes of_another;
  {
    TestFolder other;
    std::unique_ptr<Store> store = Store::open(other.store(), settings).value();
    for (int i = 0; i < 3; ++i) {
      const Write write{view_of("x"), view_of("1")};
      ASSERT_TRUE(store->commit({&write, 1}, 1));
    }
    store.reset();
    of_another = other.read(other.store() + "/" + Segment::name_of(1));
  }
  {
    std::unique_ptr<Store> store = Store::open(folder.store(), settings).value();
    manifest_before = folder.read(manifest);
    const Write write{view_of("a"), ByteView(of_another)};
    ASSERT_TRUE(store->commit({&write, 1}, 1));
  }
  // The group's head is torn; behind it stand whole groups of another store.
  Bytes damaged = folder.read(log);
  damaged[kSegmentHeaderBytes + 4] ^= 1;
  folder.write(log, damaged);
  folder.write(manifest, manifest_before);
  const auto store = Store::open(folder.store(), settings);
  ASSERT_TRUE(store) << store.error().detail;
  EXPECT_TRUE(pairs_of((*store)->read()).empty());
}

}  // namespace
}  // namespace icn::backends::detail::keyed_log
