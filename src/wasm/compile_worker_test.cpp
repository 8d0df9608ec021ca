// Goal: the compile child gives the same code as this process, and dies of its limits instead of taking the node along.
// Method: the test program starts itself as the worker, which its main() below recognises.
#include "wasm/compile_worker.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include <unistd.h>

#include "wasm/detail/compiler.hpp"
#include "wasm/detail/engine.hpp"
#include "wasm/testing/sandbox.hpp"

namespace icn::wasm::detail {
namespace {

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
  const auto engine = make_engine({}, 1);
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

TEST(CompileWorker, IsAskedOnceForAModuleThatRunsOften) {
  namespace fs = std::filesystem;
  // A worker that is gone after the first compilation.
  const fs::path worker = fs::path(testing::TempDir()) / ("worker-" + std::to_string(getpid()));
  fs::create_symlink(fs::read_symlink("/proc/self/exe"), worker);
  ExecutorOptions options = child_options();
  options.compile_command[0] = worker.string();
  const auto executor = make_executor(std::move(options));
  ASSERT_TRUE(executor);
  const Bytes module = wat_to_wasm(R"((module (func (export "run") (result i64) (i64.const 1))))");
  const auto first = run_module(**executor, module);
  fs::remove(worker);
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

TEST(CompileWorker, IsKilledAtItsDeadline) {
  ExecutorOptions options = child_options();
  options.compile_seconds_max = 0;
  const auto child = compile_in_child(long_function(60'000), options);
  ASSERT_FALSE(child);
  EXPECT_EQ(child.error().code, ErrorCode::infrastructure);
  EXPECT_NE(child.error().detail.find("nothing was charged"), std::string::npos);
}

TEST(CompileWorker, DiesOfItsMemoryLimitAlone) {
  ExecutorOptions options = child_options();
  options.compile_memory_bytes_max = 24 << 20;
  const auto child = compile_in_child(long_function(60'000), options);
  ASSERT_FALSE(child);
  EXPECT_EQ(child.error().code, ErrorCode::infrastructure);
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

int main(int count, char** words) {
  if (count > 1 && std::string_view(words[1]) == icn::wasm::kCompileWorkerWord)
    return icn::wasm::run_compile_worker({words + 2, words + count});
  testing::InitGoogleTest(&count, words);
  return RUN_ALL_TESTS();
}
