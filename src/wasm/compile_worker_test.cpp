// Goal: the compile child generates the same code as this process, is killed by its limits without affecting the node,
// and holds nothing that a hostile module could use. Method: the test program starts itself as the worker, which its
// main() below recognises, or as a probe that reports what a worker can do.
#include "wasm/compile_worker.hpp"

#include <gtest/gtest.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <set>

#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "wasm/detail/compile_jail.hpp"
#include "wasm/detail/compiler.hpp"
#include "wasm/detail/engine.hpp"
#include "wasm/module.hpp"
#include "wasm/testing/sandbox.hpp"

namespace icn::wasm::detail {
namespace {

constexpr const char* kProbeWord = "__probe";
constexpr const char* kSleepWord = "__sleep";
constexpr const char* kAbortWord = "__abort";
constexpr const char* kLowWord = "__low";
constexpr const char* kStatusWord = "__status";

ExecutorOptions child_options() {
  ExecutorOptions options;
  options.compile_command = {"/proc/self/exe", std::string(kCompileWorkerWord)};
  return options;
}

// Valid and slow: a function of `count` additions in one expression.
Bytes long_function(int count) {
  std::string wat = "(module (func (export \"run\") (result i64) (local $a i64) ";
  for (int i = 0; i < count; ++i)
    wat += "(local.set $a (i64.add (i64.mul (local.get $a) (i64.const 3)) (local.get $a)))";
  return wat_to_wasm(wat + "(local.get $a)))");
}

TEST(CompileWorker, GivesTheArtifactThatThisProcessWouldMake) {
  const auto engine = make_engine({}, 1, Workers::caller);
  ASSERT_TRUE(engine);
  const Bytes module = wat_to_wasm(
      R"((module (memory (export "memory") 1) (func (export "run") (result i64) (i64.load (i32.const 8)))))");
  const auto here = compile_here(engine->get(), module);
  const auto child = compile_in_child(module, child_options());
  ASSERT_TRUE(here) << here.error().detail;
  ASSERT_TRUE(child) << child.error().detail;
  EXPECT_EQ(*child, *here);
}

TEST(CompileWorker, RunsWhatTheChildCompiled) {
  const auto executor = make_executor(child_options());
  ASSERT_TRUE(executor);
  const auto result =
      run_module(**executor, wat_to_wasm(R"((module (func (export "run") (result i64) (i64.const 1))))"));
  ASSERT_TRUE(result) << result.error().detail;
  EXPECT_EQ(to_hex(result->output), "0100000000000000");
}

// This program under a separate name, which a test can remove while it runs.
class RemovableWorker {
 public:
  explicit RemovableWorker(const std::string& name)
      : path_(std::filesystem::path(testing::TempDir()) / (name + std::to_string(getpid()))) {
    std::filesystem::create_symlink(std::filesystem::read_symlink("/proc/self/exe"), path_);
  }
  ~RemovableWorker() { remove(); }
  RemovableWorker(const RemovableWorker&) = delete;
  RemovableWorker& operator=(const RemovableWorker&) = delete;

  [[nodiscard]] ExecutorOptions options() const {
    ExecutorOptions options = child_options();
    options.compile_command[0] = path_.string();
    return options;
  }
  void remove() const { std::filesystem::remove(path_); }

 private:
  const std::filesystem::path path_;
};

TEST(CompileWorker, IsAskedOnceForAModuleThatRunsOften) {
  // A worker that is removed after the first compilation.
  const RemovableWorker worker("worker-");
  const auto executor = make_executor(worker.options());
  ASSERT_TRUE(executor);
  const Bytes module = wat_to_wasm(R"((module (func (export "run") (result i64) (i64.const 1))))");
  const auto first = run_module(**executor, module);
  worker.remove();
  ASSERT_TRUE(first) << first.error().detail;
  for (int i = 0; i < 10; ++i) {
    const auto again = run_module(**executor, module);
    ASSERT_TRUE(again) << again.error().detail;
    EXPECT_EQ(again->receipt, first->receipt);
  }
  const auto other =
      run_module(**executor, wat_to_wasm(R"((module (func (export "run") (result i64) (i64.const 2))))"));
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().code, ErrorCode::infrastructure);
}

TEST(CompileWorker, RefusesAModuleInTheEnginesWords) {
  const auto child = compile_in_child(bytes_of("not a module"), child_options());
  ASSERT_FALSE(child);
  EXPECT_EQ(child.error().code, ErrorCode::invalid_module);
  EXPECT_GT(child.error().detail.size(), 10U);
}

TEST(CompileWorker, DiesOfItsOwnCpuTime) {
  ExecutorOptions options = child_options();
  options.compile_cpu_seconds_max = 0;
  const auto child = compile_in_child(long_function(60'000), options);
  ASSERT_FALSE(child);
  EXPECT_EQ(child.error().code, ErrorCode::infrastructure);
  EXPECT_EQ(child.error().rule, kCompileCpu);
  EXPECT_EQ(child.error().subject, kModuleSubject);
  EXPECT_NE(child.error().detail.find("nothing was charged"), std::string::npos);
}

TEST(CompileWorker, DiesOfItsMemoryLimitAlone) {
  ExecutorOptions options = child_options();
  options.compile_memory_bytes_max = 24 << 20;
  const auto child = compile_in_child(long_function(60'000), options);
  ASSERT_FALSE(child);
  EXPECT_EQ(child.error().code, ErrorCode::infrastructure);
  EXPECT_EQ(child.error().rule, kCompileMemory) << child.error().detail;
}

// Before acceptance the module is refused; a job that was accepted elsewhere fails here for a reason of this node.
TEST(CompileWorker, AModuleThatTakesTooMuchIsRefusedBeforeAcceptanceAndIsTheNodesFailureAfterIt) {
  ExecutorOptions options = child_options();
  options.compile_cpu_seconds_max = 0;
  const auto executor = make_executor(std::move(options));
  ASSERT_TRUE(executor);
  const Bytes module = long_function(60'000);
  TestRun run;
  run.limits.max_function_bytes = 1 << 20;
  ports::ExecutionRequest request = request_of(**executor, module, run);
  const ipld::Cid cid = request.job.module;
  const auto refused = (*executor)->compile(cid, module, {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::limit_exceeded);
  EXPECT_EQ(refused.error().rule, kCompileCpu);
  EXPECT_EQ(refused.error().subject, kModuleSubject);
  const auto failed = (*executor)->start(std::move(request));
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, ErrorCode::infrastructure);
  EXPECT_EQ(failed.error().rule, kCompileCpu);
}

TEST(CompileWorker, AModuleThatWasCompiledForItsAcceptanceStartsWithoutTheWorker) {
  const RemovableWorker worker("accepting-worker-");
  const auto executor = make_executor(worker.options());
  ASSERT_TRUE(executor);
  const Bytes module = wat_to_wasm(R"((module (func (export "run") (result i64) (i64.const 1))))");
  const ipld::Cid cid = ipld::Cid::of(ipld::Codec::raw, module);
  int begun = 0;
  const ports::CompileTerms terms{"a member", 0, {}, [&] { ++begun; }};
  for (int i = 0; i < 3; ++i) EXPECT_TRUE((*executor)->compile(cid, module, terms));
  worker.remove();
  EXPECT_EQ(begun, 1);
  EXPECT_TRUE((*executor)->compile(cid, module, terms));
  const auto result = run_module(**executor, module);
  EXPECT_TRUE(result) << result.error().detail;
}

// Regardless of wall-clock time: the probe waits until this process releases it.
TEST(CompileWorker, EndsWhenItIsStopped) {
  ExecutorOptions options = child_options();
  options.compile_command[1] = kSleepWord;
  int asked = 0;
  const auto child = compile_in_child(bytes_of("x"), options, [&] { return ++asked > 3; });
  ASSERT_FALSE(child);
  EXPECT_EQ(child.error().code, ErrorCode::infrastructure);
  EXPECT_EQ(child.error().rule, "");
  EXPECT_EQ(asked, 4);
}

TEST(CompileWorker, TellsHowTheCompilerFailed) {
  ExecutorOptions options = child_options();
  options.compile_command[1] = kAbortWord;
  const auto child = compile_in_child(bytes_of("x"), options);
  ASSERT_FALSE(child);
  EXPECT_EQ(child.error().code, ErrorCode::infrastructure);
  EXPECT_EQ(child.error().rule, kCompileCrash);
  EXPECT_NE(child.error().detail.find("signal 6"), std::string::npos) << child.error().detail;
}

// Otherwise a member who knows such a module could have it compiled again and again for nothing.
TEST(CompileWorker, AModuleThatCrashesTheCompilerIsRefusedAsTheModulesFault) {
  ExecutorOptions options = child_options();
  options.compile_command[1] = kAbortWord;
  const auto executor = make_executor(std::move(options));
  ASSERT_TRUE(executor);
  const Bytes module = wat_to_wasm(R"((module (func (export "run") (result i64) (i64.const 1))))");
  const auto refused = (*executor)->compile(ipld::Cid::of(ipld::Codec::raw, module), module, {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::unsupported);
  EXPECT_EQ(refused.error().rule, kCompileCrash);
  EXPECT_EQ(refused.error().subject, kModuleSubject);
}

// A status with which a library or a runtime may end the process.
TEST(CompileWorker, ThatSaysNothingOfTheModuleRefusesNoModule) {
  ExecutorOptions options = child_options();
  options.compile_command[1] = kStatusWord;
  const auto child = compile_in_child(bytes_of("x"), options);
  ASSERT_FALSE(child);
  EXPECT_EQ(child.error().code, ErrorCode::infrastructure);
  EXPECT_NE(child.error().detail.find("status 1"), std::string::npos) << child.error().detail;
}

TEST(CompileWorker, InheritsNothingAndCanDoNothingButCompute) {
  ASSERT_EQ(::setenv("ICN_PASSPHRASE", "secret", 1), 0);
  const int inherited = ::open("/proc/self/stat", O_RDONLY);
  ExecutorOptions options = child_options();
  options.compile_command[1] = kProbeWord;
  const auto child = compile_in_child(bytes_of("the module"), options);
  ::close(inherited);
  ::unsetenv("ICN_PASSPHRASE");
  ASSERT_FALSE(child);
  EXPECT_EQ(child.error().detail,
            "the module does not compile: variables 0; descriptors 0 1 2 3 4; no_new_privs 1; core 0; dumpable 0; "
            "open 1; socket 1; fork 1; exec 1; kill 1; ptrace 1; unlink 1; raise limit 1; module 'the module'; thread "
            "ran");
}

// A limit already lower than the worker's own is not an obstacle.
TEST(CompileWorker, WorksUnderLowerLimits) {
  ExecutorOptions options = child_options();
  options.compile_command[1] = kLowWord;
  const auto artifact =
      compile_in_child(wat_to_wasm(R"((module (func (export "run") (result i64) (i64.const 1))))"), options);
  EXPECT_TRUE(artifact) << artifact.error().detail;
}

TEST(CompileWorker, ThatCannotBeStartedIsAnInfrastructureFailure) {
  ExecutorOptions options;
  options.compile_command = {"/nonexistent/compiler"};
  const auto child = compile_in_child(bytes_of("x"), options);
  ASSERT_FALSE(child);
  EXPECT_EQ(child.error().code, ErrorCode::infrastructure);
  EXPECT_NE(child.error().detail.find("/nonexistent/compiler"), std::string::npos);
}

}  // namespace
}  // namespace icn::wasm::detail

#ifdef __SANITIZE_ADDRESS__
// Set here since the worker has no environment: out of memory, allocations fail as without a sanitizer.
extern "C" const char* __asan_default_options() { return "allocator_may_return_null=1"; }
#endif

namespace {

std::string open_descriptors() {
  std::string text;
  DIR* listing = ::opendir("/proc/self/fd");
  std::set<int> numbers;
  while (const dirent* entry = ::readdir(listing)) numbers.insert(std::atoi(entry->d_name));
  numbers.erase(::dirfd(listing));
  for (const int number : numbers) text += " " + std::to_string(number);
  ::closedir(listing);
  return text;
}

std::string is_refused(bool failed) { return failed && errno == EPERM ? " 1" : " 0"; }

// Reports a worker's remaining privileges as the refusal of a module.
void probe() {
  int variables = 0;
  while (environ[variables] != nullptr) ++variables;
  std::string text = "variables " + std::to_string(variables) + "; descriptors" + open_descriptors();
  if (!icn::wasm::detail::limit_process({})) ::_exit(2);
  rlimit core{};
  ::getrlimit(RLIMIT_CORE, &core);
  text += "; no_new_privs " + std::to_string(::prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0)) + "; core " +
          std::to_string(core.rlim_max) + "; dumpable " + std::to_string(::prctl(PR_GET_DUMPABLE));
  if (!icn::wasm::detail::restrict_system_calls()) ::_exit(2);
  text += "; open" + is_refused(::open("/etc/passwd", O_RDONLY) < 0);
  text += "; socket" + is_refused(::socket(AF_INET, SOCK_STREAM, 0) < 0);
  text += "; fork" + is_refused(::fork() < 0);
  char* const none[] = {nullptr};
  text += "; exec" + is_refused(::execve("/bin/true", none, none) < 0);
  text += "; kill" + is_refused(::kill(::getppid(), 0) < 0);
  text += "; ptrace" + is_refused(::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) < 0);
  text += "; unlink" + is_refused(::unlink("/nonexistent/file") < 0);
  const rlimit more{1'000, 1'000};
  text += "; raise limit" + is_refused(::setrlimit(RLIMIT_CPU, &more) < 0);
  char module[64];
  const ssize_t got = ::read(3, module, sizeof module);
  text += "; module '" + std::string(module, got > 0 ? static_cast<std::size_t>(got) : 0) + "'; thread";
  // Without a vptr, which a sanitizer would examine by system calls.
  pthread_t thread{};
  const auto say_so = [](void* to) -> void* {
    *static_cast<std::string*>(to) += " ran";
    return nullptr;
  };
  if (::pthread_create(&thread, nullptr, say_so, &text) == 0) ::pthread_join(thread, nullptr);
  static_cast<void>(::write(4, text.data(), text.size()));
  ::_exit(icn::wasm::detail::kCompileRefused);
}

// Hard limits below what a worker would set.
void lower_all() {
  const rlim_t data_bytes = icn::wasm::detail::held_data_bytes() + (rlim_t{3} << 30);
  for (const auto& [resource, value] :
       {std::pair{RLIMIT_DATA, data_bytes}, {RLIMIT_CPU, rlim_t{100}}, {RLIMIT_FSIZE, rlim_t{100} << 20}}) {
    const rlimit limit{value, value};
    if (::setrlimit(resource, &limit) != 0) ::_exit(2);
  }
}

}  // namespace

int main(int count, char** words) {
  const std::string_view word = count > 1 ? words[1] : "";
  if (word == icn::wasm::detail::kProbeWord) probe();
  if (word == icn::wasm::detail::kSleepWord) ::pause();
  if (word == icn::wasm::detail::kAbortWord) std::abort();
  if (word == icn::wasm::detail::kStatusWord) ::_exit(1);
  if (word == icn::wasm::detail::kLowWord) lower_all();
  if (word == icn::wasm::kCompileWorkerWord || word == icn::wasm::detail::kLowWord)
    icn::wasm::run_compile_worker({words + 2, words + count});
  testing::InitGoogleTest(&count, words);
  return RUN_ALL_TESTS();
}
