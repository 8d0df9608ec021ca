// Locks between openings, even of one process: the kernel releases them when the process ends, however it ends.
#pragma once
#include "disk/file.hpp"

namespace icn::disk {

// A store's folder, held by one opening at a time.
class FolderLock {
 public:
  // Creates the folder if it is missing (not its parents), durably and for its owner only. Errors: busy (another
  // opening holds it), permission_denied (it exists and is not private), storage.
  [[nodiscard]] static Result<FolderLock> take(const std::filesystem::path& path);
  // Makes names created in the folder, or removed from it, durable. Errors: storage.
  [[nodiscard]] Result<void> sync() const { return folder_.sync(); }

 private:
  explicit FolderLock(File folder) : folder_(std::move(folder)) {}
  File folder_;
};

// A locked file that names the holder of its lock.
class FileLock {
 public:
  // Takes the lock for one holder and writes the holder's name into the file, which is created if missing. If another
  // holder has the lock, the result is not held. If the disk is full, only the name is missing. Errors: storage.
  [[nodiscard]] static Result<FileLock> take(const std::filesystem::path& path, std::string_view holder);
  // Excludes holders without writing; also held if the file is absent. Errors: storage.
  [[nodiscard]] static Result<FileLock> share(const std::filesystem::path& path);

  [[nodiscard]] bool is_held() const { return is_held_; }
  // If it is not held: its holder; empty: unknown.
  [[nodiscard]] const std::string& other() const { return other_; }

 private:
  FileLock() = default;
  [[nodiscard]] Result<void> lock(File file, int operation);
  std::optional<File> file_;
  bool is_held_ = true;
  std::string other_;
};

}  // namespace icn::disk
