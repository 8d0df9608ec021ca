#include "model/job_json.hpp"

#include <fmt/core.h>

#include <functional>
#include <map>
#include <nlohmann/json.hpp>

namespace icn::model {
namespace {

using Json = nlohmann::json;

tl::unexpected<Error> bad_field(std::string_view field, std::string_view what) {
  return refuse(ErrorCode::invalid_argument, std::string(field),
                fmt::format("The job's JSON: field '{}' {}. Nothing was charged.", field, what));
}

Result<std::string> text_of(std::string_view field, const Json& value) {
  if (!value.is_string()) return bad_field(field, "must be a text");
  return value.get<std::string>();
}

Result<std::uint64_t> number_of(std::string_view field, const Json& value) {
  if (!value.is_number_unsigned()) return bad_field(field, "must be a whole number from 0");
  return value.get<std::uint64_t>();
}

Result<std::uint32_t> small_number_of(std::string_view field, const Json& value) {
  const std::uint64_t number = ICN_TRY(number_of(field, value));
  if (number > UINT32_MAX) return bad_field(field, "is too large");
  return static_cast<std::uint32_t>(number);
}

Result<ipld::Cid> cid_of(std::string_view field, const Json& value) {
  const std::string text = ICN_TRY(text_of(field, value));
  const Result<ipld::Cid> cid = ipld::Cid::parse(text);
  if (!cid) return bad_field(field, "is not a CID: " + cid.error().detail);
  return *cid;
}

Result<std::vector<std::string>> texts_of(std::string_view field, const Json& value) {
  if (!value.is_array()) return bad_field(field, "must be a list of texts");
  std::vector<std::string> texts;
  for (const Json& one : value) texts.push_back(ICN_TRY(text_of(field, one)));
  return texts;
}

Result<void> read_limits_asked(const Json& value, model::Job& job) {
  if (!value.is_object()) return bad_field("limits", "must be an object");
  for (const auto& [name, number] : value.items()) {
    const std::optional<std::size_t> row = model::find_limit(name);
    if (!row) return bad_field("limits." + name, "is not a limit");
    job.limits.values[*row] = ICN_TRY(number_of("limits." + name, number));
  }
  return {};
}

Result<void> json_resources(const Json& value, model::Job& job) {
  if (!value.is_object()) return bad_field("resources", "must be an object");
  const std::map<std::string, std::uint32_t*> fields{{"cpu_cores", &job.resources.cpu_cores},
                                                     {"memory_mb", &job.resources.memory_mb},
                                                     {"storage_mb", &job.resources.storage_mb}};
  for (const auto& [name, number] : value.items()) {
    const auto at = fields.find(name);
    if (at == fields.end()) return bad_field("resources." + name, "is unknown");
    *at->second = ICN_TRY(small_number_of("resources." + name, number));
  }
  return {};
}

Result<void> json_durations(const Json& value, model::Job& job) {
  if (!value.is_object()) return bad_field("durations", "must be an object");
  const std::map<std::string, std::uint64_t*> fields{{"bidding_ms", &job.durations.bidding_ms},
                                                     {"execution_ms", &job.durations.execution_ms},
                                                     {"settlement_ms", &job.durations.settlement_ms},
                                                     {"expiry_ms", &job.durations.expiry_ms}};
  for (const auto& [name, number] : value.items()) {
    const auto at = fields.find(name);
    if (at == fields.end()) return bad_field("durations." + name, "is unknown");
    *at->second = ICN_TRY(number_of("durations." + name, number));
  }
  return {};
}

Result<void> json_reads(const Json& value, model::Job& job) {
  job.reads.clear();
  for (const std::string& text : ICN_TRY(texts_of("reads", value))) {
    const Result<model::ReadKey> key = model::ReadKey::parse(text);
    if (!key) return bad_field("reads", "holds '" + text + "': " + key.error().detail);
    job.reads.push_back(*key);
  }
  return {};
}

Result<void> json_grants(const Json& value, model::Job& job) {
  job.grants = {};
  for (const std::string& name : ICN_TRY(texts_of("grants", value))) {
    const std::optional<model::Capability> capability = model::find_capability(name);
    if (!capability) return bad_field("grants", "has an unknown capability '" + name + "'");
    job.grants.add(*capability);
  }
  return {};
}

Result<void> json_inputs(const Json& value, model::Job& job) {
  job.inputs.clear();
  for (const std::string& text : ICN_TRY(texts_of("inputs", value)))
    job.inputs.push_back(ICN_TRY(cid_of("inputs", Json(text))));
  return {};
}

Result<void> read_nonce(const Json& value, model::Job& job) {
  const std::string text = ICN_TRY(text_of("nonce", value));
  Result<Bytes> bytes = from_hex(text);
  if (!bytes || bytes->size() > model::kNonceBytesMax) return bad_field("nonce", "must be hex of at most 32 bytes");
  job.nonce = std::move(*bytes);
  return {};
}

Result<void> read_submitter(const Json& value, model::Job& job) {
  const std::string text = ICN_TRY(text_of("submitter", value));
  const Result<model::Did> did = model::Did::parse(text);
  if (!did) return bad_field("submitter", "is not a DID of this kind: " + did.error().detail);
  job.submitter = *did;
  return {};
}

template <class Member>
auto number_into(Member model::Job::*member, std::string_view field) {
  return [member, field](const Json& value, model::Job& job) -> Result<void> {
    job.*member = ICN_TRY(number_of(field, value));
    return {};
  };
}
auto texts_into(std::vector<std::string> model::Job::*member, std::string_view field) {
  return [member, field](const Json& value, model::Job& job) -> Result<void> {
    job.*member = ICN_TRY(texts_of(field, value));
    return {};
  };
}
auto cid_into(ipld::Cid model::Job::*member, std::string_view field) {
  return [member, field](const Json& value, model::Job& job) -> Result<void> {
    job.*member = ICN_TRY(cid_of(field, value));
    return {};
  };
}

Result<void> json_entry(const Json& value, model::Job& job) {
  job.entry = ICN_TRY(text_of("entry", value));
  return {};
}
Result<void> read_trust_scope(const Json& value, model::Job& job) {
  job.trust_scope = ICN_TRY(text_of("trust_scope", value));
  return {};
}
Result<void> read_independent(const Json& value, model::Job& job) {
  if (!value.is_boolean()) return bad_field("independent", "must be true or false");
  job.effects = value.get<bool>() ? model::EffectsMode::independent : model::EffectsMode::all_or_none;
  return {};
}

using FieldReader = std::function<Result<void>(const Json&, model::Job&)>;

// One row per field; the second names are the specification's.
std::map<std::string, FieldReader, std::less<>> field_readers() {
  std::map<std::string, FieldReader, std::less<>> readers{
      {"module", cid_into(&model::Job::module, "module")},
      {"entry", json_entry},
      {"args", texts_into(&model::Job::args, "args")},
      {"inputs", json_inputs},
      {"limits", read_limits_asked},
      {"reads", json_reads},
      {"grants", json_grants},
      {"spend_max", number_into(&model::Job::spend_max, "spend_max")},
      {"independent", read_independent},
      {"cost_mana", number_into(&model::Job::cost_mana, "cost_mana")},
      {"resources", json_resources},
      {"required_capabilities", texts_into(&model::Job::required_capabilities, "required_capabilities")},
      {"trust_scope", read_trust_scope},
      {"min_executor_reputation", number_into(&model::Job::min_executor_reputation, "min_executor_reputation")},
      {"federations", texts_into(&model::Job::federations, "federations")},
      {"scope", cid_into(&model::Job::scope, "scope")},
      {"durations", json_durations},
      {"submitter", read_submitter},
      {"nonce", read_nonce},
  };
  readers["manifest_cid"] = readers["module"];
  readers["creator_did"] = readers["submitter"];
  readers["required_resources"] = readers["resources"];
  readers["required_trust_scope"] = readers["trust_scope"];
  readers["allowed_federations"] = readers["federations"];
  return readers;
}

}  // namespace

Result<model::Job> job_from_json(std::string_view text, const model::Job& defaults) {
  if (text.empty()) return fail(ErrorCode::invalid_argument, "The job's JSON is empty. Nothing was charged.");
  if (text.size() > kJobJsonBytesMax) {
    return refuse(ErrorCode::limit_exceeded, "job_json_bytes",
                  fmt::format("The job's JSON has {} bytes; at most {} are allowed. Nothing was charged.", text.size(),
                              kJobJsonBytesMax));
  }
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_object()) return fail(ErrorCode::invalid_argument, "The job is not a JSON object. Nothing was charged.");
  model::Job job = defaults;
  const auto readers = field_readers();
  for (const auto& [name, value] : json.items()) {
    const auto at = readers.find(name);
    if (at == readers.end()) return bad_field(name, "is unknown");
    if (value.is_null()) continue;
    ICN_TRY(at->second(value, job));
  }
  return job;
}

std::string job_to_json(const model::Job& job) {
  Json json{{"module", job.module.to_text()},
            {"entry", job.entry},
            {"args", job.args},
            {"spend_max", job.spend_max},
            {"independent", job.effects == model::EffectsMode::independent},
            {"cost_mana", job.cost_mana},
            {"required_capabilities", job.required_capabilities},
            {"federations", job.federations},
            {"scope", job.scope.to_text()},
            {"submitter", job.submitter.to_text()},
            {"nonce", to_hex(job.nonce)}};
  json["inputs"] = Json::array();
  for (const ipld::Cid& input : job.inputs) json["inputs"].push_back(input.to_text());
  json["limits"] = Json::object();
  for (std::size_t row = 0; row < model::kLimitCount; ++row) {
    if (job.limits.values[row]) json["limits"][std::string(model::kLimitTable[row].name)] = *job.limits.values[row];
  }
  json["reads"] = Json::array();
  for (const model::ReadKey& key : job.reads) json["reads"].push_back(key.to_text());
  json["grants"] = Json::array();
  for (const model::CapabilityRow& row : model::kCapabilityTable) {
    if (job.grants.has(row.capability)) json["grants"].push_back(std::string(row.name));
  }
  json["resources"] = {{"cpu_cores", job.resources.cpu_cores},
                       {"memory_mb", job.resources.memory_mb},
                       {"storage_mb", job.resources.storage_mb}};
  json["durations"] = {{"bidding_ms", job.durations.bidding_ms},
                       {"execution_ms", job.durations.execution_ms},
                       {"settlement_ms", job.durations.settlement_ms},
                       {"expiry_ms", job.durations.expiry_ms}};
  if (job.trust_scope) json["trust_scope"] = *job.trust_scope;
  if (job.min_executor_reputation) json["min_executor_reputation"] = *job.min_executor_reputation;
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace icn::model
