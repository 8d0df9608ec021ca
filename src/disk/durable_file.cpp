#include "disk/durable_file.hpp"

#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

namespace icn::disk {
namespace {

constexpr std::size_t kPiece = 256 * 1024;

tl::unexpected<Error> system_error(std::string_view what, const std::filesystem::path& path, int reason = errno) {
  std::string detail = std::string(what) + " '" + path.string() + "': " + std::strerror(reason);
  if (reason == ENOSPC || reason == EDQUOT) detail += "; make room and try again";
  if (reason == EROFS || reason == EACCES) detail += "; check the folder's permissions";
  return fail(reason == ENOENT ? ErrorCode::not_found : ErrorCode::storage, std::move(detail));
}

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int get() const { return fd_; }

 private:
  int fd_;
};

Result<void> write_all(int fd, ByteView bytes, const std::filesystem::path& path) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return system_error("write", path);
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return {};
}

}  // namespace

Result<void> replace_file(const std::filesystem::path& path, std::string_view text) {
  const std::filesystem::path temporary = path.string() + ".new";
  const Descriptor file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (file.get() < 0) return system_error("write", temporary);
  ICN_TRY(write_all(file.get(), view_of(text), temporary));
  if (::fsync(file.get()) != 0) return system_error("sync", temporary);
  if (::rename(temporary.c_str(), path.c_str()) != 0) return system_error("write", path);
  return sync_folder(path.parent_path());
}

Result<void> remove_file(const std::filesystem::path& path) {
  if (::unlink(path.c_str()) != 0) {
    if (errno == ENOENT) return {};
    return system_error("remove", path);
  }
  return sync_folder(path.parent_path());
}

Result<void> sync_folder(const std::filesystem::path& folder) {
  const std::filesystem::path path = folder.empty() ? std::filesystem::path(".") : folder;
  const Descriptor opened(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (opened.get() < 0) return system_error("open", path);
  if (::fsync(opened.get()) != 0) return system_error("sync", path);
  return {};
}

Result<std::string> read_text(const std::filesystem::path& path, std::size_t bytes_max) {
  FileReader reader = ICN_TRY(FileReader::open(path));
  std::string text(bytes_max + 1, '\0');
  text.resize(ICN_TRY(reader.read({reinterpret_cast<std::uint8_t*>(text.data()), text.size()})));
  if (text.size() > bytes_max) {
    return fail(ErrorCode::limit_exceeded,
                "'" + path.string() + "' is larger than " + std::to_string(bytes_max) + " bytes");
  }
  return text;
}

Result<FileWriter> FileWriter::create(const std::filesystem::path& path) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0 && errno == EEXIST)
    return fail(ErrorCode::already_exists, "'" + path.string() + "' exists already; nothing was changed");
  if (fd < 0) return system_error("make", path);
  return FileWriter(path, fd);
}

FileWriter::FileWriter(FileWriter&& other) noexcept
    : path_(std::move(other.path_)),
      fd_(std::exchange(other.fd_, -1)),
      buffer_(std::move(other.buffer_)),
      hash_(std::move(other.hash_)),
      bytes_(other.bytes_) {}

FileWriter::~FileWriter() {
  if (fd_ >= 0) ::close(fd_);
}

Result<void> FileWriter::write(ByteView bytes) {
  bytes_ += bytes.size();
  if (buffer_.size() + bytes.size() < kPiece) {
    append(buffer_, bytes);
    return {};
  }
  ICN_TRY(write_out(buffer_));
  buffer_.clear();
  if (bytes.size() >= kPiece) return write_out(bytes);
  append(buffer_, bytes);
  return {};
}

Result<void> FileWriter::write_out(ByteView bytes) {
  hash_.update(bytes);
  return write_all(fd_, bytes, path_);
}

Result<FileSum> FileWriter::finish() {
  ICN_TRY(write_out(buffer_));
  buffer_.clear();
  if (::fsync(fd_) != 0) return system_error("sync", path_);
  return FileSum{bytes_, hash_.finish()};
}

Result<FileReader> FileReader::open(const std::filesystem::path& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return system_error("open", path);
  return FileReader(path, fd);
}

FileReader::FileReader(FileReader&& other) noexcept
    : path_(std::move(other.path_)), fd_(std::exchange(other.fd_, -1)), offset_(other.offset_) {}

FileReader::~FileReader() {
  if (fd_ >= 0) ::close(fd_);
}

Result<std::size_t> FileReader::read(std::span<std::uint8_t> into) {
  const std::size_t got = ICN_TRY(read_at(offset_, into));
  offset_ += got;
  return got;
}

Result<std::size_t> FileReader::read_at(std::uint64_t offset, std::span<std::uint8_t> into) const {
  std::size_t filled = 0;
  while (filled < into.size()) {
    const ssize_t got = ::pread(fd_, into.data() + filled, into.size() - filled, static_cast<off_t>(offset + filled));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return system_error("read", path_);
    if (got == 0) break;
    filled += static_cast<std::size_t>(got);
  }
  return filled;
}

Result<FileSum> sum_of_file(const std::filesystem::path& path) {
  FileReader reader = ICN_TRY(FileReader::open(path));
  ipld::Sha256 hash;
  FileSum sum;
  Bytes piece(kPiece);
  while (const std::size_t got = ICN_TRY(reader.read(piece))) {
    hash.update(ByteView(piece).first(got));
    sum.bytes += got;
  }
  sum.digest = hash.finish();
  return sum;
}

}  // namespace icn::disk
