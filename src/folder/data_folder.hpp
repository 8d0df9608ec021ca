// A data folder: all files of one node. One process owns it at a time.
//
//   node.json       format version, the URLs of both stores (only `icn store migrate` rewrites them), the DIDs of both
//                   keys
//   keys/           member.key and node.key, 0600
//   state.db blocks.db   the stores, unless node.json says otherwise
//   cache/          compiled modules; may be deleted at any time
//   logs/           what jobs wrote to their logs, one file a job; no part of the state, may be deleted at any time
//   icn.lock        held (flock) by the owner; its text says who that is
//   holder.id       a random number, made for stores that other machines reach too (folder/stores.hpp)
//   icn.ballast     room that is kept for a full disk (folder/ballast.hpp)
//   icn.sock        where the owner answers others (node/http_service.hpp)
//   unfinished.json what was begun with the whole folder and not finished (folder/unfinished.hpp)
//
// The folder is private (disk/folder.hpp), and so is every folder in it and every folder that holds a store; the
// program never follows a symbolic link inside them. The path of the data folder itself may be a link.
#pragma once
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "config/keys.hpp"
#include "disk/lock.hpp"
#include "folder/store_url.hpp"

namespace icn::folder {

struct FolderRecord {
  std::string dag_store{config::key_row(config::Key::storage_dag).fallback};
  std::string state_store{config::key_row(config::Key::storage_state).fallback};
  std::string member{};  // DIDs, so that reading needs no passphrase
  std::string node{};
  [[nodiscard]] std::string& url(StorePort port) { return port == StorePort::state ? state_store : dag_store; }
  [[nodiscard]] const std::string& url(StorePort port) const {
    return port == StorePort::state ? state_store : dag_store;
  }
  friend bool operator==(const FolderRecord&, const FolderRecord&) = default;
};

// Called after each piece of a long operation with the bytes moved so far and in total (0: unknown).
using Moved = std::function<void(std::uint64_t done, std::uint64_t total)>;

inline constexpr int kFolderVersion = 1;
inline constexpr std::size_t kFolderRecordBytesMax = 64 * 1024;  // of node.json
// The rule of the error that another process owns the folder.
inline constexpr std::string_view kFolderInUse = "folder_in_use";

// The stores that an option or a variable requests; empty: none.
using StoresAsked = PerStore<std::optional<config::Given>>;

// Errors: invalid_format, unsupported_version (a folder of a newer program).
[[nodiscard]] Result<FolderRecord> folder_record_from_json(std::string_view json);
[[nodiscard]] std::string folder_record_to_json(const FolderRecord& record);

// Owns the folder for its lifetime.
class DataFolder {
 public:
  // Errors: already_exists (it holds a node), invalid_argument (a file is there).
  [[nodiscard]] static Result<void> expect_none(const std::filesystem::path& path);
  // Creates the folder (0700) and locks it. Errors: already_exists (it holds a node), busy, permission_denied (it
  // exists and is not private), storage.
  [[nodiscard]] static Result<DataFolder> create(const std::filesystem::path& path, std::string_view owner);
  // Locks an existing folder. `owner` describes this process ("icn job run") to others that find the folder busy.
  // Errors: not_found (it holds no node), busy (naming the owner), permission_denied (it is not private),
  // unsupported_version, storage.
  [[nodiscard]] static Result<DataFolder> open(const std::filesystem::path& path, std::string_view owner);

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] const FolderRecord& record() const { return record_; }
  [[nodiscard]] std::filesystem::path member_key_path() const { return path_ / "keys" / "member.key"; }
  [[nodiscard]] std::filesystem::path node_key_path() const { return path_ / "keys" / "node.key"; }
  [[nodiscard]] std::filesystem::path cache_path() const { return path_ / "cache"; }
  [[nodiscard]] std::filesystem::path logs_path() const { return path_ / "logs"; }
  // Returns a store's URL with an absolute location.
  [[nodiscard]] std::string store_url(StorePort port) const { return absolute_url(port, record_.url(port), path_); }
  // Checks that the requested stores are those that the folder records. Errors: invalid_argument, with the setting's
  // name as the rule.
  [[nodiscard]] Result<void> require(const StoresAsked& asked) const;
  // Sets the record of a folder in creation, before seal() writes it.
  void use(const FolderRecord& record) { record_ = record; }
  // Writes node.json in one durable step: the last step of init and restore (a folder without it is not a node), and
  // the commit of a migration.
  [[nodiscard]] Result<void> seal(const FolderRecord& record);

 private:
  DataFolder(std::filesystem::path path, disk::FileLock lock) : path_(std::move(path)), lock_(std::move(lock)) {}
  [[nodiscard]] static Result<DataFolder> take(const std::filesystem::path& path, std::string_view owner);

  std::filesystem::path path_;
  FolderRecord record_;
  disk::FileLock lock_;
};

}  // namespace icn::folder
