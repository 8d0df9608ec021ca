// Examines a data folder and says in plain words what is wrong with it and what to do. Changes nothing: no file is
// written or made, nothing is repaired (opening a store lets its engine finish what a crash left of its own files, as
// every command does, and on a full disk gives the ballast up). Works on folders that are damaged anywhere.
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
  std::string advice;        // what to do, without a word about commands
  std::string rule = {};     // of the advice, by which the command line names the command; may be empty
  std::string subject = {};  // what that command is about
};

struct Examination {
  std::filesystem::path folder;
  StoresAsked stores;  // what options and environment say
  // Free bytes of the file system that holds the path; nothing: unknown. Empty: the system is asked.
  std::function<std::optional<std::uint64_t>(const std::filesystem::path&)> free_bytes = {};
};

// Below this, space is a warning; below kFreeBytesNone (folder/ballast.hpp) an error.
inline constexpr std::uint64_t kFreeBytesLow = 512ULL << 20;
// Of one kind of finding about blocks, at most this many are reported one by one.
inline constexpr std::size_t kFindingsOfAKindMax = 20;

// In the order in which things were looked at; empty when nothing needs attention.
[[nodiscard]] std::vector<Finding> examine(const Examination& examination);

}  // namespace icn::folder
