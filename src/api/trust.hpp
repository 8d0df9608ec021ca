// Trust: whom members trust and why a decision falls as it does (docs/OPERATIONS.md). As thread safe as runtime/.
#pragma once
#include "api/operation.hpp"
#include "core/ppm.hpp"
#include "trust/trust.hpp"

namespace icn::api {

template <>
struct EnumNames<model::TrustLevel> {
  static constexpr auto values = first_values<model::TrustLevel, model::kTrustLevels>();
  static_assert(values.back() == model::TrustLevel::full);
  static std::string_view name(model::TrustLevel level) { return model::trust_level_name(level); }
};

template <>
struct EnumNames<trust::TrustValidationResult::Verdict> {
  static constexpr auto values = first_values<trust::TrustValidationResult::Verdict, 2>();
  static std::string_view name(trust::TrustValidationResult::Verdict verdict) {
    return verdict == trust::TrustValidationResult::allowed ? "allowed" : "denied";
  }
};

inline constexpr std::string_view kTrusteeText = "a DID, or the name of a key in the data folder";
inline constexpr Bound kContextBound{.min = 1, .max = model::kTrustContextBytesMax};

struct TrustRequest {
  std::string trustee;
  std::string context;
  model::TrustLevel level = model::TrustLevel::basic;
  std::optional<model::UnixMs> until;

  static constexpr auto fields() {
    using T = TrustRequest;
    return std::tuple{
        Field<&T::trustee>{"trustee", kTrusteeText, {.min = 1, .max = 128}},
        Field<&T::context>{"context", "what for: a trust scope that jobs demand", kContextBound},
        Field<&T::level>{"level", "how far; none: not, whatever others say"},
        Field<&T::until>{"until", "not from then on; without it until it is taken back"},
    };
  }
};

struct TrustRevokeRequest {
  std::string trustee;
  std::string context;

  static constexpr auto fields() {
    using T = TrustRevokeRequest;
    return std::tuple{
        Field<&T::trustee>{"trustee", kTrusteeText, {.min = 1, .max = 128}},
        Field<&T::context>{"context", "what for", kContextBound},
    };
  }
};

struct TrustView {
  static constexpr std::string_view kName = "trust";
  static constexpr std::string_view kText = "Whom a member trusts, in one context.";
  model::Did truster;
  model::Did trustee;
  std::string context;
  model::TrustLevel level = model::TrustLevel::none;
  Nullable<model::UnixMs> until;
  bool in_force = true;

  static constexpr auto fields() {
    using T = TrustView;
    return std::tuple{
        Field<&T::truster>{"truster", "who trusts"},
        Field<&T::trustee>{"trustee", "who is trusted"},
        Field<&T::context>{"context", "what for", kContextBound},
        Field<&T::level>{"level", "how far; none: not, whatever others say"},
        Field<&T::until>{"until", "not from then on; null: until it is taken back"},
        Field<&T::in_force>{"in_force", "whether it has neither ended nor been taken back"},
    };
  }
};

struct TrustExplainRequest {
  std::string creator;
  std::string executor;
  std::string context;

  static constexpr auto fields() {
    using T = TrustExplainRequest;
    return std::tuple{
        Field<&T::creator>{"creator", kTrusteeText, {.min = 1, .max = 128}},
        Field<&T::executor>{"executor", kTrusteeText, {.min = 1, .max = 128}},
        Field<&T::context>{"context", "the trust scope", kContextBound},
    };
  }
};

struct TrustExplanation {
  static constexpr std::string_view kName = "trust_explanation";
  static constexpr std::string_view kText = "Whether one trusts another in a context, and why.";
  trust::TrustValidationResult::Verdict result = trust::TrustValidationResult::denied;
  std::vector<model::Did> path;
  std::string rule;
  model::TrustLevel level = model::TrustLevel::none;
  model::TrustLevel level_min = model::TrustLevel::none;
  std::uint64_t strength_ppm = 0;
  Nullable<ipld::Cid> bridge;
  std::string why;

  static constexpr auto fields() {
    using T = TrustExplanation;
    return std::tuple{
        Field<&T::result>{"result", "what is decided"},
        Field<&T::path>{"path", "from the creator to the executor; empty without a path"},
        Field<&T::rule>{"rule", "that decided", {.min = 1, .form = Form::word}},
        Field<&T::level>{"level", "what the path is worth; none without one"},
        Field<&T::level_min>{"level_min", "what is demanded"},
        Field<&T::strength_ppm>{"strength_ppm", "of the path, in ppm of full trust", {.max = 1'000'000}},
        Field<&T::bridge>{"bridge", "the scope into which the path leads; null: this one"},
        Field<&T::why>{"why", "one sentence", {.min = 1}},
    };
  }
};

struct ChallengeRequest {
  std::string trustee;
  std::string context;
  std::string reason;
  bool withdraw = false;

  static constexpr auto fields() {
    using T = ChallengeRequest;
    return std::tuple{
        Field<&T::trustee>{"trustee", kTrusteeText, {.min = 1, .max = 128}},
        Field<&T::context>{"context", "what for", kContextBound},
        Field<&T::reason>{
            "reason", "one line for people", {.max = model::kTrustReasonBytesMax, .missing = Missing::allowed}},
        Field<&T::withdraw>{"withdraw", "whether the challenge ends", {.missing = Missing::allowed}},
    };
  }
};

struct ChallengeView {
  static constexpr std::string_view kName = "trust_challenge";
  static constexpr std::string_view kText = "A member's doubt that a DID should be trusted through others.";
  model::Did challenger;
  model::Did trustee;
  std::string context;
  std::string reason;
  bool open = true;

  static constexpr auto fields() {
    using T = ChallengeView;
    return std::tuple{
        Field<&T::challenger>{"challenger", "who doubts"},
        Field<&T::trustee>{"trustee", "whom"},
        Field<&T::context>{"context", "what for", kContextBound},
        Field<&T::reason>{"reason", "for people", {.max = model::kTrustReasonBytesMax}},
        Field<&T::open>{"open", "false: it has been withdrawn"},
    };
  }
};

struct TrustRuleRequest {
  std::string context;
  model::TrustLevel level_min = model::TrustLevel::none;
  std::uint64_t depth_max = model::kTrustDepthMax;
  bool members_only = false;
  bool bridges = true;

  // `rest`: whether those after the context may be missing.
  static constexpr auto fields(Missing rest = Missing::allowed) {
    using T = TrustRuleRequest;
    return std::tuple{
        Field<&T::context>{"context", "the context", kContextBound},
        Field<&T::level_min>{"level_min", "the least level that counts in it", {.missing = rest}},
        Field<&T::depth_max>{"depth_max", "links of a path", {.min = 1, .max = model::kTrustDepthMax, .missing = rest}},
        Field<&T::members_only>{
            "members_only", "only members, their nodes and those behind a bridge", {.missing = rest}},
        Field<&T::bridges>{"bridges", "whether a path may lead to another scope", {.missing = rest}},
    };
  }
};

struct TrustRuleView : TrustRuleRequest {
  static constexpr std::string_view kName = "trust_rule";
  static constexpr std::string_view kText = "What a context demands beyond the scope's parameters.";
  model::Did clerk;

  static constexpr auto fields() {
    return std::tuple_cat(TrustRuleRequest::fields(Missing::refused),
                          std::tuple{Field<&TrustRuleView::clerk>{"clerk", "the node that signed it"}});
  }
};

struct TrustBridgeRequest {
  ipld::Cid scope;
  model::Did gate;
  std::string context;
  model::TrustLevel level = model::TrustLevel::basic;
  std::uint64_t decay_ppm = 500'000;
  std::uint64_t depth_max = 1;
  std::optional<model::UnixMs> until;

  static constexpr auto fields(Missing rest = Missing::allowed) {
    using T = TrustBridgeRequest;
    return std::tuple{
        Field<&T::scope>{"scope", "the other scope"},
        Field<&T::gate>{"gate", "a member there, with whom its paths begin"},
        Field<&T::context>{"context", "what for", kContextBound},
        Field<&T::level>{"level", "no path over it is worth more; none: the bridge is closed"},
        Field<&T::decay_ppm>{"decay_ppm", "what it leaves of the strength of a path", {.max = kPpm, .missing = rest}},
        Field<&T::depth_max>{
            "depth_max", "links behind the gate", {.min = 1, .max = model::kTrustDepthMax, .missing = rest}},
        Field<&T::until>{"until", "not from then on"},
    };
  }
};

struct TrustBridgeView : TrustBridgeRequest {
  static constexpr std::string_view kName = "trust_bridge";
  static constexpr std::string_view kText = "A bridge by which members trust whom another scope trusts.";
  model::Did clerk;

  static constexpr auto fields() {
    return std::tuple_cat(TrustBridgeRequest::fields(Missing::refused),
                          std::tuple{Field<&TrustBridgeView::clerk>{"clerk", "the node that signed it"}});
  }
};

struct TrustListRequest {
  static constexpr std::uint64_t kCountMax = 10'000;
  std::optional<std::string> did;
  std::optional<std::string> context;
  std::uint64_t count = 100;
  std::optional<Bytes> after;

  static constexpr auto fields() {
    using T = TrustListRequest;
    return std::tuple{
        Field<&T::did>{"did", "only statements by or about it: a DID, or the name of a key", {.min = 1, .max = 128}},
        Field<&T::context>{"context", "only in this context", kContextBound},
        Field<&T::count>{"count", "at most this many", {.min = 1, .max = kCountMax, .missing = Missing::allowed}},
        Field<&T::after>{"after", "`next` of the page before", {.min = 1, .max = 256}},
    };
  }
};

struct TrustList {
  static constexpr std::string_view kName = "trust_list";
  static constexpr std::string_view kText =
      "A page of what members and the clerk state about trust, by kind and author.";
  std::vector<TrustView> statements;
  std::vector<ChallengeView> challenges;
  std::vector<TrustRuleView> rules;
  std::vector<TrustBridgeView> bridges;
  bool complete = true;
  Nullable<Bytes> next;

  static constexpr auto fields() {
    using T = TrustList;
    return std::tuple{
        Field<&T::statements>{"statements", "one for each truster, trustee and context; none of what was taken back"},
        Field<&T::challenges>{"challenges", "open ones"},
        Field<&T::rules>{"rules", "one for each context that has one"},
        Field<&T::bridges>{"bridges", "to other scopes"},
        Field<&T::complete>{"complete", "whether this is the end of the list"},
        Field<&T::next>{"next", "`after` of the next page; null at the end"},
    };
  }
};

// Signed by the caller. Errors: those of trust::TrustEngine::apply.
struct ChallengeTrust : Slot<ChallengeRequest, ChallengeView> {};
// Signed by the node, which must be the clerk's.
struct RuleTrust : Slot<TrustRuleRequest, TrustRuleView> {};
struct BridgeTrust : Slot<TrustBridgeRequest, TrustBridgeView> {};
struct GrantTrust : Slot<TrustRequest, TrustView> {};
struct RevokeTrust : Slot<TrustRevokeRequest, TrustView> {};
struct ListTrust : Slot<TrustListRequest, TrustList> {};
struct ExplainTrust : Slot<TrustExplainRequest, TrustExplanation> {};

}  // namespace icn::api
