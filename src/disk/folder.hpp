// Folders and the names in them. Folders are created with mode 0700. Every folder is opened through open_folder. Thread
// safe.
//
// A private folder belongs to the user that this process runs as, and no other user may write to it: so only that user
// decides what its names refer to.
#pragma once
#include <vector>

#include "disk/descriptor.hpp"

namespace icn::disk {

// Whether a path may end in a symbolic link.
enum class Links : std::uint8_t { followed, refused };

// An empty path means the working folder. Errors: storage.
[[nodiscard]] Result<Descriptor> open_folder(const std::filesystem::path& path, Links links = Links::followed);
// Errors: permission_denied if it is not private (rule kFolderOwner or kFolderMode, the path as subject), storage.
[[nodiscard]] Result<Descriptor> open_private_folder(const std::filesystem::path& path, Links links = Links::refused);
inline constexpr std::string_view kFolderOwner = "folder_owner";
inline constexpr std::string_view kFolderMode = "folder_mode";
// Whether an open folder is private to `user`; `path` is for the errors, which are those of open_private_folder.
[[nodiscard]] Result<void> require_private(const Descriptor& folder, const std::filesystem::path& path, uid_t user);
// Makes the names in the folder durable. Errors: storage.
[[nodiscard]] Result<void> sync_folder(const std::filesystem::path& path);
// Creates the folder if it is missing, but not its parents; returns whether it was created. Its name is not durable
// yet.
[[nodiscard]] Result<bool> make_folder(const std::filesystem::path& path);
// Creates the folder and its parents if they are missing, durably, and denies access to all but its owner. Errors: as
// open_private_folder, for an existing folder that is not private.
[[nodiscard]] Result<void> make_private_folder(const std::filesystem::path& path);
// Sorted. Errors: storage.
[[nodiscard]] Result<std::vector<std::string>> list_folder(const std::filesystem::path& path);
// Does nothing if the file does not exist; durable.
[[nodiscard]] Result<void> remove_file(const std::filesystem::path& path);

// Removes files of the folder whose names end so, those unchanged longest first, until the remaining ones take at most
// `bytes_max`, each counted in whole blocks of 4 KiB; returns what they take then. Files that cannot be removed stay.
// Not durable. Errors: storage (the folder cannot be listed).
[[nodiscard]] Result<std::uint64_t> prune_folder(const std::filesystem::path& path, std::string_view suffix,
                                                 std::uint64_t bytes_max);
// Marks a file as just used, for prune_folder.
void mark_used(const std::filesystem::path& file);

// A new folder next to its destination, removed with all its files unless it gets that name.
class FolderDraft {
 public:
  [[nodiscard]] static Result<FolderDraft> make(const std::filesystem::path& destination);
  FolderDraft(FolderDraft&& other) noexcept;
  FolderDraft& operator=(FolderDraft&&) = delete;
  ~FolderDraft();

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  // Makes its name and the names in it durable. Errors: already_exists (the name is taken by anything but an empty
  // folder), storage.
  [[nodiscard]] Result<void> appear();

 private:
  FolderDraft(std::filesystem::path path, std::filesystem::path destination)
      : path_(std::move(path)), destination_(std::move(destination)) {}
  std::filesystem::path path_;
  std::filesystem::path destination_;
};

}  // namespace icn::disk
