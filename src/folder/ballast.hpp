// Room that is kept for a disk that has become full: a file of zeros on each file system that holds a store.
//
// Stores write when they are opened, when they collect, and even when they are only read. So an opening that finds the
// disk full gives the ballast up, and reading, collecting and examining work; the next opening that finds room again
// makes it again. Nothing new is accepted in the room that the ballast has, or had. Holds no state; thread safe as the
// file system is.
#pragma once
#include <filesystem>
#include <optional>
#include <vector>

#include "folder/data_folder.hpp"

namespace icn::folder {

inline constexpr std::string_view kBallastFile = "icn.ballast";
inline constexpr std::uint64_t kBallastBytes = 64ULL << 20;
// With less than this a disk is full.
inline constexpr std::uint64_t kFreeBytesNone = 16ULL << 20;

// Of the file system that holds the path; nothing: unknown.
[[nodiscard]] std::optional<std::uint64_t> free_bytes_of(const std::filesystem::path& path);

// The folders that a ballast is in: the data folder, and those of its stores that are on other file systems.
[[nodiscard]] std::vector<std::filesystem::path> ballast_folders(const std::filesystem::path& folder,
                                                                 const FolderRecord& record);
// Makes each ballast where there is room, and gives it up where the disk is full. What fails is left as it is.
void keep_ballast(const std::vector<std::filesystem::path>& folders);
// The latter alone, of one folder.
void give_up_ballast_when_full(const std::filesystem::path& folder);
// What is free for new work on the fullest of the disks, the room of the ballast aside; nothing: unknown.
[[nodiscard]] std::optional<std::uint64_t> free_for_new_work(const std::vector<std::filesystem::path>& folders);

}  // namespace icn::folder
