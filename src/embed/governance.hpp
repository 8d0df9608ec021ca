// The specification's governance for programs that embed a node: its payloads, read from JSON, and its host functions
// for native callers, over the methods of RuntimeContext. Each call signs as the context's identity and enters the
// statement into the scope's log (runtime/governance.hpp); the node must be the clerk's. Proposal ids are CIDs as text.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/bytes.hpp"
#include "core/result.hpp"
#include "model/did.hpp"
#include "model/proposal.hpp"

namespace icn::embed {

class RuntimeContext;

struct CreateProposalPayload {
  // system_parameter_change, member_admission, remove_member, budget_allocation, generic_text or resolution, in any
  // case, with or without the underscores.
  std::string proposal_type_str;
  // Of a parameter change ["name","value"]; of an admission or removal the DID; of a budget ["did",mana,"purpose"]; of
  // a text the text.
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

// What a payload proposes; a candidate's home is `home`. Errors: invalid_argument naming the field, unsupported (a
// software upgrade).
[[nodiscard]] Result<model::Action> action_of(const CreateProposalPayload& payload, const model::Did& home);
// The exact parts per million of a share that is written with at most 6 decimals. Errors: invalid_argument.
[[nodiscard]] Result<std::uint64_t> ppm_of(float share);

// A change of a parameter, as the log records it.
struct ParameterUpdate {
  std::string name;
  std::string value;
  std::uint64_t timestamp = 0;  // seconds since 1970
  model::Did signer;            // who proposed it
};

// ---- native host functions, as the context's identity ----

// Returns the id. Errors: those of the payload and of runtime::admit_statement; nothing is charged then.
[[nodiscard]] Result<std::string> host_create_governance_proposal(RuntimeContext& context,
                                                                  std::string_view payload_json);
// Nothing to do for a proposal whose vote has opened. Errors: voting_not_open.
[[nodiscard]] Result<void> host_open_governance_voting(RuntimeContext& context, std::string_view proposal_id);
[[nodiscard]] Result<void> host_cast_governance_vote(RuntimeContext& context, std::string_view payload_json);
// Closes a vote that is over or decided; {"status", "yes", "no", "abstain"} of the proposal. Errors: voting_open.
[[nodiscard]] Result<std::string> host_close_governance_proposal_voting(RuntimeContext& context,
                                                                        std::string_view proposal_id);
// Succeeds for a proposal that was executed before. Errors: not_accepted, timelock, insufficient_mana.
[[nodiscard]] Result<void> host_execute_governance_proposal(RuntimeContext& context, std::string_view proposal_id);

}  // namespace icn::embed
