// Locks between openings, also of one process: the kernel releases them when the process ends, however it ends.
#pragma once
#include "disk/file.hpp"

namespace icn::disk {

// A store's folder, held by one opening at a time.
class FolderLock {
 public:
  // Makes the folder when it is missing (not its parents), durably and for its owner only. Errors: busy (another
  // opening holds it), permission_denied (it is there and not private), storage.
  [[nodiscard]] static Result<FolderLock> take(const std::filesystem::path& path);
  // The names of files made in the folder, or removed, are durable when this returns. Errors: storage.
  [[nodiscard]] Result<void> sync() const { return folder_.sync(); }

 private:
  explicit FolderLock(File folder) : folder_(std::move(folder)) {}
  File folder_;
};

// A file that is locked and says who holds the lock.
class FileLock {
 public:
  // Takes the lock for one holder and writes its name into the file, which is made when it is missing. When another
  // has the lock, the result is not held. A disk that is full only keeps the name out. Errors: storage.
  [[nodiscard]] static Result<FileLock> take(const std::filesystem::path& path, std::string_view holder);
  // Keeps holders away without writing; held too when the file is absent. Errors: storage.
  [[nodiscard]] static Result<FileLock> share(const std::filesystem::path& path);

  [[nodiscard]] bool is_held() const { return is_held_; }
  // When it is not held: who holds it; empty: unknown.
  [[nodiscard]] const std::string& other() const { return other_; }

 private:
  FileLock() = default;
  [[nodiscard]] Result<void> lock(File file, int operation);
  std::optional<File> file_;
  bool is_held_ = true;
  std::string other_;
};

}  // namespace icn::disk
