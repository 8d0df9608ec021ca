// Blocks: storing, reading, listing, pinning, collecting, moving them (docs/OPERATIONS.md). As thread safe as runtime/.
#pragma once
#include "api/names.hpp"
#include "api/operation.hpp"
#include "dag/pins.hpp"
#include "ipld/cid.hpp"
#include "model/order.hpp"
#include "runtime/find.hpp"

namespace icn::api {

template <>
struct EnumNames<ipld::Codec> {
  static constexpr std::array values{ipld::Codec::raw, ipld::Codec::dag_pb, ipld::Codec::dag_cbor};
  static std::string_view name(ipld::Codec codec);
};
template <>
struct EnumNames<dag::PinKind> {
  static constexpr auto values = dag::kPinKinds;
  static std::string_view name(dag::PinKind kind) { return pin_kind_name(kind); }
};
template <>
struct EnumNames<dag::PinMode> {
  static constexpr auto values = first_values<dag::PinMode, 2>();
  static std::string_view name(dag::PinMode mode) { return pin_mode_name(mode); }
};

// A request that says nothing besides its name.
struct NoFields {
  static constexpr auto fields() { return std::tuple{}; }
};

inline constexpr Bound kBlockNameBound{.min = 1, .max = runtime::kNameMax};

// A request about one block.
struct BlockNamed {
  std::string cid;

  static constexpr auto fields() { return std::tuple{Field<&BlockNamed::cid>{"cid", kBlockNameText, kBlockNameBound}}; }
};

// ---- storing and reading
struct FileStored {
  static constexpr std::string_view kName = "dag_put";
  static constexpr std::string_view kText = "The file or folder that was stored.";
  ipld::Cid cid;
  std::uint64_t bytes = 0;
  std::uint64_t blocks = 1;

  static constexpr auto fields() {
    using T = FileStored;
    return std::tuple{
        Field<&T::cid>{"cid", "its root"},
        Field<&T::bytes>{"bytes", "of the file, or of all files of the folder"},
        Field<&T::blocks>{"blocks", "of its DAG", {.min = 1}},
    };
  }
};

enum class BlockForm : std::uint8_t { raw, dag_json };
template <>
struct EnumNames<BlockForm> {
  static constexpr auto values = first_values<BlockForm, 2>();
  static std::string_view name(BlockForm form) { return form == BlockForm::raw ? "raw" : "dag-json"; }
};

struct GetBlockRequest {
  std::string cid;
  std::optional<BlockForm> as;
  std::optional<std::string> path;
  static constexpr auto fields() {
    using T = GetBlockRequest;
    return std::tuple{
        Field<&T::cid>{"cid", kBlockNameText, kBlockNameBound},
        Field<&T::as>{"as", "the form of the streamed bytes; a file is streamed whole unless this is given"},
        Field<&T::path>{"path", "of an entry below it, if it is a folder: names with slashes between them", {.min = 1}},
    };
  }
};
struct BlockBytes {
  static constexpr std::string_view kName = "dag_get";
  static constexpr std::string_view kText = "A block, file or folder that was read.";
  // A document is in memory as a whole.
  static constexpr std::uint64_t kHexBytesMax = 64ULL << 20;
  ipld::Cid cid;
  std::uint64_t bytes = 0;
  Bytes hex;

  static constexpr auto fields() {
    using T = BlockBytes;
    return std::tuple{
        Field<&T::cid>{"cid", "what was asked for"},
        Field<&T::bytes>{"bytes", "how many"},
        Field<&T::hex>{"hex", "the bytes; empty where they are streamed"},
    };
  }
};

// ---- links
struct LinkView {
  std::string name;
  ipld::Cid cid;
  Nullable<std::uint64_t> size;
  static constexpr auto fields() {
    using T = LinkView;
    return std::tuple{
        Field<&T::name>{"name", "what the block calls it"},
        Field<&T::cid>{"cid", "where it leads"},
        Field<&T::size>{"size", "what a dag-pb link says of the bytes below it"},
    };
  }
};
struct BlockLinks {
  static constexpr std::string_view kName = "dag_ls";
  static constexpr std::string_view kText = "What a block links to, in its order.";
  ipld::Cid cid;
  ipld::Codec codec = ipld::Codec::raw;
  std::uint64_t bytes = 0;
  std::vector<LinkView> links;

  static constexpr auto fields() {
    using T = BlockLinks;
    return std::tuple{
        Field<&T::cid>{"cid", "the block"},
        Field<&T::codec>{"codec", "how its bytes are read"},
        Field<&T::bytes>{"bytes", "of the block"},
        Field<&T::links>{"links", "its links"},
    };
  }
};

struct TreeRequest {
  std::string cid;
  std::uint64_t depth = 16;
  static constexpr std::uint64_t kDepthMax = 1000;

  static constexpr auto fields() {
    using T = TreeRequest;
    return std::tuple{
        Field<&T::cid>{"cid", kBlockNameText, kBlockNameBound},
        Field<&T::depth>{"depth", "how far down", {.max = kDepthMax, .missing = Missing::allowed}},
    };
  }
};
// A block that cannot be shown is a line of the tree and ends nothing.
enum class TreeState : std::uint8_t { here, above, deeper, missing, corrupted };
template <>
struct EnumNames<TreeState> {
  static constexpr auto values = first_values<TreeState, 5>();
  static std::string_view name(TreeState state);
};
struct TreeLine {
  std::uint64_t depth = 0;
  std::string name;
  ipld::Cid cid;
  ipld::Codec codec = ipld::Codec::raw;
  TreeState state = TreeState::here;

  static constexpr auto fields() {
    using T = TreeLine;
    return std::tuple{
        Field<&T::depth>{"depth", "0 for the root"},
        Field<&T::name>{"name", "what the block above calls it"},
        Field<&T::cid>{"cid", "the block"},
        Field<&T::codec>{"codec", "how its bytes are read"},
        Field<&T::state>{"state",
                         "`above`: opened further up; `deeper`: below "
                         "the depth that was asked for"},
    };
  }
};
struct BlockTree {
  static constexpr std::string_view kName = "dag_tree";
  static constexpr std::string_view kText = "Everything below a block, in the order of the lines.";
  ipld::Cid root;
  std::vector<TreeLine> nodes;

  static constexpr auto fields() {
    using T = BlockTree;
    return std::tuple{
        Field<&T::root>{"root", "the root"},
        Field<&T::nodes>{"nodes", "each inner block is opened once", {.min = 1}},
    };
  }
};

// ---- the store
struct StoreStat {
  static constexpr std::string_view kName = "dag_stat";
  static constexpr std::string_view kText = "How much is stored.";
  std::uint64_t blocks = 0;
  std::uint64_t bytes = 0;
  std::string store;

  static constexpr auto fields() {
    using T = StoreStat;
    return std::tuple{
        Field<&T::blocks>{"blocks", "how many"},
        Field<&T::bytes>{"bytes", "of all blocks"},
        Field<&T::store>{"store", "the kind of the store", {.min = 1}},
    };
  }
};

struct VerifyRequest {
  std::optional<std::string> cid;

  static constexpr auto fields() {
    return std::tuple{Field<&VerifyRequest::cid>{"cid", "only what is reachable from this block", kBlockNameBound}};
  }
};
struct BlocksVerified {
  static constexpr std::string_view kName = "dag_verify";
  static constexpr std::string_view kText =
      "Blocks that were read and are good, and what is not. Exit 0 only when nothing is bad.";
  std::uint64_t blocks = 0;
  std::uint64_t bytes = 0;
  std::vector<std::string> bad;

  static constexpr auto fields() {
    using T = BlocksVerified;
    return std::tuple{
        Field<&T::blocks>{"blocks", "that match their hash"},
        Field<&T::bytes>{"bytes", "of these"},
        Field<&T::bad>{"bad", "what is missing or damaged, in words", {.item_min = 1}},
    };
  }
};

// ---- what stays
struct PinRequest {
  std::string cid;
  bool recursive = false;
  std::optional<std::uint64_t> ttl_s;
  static constexpr std::uint64_t kTtlMax = 100ULL * 366 * 24 * 3600;

  static constexpr auto fields() {
    using T = PinRequest;
    return std::tuple{
        Field<&T::cid>{"cid", kBlockNameText, kBlockNameBound},
        Field<&T::recursive>{"recursive", "with everything it links to", {.missing = Missing::allowed}},
        Field<&T::ttl_s>{"ttl_s", "seconds until the pin ends by itself", {.max = kTtlMax}},
    };
  }
};
struct PinMade {
  static constexpr std::string_view kName = "dag_pin";
  static constexpr std::string_view kText = "A pin that was made.";
  ipld::Cid cid;
  dag::PinMode mode = dag::PinMode::direct;
  std::uint64_t blocks = 1;
  Nullable<model::UnixMs> until;

  static constexpr auto fields() {
    using T = PinMade;
    return std::tuple{
        Field<&T::cid>{"cid", "the block"},
        Field<&T::mode>{"mode", "whether what it links to stays too"},
        Field<&T::blocks>{"blocks", "that the pin covers", {.min = 1}},
        Field<&T::until>{"until", "when it ends; null: when it is unpinned"},
    };
  }
};

struct PinView {
  dag::PinKind kind = dag::PinKind::node;
  std::string holder;
  dag::PinMode mode = dag::PinMode::recursive;
  model::UnixMs made;
  Nullable<model::UnixMs> until;
  std::vector<ipld::Cid> roots;

  static constexpr auto fields() {
    using T = PinView;
    return std::tuple{
        Field<&T::kind>{"kind", "what holds it"},
        Field<&T::holder>{"holder", "which one", {.min = 1}},
        Field<&T::mode>{"mode", "whether what the roots link to stays too"},
        Field<&T::made>{"made", "when"},
        Field<&T::until>{"until", "when it ends; null: when it is released"},
        Field<&T::roots>{"roots", "the blocks it names"},
    };
  }
};
struct PinsRequest {
  std::optional<Bytes> after;
  std::uint64_t count = 100;
  static constexpr std::uint64_t kCountMax = 10'000;

  static constexpr auto fields() {
    using T = PinsRequest;
    return std::tuple{
        Field<&T::after>{"after", "`next_after` of the page before"},
        Field<&T::count>{"count", "how many at most", {.max = kCountMax, .missing = Missing::allowed}},
    };
  }
};
struct PinPage {
  static constexpr std::string_view kName = "dag_pins";
  static constexpr std::string_view kText = "A page of pins.";
  std::vector<PinView> pins;
  Nullable<Bytes> next_after;

  static constexpr auto fields() {
    using T = PinPage;
    return std::tuple{
        Field<&T::pins>{"pins", "in the order of their ids"},
        Field<&T::next_after>{"next_after", "`after` of the next page; null on the last", {.min = 1}},
    };
  }
};
struct UnpinRequest {
  std::string name;

  static constexpr auto fields() {
    return std::tuple{
        Field<&UnpinRequest::name>{"name", "a block that the caller pinned, or a job of the caller", kBlockNameBound}};
  }
};
struct PinsReleased {
  static constexpr std::string_view kName = "dag_unpin";
  static constexpr std::string_view kText = "The pins that were released.";
  std::vector<PinView> unpinned;

  static constexpr auto fields() {
    return std::tuple{
        Field<&PinsReleased::unpinned>{"unpinned", "the blocks stay until the next collection", {.min = 1}}};
  }
};

struct CollectRequest {
  bool dry_run = false;
  std::uint64_t count = 100;
  bool reset_times = false;
  static constexpr std::uint64_t kCountMax = 1'000'000;

  static constexpr auto fields() {
    using T = CollectRequest;
    return std::tuple{
        Field<&T::dry_run>{"dry_run", "remove nothing", {.missing = Missing::allowed}},
        Field<&T::count>{
            "count", "how many blocks of a dry run are listed", {.max = kCountMax, .missing = Missing::allowed}},
        Field<&T::reset_times>{
            "reset_times", "pins made by a clock that was ahead end as if made now", {.missing = Missing::allowed}},
    };
  }
};
struct PinCounts {
  std::uint64_t job = 0;
  std::uint64_t lease = 0;
  std::uint64_t member = 0;
  std::uint64_t node = 0;

  static constexpr auto fields() {
    using T = PinCounts;
    return std::tuple{
        Field<&T::job>{"job", "of jobs"},
        Field<&T::lease>{"lease", "of what is being stored"},
        Field<&T::member>{"member", "of members"},
        Field<&T::node>{"node", "of the node itself"},
    };
  }
};
struct CauseView {
  std::string why;
  std::uint64_t blocks = 0;
  std::uint64_t bytes = 0;

  static constexpr auto fields() {
    using T = CauseView;
    return std::tuple{
        Field<&T::why>{"why", "why they go", {.min = 1}},
        Field<&T::blocks>{"blocks", "how many"},
        Field<&T::bytes>{"bytes", "of these"},
    };
  }
};
struct SweptBlock {
  ipld::Cid cid;
  std::uint64_t bytes = 0;
  std::string why;

  static constexpr auto fields() {
    using T = SweptBlock;
    return std::tuple{
        Field<&T::cid>{"cid", "the block"},
        Field<&T::bytes>{"bytes", "of the block"},
        Field<&T::why>{"why", "why it goes", {.min = 1}},
    };
  }
};
struct Collected {
  static constexpr std::string_view kName = "dag_gc";
  static constexpr std::string_view kText = "What a collection removed, or would remove, and why.";
  bool dry_run = false;
  PinCounts pins;
  std::uint64_t ended_pins = 0;
  std::uint64_t reset_pins = 0;
  std::uint64_t kept_blocks = 0;
  std::uint64_t kept_bytes = 0;
  std::uint64_t removed_blocks = 0;
  std::uint64_t removed_bytes = 0;
  std::uint64_t missing_blocks = 0;
  std::uint64_t opaque_blocks = 0;
  std::vector<CauseView> causes;
  std::vector<SweptBlock> listed;
  std::uint64_t quota_bytes = 0;
  std::uint64_t open_to_new_bytes = 0;

  static constexpr auto fields() {
    using T = Collected;
    return std::tuple{
        Field<&T::dry_run>{"dry_run", "whether nothing was removed"},
        Field<&T::pins>{"pins", "that hold something"},
        Field<&T::ended_pins>{"ended_pins", "that held something before"},
        Field<&T::reset_pins>{"reset_pins", "whose end was counted again"},
        Field<&T::kept_blocks>{"kept_blocks", "that stay"},
        Field<&T::kept_bytes>{"kept_bytes", "of these"},
        Field<&T::removed_blocks>{"removed_blocks", "that go"},
        Field<&T::removed_bytes>{"removed_bytes", "of these"},
        Field<&T::missing_blocks>{"missing_blocks", "that pins reach and that are not here"},
        Field<&T::opaque_blocks>{"opaque_blocks", "kept, and their bytes do not follow their codec"},
        Field<&T::causes>{"causes", "why blocks go"},
        Field<&T::listed>{"listed", "blocks of a dry run"},
        Field<&T::quota_bytes>{"quota_bytes", "of the DAG store; 0: none"},
        Field<&T::open_to_new_bytes>{"open_to_new_bytes", "of the quota"},
    };
  }
};

// ---- archives
struct ExportRequest {
  std::vector<std::string> roots;
  std::uint8_t car_version = 1;

  static constexpr auto fields() {
    using T = ExportRequest;
    return std::tuple{
        Field<&T::roots>{"roots", "everything below these blocks", {.min = 1, .item_min = 1}},
        Field<&T::car_version>{"car_version", "1 or 2", {.min = 1, .max = 2, .missing = Missing::allowed}},
    };
  }
};
struct ArchiveImported {
  static constexpr std::string_view kName = "dag_import";
  static constexpr std::string_view kText = "The archive whose blocks were stored.";
  std::vector<ipld::Cid> roots;
  std::uint8_t car_version = 1;
  std::uint64_t blocks = 0;
  std::uint64_t bytes = 0;

  static constexpr auto fields() {
    using T = ArchiveImported;
    return std::tuple{
        Field<&T::roots>{"roots", "that the archive names"},
        Field<&T::car_version>{"car_version", "1 or 2", {.min = 1, .max = 2}},
        Field<&T::blocks>{"blocks", "in the archive; one that is in it twice counts twice"},
        Field<&T::bytes>{"bytes", "of these"},
    };
  }
};
struct ArchiveExported : ArchiveImported {
  static constexpr std::string_view kName = "dag_export";
  static constexpr std::string_view kText = "The archive that was written.";
  Nullable<std::string> file;

  static constexpr auto fields() {
    return std::tuple_cat(ArchiveImported::fields(),
                          std::tuple{Field<&ArchiveExported::file>{
                              "file", "where it was written to; null where it is streamed", {.min = 1}}});
  }
};

// ---- the use cases
// Stores the bytes of Context::in as a file and pins it for the caller. Errors:
// limit_exceeded (dag_quota), storage.
[[nodiscard]] Result<FileStored> put_file(Context& context, const NoFields& request);
// The bytes go to Context::out, or into the answer where there is none. A folder has none (invalid_argument, rule
// kIsAFolderRule: api/dag_folders.hpp). Errors: missing_data, corrupted, limit_exceeded (max_json_bytes: too large for
// an answer), invalid_format.
[[nodiscard]] Result<BlockBytes> get_block(Context& context, const GetBlockRequest& request);
[[nodiscard]] Result<BlockTree> walk_tree(Context& context, const TreeRequest& request);
[[nodiscard]] Result<StoreStat> stat_store(Context& context, const NoFields& request);
[[nodiscard]] Result<BlocksVerified> verify_blocks(Context& context, const VerifyRequest& request);
// Pins are the caller's. Errors: as runtime::pin_block and runtime::unpin.
[[nodiscard]] Result<PinMade> pin_block(Context& context, const PinRequest& request);
[[nodiscard]] Result<PinsReleased> unpin(Context& context, const UnpinRequest& request);
[[nodiscard]] Result<PinPage> list_pins(Context& context, const PinsRequest& request);
[[nodiscard]] Result<Collected> collect_garbage(Context& context, const CollectRequest& request);
// The archive goes to Context::out. Errors: as dag::export_archive.
[[nodiscard]] Result<ArchiveExported> export_archive(Context& context, const ExportRequest& request);
// The archive comes from Context::in_at, which is read twice. Errors: as
// dag::import_archive.
[[nodiscard]] Result<ArchiveImported> import_archive(Context& context, const NoFields& request);

}  // namespace icn::api
