#include "backends/detail/keyed_log/file.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

namespace icn::backends::detail::keyed_log {

tl::unexpected<Error> system_error(const std::string& what) {
  const int code = errno;
  std::string detail = what + ": " + std::strerror(code);
  if (code == ENOSPC || code == EDQUOT) detail += "; the disk is full: make room and start again";
  if (code == EACCES || code == EPERM || code == EROFS) detail += "; check the folder's permissions";
  if (code == EMFILE || code == ENFILE) detail += "; raise the limit of open files (ulimit -n)";
  return fail(ErrorCode::storage, detail);
}

Result<File> File::open(std::string path, Mode mode) {
  const int flags = mode == Mode::create ? O_RDWR | O_CREAT | O_TRUNC : O_RDWR;
  const int fd = ::open(path.c_str(), flags | O_CLOEXEC, 0600);
  if (fd < 0) return system_error("open " + path);
  return File(fd, std::move(path));
}

File::File(File&& other) noexcept : fd_(std::exchange(other.fd_, -1)), path_(std::move(other.path_)) {}

File& File::operator=(File&& other) noexcept {
  std::swap(fd_, other.fd_);
  std::swap(path_, other.path_);
  return *this;
}

File::~File() {
  if (fd_ >= 0) ::close(fd_);
}

Result<void> File::write_at(std::uint64_t offset, ByteView bytes) {
  while (!bytes.empty()) {
    const ssize_t written =
        ::pwrite(fd_, bytes.data(), std::min(bytes.size(), kWriteBytesMax), static_cast<off_t>(offset));
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return system_error("write " + path_);
    offset += static_cast<std::uint64_t>(written);
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return {};
}

Result<void> File::read_at(std::uint64_t offset, std::span<std::uint8_t> first, std::span<std::uint8_t> second) const {
  while (!first.empty() || !second.empty()) {
    const iovec parts[2] = {{first.data(), first.size()}, {second.data(), second.size()}};
    const ssize_t got = second.empty() ? ::pread(fd_, first.data(), first.size(), static_cast<off_t>(offset))
                                       : ::preadv(fd_, parts, 2, static_cast<off_t>(offset));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return system_error("read " + path_ + " at offset " + std::to_string(offset));
    if (got == 0) return ends_at(offset);
    const auto count = static_cast<std::size_t>(got);
    offset += count;
    const std::size_t of_first = std::min(count, first.size());
    first = first.subspan(of_first);
    second = second.subspan(count - of_first);
  }
  return {};
}

Result<std::size_t> File::read_some(std::uint64_t offset, std::span<std::uint8_t> to, std::size_t at_least) const {
  std::size_t count = 0;
  while (count < to.size()) {
    const ssize_t got = ::pread(fd_, to.data() + count, to.size() - count, static_cast<off_t>(offset + count));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return system_error("read " + path_ + " at offset " + std::to_string(offset));
    if (got == 0) break;
    count += static_cast<std::size_t>(got);
  }
  if (count < at_least) return ends_at(offset + count);
  return count;
}

tl::unexpected<Error> File::ends_at(std::uint64_t offset) const {
  return fail(ErrorCode::corrupted, path_ + " ends at offset " + std::to_string(offset) +
                                        ", in the middle of what was stored there; restore the store from a backup");
}

void File::reserve(std::uint64_t from, std::uint64_t end) {
  static_cast<void>(::fallocate(fd_, 0, static_cast<off_t>(from), static_cast<off_t>(end - from)));
}

void File::start_writing(std::uint64_t offset, std::uint64_t length) {
  static_cast<void>(
      ::sync_file_range(fd_, static_cast<off_t>(offset), static_cast<off_t>(length), SYNC_FILE_RANGE_WRITE));
}

Result<void> File::sync() {
  if (::fdatasync(fd_) != 0) return system_error("sync " + path_);
  return {};
}

Result<void> File::resize(std::uint64_t size) {
  if (::ftruncate(fd_, static_cast<off_t>(size)) != 0) return system_error("resize " + path_);
  return {};
}

Result<std::uint64_t> File::size() const {
  struct stat found {};
  if (::fstat(fd_, &found) != 0) return system_error("read the size of " + path_);
  return static_cast<std::uint64_t>(found.st_size);
}

namespace {

// The lock's file keeps the owner's number for whoever finds the folder taken.
Result<int> take_lock(const std::string& folder) {
  const std::string path = folder + "/" + kLockName;
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) return system_error("open " + path);
  if (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
    char text[32]{};
    const ssize_t length = ::pread(fd, text, sizeof text - 1, 0);
    ::close(fd);
    std::string who(text, length > 0 ? static_cast<std::size_t>(length) : 0);
    while (!who.empty() && who.back() == '\n') who.pop_back();
    return fail(ErrorCode::busy, folder + " is in use by process " + (who.empty() ? "(unknown)" : who) +
                                     "; nothing was changed. One process owns a store at a time: wait for it to end");
  }
  // A full disk must not keep the owner out: without the number others are told of an unknown process.
  const std::string text = std::to_string(::getpid()) + "\n";
  const auto length = static_cast<off_t>(text.size());
  const bool told = ::pwrite(fd, text.data(), text.size(), 0) == length && ::ftruncate(fd, length) == 0;
  if (!told) static_cast<void>(::ftruncate(fd, 0) == 0);
  return fd;
}

}  // namespace

Result<OwnedFolder> OwnedFolder::open(const std::string& path) {
  if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) return system_error("make the folder " + path);
  const int folder = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0 && errno == ENOTDIR) {
    return fail(ErrorCode::invalid_format, path + " is no folder; a file store is a folder of its own");
  }
  if (folder < 0) return system_error("open the folder " + path);
  OwnedFolder owned(path, folder, -1);
  owned.lock_ = ICN_TRY(take_lock(path));
  return owned;
}

OwnedFolder::OwnedFolder(OwnedFolder&& other) noexcept
    : path_(std::move(other.path_)), folder_(std::exchange(other.folder_, -1)), lock_(std::exchange(other.lock_, -1)) {}

OwnedFolder& OwnedFolder::operator=(OwnedFolder&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(folder_, other.folder_);
  std::swap(lock_, other.lock_);
  return *this;
}

OwnedFolder::~OwnedFolder() {
  if (folder_ >= 0) ::close(folder_);
  if (lock_ >= 0) ::close(lock_);
}

Result<void> OwnedFolder::sync() const {
  if (::fsync(folder_) != 0) return system_error("sync the folder " + path_);
  return {};
}

Result<void> OwnedFolder::sync_parent() const {
  const std::string parent = std::filesystem::absolute(path_).parent_path().string();
  const int fd = ::open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return system_error("open the folder " + parent);
  const bool synced = ::fsync(fd) == 0;
  const auto error = system_error("sync the folder " + parent);
  ::close(fd);
  if (!synced) return error;
  return {};
}

Result<void> OwnedFolder::replace(const std::string& name, ByteView bytes) const {
  const std::string temporary = file(name) + std::string(kTemporarySuffix);
  {
    File written = ICN_TRY(File::open(temporary, File::Mode::create));
    ICN_TRY(written.write_at(0, bytes));
    ICN_TRY(written.sync());
  }
  if (::rename(temporary.c_str(), file(name).c_str()) != 0) return system_error("rename " + temporary);
  return sync();
}

Result<std::vector<std::string>> OwnedFolder::names() const {
  DIR* listing = ::opendir(path_.c_str());
  if (listing == nullptr) return system_error("list the folder " + path_);
  std::vector<std::string> names;
  errno = 0;
  while (const dirent* entry = ::readdir(listing)) {
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") names.emplace_back(name);
  }
  const int code = errno;
  ::closedir(listing);
  errno = code;
  if (code != 0) return system_error("list the folder " + path_);
  std::sort(names.begin(), names.end());
  return names;
}

Result<void> OwnedFolder::remove(const std::string& name) const {
  if (::unlink(file(name).c_str()) != 0 && errno != ENOENT) return system_error("remove " + file(name));
  return {};
}

}  // namespace icn::backends::detail::keyed_log
