#include "failing_disk.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <mutex>
#include <string>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

namespace icn::contract {
namespace {

// The functions below cannot take an object of ours, so the one disk of the process is static.
struct Disk {
  std::mutex mutex;
  std::string folder;
  std::atomic<bool> armed{false};
  Fault fault = Fault::full;
  std::uint64_t left = 0;  // operations that still succeed
  bool struck = false;
};

Disk& disk() {
  static Disk one;
  return one;
}

bool is_under_folder(int fd) {
  struct stat found {};
  if (::fstat(fd, &found) != 0 || !(S_ISREG(found.st_mode) || S_ISDIR(found.st_mode))) return false;
  std::array<char, 4'096> target{};
  const std::string link = "/proc/self/fd/" + std::to_string(fd);
  const ssize_t length = ::readlink(link.c_str(), target.data(), target.size());
  return length > 0 && std::string(target.data(), static_cast<std::size_t>(length)).starts_with(disk().folder + "/");
}

enum class Kind : std::uint8_t { write, sync };

// 0, or the error with which this operation fails.
int strike(int fd, Kind kind) {
  if (!disk().armed) return 0;
  const int before = errno;
  std::lock_guard lock(disk().mutex);
  const bool concerned = (kind == Kind::sync) == (disk().fault == Fault::failed_sync) && is_under_folder(fd);
  errno = before;
  if (!concerned) return 0;
  if (disk().left > 0) {
    --disk().left;
    return 0;
  }
  disk().struck = true;
  return disk().fault == Fault::full ? ENOSPC : EIO;
}

int failed(int error) {
  errno = error;
  return -1;
}

ssize_t write_or_fail(int fd, const void* bytes, std::size_t length, off64_t offset) {
  if (const int error = strike(fd, Kind::write); error != 0) {
    static_cast<void>(::syscall(SYS_pwrite64, fd, bytes, length / 2, offset));
    return failed(error);
  }
  return ::syscall(SYS_pwrite64, fd, bytes, length, offset);
}

}  // namespace

FailingDisk::FailingDisk(const std::filesystem::path& folder) {
  heal();
  disk().folder = std::filesystem::canonical(folder).string();
}

FailingDisk::~FailingDisk() { heal(); }

void FailingDisk::arm(Fault fault, std::uint64_t after) {
  std::lock_guard lock(disk().mutex);
  disk().fault = fault;
  disk().left = after;
  disk().struck = false;
  disk().armed = true;
}

void FailingDisk::heal() { disk().armed = false; }

bool FailingDisk::struck() const {
  std::lock_guard lock(disk().mutex);
  return disk().struck;
}

}  // namespace icn::contract

// ---- in front of the C library ----

using icn::contract::failed;
using icn::contract::Kind;
using icn::contract::strike;
using icn::contract::write_or_fail;

extern "C" {

ssize_t pwrite(int fd, const void* bytes, size_t length, off_t offset) {
  return write_or_fail(fd, bytes, length, offset);
}
ssize_t pwrite64(int fd, const void* bytes, size_t length, off64_t offset) {
  return write_or_fail(fd, bytes, length, offset);
}
ssize_t write(int fd, const void* bytes, size_t length) {
  if (const int error = strike(fd, Kind::write); error != 0) {
    static_cast<void>(syscall(SYS_write, fd, bytes, length / 2));
    return failed(error);
  }
  return syscall(SYS_write, fd, bytes, length);
}
ssize_t writev(int fd, const iovec* parts, int count) {
  if (const int error = strike(fd, Kind::write); error != 0) return failed(error);
  return syscall(SYS_writev, fd, parts, count);
}
ssize_t pwritev(int fd, const iovec* parts, int count, off_t offset) {
  if (const int error = strike(fd, Kind::write); error != 0) return failed(error);
  return syscall(SYS_pwritev, fd, parts, count, offset, 0L);
}
ssize_t pwritev64(int fd, const iovec* parts, int count, off64_t offset) { return pwritev(fd, parts, count, offset); }
int fallocate(int fd, int mode, off_t offset, off_t length) {
  if (const int error = strike(fd, Kind::write); error != 0) return failed(error);
  return static_cast<int>(syscall(SYS_fallocate, fd, mode, offset, length));
}
int fallocate64(int fd, int mode, off64_t offset, off64_t length) { return fallocate(fd, mode, offset, length); }
int posix_fallocate(int fd, off_t offset, off_t length) { return fallocate(fd, 0, offset, length) == 0 ? 0 : errno; }
int posix_fallocate64(int fd, off64_t offset, off64_t length) { return posix_fallocate(fd, offset, length); }
int ftruncate(int fd, off_t length) noexcept {
  if (const int error = strike(fd, Kind::write); error != 0) return failed(error);
  return static_cast<int>(syscall(SYS_ftruncate, fd, length));
}
int ftruncate64(int fd, off64_t length) noexcept { return ftruncate(fd, length); }
int fsync(int fd) {
  if (const int error = strike(fd, Kind::sync); error != 0) return failed(error);
  return static_cast<int>(syscall(SYS_fsync, fd));
}
int fdatasync(int fd) {
  if (const int error = strike(fd, Kind::sync); error != 0) return failed(error);
  return static_cast<int>(syscall(SYS_fdatasync, fd));
}

}  // extern "C"
