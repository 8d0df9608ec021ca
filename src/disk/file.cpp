#include "disk/file.hpp"

#include <algorithm>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "disk/folder.hpp"

namespace icn::disk {
namespace {

constexpr std::size_t kPiece = 256 * 1024;

int flags_of(Open how) {
  switch (how) {
    case Open::read:
      return O_RDONLY;
    case Open::write:
      return O_WRONLY;
    case Open::update:
      return O_RDWR;
    case Open::create:
      return O_RDWR | O_CREAT;
    case Open::create_new:
      return O_RDWR | O_CREAT | O_EXCL;
    case Open::truncate:
      return O_RDWR | O_CREAT | O_TRUNC;
  }
  return O_RDONLY;
}

FileStatus status_from(const struct stat& found) {
  using Kind = FileStatus::Kind;
  const Kind kind = S_ISREG(found.st_mode) ? Kind::file : S_ISDIR(found.st_mode) ? Kind::folder : Kind::other;
  return {kind, found.st_mode & 07777U, found.st_uid, static_cast<std::uint64_t>(found.st_size)};
}

tl::unexpected<Error> not_opened(const char* what, const std::filesystem::path& path, Named named, bool makes) {
  const int reason = errno;
  auto error = system_error(what, path, reason, named);
  if (reason == ENOENT && !makes) error.value().code = ErrorCode::not_found;
  return error;
}

tl::unexpected<Error> is_there(const std::filesystem::path& path) {
  return fail(ErrorCode::already_exists, in_quotes(path) + " already exists; nothing was changed");
}

}  // namespace

Result<File> File::open(const std::filesystem::path& path, Open how, Named named, mode_t mode) {
  return open_as(path, path, how, named, mode);
}

Result<File> File::open_as(const std::filesystem::path& path, const std::filesystem::path& shown, Open how, Named named,
                           mode_t mode) {
  const int flags = flags_of(how) | O_CLOEXEC | (named == Named::by_node ? O_NOFOLLOW : 0);
  File file(Descriptor(uninterrupted([&] { return ::open(path.c_str(), flags, mode); })), in_quotes(shown));
  const bool makes = (flags & O_CREAT) != 0;
  if (!file.descriptor_ && how == Open::create_new && errno == EEXIST) return is_there(shown);
  if (!file.descriptor_) return not_opened(makes ? "make" : "open", shown, named, makes);
  if (named == Named::by_user && ICN_TRY(file.status()).kind == FileStatus::Kind::folder)
    return system_error("open", shown, EISDIR, named);
  return file;
}

Result<std::size_t> File::read(std::span<std::uint8_t> into) const {
  const ssize_t got = uninterrupted([&] { return ::read(fd(), into.data(), into.size()); });
  if (got < 0) return system_error("read " + name_);
  return static_cast<std::size_t>(got);
}

Result<Bytes> File::read_to_end(std::uint64_t bytes_max) const {
  Bytes bytes;
  const FileStatus found = ICN_TRY(status());
  const bool has_size = found.kind == FileStatus::Kind::file && found.bytes > 0;
  const std::size_t piece = has_size ? std::min<std::size_t>(found.bytes + 1, kPiece) : kPiece;
  if (has_size) bytes.reserve(std::min(found.bytes, bytes_max) + piece);
  for (;;) {
    const std::size_t before = bytes.size();
    bytes.resize(before + piece);
    const std::size_t got = ICN_TRY(read(std::span(bytes).subspan(before)));
    bytes.resize(before + got);
    if (got == 0) return bytes;
    if (bytes.size() > bytes_max)
      return fail(ErrorCode::limit_exceeded, name_ + " is larger than " + std::to_string(bytes_max) + " bytes");
  }
}

Result<std::size_t> File::read_at(std::uint64_t offset, std::span<std::uint8_t> into) const {
  if (offset > static_cast<std::uint64_t>(std::numeric_limits<off_t>::max())) return std::size_t{0};
  const ssize_t got = read_full_at(fd(), offset, into);
  if (got < 0) return system_error("read " + name_);
  return static_cast<std::size_t>(got);
}

Result<void> File::write(ByteView bytes) const {
  if (!write_all(fd(), bytes)) return system_error("write " + name_);
  return {};
}

Result<void> File::write_at(std::uint64_t offset, ByteView bytes) const {
  if (!write_all_at(fd(), offset, bytes)) return system_error("write " + name_);
  return {};
}

Result<void> File::truncate(std::uint64_t size) const {
  if (uninterrupted([&] { return ::ftruncate(fd(), static_cast<off_t>(size)); }) != 0)
    return system_error("resize " + name_);
  return {};
}

Result<void> File::sync() const {
  if (uninterrupted([&] { return ::fsync(fd()); }) != 0) return system_error("sync " + name_);
  return {};
}

Result<void> File::sync_data() const {
  if (uninterrupted([&] { return ::fdatasync(fd()); }) != 0) return system_error("sync " + name_);
  return {};
}

Result<FileStatus> File::status() const {
  struct stat found {};
  if (::fstat(fd(), &found) != 0) return system_error("inspect " + name_);
  return status_from(found);
}

bool File::can_seek() const { return ::lseek(fd(), 0, SEEK_CUR) >= 0; }

Result<FileStatus> status_of(const std::filesystem::path& path, Named named) {
  struct stat found {};
  if (::stat(path.c_str(), &found) != 0) return not_opened("inspect", path, named, false);
  return status_from(found);
}

Result<Bytes> read_file(const std::filesystem::path& path, std::uint64_t bytes_max) {
  return ICN_TRY(File::open(path, Open::read)).read_to_end(bytes_max);
}

Result<std::string> read_text(const std::filesystem::path& path, std::uint64_t bytes_max) {
  return std::string(text_of(ICN_TRY(read_file(path, bytes_max))));
}

Result<FileSum> sum_of_file(const std::filesystem::path& path) {
  const File file = ICN_TRY(File::open(path, Open::read));
  ipld::Sha256 hash;
  FileSum sum;
  Bytes piece(kPiece);
  while (const std::size_t got = ICN_TRY(file.read(piece))) {
    hash.update(ByteView(piece).first(got));
    sum.bytes += got;
  }
  sum.digest = hash.finish();
  return sum;
}

Result<FileWriter> FileWriter::create(const std::filesystem::path& path, const WriterOptions& options) {
  std::filesystem::path temporary;
  if (options.appears != Appears::at_once) {
    temporary = path.string() + (options.has_rivals ? "." + std::to_string(::gettid()) : "") + ".new";
    // Left by a process that was killed.
    ::unlink(temporary.c_str());
  }
  File file =
      ICN_TRY(File::open_as(temporary.empty() ? path : temporary, path, Open::create_new, options.named, options.mode));
  const auto replaced = options.keeps_mode ? status_of(path) : Result<FileStatus>(fail(ErrorCode::not_found, ""));
  if (replaced && ::fchmod(file.fd(), replaced->mode) != 0) return system_error("set the mode of " + file.name());
  return FileWriter(std::move(file), path, std::move(temporary), options);
}

FileWriter::FileWriter(File file) : FileWriter(std::move(file), {}, {}, {}) {}

FileWriter::FileWriter(File file, std::filesystem::path path, std::filesystem::path temporary,
                       const WriterOptions& options)
    : file_(std::move(file)), path_(std::move(path)), temporary_(std::move(temporary)), options_(options) {
  if (options.is_hashed) hash_.emplace();
}

FileWriter::FileWriter(FileWriter&& other) noexcept
    : file_(std::move(other.file_)),
      path_(std::move(other.path_)),
      temporary_(std::exchange(other.temporary_, {})),
      options_(other.options_),
      buffer_(std::move(other.buffer_)),
      hash_(std::move(other.hash_)),
      bytes_(other.bytes_) {}

FileWriter::~FileWriter() {
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

Result<void> FileWriter::write(ByteView bytes) {
  if (buffer_.size() + bytes.size() >= kPiece) return write_through(bytes);
  append(buffer_, bytes);
  return {};
}

Result<void> FileWriter::write_through(ByteView bytes) {
  for (const ByteView part : {ByteView(buffer_), bytes}) {
    if (hash_) hash_->update(part);
    ICN_TRY(file_.write(part));
    bytes_ += part.size();
  }
  buffer_.clear();
  return {};
}

Result<FileSum> FileWriter::finish() {
  ICN_TRY(write_through({}));
  const FileSum sum{bytes_, hash_ ? hash_->finish() : ipld::Digest{}};
  if (path_.empty()) return sum;
  if (options_.is_durable) ICN_TRY(file_.sync());
  if (!temporary_.empty()) ICN_TRY(appear());
  return sum;
}

Result<void> FileWriter::appear() {
  const bool replaces = options_.appears == Appears::as_replacement;
  // link() refuses a name that exists.
  const int failed = replaces ? ::rename(temporary_.c_str(), path_.c_str()) : ::link(temporary_.c_str(), path_.c_str());
  if (failed != 0 && !replaces && errno == EEXIST) return is_there(path_);
  if (failed != 0) return system_error("write", path_, errno, options_.named);
  if (!replaces) ::unlink(temporary_.c_str());
  temporary_.clear();
  if (options_.is_durable) return sync_folder(path_.parent_path());
  return {};
}

Result<void> write_file(const std::filesystem::path& path, std::initializer_list<ByteView> parts,
                        const WriterOptions& options) {
  FileWriter writer = ICN_TRY(FileWriter::create(path, options));
  for (const ByteView part : parts) ICN_TRY(writer.write_through(part));
  ICN_TRY(writer.finish());
  return {};
}

Result<void> replace_file(const std::filesystem::path& path, ByteView bytes) {
  return write_file(path, {bytes}, {.appears = Appears::as_replacement});
}

}  // namespace icn::disk
