// Goal: every row with a path is reached under it, and its fields arrive with their types.
#include "http/routes.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace icn::http {
namespace {

Match route(std::string_view method, std::string_view target) {
  const auto parsed = parse_target(target);
  EXPECT_TRUE(parsed) << target;
  return find_route(*parsed, method);
}

std::string request_of(std::string_view method, std::string_view target, std::string_view body = "") {
  const auto parsed = parse_target(target);
  if (!parsed) return parsed.error().rule;
  const Match match = find_route(*parsed, method);
  if (match.row == nullptr) return "no route";
  const auto request = build_request(match, *parsed, body);
  return request ? request->dump() : request.error().rule;
}

TEST(Routes, ReachEveryRow) {
  for (const api::Operation& row : api::operations()) {
    if (row.path.empty()) continue;
    std::string target;
    for (const char c : row.path)
      if (c != '{' && c != '}') target.push_back(c);
    const Match match = route(row.method, target);
    ASSERT_NE(match.row, nullptr) << row.name;
    // A field may have the name of a literal segment of another row.
    EXPECT_EQ(match.row->path, row.path) << row.name;
    EXPECT_EQ(match.row->name, row.name);
  }
}

TEST(Routes, ALiteralSegmentComesBeforeAField) {
  EXPECT_EQ(route("POST", "/v1/jobs/run").row->name, "job.run");
  EXPECT_EQ(route("GET", "/v1/jobs/run").row->name, "job.describe");
  EXPECT_EQ(route("GET", "/v1/delegations/preview").row->name, "gov.preview");
}

TEST(Routes, NameTheMethodsOfAPath) {
  const Match match = route("PATCH", "/v1/jobs");
  EXPECT_EQ(match.row, nullptr);
  EXPECT_EQ(match.methods, (std::vector<std::string_view>{"POST", "GET"}));
  EXPECT_EQ(route("HEAD", "/v1/jobs").row->name, "job.list");
  for (const std::string_view lost : {"/", "/v1", "/v1/", "/v1/jobs/", "/v2/jobs", "/v1/jobs/a/b", "/v1//jobs"})
    EXPECT_TRUE(route("GET", lost).methods.empty()) << lost;
}

TEST(Routes, FieldsHaveTheTypesOfTheirSchema) {
  EXPECT_EQ(request_of("GET", "/v1/jobs?count=7&phase=completed"), R"({"count":7,"phase":"completed"})");
  EXPECT_EQ(request_of("GET", "/v1/jobs/a%2Fb%20c"), R"({"job":"a/b c"})");
  EXPECT_EQ(request_of("GET", "/v1/jobs/x/log?follow=true"), R"({"job":"x","follow":true})");
  EXPECT_EQ(request_of("GET", "/v1/jobs?count=many"), R"({"count":"many"})") << "the row refuses it by its name";
  EXPECT_EQ(request_of("GET", "/v1/jobs?count=-1"), R"({"count":-1})");
  EXPECT_EQ(request_of("GET", "/v1/jobs?lost=1"), R"({"lost":"1"})");
  EXPECT_EQ(request_of("POST", "/v1/dag/archives/export?roots=a&roots=b&car_version=2"),
            R"({"roots":["a","b"],"car_version":2})");
  EXPECT_EQ(request_of("POST", "/v1/trust?", R"({"trustee":"bob"})"), R"({"trustee":"bob"})");
  EXPECT_EQ(request_of("GET", "/v1/trust?context=a+b%2Bc"), R"({"context":"a b+c"})");
}

TEST(Routes, AFieldIsGivenOnce) {
  EXPECT_EQ(request_of("GET", "/v1/jobs?count=1&count=2"), "repeated_field");
  EXPECT_EQ(request_of("GET", "/v1/jobs/x?job=y"), "repeated_field");
  EXPECT_EQ(request_of("POST", "/v1/jobs/x/cancel", R"({"job":"y"})"), "repeated_field");
  EXPECT_EQ(request_of("POST", "/v1/dag/archives/export?roots=a", R"({"roots":["b"]})"), "repeated_field");
}

TEST(Routes, RefuseWhatCannotBeRead) {
  for (const std::string_view bad : {"/v1/jobs/%", "/v1/jobs/%4", "/v1/jobs/%zz", "/v1/jobs/%00", "/v1/jobs?a=%"})
    EXPECT_EQ(request_of("GET", bad), "target") << bad;
  EXPECT_EQ(request_of("POST", "/v1/jobs", "{"), "body");
  EXPECT_EQ(request_of("POST", "/v1/jobs/x/cancel", "[]"), "body");
  EXPECT_EQ(request_of("POST", "/v1/jobs", std::string(100'000, '[')), "json_depth");
  EXPECT_EQ(request_of("POST", "/v1/jobs", "{\"module\":\"" + std::string(100'000, '[') + "\"}").size(), 100'013U)
      << "brackets in a text do not count";
}

}  // namespace
}  // namespace icn::http
