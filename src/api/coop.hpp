// The cooperative whose scope the node serves: what it is, who is a member, and how one joins or leaves it
// (docs/OPERATIONS.md). As thread safe as runtime/.
#pragma once
#include "api/governance_names.hpp"
#include "api/operation.hpp"

namespace icn::api {

struct CoopRequest {
  static constexpr auto fields() { return std::tuple{}; }
};

struct PeerView {
  ipld::Cid scope;
  std::uint64_t rate_ppm = 0;
  model::Mana credit;
  std::uint64_t since = 0;

  static constexpr auto fields() {
    using T = PeerView;
    return std::tuple{
        Field<&T::scope>{"scope", "the other scope"},
        Field<&T::rate_ppm>{"rate_ppm", "this scope's mana for one of the other's", {.min = 1}},
        Field<&T::credit>{"credit_umana", "what the other scope may owe at most"},
        Field<&T::since>{"since", "the entry of the log that set this", {.min = 1}},
    };
  }
};

struct CoopView {
  static constexpr std::string_view kName = "coop";
  static constexpr std::string_view kText = "The scope that a node serves, as the last entry of its log leaves it.";
  ipld::Cid scope;
  std::string name;
  model::Did clerk;
  model::Did node;
  bool is_clerk = false;
  std::uint64_t members = 0;
  std::uint64_t suspended = 0;
  std::uint64_t position = 0;
  ipld::Cid head;
  model::Mana grant;
  model::Mana endowment;
  model::Mana treasury;
  Nullable<std::string> version;
  std::vector<PeerView> peers;

  static constexpr auto fields() {
    using T = CoopView;
    return std::tuple{
        Field<&T::scope>{"scope", "its id: the CID of its genesis"},
        Field<&T::name>{"name", "what its founders called it", {.min = 1}},
        Field<&T::clerk>{"clerk", "the node that keeps the log"},
        Field<&T::node>{"node", "this node"},
        Field<&T::is_clerk>{"is_clerk", "whether these two are the same"},
        Field<&T::members>{"members", "active ones"},
        Field<&T::suspended>{"suspended", "members who may not act for now"},
        Field<&T::position>{"position", "entries in the log"},
        Field<&T::head>{"head", "the last of them; the scope's id where there is none"},
        Field<&T::grant>{"grant_umana", "the opening grant of a member"},
        Field<&T::endowment>{"endowment_umana", "the opening endowment of the treasury"},
        Field<&T::treasury>{"treasury_umana", "what the treasury has available here"},
        Field<&T::version>{"version", "below it a node only reads; null: any version will do", {.min = 1}},
        Field<&T::peers>{"peers", "other scopes that this one deals with"},
    };
  }
};

struct MemberListRequest {
  std::optional<model::Did> after;
  std::optional<model::MemberStatus> status;
  std::uint64_t count = 100;
  static constexpr std::uint64_t kCountMax = 10'000;

  static constexpr auto fields() {
    using T = MemberListRequest;
    return std::tuple{
        Field<&T::after>{"after", "`next_after` of the page before"},
        Field<&T::status>{"status", "only those"},
        Field<&T::count>{"count", "how many at most", {.min = 1, .max = kCountMax, .missing = Missing::allowed}},
    };
  }
};

struct MemberView {
  model::Did did;
  model::Did home;
  model::MemberStatus status = model::MemberStatus::active;
  std::uint64_t since = 0;

  static constexpr auto fields() {
    using T = MemberView;
    return std::tuple{
        Field<&T::did>{"did", "who"},
        Field<&T::home>{"home", "the node that keeps the account"},
        Field<&T::status>{"status", "only an active member votes, proposes and submits jobs"},
        Field<&T::since>{"since", "the entry of the log that set the status; 0: the genesis"},
    };
  }
};

struct MemberPage {
  static constexpr std::string_view kName = "member_list";
  static constexpr std::string_view kText = "All who are or were members, by their keys.";
  std::vector<MemberView> members;
  Nullable<model::Did> next_after;

  static constexpr auto fields() {
    using T = MemberPage;
    return std::tuple{
        Field<&T::members>{"members", "by their keys"},
        Field<&T::next_after>{"next_after", "`after` of the next page; null on the last"},
    };
  }
};

struct ApplyRequest {
  std::optional<ipld::Cid> scope;
  std::optional<model::Did> home;

  static constexpr auto fields() {
    using T = ApplyRequest;
    return std::tuple{
        Field<&T::scope>{"scope", "the scope to join; this node's without it"},
        Field<&T::home>{"home", "the node that is to keep the account; this node without it"},
    };
  }
};

struct Application {
  static constexpr std::string_view kName = "application";
  static constexpr std::string_view kText = "What a candidate signed, for members to propose its admission.";
  ipld::Cid scope;
  model::Did did;
  model::Did home;
  Bytes record;
  Nullable<std::string> file;

  static constexpr auto fields() {
    using T = Application;
    return std::tuple{
        Field<&T::scope>{"scope", "the scope to join"},
        Field<&T::did>{"did", "the candidate"},
        Field<&T::home>{"home", "the node that is to keep the account"},
        Field<&T::record>{"record", "the signed record"},
        Field<&T::file>{"file", "where it was written; null: nowhere", {.min = 1}},
    };
  }
};

struct ResignRequest {
  static constexpr auto fields() { return std::tuple{}; }
};

struct Resigned {
  static constexpr std::string_view kName = "resigned";
  static constexpr std::string_view kText = "A member who has left the scope.";
  model::Did did;
  std::uint64_t position = 0;

  static constexpr auto fields() {
    using T = Resigned;
    return std::tuple{
        Field<&T::did>{"did", "who"},
        Field<&T::position>{"position", "the entry of the log", {.min = 1}},
    };
  }
};

[[nodiscard]] Result<CoopView> show_coop(Context& context, const CoopRequest& request);
[[nodiscard]] Result<MemberPage> list_members(Context& context, const MemberListRequest& request);
// Signed by the caller's key; changes nothing. The bytes of the record go to Context::out.
struct Apply : Slot<ApplyRequest, Application> {};
// Errors: not_clerk, not_a_member.
struct Resign : Slot<ResignRequest, Resigned> {};

}  // namespace icn::api
