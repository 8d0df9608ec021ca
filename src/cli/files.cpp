#include "cli/files.hpp"

#include <fmt/core.h>

#include <fcntl.h>
#include <unistd.h>

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
              fmt::format("{}, and {} can be read once only; save it to a file first", why, name()));
}

Result<OutputFile> OutputFile::create(const std::string& path) {
  if (path == "-") return OutputFile(disk::FileWriter(again(STDOUT_FILENO, "the standard output")));
  const auto found = disk::status_of(path, disk::Named::by_user);
  if (found && found->kind != disk::FileStatus::Kind::file)
    return OutputFile(disk::FileWriter(ICN_TRY(disk::File::open(path, disk::Open::write, disk::Named::by_user))));
  constexpr disk::WriterOptions kOptions{.appears = disk::Appears::as_replacement,
                                         .has_rivals = true,
                                         .keeps_mode = true,
                                         .mode = 0666,
                                         .named = disk::Named::by_user};
  // A link keeps pointing to the file, which is replaced where it is.
  std::error_code no_link;
  std::filesystem::path target = std::filesystem::canonical(path, no_link);
  if (no_link) target = path;
  return OutputFile(ICN_TRY(disk::FileWriter::create(target, kOptions)));
}

Result<void> OutputFile::finish() {
  ICN_TRY(writer_.finish());
  return {};
}

}  // namespace icn::cli
