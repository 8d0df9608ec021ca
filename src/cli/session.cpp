#include "cli/session.hpp"

#include <fmt/core.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "backends/registry.hpp"
#include "cli/files.hpp"
#include "core/mutex.hpp"
#include "core/visible_text.hpp"
#include "wasm/compile_worker.hpp"

namespace icn::cli {
namespace {

constexpr std::array kStoreKeys{std::pair{config::Key::storage_dag, folder::StorePort::dag},
                                std::pair{config::Key::storage_state, folder::StorePort::state}};

std::optional<std::string> environment(std::string_view variable) {
  const char* value = std::getenv(std::string(variable).c_str());
  if (value == nullptr) return std::nullopt;
  return std::string(value);
}

Result<Bytes> read_bounded(const Result<disk::File>& file, const Bound& bound) {
  auto bytes = file ? file->read_to_end(bound.bytes_max) : Result<Bytes>(fail(file.error()));
  if (bytes) return bytes;
  const Error& error = bytes.error();
  const std::string what(bound.what);
  if (error.code == ErrorCode::limit_exceeded) {
    const std::string rule(bound.rule);
    return refuse(error.code, rule,
                  fmt::format("the {} {} is larger than {} = {} bytes allows; nothing was charged", what, file->name(),
                              rule, bound.bytes_max));
  }
  return refuse(error.code, what, "the " + what + " cannot be read: " + error.detail + "; nothing was charged");
}

Result<void> write_raw(Stream stream, std::string_view bytes) {
  if (disk::write_all(static_cast<int>(stream), view_of(bytes))) return {};
  const int reason = errno;
  // Omits the advice for files: the destination of a stream is unknown here.
  const std::string detail = std::string("the output could not be written: ") + std::strerror(reason);
  return fail(Error{ErrorCode::storage, detail, std::string(reason == EPIPE ? kReaderGone : "")});
}

}  // namespace

Result<std::filesystem::path> data_path(const Invocation& invocation) {
  if (invocation.has("--node")) {
    return fail(ErrorCode::invalid_argument,
                fmt::format("'icn {}' works on a data folder, not on the node of --node; nothing was done",
                            invocation.command->path));
  }
  if (const auto given = invocation.text("--data")) return std::filesystem::path(*given);
  if (const char* given = std::getenv("ICN_DATA"); given != nullptr && *given != '\0')
    return std::filesystem::path(given);
  if (const char* given = std::getenv("XDG_DATA_HOME"); given != nullptr && *given == '/')
    return std::filesystem::path(given) / "icn";
  if (const char* home = std::getenv("HOME"); home != nullptr && *home != '\0')
    return std::filesystem::path(home) / ".local/share/icn";
  return fail(ErrorCode::invalid_argument, "no data folder: give --data DIR or set HOME");
}

namespace {

// The file that was named, else the one of the data folder if there is one.
Result<std::optional<config::ConfigFile>> config_file(const Invocation& invocation) {
  auto named = invocation.text("--config");
  if (!named) named = environment("ICN_CONFIG");
  if (named && !named->empty()) return config::read_config_file(*named, config::Demanded::yes);
  const auto data = data_path(invocation);
  // Commands that need no folder work without one.
  if (!data) return std::nullopt;
  return config::read_config_file(*data / "icn.toml", config::Demanded::no);
}

// "--environment", "--dag-store", and every key by "--set KEY=VALUE".
Result<std::map<config::Key, config::Given>> config_options(const Invocation& invocation) {
  std::map<config::Key, config::Given> options;
  for (const std::string& text : invocation.texts("--set")) {
    auto [key, given] = ICN_TRY(config::parse_assignment(text, "--set"));
    options.insert_or_assign(key, std::move(given));
  }
  for (const config::KeyRow& row : config::kKeyTable) {
    const auto text = row.option.empty() ? std::nullopt : invocation.text(row.option);
    if (text) options.insert_or_assign(row.key, config::Given{*text, std::string(row.option)});
  }
  return options;
}

}  // namespace

Result<config::Configuration> configuration(const Invocation& invocation) {
  config::Sources sources;
  sources.file = ICN_TRY(config_file(invocation));
  sources.variables = &environment;
  sources.options = ICN_TRY(config_options(invocation));
  return config::Configuration::read(sources);
}

folder::StoresAsked stores_asked(const config::Configuration& configuration) {
  folder::StoresAsked asked;
  for (const auto& [key, port] : kStoreKeys) asked[port] = configuration.given(key);
  return asked;
}

std::vector<api::AskedStore> stores_said(const Invocation& invocation) {
  const auto file = config_file(invocation);
  const auto of_file = file ? config::Configuration::read({.file = *file}) : config::Configuration();
  std::vector<api::AskedStore> said;
  for (const auto& [key, port] : kStoreKeys) {
    const config::KeyRow& row = config::key_row(key);
    if (const auto option = invocation.text(row.option)) {
      said.push_back({port, *option, std::string(row.option)});
    } else if (const auto variable = environment(row.variable); variable && !variable->empty()) {
      said.push_back({port, *variable, std::string(row.variable)});
    } else if (const auto given = of_file ? of_file->given(key) : std::nullopt) {
      said.push_back({port, given->value, given->by});
    }
  }
  return said;
}

node::PassphraseSource passphrase_source(const Invocation& invocation, folder::Confirm confirm) {
  // Both keys of a folder have the same passphrase, so the first thread that needs it asks once.
  struct Given {
    Mutex mutex;
    std::optional<Secret> text ICN_GUARDED_BY(mutex);
  };
  const auto given = std::make_shared<Given>();
  const std::optional<std::string> file = invocation.text("--passphrase-file");
  Secret in_environment = folder::take_passphrase_variable("ICN_PASSPHRASE");
  if (!file && !in_environment.empty()) {
    Lock lock(given->mutex);
    given->text = std::move(in_environment);
  }
  const auto source = file ? file : folder::credential_file("icn-passphrase");
  return [source, confirm, given](std::string_view what) -> Result<Secret> {
    Lock lock(given->mutex);
    if (!given->text) given->text = ICN_TRY(folder::ask_passphrase(source, what, confirm));
    return given->text->copy();
  };
}

node::PassphraseSource token_pin_source() {
  const auto in_environment = std::make_shared<Secret>(folder::take_passphrase_variable("ICN_TOKEN_PIN"));
  return [in_environment, source = folder::credential_file("icn-token-pin")](std::string_view what) -> Result<Secret> {
    if (!in_environment->empty()) return in_environment->copy();
    return folder::ask_passphrase(source, what, folder::Confirm::no, folder::Asked::pin);
  };
}

std::vector<std::string> compile_command() { return {"/proc/self/exe", std::string(wasm::kCompileWorkerWord)}; }

Result<std::shared_ptr<ports::DidResolver>> did_resolver(const config::Configuration& configuration) {
  ports::System system = ICN_TRY(backends::system::open());
  return config::open_resolvers(configuration[config::Key::did_resolvers].value, std::move(system.clock));
}

Result<model::UnixMs> now() { return ICN_TRY(backends::system::open()).clock->now(); }

FolderWait::FolderWait(std::optional<std::uint64_t> left_ms, Shown shown) : left_ms_(left_ms), shown_(shown) {}
FolderWait::~FolderWait() = default;
FolderWait::FolderWait(FolderWait&&) noexcept = default;

Result<FolderWait> FolderWait::of(const Invocation& invocation) {
  const Shown shown = progress_of(invocation);
  if (!invocation.has("--wait")) return FolderWait(kFolderWaitMs, shown);
  const auto seconds = ICN_TRY(invocation.number("--wait", 1'000'000'000));
  return FolderWait(seconds ? std::optional(*seconds * 1'000) : std::nullopt, shown);
}

bool FolderWait::again(const Error& error) {
  constexpr std::uint64_t kStepMs = 20;
  if (error.code != ErrorCode::busy || error.rule != folder::kFolderInUse) return false;
  if (left_ms_ && *left_ms_ == 0) return false;
  const std::uint64_t ms = left_ms_ ? std::min(kStepMs, *left_ms_) : kStepMs;
  if (left_ms_) *left_ms_ -= ms;
  if (!progress_) progress_ = std::make_unique<Progress>("waiting for the data folder", shown_);
  static_cast<void>(::poll(nullptr, 0, static_cast<int>(ms)));
  return true;
}

namespace {

// Returns the result of `open` once the folder is free.
template <class Open>
auto when_free(const Invocation& invocation, Open open) -> decltype(open()) {
  FolderWait wait = ICN_TRY(FolderWait::of(invocation));
  for (;;) {
    auto opened = open();
    if (opened || !wait.again(opened.error())) return opened;
  }
}

}  // namespace

Result<folder::DataFolder> open_folder_now(const Invocation& invocation) {
  folder::DataFolder folder = ICN_TRY(
      folder::DataFolder::open(ICN_TRY(data_path(invocation)), fmt::format("icn {}", invocation.command->path)));
  ICN_TRY(folder.require(stores_asked(ICN_TRY(configuration(invocation)))));
  return folder;
}

std::optional<std::string> key_asked(const Invocation& invocation) {
  const auto rows = invocation.command->options;
  const bool names_key = std::any_of(rows.begin(), rows.end(), [](const OptionRow& row) {
    return row.placeholder == kAs.placeholder && row.name == kAs.name;
  });
  return names_key ? invocation.text(kAs.name) : std::nullopt;
}

Result<node::OpeningOptions> opening_options(const Invocation& invocation) {
  node::OpeningOptions options;
  const config::Configuration configured = ICN_TRY(configuration(invocation));
  options.owner = fmt::format("icn {}", invocation.command->path);
  options.stores = stores_asked(configured);
  options.as = key_asked(invocation);
  options.passphrase = passphrase_source(invocation, folder::Confirm::no);
  options.token_pin = token_pin_source();
  options.compile_command = compile_command();
  options.did_resolver = ICN_TRY(did_resolver(configured));
  options.configuration = configured;
  options.reread = [invocation] { return configuration(invocation); };
  return options;
}

Result<std::unique_ptr<node::EmbeddedNode>> open_node(const Invocation& invocation) {
  return when_free(invocation, [&] { return open_node_now(invocation); });
}

Result<std::unique_ptr<node::EmbeddedNode>> open_node_now(const Invocation& invocation) {
  return node::EmbeddedNode::open(ICN_TRY(data_path(invocation)), ICN_TRY(opening_options(invocation)));
}

Result<Bytes> read_file(const std::string& path, const Bound& bound) {
  return read_bounded(disk::File::open(path, disk::Open::read, disk::Named::by_user), bound);
}

Result<Bytes> read_standard_input(const Bound& bound) {
  return read_bounded(standard_input("(standard input)"), bound);
}

Result<void> write_to(Stream stream, std::string_view text) { return write_raw(stream, visible_text(text)); }

Result<void> write_bytes(Stream stream, std::string_view bytes) {
  return is_terminal(stream) ? write_to(stream, bytes) : write_raw(stream, bytes);
}

Result<void> write_answer(const Answer& answer, bool json) {
  if (json) return write_to(Stream::output, answer.json);
  ICN_TRY(write_bytes(Stream::output, answer.output));
  ICN_TRY(write_to(Stream::output, answer.text));
  return answer.laid_out.empty() ? Result<void>() : write_raw(Stream::output, answer.laid_out);
}

Result<void> write_control(std::string_view sequence) { return write_raw(Stream::error, sequence); }

void prepare_standard_streams() {
  // open() takes the lowest free number, so the streams are opened in order. A closed stream reads as empty and refuses
  // writes.
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(fd, F_GETFD) >= 0 || errno != EBADF) continue;
    static_cast<void>(::open("/dev/null", O_RDONLY));  // tidy: allow raw_file: a stream stays open on exec
  }
  std::signal(SIGPIPE, SIG_IGN);
}

void keep_memory_private() { static_cast<void>(::prctl(PR_SET_DUMPABLE, 0)); }

bool is_terminal(Stream stream) { return ::isatty(static_cast<int>(stream)) == 1; }
bool input_is_terminal() { return ::isatty(STDIN_FILENO) == 1; }

}  // namespace icn::cli
