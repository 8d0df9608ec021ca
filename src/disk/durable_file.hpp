// Files that are there as a whole, or not at all, whatever happens to the machine: the folder's small files, and what a
// backup is made of. Files are made 0600. Errors are of code storage and name the path, unless said otherwise.
#pragma once
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "core/bytes.hpp"
#include "ipld/sha256.hpp"

namespace icn::disk {

// The file's text is replaced in one step, durably.
[[nodiscard]] Result<void> replace_file(const std::filesystem::path& path, std::string_view text);
// Does nothing when there is no such file; durable.
[[nodiscard]] Result<void> remove_file(const std::filesystem::path& path);
// The names in the folder are durable.
[[nodiscard]] Result<void> sync_folder(const std::filesystem::path& folder);
// A small text. Errors: not_found, limit_exceeded (more than `bytes_max`), storage.
[[nodiscard]] Result<std::string> read_text(const std::filesystem::path& path, std::size_t bytes_max);

struct FileSum {
  std::uint64_t bytes = 0;
  ipld::Digest digest{};
  friend bool operator==(const FileSum&, const FileSum&) = default;
};

// Writes a new file and hashes it on the way. Used by one thread.
class FileWriter {
 public:
  // Errors: already_exists, storage.
  [[nodiscard]] static Result<FileWriter> create(const std::filesystem::path& path);
  FileWriter(FileWriter&& other) noexcept;
  FileWriter& operator=(FileWriter&&) = delete;
  ~FileWriter();

  [[nodiscard]] Result<void> write(ByteView bytes);
  // Durable when it returns, but for the name (sync_folder). The writer is spent.
  [[nodiscard]] Result<FileSum> finish();

 private:
  FileWriter(std::filesystem::path path, int fd) : path_(std::move(path)), fd_(fd) {}
  [[nodiscard]] Result<void> write_out(ByteView bytes);

  std::filesystem::path path_;
  int fd_;
  Bytes buffer_;
  ipld::Sha256 hash_;
  std::uint64_t bytes_ = 0;
};

// Reads a file from its beginning. Used by one thread.
class FileReader {
 public:
  // Errors: not_found, storage.
  [[nodiscard]] static Result<FileReader> open(const std::filesystem::path& path);
  FileReader(FileReader&& other) noexcept;
  FileReader& operator=(FileReader&&) = delete;
  ~FileReader();

  // Fills `into` as far as the file goes; how many bytes that is.
  [[nodiscard]] Result<std::size_t> read(std::span<std::uint8_t> into);
  // The same, from `offset` on; the place of read() stays.
  [[nodiscard]] Result<std::size_t> read_at(std::uint64_t offset, std::span<std::uint8_t> into) const;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  FileReader(std::filesystem::path path, int fd) : path_(std::move(path)), fd_(fd) {}
  std::filesystem::path path_;
  int fd_;
  std::uint64_t offset_ = 0;
};

// Reads the whole file. Errors: not_found, storage.
[[nodiscard]] Result<FileSum> sum_of_file(const std::filesystem::path& path);

}  // namespace icn::disk
