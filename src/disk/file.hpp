// Files: reading, writing in place, and files that appear whole or not at all, whatever happens to the machine.
//
// Every file is opened through File::open; files are created with mode 0600 unless stated otherwise. One of the node's
// files is never reached through a symbolic link, which another user may have put there; a file that a user names may
// be one. Interrupted and short transfers are completed. Errors are those of system_error and name the file.
#pragma once
#include <initializer_list>
#include <limits>
#include <optional>

#include "disk/descriptor.hpp"
#include "ipld/sha256.hpp"

namespace icn::disk {

enum class Open : std::uint8_t {
  read,        // an existing file
  write,       // an existing file or device, for writing only
  update,      // an existing file, for reading and writing
  create,      // for reading and writing; created if missing
  create_new,  // for reading and writing; an error if it exists
  truncate,    // for reading and writing; emptied
};

struct FileStatus {
  enum class Kind : std::uint8_t { file, folder, other };
  Kind kind;
  mode_t mode;  // permissions only
  uid_t owner;
  std::uint64_t bytes;
};

// Reading and writing at an offset, and syncing, are thread safe; reading and writing at the current position are for
// one thread.
class File {
 public:
  // Errors: not_found (read, write and update: the file does not exist), already_exists (create_new), storage. For a
  // file that a user named: not_found and invalid_argument (a folder, no permission) instead of storage.
  [[nodiscard]] static Result<File> open(const std::filesystem::path& path, Open how, Named named = Named::by_node,
                                         mode_t mode = 0600);
  // Takes a descriptor that is already open; `name` is for errors.
  File(Descriptor descriptor, std::string name) : descriptor_(std::move(descriptor)), name_(std::move(name)) {}

  // Reads the next bytes at the current position, at least one except at the end; returns their number. Errors:
  // storage.
  [[nodiscard]] Result<std::size_t> read(std::span<std::uint8_t> into) const;
  // Everything from the current position to the end. Errors: limit_exceeded (more than `bytes_max`), storage.
  [[nodiscard]] Result<Bytes> read_to_end(std::uint64_t bytes_max) const;
  // Fills `into` from `offset` on as far as the file extends; returns the number of bytes. Errors: storage.
  [[nodiscard]] Result<std::size_t> read_at(std::uint64_t offset, std::span<std::uint8_t> into) const;

  // Writes all of them or fails. Errors: storage.
  [[nodiscard]] Result<void> write(ByteView bytes) const;
  [[nodiscard]] Result<void> write_at(std::uint64_t offset, ByteView bytes) const;
  [[nodiscard]] Result<void> truncate(std::uint64_t size) const;
  // Makes everything written durable (but not the name: sync_folder).
  [[nodiscard]] Result<void> sync() const;
  // The same without times and modes: cheaper for a file that is written repeatedly.
  [[nodiscard]] Result<void> sync_data() const;

  [[nodiscard]] Result<FileStatus> status() const;
  // Whether the file can be reread from its beginning: a pipe or a terminal cannot.
  [[nodiscard]] bool can_seek() const;
  // For errors: "'x.car'", "the standard input".
  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] int fd() const { return descriptor_.get(); }

 private:
  friend class FileWriter;
  [[nodiscard]] static Result<File> open_as(const std::filesystem::path& path, const std::filesystem::path& shown,
                                            Open how, Named named, mode_t mode);
  Descriptor descriptor_;
  std::string name_;
};

// Errors: as File::open for reading.
[[nodiscard]] Result<FileStatus> status_of(const std::filesystem::path& path, Named named = Named::by_node);
// The whole file. Errors: not_found, limit_exceeded (more than `bytes_max`), storage.
[[nodiscard]] Result<Bytes> read_file(const std::filesystem::path& path, std::uint64_t bytes_max);
[[nodiscard]] Result<std::string> read_text(const std::filesystem::path& path, std::uint64_t bytes_max);

struct FileSum {
  std::uint64_t bytes = 0;
  ipld::Digest digest{};
  friend bool operator==(const FileSum&, const FileSum&) = default;
};
// Reads the whole file. Errors: not_found, storage.
[[nodiscard]] Result<FileSum> sum_of_file(const std::filesystem::path& path);

// When a new file appears under its name.
enum class Appears : std::uint8_t {
  at_once,         // immediately; the name must be free
  when_whole,      // once complete; the name must be free then
  as_replacement,  // once complete, replacing any file of that name
};
struct WriterOptions {
  Appears appears = Appears::at_once;
  bool is_durable = true;   // else finish() does not wait for the disk
  bool is_hashed = false;   // else the digest is zero
  bool has_rivals = false;  // several threads or processes may write this name concurrently
  bool keeps_mode = false;  // of the replaced file, if any
  mode_t mode = 0600;
  Named named = Named::by_node;
};

// Writes a file from its beginning, through a buffer. An unfinished file without a name is removed. Used by one thread.
class FileWriter {
 public:
  // Errors: already_exists, storage; invalid_argument and not_found if a user named it.
  [[nodiscard]] static Result<FileWriter> create(const std::filesystem::path& path, const WriterOptions& options = {});
  // Writes immediately into an open file, a pipe or a device.
  explicit FileWriter(File file);
  FileWriter(FileWriter&& other) noexcept;
  FileWriter& operator=(FileWriter&&) = delete;
  ~FileWriter();

  [[nodiscard]] Result<void> write(ByteView bytes);
  // The same, bypassing the buffer: no copy of the bytes is left in memory.
  [[nodiscard]] Result<void> write_through(ByteView bytes);
  // Afterwards the file is complete, and durable if requested; so is its name, unless it appeared at_once
  // (sync_folder). The writer is unusable afterwards. Errors: already_exists, storage.
  [[nodiscard]] Result<FileSum> finish();
  [[nodiscard]] const File& file() const { return file_; }

 private:
  FileWriter(File file, std::filesystem::path path, std::filesystem::path temporary, const WriterOptions& options);
  [[nodiscard]] Result<void> appear();

  File file_;
  std::filesystem::path path_;       // empty: a file that was already open
  std::filesystem::path temporary_;  // empty: it has its final name
  WriterOptions options_;
  Bytes buffer_;
  std::optional<ipld::Sha256> hash_;
  std::uint64_t bytes_ = 0;
};

// A whole file in one call. Errors: as FileWriter.
[[nodiscard]] Result<void> write_file(const std::filesystem::path& path, std::initializer_list<ByteView> parts,
                                      const WriterOptions& options);
// The file has these bytes or its previous content, never a mixture; durable.
[[nodiscard]] Result<void> replace_file(const std::filesystem::path& path, ByteView bytes);

}  // namespace icn::disk
