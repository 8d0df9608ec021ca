// A data folder: where one node keeps everything. One process owns it at a time.
//
//   node.json       format version, the URLs of both stores (only `icn store migrate` rewrites them), the DIDs of both
//   keys keys/           member.key and node.key, 0600
//   state.db blocks.db   the stores, unless node.json says otherwise
//   cache/          compiled modules; may be deleted at any time
//   logs/           what jobs wrote to their logs, one file a job; no part of the state, may be deleted at any time
//   icn.lock        held (flock) by the owner; its text says who that is
//   icn.sock        where the owner answers others (node/owner_socket.hpp)
#pragma once
#include <filesystem>
#include <string>
#include <string_view>

#include "core/result.hpp"

namespace icn::node {

struct FolderRecord {
  std::string dag_store = "sqlite:blocks.db";
  std::string state_store = "sqlite:state.db";
  std::string member;  // DIDs, so that reading needs no passphrase
  std::string node;
  friend bool operator==(const FolderRecord&, const FolderRecord&) = default;
};

inline constexpr int kFolderVersion = 1;

// Errors: invalid_format, unsupported_version (a folder of a newer program).
[[nodiscard]] Result<FolderRecord> folder_record_from_json(std::string_view json);
[[nodiscard]] std::string folder_record_to_json(const FolderRecord& record);

class DataFolder {
 public:
  // Makes the folder (0700) and takes it. Errors: already_exists (a node lives there), busy, storage.
  [[nodiscard]] static Result<DataFolder> create(const std::filesystem::path& path, std::string_view owner);
  // Takes an existing folder. `owner` says what this process does ("icn job run"), for whoever finds the folder busy.
  // Errors: not_found (with the command that makes one), busy (naming the owner), unsupported_version, storage.
  [[nodiscard]] static Result<DataFolder> open(const std::filesystem::path& path, std::string_view owner);

  DataFolder(DataFolder&& other) noexcept;
  DataFolder& operator=(DataFolder&& other) noexcept;
  // Gives the folder free.
  ~DataFolder();

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] const FolderRecord& record() const { return record_; }
  [[nodiscard]] std::filesystem::path member_key_path() const { return path_ / "keys" / "member.key"; }
  [[nodiscard]] std::filesystem::path node_key_path() const { return path_ / "keys" / "node.key"; }
  [[nodiscard]] std::filesystem::path cache_path() const { return path_ / "cache"; }
  [[nodiscard]] std::filesystem::path logs_path() const { return path_ / "logs"; }
  // A store's URL with its location made absolute.
  [[nodiscard]] std::string dag_store_url() const;
  [[nodiscard]] std::string state_store_url() const;
  // Sets the record of a folder that is being made, before seal() writes it.
  void use(const FolderRecord& record) { record_ = record; }
  // Writes node.json, the last step of `icn init`: a folder without it is no node.
  [[nodiscard]] Result<void> seal(const FolderRecord& record);

 private:
  DataFolder(std::filesystem::path path, int lock) : path_(std::move(path)), lock_(lock) {}
  [[nodiscard]] static Result<int> take_lock(const std::filesystem::path& path, std::string_view owner);
  [[nodiscard]] std::string absolute_url(std::string_view url) const;

  std::filesystem::path path_;
  FolderRecord record_;
  int lock_ = -1;
};

}  // namespace icn::node
