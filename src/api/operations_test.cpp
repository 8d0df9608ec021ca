#include "api/operations.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "api/about.hpp"
#include "api/detail/derive.hpp"
#include "testing/documents.hpp"

namespace icn::api {
namespace {

// Sample requests of each operation.
const std::map<std::string_view, std::vector<const char*>> kSamples{
    {"job.list", {"{}", R"({"phase": "completed", "before": 7, "count": 10000})"}},
    {"dag.put", {"{}"}},
    {"dag.put_folder", {"{}"}},
    {"dag.get_folder",
     {R"({"cid": "bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy", "path": "a/b", "bytes_max": 7})"}},
    {"dag.get", {R"({"cid": "bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy", "as": "dag-json"})"}},
    {"dag.cat", {R"({"cid": "bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy"})"}},
    {"dag.ls", {R"({"cid": "bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy"})"}},
    {"dag.tree",
     {R"({"cid": "bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy"})",
      R"({"cid": "bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy", "depth": 1000})"}},
    {"dag.stat", {"{}"}},
    {"dag.verify", {"{}", R"({"cid": "bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy"})"}},
    {"dag.pin",
     {R"({"cid": "bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy"})",
      R"({"cid": "bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy", "recursive": true, "ttl_s": 60})"}},
    {"dag.unpin", {R"({"name": "bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy"})"}},
    {"dag.pins", {"{}", R"({"after": "70ff", "count": 10000})"}},
    {"dag.gc", {"{}", R"({"dry_run": true, "count": 7, "reset_times": true})"}},
    {"dag.export", {R"({"roots": ["bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy"], "car_version": 2})"}},
    {"dag.import", {"{}"}},
    {"did.resolve", {R"({"did": "did:web:example.com"})"}},
    {"dag.cid", {"{}", R"({"codec": "dag-cbor"})"}},
    {"store.backends", {"{}"}},
    {"store.hash", {"{}"}},
    {"store.restore",
     {R"({"backup": "/srv/backup", "data": "new"})",
      R"({"backup": "/srv/backup", "data": "new", "state_store": "sqlite:a.db", "dag_store": "sqlite:b.db"})"}},
    {"store.migrate",
     {R"({"data": "old", "from": "sqlite", "to": "rocksdb"})",
      R"({"data": "old", "from": "sqlite", "to": "rocksdb", "verify": true,
          "asked": [{"port": "dag_store", "url": "sqlite:a.db", "by": "ICN_STORAGE_DAG"}]})"}},
    {"store.takeover", {R"({"data": "standby"})"}},
    {"store.doctor", {R"({"data": "old"})"}},
    {"node.init",
     {R"({"data": "new"})",
      R"({"data": "new", "keys": "plain", "name": "coop", "grant_umana": "7", "members": ["alice", "bob"]})"}},
    {"node.abi", {"{}", R"({"form": "rust"})"}},
    {"node.version", {"{}"}},
    {"node.status", {"{}"}},
    {"node.obligations", {"{}", R"({"count": 7})"}},
    {"node.ready", {"{}"}},
    {"node.metrics", {"{}"}},
    {"node.configuration", {"{}"}},
    {"node.reload", {"{}"}},
    {"store.backup", {R"({"destination": "/srv/backup"})"}},
    {"job.run",
     {R"({"module": "0061736d"})",
      R"({"module": "0061736d", "inputs": ["00", ""], "entry": "run", "args": ["a"], "limits": {"max_fuel": 7},
          "reads": ["jobs:pending"], "grants": ["spend"], "spend_max": 1, "effects": "independent", "cost_mana": 20,
          "nonce": "07", "program": "word_count"})"}},
    {"job.submit", {R"({"module": "0061736d"})"}},
    {"job.simulate", {R"({"module": "0061736d"})"}},
    {"job.wait", {R"({"job": "bafyreib2x"})"}},
    {"job.work", {"{}"}},
    {"job.rerun", {R"({"job": "bafyreib2x"})"}},
    {"job.describe", {R"({"job": "bafyreib2x"})"}},
    {"job.why", {R"({"job": "bafyreib2x"})"}},
    {"job.logs", {R"({"job": "bafyreib2x"})", R"({"job": "bafyreib2x", "follow": true})"}},
    {"job.output", {R"({"job": "bafyreib2x"})"}},
    {"job.cancel", {R"({"job": "bafyreib2x"})"}},
    {"receipt.show", {R"({"receipt": "bafyreib2x"})"}},
    {"receipt.verify", {R"({"receipt": "bafyreib2x"})"}},
    {"receipt.replay", {R"({"receipt": "bafyreib2x"})"}},
    {"key.list", {"{}"}},
    {"key.show", {R"({"name": "alice"})"}},
    {"key.new", {R"({"name": "dora"})", R"({"name": "dora", "pkcs11": "pkcs11:object=dora"})"}},
    {"key.rotate", {R"({"name": "node"})", R"({"name": "dora", "pkcs11": "pkcs11:object=dora"})"}},
    {"access.new",
     {R"({"name": "monitor"})", R"({"name": "ci", "role": "submit", "until": "2026-07-01T12:00:00.000Z"})"}},
    {"access.list", {"{}"}},
    {"access.revoke", {R"({"name": "monitor"})"}},
    {"mana.balance", {"{}", R"({"did": "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"})"}},
    {"mana.history", {"{}", R"({"from": 7, "count": 100000})"}},
    {"mana.statement", {"{}", R"({"before": "7:1000000", "count": 10000})", R"({"at": "2026-07-01T12:00:00.000Z"})"}},
    {"mana.audit", {"{}"}},
    {"rep.history", {"{}", R"({"before": 7, "count": 10000})"}},
    {"param.list", {"{}"}},
    {"param.history", {R"({"name": "fuel_per_mana"})"}},
    {"coop.show", {"{}"}},
    {"coop.members",
     {"{}",
      R"({"after": "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK", "status": "removed", "count": 10000})"}},
    {"coop.apply", {"{}", R"({"scope": "bafyreiaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                "home": "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"})"}},
    {"coop.resign", {"{}"}},
    {"gov.propose",
     {R"({"kind": "resolution"})", R"({"kind": "set", "values": {"fuel_per_mana": "7"}})",
      R"({"kind": "batch", "actions": [{"kind": "budget", "member": "bob", "amount_umana": "7"}, {"kind": "admit",
          "record": "00"}], "title": "t", "text": "why", "voting_s": 1, "timelock_s": 0, "quorum": "200000ppm",
          "threshold_ppm": 1000000})"}},
    {"gov.list", {"{}", R"({"state": "voting", "count": 10000, "before": 7})"}},
    {"gov.show", {R"({"proposal": "@last"})"}},
    {"gov.sponsor", {R"({"proposal": "@last"})"}},
    {"gov.vote", {R"({"proposal": "@last", "choice": "abstain"})"}},
    {"gov.cancel", {R"({"proposal": "@last"})"}},
    {"gov.execute", {R"({"proposal": "@last"})"}},
    {"gov.tally", {R"({"proposal": "@last"})"}},
    {"gov.dry_run", {R"({"proposal": "@last"})"}},
    {"gov.delegate",
     {R"({"delegate": "bob"})", R"({"delegate": "bob", "topic": "set", "until": "2026-12-31T12:00:00.000Z"})"}},
    {"gov.revoke", {R"({"delegate": "bob"})"}},
    {"gov.preview",
     {"{}", R"({"proposal": "@last"})",
      R"({"topic": "set", "did": "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"})"}},
    {"trust.grant",
     {R"({"trustee": "bob", "context": "medical", "level": "full"})",
      R"({"trustee": "bob", "context": "medical", "level": "none", "until": "2026-12-31T12:00:00.000Z"})"}},
    {"trust.revoke", {R"({"trustee": "bob", "context": "medical"})"}},
    {"trust.challenge",
     {R"({"trustee": "bob", "context": "medical"})",
      R"({"trustee": "bob", "context": "medical", "reason": "it lost two records", "withdraw": false})"}},
    {"trust.rule",
     {R"({"context": "medical"})",
      R"({"context": "medical", "level_min": "full", "depth_max": 2, "members_only": true, "bridges": false})"}},
    {"credential.issue",
     {R"({"member": "bob"})", R"({"member": "bob", "until": "2026-12-31T12:00:00.000Z", "form": "selective"})"}},
    {"credential.present",
     {R"({"credential": "{}", "audience": "a", "challenge": "c"})",
      R"({"credential": "a~", "audience": "a", "challenge": "c", "disclose": ["memberOf"]})"}},
    {"credential.verify",
     {R"({"credential": "{}"})", R"({"credential": "a~", "audience": "a", "challenge": "c", "status_list": "{}"})"}},
    {"credential.revoke", {R"({"index": 7})"}},
    {"credential.status", {"{}"}},
    {"trust.bridge",
     {R"({"scope": "bafyreig7axjervx6gpn6jktmkthwjfguxueab7cxpse7zxehsuz3r6sgsa", "context": "medical",
         "gate": "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK", "level": "basic"})",
      R"({"scope": "bafyreig7axjervx6gpn6jktmkthwjfguxueab7cxpse7zxehsuz3r6sgsa", "context": "medical",
         "gate": "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK", "level": "none", "decay_ppm": 500000,
         "depth_max": 2, "until": "2026-12-31T12:00:00.000Z"})"}},
    {"trust.list", {"{}", R"({"did": "bob", "context": "medical", "count": 7})"}},
    {"trust.explain", {R"({"creator": "alice", "executor": "bob", "context": "medical"})"}},
    {"event.follow",
     {"{}", R"({"topics": "jobs,receipts", "job": "bafyreig7axjervx6gpn6jktmkthwjfguxueab7cxpse7zxehsuz3r6sgsa",
         "since": "18c-7"})"}},
    {"gov.log", {"{}", R"({"from": 7, "count": 10000})"}},
    {"gov.verify_log", {"{}"}},
    {"param.get", {R"({"name": "fuel_per_mana"})"}},
    {"param.explain", {R"({"name": "fuel_per_mana"})"}},
    {"mana.proof", {"{}", R"({"did": "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"})"}},
    {"proof.verify", {"{}"}},
    {"zk.statements", {"{}"}},
    {"zk.attest",
     {R"({"statement": "age_over", "holder": "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK", )"
      R"("value": "2001-05-07", "max": "2008-11-30"})"}},
};

TEST(Operations, EveryRowHasARequestThatItTakesAndRefusesOthers) {
  std::set<std::string_view> names;
  for (const Operation& row : operations()) {
    names.insert(row.name);
    ASSERT_TRUE(kSamples.contains(row.name)) << row.name << " needs a sample";
    for (const char* text : kSamples.at(row.name)) {
      Json request = Json::parse(text);
      const auto taken = row.check_request(request);
      EXPECT_TRUE(taken) << row.name << ": " << taken.error().detail;
      request["such_a_field"] = 1;
      EXPECT_EQ(row.check_request(request).error().rule, "unknown_field") << row.name;
    }
  }
  EXPECT_EQ(names.size(), kSamples.size());
}

TEST(Operations, PathsNameFieldsOfTheRequest) {
  for (const Operation& row : operations()) {
    EXPECT_EQ(row.path.empty(), row.method.empty()) << row.name;
    if (row.path.empty()) continue;
    // Where monitoring expects them.
    const bool is_known = row.path == "/ready" || row.path == "/metrics";
    EXPECT_TRUE(is_known || row.path.starts_with("/v1/")) << row.name;
    EXPECT_TRUE((std::set<std::string_view>{"GET", "POST", "PUT", "DELETE"}).contains(row.method)) << row.name;
    Json schema;
    row.request_schema(schema);
    for (std::size_t at = row.path.find('{'); at != std::string_view::npos; at = row.path.find('{', at + 1)) {
      const auto name = std::string(row.path.substr(at + 1, row.path.find('}', at) - at - 1));
      EXPECT_TRUE(schema["properties"].contains(name)) << row.name << ": " << name;
    }
  }
}

TEST(Operations, AreFoundByNameAndByUseCase) {
  for (const Operation& row : operations()) EXPECT_EQ(find_operation(row.name), &row);
  EXPECT_EQ(find_operation("job.lost"), nullptr);
}

// Every object of a schema names its fields and refuses others.
void expect_strict(const Json& schema, const std::string& where) {
  if (schema.contains("properties") && schema.value("type", "") == "object") {
    EXPECT_EQ(schema["additionalProperties"], false) << where;
    for (const auto& [name, field] : schema["properties"].items()) {
      EXPECT_TRUE(field.contains("description") && !field["description"].empty()) << where << "." << name;
      expect_strict(field, where + "." + name);
    }
  }
  if (schema.contains("items")) expect_strict(schema["items"], where + "[]");
  if (schema.contains("anyOf")) expect_strict(schema["anyOf"][0], where);
}

TEST(Operations, EverySchemaIsStrict) {
  for (const Operation& row : operations()) {
    Json schema;
    row.request_schema(schema);
    expect_strict(schema, std::string(row.name) + " request");
    row.answer_schema(schema);
    expect_strict(schema, std::string(row.name) + " answer");
  }
}

TEST(Documents, AreWhatTheTableSays) {
  testing::expect_document("docs/OPERATIONS.md", operations_markdown());
  for (const Document& document : documents())
    testing::expect_document("docs/schemas/" + std::string(document.name) + ".json", schema_text(document));
  Context context;
  const auto abi = describe_abi(context, {});
  ASSERT_TRUE(abi);
  testing::expect_document("docs/abi.json", json_text(*abi));
}

}  // namespace
}  // namespace icn::api
