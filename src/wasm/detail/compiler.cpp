#include "wasm/detail/compiler.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <csignal>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/visible_text.hpp"
#include "disk/file.hpp"
#include "wasm/compile_worker.hpp"
#include "wasm/detail/compile_jail.hpp"
#include "wasm/detail/engine.hpp"
#include "wasm/module.hpp"

namespace icn::wasm {
namespace detail {
namespace {

// Descriptors of the child. It has only these and 0 to 2, which all lead to the pipe for its messages.
constexpr int kModuleFd = 3;
constexpr int kArtifactFd = 4;
// Exit statuses of the child besides kCompileRefused; 82 and 83 are used by no library.
constexpr int kCompiled = 0;
constexpr int kFailed = 82;
constexpr int kNoMemory = 83;
constexpr std::size_t kWordsMax = 4'096;
constexpr int kLookMs = 20;

// A failure of the machine, not of the module.
tl::unexpected<Error> not_compiled(Error error) {
  return fail(ErrorCode::infrastructure, "sandbox: " + error.detail + "; nothing was charged");
}

Result<Bytes> read_back(const disk::File& output) {
  const std::uint64_t size = ICN_TRY(output.status()).bytes;
  if (size > kArtifactBytesMax) return fail(ErrorCode::storage, output.name() + " exceeds the size limit");
  Bytes bytes(static_cast<std::size_t>(size));
  bytes.resize(ICN_TRY(output.read_at(0, bytes)));
  return bytes;
}

// How a child ended, and the beginning of its messages.
struct Ended {
  int status = 0;
  std::string words;
  bool stopped = false;
};

// Waits until the child ends, which its own limits guarantee; `stopping` kills it. The pipe closes when the child ends.
Ended wait_for(pid_t child, const disk::Descriptor& pipe, const std::function<bool()>& stopping) {
  Ended ended;
  for (;;) {
    pollfd said{.fd = pipe.get(), .events = POLLIN, .revents = 0};
    const int ready = ::poll(&said, 1, kLookMs);
    if (stopping && stopping()) {
      ended.stopped = true;
      break;
    }
    if (ready <= 0) continue;
    char piece[512];
    const ssize_t got = disk::uninterrupted([&] { return ::read(pipe.get(), piece, sizeof piece); });
    if (got <= 0) break;
    ended.words.append(piece, std::min(static_cast<std::size_t>(got), kWordsMax - ended.words.size()));
  }
  // Has no effect once the child has ended: its status is fixed before its descriptors are closed.
  ::kill(child, SIGKILL);
  disk::uninterrupted([&] { return ::waitpid(child, &ended.status, 0); });
  return ended;
}

constexpr std::array kCrashes{SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGSYS};

// Recognises a module that exceeded a compilation limit, or on which the compiler crashed, by the child's status and
// messages.
std::string_view exceeded_by(const Ended& ended) {
  const int signal = WIFSIGNALED(ended.status) ? WTERMSIG(ended.status) : 0;
  if (signal == SIGXCPU) return kCompileCpu;
  if (signal == SIGXFSZ) return kCompileMemory;  // its artifact, which is in memory
  if (WIFEXITED(ended.status) && WEXITSTATUS(ended.status) == kNoMemory) return kCompileMemory;
  // Out-of-memory messages of Rust, C++ and the sanitizers.
  for (const std::string_view words : {"memory allocation of", "bad_alloc", "out of memory", "failed to allocate"}) {
    if (ended.words.find(words) != std::string::npos) return kCompileMemory;
  }
  // Signals that the child's own instructions raise. SIGKILL comes from the machine.
  const bool crashed = std::find(kCrashes.begin(), kCrashes.end(), signal) != kCrashes.end();
  return crashed ? kCompileCrash : std::string_view();
}

tl::unexpected<Error> exceeded(std::string_view rule, const CompileLimits& limits) {
  const std::string bound = rule == kCompileCpu ? std::to_string(limits.cpu_seconds) + " s of CPU time"
                                                : std::to_string(limits.memory_bytes >> 20) + " MiB";
  return refuse(ErrorCode::infrastructure, std::string(rule),
                "the module needs more than " + bound + " to compile; nothing was charged",
                std::string(kModuleSubject));
}

Result<pid_t> spawn(std::vector<std::string> words, const disk::Descriptor& module, const disk::File& artifact,
                    const disk::Descriptor& pipe) {
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  // dup2 onto the same number would keep close-on-exec, so all descriptors move above the targets first.
  const disk::Descriptor high_module(::fcntl(module.get(), F_DUPFD_CLOEXEC, 10));
  const disk::Descriptor high_artifact(::fcntl(artifact.fd(), F_DUPFD_CLOEXEC, 10));
  const disk::Descriptor high_pipe(::fcntl(pipe.get(), F_DUPFD_CLOEXEC, 10));
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
    posix_spawn_file_actions_adddup2(&actions, high_pipe.get(), stream);
  posix_spawn_file_actions_adddup2(&actions, high_module.get(), kModuleFd);
  posix_spawn_file_actions_adddup2(&actions, high_artifact.get(), kArtifactFd);
  posix_spawn_file_actions_addclosefrom_np(&actions, kArtifactFd + 1);
  // The environment is not passed on: it may hold secrets.
  char* const environment[] = {nullptr};
  pid_t child = 0;
  const int spawned = ::posix_spawn(&child, arguments[0], &actions, nullptr, arguments.data(), environment);
  posix_spawn_file_actions_destroy(&actions);
  if (spawned != 0) return disk::system_error("start the compiler " + words[0], spawned);
  return child;
}

}  // namespace

Result<Bytes> compile_here(wasm_engine_t* engine, ByteView bytes) {
  wasmtime_module_t* compiled = nullptr;
  if (wasmtime_error_t* error = wasmtime_module_new(engine, bytes.data(), bytes.size(), &compiled)) {
    return refuse_module("", "does not compile: " + words_of(error));
  }
  const Module module(compiled);
  wasm_byte_vec_t artifact;
  if (wasmtime_error_t* error = wasmtime_module_serialize(compiled, &artifact)) {
    return fail(ErrorCode::infrastructure, "sandbox: " + words_of(error));
  }
  Bytes copy(artifact.data, artifact.data + artifact.size);
  wasm_byte_vec_delete(&artifact);
  return copy;
}

Result<Bytes> compile_in_child(ByteView module, const ExecutorOptions& options, const std::function<bool()>& stopping) {
  const disk::Descriptor input(::memfd_create("icn-module", MFD_CLOEXEC));
  const disk::File output(disk::Descriptor(::memfd_create("icn-artifact", MFD_CLOEXEC)), "the compiled module");
  int ends[2];
  if (!input || output.fd() < 0 || ::pipe2(ends, O_CLOEXEC) != 0)
    return not_compiled(disk::system_error("allocate memory for the compiler").value());
  const disk::Descriptor words_from(ends[0]);
  disk::Descriptor words_to(ends[1]);
  if (!disk::write_all(input.get(), module) || ::lseek(input.get(), 0, SEEK_SET) != 0)
    return not_compiled(disk::system_error("hand the module to the compiler").value());
  const CompileLimits limits{options.compile_cpu_seconds_max, options.compile_memory_bytes_max};
  std::vector<std::string> words = options.compile_command;
  words.push_back(std::to_string(limits.cpu_seconds));
  words.push_back(std::to_string(limits.memory_bytes));
  const auto child = spawn(std::move(words), input, output, words_to);
  words_to = {};
  if (!child) return not_compiled(child.error());
  const Ended ended = wait_for(*child, words_from, stopping);
  if (ended.stopped) return fail(ErrorCode::infrastructure, "the compilation was stopped; nothing was charged");
  const std::string_view rule = exceeded_by(ended);
  if (!rule.empty() && rule != kCompileCrash) return exceeded(rule, limits);
  auto artifact = read_back(output);
  if (!artifact) return not_compiled(artifact.error());
  if (WIFEXITED(ended.status) && WEXITSTATUS(ended.status) == kCompiled) return artifact;
  if (WIFEXITED(ended.status) && WEXITSTATUS(ended.status) == kCompileRefused)
    return refuse_module("", "does not compile: " + std::string(text_of(*artifact)).substr(0, 600));
  const std::string how = WIFSIGNALED(ended.status) ? "signal " + std::to_string(WTERMSIG(ended.status))
                                                    : "status " + std::to_string(WEXITSTATUS(ended.status));
  const std::string first_line = ended.words.substr(0, std::min<std::size_t>(ended.words.find('\n'), 300));
  const std::string said = first_line.empty() ? "" : " (" + visible_text(first_line) + ")";
  return refuse(ErrorCode::infrastructure, std::string(rule),
                "sandbox: the compiler ended with " + how + said + "; nothing was charged",
                std::string(rule.empty() ? std::string_view() : kModuleSubject));
}

}  // namespace detail

namespace {

std::uint64_t number_of(const std::vector<std::string>& words, std::size_t at, std::uint64_t otherwise) {
  if (at >= words.size()) return otherwise;
  std::uint64_t value = 0;
  const auto read = std::from_chars(words[at].data(), words[at].data() + words[at].size(), value);
  return read.ec == std::errc{} ? value : otherwise;
}

int compile(const detail::CompileLimits& limits) {
  if (!detail::limit_process(limits)) return detail::kFailed;
  // The engine is created before the module is read, and does not depend on it.
  auto engine = detail::make_engine({}, 1, detail::Workers::free_cores);
  if (!engine || !detail::restrict_system_calls()) return detail::kFailed;
  const auto module = disk::File(disk::Descriptor(detail::kModuleFd), "the module").read_to_end(UINT64_MAX);
  if (!module) return detail::kFailed;
  auto artifact = detail::compile_here(engine->get(), *module);
  const Bytes answer = artifact ? *artifact : bytes_of(artifact.error().detail);
  if (!artifact && artifact.error().detail.find("os error 12") != std::string::npos) return detail::kNoMemory;
  if (!disk::write_all(detail::kArtifactFd, answer)) return detail::kFailed;
  return artifact ? detail::kCompiled : detail::kCompileRefused;
}

}  // namespace

void run_compile_worker(const std::vector<std::string>& limits) {
  const detail::CompileLimits otherwise;
  // Exits immediately: exit handlers may need system calls that are now refused.
  ::_exit(compile({number_of(limits, 0, otherwise.cpu_seconds), number_of(limits, 1, otherwise.memory_bytes)}));
}

}  // namespace icn::wasm
