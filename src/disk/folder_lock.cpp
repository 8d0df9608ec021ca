#include "disk/folder_lock.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace icn::disk {

tl::unexpected<Error> system_error(const std::string& what) {
  const int code = errno;
  std::string detail = what + ": " + std::strerror(code);
  if (code == ENOSPC || code == EDQUOT) detail += "; the disk is full: make room and try again";
  if (code == EACCES || code == EPERM || code == EROFS) detail += "; check the folder's permissions";
  return fail(ErrorCode::storage, detail);
}

Result<FolderLock> FolderLock::take(const std::string& path) {
  const bool made = ::mkdir(path.c_str(), 0700) == 0;
  if (!made && errno != EEXIST) return system_error("make the folder " + path);
  const int folder = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return system_error("open the folder " + path);
  FolderLock lock(folder, path);
  if (::flock(folder, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return system_error("lock the folder " + path);
    return fail(ErrorCode::busy, path +
                                     " is open already, in another process or a second time in this one; nothing "
                                     "was changed. Close it there first");
  }
  if (!made) return lock;
  const std::filesystem::path parent = std::filesystem::path(path).parent_path();
  const int above = ::open(parent.empty() ? "." : parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (above < 0) return system_error("open the folder above " + path);
  const bool synced = ::fsync(above) == 0;
  ::close(above);
  if (!synced) return system_error("make the folder " + path + " durable");
  return lock;
}

FolderLock::FolderLock(FolderLock&& other) noexcept
    : folder_(std::exchange(other.folder_, -1)), path_(std::move(other.path_)) {}

FolderLock::~FolderLock() {
  if (folder_ >= 0) ::close(folder_);
}

Result<void> FolderLock::sync() const {
  if (::fsync(folder_) != 0) return system_error("sync the folder " + path_);
  return {};
}

}  // namespace icn::disk
