// Folders and the names in them. Folders are made 0700. All opening of folders goes through open_folder. Thread safe.
//
// A private folder belongs to the user that this process runs as, and no other user may write in it: so only that user
// chooses what its names lead to.
#pragma once
#include <vector>

#include "disk/descriptor.hpp"

namespace icn::disk {

// Whether a path may end in a symbolic link.
enum class Links : std::uint8_t { followed, refused };

// An empty path is the working folder. Errors: storage.
[[nodiscard]] Result<Descriptor> open_folder(const std::filesystem::path& path, Links links = Links::followed);
// Errors: permission_denied when it is not private (rule kFolderOwner or kFolderMode, the path as subject), storage.
[[nodiscard]] Result<Descriptor> open_private_folder(const std::filesystem::path& path, Links links = Links::refused);
inline constexpr std::string_view kFolderOwner = "folder_owner";
inline constexpr std::string_view kFolderMode = "folder_mode";
// Whether an open folder is private to `user`; `path` is for the errors, which are those of open_private_folder.
[[nodiscard]] Result<void> require_private(const Descriptor& folder, const std::filesystem::path& path, uid_t user);
// The names in the folder are durable. Errors: storage.
[[nodiscard]] Result<void> sync_folder(const std::filesystem::path& path);
// Makes the folder unless it is there, but not its parents; whether it was made. Its name is not durable yet.
[[nodiscard]] Result<bool> make_folder(const std::filesystem::path& path);
// Makes the folder and its parents, unless they are there, durably, and keeps all but its owner out of it. Errors: as
// open_private_folder, of a folder that is there and not private.
[[nodiscard]] Result<void> make_private_folder(const std::filesystem::path& path);
// Sorted. Errors: storage.
[[nodiscard]] Result<std::vector<std::string>> list_folder(const std::filesystem::path& path);
// Does nothing when the file does not exist; durable.
[[nodiscard]] Result<void> remove_file(const std::filesystem::path& path);

// Removes those files of the folder whose names end so, the longest unchanged first, until the others take at most
// `bytes_max`, each counted in whole blocks of 4 KiB; how much they take then. What cannot be removed stays. Not
// durable. Errors: storage (the folder cannot be listed).
[[nodiscard]] Result<std::uint64_t> prune_folder(const std::filesystem::path& path, std::string_view suffix,
                                                 std::uint64_t bytes_max);
// For prune_folder: the file is used now.
void mark_used(const std::filesystem::path& file);

// A new folder next to its destination, removed with all its files unless it gets that name.
class FolderDraft {
 public:
  [[nodiscard]] static Result<FolderDraft> make(const std::filesystem::path& destination);
  FolderDraft(FolderDraft&& other) noexcept;
  FolderDraft& operator=(FolderDraft&&) = delete;
  ~FolderDraft();

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  // The names in it and its own are durable. Errors: already_exists (something is there that is not an empty folder),
  // storage.
  [[nodiscard]] Result<void> appear();

 private:
  FolderDraft(std::filesystem::path path, std::filesystem::path destination)
      : path_(std::move(path)), destination_(std::move(destination)) {}
  std::filesystem::path path_;
  std::filesystem::path destination_;
};

}  // namespace icn::disk
