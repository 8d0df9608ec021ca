#include "cli/files.hpp"

#include <fmt/core.h>

#include <algorithm>

#include <fcntl.h>
#include <unistd.h>

#include "cli/session.hpp"

namespace icn::cli {
namespace {

disk::File again(int stream, std::string name) {
  return {disk::Descriptor(::fcntl(stream, F_DUPFD_CLOEXEC, 3)), std::move(name)};
}

}  // namespace

disk::File standard_input(std::string name) { return again(STDIN_FILENO, std::move(name)); }

Result<InputFile> InputFile::open(const std::string& path) {
  if (path == "-") return InputFile(standard_input("the standard input"));
  return InputFile(ICN_TRY(disk::File::open(path, disk::Open::read, disk::Named::by_user)));
}

Result<void> InputFile::require_rereading(std::string_view why) const {
  if (file_.can_seek()) return {};
  return fail(ErrorCode::invalid_argument,
              fmt::format("{}, and {} can be read only once; save it to a file first", why, name()));
}

std::uint64_t InputFile::size() const {
  const auto status = file_.status();
  return status && status->kind == disk::FileStatus::Kind::file ? status->bytes : 0;
}

Result<OutputFile> OutputFile::create(const std::string& path, Existing existing) {
  if (path == "-") return OutputFile(disk::FileWriter(again(STDOUT_FILENO, "the standard output")));
  const auto found = disk::status_of(path, disk::Named::by_user);
  if (found && found->kind != disk::FileStatus::Kind::file)
    return OutputFile(disk::FileWriter(ICN_TRY(disk::File::open(path, disk::Open::write, disk::Named::by_user))));
  if (found && existing == Existing::kept) {
    return refuse(ErrorCode::already_exists, std::string(kFileExists),
                  fmt::format("'{}' exists; nothing was done", path), path);
  }
  constexpr disk::WriterOptions kOptions{.appears = disk::Appears::as_replacement,
                                         .has_rivals = true,
                                         .keeps_mode = true,
                                         .mode = 0666,
                                         .named = disk::Named::by_user};
  // Follows a link, so it keeps pointing to the file, which is replaced in place.
  std::error_code no_link;
  std::filesystem::path target = std::filesystem::canonical(path, no_link);
  if (no_link) target = path;
  return OutputFile(ICN_TRY(disk::FileWriter::create(target, kOptions)));
}

Result<void> OutputFile::finish() {
  ICN_TRY(writer_.finish());
  return {};
}

bool is_binary(ByteView bytes) { return std::find(bytes.begin(), bytes.end(), 0) != bytes.end(); }

Result<OutputSink> OutputSink::open(const Invocation& invocation, std::string_view option) {
  const auto path = invocation.text(option);
  if (path && *path != "-") {
    const Existing existing = invocation.has("--force") ? Existing::replaced : Existing::kept;
    return OutputSink(ICN_TRY(OutputFile::create(*path, existing)), option);
  }
  if (!invocation.has("--force")) return OutputSink(std::nullopt, option);
  return fail(ErrorCode::invalid_argument,
              fmt::format("--force has no effect without {} FILE; nothing was done", option));
}

Result<void> OutputSink::write(ByteView bytes) {
  if (file_) return file_->write(bytes);
  if (is_terminal(Stream::output) && is_binary(bytes)) {
    return refuse(ErrorCode::invalid_argument, std::string(kBinary),
                  "the output is binary, and standard output is a terminal", std::string(option_));
  }
  return write_bytes(Stream::output, text_of(bytes));
}

Result<void> OutputSink::finish() { return file_ ? file_->finish() : Result<void>(); }

}  // namespace icn::cli
