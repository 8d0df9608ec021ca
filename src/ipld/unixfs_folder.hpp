// Folders as DAGs in the profile `unixfs-v1-2025`: one block of links sorted by name or, if that block would exceed
// kFolderBlockBytesMax, a trie over the hashes of the names (HAMT). Listing and lookup hide the difference.
//
// Input is not trusted: names are checked (is_entry_name), each entry of a trie must be at the place of its hash, and
// reading is bounded by the number of entries. Functions here are pure.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "ipld/unixfs.hpp"

namespace icn::ipld {

inline constexpr std::size_t kFolderBlockBytesMax = 262'144;
// Folders with more entries are neither written nor read.
inline constexpr std::uint64_t kFolderEntriesMax = 1'000'000;

struct FolderEntry {
  std::string name;
  Cid cid;
  std::uint64_t total_size = 0;  // of all blocks below it, according to links; unchecked when read
  friend bool operator==(const FolderEntry&, const FolderEntry&) = default;
};

// Whether file systems accept it as a single name: UTF-8, not empty, `.` or `..`, no slash, no control character,
// at most 255 bytes.
[[nodiscard]] bool is_entry_name(std::string_view name);

struct FolderRoot {
  Cid cid;
  std::uint64_t total_size = 0;
};
// Blocks go to the sink, the root last. Errors: invalid_argument (a duplicate name, or one that is_entry_name refuses),
// limit_exceeded; those of the sink.
[[nodiscard]] Result<FolderRoot> build_folder(std::vector<FolderEntry> entries, const FileBuilder::Sink& sink);

enum class UnixFsKind : std::uint8_t { file, folder, symbolic_link, other };
// Errors: invalid_format (a dag-pb block without UnixFS data), unsupported (another codec than raw and dag-pb).
[[nodiscard]] Result<UnixFsKind> unixfs_kind(const Block& block);

using FetchBlock = std::function<Result<Block>(const Cid&)>;
// Sorted by name. Errors: invalid_argument naming kNotAFolderRule, invalid_format, limit_exceeded, unsupported (a trie
// whose shape differs from those of IPFS tools); those of `fetch`.
[[nodiscard]] Result<std::vector<FolderEntry>> read_folder(const Cid& folder, const FetchBlock& fetch);
// Empty if there is no such entry. Errors: as read_folder.
[[nodiscard]] Result<std::optional<FolderEntry>> find_in_folder(const Cid& folder, std::string_view name,
                                                                const FetchBlock& fetch);
inline constexpr std::string_view kNotAFolderRule = "not_a_folder";

}  // namespace icn::ipld
