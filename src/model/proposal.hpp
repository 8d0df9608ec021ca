// A proposal: what a member asks the scope to decide, signed by the member. Its CID is the proposal's id, so that no
// other body can take the id.
//
// A proposal has one action, or is a batch of several that take effect together or not at all.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/ppm.hpp"
#include "ipld/cid.hpp"
#include "model/did.hpp"
#include "model/mana.hpp"
#include "model/program_version.hpp"
#include "model/signature.hpp"

namespace icn::model {

// In the order of Action, then batch. The names are texts of docs/FORMATS.md. A kind is also the topic of delegations.
enum class ProposalKind : std::uint8_t {
  set,
  admit,
  suspend,
  remove,
  budget,
  resolution,
  clerk,
  upgrade,
  federate,
  key,
  batch
};
inline constexpr std::size_t kProposalKinds = 11;
[[nodiscard]] std::string_view proposal_kind_name(ProposalKind kind);
[[nodiscard]] std::optional<ProposalKind> find_proposal_kind(std::string_view name);

struct SetAction {
  std::map<std::string, std::string> values;  // parameter → text, at least one
  friend bool operator==(const SetAction&, const SetAction&) = default;
};
struct AdmitAction {
  Did member;
  Did home;
  std::optional<Signature> consent;  // the candidate's, over its Candidate record (model/ballot.hpp)
  friend bool operator==(const AdmitAction&, const AdmitAction&) = default;
};
struct SuspendAction {
  Did member;
  friend bool operator==(const SuspendAction&, const SuspendAction&) = default;
};
struct RemoveAction {
  Did member;
  friend bool operator==(const RemoveAction&, const RemoveAction&) = default;
};
struct BudgetAction {
  Did member;
  Mana amount;  // from the treasury
  friend bool operator==(const BudgetAction&, const BudgetAction&) = default;
};
struct ResolutionAction {  // the title and the text are the decision
  friend bool operator==(const ResolutionAction&, const ResolutionAction&) = default;
};
struct ClerkAction {
  Did clerk;
  friend bool operator==(const ClerkAction&, const ClerkAction&) = default;
};
struct UpgradeAction {
  ProgramVersion version;  // below it a node accepts nothing
  friend bool operator==(const UpgradeAction&, const UpgradeAction&) = default;
};
// What another scope is to this one.
struct PeerTerms {
  std::uint64_t rate_ppm = 1'000'000;  // of this scope's mana for one of the peer's, 1 to kPeerRateMax
  Mana credit;                         // what the peer may owe at most; 0: nothing
  friend bool operator==(const PeerTerms&, const PeerTerms&) = default;
};
struct FederateAction {
  ipld::Cid scope;
  PeerTerms terms;
  friend bool operator==(const FederateAction&, const FederateAction&) = default;
};
// A lost or stolen key: from then on `key` signs for the DID, whatever its holder signs in between.
struct KeyAction {
  Did did;  // of a member or a node
  Did key;  // the new one, as the did:key that it is
  friend bool operator==(const KeyAction&, const KeyAction&) = default;
};
// In the order of ProposalKind.
using Action = std::variant<SetAction, AdmitAction, SuspendAction, RemoveAction, BudgetAction, ResolutionAction,
                            ClerkAction, UpgradeAction, FederateAction, KeyAction>;
static_assert(std::variant_size_v<Action> == static_cast<std::size_t>(ProposalKind::batch));
[[nodiscard]] ProposalKind kind_of(const Action& action);

// How many members must take part: a number of them, or a share of the electorate, rounded up.
struct Quorum {
  enum class Unit : std::uint8_t { heads, ppm } unit = Unit::heads;
  std::uint64_t value = 1;
  friend bool operator==(const Quorum&, const Quorum&) = default;
};

inline constexpr std::uint64_t kPeerRateMax = 1'000'000'000'000;
inline constexpr std::size_t kBatchActionsMax = 64;
inline constexpr std::size_t kSetValuesMax = 64;
inline constexpr std::size_t kTitleBytesMax = 256;
inline constexpr std::size_t kProposalTextBytesMax = 262'144;  // of the raw block that `text` names
// A hundred years: no sum of a time and durations overflows.
inline constexpr std::uint64_t kGovernedDurationMsMax = 3'155'760'000'000;

struct Proposal {
  ipld::Cid scope;
  Did proposer;
  ProposalKind kind = ProposalKind::resolution;
  std::vector<Action> actions{ResolutionAction{}};  // one of this kind; of a batch, 1 to kBatchActionsMax
  std::string title;
  std::optional<ipld::Cid> text;           // the reasons, for people
  std::uint64_t voting_ms = 0;             // at least 1
  std::uint64_t timelock_ms = 0;           // at least this long between acceptance and execution
  std::optional<Quorum> quorum;            // else the scope's
  std::optional<std::uint64_t> threshold;  // ppm of yes among yes and no, 1 to kPpm; else the scope's
  Bytes nonce;                             // at most 32 bytes; distinguishes two proposals of the same content

  [[nodiscard]] ipld::Block to_block() const;
  [[nodiscard]] static Result<Proposal> from_bytes(ByteView bytes);
  friend bool operator==(const Proposal&, const Proposal&) = default;
};

}  // namespace icn::model
