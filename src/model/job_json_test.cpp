// Goal: a job's JSON is read completely, and refusals name the faulty field.
#include "model/job_json.hpp"

#include <gtest/gtest.h>

namespace icn::model {
namespace {

model::Job full_job() {
  model::Job job;
  job.module = ipld::Cid::of(ipld::Codec::raw, view_of("module"));
  job.entry = "run";
  job.args = {"one", "two words", "\xc3\xa9"};
  job.inputs = {ipld::Cid::of(ipld::Codec::raw, view_of("input")), ipld::Cid::of(ipld::Codec::dag_pb, view_of("file"))};
  job.limits.values[*model::find_limit("max_fuel")] = 12'345;
  job.limits.values[*model::find_limit("max_memory_pages")] = 7;
  job.reads = {model::ReadKey::parse("jobs:pending").value(), model::ReadKey::parse("parameter:fee").value()};
  job.grants.add(model::Capability::spend);
  job.grants.add(model::Capability::anchor);
  job.spend_max = 9;
  job.effects = model::EffectsMode::independent;
  job.cost_mana = 50;
  job.resources = {2, 1024, 3};
  job.required_capabilities = {"gpu"};
  job.trust_scope = "medical";
  job.min_executor_reputation = 10;
  job.federations = {"north"};
  job.scope = ipld::Cid::of(ipld::Codec::dag_cbor, view_of("scope"));
  job.durations = {1, 2, 3, 4};
  job.submitter = model::KeyPair::from_seed({}).did();
  job.nonce = {1, 2, 255};
  return job;
}

std::string rule_of(std::string_view json) {
  const auto job = job_from_json(json, {});
  return job ? "accepted" : job.error().rule;
}

TEST(JobJson, EveryFieldComesBack) {
  const model::Job job = full_job();
  EXPECT_EQ(job_from_json(job_to_json(job), {}).value(), job);
}

TEST(JobJson, WhatIsLeftOutIsTheDefault) {
  const model::Job defaults = full_job();
  EXPECT_EQ(job_from_json("{}", defaults).value(), defaults);
  model::Job changed = defaults;
  changed.cost_mana = 51;
  EXPECT_EQ(job_from_json(R"({"cost_mana":51,"entry":null})", defaults).value(), changed);
}

TEST(JobJson, TheNamesOfTheSpecificationAreRead) {
  const model::Job job = full_job();
  const std::string json = "{\"manifest_cid\":\"" + job.module.to_text() + "\",\"creator_did\":\"" +
                           job.submitter.to_text() +
                           "\",\"required_resources\":{\"cpu_cores\":2},\"required_trust_scope\":\"medical\","
                           "\"allowed_federations\":[\"north\"]}";
  const model::Job read = job_from_json(json, {}).value();
  EXPECT_EQ(read.module, job.module);
  EXPECT_EQ(read.submitter, job.submitter);
  EXPECT_EQ(read.resources.cpu_cores, 2U);
  EXPECT_EQ(read.trust_scope, "medical");
  EXPECT_EQ(read.federations, job.federations);
}

TEST(JobJson, AMebibyteIsReadAndAByteMoreIsNot) {
  const std::string begin = R"({"entry":")";
  const std::string end = "\"}";
  const std::string most = begin + std::string(kJobJsonBytesMax - begin.size() - end.size(), 'x') + end;
  ASSERT_EQ(most.size(), kJobJsonBytesMax);
  EXPECT_EQ(rule_of(most), "accepted");
  const auto more = job_from_json(most + " ", {});
  EXPECT_EQ(more.error().code, ErrorCode::limit_exceeded);
  EXPECT_EQ(more.error().rule, "job_json_bytes");
}

TEST(JobJson, WhatIsNoObjectIsRefused) {
  for (const std::string_view text : {"", " ", "null", "[]", "7", "{", R"({"entry":"run",})", "\xff", "{}{}"}) {
    const auto job = job_from_json(text, {});
    ASSERT_FALSE(job) << text;
    EXPECT_EQ(job.error().code, ErrorCode::invalid_argument) << text;
  }
  // As deep as a text allows.
  EXPECT_FALSE(job_from_json(std::string(500'000, '['), {}));
}

TEST(JobJson, AMisspeltOrMistypedFieldIsNamed) {
  EXPECT_EQ(rule_of(R"({"max_fuel":5})"), "max_fuel");
  EXPECT_EQ(rule_of(R"({"limits":{"max_fule":5}})"), "limits.max_fule");
  EXPECT_EQ(rule_of(R"({"resources":{"cores":5}})"), "resources.cores");
  EXPECT_EQ(rule_of(R"({"durations":{"bidding_s":5}})"), "durations.bidding_s");
  EXPECT_EQ(rule_of(R"({"cost_mana":"5"})"), "cost_mana");
  EXPECT_EQ(rule_of(R"({"cost_mana":-1})"), "cost_mana");
  EXPECT_EQ(rule_of(R"({"cost_mana":1.5})"), "cost_mana");
  EXPECT_EQ(rule_of(R"({"cost_mana":18446744073709551616})"), "cost_mana");
  EXPECT_EQ(rule_of(R"({"resources":{"cpu_cores":4294967296}})"), "resources.cpu_cores");
  EXPECT_EQ(rule_of(R"({"module":"bafy"})"), "module");
  EXPECT_EQ(rule_of(R"({"submitter":"did:key:zTest"})"), "submitter");
  EXPECT_EQ(rule_of(R"({"args":"one"})"), "args");
  EXPECT_EQ(rule_of(R"({"args":["one",2]})"), "args");
  EXPECT_EQ(rule_of(R"({"inputs":["no cid"]})"), "inputs");
  EXPECT_EQ(rule_of(R"({"reads":["balance:me"]})"), "reads");
  EXPECT_EQ(rule_of(R"({"grants":["everything"]})"), "grants");
  EXPECT_EQ(rule_of(R"({"independent":1})"), "independent");
  EXPECT_EQ(rule_of(R"({"nonce":"xyz"})"), "nonce");
  EXPECT_EQ(rule_of("{\"nonce\":\"" + std::string(66, '0') + "\"}"), "nonce");
}

}  // namespace
}  // namespace icn::model
