#include "embed/governance.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <nlohmann/json.hpp>

#include "embed/context.hpp"

namespace icn::embed {
namespace {

using Json = nlohmann::json;

tl::unexpected<Error> bad(std::string_view field, std::string_view what) {
  return refuse(ErrorCode::invalid_argument, std::string(field),
                fmt::format("The payload's field '{}' {}; nothing was charged.", field, what), std::string(field));
}

// Without case and underscores.
std::string plain(std::string_view name) {
  std::string out;
  for (const char c : name) {
    if (c != '_') out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return out;
}

Result<Json> object_of(std::string_view text) {
  Json json = Json::parse(text, nullptr, false);
  if (json.is_object()) return json;
  return refuse(ErrorCode::invalid_argument, "payload", "The payload is not a JSON object; nothing was charged.");
}

Result<std::string> text_at(const Json& object, const char* field) {
  const auto at = object.find(field);
  if (at == object.end() || !at->is_string()) return bad(field, "must be a text");
  return at->get<std::string>();
}

Result<Bytes> bytes_of_json(const Json& value, std::string_view field) {
  if (value.is_string()) return bytes_of(value.get<std::string>());
  if (!value.is_array()) return bad(field, "must be a list of bytes, or a text");
  Bytes bytes;
  for (const Json& one : value) {
    if (!one.is_number_unsigned() || one.get<std::uint64_t>() > 255) return bad(field, "must be a list of bytes");
    bytes.push_back(static_cast<std::uint8_t>(one.get<std::uint64_t>()));
  }
  return bytes;
}

// A field that may be absent or null.
const Json* optional_at(const Json& object, const char* field) {
  const auto at = object.find(field);
  return at == object.end() || at->is_null() ? nullptr : &*at;
}

constexpr std::string_view kSpecific = "type_specific_payload";

Result<model::Did> did_in(ByteView payload) {
  auto did = model::Did::parse(text_of(payload));
  if (!did) return bad(kSpecific, "is not a DID: " + did.error().detail);
  return *did;
}

Result<model::Action> parameter_change(ByteView payload) {
  const Json pair = Json::parse(text_of(payload), nullptr, false);
  if (!pair.is_array() || pair.size() != 2 || !pair[0].is_string() || !pair[1].is_string())
    return bad(kSpecific, "must be [\"name\",\"value\"]");
  return model::Action(model::SetAction{{{pair[0].get<std::string>(), pair[1].get<std::string>()}}});
}

Result<model::Action> budget(ByteView payload) {
  const Json parts = Json::parse(text_of(payload), nullptr, false);
  if (!parts.is_array() || parts.size() < 2 || !parts[0].is_string() || !parts[1].is_number_unsigned())
    return bad(kSpecific, "must be [\"did\",mana,\"purpose\"]");
  const std::uint64_t mana = parts[1].get<std::uint64_t>();
  if (mana > UINT64_MAX / model::Mana::kUnit) return bad(kSpecific, "names more mana than there can be");
  const std::string did = parts[0].get<std::string>();
  return model::Action(model::BudgetAction{ICN_TRY(did_in(view_of(did))), model::Mana{mana * model::Mana::kUnit}});
}

}  // namespace

Result<CreateProposalPayload> CreateProposalPayload::from_json(std::string_view text) {
  const Json object = ICN_TRY(object_of(text));
  CreateProposalPayload payload;
  payload.proposal_type_str = ICN_TRY(text_at(object, "proposal_type_str"));
  payload.description = ICN_TRY(text_at(object, "description"));
  if (const Json* bytes = optional_at(object, "type_specific_payload"))
    payload.type_specific_payload = ICN_TRY(bytes_of_json(*bytes, kSpecific));
  const Json* duration = optional_at(object, "duration_secs");
  if (duration == nullptr || !duration->is_number_unsigned()) return bad("duration_secs", "must be a whole number");
  payload.duration_secs = duration->get<std::uint64_t>();
  if (const Json* quorum = optional_at(object, "quorum")) {
    if (!quorum->is_number_unsigned()) return bad("quorum", "must be a whole number");
    payload.quorum = quorum->get<std::size_t>();
  }
  if (const Json* threshold = optional_at(object, "threshold")) {
    if (!threshold->is_number()) return bad("threshold", "must be a number");
    payload.threshold = threshold->get<float>();
  }
  if (const Json* body = optional_at(object, "body")) payload.body = ICN_TRY(bytes_of_json(*body, "body"));
  return payload;
}

Result<CastVotePayload> CastVotePayload::from_json(std::string_view text) {
  const Json object = ICN_TRY(object_of(text));
  return CastVotePayload{ICN_TRY(text_at(object, "proposal_id_str")), ICN_TRY(text_at(object, "vote_option_str"))};
}

Result<model::Action> action_of(const CreateProposalPayload& payload, const model::Did& home) {
  const std::string type = plain(payload.proposal_type_str);
  const ByteView specific = payload.type_specific_payload;
  if (type == "systemparameterchange") return parameter_change(specific);
  if (type == "memberadmission" || type == "newmemberinvitation" || type == "memberinvitation")
    return model::Action(model::AdmitAction{ICN_TRY(did_in(specific)), home, std::nullopt});
  if (type == "removemember") return model::Action(model::RemoveAction{ICN_TRY(did_in(specific))});
  if (type == "budgetallocation") return budget(specific);
  if (type == "generictext" || type == "resolution") return model::Action(model::ResolutionAction{});
  if (type == "softwareupgrade") {
    return refuse(ErrorCode::unsupported, "proposal_type_str",
                  "Software upgrades are not decided by vote yet; nothing was charged.");
  }
  return bad("proposal_type_str", "is not a type of proposal: " + payload.proposal_type_str);
}

Result<std::uint64_t> ppm_of(float share) {
  // The shortest text that reads back as this number is what its author wrote.
  std::array<char, 64> text{};
  const auto [end, error] = std::to_chars(text.data(), text.data() + text.size(), share, std::chars_format::fixed);
  const std::string_view written(text.data(), static_cast<std::size_t>(end - text.data()));
  const std::size_t point = std::min(written.find('.'), written.size());
  std::string digits(written.substr(0, point));
  std::string decimals(written.substr(std::min(point + 1, written.size())));
  const bool is_share = error == std::errc() && share >= 0.0F && share <= 1.0F && decimals.size() <= 6;
  if (!is_share) return bad("threshold", "must be a share from 0 to 1 with at most 6 decimals");
  decimals.resize(6, '0');
  std::uint64_t ppm = 0;
  const std::string all = digits + decimals;
  static_cast<void>(std::from_chars(all.data(), all.data() + all.size(), ppm));
  return ppm;
}

Result<std::string> host_create_governance_proposal(RuntimeContext& context, std::string_view payload_json) {
  return context.create_governance_proposal(ICN_TRY(CreateProposalPayload::from_json(payload_json)));
}

Result<void> host_open_governance_voting(RuntimeContext& context, std::string_view proposal_id) {
  return context.open_governance_voting(proposal_id);
}

Result<void> host_cast_governance_vote(RuntimeContext& context, std::string_view payload_json) {
  return context.cast_governance_vote(ICN_TRY(CastVotePayload::from_json(payload_json)));
}

Result<std::string> host_close_governance_proposal_voting(RuntimeContext& context, std::string_view proposal_id) {
  const governance::ProposalInfo info = ICN_TRY(context.close_governance_proposal_voting(proposal_id));
  return fmt::format(R"({{"status":"{}","yes":{},"no":{},"abstain":{}}})", governance::state_name(info.state),
                     info.tally.yes, info.tally.no, info.tally.abstain);
}

Result<void> host_execute_governance_proposal(RuntimeContext& context, std::string_view proposal_id) {
  return context.execute_governance_proposal(proposal_id);
}

}  // namespace icn::embed
