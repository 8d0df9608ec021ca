// Files, and the syncs that make bytes and names durable.
//
// Errors of all calls: storage, with the file's name and what to do; reading past the end is corrupted, since every
// read is of something that was written. A File is used by one writer; reads are thread safe.
#pragma once
#include <cstdint>
#include <span>
#include <string>

#include "core/bytes.hpp"

namespace icn::backends::detail::keyed_log {

// One write of more than this into a growing file costs a multiple.
inline constexpr std::size_t kWriteBytesMax = std::size_t{1} << 20;

// The error of a failed system call, from errno.
[[nodiscard]] tl::unexpected<Error> system_error(const std::string& what);

class File {
 public:
  enum class Mode : std::uint8_t { existing, create };  // create: empty, whatever stood there before
  [[nodiscard]] static Result<File> open(std::string path, Mode mode);
  File() = default;
  File(File&& other) noexcept;
  File& operator=(File&& other) noexcept;
  ~File();

  // In pieces of at most kWriteBytesMax.
  [[nodiscard]] Result<void> write_at(std::uint64_t offset, ByteView bytes);
  // Fills both spans, one after the other.
  [[nodiscard]] Result<void> read_at(std::uint64_t offset, std::span<std::uint8_t> first,
                                     std::span<std::uint8_t> second = {}) const;
  // Reads until the file ends or `to` is full, at least `at_least` bytes; returns how many.
  [[nodiscard]] Result<std::size_t> read_some(std::uint64_t offset, std::span<std::uint8_t> to,
                                              std::size_t at_least) const;
  // Zeros up to `end`, so that later writes there change no metadata. A file system that cannot is no error.
  void reserve(std::uint64_t from, std::uint64_t end);
  // Starts writing these bytes to the disk and does not wait: a later sync waits for less.
  void start_writing(std::uint64_t offset, std::uint64_t length);
  [[nodiscard]] Result<void> sync();
  [[nodiscard]] Result<void> resize(std::uint64_t size);
  [[nodiscard]] Result<std::uint64_t> size() const;
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  [[nodiscard]] tl::unexpected<Error> ends_at(std::uint64_t offset) const;
  File(int fd, std::string path) : fd_(fd), path_(std::move(path)) {}
  int fd_ = -1;
  std::string path_;
};

// A folder that this process owns: no other opening of it succeeds until this object is gone.
class OwnedFolder {
 public:
  // Makes the folder when it is missing (not its parents), only its owner may enter it. Errors: busy (naming the
  // process that owns it), invalid_format (something else stands there), storage.
  [[nodiscard]] static Result<OwnedFolder> open(const std::string& path);
  OwnedFolder(OwnedFolder&& other) noexcept;
  OwnedFolder& operator=(OwnedFolder&& other) noexcept;
  ~OwnedFolder();

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::string file(const std::string& name) const { return path_ + "/" + name; }
  // Names made or removed before are durable when this returns.
  [[nodiscard]] Result<void> sync() const;
  // The folder's own name is durable when this returns.
  [[nodiscard]] Result<void> sync_parent() const;
  // The file has these bytes or what it had before, never a mixture; durable when this returns.
  [[nodiscard]] Result<void> replace(const std::string& name, ByteView bytes) const;
  // Sorted. Without "." and "..".
  [[nodiscard]] Result<std::vector<std::string>> names() const;
  [[nodiscard]] Result<void> remove(const std::string& name) const;

 private:
  OwnedFolder(std::string path, int folder, int lock) : path_(std::move(path)), folder_(folder), lock_(lock) {}
  std::string path_;
  int folder_ = -1;
  int lock_ = -1;
};

inline constexpr const char* kLockName = "lock";
inline constexpr std::string_view kTemporarySuffix = ".new";

}  // namespace icn::backends::detail::keyed_log
