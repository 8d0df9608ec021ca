// The specification's payloads of governance as JSON, for guests and for programs that embed a node. The same text
// always yields the same values: nothing depends on the locale or the machine.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/bytes.hpp"
#include "core/result.hpp"
#include "model/ballot.hpp"

namespace icn::model {

struct CreateProposalPayload {
  // system_parameter_change, member_admission, remove_member, budget_allocation, software_upgrade, generic_text or
  // resolution, in any case, with or without the underscores.
  std::string proposal_type_str;
  // Of a parameter change ["name","value"]; of an admission or removal the DID; of a budget ["did",mana,"purpose"]; of
  // an upgrade the version; of a text the text.
  Bytes type_specific_payload;
  std::string description;
  std::uint64_t duration_secs = 0;
  std::optional<std::size_t> quorum;  // members
  std::optional<float> threshold;     // share of yes among yes and no, with at most 6 decimals
  std::optional<Bytes> body;          // the reasons, for people

  // Byte arrays are lists of numbers, as the specification's serialisation writes them, or texts. Errors:
  // invalid_argument naming the field.
  [[nodiscard]] static Result<CreateProposalPayload> from_json(std::string_view text);
};

struct CastVotePayload {
  std::string proposal_id_str;
  std::string vote_option_str;  // yes, no or abstain, in any case

  [[nodiscard]] static Result<CastVotePayload> from_json(std::string_view text);
};

// {"delegate_did", "topic", "until_ms"}; without a topic for all kinds, without an end until it is revoked.
struct DelegateVotePayload {
  Did delegate;
  Topic topic;
  std::optional<UnixMs> until;

  [[nodiscard]] static Result<DelegateVotePayload> from_json(std::string_view text);
};

// {"topic"}: of the delegation to take back.
struct RevokeDelegationPayload {
  Topic topic;

  [[nodiscard]] static Result<RevokeDelegationPayload> from_json(std::string_view text);
};

// What a payload proposes, as far as its author says.
struct ProposalTerms {
  Action action;
  std::string title;
  std::string text;  // the reasons; empty: none
  std::uint64_t voting_ms = 0;
  std::optional<Quorum> quorum;
  std::optional<std::uint64_t> threshold;  // ppm
};
// A candidate's home is `home`. Errors: as action_of().
[[nodiscard]] Result<ProposalTerms> terms_of(const CreateProposalPayload& payload, const Did& home);
[[nodiscard]] Result<VoteChoice> choice_of(const CastVotePayload& payload);

// What a payload proposes; a candidate's home is `home`. Errors: invalid_argument naming the field.
[[nodiscard]] Result<Action> action_of(const CreateProposalPayload& payload, const Did& home);
// The exact parts per million of a share that is written with at most 6 decimals. Errors: invalid_argument.
[[nodiscard]] Result<std::uint64_t> ppm_of(float share);

}  // namespace icn::model
