// Goal: the description has every row with a path, and its references lead somewhere.
#include "http/openapi.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "api/operations.hpp"
#include "testing/documents.hpp"

namespace icn::http {
namespace {

using api::Json;

void expect_references(const Json& value, const Json& schemas) {
  for (const auto& [name, item] : value.items()) {
    if (item.is_structured()) expect_references(item, schemas);
    if (name != "$ref" || !item.is_string()) continue;
    constexpr std::string_view prefix = "#/components/schemas/";
    const auto text = item.get<std::string>();
    ASSERT_TRUE(text.starts_with(prefix)) << text;
    EXPECT_TRUE(schemas.contains(text.substr(prefix.size()))) << text;
  }
}

TEST(OpenApi, HasEveryRowWithAPath) {
  const Json document = Json::parse(openapi_text());
  for (const api::Operation& row : api::operations()) {
    if (row.path.empty()) continue;
    std::string method(row.method);
    for (char& c : method) c = static_cast<char>(c - 'A' + 'a');
    const auto path = document["paths"].find(std::string(row.path));
    ASSERT_NE(path, document["paths"].end()) << row.name;
    EXPECT_TRUE(path->contains(method)) << row.name;
  }
  expect_references(document, document["components"]["schemas"]);
}

TEST(OpenApi, AnswersAndSharedValuesHaveDifferentNames) {
  const Json schemas = Json::parse(openapi_text())["components"]["schemas"];
  for (const api::Operation& row : api::operations()) {
    if (row.path.empty()) continue;
    EXPECT_EQ(schemas[std::string(row.answer_name)].value("title", ""), row.answer_name);
  }
  EXPECT_EQ(schemas["value_cid"]["type"], "string");
}

TEST(OpenApi, ParametersOfThePathAreRequired) {
  const Json document = Json::parse(openapi_text());
  for (const auto& [path, methods] : document["paths"].items()) {
    for (const auto& [method, operation] : methods.items()) {
      std::size_t in_path = 0;
      for (const Json& parameter : operation.value("parameters", Json::array())) {
        if (parameter["in"] != "path") continue;
        ++in_path;
        EXPECT_EQ(parameter["required"], true) << path;
      }
      EXPECT_EQ(in_path, static_cast<std::size_t>(std::count(path.begin(), path.end(), '{'))) << method << " " << path;
    }
  }
}

TEST(Documents, OpenApiIsWhatTheTableSays) { icn::testing::expect_document("docs/openapi.json", openapi_text()); }

}  // namespace
}  // namespace icn::http
