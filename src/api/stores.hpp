// Operations on both stores of a data folder (docs/OPERATIONS.md). Except for the list of backends the use cases are
// slots: folder/ binds hash and backup for a folder without an open node, node/ for a running node. Operations on a
// whole folder are in api/folders.hpp.
#pragma once
#include "api/operation.hpp"
#include "ipld/cid.hpp"
#include "ipld/sha256.hpp"
#include "model/order.hpp"
#include "ports/backend.hpp"

namespace icn::api {

enum class StorePort : std::uint8_t { state, dag };

template <>
struct EnumNames<StorePort> {
  static constexpr auto values = first_values<StorePort, 2>();
  static_assert(values.back() == StorePort::dag);
  static std::string_view name(StorePort port) { return port == StorePort::state ? "state_store" : "dag_store"; }
};

template <>
struct EnumNames<ports::Grade> {
  static constexpr auto values = first_values<ports::Grade, 3>();
  static_assert(values.back() == ports::Grade::production);
  static std::string_view name(ports::Grade grade) { return ports::grade_name(grade); }
};

struct BackendsRequest {
  static constexpr auto fields() { return std::tuple{}; }
};

struct StoreBackend {
  StorePort port = StorePort::state;
  std::string name;
  ports::Grade grade = ports::Grade::test;
  std::string doc;
  bool available = true;
  Nullable<std::string> absent_because;

  static constexpr auto fields() {
    using T = StoreBackend;
    return std::tuple{
        Field<&T::port>{"port", "the store that it implements"},
        Field<&T::name>{"name", "scheme of its URLs", {.form = Form::word}},
        Field<&T::grade>{"grade", "an environment for production accepts only this grade"},
        Field<&T::doc>{"doc", "what it is", {.min = 1}},
        Field<&T::available>{"available", "false when it cannot be opened here"},
        Field<&T::absent_because>{
            "absent_because", "which library or module is missing; null when it is available", {.min = 1}},
    };
  }
};

struct StoreBackends {
  static constexpr std::string_view kName = "store_backends";
  static constexpr std::string_view kText = "The kinds of stores that this build knows, by port and name.";
  std::vector<StoreBackend> backends;

  static constexpr auto fields() { return std::tuple{Field<&StoreBackends::backends>{"", "all", {.min = 1}}}; }
};

struct HashRequest {
  static constexpr auto fields() { return std::tuple{}; }
  friend bool operator==(const HashRequest&, const HashRequest&) = default;
};

struct RestorationView {
  model::UnixMs backup_made;
  model::UnixMs restored;

  static constexpr auto fields() {
    using T = RestorationView;
    return std::tuple{
        Field<&T::backup_made>{"backup_made", "time of the backup"},
        Field<&T::restored>{"restored", "time of the restore"},
    };
  }
};

struct StoreHash {
  static constexpr std::string_view kName = "store_hash";
  static constexpr std::string_view kText = "One hash over the whole logical state, and what it covers.";
  ipld::Digest state_hash{};
  std::uint64_t pairs = 0;
  std::uint64_t blocks = 0;
  std::uint64_t incarnation = 1;
  Nullable<RestorationView> restored;

  static constexpr auto fields() {
    using T = StoreHash;
    return std::tuple{
        Field<&T::state_hash>{"state_hash", "independent of the backends"},
        Field<&T::pairs>{"pairs", "pairs in the state store"},
        Field<&T::blocks>{"blocks", "blocks in the DAG store"},
        Field<&T::incarnation>{"incarnation", "1, and one more with every restore", {.min = 1}},
        Field<&T::restored>{"restored", "the latest restore; null when there was none"},
    };
  }
};

struct BackupRequest {
  std::string destination;

  static constexpr auto fields() {
    return std::tuple{Field<&BackupRequest::destination>{
        "destination", "absolute path of a new folder on the node's machine", {.min = 1}}};
  }
  friend bool operator==(const BackupRequest&, const BackupRequest&) = default;
};

struct Backup {
  static constexpr std::string_view kName = "backup";
  static constexpr std::string_view kText =
      "The new backup. It omits damaged blocks; the exit code is then that of `corrupted`.";
  std::string path;
  model::UnixMs made;
  model::Did node;
  model::Did member;
  ipld::Digest state_hash{};
  std::uint64_t pairs = 0;
  std::uint64_t blocks = 0;
  std::uint64_t bytes = 0;
  std::vector<std::string> keys;
  std::vector<ipld::Cid> damaged;

  static constexpr auto fields() {
    using T = Backup;
    return std::tuple{
        Field<&T::path>{"backup", "its path", {.min = 1}},
        Field<&T::made>{"made", "time of the backup"},
        Field<&T::node>{"node", "the node that was backed up"},
        Field<&T::member>{"member", "the node's member"},
        Field<&T::state_hash>{"state_hash", "hash of its content"},
        Field<&T::pairs>{"pairs", "pairs in the state store"},
        Field<&T::blocks>{"blocks", "blocks in the DAG store"},
        Field<&T::bytes>{"bytes", "its size"},
        Field<&T::keys>{"keys", "key files in the backup", {.item_min = 1, .unique = true}},
        Field<&T::damaged>{"damaged", "omitted blocks"},
    };
  }
};

[[nodiscard]] Result<StoreBackends> list_backends(Context& context, const BackendsRequest& request);
// Errors: storage, corrupted.
struct HashStores : Slot<HashRequest, StoreHash> {};
// Errors: already_exists, invalid_argument, storage, corrupted.
struct TakeBackup : Slot<BackupRequest, Backup> {};

}  // namespace icn::api
