// Files of any size that commands read and write in pieces. "-" is standard input or standard output.
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

  // Reads the next bytes and returns their number; 0 at the end. Errors: storage.
  [[nodiscard]] Result<std::size_t> read(std::span<std::uint8_t> into) const { return file_.read(into); }
  // Reads from `offset` on and returns the number of bytes; fewer than `into` holds only at the end. Errors: storage.
  [[nodiscard]] Result<std::size_t> read_at(std::uint64_t offset, std::span<std::uint8_t> into) const {
    return file_.read_at(offset, into);
  }
  // Fails for a pipe or a terminal, which can be read only once. Errors: invalid_argument; `why` begins the message.
  [[nodiscard]] Result<void> require_rereading(std::string_view why) const;
  // Size in bytes; 0: unknown, as for a pipe.
  [[nodiscard]] std::uint64_t size() const;
  // For errors: "'x.car'", "the standard input".
  [[nodiscard]] const std::string& name() const { return file_.name(); }

 private:
  explicit InputFile(disk::File file) : file_(std::move(file)) {}
  disk::File file_;
};

// Whether an existing file may be replaced.
enum class Existing : std::uint8_t { kept, replaced };

// A regular file appears under its name only when finish() has made it durable. Anything else (a pipe, a device,
// standard output) is written immediately.
class OutputFile {
 public:
  // Errors: not_found (the folder does not exist), already_exists (with the rule kFileExists), invalid_argument (`path`
  // is a folder, no permission), storage.
  [[nodiscard]] static Result<OutputFile> create(const std::string& path, Existing existing);
  static constexpr std::string_view kFileExists = "file_exists";

  // Errors: storage.
  [[nodiscard]] Result<void> write(ByteView bytes) { return writer_.write(bytes); }
  [[nodiscard]] Result<void> finish();

 private:
  explicit OutputFile(disk::FileWriter writer) : writer_(std::move(writer)) {}
  disk::FileWriter writer_;
};

// The destination of a command's bytes: the file that --output names, else standard output. A terminal gets no binary
// data.
class OutputSink {
 public:
  // Errors: as OutputFile::create; invalid_argument (--force without a file).
  [[nodiscard]] static Result<OutputSink> open(const Invocation& invocation, std::string_view option = "--output");

  // Errors: storage; invalid_argument with the rule kBinary, about the option.
  [[nodiscard]] Result<void> write(ByteView bytes);
  [[nodiscard]] Result<void> finish();
  [[nodiscard]] bool is_file() const { return file_.has_value(); }
  static constexpr std::string_view kBinary = "binary_output";

 private:
  OutputSink(std::optional<OutputFile> file, std::string_view option) : file_(std::move(file)), option_(option) {}
  std::optional<OutputFile> file_;
  std::string_view option_;  // of the command table
};

// Whether bytes are binary: they contain a zero byte.
[[nodiscard]] bool is_binary(ByteView bytes);

}  // namespace icn::cli
