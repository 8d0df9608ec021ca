// Operations on a whole data folder without a running node: creating a node, restoring one, moving its stores,
// examining it (docs/OPERATIONS.md). All are slots that folder/ and node/ bind for processes of this machine, whose
// paths and URLs they take.
#pragma once
#include "api/stores.hpp"
#include "identity/key_file.hpp"

namespace icn::api {

template <>
struct EnumNames<identity::KeyProtection> {
  static constexpr auto values = first_values<identity::KeyProtection, 2>();
  static std::string_view name(identity::KeyProtection protection) {
    return protection == identity::KeyProtection::plain ? "plain" : "passphrase";
  }
};

struct InitRequest {
  std::string data;
  identity::KeyProtection keys = identity::KeyProtection::passphrase;
  std::string name = "home";
  std::vector<std::string> members;
  std::optional<model::Mana> grant;
  std::optional<model::Mana> endowment;
  std::optional<std::string> state_store;
  std::optional<std::string> dag_store;

  static constexpr auto fields() {
    using T = InitRequest;
    return std::tuple{
        Field<&T::data>{"data", "path of the folder, which holds no node yet", {.min = 1}},
        Field<&T::keys>{"keys", "protection of the key files", {.missing = Missing::allowed}},
        Field<&T::name>{"name", "name of the scope", {.missing = Missing::allowed}},
        Field<&T::members>{
            "members",
            "names of the scope's members, each with a key in the folder; default: one member without a name",
            {.missing = Missing::allowed, .item_min = 1, .unique = true}},
        Field<&T::grant>{"grant_umana", "each member's opening grant"},
        Field<&T::endowment>{"endowment_umana", "opening balance of the treasury"},
        Field<&T::state_store>{"state_store", "URL of the store", {.min = 1}},
        Field<&T::dag_store>{"dag_store", "URL of the store", {.min = 1}},
    };
  }
};

struct NewMember {
  std::string name;
  model::Did did;

  static constexpr auto fields() {
    using T = NewMember;
    return std::tuple{
        Field<&T::name>{"name", "name of the member's key", {.min = 1}},
        Field<&T::did>{"did", "the member"},
    };
  }
};

struct NewNode {
  static constexpr std::string_view kName = "init";
  static constexpr std::string_view kText = "The new node.";
  std::string data;
  ipld::Cid scope;
  model::Did member;
  model::Did node;
  model::Mana grant;
  identity::KeyProtection keys = identity::KeyProtection::passphrase;
  std::vector<NewMember> members;

  static constexpr auto fields() {
    using T = NewNode;
    return std::tuple{
        Field<&T::data>{"data", "absolute path of its folder", {.min = 1}},
        Field<&T::scope>{"scope", "the genesis block"},
        Field<&T::member>{"member", "the scope's first member, the operator of the node"},
        Field<&T::node>{"node", "the node, which signs orders and receipts"},
        Field<&T::grant>{"grant_umana", "opening balance of each member"},
        Field<&T::keys>{"keys", "protection of the key files"},
        Field<&T::members>{"members", "all members of the scope, whose keys the folder holds", {.min = 1}},
    };
  }
};

struct RestoreRequest {
  std::string backup;
  std::string data;
  std::optional<std::string> state_store;
  std::optional<std::string> dag_store;

  static constexpr auto fields() {
    using T = RestoreRequest;
    return std::tuple{
        Field<&T::backup>{"backup", "absolute path of the backup", {.min = 1}},
        Field<&T::data>{"data", "path of the folder, which does not exist yet or is empty", {.min = 1}},
        Field<&T::state_store>{"state_store", "URL of a store other than that of the backup's node", {.min = 1}},
        Field<&T::dag_store>{"dag_store", "URL of a store other than that of the backup's node", {.min = 1}},
    };
  }
};

struct RestoredNode {
  static constexpr std::string_view kName = "restore";
  static constexpr std::string_view kText = "The node restored from a backup.";
  std::string data;
  model::Did node;
  model::Did member;
  std::string state_store;
  std::string dag_store;
  ipld::Digest state_hash{};
  std::uint64_t pairs = 0;
  std::uint64_t blocks = 0;
  model::UnixMs backup_made;
  std::uint64_t incarnation = 2;
  std::vector<ipld::Cid> damaged;

  static constexpr auto fields() {
    using T = RestoredNode;
    return std::tuple{
        Field<&T::data>{"data", "absolute path of its folder", {.min = 1}},
        Field<&T::node>{"node", "unchanged"},
        Field<&T::member>{"member", "unchanged"},
        Field<&T::state_store>{"state_store", "URL of the store, without a password", {.min = 1}},
        Field<&T::dag_store>{"dag_store", "URL of the store, without a password", {.min = 1}},
        Field<&T::state_hash>{"state_hash",
                              "hash of the backup, and of the restored stores before the new incarnation"},
        Field<&T::pairs>{"pairs", "pairs in the state store"},
        Field<&T::blocks>{"blocks", "blocks in the DAG store"},
        Field<&T::backup_made>{"backup_made", "time of the backup"},
        Field<&T::incarnation>{"incarnation", "new incarnation of the node", {.min = 2}},
        Field<&T::damaged>{"damaged", "blocks that were already damaged when the backup was taken"},
    };
  }
};

// A store that an option or a variable requests; the folder may record another one.
struct AskedStore {
  StorePort port = StorePort::state;
  std::string url;
  std::string by;

  static constexpr auto fields() {
    using T = AskedStore;
    return std::tuple{
        Field<&T::port>{"port", "the store"},
        Field<&T::url>{"url", "requested URL"},
        Field<&T::by>{"by", "option or variable that requests it", {.min = 1}},
    };
  }
};

struct MigrationRequest {
  std::string data;
  std::string from;
  std::string to;
  bool verify = false;
  std::vector<AskedStore> asked;

  static constexpr auto fields() {
    using T = MigrationRequest;
    return std::tuple{
        Field<&T::data>{"data", "path of the folder", {.min = 1}},
        Field<&T::from>{"from", "a backend, for each store that uses it, or the URL of one store"},
        Field<&T::to>{"to", "a backend, for its default places in the folder, or a URL"},
        Field<&T::verify>{"verify", "compare every pair and block afterwards", {.missing = Missing::allowed}},
        Field<&T::asked>{"asked", "requested stores, checked after the move", {.max = 2, .missing = Missing::allowed}},
    };
  }
};

struct StoreMoved {
  StorePort port = StorePort::state;
  std::string from;
  std::string to;
  std::uint64_t things = 0;
  std::uint64_t written = 0;
  std::uint64_t removed = 0;
  std::string removal;

  static constexpr auto fields() {
    using T = StoreMoved;
    return std::tuple{
        Field<&T::port>{"port", "the store"},
        Field<&T::from>{"from", "URL, without a password", {.min = 1}},
        Field<&T::to>{"to", "URL, without a password", {.min = 1}},
        Field<&T::things>{"things", "pairs or blocks of the store"},
        Field<&T::written>{"written", "entries that this run wrote"},
        Field<&T::removed>{"removed", "entries that this run removed"},
        Field<&T::removal>{"removal", "how to remove the old store, in words", {.min = 1}},
    };
  }
};

struct MigrationDone {
  static constexpr std::string_view kName = "migration";
  static constexpr std::string_view kText = "The moved stores; none when an earlier run had moved everything.";
  std::vector<StoreMoved> moved;
  bool verified = false;
  Nullable<std::string> note;

  static constexpr auto fields() {
    using T = MigrationDone;
    return std::tuple{
        Field<&T::moved>{"moved", "the moved stores", {.max = 2}},
        Field<&T::verified>{"verified", "whether everything was compared"},
        Field<&T::note>{"note", "option or variable that requests a store other than the recorded one", {.min = 1}},
    };
  }
};

struct TakeoverRequest {
  std::string data;

  static constexpr auto fields() {
    return std::tuple{Field<&TakeoverRequest::data>{"data", "path of the folder", {.min = 1}}};
  }
};

struct TakeoverDone {
  static constexpr std::string_view kName = "takeover";
  static constexpr std::string_view kText = "The stores whose writer is now the data folder.";
  std::vector<StorePort> claimed;

  static constexpr auto fields() {
    return std::tuple{
        Field<&TakeoverDone::claimed>{"claimed", "stores on a server; none if both are on this machine", {.max = 2}}};
  }
};

enum class FindingSeverity : std::uint8_t { note, warning, error };

template <>
struct EnumNames<FindingSeverity> {
  static constexpr auto values = first_values<FindingSeverity, 3>();
  static_assert(values.back() == FindingSeverity::error);
  static std::string_view name(FindingSeverity severity) {
    constexpr std::array<std::string_view, 3> names{"note", "warning", "error"};
    return names[static_cast<std::size_t>(severity)];
  }
};

struct ExaminationRequest {
  std::string data;
  std::vector<AskedStore> asked;

  static constexpr auto fields() {
    using T = ExaminationRequest;
    return std::tuple{
        Field<&T::data>{"data", "path of the folder", {.min = 1}},
        Field<&T::asked>{
            "asked", "requested stores, compared with the folder's record", {.max = 2, .missing = Missing::allowed}},
    };
  }
};

struct FindingView {
  FindingSeverity severity = FindingSeverity::error;
  Nullable<std::string> error;
  std::string what;
  std::string where;
  std::string advice;
  Nullable<std::string> rule;
  Nullable<std::string> subject;

  static constexpr auto fields() {
    using T = FindingView;
    return std::tuple{
        Field<&T::severity>{"severity", "how serious it is; a note reports nothing wrong"},
        Field<&T::error>{
            "error", "name of the error's row, which has the exit code; null in a note", {.form = Form::word}},
        Field<&T::what>{"what", "the finding", {.min = 1}},
        Field<&T::where>{"where", "a path, a store's URL, the id of a job or block", {.min = 1}},
        Field<&T::advice>{"advice", "what to do", {.min = 1}},
        Field<&T::rule>{"rule", "rule of the advice, for hints", {.min = 1}},
        Field<&T::subject>{"subject", "what the advice is about", {.min = 1}},
    };
  }
};

struct Examination {
  static constexpr std::string_view kName = "doctor";
  static constexpr std::string_view kText = "The findings of an examination; empty when nothing needs attention.";
  std::vector<FindingView> findings;

  static constexpr auto fields() {
    return std::tuple{Field<&Examination::findings>{"", "in the order of the examination"}};
  }
};

// Errors: already_exists, busy, storage, invalid_argument, invalid_state.
struct InitNode : Slot<InitRequest, NewNode> {};
// Errors: as folder::restore_backup.
struct RestoreNode : Slot<RestoreRequest, RestoredNode> {};
// Errors: as folder::DataFolder::open and folder::migrate.
struct MigrateStores : Slot<MigrationRequest, MigrationDone> {};
// Errors: as node::EmbeddedNode::open with TakeOver::yes.
struct TakeOverStores : Slot<TakeoverRequest, TakeoverDone> {};
// Never fails.
struct ExamineFolder : Slot<ExaminationRequest, Examination> {};

}  // namespace icn::api
