// Goal: runs beyond the capacity are refused with a clear error, and a limited address space reduces the number of runs
// instead of preventing all.
#include <gtest/gtest.h>

#include <fstream>

#include <sys/resource.h>
#include <unistd.h>

#include "wasm/detail/engine.hpp"
#include "wasm/testing/sandbox.hpp"

namespace icn::wasm::detail {
namespace {

const Bytes& module() {
  static const Bytes bytes = wat_to_wasm(R"((module (memory 1) (func (export "run") (result i64) (i64.const 1))))");
  return bytes;
}

ExecutorOptions with_room_for(std::uint32_t runs) {
  ExecutorOptions options;
  options.runs_max = runs;
  return options;
}

TEST(Runs, BeyondTheRoomThatThereIsAreRefused) {
  const auto executor = make_executor(with_room_for(2));
  ASSERT_TRUE(executor) << executor.error().detail;
  auto first = (*executor)->start(request_of(**executor, module(), {}));
  auto second = (*executor)->start(request_of(**executor, module(), {}));
  ASSERT_TRUE(first && second);
  EXPECT_EQ((*first)->poll(), ports::RunState::finished);
  for (int i = 0; i < 3; ++i) {
    const auto third = (*executor)->start(request_of(**executor, module(), {}));
    ASSERT_FALSE(third);
    EXPECT_EQ(third.error().code, ErrorCode::busy);
    EXPECT_EQ(third.error().rule, "max_runs");
    EXPECT_NE(third.error().detail.find("nothing was charged"), std::string::npos);
  }
  first->reset();
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(run_module(**executor, module())) << "a place is free again";
  EXPECT_EQ((*second)->poll(), ports::RunState::finished);
}

TEST(Runs, BeyondTheMemoryThatRunsMayUseAreRefused) {
  constexpr std::uint64_t kPageBytes = 65'536;
  ExecutorOptions options;
  options.memory_bytes_max = 1'000 * kPageBytes;
  const auto executor = make_executor(options);
  ASSERT_TRUE(executor) << executor.error().detail;
  const auto start = [&](std::uint32_t pages) {
    TestRun run;
    run.limits.max_memory_pages = pages;
    return (*executor)->start(request_of(**executor, module(), run));
  };
  EXPECT_TRUE(start(5'000)) << "one run alone";
  auto first = start(600);
  auto second = start(400);
  ASSERT_TRUE(first && second);
  const auto third = start(1);
  ASSERT_FALSE(third);
  EXPECT_EQ(third.error().code, ErrorCode::busy);
  EXPECT_EQ(third.error().rule, "memory_room");
  first->reset();
  EXPECT_TRUE(start(600));
  EXPECT_FALSE(start(601));
}

TEST(Runs, AFailedStartTakesNoPlace) {
  const auto executor = make_executor(with_room_for(1));
  ASSERT_TRUE(executor);
  for (int i = 0; i < 5; ++i) {
    const auto refused = run_module(**executor, bytes_of("not a module"));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::invalid_module);
  }
  EXPECT_TRUE(run_module(**executor, module()));
}

// As `ulimit -v` does, for the time of a test.
class AddressSpace {
 public:
  explicit AddressSpace(rlim_t more_bytes) {
    ::getrlimit(RLIMIT_AS, &before_);
    std::ifstream statm("/proc/self/statm");
    rlim_t pages = 0;
    statm >> pages;
    const rlimit limit{pages * static_cast<rlim_t>(::sysconf(_SC_PAGESIZE)) + more_bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_AS, &limit);
  }
  ~AddressSpace() { ::setrlimit(RLIMIT_AS, &before_); }

 private:
  rlimit before_{};
};

TEST(Runs, AreFewerInALimitedAddressSpace) {
  const AddressSpace limit(15ULL << 30);
  EXPECT_EQ(runs_that_fit(64).value(), 3U);
  EXPECT_EQ(runs_that_fit(2).value(), 2U);
  const auto executor = make_executor({});
  ASSERT_TRUE(executor);
  const auto result = run_module(**executor, module());
  EXPECT_TRUE(result) << result.error().detail;
}

TEST(Runs, WithoutRoomForOneAreRefusedInWords) {
  const AddressSpace limit(2ULL << 30);
  const auto executor = make_executor({});
  ASSERT_TRUE(executor) << "what needs no sandbox works";
  const auto result = run_module(**executor, module());
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::infrastructure);
  EXPECT_NE(result.error().detail.find("address space"), std::string::npos) << result.error().detail;
}

}  // namespace
}  // namespace icn::wasm::detail
