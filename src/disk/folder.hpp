// Folders and the names in them. Folders are made 0700. All opening of folders goes through open_folder. Thread safe.
#pragma once
#include <vector>

#include "disk/descriptor.hpp"

namespace icn::disk {

// An empty path is the working folder. Errors: storage.
[[nodiscard]] Result<Descriptor> open_folder(const std::filesystem::path& path);
// The names in the folder are durable. Errors: storage.
[[nodiscard]] Result<void> sync_folder(const std::filesystem::path& path);
// Makes the folder unless it is there, but not its parents; whether it was made. Its name is not durable yet.
[[nodiscard]] Result<bool> make_folder(const std::filesystem::path& path);
// Makes the folder and its parents, unless they are there, and keeps all but its owner out of it.
[[nodiscard]] Result<void> make_private_folder(const std::filesystem::path& path);
// Sorted. Errors: storage.
[[nodiscard]] Result<std::vector<std::string>> list_folder(const std::filesystem::path& path);
// Does nothing when the file does not exist; durable.
[[nodiscard]] Result<void> remove_file(const std::filesystem::path& path);

// A new folder beside its destination, removed with all its files unless it gets that name.
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
