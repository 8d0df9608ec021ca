// Files that commands read and write in pieces, however large they are. "-" is standard input or standard output.
#pragma once
#include <optional>
#include <string>

#include "cli/command.hpp"
#include "disk/file.hpp"

namespace icn::cli {

// Standard input under a name for errors.
[[nodiscard]] disk::File standard_input(std::string name);

class InputFile {
 public:
  // Errors: not_found, invalid_argument (a folder, no permission), storage.
  [[nodiscard]] static Result<InputFile> open(const std::string& path);

  // The next bytes; 0 at the end. Errors: storage.
  [[nodiscard]] Result<std::size_t> read(std::span<std::uint8_t> into) const { return file_.read(into); }
  // How many bytes from `offset` on were put into `into`: fewer than it takes at the end only. Errors: storage.
  [[nodiscard]] Result<std::size_t> read_at(std::uint64_t offset, std::span<std::uint8_t> into) const {
    return file_.read_at(offset, into);
  }
  // A pipe or a terminal can be read once only. Errors: invalid_argument, saying so; `why` begins the sentence.
  [[nodiscard]] Result<void> require_rereading(std::string_view why) const;
  // 0: not known, as of a pipe.
  [[nodiscard]] std::uint64_t size() const;
  // For errors: "'x.car'", "the standard input".
  [[nodiscard]] const std::string& name() const { return file_.name(); }

 private:
  explicit InputFile(disk::File file) : file_(std::move(file)) {}
  disk::File file_;
};

// Whether a file that is there may be replaced.
enum class Existing : std::uint8_t { kept, replaced };

// A regular file appears under its name when finish() made it durable, and not at all before. Anything else (a pipe,
// a device, standard output) is written as it comes.
class OutputFile {
 public:
  // Errors: not_found (no such folder), already_exists (with the rule kFileExists), invalid_argument (it is a folder,
  // no permission), storage.
  [[nodiscard]] static Result<OutputFile> create(const std::string& path, Existing existing);
  static constexpr std::string_view kFileExists = "file_exists";

  // Errors: storage.
  [[nodiscard]] Result<void> write(ByteView bytes) { return writer_.write(bytes); }
  [[nodiscard]] Result<void> finish();

 private:
  explicit OutputFile(disk::FileWriter writer) : writer_(std::move(writer)) {}
  disk::FileWriter writer_;
};

// Where a command's bytes go: into the file that --output names, else to standard output. A terminal gets no binary
// data.
class OutputSink {
 public:
  // Errors: as OutputFile::create; invalid_argument (--force without a file).
  [[nodiscard]] static Result<OutputSink> open(const Invocation& invocation, std::string_view option = "--output");

  // Errors: storage; invalid_argument with the rule kBinary.
  [[nodiscard]] Result<void> write(ByteView bytes);
  [[nodiscard]] Result<void> finish();
  [[nodiscard]] bool is_file() const { return file_.has_value(); }
  static constexpr std::string_view kBinary = "binary_output";

 private:
  explicit OutputSink(std::optional<OutputFile> file) : file_(std::move(file)) {}
  std::optional<OutputFile> file_;
};

// Whether bytes are nothing to read: they hold a zero byte.
[[nodiscard]] bool is_binary(ByteView bytes);

}  // namespace icn::cli
