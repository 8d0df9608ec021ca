#include "cli/session.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>

#include <fcntl.h>
#include <unistd.h>

#include "core/mutex.hpp"
#include "wasm/compile_worker.hpp"

namespace icn::cli {
namespace {

std::optional<std::string> environment(std::string_view variable) {
  const char* value = std::getenv(std::string(variable).c_str());
  if (value == nullptr) return std::nullopt;
  return std::string(value);
}

// What kept a file from being read, as the user's mistake or the machine's failure.
tl::unexpected<Error> unreadable(const std::string& name, int error, const Bound& bound) {
  ErrorCode code = ErrorCode::storage;
  if (error == ENOENT || error == ENOTDIR) code = ErrorCode::not_found;
  if (error == EACCES || error == EPERM || error == EISDIR || error == ELOOP || error == ENAMETOOLONG)
    code = ErrorCode::invalid_argument;
  const std::string why = error == EISDIR ? "it is a folder" : std::strerror(error);
  return refuse(code, std::string(bound.what),
                "the " + std::string(bound.what) + " " + name + " cannot be read: " + why + "; nothing was charged");
}

Result<Bytes> read_all(int fd, const std::string& name, const Bound& bound) {
  Bytes bytes;
  constexpr std::size_t piece = 256 * 1024;
  for (;;) {
    const std::size_t before = bytes.size();
    bytes.resize(before + piece);
    const ssize_t got = ::read(fd, bytes.data() + before, piece);
    const int error = errno;
    bytes.resize(before + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    if (got < 0 && error == EINTR) continue;
    if (got < 0) return unreadable(name, error, bound);
    if (got == 0) return bytes;
    if (bytes.size() > bound.bytes_max) {
      return refuse(ErrorCode::limit_exceeded, std::string(bound.rule),
                    "the " + std::string(bound.what) + " " + name + " is larger than " + std::string(bound.rule) +
                        " = " + std::to_string(bound.bytes_max) + " bytes allows; nothing was charged");
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

Result<folder::StoresAsked> stores_asked(const Invocation& invocation) {
  folder::StoresAsked asked;
  for (const auto& [key, port] : {std::pair{config::Key::storage_dag, folder::StorePort::dag},
                                  std::pair{config::Key::storage_state, folder::StorePort::state}}) {
    asked[port] = ICN_TRY(config::given_value(key, invocation.text(config::key_row(key).option), &environment));
  }
  return asked;
}

node::PassphraseSource passphrase_source(const Invocation& invocation, folder::Confirm confirm) {
  // Both keys of a folder are sealed with one passphrase, so it is asked for once, whichever thread needs it first.
  struct Given {
    Mutex mutex;
    std::optional<std::string> text ICN_GUARDED_BY(mutex);
  };
  return [file = invocation.text("--passphrase-file"), confirm,
          given = std::make_shared<Given>()](std::string_view what) -> Result<std::string> {
    Lock lock(given->mutex);
    if (!given->text) given->text = ICN_TRY(folder::ask_passphrase(file, what, confirm));
    return *given->text;
  };
}

std::vector<std::string> compile_command() { return {"/proc/self/exe", std::string(wasm::kCompileWorkerWord)}; }

Result<runtime::NodeSettings> node_settings() {
  runtime::NodeSettings settings;
  const auto given = ICN_TRY(config::given_value(config::Key::storage_quota, std::nullopt, &environment));
  if (given) settings.dag_quota.bytes = ICN_TRY(dag::parse_bytes(given->value));
  return settings;
}

Result<folder::DataFolder> open_folder(const Invocation& invocation) {
  folder::DataFolder folder =
      ICN_TRY(folder::DataFolder::open(ICN_TRY(data_path(invocation)), "icn " + std::string(invocation.command->path)));
  ICN_TRY(folder.require(ICN_TRY(stores_asked(invocation))));
  return folder;
}

Result<std::unique_ptr<node::EmbeddedNode>> open_node(const Invocation& invocation) {
  node::OpeningOptions options;
  options.settings = ICN_TRY(node_settings());
  options.owner = "icn " + std::string(invocation.command->path);
  options.stores = ICN_TRY(stores_asked(invocation));
  options.passphrase = passphrase_source(invocation, folder::Confirm::no);
  options.compile_command = compile_command();
  return node::EmbeddedNode::open(ICN_TRY(data_path(invocation)), options);
}

Result<Bytes> read_file(const std::string& path, const Bound& bound) {
  const std::string name = "'" + path + "'";
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return unreadable(name, errno, bound);
  auto bytes = read_all(fd, name, bound);
  ::close(fd);
  return bytes;
}

Result<Bytes> read_standard_input(const Bound& bound) { return read_all(STDIN_FILENO, "(standard input)", bound); }

Result<void> write_to(Stream stream, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(static_cast<int>(stream), bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) {
      return refuse(ErrorCode::storage, errno == EPIPE ? std::string(kReaderGone) : "",
                    std::string("the output could not be written: ") + std::strerror(errno));
    }
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

void prepare_standard_streams() {
  // The lowest free number is taken: the streams in order. What is closed reads as empty and refuses to be written.
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(fd, F_GETFD) < 0 && errno == EBADF) static_cast<void>(::open("/dev/null", O_RDONLY));
  }
  std::signal(SIGPIPE, SIG_IGN);
}

bool is_terminal(Stream stream) { return ::isatty(static_cast<int>(stream)) == 1; }
bool input_is_terminal() { return ::isatty(STDIN_FILENO) == 1; }

}  // namespace icn::cli
