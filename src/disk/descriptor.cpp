#include "disk/descriptor.hpp"

#include <cstring>

#include <unistd.h>

namespace icn::disk {
namespace {

ErrorCode code_of(int reason, Named named) {
  if (named == Named::by_node) return ErrorCode::storage;
  switch (reason) {
    case ENOENT:
    case ENOTDIR:
      return ErrorCode::not_found;
    case EACCES:
    case EPERM:
    case EISDIR:
    case ELOOP:
    case ENAMETOOLONG:
      return ErrorCode::invalid_argument;
    default:
      return ErrorCode::storage;
  }
}

std::string_view words_of(int reason, Named named) {
  if (reason == EISDIR) return "it is a folder";
  if (reason == ELOOP && named == Named::by_node) return "it is a symbolic link, which is not followed here";
  return std::strerror(reason);
}

std::string_view advice_for(int reason, Named named) {
  switch (reason) {
    case ENOSPC:
    case EDQUOT:
      return "; the disk is full: free space and try again";
    case EACCES:
    case EPERM:
      return named == Named::by_node ? "; check the folder's permissions" : "";
    case EROFS:
      return "; it is on a disk that can only be read";
    case ELOOP:
      return named == Named::by_node ? "; replace it with the file itself" : "";
    case EMFILE:
    case ENFILE:
      return "; raise the limit of open files (ulimit -n)";
    default:
      return "";
  }
}

// `transfer` moves up to `bytes` bytes, starting at `done`.
template <class Transfer>
ssize_t transfer_all(std::size_t bytes, Transfer transfer) {
  std::size_t done = 0;
  while (done < bytes) {
    const ssize_t moved = uninterrupted([&] { return transfer(done); });
    if (moved < 0) return -1;
    if (moved == 0) break;
    done += static_cast<std::size_t>(moved);
  }
  return static_cast<ssize_t>(done);
}

bool is_whole(ssize_t written, ByteView bytes) {
  if (written >= 0 && static_cast<std::size_t>(written) < bytes.size()) errno = EIO;
  return written == static_cast<ssize_t>(bytes.size());
}

}  // namespace

Descriptor::~Descriptor() {
  if (fd_ >= 0) ::close(fd_);
}

tl::unexpected<Error> system_error(std::string_view what, int reason, Named named) {
  std::string detail(what);
  detail += ": ";
  detail += words_of(reason, named);
  detail += advice_for(reason, named);
  return fail(code_of(reason, named), std::move(detail));
}

tl::unexpected<Error> system_error(std::string_view what, const std::filesystem::path& path, int reason, Named named) {
  return system_error(std::string(what) + " " + in_quotes(path), reason, named);
}

std::string in_quotes(const std::filesystem::path& path) { return "'" + path.string() + "'"; }

bool write_all(int fd, ByteView bytes) {
  return is_whole(transfer_all(bytes.size(),
                               [&](std::size_t done) { return ::write(fd, bytes.data() + done, bytes.size() - done); }),
                  bytes);
}

bool write_all_at(int fd, std::uint64_t offset, ByteView bytes) {
  return is_whole(transfer_all(bytes.size(),
                               [&](std::size_t done) {
                                 return ::pwrite(fd, bytes.data() + done, bytes.size() - done,
                                                 static_cast<off_t>(offset + done));
                               }),
                  bytes);
}

ssize_t read_full_at(int fd, std::uint64_t offset, std::span<std::uint8_t> into) {
  return transfer_all(into.size(), [&](std::size_t done) {
    return ::pread(fd, into.data() + done, into.size() - done, static_cast<off_t>(offset + done));
  });
}

}  // namespace icn::disk
