// Files and folders by name: storing, listing, reading (docs/OPERATIONS.md). A folder looks the same regardless of its
// blocks (ipld/unixfs_folder.hpp). As thread safe as runtime/.
#pragma once
#include "api/dag.hpp"

namespace icn::api {

// A block, or the entry at a path of names below a folder.
struct PathNamed {
  std::string cid;
  std::optional<std::string> path;

  static constexpr auto fields() {
    using T = PathNamed;
    return std::tuple{
        Field<&T::cid>{"cid", kBlockNameText, kBlockNameBound},
        Field<&T::path>{"path", "path of an entry in the folder: names separated by slashes", {.min = 1}},
    };
  }
};

struct FolderRequest {
  std::string cid;
  std::optional<std::string> path;
  std::uint64_t bytes_max = kBytesMax;
  static constexpr std::uint64_t kBytesMax = 16ULL << 30;

  static constexpr auto fields() {
    using T = FolderRequest;
    return std::tuple{
        Field<&T::cid>{"cid", kBlockNameText, kBlockNameBound},
        Field<&T::path>{"path", "path of an entry in the folder: names separated by slashes", {.min = 1}},
        Field<&T::bytes_max>{"bytes_max", "most bytes of all files together", {.missing = Missing::allowed}},
    };
  }
};

inline constexpr std::string_view kIsAFolderRule = "is_a_folder";
inline constexpr std::string_view kNoEntryRule = "no_entry";
// Bounds of one request: entries of all folders together, and their depth.
inline constexpr std::uint64_t kTreeEntriesMax = 1'000'000;
inline constexpr std::size_t kTreeDepthMax = 100;

// Resolves a path; without one, returns the block itself. Errors: not_found (rule kNoEntryRule, the name as subject),
// invalid_argument (the path passes through a file), missing_data, corrupted.
[[nodiscard]] Result<ipld::Cid> resolve_path(const ports::DagStore& store, const ipld::Cid& cid,
                                             const std::optional<std::string>& path);

// Stores the entries of Context::next_step as a folder and pins it for the caller. Errors: limit_exceeded (dag_quota,
// max_folder_entries, max_folder_depth), invalid_argument (entry_name), storage.
[[nodiscard]] Result<FileStored> put_folder(Context& context, const NoFields& request);
// Passes everything below a folder to Context::on_step and Context::out, sorted by name. The folder itself, or a single
// file, is a step without a name. Errors: as get_block; limit_exceeded (max_folder_entries, max_folder_depth,
// max_folder_bytes), unsupported (a symbolic link).
[[nodiscard]] Result<BlockBytes> get_folder(Context& context, const FolderRequest& request);
// Reads a file like get_block. Errors: as get_block, invalid_argument (not_a_file).
[[nodiscard]] Result<BlockBytes> cat_file(Context& context, const PathNamed& request);
// Lists the entries of a folder sorted by name, or the links of any other block in their order.
[[nodiscard]] Result<BlockLinks> list_links(Context& context, const PathNamed& request);

}  // namespace icn::api
