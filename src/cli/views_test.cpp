#include "cli/views.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "api/command_line.hpp"
#include "api/outcomes.hpp"

namespace icn::cli {
namespace {

using Json = nlohmann::ordered_json;

std::vector<std::string> keys_of(const Json& json) {
  std::vector<std::string> keys;
  for (const auto& item : json.items()) keys.push_back(item.key());
  return keys;
}

jobs::JobRecord record_of(jobs::JobPhase phase) {
  jobs::JobRecord record;
  record.id = model::JobId{ipld::Cid::of(ipld::Codec::dag_cbor, Bytes{1})};
  record.phase = phase;
  record.attempts = phase == jobs::JobPhase::submitted ? 0 : 1;
  record.reserve.umana = 11'000'000;
  record.fuel_limit = 5'000'000;
  return record;
}

jobs::JobRecord ended(model::OutcomeKind kind, std::uint32_t code = 0) {
  const bool completed = kind == model::OutcomeKind::ok || kind == model::OutcomeKind::nonzero_exit;
  jobs::JobRecord record = record_of(completed ? jobs::JobPhase::completed : jobs::JobPhase::failed);
  record.outcome = model::Outcome{kind, code};
  record.exit_code = code;
  record.receipt = ipld::Cid::of(ipld::Codec::dag_cbor, Bytes{2});
  record.fuel_used = 1'234;
  record.charged.umana = 27'246;
  return record;
}

template <class T>
Json parsed(const T& answer) {
  return Json::parse(api::json_text(answer));
}

TEST(Views, NumbersAreGroupedByThousands) {
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(1'000), "1,000");
  EXPECT_EQ(grouped(12'345'678), "12,345,678");
  EXPECT_EQ(grouped(UINT64_MAX), "18,446,744,073,709,551,615");
}

TEST(Views, NumbersOfMessagesAreGroupedToo) {
  for (const auto& [message, shown] : {
           std::pair{"the fuel limit of 10000000 is used up", "the fuel limit of 10,000,000 is used up"},
           {"it has 1001 functions; max_functions allows 1000; nothing",
            "it has 1,001 functions; max_functions allows "
            "1,000; nothing"},
           {"12345.6789 mana (of 20000)", "12,345.6789 mana (of 20,000)"},
           {"at most 18446744073709551615", "at most 18,446,744,073,709,551,615"},
           {"18446744073709551616 is more", "18446744073709551616 is more"},
           {"4096", "4,096"},
           // Names, paths, options, what was typed, and processes.
           {"no file '/tmp/12345' and ' 12345 ' or /tmp/12345", "no file '/tmp/12345' and ' 12345 ' or /tmp/12345"},
           {"bafyrei12345 f12345 0x12345 --fuel=12345 2026-11-30",
            "bafyrei12345 f12345 0x12345 --fuel=12345 2026-11-30"},
           {"the node's 12345 blocks, the owner's 12345", "the node's 12,345 blocks, the owner's 12,345"},
           {"in use by process 12345 (icn job run)", "in use by process 12345 (icn job run)"},
           {"No job of this node has the number 12345.", "No job of this node has the number 12345."},
           {"belongs to user id 12345, but", "belongs to user id 12345, but"},
           {"an open ' 12345", "an open ' 12345"},
           {"has version 12345; this program knows versions up to 10001: 12345 pages",
            "has version 12345; this program knows versions up to 10001: 12,345 pages"},
           {"not a setting: {\"fuel\": 12345, \"pages\": 1024}; 4096 bytes",
            "not a setting: {\"fuel\": 12345, \"pages\": 1024}; 4,096 bytes"},
           {"", ""},
       })
    EXPECT_EQ(with_grouped_numbers(message), shown);
  EXPECT_EQ(mana_text(model::Mana{1'234'500'000}), "1,234.5 mana");
}

TEST(Views, ARefusalHasTheKeysOfAJobAndTheExitCodeOfItsError) {
  const std::vector<std::string> keys = keys_of(parsed(api::job_end(ended(model::OutcomeKind::ok))));
  for (const ErrorRow& row : error_table()) {
    const Json json = parsed(api::refused_job(Error{row.code, "what happened", ""}));
    EXPECT_EQ(keys_of(json), keys) << row.name;
    EXPECT_EQ(json["exit_code"], row.exit_code);
    EXPECT_EQ(json["code"], static_cast<unsigned>(row.code));
    EXPECT_EQ(json["rule"], row.name);
    EXPECT_EQ(json["message"], "what happened");
    EXPECT_TRUE(json["job_id"].is_null());
    EXPECT_TRUE(json["receipt"].is_null());
    EXPECT_EQ(json["charged_umana"], "0");
    EXPECT_TRUE(json["outcome"] == "refused" || json["outcome"] == "infrastructure") << row.name;
    EXPECT_TRUE(row.retry == Retry::no || json["outcome"] == "infrastructure")
        << row.name << " can be retried, so it is not a fault of the job";
  }
  EXPECT_EQ(parsed(api::refused_job(Error{ErrorCode::limit_exceeded, "", "max_fuel"}))["rule"], "max_fuel");
  EXPECT_EQ(parsed(api::refused_job(Error{ErrorCode::limit_exceeded, "", "max_fuel"}))["outcome"], "refused");
}

TEST(Views, AnErrorNamesItsRow) {
  const Json json = parsed(api::failure_of(Error{ErrorCode::busy, "in use by process 7", "lock"}));
  EXPECT_EQ(json.dump(),
            R"({"error":{"code":23,"name":"busy","rule":"lock","subject":null,"detail":"in use by process 7",)"
            R"("exit_code":116,"retryable":true}})");
  EXPECT_TRUE(parsed(api::failure_of(Error{ErrorCode::trap, "", ""}))["error"]["rule"].is_null());
}

TEST(Views, AJobThatIsOpenHasNeitherOutcomeNorExitCode) {
  const Json json = parsed(api::job_end(record_of(jobs::JobPhase::submitted)));
  EXPECT_TRUE(json["outcome"].is_null());
  EXPECT_TRUE(json["exit_code"].is_null());
  EXPECT_TRUE(json["executor"].is_null());
  EXPECT_EQ(json["phase"], "submitted");
  EXPECT_EQ(json["reserved_umana"], "11000000");
  EXPECT_EQ(json["released_umana"], "0");
}

TEST(Views, AJobThatEndedTellsItsOutcomeItsPriceAndItsExitCode) {
  const Json ok = parsed(api::job_end(ended(model::OutcomeKind::ok)));
  EXPECT_EQ(ok["outcome"], "ok");
  EXPECT_EQ(ok["exit_code"], 0);
  EXPECT_EQ(ok["charged_umana"], "27246");
  EXPECT_EQ(ok["released_umana"], "10972754");
  const Json exit = parsed(api::job_end(ended(model::OutcomeKind::nonzero_exit, 3)));
  EXPECT_EQ(exit["outcome"], "nonzero_exit");
  EXPECT_EQ(exit["code"], 3);
  EXPECT_EQ(exit["exit_code"], 3);
  const Json trap =
      parsed(api::job_end(ended(model::OutcomeKind::trap, static_cast<std::uint32_t>(model::TrapCode::unreachable))));
  EXPECT_EQ(trap["outcome"], "trap");
  EXPECT_EQ(trap["trap"], "unreachable");
  EXPECT_EQ(trap["exit_code"], 110);
  EXPECT_EQ(parsed(api::job_end(ended(model::OutcomeKind::out_of_fuel)))["exit_code"], 111);
  EXPECT_EQ(parsed(api::job_end(ended(model::OutcomeKind::stack_overflow)))["exit_code"], 112);
  EXPECT_EQ(parsed(api::job_end(ended(model::OutcomeKind::stopped)))["exit_code"], 113);
  EXPECT_EQ(parsed(api::job_end(record_of(jobs::JobPhase::cancelled)))["exit_code"], 114);
  EXPECT_EQ(parsed(api::job_end(record_of(jobs::JobPhase::expired)))["exit_code"], 109);
  jobs::JobRecord unlucky = record_of(jobs::JobPhase::failed);
  unlucky.failure = ErrorCode::infrastructure;
  EXPECT_EQ(parsed(api::job_end(unlucky))["outcome"], "infrastructure");
  EXPECT_EQ(parsed(api::job_end(unlucky))["exit_code"], 115);
}

TEST(Views, AFailureSaysWhatHappenedWhatWasChargedAndWhereToLearnMore) {
  jobs::JobRecord trapped =
      ended(model::OutcomeKind::trap, static_cast<std::uint32_t>(model::TrapCode::integer_division_by_zero));
  trapped.message = "wasm trap in f at 0x23";
  const std::string id = trapped.id.to_text();
  EXPECT_EQ(failure_text(api::job_view(trapped)),
            "icn: the program trapped (integer_division_by_zero): wasm trap in f at 0x23\n"
            "icn: charged 0.027246 mana, released 10.972754 mana; `icn job why " +
                id + "` explains\n");
  EXPECT_EQ(failure_text(api::job_view(ended(model::OutcomeKind::out_of_fuel)))
                .find("icn: the program used up its fuel limit of 5,000,000; --fuel asks for more\n"),
            0U);
  jobs::JobRecord stopped = ended(model::OutcomeKind::stopped);
  stopped.message = "stopped at its deadline";
  EXPECT_EQ(failure_text(api::job_view(stopped)).find("icn: the program was stopped at its deadline\n"), 0U);
  jobs::JobRecord unlucky = record_of(jobs::JobPhase::failed);
  unlucky.failure = ErrorCode::infrastructure;
  unlucky.message = "no memory";
  EXPECT_EQ(failure_text(api::job_view(unlucky))
                .find("icn: the job did not run: infrastructure (infrastructure): no memory\n"),
            0U);
}

TEST(Views, AJobThatCouldNotBeFinishedKeepsItsIdAndItsReserve) {
  const jobs::JobRecord record = record_of(jobs::JobPhase::executing);
  const Error error{ErrorCode::storage, "no space left", ""};
  const Json json = parsed(api::unfinished_job(record, error));
  EXPECT_EQ(keys_of(json), keys_of(parsed(api::job_end(record))));
  EXPECT_EQ(json["job_id"], record.id.to_text());
  EXPECT_EQ(json["outcome"], "infrastructure");
  EXPECT_EQ(json["exit_code"], 117);
  EXPECT_EQ(json["reserved_umana"], "11000000");
  EXPECT_EQ(unfinished_text(api::unfinished_job(record, error)),
            "icn: storage: no space left\nicn: the job is accepted, 11 mana stays reserved and nothing is charged; "
            "`icn job wait " +
                record.id.to_text() + "` runs it again\n");
}

TEST(Views, JsonIsUtf8WhateverAMessageHolds) {
  EXPECT_EQ(api::json_text(api::ScriptText{"a\xff"}), "{\n  \"text\": \"a\xef\xbf\xbd\"\n}\n");
}

TEST(Views, LinesHaveTheirValuesInOneColumn) {
  Lines lines(6);
  lines.add("ab", "1");
  lines.add("gone", "");
  lines.add("longer", "2");
  EXPECT_EQ(lines.text(), "ab    1\nlonger  2\n");
}

}  // namespace
}  // namespace icn::cli
