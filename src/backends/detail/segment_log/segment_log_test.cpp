// Goal: a crash or a power cut leaves in a log the synced records, then possibly some unsynced ones, each complete;
// damage to durable records is refused, by file and offset.
#include "backends/detail/segment_log/segment_log.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <map>

#include "backends/testing/files.hpp"

namespace icn::backends::detail {
namespace {

namespace fs = std::filesystem;

class SegmentLogTest : public testing::Test {
 protected:
  SegmentLogTest() {
    const bool in_memory = fs::is_directory("/dev/shm");
    std::string pattern = (in_memory ? fs::path("/dev/shm") : fs::temp_directory_path()) / "icn-segment-log-XXXXXX";
    if (mkdtemp(pattern.data()) == nullptr) std::abort();
    root_ = pattern;
  }
  ~SegmentLogTest() override {
    log_.reset();
    fs::remove_all(root_);
  }

  std::string path(const std::string& name = "log") const { return (root_ / name).string(); }
  std::string segment(int number, const std::string& name = "log") const {
    return path(name) + "/000000000" + std::to_string(number) + ".segment";
  }
  // The content of the log, as the pairs that its entries leave.
  Result<std::map<std::string, std::string>> open(const std::string& name = "log", LogKind kind = LogKind::state) {
    log_.reset();
    std::map<std::string, std::string> pairs;
    log_ =
        ICN_TRY(SegmentLog::open(path(name), kind, [&](const LogEntry& entry, const LogPlace& place) -> Result<void> {
          const std::string key(text_of(entry.key));
          pairs.erase(key);
          if (entry.value) pairs[key] = text_of(ICN_TRY(place.read()));
          return {};
        }));
    return pairs;
  }
  void append(const std::string& key, std::optional<std::string> value, std::uint64_t sequence = 0) {
    LogEntry entry{view_of(key), std::nullopt};
    if (value) entry.value = view_of(*value);
    ASSERT_TRUE(log_->append({&entry, 1}, sequence));
  }
  // A copy of the folder as it is now: a kill.
  void copy(const std::string& to, const std::string& from = "log") const {
    fs::remove_all(path(to));
    fs::copy(path(from), path(to));
  }
  void expect_damaged(const std::string& name, const std::string& file, std::uint64_t offset) {
    const auto opened = open(name);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, ErrorCode::corrupted) << opened.error().detail;
    EXPECT_NE(opened.error().detail.find(file), std::string::npos) << opened.error().detail;
    EXPECT_NE(opened.error().detail.find("offset " + std::to_string(offset) + " "), std::string::npos)
        << opened.error().detail;
  }
  static void flip(const std::string& file, std::uint64_t offset) {
    Bytes bytes = read_all(file);
    bytes.at(offset) ^= 1;
    write_all(file, bytes);
  }

  fs::path root_;
  std::unique_ptr<SegmentLog> log_;
};

using Map = std::map<std::string, std::string>;

TEST_F(SegmentLogTest, KeepsEntriesErasuresAndTheSequence) {
  ASSERT_EQ(*open(), Map());
  append("a", "1", 1);
  append("b", "", 2);
  append("a", std::nullopt, 7);
  ASSERT_TRUE(log_->sync());
  EXPECT_EQ(*open(), (Map{{"b", ""}}));
  EXPECT_EQ(log_->sequence(), 7U);
  ASSERT_TRUE(log_->append({}, 8));
  EXPECT_EQ(*open(), (Map{{"b", ""}}));
  EXPECT_EQ(log_->sequence(), 8U);
}

// Three unsynced records after two synced ones: the power cut keeps any of their sectors.
TEST_F(SegmentLogTest, UnsyncedRecordsAreKeptWholeOrCutOffWhateverAPowerCutKeeps) {
  ASSERT_TRUE(open());
  append("a", std::string(700, 'a'));
  append("b", "b");
  ASSERT_TRUE(log_->sync());
  const std::uint64_t synced = log_->last_segment_bytes();
  std::vector<std::uint64_t> ends;
  for (const char letter : {'c', 'd', 'e'}) {
    append(std::string(1, letter), std::string(900, letter));
    ends.push_back(log_->last_segment_bytes());
  }
  copy("killed");
  const Bytes whole = read_all(segment(1));
  constexpr std::uint64_t kSector = 512;
  const std::uint64_t first = synced / kSector;
  const std::uint64_t sectors = (whole.size() + kSector - 1) / kSector - first;
  for (std::uint64_t kept = 0; kept < std::uint64_t{1} << sectors; ++kept) {
    SCOPED_TRACE("sectors " + std::to_string(kept));
    Bytes bytes = whole;
    for (std::uint64_t i = 0; i < sectors; ++i) {
      const std::uint64_t begin = std::max(synced, (first + i) * kSector);
      const std::uint64_t end = std::min<std::uint64_t>(whole.size(), (first + i + 1) * kSector);
      if ((kept >> i & 1) == 0)
        std::fill(bytes.begin() + static_cast<long>(begin), bytes.begin() + static_cast<long>(end), 0);
    }
    copy("cut", "killed");
    write_all(segment(1, "cut"), bytes);
    auto pairs = open("cut");
    ASSERT_TRUE(pairs) << pairs.error().detail;
    Map expected{{"a", std::string(700, 'a')}, {"b", "b"}};
    for (std::size_t i = 0;
         i < ends.size() && std::equal(whole.begin(), whole.begin() + static_cast<long>(ends[i]), bytes.begin()); ++i)
      expected[std::string(1, static_cast<char>('c' + i))] = std::string(900, static_cast<char>('c' + i));
    EXPECT_EQ(*pairs, expected);
    append("later", "x");
    expected["later"] = "x";
    EXPECT_EQ(*open("cut"), expected) << "a record that was cut off came back";
    log_.reset();
  }
}

TEST_F(SegmentLogTest, DamageBeforeARecordThatProvesItDurableIsRefused) {
  ASSERT_TRUE(open());
  std::vector<std::uint64_t> begins;
  for (const std::string key : {"a", "b", "c"}) {
    begins.push_back(log_->last_segment_bytes());
    append(key, std::string(100, 'v'));
    ASSERT_TRUE(log_->sync());
  }
  copy("killed");
  log_.reset();
  for (std::size_t i = 0; i < 2; ++i) {
    for (const std::uint64_t at : {0, 9, 47, 60, 150}) {  // magic, length, check, table, value
      copy("damaged", "killed");
      flip(segment(1, "damaged"), begins[i] + at);
      expect_damaged("damaged", segment(1, "damaged"), begins[i]);
    }
  }
  // The last record of a store that crashed may be a torn write. After closing it may not.
  copy("damaged", "killed");
  flip(segment(1, "damaged"), begins[2] + 60);
  EXPECT_EQ(open("damaged")->size(), 2U);
  log_.reset();
  flip(segment(1), begins[2] + 60);
  expect_damaged("log", segment(1), begins[2]);
}

// A caller may store bytes that look like a record, of this log or of another one.
TEST_F(SegmentLogTest, StoredBytesAreNotTakenForARecord) {
  ASSERT_TRUE(open());
  append("a", "1");
  ASSERT_TRUE(log_->sync());
  append("b", "2");
  log_.reset();
  const std::string record(text_of(read_all(segment(1))));
  ASSERT_TRUE(open());
  const std::uint64_t end = log_->last_segment_bytes();
  append("c", record);
  copy("torn");
  flip(segment(1, "torn"), end + 10);
  EXPECT_EQ(open("torn")->size(), 2U) << "the torn record is cut off, whatever it contains";
}

TEST_F(SegmentLogTest, SegmentsFollowEachOtherAndTheOldestGoes) {
  ASSERT_TRUE(open());
  append("a", "1");
  append("b", "2");
  ASSERT_TRUE(log_->begin_segment());
  append("b", std::nullopt);
  ASSERT_TRUE(log_->begin_segment());
  append("c", "3");
  EXPECT_EQ(*open(), (Map{{"a", "1"}, {"c", "3"}}));
  EXPECT_EQ(log_->segment_count(), 3U);
  const std::uint64_t bytes = log_->bytes();
  append("a", "1");
  ASSERT_TRUE(log_->drop_oldest());
  EXPECT_FALSE(fs::exists(segment(1)));
  EXPECT_LT(log_->bytes(), bytes + 80);
  ASSERT_TRUE(log_->drop_oldest());
  EXPECT_EQ(*open(), (Map{{"a", "1"}, {"c", "3"}}));
  EXPECT_EQ(log_->segment_count(), 1U);
}

TEST_F(SegmentLogTest, ADroppedSegmentThatComesBackIsRemovedAndOneThatIsMissingOrShortIsDamage) {
  ASSERT_TRUE(open());
  append("a", "1");
  ASSERT_TRUE(log_->begin_segment());
  append("b", "2");
  const std::uint64_t end = log_->last_segment_bytes();
  append("c", "3");
  ASSERT_TRUE(log_->begin_segment());
  log_.reset();
  const Bytes oldest = read_all(segment(1));

  copy("short");
  fs::resize_file(segment(2, "short"), end);
  expect_damaged("short", segment(2, "short"), end);
  copy("missing");
  fs::remove(segment(2, "missing"));
  EXPECT_EQ(open("missing").error().code, ErrorCode::corrupted);

  ASSERT_TRUE(open());
  ASSERT_TRUE(log_->drop_oldest());
  log_.reset();
  write_all(segment(1), oldest);
  write_all(segment(4) + ".new", oldest);
  EXPECT_EQ(*open(), (Map{{"b", "2"}, {"c", "3"}}));
  EXPECT_FALSE(fs::exists(segment(1)));
  EXPECT_FALSE(fs::exists(segment(4) + ".new"));
}

// What a crash leaves between the steps of beginning a segment: the new file without a mark that names it, or, in a new
// store, the mark without a segment.
TEST_F(SegmentLogTest, ACrashBetweenAFileAndItsMarkIsNoDamage) {
  ASSERT_TRUE(open());
  append("a", "1");
  ASSERT_TRUE(log_->sync());
  copy("before");
  ASSERT_TRUE(log_->begin_segment());
  append("b", "2");
  ASSERT_TRUE(log_->sync());
  copy("after");
  fs::copy_file(path("before") + "/mark", path("after") + "/mark", fs::copy_options::overwrite_existing);
  EXPECT_EQ(*open("after"), (Map{{"a", "1"}, {"b", "2"}}));

  ASSERT_TRUE(open("new"));
  const Bytes mark = read_all(path("new") + "/mark");
  log_.reset();
  fs::remove_all(path("new"));
  fs::create_directory(path("new"));
  Bytes unproven = encode_numbers(kMarkMagic, LogKind::state, {read_be64(mark.data() + 16), 1, 1, 0});
  write_all(path("new") + "/mark", unproven);
  EXPECT_EQ(*open("new"), Map());
}

TEST_F(SegmentLogTest, APlaceCanBeReadAfterItsSegmentWasDropped) {
  ASSERT_TRUE(open());
  std::vector<LogPlace> places;
  const LogEntry entry{view_of("a"), view_of("kept")};
  ASSERT_TRUE(log_->append({&entry, 1}, 0, &places));
  ASSERT_TRUE(log_->begin_segment());
  ASSERT_TRUE(log_->drop_oldest());
  EXPECT_EQ(*places.at(0).read(), bytes_of("kept"));
}

}  // namespace
}  // namespace icn::backends::detail
