#include "http/routes.hpp"

#include <algorithm>
#include <charconv>

#include <nlohmann/json.hpp>

namespace icn::http {
namespace {

using api::Json;

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

enum class Plus : std::uint8_t { is_space, is_plus };

Result<std::string> decode(std::string_view text, Plus plus) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '+' && plus == Plus::is_space) {
      out.push_back(' ');
    } else if (text[at] != '%') {
      out.push_back(text[at]);
    } else {
      const int high = at + 2 < text.size() ? hex_digit(text[at + 1]) : -1;
      const int low = at + 2 < text.size() ? hex_digit(text[at + 2]) : -1;
      if (high < 0 || low < 0 || high + low == 0)
        return refuse(ErrorCode::invalid_format, "target", "the target of the request has an invalid escape");
      out.push_back(static_cast<char>(high * 16 + low));
      at += 2;
    }
  }
  return out;
}

// Calls `each` with the parts between separators.
template <class Each>
Result<void> split(std::string_view text, char separator, Each each) {
  for (;;) {
    const std::size_t end = text.find(separator);
    ICN_TRY(each(text.substr(0, end)));
    if (end == std::string_view::npos) return {};
    text.remove_prefix(end + 1);
  }
}

bool is_field(std::string_view segment) { return segment.starts_with('{'); }

// How a row's path matches: not at all, or with this many literal segments.
std::optional<std::size_t> match_path(std::string_view path, const Target& target, Match& match) {
  std::size_t at = 0;
  std::size_t literal = 0;
  match.fields.clear();
  path.remove_prefix(1);
  for (;; ++at) {
    if (at == target.segments.size()) return std::nullopt;
    const std::size_t end = path.find('/');
    const std::string_view segment = path.substr(0, end);
    if (is_field(segment)) {
      if (target.segments[at].empty()) return std::nullopt;
      match.fields.emplace_back(segment.substr(1, segment.size() - 2), target.segments[at]);
    } else if (segment == target.segments[at]) {
      ++literal;
    } else {
      return std::nullopt;
    }
    if (end == std::string_view::npos) break;
    path.remove_prefix(end + 1);
  }
  if (at + 1 != target.segments.size()) return std::nullopt;
  return literal;
}

// The schema of a value behind "or null".
const Json& without_null(const Json& schema) {
  const auto any = schema.find("anyOf");
  return any == schema.end() ? schema : any->front();
}

std::string type_of(const Json& schema) {
  const Json& inner = without_null(schema);
  if (inner.contains("const")) return inner["const"].is_boolean() ? "boolean" : "string";
  return inner.value("type", "string");
}

template <class Number>
std::optional<Number> whole_number(std::string_view text) {
  Number value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// A text that is not of its field's type stays a text, which the row's own check then refuses by the field's name.
Json typed_value(const Json& schema, const std::string& text) {
  const std::string type = type_of(schema);
  if (type == "boolean" && (text == "true" || text == "false")) return text == "true";
  if (type == "integer") {
    if (const auto number = whole_number<std::uint64_t>(text)) return *number;
    if (const auto number = whole_number<std::int64_t>(text)) return *number;
  }
  if (type == "object") {
    Json parsed = Json::parse(text, nullptr, false);
    if (!parsed.is_discarded()) return parsed;
  }
  return text;
}

Result<void> add_field(Json& request, const Json& schema, const std::string& name, const std::string& text) {
  const auto& properties = schema["properties"];
  const auto field = properties.find(name);
  if (field != properties.end() && type_of(*field) == "array") {
    Json& list = request[name];
    if (!list.is_null() && !list.is_array())
      return refuse(ErrorCode::invalid_argument, "repeated_field", "the field " + name + " is given twice", name);
    list.push_back(typed_value(without_null(*field)["items"], text));
    return {};
  }
  if (request.contains(name))
    return refuse(ErrorCode::invalid_argument, "repeated_field", "the field " + name + " is given twice", name);
  request[name] = field == properties.end() ? Json(text) : typed_value(*field, text);
  return {};
}

// Whether the brackets of a JSON text are nested too deeply for the recursive code that reads it.
bool is_too_deep(std::string_view text) {
  std::size_t depth = 0;
  bool in_string = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (in_string) {
      if (c == '\\') ++at;
      if (c == '"') in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      if (++depth > kJsonDepthMax) return true;
    } else if ((c == '}' || c == ']') && depth > 0) {
      --depth;
    }
  }
  return false;
}

Result<void> add_body(Json& request, std::string_view body) {
  if (is_too_deep(body)) {
    return refuse(ErrorCode::invalid_format, "json_depth",
                  "the body is nested deeper than " + std::to_string(kJsonDepthMax) + " levels; nothing was done");
  }
  Json given = Json::parse(body, nullptr, false);
  if (given.is_discarded())
    return refuse(ErrorCode::invalid_format, "body", "the body is not a JSON document; nothing was done");
  if (request.empty()) {
    request = std::move(given);
    return {};
  }
  if (!given.is_object())
    return refuse(ErrorCode::invalid_format, "body", "the body must be a JSON object; nothing was done");
  for (auto& [name, value] : given.items()) {
    if (request.contains(name))
      return refuse(ErrorCode::invalid_argument, "repeated_field", "the field " + name + " is given twice", name);
    request[name] = std::move(value);
  }
  return {};
}

}  // namespace

std::string content_type_of(const api::Operation& row) {
  constexpr std::array kTypes{
      std::pair{std::string_view("node.metrics"), std::string_view("text/plain; version=0.0.4; charset=utf-8")},
      std::pair{std::string_view("job.logs"), std::string_view("text/plain; charset=utf-8")},
      std::pair{std::string_view("event.follow"), kEventsType},
      std::pair{std::string_view("dag.export"), std::string_view("application/vnd.ipld.car")}};
  const auto at = std::find_if(kTypes.begin(), kTypes.end(), [&](const auto& type) { return type.first == row.name; });
  return std::string(at == kTypes.end() ? "application/octet-stream" : at->second);
}

Result<Target> parse_target(std::string_view text) {
  Target target;
  const std::size_t question = text.find('?');
  ICN_TRY(split(text.substr(0, question).substr(1), '/', [&](std::string_view segment) -> Result<void> {
    target.segments.push_back(ICN_TRY(decode(segment, Plus::is_plus)));
    return {};
  }));
  if (question == std::string_view::npos || question + 1 == text.size()) return target;
  ICN_TRY(split(text.substr(question + 1), '&', [&](std::string_view pair) -> Result<void> {
    const std::size_t equals = std::min(pair.find('='), pair.size());
    std::string name = ICN_TRY(decode(pair.substr(0, equals), Plus::is_space));
    const std::string_view value = equals == pair.size() ? std::string_view() : pair.substr(equals + 1);
    target.query.emplace_back(std::move(name), ICN_TRY(decode(value, Plus::is_space)));
    return {};
  }));
  return target;
}

Match find_route(const Target& target, std::string_view method) {
  const std::string_view sought = method == "HEAD" ? "GET" : method;
  Match best;
  std::size_t best_literal = 0;
  std::vector<std::string_view> methods;
  for (const api::Operation& row : api::operations()) {
    if (row.path.empty()) continue;
    Match match;
    const auto literal = match_path(row.path, target, match);
    if (!literal) continue;
    if (std::find(methods.begin(), methods.end(), row.method) == methods.end()) methods.push_back(row.method);
    // "/v1/jobs/run" before "/v1/jobs/{job}".
    if (row.method != sought || (best.row != nullptr && *literal <= best_literal)) continue;
    best.row = &row;
    best.fields = std::move(match.fields);
    best_literal = *literal;
  }
  best.methods = std::move(methods);
  return best;
}

Result<Json> build_request(const Match& match, const Target& target, std::string_view body) {
  Json schema;
  match.row->request_schema(schema);
  Json request = Json::object();
  for (const auto& [name, text] : match.fields) ICN_TRY(add_field(request, schema, std::string(name), text));
  for (const auto& [name, text] : target.query) ICN_TRY(add_field(request, schema, name, text));
  if (!body.empty()) ICN_TRY(add_body(request, body));
  return request;
}

}  // namespace icn::http
