// A store's folder, held by one opening of it at a time: the kernel lets go of it when the process ends, however it
// ends. Two openings in one process exclude each other too.
#pragma once
#include <string>

#include "core/result.hpp"

namespace icn::disk {

class FolderLock {
 public:
  // Makes the folder when it is missing (not its parents), for its owner only. Errors: busy (another opening holds it),
  // storage.
  [[nodiscard]] static Result<FolderLock> take(const std::string& path);
  FolderLock(FolderLock&& other) noexcept;
  FolderLock& operator=(FolderLock&&) = delete;
  ~FolderLock();

  // The names of files made in the folder, or removed, are durable when this returns. Errors: storage.
  [[nodiscard]] Result<void> sync() const;

 private:
  FolderLock(int folder, std::string path) : folder_(folder), path_(std::move(path)) {}
  int folder_ = -1;
  std::string path_;
};

// The error of a failed system call, from errno: storage, with what to do.
[[nodiscard]] tl::unexpected<Error> system_error(const std::string& what);

}  // namespace icn::disk
