// What a process began to do to a whole data folder and has not finished: unfinished.json in the folder.
//
// Founding, restoring and migrating fill stores that are empty when they begin. The note is written before the first
// write and removed after the last, so that a process that comes after a crash knows what the half-filled stores are,
// and stores of others are never touched.
#pragma once
#include <filesystem>
#include <optional>
#include <string>

#include "folder/store_url.hpp"

namespace icn::folder {

enum class Operation : std::uint8_t { found, restore, migrate };

struct Unfinished {
  Operation operation = Operation::found;
  // The stores being filled, as the folder would record them; nothing: that one is left alone.
  PerStore<std::optional<std::string>> filling;
  std::string command;  // that goes on with it, in the caller's words
  friend bool operator==(const Unfinished&, const Unfinished&) = default;
};

[[nodiscard]] std::filesystem::path unfinished_path(const std::filesystem::path& folder);
// Errors: invalid_format, unsupported_version, storage.
[[nodiscard]] Result<std::optional<Unfinished>> read_unfinished(const std::filesystem::path& folder);
// Durable. Errors: storage.
[[nodiscard]] Result<void> write_unfinished(const std::filesystem::path& folder, const Unfinished& unfinished);
[[nodiscard]] Result<void> remove_unfinished(const std::filesystem::path& folder);

}  // namespace icn::folder
