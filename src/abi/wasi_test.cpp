#include <gtest/gtest.h>

#include "abi/testing/run.hpp"

namespace icn::abi {
namespace {

using testing::kOrderTimeMs;
using testing::TestRun;
using testing::usual_inputs;

constexpr std::uint64_t kOrderTimeNs = kOrderTimeMs * 1'000'000;
constexpr std::int64_t kBadFd = 8;
constexpr std::int64_t kInvalid = 28;
constexpr std::int64_t kNotOffered = 52;
constexpr std::int64_t kIllegalSeek = 70;

void put_iovec(TestRun& run, std::size_t at, std::uint32_t address, std::uint32_t length) {
  run.put<std::uint32_t>(at, address);
  run.put<std::uint32_t>(at + 4, length);
}

TEST(WasiIo, ReadFillsAllBuffersUntilTheInputEnds) {
  TestRun run;
  put_iovec(run, 0, 100, 5);
  put_iovec(run, 8, 200, 100);
  EXPECT_EQ(run.wasi("fd_read", {0, 0, 2, 64}).answer, 0);
  EXPECT_EQ(run.get<std::uint32_t>(64), 13U);
  EXPECT_EQ(run.text(100, 5), "hello");
  EXPECT_EQ(run.text(200, 8), ", world\n");
  EXPECT_EQ(run.wasi("fd_read", {0, 0, 2, 64}).answer, 0);
  EXPECT_EQ(run.get<std::uint32_t>(64), 0U);
}

TEST(WasiIo, StdinIsEmptyWithoutInputs) {
  RunInputs in = usual_inputs();
  in.inputs.clear();
  in.job.inputs.clear();
  TestRun run(std::move(in));
  put_iovec(run, 0, 100, 5);
  run.put<std::uint32_t>(64, 7);
  EXPECT_EQ(run.wasi("fd_read", {0, 0, 1, 64}).answer, 0);
  EXPECT_EQ(run.get<std::uint32_t>(64), 0U);
}

TEST(WasiIo, StdoutIsTheOutputAndStderrTheLog) {
  TestRun run;
  run.write(100, view_of("outerr"));
  put_iovec(run, 0, 100, 3);
  put_iovec(run, 8, 103, 3);
  EXPECT_EQ(run.wasi("fd_write", {1, 0, 1, 64}).answer, 0);
  EXPECT_EQ(run.get<std::uint32_t>(64), 3U);
  EXPECT_EQ(run.wasi("fd_write", {2, 8, 1, 64}).answer, 0);
  EXPECT_EQ(run.wasi("fd_write", {0, 0, 1, 64}).answer, kBadFd);
  EXPECT_EQ(run.wasi("fd_write", {3, 0, 1, 64}).answer, kBadFd);
  EXPECT_EQ(run.wasi("fd_read", {1, 0, 1, 64}).answer, kBadFd);
  const RunOutputs outputs = run.state().take(model::OutcomeKind::ok);
  EXPECT_EQ(text_of(outputs.output), "out");
  EXPECT_EQ(outputs.log, "err");
}

TEST(WasiIo, BuffersThatLeaveTheMemoryTrap) {
  const auto verdict_of = [](std::uint32_t address, std::uint32_t length, std::int64_t list, std::int64_t count) {
    TestRun run;
    put_iovec(run, 0, address, length);
    return run.wasi("fd_write", {1, list, count, 64}).verdict;
  };
  EXPECT_EQ(verdict_of(65535, 1, 0, 1), Verdict::resume);
  EXPECT_EQ(verdict_of(65535, 2, 0, 1), Verdict::trap);
  EXPECT_EQ(verdict_of(0xffffffff, 1, 0, 1), Verdict::trap);
  EXPECT_EQ(verdict_of(0, 0xffffffff, 0, 1), Verdict::trap);
  EXPECT_EQ(verdict_of(0, 1, 65528, 1), Verdict::resume);
  EXPECT_EQ(verdict_of(0, 1, 65529, 1), Verdict::trap);
  EXPECT_EQ(verdict_of(0, 1, 0, 0x20000001), Verdict::trap);  // times 8 is 8 in 32 bits
}

TEST(WasiIo, BuffersOverTheirOwnDescriptionsStayWithinTheMemory) {
  RunInputs in = usual_inputs();
  in.inputs = {Bytes(64, 0xff)};
  TestRun run(std::move(in));
  put_iovec(run, 0, 8, 8);  // overwrites the second description with 0xff
  put_iovec(run, 8, 200, 8);
  EXPECT_EQ(run.wasi("fd_read", {0, 0, 2, 64}).verdict, Verdict::trap);
  EXPECT_EQ(run.state().trap(), model::TrapCode::guest_fault);
}

TEST(WasiIo, MoreThanFourGigabytesOfBuffersAreInvalid) {
  TestRun run(usual_inputs(), std::size_t{1} << 20);
  constexpr std::uint32_t kCount = 8192;  // each spans the memory from 0: 8 GiB together
  for (std::uint32_t i = 0; i < kCount; ++i) put_iovec(run, 8 * i, 0, 1 << 20);
  EXPECT_EQ(run.wasi("fd_read", {0, 0, kCount, 64}).answer, kInvalid);
}

TEST(WasiIo, DescriptorsAreStreamsOfUnknownType) {
  TestRun run;
  run.memory().assign(run.memory().size(), 0xaa);
  EXPECT_EQ(run.wasi("fd_fdstat_get", {0, 0}).answer, 0);
  EXPECT_EQ(run.get<std::uint8_t>(0), 0);
  EXPECT_EQ(run.get<std::uint64_t>(8), 1ULL << 1 | 1ULL << 27);
  EXPECT_EQ(run.get<std::uint64_t>(16), 0U);
  EXPECT_EQ(run.wasi("fd_fdstat_get", {1, 0}).answer, 0);
  EXPECT_EQ(run.get<std::uint64_t>(8), 1ULL << 6 | 1ULL << 27);
  EXPECT_EQ(run.wasi("fd_fdstat_get", {3, 0}).answer, kBadFd);
  EXPECT_EQ(run.wasi("fd_seek", {0, 0, 0, 64}).answer, kIllegalSeek);
  EXPECT_EQ(run.wasi("fd_tell", {1, 64}).answer, kIllegalSeek);
  EXPECT_EQ(run.wasi("fd_seek", {9, 0, 0, 64}).answer, kBadFd);
  EXPECT_EQ(run.wasi("fd_prestat_get", {3, 64}).answer, kBadFd);
}

TEST(WasiIo, ClosedDescriptorsStayClosed) {
  TestRun run;
  EXPECT_EQ(run.wasi("fd_close", {1}).answer, 0);
  EXPECT_EQ(run.wasi("fd_close", {1}).answer, kBadFd);
  EXPECT_EQ(run.wasi("fd_write", {1, 0, 0, 64}).answer, kBadFd);
  EXPECT_EQ(run.wasi("fd_close", {7}).answer, kBadFd);
}

TEST(WasiSystem, ArgumentsBeginWithMain) {
  TestRun run;
  EXPECT_EQ(run.wasi("args_sizes_get", {0, 4}).answer, 0);
  EXPECT_EQ(run.get<std::uint32_t>(0), 3U);
  EXPECT_EQ(run.get<std::uint32_t>(4), 13U);
  EXPECT_EQ(run.wasi("args_get", {16, 100}).answer, 0);
  EXPECT_EQ(run.get<std::uint32_t>(16), 100U);
  EXPECT_EQ(run.get<std::uint32_t>(24), 109U);
  EXPECT_EQ(run.text(100, 13), std::string("main\0one\0two\0", 13));
  EXPECT_EQ(run.wasi("args_get", {16, 65530}).verdict, Verdict::trap);
}

TEST(WasiSystem, EnvironmentIsEmpty) {
  TestRun run;
  run.put<std::uint64_t>(0, UINT64_MAX);
  EXPECT_EQ(run.wasi("environ_sizes_get", {0, 4}).answer, 0);
  EXPECT_EQ(run.get<std::uint64_t>(0), 0U);
  EXPECT_EQ(run.wasi("environ_get", {0, 0}).answer, 0);
}

TEST(WasiSystem, ClockNeverStandsStill) {
  TestRun run;
  EXPECT_EQ(run.wasi("clock_time_get", {0, 0, 8}).answer, 0);
  EXPECT_EQ(run.get<std::uint64_t>(8), kOrderTimeNs + 1'000);
  EXPECT_EQ(run.wasi("clock_time_get", {1, 0, 8}).answer, 0);
  EXPECT_EQ(run.get<std::uint64_t>(8), kOrderTimeNs + 2'000);
  EXPECT_EQ(run.wasi("clock_time_get", {2, 0, 8}).answer, 0);
  EXPECT_EQ(run.get<std::uint64_t>(8), 3'000U);
  EXPECT_EQ(run.wasi("clock_time_get", {4, 0, 8}).answer, kInvalid);
  EXPECT_EQ(run.wasi("clock_res_get", {0, 8}).answer, 0);
  EXPECT_EQ(run.get<std::uint64_t>(8), 1'000U);
}

void put_clock(TestRun& run, std::size_t at, std::uint64_t user_data, std::uint64_t timeout_ns, std::uint16_t flags = 0,
               std::uint32_t clock = 1) {
  run.put<std::uint64_t>(at, user_data);
  run.put<std::uint8_t>(at + 8, 0);
  run.put<std::uint32_t>(at + 16, clock);
  run.put<std::uint64_t>(at + 24, timeout_ns);
  run.put<std::uint16_t>(at + 40, flags);
}
void put_descriptor(TestRun& run, std::size_t at, std::uint64_t user_data, std::uint8_t type, std::uint32_t fd) {
  run.put<std::uint64_t>(at, user_data);
  run.put<std::uint8_t>(at + 8, type);
  run.put<std::uint32_t>(at + 16, fd);
}

TEST(WasiPoll, SleepSetsTheClockForwardToTheFirstDeadline) {
  TestRun run;
  put_clock(run, 0, 11, 5'000'000'000);
  put_clock(run, 48, 22, 2'000'000'000);
  EXPECT_EQ(run.wasi("poll_oneoff", {0, 1000, 2, 2000}).answer, 0);
  EXPECT_EQ(run.get<std::uint32_t>(2000), 1U);
  EXPECT_EQ(run.get<std::uint64_t>(1000), 22U);
  EXPECT_EQ(run.icn("get_time").answer, static_cast<std::int64_t>(kOrderTimeMs) + 2'000);
}

TEST(WasiPoll, AbsoluteDeadlinesInThePastAreDueAtOnce) {
  TestRun run;
  put_clock(run, 0, 1, kOrderTimeNs - 5, 1);
  EXPECT_EQ(run.wasi("poll_oneoff", {0, 1000, 1, 2000}).answer, 0);
  EXPECT_EQ(run.get<std::uint32_t>(2000), 1U);
  put_clock(run, 0, 1, kOrderTimeNs + 3'000'000, 1);
  EXPECT_EQ(run.wasi("poll_oneoff", {0, 1000, 1, 2000}).answer, 0);
  EXPECT_EQ(run.icn("get_time").answer, static_cast<std::int64_t>(kOrderTimeMs) + 3);
}

TEST(WasiPoll, DescriptorsAreReadyAndNoTimePasses) {
  TestRun run;
  put_clock(run, 0, 1, 1'000'000'000);
  put_descriptor(run, 48, 2, 1, 0);
  put_descriptor(run, 96, 3, 2, 1);
  put_descriptor(run, 144, 4, 2, 0);
  EXPECT_EQ(run.wasi("poll_oneoff", {0, 1000, 4, 2000}).answer, 0);
  EXPECT_EQ(run.get<std::uint32_t>(2000), 3U);
  EXPECT_EQ(run.get<std::uint64_t>(1000), 2U);
  EXPECT_EQ(run.get<std::uint64_t>(1000 + 16), 13U);
  EXPECT_EQ(run.get<std::uint64_t>(1032), 3U);
  EXPECT_EQ(run.get<std::uint16_t>(1064 + 8), kBadFd);
  EXPECT_EQ(run.icn("get_time").answer, static_cast<std::int64_t>(kOrderTimeMs));
}

TEST(WasiPoll, BadSubscriptionsAreRefused) {
  TestRun run;
  EXPECT_EQ(run.wasi("poll_oneoff", {0, 1000, 0, 2000}).answer, kInvalid);
  put_descriptor(run, 0, 1, 3, 0);
  EXPECT_EQ(run.wasi("poll_oneoff", {0, 1000, 1, 2000}).answer, kInvalid);
  put_clock(run, 0, 1, 10, 0, 9);
  EXPECT_EQ(run.wasi("poll_oneoff", {0, 1000, 1, 2000}).answer, 0);
  EXPECT_EQ(run.get<std::uint16_t>(1008), kInvalid);
  EXPECT_EQ(run.wasi("poll_oneoff", {0, 1000, 1'000'000, 2000}).verdict, Verdict::trap);
}

TEST(WasiPoll, EndlessSleepStopsAtTheEndOfTime) {
  TestRun run;
  put_clock(run, 0, 1, UINT64_MAX);
  EXPECT_EQ(run.wasi("poll_oneoff", {0, 1000, 1, 2000}).answer, 0);
  EXPECT_EQ(run.wasi("poll_oneoff", {0, 1000, 1, 2000}).answer, 0);
  EXPECT_EQ(run.wasi("clock_time_get", {0, 0, 8}).answer, 0);
  EXPECT_EQ(run.get<std::uint64_t>(8), UINT64_MAX);
}

TEST(WasiSystem, ExitEndsTheRunWithItsCode) {
  TestRun run;
  EXPECT_EQ(run.wasi("proc_exit", {42}).verdict, Verdict::exited);
  EXPECT_EQ(run.state().exit_code(), 42);
}

TEST(WasiSystem, EverythingOfPreview1LinksAndTheRestAnswersEnosys) {
  std::size_t rows = 0;
  std::size_t refused = 0;
  for (const HostFn& fn : host_table()) {
    if (fn.module != "wasi_snapshot_preview1") continue;
    ++rows;
    if (!fn.doc.starts_with("Answers ENOSYS")) continue;
    ++refused;
    TestRun run;
    const Bytes before = run.memory();
    const bool of_fd = fn.arg_names.starts_with("fd");
    std::vector<std::int64_t> arguments(fn.params.size(), -1);
    EXPECT_EQ(run.call(fn, arguments).answer, of_fd ? kBadFd : kNotOffered) << fn.name;
    if (of_fd) {
      arguments[0] = 1;
      EXPECT_EQ(run.call(fn, arguments).answer, kNotOffered) << fn.name;
    }
    EXPECT_EQ(run.memory(), before) << fn.name;
  }
  EXPECT_EQ(rows, 46U);
  EXPECT_EQ(refused, 26U);
}

}  // namespace
}  // namespace icn::abi
