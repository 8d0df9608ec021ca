// Goal: the table in memory, the runs on disk and the table of locations find what was put into them, and nothing else.
#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <random>
#include <thread>

#include "backends/detail/keyed_log/location_table.hpp"
#include "backends/detail/keyed_log/run.hpp"
#include "backends/testing/keyed_log_folder.hpp"

namespace icn::backends::detail::keyed_log {
namespace {

Bytes key_of(std::uint64_t number) {
  Bytes key = bytes_of("lj/");
  append_be64(key, number);
  return key;
}
Location place(std::uint64_t number) {
  return {static_cast<std::uint32_t>(number % 7), static_cast<std::uint32_t>(number * 100), 100};
}

TEST(Memtable, FindsTheNewestVersionThatIsVisible) {
  Memtable table;
  table.add(view_of("a"), 1, {place(1), false});
  table.add(view_of("a"), 3, {place(3), false});
  table.add(view_of("a"), 5, {{}, true});
  table.add(view_of("b"), 4, {place(4), false});
  EXPECT_FALSE(table.find(view_of("a"), 0));
  EXPECT_EQ(table.find(view_of("a"), 2)->location, place(1));
  EXPECT_EQ(table.find(view_of("a"), 3)->location, place(3));
  EXPECT_TRUE(table.find(view_of("a"), 9)->erased);
  EXPECT_FALSE(table.find(view_of("b"), 3));
  EXPECT_FALSE(table.find(view_of("aa"), 9));
  EXPECT_EQ(table.entries(), 4U);
  EXPECT_EQ(table.replaced().at(1), 100U);
  EXPECT_EQ(table.replaced().at(3), 100U);
}

TEST(Memtable, IteratesOverTheVisibleVersionOfEachKey) {
  Memtable table;
  std::map<Bytes, std::uint64_t> expected;
  std::mt19937_64 random(3);
  constexpr std::uint64_t kVisible = 2'000;
  for (std::uint64_t number = 1; number <= 3'000; ++number) {
    const Bytes key = key_of(random() % 700);
    table.add(key, number, {place(number), false});
    if (number <= kVisible) expected[key] = number;
  }
  Memtable::Iterator at(table, kVisible);
  at.seek({});
  for (const auto& [key, number] : expected) {
    ASSERT_TRUE(at.valid());
    EXPECT_EQ(copy_of(at.key()), key);
    EXPECT_EQ(at.indexed().location, place(number));
    at.next();
  }
  EXPECT_FALSE(at.valid());
  at.seek(key_of(350));
  EXPECT_EQ(copy_of(at.key()), expected.lower_bound(key_of(350))->first);
}

TEST(Memtable, ALotComesInAsItsEntriesWouldOneByOne) {
  Memtable table;
  Memtable expected;
  Lot lot;
  std::uint64_t random = 5;
  for (std::uint64_t number = 1; number <= 3'000; ++number) {
    random = random * 6364136223846793005ULL + 1442695040888963407ULL;
    const Bytes key = bytes_of("key/" + std::to_string((random >> 33) % 500));  // the same first bytes, and repeated
    const Indexed indexed{{1, static_cast<std::uint32_t>(number), 1}, number % 5 == 0};
    lot.add(key, number, indexed);
    expected.add(key, number, indexed);
    if (number % 700 == 0) lot.move_to(table);
  }
  lot.move_to(table);
  EXPECT_EQ(lot.entries(), 0U);
  EXPECT_EQ(table.entries(), 3'000U);
  for (const std::uint64_t visible : {std::uint64_t{900}, std::uint64_t{3'000}}) {
    Memtable::Iterator a(table, visible);
    Memtable::Iterator b(expected, visible);
    a.seek({});
    for (b.seek({}); b.valid(); b.next(), a.next()) {
      ASSERT_TRUE(a.valid());
      ASSERT_EQ(text_of(a.key()), text_of(b.key()));
      ASSERT_EQ(a.indexed().location, b.indexed().location);
      ASSERT_EQ(a.indexed().erased, b.indexed().erased);
    }
    EXPECT_FALSE(a.valid());
  }
}

TEST(Memtable, ReadersAreNotDisturbedByTheWriter) {
  Memtable table;
  std::atomic<std::uint64_t> written{0};
  std::atomic<std::uint64_t> wrong{0};
  std::vector<std::thread> readers;
  constexpr std::uint64_t kEntries = 20'000;
  for (int i = 0; i < 2; ++i) {
    readers.emplace_back([&] {
      while (written < kEntries) {
        const std::uint64_t visible = written;
        std::uint64_t keys = 0;
        Memtable::Iterator at(table, visible);
        for (at.seek({}); at.valid(); at.next()) ++keys;
        if (keys != visible) ++wrong;
        if (visible > 0 && !table.find(key_of(visible * 7'919), visible)) ++wrong;
      }
    });
  }
  for (std::uint64_t number = 1; number <= kEntries; ++number) {
    table.add(key_of(number * 7'919), number, {place(number), false});
    written = number;
  }
  for (std::thread& reader : readers) reader.join();
  EXPECT_EQ(wrong, 0U);
}

using IndexFile = Run;  // a test has a Run() of its own

class RunTest : public testing::Test {
 protected:
  // Even numbers; every tenth is erased.
  std::shared_ptr<IndexFile> write_run(std::uint64_t entries, Filter filter) {
    RunWriter writer = RunWriter::create(folder(), kHeader, filter, entries).value();
    for (std::uint64_t i = 0; i < entries; ++i) {
      EXPECT_TRUE(writer.add(key_of(2 * i), {i % 10 == 0 ? Location{} : place(i), i % 10 == 0}));
    }
    EXPECT_TRUE(writer.finish(3));
    return IndexFile::open(folder(), kHeader).value();
  }
  const OwnedFolder& folder() const { return files_.folder(); }
  std::string path() const { return folder().file(IndexFile::name_of(kHeader.number)); }

  static constexpr RunHeader kHeader{Kind::state, 0x1234567890abcdef, 5};
  TestFolder files_;
};

TEST_F(RunTest, FindsEveryKeyAndNoOther) {
  for (const Filter filter : {Filter::none, Filter::bloom}) {
    for (const std::uint64_t entries : {1U, 2U, 100U, 20'000U}) {
      const std::shared_ptr<IndexFile> run = write_run(entries, filter);
      EXPECT_EQ(run->entries(), entries);
      EXPECT_EQ(run->level(), 3U);
      for (std::uint64_t i = 0; i < entries; ++i) {
        const auto found = run->find(key_of(2 * i));
        ASSERT_TRUE(found && *found) << i;
        EXPECT_EQ((*found)->erased, i % 10 == 0);
        EXPECT_EQ((*found)->location, i % 10 == 0 ? Location{} : place(i));
        EXPECT_FALSE(*run->find(key_of(2 * i + 1)));
      }
      EXPECT_FALSE(*run->find(view_of("a")));
      EXPECT_FALSE(*run->find(view_of("z")));
    }
  }
}

TEST_F(RunTest, IteratesFromAnyKey) {
  const std::shared_ptr<IndexFile> run = write_run(5'000, Filter::none);
  for (const std::uint64_t from : {0U, 1U, 77U, 5'000U, 9'998U}) {
    IndexFile::Iterator at(*run);
    ASSERT_TRUE(at.seek(key_of(from)));
    for (std::uint64_t i = (from + 1) / 2; i < 5'000; ++i) {
      ASSERT_TRUE(at.valid());
      ASSERT_EQ(copy_of(at.key()), key_of(2 * i));
      ASSERT_TRUE(at.next());
    }
    EXPECT_FALSE(at.valid());
  }
  IndexFile::Iterator beyond(*run);
  ASSERT_TRUE(beyond.seek(key_of(9'999)));
  EXPECT_FALSE(beyond.valid());
}

// A key is found as it was written, or something is reported.
TEST_F(RunTest, NoFlippedBitIsAnswered) {
  constexpr std::uint64_t kEntries = 60;
  static_cast<void>(write_run(kEntries, Filter::bloom));
  const Bytes good = files_.read(path());
  for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
    Bytes damaged = good;
    damaged[bit / 8] = static_cast<std::uint8_t>(damaged[bit / 8] ^ 1U << bit % 8);
    files_.write(path(), damaged);
    const auto run = IndexFile::open(folder(), kHeader);
    if (!run) {
      EXPECT_TRUE(run.error().code == ErrorCode::corrupted || run.error().code == ErrorCode::unsupported_version);
      continue;
    }
    for (std::uint64_t i = 1; i < kEntries; i += 7) {
      const auto found = (*run)->find(key_of(2 * i));
      if (!found) {
        EXPECT_EQ(found.error().code, ErrorCode::corrupted);
        continue;
      }
      ASSERT_TRUE(*found) << "bit " << bit;
      EXPECT_EQ((*found)->erased, i % 10 == 0);
    }
  }
}

TEST_F(RunTest, NoRunThatWasCutIsOpened) {
  static_cast<void>(write_run(200, Filter::bloom));
  const Bytes good = files_.read(path());
  for (std::size_t length = 0; length < good.size(); ++length) {
    files_.write(path(), ByteView(good).first(length));
    const auto run = IndexFile::open(folder(), kHeader);
    ASSERT_FALSE(run) << length;
    EXPECT_EQ(run.error().code, ErrorCode::corrupted);
  }
}

TEST(KeyFilter, KnowsItsKeysAndFewOthers) {
  constexpr std::uint64_t kKeys = 10'000;
  KeyFilter filter(kKeys);
  for (std::uint64_t i = 0; i < kKeys; ++i) filter.add(key_of(i));
  filter.settle();
  std::uint64_t wrong = 0;
  for (std::uint64_t i = 0; i < kKeys; ++i) {
    EXPECT_TRUE(filter.may_contain(key_of(i)));
    wrong += filter.may_contain(key_of(i + kKeys)) ? 1 : 0;
  }
  EXPECT_LT(wrong, kKeys / 50);
}

// Keys that look alike are many here: sixteen bits of them differ, and the locations tell them apart.
TEST(LocationTable, HoldsWhatWasAddedThroughGrowthAndRemoval) {
  LocationTable table(7);
  std::map<std::uint64_t, Location> expected;
  std::mt19937_64 random(5);
  for (std::uint64_t step = 0; step < 60'000; ++step) {
    const std::uint64_t number = random() % 10'000;
    const auto found = expected.find(number);
    if (found == expected.end()) {
      const Location location{1, static_cast<std::uint32_t>(step), 50};
      table.add(key_of(number), location);
      expected[number] = location;
    } else if (step % 3 == 0) {
      const Location moved{2, static_cast<std::uint32_t>(step), 50};
      table.replace(key_of(number), found->second, moved);
      found->second = moved;
    } else {
      table.remove(key_of(number), found->second);
      expected.erase(found);
    }
  }
  for (std::uint64_t number = 0; number < 10'000; ++number) {
    const auto found = expected.find(number);
    const LocationTable::Candidates candidates = table.candidates(key_of(number));
    ASSERT_EQ(candidates.first.has_value(), found != expected.end()) << number;
    if (found == expected.end()) continue;
    EXPECT_EQ(*candidates.first, found->second);
    EXPECT_TRUE(table.holds(key_of(number), found->second));
    EXPECT_FALSE(table.holds(key_of(number), Location{9, 9, 9}));
  }
  EXPECT_LT(table.memory_bytes(), 10'000 * 48);
}

}  // namespace
}  // namespace icn::backends::detail::keyed_log
