// The bytes of job records: written records can be read, as can those of an older release, and none is too large.
#include "jobs/job_record.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "jobs/detail/record_fields.hpp"
#include "ports/state_store.hpp"

namespace icn::jobs {
namespace {

std::string read_file(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}
JobRecord read_golden(const std::string& name) {
  return JobRecord::from_bytes(view_of(read_file("tests/golden/first_release/" + name))).value();
}

ipld::Cid cid_of(std::string_view text) { return ipld::Cid::of(ipld::Codec::dag_cbor, view_of(text)); }

model::JobId id_of(std::uint64_t number) {
  Bytes seed;
  append_be64(seed, number);
  return model::JobId{ipld::Cid::of(ipld::Codec::dag_cbor, seed)};
}

// Only the required members have a value.
JobRecord small_record() {
  JobRecord record;
  record.id = id_of(3);
  record.number = 3;
  record.accepted.value = 1'003;
  record.reserve.umana = 10;
  record.happenings.push_back({record.accepted, JobPhase::submitted, "accepted"});
  return record;
}

// Every member has a non-default value.
JobRecord full_record() {
  JobRecord record;
  record.id = id_of(1);
  record.order = cid_of("order");
  record.order_envelope = cid_of("order envelope");
  record.authority = cid_of("authority");
  record.parent = id_of(2);
  record.program = "word_count";
  record.submitter = model::Did::of_key({1, 2, 3});
  record.executor = model::Did::of_key({4});
  record.phase = JobPhase::failed;
  record.number = 77;
  record.attempts = 2;
  record.accepted.value = 1'001;
  record.deadlines = {{1}, {2}, {3}, {4}};
  record.secret[5] = 9;
  record.base.umana = 1;
  record.page.umana = 12;
  record.cost.umana = 2;
  record.bid.umana = 3;
  record.reserve.umana = 10;
  record.discount.umana = 4;
  record.budget.umana = 5;
  record.pay.umana = 6;
  record.charged.umana = 7;
  record.treasury_charged.umana = 8;
  record.budget_spent.umana = 2;
  record.budget_passed_on.umana = 1;
  record.receipt = cid_of("receipt");
  record.anchor = cid_of("anchor");
  record.output = ipld::Cid::of(ipld::Codec::raw, view_of("output"));
  record.outcome = model::Outcome{model::OutcomeKind::trap, 7};
  record.exit_code = -1;
  record.fuel_used = 10;
  record.fuel_limit = UINT64_MAX;
  record.pages_limit = 160;
  record.result_bytes = 17'825'792;
  record.settling_fuel = 11;
  record.memory_pages = 3;
  record.message = "trapped";
  record.failure = ErrorCode::infrastructure;
  record.failure_rule = "rule";
  record.effects_told = {"one", "two"};
  record.happenings.push_back({record.accepted, JobPhase::submitted, "accepted"});
  return record;
}

JobRecord open_record() {
  JobRecord record = full_record();
  record.phase = JobPhase::executing;
  return record;
}

TEST(JobRecords, ARecordSurvivesItsBytesWithEveryField) {
  for (const detail::Section& section : detail::kSections) {
    for (const detail::Field& field : section.fields)
      EXPECT_FALSE(field.is_default(full_record())) << "full_record() lacks " << section.name << "." << field.name;
  }
  const JobRecord record = open_record();
  const Bytes bytes = record.to_bytes();
  EXPECT_EQ(JobRecord::from_bytes(bytes).value(), record);
  for (std::size_t length = 0; length < bytes.size(); ++length)
    EXPECT_FALSE(JobRecord::from_bytes(ByteView(bytes).first(length))) << length;
  EXPECT_EQ(full_record().released().umana, 10U - 7 + (5 - 2 - 1));
}

TEST(JobRecords, ATerminalJobHasItsStoryApart) {
  const JobRecord record = full_record();
  JobRecord read = JobRecord::from_bytes(record.to_bytes()).value();
  EXPECT_TRUE(read.happenings.empty() && read.effects_told.empty());
  ASSERT_TRUE(read.read_story(record.story_bytes()));
  EXPECT_EQ(read, record);
  EXPECT_FALSE(read.read_story(Bytes{}));
}

TEST(JobRecords, WhatIsNotSetTakesNoSpace) {
  const JobRecord record = small_record();
  EXPECT_EQ(JobRecord::from_bytes(record.to_bytes()).value(), record);
  JobRecord ended = record;
  ended.phase = JobPhase::expired;
  ended.happenings.clear();
  EXPECT_TRUE(ended.story_bytes().empty());
}

TEST(JobRecords, TheGoldenFileIsWhatTheCodeWrites) {
  const std::string path = "tests/golden/job_record.cbor";
  const Bytes bytes = open_record().to_bytes();
  if (std::getenv("ICN_UPDATE") != nullptr) std::ofstream(path, std::ios::binary) << text_of(bytes);
  EXPECT_EQ(to_hex(view_of(read_file(path))), to_hex(bytes)) << "raise the record's version, then ICN_UPDATE=1";
}

TEST(JobRecords, TheDocumentNamesEveryFieldInTheOrderOfTheBytes) {
  const std::string text = read_file("docs/FORMATS.md");
  std::size_t at = text.find("### Job records");
  ASSERT_NE(at, std::string::npos);
  for (const detail::Section& section : detail::kSections) {
    for (const detail::Field& field : section.fields) {
      const std::string row = "\n| `" + std::string(section.name) + "." + std::string(field.name) + "` | ";
      const std::size_t found = text.find(row, at);
      EXPECT_NE(found, std::string::npos) << "docs/FORMATS.md lacks, or has in another order:" << row;
      if (found != std::string::npos) at = found;
    }
  }
}

TEST(JobRecords, WhatTheFirstReleaseWroteIsRead) {
  JobRecord expected = full_record();
  expected.settling_fuel = 0;  // of later releases, as the next
  expected.result_bytes = 0;
  expected.page = {};
  expected.pages_limit = 0;
  expected.program.clear();
  EXPECT_EQ(read_golden("job_record_v1.cbor"), expected);
  EXPECT_EQ(read_golden("job_record_v1_open.cbor"), small_record());
  const std::string bytes = read_file("tests/golden/first_release/job_record_v1.cbor");
  for (std::size_t length = 0; length < bytes.size(); ++length)
    EXPECT_FALSE(JobRecord::from_bytes(view_of(bytes).first(length))) << length;
}

TEST(JobRecords, ASectionOfANewerReleaseIsKept) {
  ipld::CborWriter value;
  value.map(1).key("until").unsigned_integer(7);
  JobRecord record = open_record();
  for (const char* name : {"a", "zz", "lease", "executors"}) record.other_sections.push_back({name, value.view()});
  const Bytes bytes = record.to_bytes();
  EXPECT_TRUE(ipld::validate_dag_cbor(bytes));
  const JobRecord read = JobRecord::from_bytes(bytes).value();
  EXPECT_EQ(read, record);
  EXPECT_EQ(read.to_bytes(), bytes);
}

// `edit` gets the offset of the name in the bytes.
Bytes edited(std::string_view name, const std::function<void(Bytes&, std::size_t)>& edit) {
  Bytes bytes = open_record().to_bytes();
  const std::size_t at = text_of(bytes).find(name);
  EXPECT_NE(at, std::string::npos);
  edit(bytes, at);
  return bytes;
}

TEST(JobRecords, AFieldOfANewerReleaseIsRefusedAndSoIsANewerVersion) {
  const auto rename = [](Bytes& bytes, std::size_t at) { bytes[at] = 'z'; };
  const auto unknown = JobRecord::from_bytes(edited("treasury", rename));
  EXPECT_EQ(unknown.error().code, ErrorCode::unsupported_version);
  EXPECT_NE(unknown.error().detail.find("'money'"), std::string::npos);
  EXPECT_NE(unknown.error().detail.find("'zreasury'"), std::string::npos);
  const auto raised = edited("av", [](Bytes& bytes, std::size_t at) { bytes[at + 2] = 3; });
  EXPECT_EQ(JobRecord::from_bytes(raised).error().code, ErrorCode::unsupported_version);
}

TEST(JobRecords, AMissingFieldAndAWrongOneAreNamed) {
  const auto missing = JobRecord::from_bytes(edited("secret", [](Bytes& bytes, std::size_t at) { bytes[at] = 't'; }));
  EXPECT_EQ(missing.error().detail, "job record: field 'core.secret' is missing");
  const auto wrong = JobRecord::from_bytes(edited("phase", [](Bytes& bytes, std::size_t at) { bytes[at + 5] = 0x17; }));
  EXPECT_EQ(wrong.error().detail, "job record: field 'core.phase': it has no value 23");
  Bytes none{0xa1, 0x61, 'v', 2};
  EXPECT_EQ(JobRecord::from_bytes(none).error().detail, "job record: it has no section 'core'");
}

TEST(JobRecords, WordsThatAreNoTextDoNotMakeARecordUnreadable) {
  JobRecord record = small_record();
  record.message = "cut in a character: \xe2\x82";
  record.failure_rule = "\xff";
  record.effects_told = {std::string("\xc3", 1), std::string(100'000, 'x')};
  record.happenings.push_back({record.accepted, JobPhase::submitted, "\x80"});
  const auto read = JobRecord::from_bytes(record.to_bytes());
  ASSERT_TRUE(read) << read.error().detail;
  EXPECT_EQ(read->message, "cut in a character: \xef\xbf\xbd\xef\xbf\xbd");
  EXPECT_EQ(read->failure_rule, "\xef\xbf\xbd");
  EXPECT_EQ(read->effects_told[1].size(), 4'096);
}

TEST(JobRecords, NoTextsMakeARecordTooLarge) {
  const std::vector<std::string> many(10'000, std::string(100'000, 'x'));
  JobRecord record = small_record();
  RefusedEffects refused;
  for (const std::string& text : many) refused.add(text);
  record.effects_told = refused.texts();
  ASSERT_EQ(record.effects_told.size(), kEffectsToldMax);
  EXPECT_EQ(record.effects_told.front().size(), kJobTextBytesMax);
  EXPECT_EQ(record.effects_told.back(), "9937 more effects were not applied");
  refused.conclude("so none was applied");
  ASSERT_EQ(refused.texts().size(), kEffectsToldMax);
  EXPECT_EQ(refused.texts()[kEffectsToldMax - 2], "9938 more effects were not applied");
  EXPECT_EQ(refused.texts().back(), "so none was applied");
  record.effects_told = many;  // past the bound
  record.message = record.failure_rule = many.front();
  record.happenings.assign(kHappeningsMax, {{1}, JobPhase::failed, many.front()});
  EXPECT_LT(record.to_bytes().size(), 1'000'000U);
  record.phase = JobPhase::failed;
  EXPECT_LT(record.story_bytes().size(), 1'000'000U);
  EXPECT_LT(record.to_bytes().size(), 10'000U);
}

TEST(JobRecords, AHappeningTooManyDropsOneFromTheMiddle) {
  JobRecord record = small_record();
  for (int i = 0; i < 100; ++i) {
    ASSERT_TRUE(record.advance(JobEvent::assign, {1}, "assigned"));
    ASSERT_TRUE(record.advance(JobEvent::attempt_failed, {1}, "failed " + std::to_string(i)));
  }
  EXPECT_EQ(record.happenings.size(), kHappeningsMax);
  EXPECT_EQ(record.happenings.front().text, "accepted");
  EXPECT_EQ(record.happenings.back().text, "failed 99");
}

}  // namespace
}  // namespace icn::jobs
