#include "api/detail/values.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "model/time_text.hpp"

namespace icn::api::detail {
namespace {

struct Definition {
  std::string_view name;
  std::string_view text;
  std::string_view pattern;
};
constexpr std::array kDefinitions{
    Definition{"cid", "CIDv1 in base32 of a SHA-256.", "^b[a-z2-7]{58}$"},
    Definition{"did", "An Ed25519 key as a DID.", "^did:key:z6Mk[1-9A-HJ-NP-Za-km-z]{44}$"},
    Definition{"umana", "An amount in µmana (a millionth of a mana), decimal, below 2^64.", "^(0|[1-9][0-9]{0,19})$"},
    Definition{"time", "A time in UTC, RFC 3339 with milliseconds.",
               R"(^[0-9]{4}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-6][0-9]\.[0-9]{3}Z$)"},
    Definition{"account", "A DID or the name of a system account.",
               "^(did:key:z6Mk[1-9A-HJ-NP-Za-km-z]{44}|[A-Z][A-Z_]*)$"},
    Definition{"read_key", "A key of the world that a job reads.", "^(account|reputation|parameter|jobs|job|dag):.+$"},
};

constexpr std::string_view kDigits = "0123456789";
constexpr std::string_view kHexDigits = "0123456789abcdef";
constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyz";

bool all_of(std::string_view text, std::string_view set) {
  return text.find_first_not_of(set) == std::string_view::npos;
}
bool is_word(std::string_view text) { return !text.empty() && all_of(text, "abcdefghijklmnopqrstuvwxyz0123456789_"); }
bool is_decimal(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return !text.empty() && error == std::errc{} && end == text.data() + text.size() &&
         (text == "0" || text.front() != '0');
}
bool is_signed_decimal(std::string_view text) {
  if (text.starts_with('-')) return text != "-0" && is_decimal(text.substr(1));
  return is_decimal(text);
}
bool is_hex(std::string_view text) { return text.size() % 2 == 0 && all_of(text, kHexDigits); }
bool is_version(std::string_view text) {
  std::size_t parts = 0;
  for (;;) {
    const std::size_t dot = text.find('.');
    const std::string_view part = text.substr(0, dot);
    if (part.empty() || !all_of(part, kDigits)) return false;
    ++parts;
    if (dot == std::string_view::npos) return parts == 3;
    text.remove_prefix(dot + 1);
  }
}
bool is_option(std::string_view text) {
  return text.starts_with("--") && text.size() > 2 &&
         text.find_first_not_of(std::string(kLetters) + std::string(kDigits) + "-") == std::string_view::npos;
}

struct FormRow {
  Form form;
  std::string_view pattern;
  bool (*holds)(std::string_view text);
  std::string_view what;
};
constexpr std::array kForms{
    FormRow{Form::word, "^[a-z0-9_]+$", &is_word, "lower case letters, digits and _"},
    FormRow{Form::decimal, "^(0|[1-9][0-9]{0,19})$", &is_decimal, "a decimal number below 2^64"},
    FormRow{Form::signed_decimal, "^(0|-?[1-9][0-9]{0,19})$", &is_signed_decimal,
            "a decimal number below 2^64, or one with a minus sign"},
    FormRow{Form::hex, "^([0-9a-f]{2})*$", &is_hex, "pairs of lower case hexadecimal digits"},
    FormRow{Form::version, R"(^[0-9]+\.[0-9]+\.[0-9]+$)", &is_version, "a version such as 1.2.3"},
    FormRow{Form::option, "^--[a-z0-9-]+$", &is_option, "the name of an option"},
};
const FormRow* form_row(Form form) {
  const auto at = std::find_if(kForms.begin(), kForms.end(), [form](const FormRow& row) { return row.form == form; });
  return at == kForms.end() ? nullptr : &*at;
}

bool holds(const Demand& demand, const Json& object) {
  const auto at = object.find(std::string(demand.field));
  if (at == object.end() || at->is_null()) return demand.null;
  if (demand.present) return true;
  if (demand.number && at->is_number_unsigned()) {
    const auto value = at->get<std::uint64_t>();
    return value >= demand.min && value <= demand.max;
  }
  return at->is_string() &&
         std::find(demand.texts.begin(), demand.texts.end(), at->get_ref<const std::string&>()) != demand.texts.end();
}

Json demands_schema(const std::vector<Demand>& demands) {
  Json properties = Json::object();
  for (const Demand& demand : demands) {
    Json& schema = properties[std::string(demand.field)];
    if (demand.null) {
      schema["type"] = "null";
    } else if (demand.present) {
      schema["not"]["type"] = "null";
    } else if (demand.number && demand.min == demand.max) {
      schema["const"] = demand.min;
    } else if (demand.number) {
      schema["type"] = "integer";
      add_number_schema(demand.min, demand.max, schema);
    } else {
      schema["enum"] = demand.texts;
    }
  }
  return Json{{"properties", std::move(properties)}};
}

void collect_references(const Json& schema, std::vector<std::string>& names) {
  constexpr std::string_view prefix = "#/$defs/";
  for (const auto& [key, value] : schema.items()) {
    if (value.is_structured()) collect_references(value, names);
    if (key == "$ref") names.push_back(value.get<std::string>().substr(prefix.size()));
  }
}

}  // namespace

std::string Where::text() const {
  std::string text = above == nullptr ? "" : above->text();
  if (index) return fmt::format("{}[{}]", text, *index);
  if (!text.empty() && !name.empty()) text += ".";
  return text.append(name);
}

Error wrong(const Where& where, std::string rule, const std::string& what) {
  const std::string path = where.text();
  return {ErrorCode::invalid_argument, (path.empty() ? "the document" : "field " + path) + " " + what, std::move(rule)};
}

Result<std::uint64_t> number_of(const Json& json, std::uint64_t min, std::uint64_t max, const Where& where) {
  if (!json.is_number_integer() || (!json.is_number_unsigned() && json.get<std::int64_t>() < 0))
    return fail(wrong(where, "wrong_type", "must be a whole number"));
  const auto value = json.get<std::uint64_t>();
  if (value < min || value > max) {
    return fail(wrong(where, "out_of_bounds", fmt::format("must be from {} to {}", min, max)));
  }
  return value;
}

Result<std::int64_t> signed_of(const Json& json, std::int64_t min, std::int64_t max, const Where& where) {
  if (!json.is_number_integer()) return fail(wrong(where, "wrong_type", "must be a whole number"));
  if (json.is_number_unsigned() && json.get<std::uint64_t>() > static_cast<std::uint64_t>(max))
    return fail(wrong(where, "out_of_bounds", fmt::format("must be at most {}", max)));
  const auto value = json.get<std::int64_t>();
  if (value < min) return fail(wrong(where, "out_of_bounds", fmt::format("must be at least {}", min)));
  return value;
}

Result<std::string> text_of(const Json& json, const Bound& bound, const Where& where) {
  if (!json.is_string()) return fail(wrong(where, "wrong_type", "must be a text"));
  auto text = json.get<std::string>();
  ICN_TRY(check_length(text.size(), bound, where));
  const FormRow* form = form_row(bound.form);
  if (form != nullptr && !form->holds(text))
    return fail(wrong(where, "out_of_bounds", "must be " + std::string(form->what)));
  return text;
}

Result<void> check_length(std::size_t length, const Bound& bound, const Where& where) {
  if (length < bound.min)
    return fail(wrong(where, "out_of_bounds", fmt::format("must have a length of at least {}", bound.min)));
  if (length > bound.max)
    return fail(wrong(where, "out_of_bounds", fmt::format("must have a length of at most {}", bound.max)));
  return {};
}

Result<void> check_known(const Json& object, std::span<const std::string_view> names, const Where& where) {
  for (const auto& [key, unused] : object.items()) {
    if (std::find(names.begin(), names.end(), key) == names.end())
      return fail(wrong(Where{&where, key}, "unknown_field", "is not known here"));
  }
  return {};
}

Result<void> check_rules(const Json& object, const std::vector<Rule>& rules, const Where& where) {
  for (const Rule& rule : rules) {
    for (const Demand& demand : holds(rule.when, object) ? rule.then : rule.otherwise) {
      if (!holds(demand, object)) {
        return fail(wrong(Where{&where, demand.field}, "out_of_bounds",
                          fmt::format("does not fit field {}: {}", rule.when.field, rule.text)));
      }
    }
  }
  return {};
}

void add_text_schema(const Bound& bound, Json& out) {
  out["type"] = "string";
  if (bound.min != 0) out["minLength"] = bound.min;
  if (bound.max != UINT64_MAX) out["maxLength"] = bound.max;
  if (const FormRow* form = form_row(bound.form)) out["pattern"] = form->pattern;
}

void add_number_schema(std::uint64_t min, std::uint64_t max, Json& out) {
  out["type"] = "integer";
  out["minimum"] = min;
  if (max != UINT64_MAX) out["maximum"] = max;
}

void add_rules_schema(const std::vector<Rule>& rules, Json& out) {
  for (const Rule& rule : rules) {
    Json entry{{"description", rule.text}};
    entry["if"] = demands_schema({rule.when});
    entry["if"]["required"] = Json::array({rule.when.field});
    entry["then"] = demands_schema(rule.then);
    if (!rule.otherwise.empty()) entry["else"] = demands_schema(rule.otherwise);
    out["allOf"].push_back(std::move(entry));
  }
}

Result<void> check_is_object(const Json& json, const Where& where) {
  if (!json.is_object()) return fail(wrong(where, "wrong_type", "must be an object"));
  return {};
}

Result<void> check_list(const Json& json, const Bound& bound, const Where& where) {
  if (!json.is_array()) return fail(wrong(where, "wrong_type", "must be a list"));
  ICN_TRY(check_length(json.size(), bound, where));
  for (std::size_t i = 0; bound.unique && i < json.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j)
      if (json[i] == json[j]) return fail(wrong(Where{&where, {}, i}, "out_of_bounds", "is in the list twice"));
  }
  return {};
}

Result<bool> bool_of(const Json& json, const Bound& bound, const Where& where) {
  if (!json.is_boolean()) return fail(wrong(where, "wrong_type", "must be true or false"));
  const bool value = json.get<bool>();
  if (bound.min == 1 && !value) return fail(wrong(where, "out_of_bounds", "must be true"));
  return value;
}

Error out_of_bounds(const Where& where, const Error& why) { return wrong(where, "out_of_bounds", why.detail); }

Result<const Json*> find_member(const Json& object, std::string_view name, bool may_be_absent, const Where& where) {
  const auto at = object.find(std::string(name));
  if (at != object.end()) return &*at;
  if (may_be_absent) return nullptr;
  return fail(wrong(where, "missing_field", "is missing"));
}

void add_member(Json& object, std::string_view name, Json value) {
  object.emplace(std::string(name), std::move(value));
}
void add_item(Json& list, Json value) { list.push_back(std::move(value)); }
Json text_json(std::string text) { return Json(std::move(text)); }
Json parsed_json(const std::string& text) { return Json::parse(text, nullptr, false); }
std::string json_as_text(const Json& json) { return json.dump(); }
std::string printed(const Json& json) { return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n"; }

Result<Json> json_in(std::string_view text) {
  Json json = Json::parse(text, nullptr, false);
  if (json.is_discarded()) return fail(ErrorCode::invalid_format, "not a JSON document");
  return json;
}

Json empty_object_schema() {
  return Json{
      {"type", "object"}, {"properties", Json::object()}, {"required", Json::array()}, {"additionalProperties", false}};
}

void add_property(Json& schema, std::string_view name, std::string_view text, Json of, Presence presence) {
  Json property{{"description", text}};
  property.update(of);
  if (presence.required) schema["required"].push_back(name);
  if (presence.missing_value) property["default"] = *std::move(presence.missing_value);
  schema["properties"].emplace(std::string(name), std::move(property));
}

Json typed_schema(std::string_view type) { return Json{{"type", type}}; }

Json list_schema(Json items, const Bound& bound) {
  Json out{{"type", "array"}, {"items", std::move(items)}};
  if (bound.min != 0) out["minItems"] = bound.min;
  if (bound.max != UINT64_MAX) out["maxItems"] = bound.max;
  if (bound.unique) out["uniqueItems"] = true;
  return out;
}

Json map_schema(Json values) { return Json{{"type", "object"}, {"additionalProperties", std::move(values)}}; }
Json reference_schema(std::string_view definition) { return Json{{"$ref", "#/$defs/" + std::string(definition)}}; }
Json enumeration_schema(std::span<const std::string_view> names) {
  return Json{{"enum", std::vector<std::string_view>(names.begin(), names.end())}};
}
Json hex_schema(std::size_t bytes) {
  return Json{{"type", "string"}, {"pattern", "^[0-9a-f]{" + std::to_string(2 * bytes) + "}$"}};
}
Json bool_schema(const Bound& bound) { return bound.min == 1 ? Json{{"const", true}} : Json{{"type", "boolean"}}; }

Json or_null(Json schema) {
  if (schema.contains("enum")) {
    schema["enum"].push_back(nullptr);
    return schema;
  }
  return Json{{"anyOf", Json::array({std::move(schema), Json{{"type", "null"}}})}};
}

Json as_document(std::string_view name, std::string_view text, const Json& schema) {
  Json out{{"$schema", "https://json-schema.org/draft/2020-12/schema"}, {"title", name}, {"description", text}};
  out.update(schema);
  std::vector<std::string> names;
  collect_references(schema, names);
  for (const Definition& definition : kDefinitions) {
    if (std::find(names.begin(), names.end(), definition.name) == names.end()) continue;
    Json& entry = out["$defs"][std::string(definition.name)];
    entry["description"] = definition.text;
    entry["type"] = "string";
    entry["pattern"] = definition.pattern;
  }
  return out;
}

std::string TextValue<ipld::Cid>::to_text(const ipld::Cid& value) { return value.to_text(); }
Result<ipld::Cid> TextValue<ipld::Cid>::from_text(std::string_view text) { return ipld::Cid::parse(text); }

std::string TextValue<model::JobId>::to_text(const model::JobId& value) { return value.to_text(); }
Result<model::JobId> TextValue<model::JobId>::from_text(std::string_view text) { return model::JobId::parse(text); }

std::string TextValue<model::Did>::to_text(const model::Did& value) { return value.to_text(); }
Result<model::Did> TextValue<model::Did>::from_text(std::string_view text) { return model::Did::parse(text); }

std::string TextValue<model::Mana>::to_text(const model::Mana& value) { return std::to_string(value.umana); }
Result<model::Mana> TextValue<model::Mana>::from_text(std::string_view text) {
  model::Mana mana;
  if (!is_decimal(text)) return fail(ErrorCode::invalid_argument, "must be µmana as a decimal number below 2^64");
  static_cast<void>(std::from_chars(text.data(), text.data() + text.size(), mana.umana));
  return mana;
}

std::string TextValue<model::UnixMs>::to_text(const model::UnixMs& value) { return model::time_text(value); }
Result<model::UnixMs> TextValue<model::UnixMs>::from_text(std::string_view text) { return model::parse_time(text); }

std::string TextValue<model::ReadKey>::to_text(const model::ReadKey& value) { return value.to_text(); }
Result<model::ReadKey> TextValue<model::ReadKey>::from_text(std::string_view text) {
  return model::ReadKey::parse(text);
}

std::string TextValue<model::AccountKey>::to_text(const model::AccountKey& value) { return value.to_text(); }
Result<model::AccountKey> TextValue<model::AccountKey>::from_text(std::string_view text) {
  for (auto account = model::SystemAccount::issuance; account <= model::SystemAccount::slashed;
       account = static_cast<model::SystemAccount>(static_cast<int>(account) + 1)) {
    if (model::system_account_name(account) == text) return model::AccountKey::of(account);
  }
  return model::AccountKey::of(ICN_TRY(model::Did::parse(text)));
}

void limits_to_json(const model::WasmSecurityLimits& limits, Json& out) {
  for (std::size_t row = 0; row < model::kLimitCount; ++row)
    out[std::string(model::kLimitTable[row].name)] = limit_value(limits, row);
}

void limits_to_json(const model::LimitsAsked& limits, Json& out) {
  for (std::size_t row = 0; row < model::kLimitCount; ++row)
    if (limits.values[row]) out[std::string(model::kLimitTable[row].name)] = *limits.values[row];
}

Result<void> limits_from_json(const Json& json, model::LimitsAsked& limits, const Where& where) {
  if (!json.is_object()) return fail(wrong(where, "wrong_type", "must be an object"));
  for (const auto& [key, value] : json.items()) {
    const Where here{&where, key};
    const auto row = model::find_limit(key);
    if (!row) return fail(wrong(here, "unknown_field", "is not a limit"));
    limits.values[*row] = ICN_TRY(number_of(value, 0, UINT64_MAX, here));
  }
  return {};
}

Result<void> limits_from_json(const Json& json, model::WasmSecurityLimits& limits, const Where& where) {
  model::LimitsAsked asked;
  ICN_TRY(limits_from_json(json, asked, where));
  for (std::size_t row = 0; row < model::kLimitCount; ++row)
    if (!asked.values[row])
      return fail(wrong(Where{&where, model::kLimitTable[row].name}, "missing_field", "is missing"));
  limits = ICN_TRY(effective_limits(asked));
  return {};
}

Json limits_schema(LimitsAre are) {
  Json out{{"type", "object"}};
  out["properties"] = Json::object();
  for (const model::LimitRow& row : model::kLimitTable) {
    Json& schema = out["properties"][std::string(row.name)];
    schema["description"] = row.doc;
    schema["type"] = "integer";
    schema["minimum"] = 0;
    if (are == LimitsAre::all) out["required"].push_back(row.name);
  }
  out["additionalProperties"] = false;
  return out;
}

}  // namespace icn::api::detail
