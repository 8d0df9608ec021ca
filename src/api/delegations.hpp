// Delegations: who votes instead of a member (docs/OPERATIONS.md). As thread safe as runtime/.
#pragma once
#include "api/governance_names.hpp"
#include "api/operation.hpp"

namespace icn::api {

struct DelegateRequest {
  std::string delegate;
  std::optional<model::ProposalKind> topic;
  std::optional<model::UnixMs> until;

  static constexpr auto fields() {
    using T = DelegateRequest;
    return std::tuple{
        Field<&T::delegate>{
            "delegate", "who votes instead: a DID, or the name of a key in the data folder", {.min = 1, .max = 128}},
        Field<&T::topic>{"topic", "proposals of this kind only; all others without it"},
        Field<&T::until>{"until", "not from then on; without it until it is revoked"},
    };
  }
};

struct RevokeRequest {
  std::string delegate;

  static constexpr auto fields() {
    using T = RevokeRequest;
    return std::tuple{Field<&T::delegate>{"delegate",
                                          "who no longer votes instead: a DID, or the name of a key in the data folder",
                                          {.min = 1, .max = 128}}};
  }
};

struct DelegationView {
  static constexpr std::string_view kName = "delegation";
  static constexpr std::string_view kText = "Who votes instead of a member.";
  model::Did delegator;
  model::Did delegate;
  Nullable<model::ProposalKind> topic;
  Nullable<model::UnixMs> until;
  bool revoked = false;

  static constexpr auto fields() {
    using T = DelegationView;
    return std::tuple{
        Field<&T::delegator>{"delegator", "whose vote it is"},
        Field<&T::delegate>{"delegate", "who casts it"},
        Field<&T::topic>{"topic", "proposals of this kind only; null: all that no other delegation covers"},
        Field<&T::until>{"until", "not from then on; null: until it is revoked"},
        Field<&T::revoked>{"revoked", "whether it has been withdrawn"},
    };
  }
};

struct DelegationsRevoked {
  static constexpr std::string_view kName = "delegations_revoked";
  static constexpr std::string_view kText = "The delegations that a member withdrew.";
  std::vector<DelegationView> delegations;

  static constexpr auto fields() {
    return std::tuple{Field<&DelegationsRevoked::delegations>{"delegations", "one for each topic", {.min = 1}}};
  }
};

struct VotePreviewRequest {
  std::optional<std::string> proposal;
  std::optional<model::ProposalKind> topic;
  std::optional<model::Did> did;

  static constexpr auto fields() {
    using T = VotePreviewRequest;
    return std::tuple{
        Field<&T::proposal>{"proposal", kProposalNameText, {.min = 1, .max = 128}},
        Field<&T::topic>{"topic", "instead: any proposal of this kind; without both, a resolution"},
        Field<&T::did>{"did", "whose vote; the caller's without it"},
    };
  }
};

struct VotePreview {
  static constexpr std::string_view kName = "vote_preview";
  static constexpr std::string_view kText = "Where a member's vote goes.";
  model::Did did;
  model::ProposalKind topic = model::ProposalKind::resolution;
  std::vector<model::Did> path;
  model::Did casts;
  Nullable<model::VoteChoice> choice;

  static constexpr auto fields() {
    using T = VotePreview;
    return std::tuple{
        Field<&T::did>{"did", "whose vote"},
        Field<&T::topic>{"topic", "on proposals of this kind"},
        Field<&T::path>{"path", "the members that it passes to, in order"},
        Field<&T::casts>{"casts", "who casts it: the first on the way who has voted, else the last"},
        Field<&T::choice>{"choice", "what that one has voted on the proposal; null: not yet, or no proposal was named"},
    };
  }
};

// Signed by the caller. Errors: as of governance.hpp.
struct Delegate : Slot<DelegateRequest, DelegationView> {};
struct Revoke : Slot<RevokeRequest, DelegationsRevoked> {};
[[nodiscard]] Result<VotePreview> preview_vote(Context& context, const VotePreviewRequest& request);

}  // namespace icn::api
