// Governance: what members propose, how they vote, and the log of the scope (docs/OPERATIONS.md). As thread safe as
// runtime/.
#pragma once
#include "api/governance_names.hpp"
#include "api/operation.hpp"
#include "core/ppm.hpp"
#include "model/transfer.hpp"

namespace icn::api {

// What a proposal changes. Which fields there are depends on the kind.
struct ActionRequest {
  model::ProposalKind kind = model::ProposalKind::resolution;
  std::map<std::string, std::string> values;
  std::optional<std::string> member;
  std::optional<Bytes> record;
  std::optional<model::Mana> amount;
  std::optional<std::string> version;
  std::optional<ipld::Cid> scope;
  std::optional<std::uint64_t> rate_ppm;
  std::optional<model::Mana> credit;
  std::optional<std::string> key;

  static constexpr auto fields() {
    using T = ActionRequest;
    return std::tuple{
        Field<&T::kind>{"kind", "what it does"},
        Field<&T::values>{"values", "of `set`: parameters and their new values", {.missing = Missing::allowed}},
        Field<&T::member>{
            "member", "whom it is about: a DID, or the name of a key in the data folder", {.min = 1, .max = 128}},
        Field<&T::record>{"record", "of `admit`, instead of `member`: what the candidate signed", {.max = 65'536}},
        Field<&T::amount>{"amount_umana", "of `budget`: what the treasury pays"},
        Field<&T::version>{"version", "of `upgrade`: the least version of a node's program", {.min = 1, .max = 32}},
        Field<&T::scope>{"scope", "of `federate`: the other scope"},
        Field<&T::rate_ppm>{"rate_ppm",
                            "of `federate`: this scope's mana for one of the other's",
                            {.min = 1, .max = model::kPeerRateMax}},
        Field<&T::credit>{"credit_umana", "of `federate`: what the other scope may owe at most"},
        Field<&T::key>{"key",
                       "of `key`: the new key, as a did:key or the name of a key in the data folder",
                       {.min = 1, .max = 128}},
    };
  }
};

struct ProposeRequest : ActionRequest {
  std::vector<ActionRequest> actions;
  std::string title;
  std::string text;
  std::optional<std::uint64_t> voting_s;
  std::optional<std::uint64_t> timelock_s;
  std::optional<std::string> quorum;
  std::optional<std::uint64_t> threshold_ppm;

  static constexpr std::uint64_t kSecondsMax = model::kGovernedDurationMsMax / 1'000;
  static constexpr std::uint64_t kTextMax = 262'144;

  static constexpr auto fields() {
    using T = ProposeRequest;
    return std::tuple_cat(
        ActionRequest::fields(),
        std::tuple{
            Field<&T::actions>{"actions",
                               "of `batch`: all of them are done, or none",
                               {.max = model::kBatchActionsMax, .missing = Missing::allowed}},
            Field<&T::title>{
                "title", "one line, for lists", {.max = model::kTitleBytesMax, .missing = Missing::allowed}},
            Field<&T::text>{"text", "the reasons, for people", {.max = kTextMax, .missing = Missing::allowed}},
            Field<&T::voting_s>{"voting_s", "how long voting is open", {.min = 1, .max = kSecondsMax}},
            Field<&T::timelock_s>{
                "timelock_s", "how long it waits between acceptance and execution", {.max = kSecondsMax}},
            Field<&T::quorum>{"quorum",
                              "how many must take part: a number of members, or a share of them as `200000ppm`",
                              {.min = 1, .max = 24}},
            Field<&T::threshold_ppm>{
                "threshold_ppm", "the share of yes among yes and no that accepts it", {.min = 1, .max = kPpm}},
        });
  }
};

struct ProposalMade {
  static constexpr std::string_view kName = "proposal_made";
  static constexpr std::string_view kText = "A proposal that is in the log of the scope.";
  ipld::Cid proposal;
  governance::ProposalState state = governance::ProposalState::sponsorship;
  Nullable<model::UnixMs> opens;
  Nullable<model::UnixMs> closes;

  static constexpr auto fields() {
    using T = ProposalMade;
    return std::tuple{
        Field<&T::proposal>{"proposal", "its id"},
        Field<&T::state>{"state", "where it is"},
        Field<&T::opens>{"opens", "when voting opens or opened; null while it wants sponsors"},
        Field<&T::closes>{"closes", "when voting ends or ended; null while it wants sponsors"},
    };
  }
};

struct VoteCounts {
  std::uint64_t yes = 0;
  std::uint64_t no = 0;
  std::uint64_t abstain = 0;

  static constexpr auto fields() {
    using T = VoteCounts;
    return std::tuple{
        Field<&T::yes>{"yes", "members for it"},
        Field<&T::no>{"no", "members against it"},
        Field<&T::abstain>{"abstain", "members who take part and decide neither"},
    };
  }
};

struct EffectView {
  std::uint64_t index = 0;
  model::ProposalKind kind = model::ProposalKind::resolution;
  Nullable<std::string> subject;
  Nullable<std::string> value;

  static constexpr auto fields() {
    using T = EffectView;
    return std::tuple{
        Field<&T::index>{"index", "its place in the proposal, from 0"},
        Field<&T::kind>{"kind", "what it does"},
        Field<&T::subject>{"subject", "a parameter, a DID, a scope or a version; null of a resolution", {.min = 1}},
        Field<&T::value>{
            "value",
            "of `set` the new value, of `budget` µmana, of `admit` the home, of `federate` rate and credit as "
            "`1000000ppm 50000000`, of `key` the new key; else null",
            {.min = 1}},
    };
  }
};

struct ProposalView {
  static constexpr std::string_view kName = "proposal";
  static constexpr std::string_view kText = "A proposal: what it does, where it is and how members voted.";
  ipld::Cid proposal;
  model::ProposalKind kind = model::ProposalKind::resolution;
  governance::ProposalState state = governance::ProposalState::sponsorship;
  Nullable<model::VoteOutcome> outcome;
  std::string title;
  Nullable<ipld::Cid> text;
  model::Did proposer;
  std::uint64_t sponsors = 0;
  std::uint64_t electorate = 0;
  VoteCounts votes;
  std::uint64_t quorum = 0;
  std::uint64_t threshold_ppm = 0;
  Nullable<model::UnixMs> opens;
  Nullable<model::UnixMs> closes;
  Nullable<model::UnixMs> executes;
  std::vector<EffectView> effects;

  static constexpr auto fields() {
    using T = ProposalView;
    return std::tuple{
        Field<&T::proposal>{"proposal", "its id"},
        Field<&T::kind>{"kind", "what it does; the topic of delegations"},
        Field<&T::state>{"state", "where it is"},
        Field<&T::outcome>{"outcome", "of the vote; null before it is counted"},
        Field<&T::title>{"title", "one line, for lists"},
        Field<&T::text>{"text", "the reasons, for people: a file in the DAG store"},
        Field<&T::proposer>{"proposer", "who proposed it"},
        Field<&T::sponsors>{"sponsors", "other members who want it voted on"},
        Field<&T::electorate>{"electorate", "members who may vote; before the vote opens, those of now"},
        Field<&T::votes>{"votes", "with delegated ones"},
        Field<&T::quorum>{"quorum", "how many must take part"},
        Field<&T::threshold_ppm>{"threshold_ppm", "the share of yes among yes and no that accepts it", {.max = kPpm}},
        Field<&T::opens>{"opens", "when voting opens or opened; null while it wants sponsors"},
        Field<&T::closes>{"closes", "when voting ends or ended; null while it wants sponsors"},
        Field<&T::executes>{"executes", "when it takes or took effect; null before it is accepted, and if it is not"},
        Field<&T::effects>{"effects", "what it does, in order"},
    };
  }
};

struct ProposalNamed {
  std::string proposal;

  static constexpr auto fields() {
    return std::tuple{Field<&ProposalNamed::proposal>{"proposal", kProposalNameText, {.min = 1, .max = 128}}};
  }
};

struct VoteRequest : ProposalNamed {
  model::VoteChoice choice = model::VoteChoice::abstain;

  static constexpr auto fields() {
    return std::tuple_cat(ProposalNamed::fields(),
                          std::tuple{Field<&VoteRequest::choice>{"choice", "what the member votes"}});
  }
};

struct ProposalListRequest {
  std::optional<governance::ProposalState> state;
  std::uint64_t count = 20;
  std::optional<std::uint64_t> before;
  static constexpr std::uint64_t kCountMax = 10'000;

  static constexpr auto fields() {
    using T = ProposalListRequest;
    return std::tuple{
        Field<&T::state>{"state", "only those"},
        Field<&T::count>{"count", "how many at most", {.min = 1, .max = kCountMax, .missing = Missing::allowed}},
        Field<&T::before>{"before", "`next_before` of a newer page", {.min = 1}},
    };
  }
};

struct ProposalPage {
  static constexpr std::string_view kName = "proposal_list";
  static constexpr std::string_view kText = "Proposals, newest first.";
  std::vector<ProposalView> proposals;
  Nullable<std::uint64_t> next_before;

  static constexpr auto fields() {
    using T = ProposalPage;
    return std::tuple{
        Field<&T::proposals>{"proposals", "newest first"},
        Field<&T::next_before>{"next_before", "`before` of the next older page; null on the oldest", {.min = 1}},
    };
  }
};

struct TallyView {
  static constexpr std::string_view kName = "tally";
  static constexpr std::string_view kText = "The count of a proposal's votes as they are.";
  ipld::Cid proposal;
  governance::ProposalState state = governance::ProposalState::sponsorship;
  std::uint64_t electorate = 0;
  VoteCounts votes;
  std::uint64_t quorum = 0;
  bool quorum_met = false;
  std::uint64_t threshold_ppm = 0;
  bool threshold_met = false;

  static constexpr auto fields() {
    using T = TallyView;
    return std::tuple{
        Field<&T::proposal>{"proposal", "whose"},
        Field<&T::state>{"state", "where it is"},
        Field<&T::electorate>{"electorate", "members who may vote; before the vote opens, those of now"},
        Field<&T::votes>{"votes", "with delegated ones"},
        Field<&T::quorum>{"quorum", "how many must take part"},
        Field<&T::quorum_met>{"quorum_met", "whether that many do"},
        Field<&T::threshold_ppm>{"threshold_ppm", "the share of yes among yes and no that accepts it", {.max = kPpm}},
        Field<&T::threshold_met>{"threshold_met", "whether the share is that high"},
    };
  }
};

struct ParameterDifference {
  std::string name;
  std::string before;
  std::string after;

  static constexpr auto fields() {
    using T = ParameterDifference;
    return std::tuple{
        Field<&T::name>{"name", "the parameter", {.min = 1}},
        Field<&T::before>{"before", "its value"},
        Field<&T::after>{"after", "what it becomes"},
    };
  }
};

struct MemberDifference {
  model::Did did;
  Nullable<model::MemberStatus> before;
  model::MemberStatus after = model::MemberStatus::active;

  static constexpr auto fields() {
    using T = MemberDifference;
    return std::tuple{
        Field<&T::did>{"did", "who"},
        Field<&T::before>{"before", "null: not a member yet"},
        Field<&T::after>{"after", "what they become"},
    };
  }
};

struct BalanceDifference {
  std::string account;
  model::Mana before;
  model::Mana after;

  static constexpr auto fields() {
    using T = BalanceDifference;
    return std::tuple{
        Field<&T::account>{"account", "whose", {.min = 1}},
        Field<&T::before>{"before_umana", "what is available"},
        Field<&T::after>{"after_umana", "what is then"},
    };
  }
};

struct PeerDifference {
  ipld::Cid scope;
  Nullable<std::uint64_t> before_rate;
  Nullable<model::Mana> before_credit;
  std::uint64_t after_rate = 0;
  model::Mana after_credit;

  static constexpr auto fields() {
    using T = PeerDifference;
    return std::tuple{
        Field<&T::scope>{"scope", "the other scope"},
        Field<&T::before_rate>{"before_rate_ppm", "null: not a peer yet"},
        Field<&T::before_credit>{"before_credit_umana", "null: not a peer yet"},
        Field<&T::after_rate>{"after_rate_ppm", "this scope's mana for one of the other's"},
        Field<&T::after_credit>{"after_credit_umana", "what it may owe at most"},
    };
  }
};

struct KeyDifference {
  model::Did did;
  model::Did before;
  model::Did after;

  static constexpr auto fields() {
    using T = KeyDifference;
    return std::tuple{
        Field<&T::did>{"did", "a member or a node"},
        Field<&T::before>{"before", "the key that signs for it"},
        Field<&T::after>{"after", "the key that signs then"},
    };
  }
};

struct ChargeDifference {
  ipld::Cid receipt;
  model::Mana before;
  Nullable<model::Mana> after;

  static constexpr auto fields() {
    using T = ChargeDifference;
    return std::tuple{
        Field<&T::receipt>{"receipt", "of a job that ended here"},
        Field<&T::before>{"before_umana", "what it costs under the parameters of now"},
        Field<&T::after>{"after_umana", "what it would cost; null: the limits would refuse it"},
    };
  }
};

struct DryRunRequest : ProposalNamed {
  std::optional<Bytes> record;

  static constexpr auto fields() {
    return std::tuple_cat(
        ProposalNamed::fields(),
        std::tuple{Field<&DryRunRequest::record>{
            "record", "a dry run to derive again: one that differs is an error", {.max = 1'048'576}}});
  }
};

struct DryRun {
  static constexpr std::string_view kName = "dry_run";
  static constexpr std::string_view kText = "Exactly what a proposal would change if it took effect now.";
  ipld::Cid proposal;
  ipld::Cid object;
  Bytes record;
  std::uint64_t position = 0;
  std::vector<ParameterDifference> parameters;
  std::vector<MemberDifference> members;
  std::vector<BalanceDifference> balances;
  std::vector<PeerDifference> peers;
  std::vector<KeyDifference> keys;
  Nullable<model::Did> clerk;
  Nullable<std::string> version;
  std::vector<ChargeDifference> charges;
  model::Mana charged_before;
  model::Mana charged_after;
  Nullable<std::string> refused;

  static constexpr auto fields() {
    using T = DryRun;
    return std::tuple{
        Field<&T::proposal>{"proposal", "its id"},
        Field<&T::object>{"object", "the CID of the record: the same for all who derive the same"},
        Field<&T::record>{"record", "all of this as a block, for other members to derive again"},
        Field<&T::position>{"position", "the last entry of the log that it rests on"},
        Field<&T::parameters>{"parameters", "those that change"},
        Field<&T::members>{"members", "those whose status changes"},
        Field<&T::balances>{"balances", "the accounts that change here"},
        Field<&T::peers>{"peers", "other scopes whose terms change"},
        Field<&T::keys>{"keys", "members and nodes for whom another key signs"},
        Field<&T::clerk>{"clerk", "who becomes the clerk; null: no change"},
        Field<&T::version>{"version", "the version that nodes need then; null: no change", {.min = 1}},
        Field<&T::charges>{"charges",
                           "of a change of a price or a limit: the newest receipts, at most 100, charged again, newest "
                           "first"},
        Field<&T::charged_before>{"charged_before_umana", "the sum of those that would still be accepted"},
        Field<&T::charged_after>{"charged_after_umana", "what these would cost"},
        Field<&T::refused>{"refused", "the rule by which it could not take effect now; null: it could", {.min = 1}},
    };
  }
};

// As the interfaces show it.
[[nodiscard]] ProposalView proposal_view(const governance::ProposalInfo& info);

// Signed by the caller; the node that keeps the log enters them. Errors: not_clerk, and each its rule
// (governance/governance.hpp).
struct Propose : Slot<ProposeRequest, ProposalMade> {};
struct Sponsor : Slot<ProposalNamed, ProposalView> {};
struct CastVote : Slot<VoteRequest, ProposalView> {};
struct CancelProposal : Slot<ProposalNamed, ProposalView> {};
// What is due of it: closing, execution. Errors: invalid_state, saying why nothing is due.
struct ExecuteProposal : Slot<ProposalNamed, ProposalView> {};

[[nodiscard]] Result<ProposalPage> list_proposals(Context& context, const ProposalListRequest& request);
[[nodiscard]] Result<ProposalView> show_proposal(Context& context, const ProposalNamed& request);
[[nodiscard]] Result<TallyView> tally_proposal(Context& context, const ProposalNamed& request);
[[nodiscard]] Result<DryRun> dry_run_proposal(Context& context, const DryRunRequest& request);

}  // namespace icn::api
