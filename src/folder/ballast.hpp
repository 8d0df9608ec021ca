// Space reserved for a full disk: a file of zeros on each file system that holds a store.
//
// Stores write when they are opened, when they collect, and even when they are only read. So an opening that finds the
// disk full deletes the ballast, and reading, collecting and examining work. The next opening that finds enough room
// creates it again. No new work is accepted into the space of the ballast. Holds no state; as thread safe as the file
// system.
#pragma once
#include <filesystem>
#include <optional>
#include <vector>

#include "folder/data_folder.hpp"

namespace icn::folder {

inline constexpr std::string_view kBallastFile = "icn.ballast";
inline constexpr std::uint64_t kBallastBytes = 64ULL << 20;
// A disk with fewer free bytes is full.
inline constexpr std::uint64_t kFreeBytesNone = 16ULL << 20;

// Free bytes of the file system that holds the path; empty: unknown.
[[nodiscard]] std::optional<std::uint64_t> free_bytes_of(const std::filesystem::path& path);

// The folders that hold a ballast: the data folder, and those of its stores on other file systems.
[[nodiscard]] std::vector<std::filesystem::path> ballast_folders(const std::filesystem::path& folder,
                                                                 const FolderRecord& record);
// Creates each ballast where there is room, and deletes it where the disk is full. Ignores failures.
void keep_ballast(const std::vector<std::filesystem::path>& folders);
// Deletes the ballast of one folder if its disk is full.
void give_up_ballast_when_full(const std::filesystem::path& folder);
// Bytes free for new work on the fullest disk, without the space of the ballast; empty: unknown.
[[nodiscard]] std::optional<std::uint64_t> free_for_new_work(const std::vector<std::filesystem::path>& folders);

}  // namespace icn::folder
