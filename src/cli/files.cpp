#include "cli/files.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace icn::cli {
namespace {

constexpr std::size_t kPieceBytes = 256 * 1024;

// What kept a file from being used, as the user's mistake or the machine's failure.
tl::unexpected<Error> file_error(const std::string& what, const std::string& name, int error) {
  ErrorCode code = ErrorCode::storage;
  if (error == ENOENT || error == ENOTDIR) code = ErrorCode::not_found;
  if (error == EACCES || error == EPERM || error == EISDIR || error == ELOOP || error == ENAMETOOLONG)
    code = ErrorCode::invalid_argument;
  return fail(code, what + " " + name + ": " + (error == EISDIR ? "it is a folder" : std::strerror(error)));
}

// Not `quoted`: an argument of std finds std::quoted.
std::string in_quotes(const std::string& path) { return "'" + path + "'"; }

bool is_folder(int fd) {
  struct stat status {};
  return ::fstat(fd, &status) == 0 && S_ISDIR(status.st_mode);
}

Result<void> sync_folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool synced = fd >= 0 && ::fsync(fd) == 0;
  const int error = errno;
  if (fd >= 0) ::close(fd);
  return synced ? Result<void>() : file_error("write", in_quotes(path), error);
}

}  // namespace

Result<InputFile> InputFile::open(const std::string& path) {
  if (path == "-") return InputFile(::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3), "the standard input");
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return file_error("open", in_quotes(path), errno);
  InputFile file(fd, in_quotes(path));
  if (is_folder(fd)) return file_error("open", in_quotes(path), EISDIR);
  return file;
}

InputFile::InputFile(InputFile&& other) noexcept : fd_(std::exchange(other.fd_, -1)), name_(std::move(other.name_)) {}
InputFile::~InputFile() {
  if (fd_ >= 0) ::close(fd_);
}

Result<void> InputFile::for_each_piece(const std::function<Result<void>(ByteView)>& sink) {
  Bytes piece(kPieceBytes);
  for (;;) {
    const ssize_t got = ::read(fd_, piece.data(), piece.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return file_error("read", name_, errno);
    if (got == 0) return {};
    ICN_TRY(sink(ByteView(piece).first(static_cast<std::size_t>(got))));
  }
}

Result<std::size_t> InputFile::read_at(std::uint64_t offset, std::span<std::uint8_t> into) const {
  // No file reaches there.
  if (offset > static_cast<std::uint64_t>(INT64_MAX)) return std::size_t{0};
  for (;;) {
    const ssize_t got = ::pread(fd_, into.data(), into.size(), static_cast<off_t>(offset));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return file_error("read", name_, errno);
    return static_cast<std::size_t>(got);
  }
}

Result<void> InputFile::require_rereading(std::string_view why) const {
  if (::lseek(fd_, 0, SEEK_CUR) >= 0) return {};
  return fail(ErrorCode::invalid_argument,
              std::string(why) + ", and " + name_ + " can be read once only; save it to a file first");
}

Result<OutputFile> OutputFile::create(const std::string& path) {
  if (path == "-") return OutputFile(::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3), "the standard output", "");
  struct stat status {};
  const bool exists = ::stat(path.c_str(), &status) == 0;
  if (exists && S_ISDIR(status.st_mode)) return file_error("write", in_quotes(path), EISDIR);
  if (exists && !S_ISREG(status.st_mode)) {
    const int fd = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
    if (fd < 0) return file_error("open", in_quotes(path), errno);
    return OutputFile(fd, in_quotes(path), "");
  }
  // A link keeps pointing to the file, which is replaced where it is.
  std::error_code no_link;
  const std::string target = exists ? std::filesystem::canonical(path, no_link).string() : path;
  std::string temporary = (no_link ? path : target) + "." + std::to_string(::getpid()) + ".part";
  ::unlink(temporary.c_str());
  const int fd = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (fd < 0) return file_error("write", in_quotes(path), errno);
  OutputFile file(fd, no_link ? path : target, std::move(temporary));
  if (exists && ::fchmod(fd, status.st_mode & 07777U) != 0) return file_error("write", in_quotes(path), errno);
  return file;
}

OutputFile::OutputFile(OutputFile&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)),
      path_(std::move(other.path_)),
      temporary_(std::exchange(other.temporary_, {})),
      buffer_(std::move(other.buffer_)) {}

OutputFile::~OutputFile() {
  if (fd_ >= 0) ::close(fd_);
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

Result<void> OutputFile::write(ByteView bytes) {
  append(buffer_, bytes);
  return buffer_.size() < kPieceBytes ? Result<void>() : drain();
}

Result<void> OutputFile::drain() {
  for (std::size_t at = 0; at < buffer_.size();) {
    const ssize_t written = ::write(fd_, buffer_.data() + at, buffer_.size() - at);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return file_error("write", temporary_.empty() ? path_ : in_quotes(path_), errno);
    at += static_cast<std::size_t>(written);
  }
  buffer_.clear();
  return {};
}

Result<void> OutputFile::finish() {
  ICN_TRY(drain());
  if (temporary_.empty()) return {};
  if (::fsync(fd_) != 0 || ::rename(temporary_.c_str(), path_.c_str()) != 0)
    return file_error("write", in_quotes(path_), errno);
  temporary_.clear();
  return sync_folder_of(path_);
}

}  // namespace icn::cli
