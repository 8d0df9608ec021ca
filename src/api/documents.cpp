// The documents that derive from the table: docs/OPERATIONS.md and docs/schemas/.
#include <algorithm>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "api/detail/derive.hpp"
#include "api/operations.hpp"

namespace icn::api {
namespace {

constexpr std::string_view kIntroduction = R"(# Operations

Everything that can be asked of a node. The commands of `icn` call these operations in their own process or in the one
that owns the data folder, and clients over HTTP under the method and path given here (docs/openapi.json), except those
for a folder that no node works on. A request with a field that is not listed is refused. Written from the table in
`src/api/operations.cpp`; do not edit.

Roles: **open** (anyone), **read**, **submit** (pays), **operate** (runs the node); each includes those before it.
Values: a `cid` is a CIDv1 of a SHA-256 in base32, a `did` an Ed25519 key, `umana` µmana as decimal text, a `time`
RFC 3339 in UTC with milliseconds.

)";

std::string alternatives(const Json& values) {
  std::string text;
  for (const Json& value : values)
    text += (text.empty() ? "" : ", ") + ("`" + (value.is_string() ? value.get<std::string>() : value.dump())) + "`";
  return text;
}

// Describes a value in a few words for a table.
std::string type_text(const Json& schema) {
  if (schema.contains("$ref")) return schema["$ref"].get<std::string>().substr(std::string_view("#/$defs/").size());
  if (schema.contains("anyOf")) return type_text(schema["anyOf"][0]) + " or null";
  if (schema.contains("enum")) return alternatives(schema["enum"]);
  if (schema.contains("const")) return schema["const"].dump();
  const std::string type = schema.value("type", "");
  if (type == "array") return "list of " + type_text(schema["items"]);
  if (type == "integer") {
    std::string text = "integer";
    if (schema.value("minimum", 0U) != 0) text += fmt::format(" from {}", schema["minimum"].get<std::uint64_t>());
    if (schema.contains("maximum")) text += fmt::format(" up to {}", schema["maximum"].get<std::uint64_t>());
    return text;
  }
  return type == "string" ? "text" : type;
}

// Returns the schema of the object inside a list or a nullable, if there is one.
const Json* object_in(const Json& schema) {
  if (schema.contains("properties")) return &schema;
  if (schema.contains("items")) return object_in(schema["items"]);
  if (schema.contains("anyOf")) return object_in(schema["anyOf"][0]);
  return nullptr;
}

void add_rows(const Json& schema, const std::string& prefix, std::string& text) {
  const Json* object = object_in(schema);
  if (object == nullptr) return;
  const Json required = object->value("required", Json::array());
  for (const auto& [name, field] : (*object)["properties"].items()) {
    std::string type = type_text(field);
    if (field.contains("default"))
      type += ", else " + field["default"].dump();
    else if (std::find(required.begin(), required.end(), name) == required.end())
      type += ", optional";
    text += fmt::format("| `{}{}` | {} | {} |\n", prefix, name, type, field.value("description", ""));
    add_rows(field, prefix + name + (field.value("type", "") == "array" ? "[]." : "."), text);
  }
}

std::string fields_table(std::string_view head, const Json& schema) {
  std::string rows;
  add_rows(schema, "", rows);
  if (rows.empty()) return "";
  return fmt::format("{}\n\n| field | value | meaning |\n| --- | --- | --- |\n{}\n", head, rows);
}

std::string route_of(const Operation& row) {
  if (row.path.empty()) return "On this machine only";
  return fmt::format("`{} {}`", row.method, row.path);
}

std::string operation_markdown(const Operation& row) {
  std::string text = fmt::format("## {}\n\n{}\n\n{}, role {}", row.name, row.text, route_of(row), role_name(row.role));
  if (row.streams == Streams::in) text += "; bytes come with the request";
  if (row.streams == Streams::out) text += "; bytes go with the answer";
  Json schema;
  row.request_schema(schema);
  const std::string request = fields_table("Request:", schema);
  text += ".\n\n" + (request.empty() ? "The request has no fields.\n\n" : request);
  return text + fmt::format("Answer: [{0}](schemas/{0}.json), {1}\n\n", row.answer_name, row.answer_text);
}

}  // namespace

std::string schema_text(const Document& document) {
  Json schema;
  document.schema(schema);
  return detail::as_document(document.name, document.text, schema).dump(2) + "\n";
}

std::string operations_markdown() {
  std::string text(kIntroduction);
  text += "| operation | HTTP | role | what it does |\n| --- | --- | --- | --- |\n";
  for (const Operation& row : operations()) {
    std::string anchor(row.name);
    std::erase(anchor, '.');
    text += fmt::format("| [{}](#{}) | {} | {} | {} |\n", row.name, anchor, route_of(row), role_name(row.role),
                        row.text.substr(0, row.text.find('\n')));
  }
  text += "\n";
  for (const Operation& row : operations()) text += operation_markdown(row);
  text += "# Answers\n\n";
  for (const Document& document : documents()) {
    Json schema;
    document.schema(schema);
    text += fmt::format("## {}\n\n{}\n\n{}", document.name, document.text, fields_table("Fields:", schema));
  }
  text.pop_back();
  return text;
}

}  // namespace icn::api
