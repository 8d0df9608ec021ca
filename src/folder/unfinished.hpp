// The record of an unfinished operation on a whole data folder: unfinished.json in the folder.
//
// Creating, restoring and migrating fill stores that are empty when they begin. The note is written before the first
// write and removed after the last, so a process after a crash recognizes the half-filled stores and never touches
// other stores.
#pragma once
#include <filesystem>
#include <optional>
#include <string>

#include "folder/store_url.hpp"

namespace icn::folder {

enum class Operation : std::uint8_t { found, restore, migrate };

struct Unfinished {
  Operation operation = Operation::found;
  // The stores being filled, as the folder would record them; empty: this store is not touched.
  PerStore<std::optional<std::string>> filling;
  std::string command;  // that resumes it, in the caller's words
  friend bool operator==(const Unfinished&, const Unfinished&) = default;
};

[[nodiscard]] std::filesystem::path unfinished_path(const std::filesystem::path& folder);
// Errors: invalid_format, unsupported_version, storage.
[[nodiscard]] Result<std::optional<Unfinished>> read_unfinished(const std::filesystem::path& folder);
// Writes the note durably. Errors: storage.
[[nodiscard]] Result<void> write_unfinished(const std::filesystem::path& folder, const Unfinished& unfinished);
[[nodiscard]] Result<void> remove_unfinished(const std::filesystem::path& folder);

}  // namespace icn::folder
