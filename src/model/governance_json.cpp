#include "model/governance_json.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <nlohmann/json.hpp>

namespace icn::model {
namespace {

using Json = nlohmann::json;

tl::unexpected<Error> bad(std::string_view field, std::string_view what) {
  return refuse(ErrorCode::invalid_argument, std::string(field),
                fmt::format("The payload's field '{}' {}.", field, what), std::string(field));
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
  return refuse(ErrorCode::invalid_argument, "payload", "The payload is not a JSON object.");
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

// Without it, all kinds.
Result<Topic> topic_at(const Json& object) {
  const Json* topic = optional_at(object, "topic");
  if (topic == nullptr) return Topic{};
  const auto found = topic->is_string() ? find_topic(topic->get<std::string>()) : std::nullopt;
  if (!found) return bad("topic", "must be a kind of proposal or 'all'");
  return *found;
}

constexpr std::string_view kSpecific = "type_specific_payload";

Result<Did> did_in(ByteView payload) {
  auto did = Did::parse(text_of(payload));
  if (!did) return bad(kSpecific, "is not a DID: " + did.error().detail);
  return *did;
}

Result<Action> parameter_change(ByteView payload) {
  const Json pair = Json::parse(text_of(payload), nullptr, false);
  if (!pair.is_array() || pair.size() != 2 || !pair[0].is_string() || !pair[1].is_string())
    return bad(kSpecific, "must be [\"name\",\"value\"]");
  return Action(SetAction{{{pair[0].get<std::string>(), pair[1].get<std::string>()}}});
}

Result<Action> budget(ByteView payload) {
  const Json parts = Json::parse(text_of(payload), nullptr, false);
  if (!parts.is_array() || parts.size() < 2 || !parts[0].is_string() || !parts[1].is_number_unsigned())
    return bad(kSpecific, "must be [\"did\",mana,\"purpose\"]");
  const std::uint64_t mana = parts[1].get<std::uint64_t>();
  if (mana > UINT64_MAX / Mana::kUnit) return bad(kSpecific, "names more mana than there can be");
  const std::string did = parts[0].get<std::string>();
  return Action(BudgetAction{ICN_TRY(did_in(view_of(did))), Mana{mana * Mana::kUnit}});
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
  CastVotePayload payload;
  payload.proposal_id_str = ICN_TRY(text_at(object, "proposal_id_str"));
  payload.vote_option_str = ICN_TRY(text_at(object, "vote_option_str"));
  return payload;
}

Result<Action> action_of(const CreateProposalPayload& payload, const Did& home) {
  const std::string type = plain(payload.proposal_type_str);
  const ByteView specific = payload.type_specific_payload;
  if (type == "systemparameterchange") return parameter_change(specific);
  if (type == "memberadmission" || type == "newmemberinvitation" || type == "memberinvitation")
    return Action(AdmitAction{ICN_TRY(did_in(specific)), home, std::nullopt});
  if (type == "removemember") return Action(RemoveAction{ICN_TRY(did_in(specific))});
  if (type == "budgetallocation") return budget(specific);
  if (type == "generictext" || type == "resolution") return Action(ResolutionAction{});
  if (type == "softwareupgrade") {
    const auto version = ProgramVersion::parse(text_of(specific));
    if (!version) return bad(kSpecific, "must be a version, as 1.2.3");
    return Action(UpgradeAction{*version});
  }
  return bad("proposal_type_str", "is not a type of proposal: " + payload.proposal_type_str);
}

Result<ProposalTerms> terms_of(const CreateProposalPayload& payload, const Did& home) {
  ProposalTerms terms;
  terms.action = ICN_TRY(action_of(payload, home));
  terms.title = clipped_utf8(payload.description, kTitleBytesMax);
  if (payload.body) {
    terms.text = text_of(*payload.body);
  } else if (terms.title.size() < payload.description.size()) {
    terms.text = payload.description;
  }
  constexpr std::uint64_t kSecondsMax = kGovernedDurationMsMax / 1'000;
  if (payload.duration_secs == 0 || payload.duration_secs > kSecondsMax)
    return bad("duration_secs", fmt::format("must be 1 to {}: a vote is open that long", kSecondsMax));
  terms.voting_ms = payload.duration_secs * 1'000;
  if (payload.quorum) {
    if (*payload.quorum == 0) return bad("quorum", "must be at least 1");
    terms.quorum = Quorum{Quorum::Unit::heads, *payload.quorum};
  }
  if (payload.threshold) {
    terms.threshold = ICN_TRY(ppm_of(*payload.threshold));
    if (*terms.threshold == 0) return bad("threshold", "must be more than 0");
  }
  return terms;
}

Result<VoteChoice> choice_of(const CastVotePayload& payload) {
  std::string option = payload.vote_option_str;
  for (char& c : option) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  const auto choice = find_vote_choice(option);
  if (!choice) return bad("vote_option_str", "must be yes, no or abstain");
  return *choice;
}

Result<DelegateVotePayload> DelegateVotePayload::from_json(std::string_view text) {
  const Json object = ICN_TRY(object_of(text));
  const std::string did = ICN_TRY(text_at(object, "delegate_did"));
  auto delegate = Did::parse(did);
  if (!delegate) return bad("delegate_did", "is not a DID: " + delegate.error().detail);
  const auto topic = ICN_TRY(topic_at(object));
  DelegateVotePayload payload{*delegate, topic, {}};
  if (const Json* until = optional_at(object, "until_ms")) {
    if (!until->is_number_unsigned()) return bad("until_ms", "must be a whole number");
    payload.until = UnixMs{until->get<std::uint64_t>()};
  }
  return payload;
}

Result<RevokeDelegationPayload> RevokeDelegationPayload::from_json(std::string_view text) {
  return RevokeDelegationPayload{ICN_TRY(topic_at(ICN_TRY(object_of(text))))};
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

}  // namespace icn::model
