#include "http/openapi.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "api/operations.hpp"
#include "http/api_handler.hpp"
#include "http/problem.hpp"
#include "http/routes.hpp"

namespace icn::http {
namespace {

using api::Json;
using api::Operation;

constexpr std::string_view kComponents = "#/components/schemas/";
// Before the name of a definition that schemas share: an answer may have the same name.
constexpr std::string_view kValue = "value_";

constexpr std::string_view kDescription =
    "Everything that can be asked of a node. Errors are problem documents (RFC 9457) with a code and, where a rule or "
    "a "
    "limit refused, its name. A request with a field that is not listed is refused.";

// Points references at the components, and moves the definitions there.
void use_components(Json& schema, Json& components) {
  if (schema.is_array())
    for (Json& item : schema) use_components(item, components);
  if (!schema.is_object()) return;
  const auto definitions = schema.find("$defs");
  if (definitions != schema.end()) {
    for (const auto& [name, definition] : definitions->items()) components[std::string(kValue) + name] = definition;
    schema.erase("$defs");
  }
  schema.erase("$schema");
  for (auto& [name, value] : schema.items()) {
    if (name == "$ref" && value.is_string()) {
      auto text = value.get<std::string>();
      constexpr std::string_view local = "#/$defs/";
      if (text.starts_with(local)) value = std::string(kComponents).append(kValue) + text.substr(local.size());
    } else {
      use_components(value, components);
    }
  }
}

Json component_of(std::string_view name, std::string_view text, void (*schema)(Json&), Json& components) {
  Json out = Json::parse(api::schema_text({name, text, schema}));
  use_components(out, components);
  return out;
}

Json reference(std::string_view name) { return Json{{"$ref", std::string(kComponents) + std::string(name)}}; }

bool is_in_path(const Operation& row, const std::string& name) {
  return row.path.find("{" + name + "}") != std::string_view::npos;
}
// Whether fields that are not in the path come as JSON in the body.
bool takes_json(const Operation& row) {
  return row.streams != api::Streams::in && (row.method == "POST" || row.method == "PUT");
}

Json parameter_of(const Operation& row, const std::string& name, Json schema, bool is_required) {
  Json out{{"name", name}, {"in", is_in_path(row, name) ? "path" : "query"}};
  out["description"] = schema.value("description", "");
  schema.erase("description");
  out["required"] = is_required || is_in_path(row, name);
  if (schema.value("type", "") == "object")
    out["content"]["application/json"]["schema"] = std::move(schema);
  else
    out["schema"] = std::move(schema);
  return out;
}

// Splits the request into parameters and a body.
void add_request(const Operation& row, Json& out, Json& components) {
  Json request = component_of(row.name, row.text, row.request_schema, components);
  request.erase("title");
  request.erase("description");
  const Json required = request.value("required", Json::array());
  const auto is_required = [&](const std::string& name) {
    return std::find(required.begin(), required.end(), name) != required.end();
  };
  Json parameters = Json::array();
  Json in_body = Json::object();
  Json required_in_body = Json::array();
  for (const auto& [name, schema] : request["properties"].items()) {
    if (is_in_path(row, name) || !takes_json(row)) {
      parameters.push_back(parameter_of(row, name, schema, is_required(name)));
      continue;
    }
    in_body[name] = schema;
    if (is_required(name)) required_in_body.push_back(name);
  }
  if (!parameters.empty()) out["parameters"] = std::move(parameters);
  if (row.streams == api::Streams::in) {
    out["requestBody"] = Json{{"required", true}};
    out["requestBody"]["content"]["application/octet-stream"] = Json::object();
  } else if (takes_json(row)) {
    out["requestBody"]["required"] = !required_in_body.empty();
    request["properties"] = std::move(in_body);
    request["required"] = std::move(required_in_body);
    out["requestBody"]["content"]["application/json"]["schema"] = std::move(request);
  }
}

Json problem_response(std::string_view text) {
  Json out{{"description", text}};
  out["content"][std::string(kProblemType)]["schema"] = reference("problem");
  return out;
}

Json operation_of(const Operation& row, Json& components) {
  std::string id(row.name);
  std::replace(id.begin(), id.end(), '.', '_');
  Json out{{"operationId", id}, {"summary", row.text}};
  out["tags"] = Json::array({row.name.substr(0, row.name.find('.'))});
  out["description"] = "Role: " + std::string(role_name(row.role)) + ".";
  if (row.role == api::Role::open) out["security"] = Json::array();
  add_request(row, out, components);
  Json& answer = out["responses"]["200"];
  answer["description"] = row.answer_text;
  if (row.streams == api::Streams::out) {
    answer["content"][content_type_of(row)] = Json::object();
    answer["content"][std::string(kFramesType)] = Json::object();
  }
  answer["content"]["application/json"]["schema"] = reference(row.answer_name);
  out["responses"]["default"] = problem_response("A refusal or a failure.");
  return out;
}

Json problem_schema() {
  Json codes = Json::array();
  for (const ErrorRow& row : error_table()) codes.push_back(row.name);
  Json out{{"type", "object"}, {"description", "An error (RFC 9457)."}};
  Json& properties = out["properties"];
  properties["type"] = {{"type", "string"}};
  properties["title"] = {{"type", "string"}, {"description", "the code in words"}};
  properties["status"] = {{"type", "integer"}};
  properties["detail"] = {{"type", "string"}, {"description", "what happened, and what was charged or kept"}};
  properties["code"] = {{"enum", std::move(codes)}};
  properties["rule"] = {{"type", "string"}, {"description", "the limit or rule that refused"}};
  properties["subject"] = {{"type", "string"}, {"description", "the refused item"}};
  out["required"] = {"type", "title", "status", "detail", "code"};
  return out;
}

Json page_of(std::string_view id, std::string_view text) {
  Json out{{"operationId", id}, {"summary", text}, {"tags", Json::array({"node"})}, {"security", Json::array()}};
  out["responses"]["200"]["description"] = text;
  out["responses"]["200"]["content"]["application/json"] = Json::object();
  return out;
}

// The trustless gateway (http/gateway.hpp).
Json gateway_page() {
  Json out{{"operationId", "gateway"}, {"tags", Json::array({"dag"})}};
  out["summary"] = "A block (raw) or everything below it (car), for clients that verify it themselves; else a file.";
  out["description"] = "Role: read.";
  Json cid{{"name", "cid"}, {"in", "path"}, {"required", true}, {"description", "a whole CID"}};
  cid["schema"]["type"] = "string";
  Json format{{"name", "format"}, {"in", "query"}, {"required", false}, {"description", "default: the file"}};
  format["schema"]["enum"] = {"raw", "car"};
  out["parameters"] = Json::array({std::move(cid), std::move(format)});
  Json& answer = out["responses"]["200"];
  answer["description"] = "The bytes.";
  for (const char* type : {"application/octet-stream", "application/vnd.ipld.raw", "application/vnd.ipld.car"})
    answer["content"][type] = Json::object();
  out["responses"]["default"] = problem_response("A refusal or a failure.");
  return out;
}

}  // namespace

std::string openapi_text() {
  Json document{{"openapi", "3.1.0"}};
  document["info"] = {{"title", "icn-runtime"},
                      {"version", "1"},
                      {"description", kDescription},
                      {"license", {{"name", "Apache-2.0"}, {"identifier", "Apache-2.0"}}}};
  document["servers"] = Json::array({{{"url", "/"}}});
  document["security"] = Json::array({{{"key", Json::array()}}});
  Json components = Json::object();
  Json& paths = document["paths"];
  paths["/health"]["get"] = page_of("health", "Whether the process answers.");
  paths["/v1/openapi.json"]["get"] = page_of("openapi", "This description.");
  paths["/ipfs/{cid}"]["get"] = gateway_page();
  for (const Operation& row : api::operations()) {
    if (row.path.empty()) continue;
    std::string method(row.method);
    for (char& c : method) c = static_cast<char>(c - 'A' + 'a');
    paths[std::string(row.path)][method] = operation_of(row, components);
    components[std::string(row.answer_name)] =
        component_of(row.answer_name, row.answer_text, row.answer_schema, components);
  }
  components["problem"] = problem_schema();
  document["components"]["schemas"] = std::move(components);
  document["components"]["securitySchemes"]["key"] = {{"type", "http"}, {"scheme", "bearer"}};
  return document.dump(2) + "\n";
}

}  // namespace icn::http
