#include "wasm/detail/compiler.hpp"

#include <algorithm>
#include <charconv>
#include <csignal>
#include <fstream>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "disk/file.hpp"
#include "wasm/compile_worker.hpp"
#include "wasm/detail/engine.hpp"
#include "wasm/module.hpp"

extern char** environ;

namespace icn::wasm {
namespace detail {
namespace {

constexpr int kModuleFd = 3;
constexpr int kArtifactFd = 4;
constexpr std::uint64_t kArtifactBytesMax = 2ULL << 30;
constexpr std::uint64_t kCompileCoresMax = 8;

// A failure of the machine, not of the module.
tl::unexpected<Error> not_compiled(Error error) {
  return fail(ErrorCode::infrastructure, "sandbox: " + error.detail + "; nothing was charged");
}

Result<Bytes> read_back(const disk::File& output) {
  const std::uint64_t size = ICN_TRY(output.status()).bytes;
  if (size > kArtifactBytesMax) return fail(ErrorCode::storage, output.name() + " is larger than any may be");
  Bytes bytes(static_cast<std::size_t>(size));
  bytes.resize(ICN_TRY(output.read_at(0, bytes)));
  return bytes;
}

// Waits for the child at most `seconds`; kills it then. The status of waitpid, or nothing after a kill.
std::optional<int> wait_for(pid_t child, std::uint64_t seconds) {
  const disk::Descriptor handle(static_cast<int>(::syscall(SYS_pidfd_open, child, 0)));
  pollfd ended{.fd = handle.get(), .events = POLLIN, .revents = 0};
  const int ready = disk::uninterrupted([&] { return ::poll(&ended, 1, static_cast<int>(seconds * 1000)); });
  if (ready <= 0) ::kill(child, SIGKILL);
  int status = 0;
  disk::uninterrupted([&] { return ::waitpid(child, &status, 0); });
  if (ready <= 0) return std::nullopt;
  return status;
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

Result<Bytes> compile_in_child(ByteView module, const ExecutorOptions& options) {
  const disk::Descriptor input(::memfd_create("icn-module", MFD_CLOEXEC));
  const disk::File output(disk::Descriptor(::memfd_create("icn-artifact", MFD_CLOEXEC)), "the compiled module");
  if (!input || output.fd() < 0) return not_compiled(disk::system_error("make room for the compiler").value());
  if (!disk::write_all(input.get(), module) || ::lseek(input.get(), 0, SEEK_SET) != 0)
    return not_compiled(disk::system_error("hand the module to the compiler").value());
  std::vector<std::string> words = options.compile_command;
  // The engine compiles on every core, so CPU time runs faster than the clock; the clock here is the tighter bound.
  words.push_back(std::to_string(std::max<std::uint64_t>(1, options.compile_seconds_max) * kCompileCoresMax));
  words.push_back(std::to_string(options.compile_memory_bytes_max));
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  // dup2 onto itself would keep close-on-exec, so both go through numbers above the targets.
  const disk::Descriptor high_input(::fcntl(input.get(), F_DUPFD_CLOEXEC, 10));
  const disk::Descriptor high_output(::fcntl(output.fd(), F_DUPFD_CLOEXEC, 10));
  posix_spawn_file_actions_adddup2(&actions, high_input.get(), kModuleFd);
  posix_spawn_file_actions_adddup2(&actions, high_output.get(), kArtifactFd);
  pid_t child = 0;
  const int spawned = ::posix_spawn(&child, words[0].c_str(), &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (spawned != 0) return not_compiled(disk::system_error("start the compiler " + words[0], spawned).value());
  const std::optional<int> status = wait_for(child, options.compile_seconds_max);
  if (!status || WIFSIGNALED(*status)) {
    return fail(ErrorCode::infrastructure, "the module took more than " + std::to_string(options.compile_seconds_max) +
                                               " s or " + std::to_string(options.compile_memory_bytes_max >> 20) +
                                               " MiB to compile and was given up; nothing was charged");
  }
  auto artifact = read_back(output);
  if (!artifact) return not_compiled(artifact.error());
  if (WEXITSTATUS(*status) == 0) return artifact;
  if (WEXITSTATUS(*status) == 1)
    return refuse_module("", "does not compile: " + std::string(text_of(*artifact)).substr(0, 600));
  return fail(ErrorCode::infrastructure, "sandbox: the compiler ended with status " +
                                             std::to_string(WEXITSTATUS(*status)) + "; nothing was charged");
}

}  // namespace detail

namespace {

// What this program holds before it compiles (with a sanitizer, its shadow): the limit comes on top of it. 0 where the
// system does not say.
rlim_t held_data_bytes() {
  std::ifstream statm("/proc/self/statm");  // tidy: allow raw_file: the kernel answers, no disk
  rlim_t pages = 0;
  for (int field = 0; field < 6; ++field) statm >> pages;  // the sixth: data and stack
  return statm ? pages * static_cast<rlim_t>(::sysconf(_SC_PAGESIZE)) : 0;
}

}  // namespace

int run_compile_worker(const std::vector<std::string>& limits) {
  // The limits are the last thing between a hostile module and the machine; the parent's clock is the other.
  const auto limit = [&](std::size_t at, rlim_t otherwise) -> rlim_t {
    rlim_t value = 0;
    if (at >= limits.size()) return otherwise;
    const std::string& text = limits[at];
    const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
    return read.ec == std::errc{} ? value : otherwise;
  };
  const rlimit cpu{limit(0, 300), limit(0, 300)};
  const rlim_t memory = held_data_bytes() + limit(1, 4ULL << 30);
  const rlimit data{memory, memory};
  const rlimit core{0, 0};
  if (::setrlimit(RLIMIT_CPU, &cpu) != 0 || ::setrlimit(RLIMIT_DATA, &data) != 0 ||
      ::setrlimit(RLIMIT_CORE, &core) != 0)
    return 2;
  // A killed node leaves no compiler behind.
  static_cast<void>(::prctl(PR_SET_PDEATHSIG, SIGKILL));
  const auto module = disk::File(disk::Descriptor(detail::kModuleFd), "the module").read_to_end(UINT64_MAX);
  if (!module) return 2;
  auto engine = detail::make_engine({}, 1);
  if (!engine) return 2;
  auto artifact = detail::compile_here(engine->get(), *module);
  const Bytes answer = artifact ? *artifact : bytes_of(artifact.error().detail);
  if (!disk::write_all(detail::kArtifactFd, answer)) return 2;
  return artifact ? 0 : 1;
}

}  // namespace icn::wasm
