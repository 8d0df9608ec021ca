#include "cli/session.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include <fcntl.h>
#include <unistd.h>

#include "wasm/compile_worker.hpp"

namespace icn::cli {
namespace {

Result<Bytes> read_all(int fd, const std::string& what, std::uint64_t bytes_max, std::string_view rule) {
  Bytes bytes;
  constexpr std::size_t piece = 256 * 1024;
  for (;;) {
    const std::size_t before = bytes.size();
    bytes.resize(before + piece);
    const ssize_t got = ::read(fd, bytes.data() + before, piece);
    if (got < 0 && errno == EINTR) {
      bytes.resize(before);
      continue;
    }
    if (got < 0)
      return fail(ErrorCode::storage, "read " + what + ": " + std::strerror(errno) + "; nothing was charged");
    bytes.resize(before + static_cast<std::size_t>(got));
    if (got == 0) return bytes;
    if (bytes.size() > bytes_max) {
      return refuse(ErrorCode::limit_exceeded, std::string(rule),
                    what + " is larger than " + std::string(rule) + " allows (" + std::to_string(bytes_max) +
                        " bytes); nothing was charged");
    }
  }
}

}  // namespace

Result<std::filesystem::path> data_path(const Invocation& invocation) {
  if (const auto given = invocation.text("--data")) return std::filesystem::path(*given);
  if (const char* given = std::getenv("ICN_DATA"); given != nullptr && *given != '\0')
    return std::filesystem::path(given);
  if (const char* given = std::getenv("XDG_DATA_HOME"); given != nullptr && *given == '/')
    return std::filesystem::path(given) / "icn";
  if (const char* home = std::getenv("HOME"); home != nullptr && *home != '\0')
    return std::filesystem::path(home) / ".local/share/icn";
  return fail(ErrorCode::invalid_argument, "no data folder: give --data DIR or set HOME");
}

node::PassphraseSource passphrase_source(const Invocation& invocation, node::Confirm confirm) {
  return [file = invocation.text("--passphrase-file"), confirm](std::string_view what) {
    return node::ask_passphrase(file, what, confirm);
  };
}

std::vector<std::string> compile_command() { return {"/proc/self/exe", std::string(wasm::kCompileWorkerWord)}; }

Result<std::unique_ptr<node::EmbeddedNode>> open_node(const Invocation& invocation) {
  node::OpeningOptions options;
  options.owner = "icn " + std::string(invocation.command->path);
  options.passphrase = passphrase_source(invocation, node::Confirm::no);
  options.compile_command = compile_command();
  return node::EmbeddedNode::open(ICN_TRY(data_path(invocation)), options);
}

Result<Bytes> read_file(const std::string& path, std::uint64_t bytes_max, std::string_view rule) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    return fail(errno == ENOENT ? ErrorCode::not_found : ErrorCode::storage,
                "open '" + path + "': " + std::strerror(errno) + "; nothing was charged");
  auto bytes = read_all(fd, "'" + path + "'", bytes_max, rule);
  ::close(fd);
  return bytes;
}

Result<Bytes> read_standard_input(std::uint64_t bytes_max, std::string_view rule) {
  return read_all(STDIN_FILENO, "the standard input", bytes_max, rule);
}

Result<void> write_to(Stream stream, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(static_cast<int>(stream), bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return fail(ErrorCode::storage, std::string("write the output: ") + std::strerror(errno));
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

bool is_terminal(Stream stream) { return ::isatty(static_cast<int>(stream)) == 1; }
bool input_is_terminal() { return ::isatty(STDIN_FILENO) == 1; }

}  // namespace icn::cli
