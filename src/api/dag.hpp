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

// A request without fields.
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
        Field<&T::cid>{"cid", "root block"},
        Field<&T::bytes>{"bytes", "size of the file, or of all files of the folder"},
        Field<&T::blocks>{"blocks", "blocks of its DAG", {.min = 1}},
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
        Field<&T::path>{"path", "path of an entry in the folder: names separated by slashes", {.min = 1}},
    };
  }
};
struct BlockBytes {
  static constexpr std::string_view kName = "dag_get";
  static constexpr std::string_view kText = "A block, file or folder that was read.";
  // Bounds the bytes in a document, which is in memory as a whole.
  static constexpr std::uint64_t kHexBytesMax = 64ULL << 20;
  ipld::Cid cid;
  std::uint64_t bytes = 0;
  Bytes hex;

  static constexpr auto fields() {
    using T = BlockBytes;
    return std::tuple{
        Field<&T::cid>{"cid", "requested block"},
        Field<&T::bytes>{"bytes", "number of bytes"},
        Field<&T::hex>{"hex", "the bytes; empty if they are streamed"},
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
        Field<&T::name>{"name", "name of the link"},
        Field<&T::cid>{"cid", "target of the link"},
        Field<&T::size>{"size", "size that a dag-pb link states for the bytes below it"},
    };
  }
};
struct BlockLinks {
  static constexpr std::string_view kName = "dag_ls";
  static constexpr std::string_view kText = "The links of a block, in their order.";
  ipld::Cid cid;
  ipld::Codec codec = ipld::Codec::raw;
  std::uint64_t bytes = 0;
  std::vector<LinkView> links;

  static constexpr auto fields() {
    using T = BlockLinks;
    return std::tuple{
        Field<&T::cid>{"cid", "the block"},
        Field<&T::codec>{"codec", "codec of its bytes"},
        Field<&T::bytes>{"bytes", "size of the block"},
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
        Field<&T::depth>{"depth", "levels to show", {.max = kDepthMax, .missing = Missing::allowed}},
    };
  }
};
// A block that cannot be shown is a line of the tree; the walk continues.
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
        Field<&T::name>{"name", "name of the link in the block above"},
        Field<&T::cid>{"cid", "the block"},
        Field<&T::codec>{"codec", "codec of its bytes"},
        Field<&T::state>{"state",
                         "`above`: listed further up; `deeper`: below "
                         "the requested depth"},
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
        Field<&T::nodes>{"nodes", "lines of the tree; each inner block is opened once", {.min = 1}},
    };
  }
};

// ---- the store
struct StoreStat {
  static constexpr std::string_view kName = "dag_stat";
  static constexpr std::string_view kText = "The size of the store.";
  std::uint64_t blocks = 0;
  std::uint64_t bytes = 0;
  std::string store;

  static constexpr auto fields() {
    using T = StoreStat;
    return std::tuple{
        Field<&T::blocks>{"blocks", "number of blocks"},
        Field<&T::bytes>{"bytes", "size of all blocks"},
        Field<&T::store>{"store", "the kind of the store", {.min = 1}},
    };
  }
};

struct VerifyRequest {
  std::optional<std::string> cid;

  static constexpr auto fields() {
    return std::tuple{
        Field<&VerifyRequest::cid>{"cid", "verify only blocks that are reachable from this one", kBlockNameBound}};
  }
};
struct BlocksVerified {
  static constexpr std::string_view kName = "dag_verify";
  static constexpr std::string_view kText =
      "The good blocks that were read, and the bad ones. Exit 0 only when there are no bad ones.";
  std::uint64_t blocks = 0;
  std::uint64_t bytes = 0;
  std::vector<std::string> bad;

  static constexpr auto fields() {
    using T = BlocksVerified;
    return std::tuple{
        Field<&T::blocks>{"blocks", "blocks that match their hash"},
        Field<&T::bytes>{"bytes", "size of these blocks"},
        Field<&T::bad>{"bad", "missing and damaged blocks, in words", {.item_min = 1}},
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
        Field<&T::recursive>{"recursive", "also pin everything it links to", {.missing = Missing::allowed}},
        Field<&T::ttl_s>{"ttl_s", "seconds until the pin expires", {.max = kTtlMax}},
    };
  }
};
struct PinMade {
  static constexpr std::string_view kName = "dag_pin";
  static constexpr std::string_view kText = "The new pin.";
  ipld::Cid cid;
  dag::PinMode mode = dag::PinMode::direct;
  std::uint64_t blocks = 1;
  Nullable<model::UnixMs> until;

  static constexpr auto fields() {
    using T = PinMade;
    return std::tuple{
        Field<&T::cid>{"cid", "the block"},
        Field<&T::mode>{"mode", "whether everything it links to stays too"},
        Field<&T::blocks>{"blocks", "blocks that the pin covers", {.min = 1}},
        Field<&T::until>{"until", "when it expires; null: only when it is unpinned"},
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
        Field<&T::kind>{"kind", "kind of the holder"},
        Field<&T::holder>{"holder", "the holder", {.min = 1}},
        Field<&T::mode>{"mode", "whether everything the roots link to stays too"},
        Field<&T::made>{"made", "time of creation"},
        Field<&T::until>{"until", "when it expires; null: only when it is released"},
        Field<&T::roots>{"roots", "the pinned blocks"},
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
        Field<&T::after>{"after", "`next_after` of the previous page"},
        Field<&T::count>{
            "count", "most entries of the page", {.min = 1, .max = kCountMax, .missing = Missing::allowed}},
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
        Field<&T::pins>{"pins", "pins in the order of their ids"},
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
    return std::tuple{Field<&PinsReleased::unpinned>{
        "unpinned", "released pins; the blocks stay until the next collection", {.min = 1}}};
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
            "count", "most blocks that a dry run lists", {.min = 1, .max = kCountMax, .missing = Missing::allowed}},
        Field<&T::reset_times>{"reset_times",
                               "pins created while the clock was ahead expire as if created now",
                               {.missing = Missing::allowed}},
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
        Field<&T::job>{"job", "pins of jobs"},
        Field<&T::lease>{"lease", "pins of data being stored"},
        Field<&T::member>{"member", "pins of members"},
        Field<&T::node>{"node", "pins of the node"},
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
        Field<&T::why>{"why", "reason for the removal", {.min = 1}},
        Field<&T::blocks>{"blocks", "number of blocks"},
        Field<&T::bytes>{"bytes", "size of these blocks"},
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
        Field<&T::bytes>{"bytes", "size of the block"},
        Field<&T::why>{"why", "reason for the removal", {.min = 1}},
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
        Field<&T::pins>{"pins", "active pins"},
        Field<&T::ended_pins>{"ended_pins", "expired pins"},
        Field<&T::reset_pins>{"reset_pins", "pins that now expire as if created now"},
        Field<&T::kept_blocks>{"kept_blocks", "blocks that stay"},
        Field<&T::kept_bytes>{"kept_bytes", "size of these blocks"},
        Field<&T::removed_blocks>{"removed_blocks", "removed blocks; in a dry run, blocks to remove"},
        Field<&T::removed_bytes>{"removed_bytes", "size of these blocks"},
        Field<&T::missing_blocks>{"missing_blocks", "blocks that pins reach and this node does not have"},
        Field<&T::opaque_blocks>{"opaque_blocks", "kept blocks whose bytes do not follow their codec"},
        Field<&T::causes>{"causes", "removed blocks by reason"},
        Field<&T::listed>{"listed", "blocks that a dry run would remove"},
        Field<&T::quota_bytes>{"quota_bytes", "quota of the DAG store; 0: none"},
        Field<&T::open_to_new_bytes>{"open_to_new_bytes", "part of the quota that is open to new data"},
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
        Field<&T::roots>{"roots", "blocks to export with everything below them", {.min = 1, .item_min = 1}},
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
        Field<&T::roots>{"roots", "roots of the archive"},
        Field<&T::car_version>{"car_version", "1 or 2", {.min = 1, .max = 2}},
        Field<&T::blocks>{"blocks", "blocks in the archive; a duplicate counts twice"},
        Field<&T::bytes>{"bytes", "size of these blocks"},
    };
  }
};
struct ArchiveExported : ArchiveImported {
  static constexpr std::string_view kName = "dag_export";
  static constexpr std::string_view kText = "The archive that was written.";
  Nullable<std::string> file;

  static constexpr auto fields() {
    return std::tuple_cat(
        ArchiveImported::fields(),
        std::tuple{Field<&ArchiveExported::file>{"file", "path of the archive; null if it is streamed", {.min = 1}}});
  }
};

// ---- the use cases Stores the bytes of Context::in as a file and pins it for the caller. Errors: limit_exceeded
// (dag_quota), storage.
[[nodiscard]] Result<FileStored> put_file(Context& context, const NoFields& request);
// Writes the bytes to Context::out, or without one into the answer. Errors: invalid_argument (a folder, which has no
// bytes; rule kIsAFolderRule of api/dag_folders.hpp), missing_data, corrupted, limit_exceeded (max_json_bytes: too
// large for an answer), invalid_format.
[[nodiscard]] Result<BlockBytes> get_block(Context& context, const GetBlockRequest& request);
[[nodiscard]] Result<BlockTree> walk_tree(Context& context, const TreeRequest& request);
[[nodiscard]] Result<StoreStat> stat_store(Context& context, const NoFields& request);
[[nodiscard]] Result<BlocksVerified> verify_blocks(Context& context, const VerifyRequest& request);
// Create and remove pins of the caller. Errors: as runtime::pin_block and runtime::unpin.
[[nodiscard]] Result<PinMade> pin_block(Context& context, const PinRequest& request);
[[nodiscard]] Result<PinsReleased> unpin(Context& context, const UnpinRequest& request);
[[nodiscard]] Result<PinPage> list_pins(Context& context, const PinsRequest& request);
[[nodiscard]] Result<Collected> collect_garbage(Context& context, const CollectRequest& request);
// Writes the archive to Context::out. Errors: as dag::export_archive.
[[nodiscard]] Result<ArchiveExported> export_archive(Context& context, const ExportRequest& request);
// Reads the archive twice from Context::in_at. Errors: as dag::import_archive.
[[nodiscard]] Result<ArchiveImported> import_archive(Context& context, const NoFields& request);

}  // namespace icn::api
