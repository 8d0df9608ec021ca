// Examines a data folder and reports in plain words what is wrong with it and what to do. Changes nothing: it writes
// and creates no file and repairs nothing. (As with every command, opening a store lets its engine recover its own
// files after a crash, and deletes the ballast on a full disk.) Works on folders with any damage.
#pragma once
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "api/folders.hpp"
#include "folder/ballast.hpp"
#include "folder/data_folder.hpp"

namespace icn::folder {

using Severity = api::FindingSeverity;

struct Finding {
  Severity severity = Severity::error;
  ErrorCode code = ErrorCode::corrupted;  // for the exit code
  std::string what;
  std::string where;         // a path, a store's URL, a job's or a block's id
  std::string advice;        // what to do, without naming commands
  std::string rule = {};     // rule of the hint by which the command line names the command; may be empty
  std::string subject = {};  // subject of that hint
};

struct Examination {
  std::filesystem::path folder;
  StoresAsked stores;  // requested by options or environment
  // Returns the free bytes of the file system that holds the path, empty if unknown. If not set, the system is asked.
  std::function<std::optional<std::uint64_t>(const std::filesystem::path&)> free_bytes = {};
};

// Less free space is a warning; less than kFreeBytesNone (folder/ballast.hpp) is an error.
inline constexpr std::uint64_t kFreeBytesLow = 512ULL << 20;
// At most this many findings of one kind about blocks are reported individually.
inline constexpr std::size_t kFindingsOfAKindMax = 20;

// Returns the findings in the order of the examination; empty if nothing needs attention.
[[nodiscard]] std::vector<Finding> examine(const Examination& examination);

}  // namespace icn::folder
