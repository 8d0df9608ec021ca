// Files that commands read and write in pieces, however large they are. "-" is standard input or standard output.
#pragma once
#include <functional>
#include <span>
#include <string>

#include "core/bytes.hpp"

namespace icn::cli {

class InputFile {
 public:
  // Errors: not_found, invalid_argument (a folder, no permission), storage.
  [[nodiscard]] static Result<InputFile> open(const std::string& path);
  InputFile(InputFile&& other) noexcept;
  InputFile& operator=(InputFile&&) = delete;
  ~InputFile();

  // Everything to the end, in pieces of at most 256 KiB. Errors: storage, and those of `sink`.
  [[nodiscard]] Result<void> for_each_piece(const std::function<Result<void>(ByteView)>& sink);
  // How many bytes from `offset` on were put into `into`; 0 at the end. Errors: storage.
  [[nodiscard]] Result<std::size_t> read_at(std::uint64_t offset, std::span<std::uint8_t> into) const;
  // A pipe or a terminal can be read once only. Errors: invalid_argument, saying so; `why` begins the sentence.
  [[nodiscard]] Result<void> require_rereading(std::string_view why) const;
  // For errors: "'x.car'", "the standard input".
  [[nodiscard]] const std::string& name() const { return name_; }

 private:
  InputFile(int fd, std::string name) : fd_(fd), name_(std::move(name)) {}
  int fd_;
  std::string name_;
};

// A regular file appears under its name when finish() made it durable, and not at all before; a file of that name is
// replaced. Anything else (a pipe, a device, standard output) is written as it comes.
class OutputFile {
 public:
  // Errors: not_found (no such folder), invalid_argument (it is a folder, no permission), storage.
  [[nodiscard]] static Result<OutputFile> create(const std::string& path);
  OutputFile(OutputFile&& other) noexcept;
  OutputFile& operator=(OutputFile&&) = delete;
  // What was not finished is removed.
  ~OutputFile();

  // Errors: storage.
  [[nodiscard]] Result<void> write(ByteView bytes);
  [[nodiscard]] Result<void> finish();

 private:
  OutputFile(int fd, std::string path, std::string temporary)
      : fd_(fd), path_(std::move(path)), temporary_(std::move(temporary)) {}
  [[nodiscard]] Result<void> drain();

  int fd_;
  std::string path_;       // written in place: what errors call it
  std::string temporary_;  // empty: written in place
  Bytes buffer_;
};

}  // namespace icn::cli
