// Goal: host work is charged before it is done, and all of it checks for a stop. Method: calls with the worst
// arguments, compared by counted steps, charges and what the run keeps; no time is measured.
#include <gtest/gtest.h>

#include <atomic>

#include "abi/testing/run.hpp"

namespace icn::abi {
namespace {

using testing::Called;
using testing::TestRun;
using testing::usual_inputs;

constexpr std::size_t kMiB = 1024 * 1024;

std::int64_t code(ErrorCode error) { return abi_number(error); }

const HostFn& row(std::string_view module, std::string_view name) { return *find_host_fn(module, name); }

// Arguments of control characters: six bytes of JSON each.
RunInputs inputs_with_a_large_job_info() {
  RunInputs in = usual_inputs();
  in.job.args.assign(1'000, std::string(900, '\x01'));
  return in;
}

TEST(HostWork, ARangeOutsideTheMemoryTrapsWhateverItsLengthWouldCost) {
  RunInputs in = usual_inputs();
  in.order.limits.max_fuel = 1'000;
  TestRun run(std::move(in));
  EXPECT_EQ(run.icn("write_output", {16, 0x7fffffff}).verdict, Verdict::trap);
  EXPECT_EQ(run.state().trap(), model::TrapCode::guest_fault);
  EXPECT_EQ(run.state().host_fuel(), row("icn", "host_write_output").fuel.base);
}

TEST(HostWork, ATextThatIsTooLongIsNotLookedAt) {
  TestRun run(usual_inputs(), 2 * kMiB);
  const Called whole = run.icn("log_message", {1, 0, kMiB});
  EXPECT_EQ(whole.answer, 0);
  const std::uint64_t steps = run.state().work().all.steps();
  const std::uint64_t fuel = run.state().host_fuel();
  EXPECT_EQ(run.icn("log_message", {1, 0, kMiB + 1}).answer, code(ErrorCode::limit_exceeded));
  EXPECT_EQ(run.state().work().all.steps(), steps);
  EXPECT_EQ(run.state().host_fuel(), fuel + row("icn", "host_log_message").fuel.base);
}

TEST(HostWork, JobInfoIsBuiltOnceAndChargedBeforeItIsRefused) {
  const std::uint64_t texts = 1'000 * 900;
  const FuelCost cost = row("icn", "host_get_job_info").fuel;
  TestRun run(inputs_with_a_large_job_info());
  EXPECT_EQ(run.icn("get_job_info").answer, code(ErrorCode::limit_exceeded));
  const std::uint64_t first = run.state().host_fuel();
  EXPECT_GE(first, cost.base + cost.per_byte * 6 * texts);
  const std::uint64_t built = run.state().work().all.steps();
  EXPECT_EQ(run.icn("get_job_info").answer, code(ErrorCode::limit_exceeded));
  EXPECT_EQ(run.state().host_fuel(), 2 * first);
  EXPECT_EQ(run.state().work().all.steps(), built) << "it was built again";
}

TEST(HostWork, JobInfoIsNotBuiltBeforeItsTextsAreCharged) {
  RunInputs in = inputs_with_a_large_job_info();
  in.order.limits.max_fuel = row("icn", "host_get_job_info").fuel.base + 1;
  TestRun run(std::move(in));
  EXPECT_EQ(run.icn("get_job_info").verdict, Verdict::out_of_fuel);
  EXPECT_EQ(run.state().work().all.steps(), 0U);
  EXPECT_LE(run.state().memory_bytes(), 64U);
}

TEST(HostWork, SizesOfArgumentsAreNotCountedAtEachCall) {
  RunInputs in = usual_inputs();
  in.job.args.assign(1'000, "x");
  TestRun run(std::move(in));
  EXPECT_EQ(run.wasi("args_sizes_get", {0, 8}).answer, 0);
  EXPECT_EQ(run.get<std::uint32_t>(8), 5U + 2'000U);
  EXPECT_EQ(run.state().work().all.steps(), 0U);
}

TEST(HostWork, BodiesOfSubmittedJobsCountAsBlocksOfTheRun) {
  RunInputs in = usual_inputs();
  in.order.limits.max_output_bytes = 4'096;
  in.job.spend_max = 1'000;
  in.observations.entries.clear();
  TestRun run(std::move(in));
  const std::string child = R"({"module":")" + ipld::Cid::of(ipld::Codec::raw, view_of("child")).to_text() +
                            R"(","cost_mana":1,"args":[")" + std::string(1'000, 'x') + "\"]}";
  std::size_t accepted = 0;
  while (run.icn_text("submit_mesh_job", child).verdict == Verdict::resume && accepted < 100) ++accepted;
  EXPECT_EQ(accepted, 2U);
  EXPECT_EQ(run.state().trap(), model::TrapCode::output_limit);
  EXPECT_LE(run.state().memory_bytes(), 8'192U);
}

TEST(HostWork, ALongRefusalKeepsOnlyItsBeginning) {
  TestRun run(usual_inputs(), 2 * kMiB);
  run.memory().assign(run.memory().size(), 'x');
  EXPECT_EQ(run.icn("get_parameter", {0, kMiB}).answer, code(ErrorCode::not_declared));
  EXPECT_LE(run.state().last_refusal().size(), 1'000U);
}

// A million one-byte buffers: the list fills the memory, and each entry names the first byte.
TestRun run_of_many_buffers(RunInputs in) {
  TestRun run(std::move(in), 8 * kMiB);
  for (std::size_t at = 0; at < run.memory().size(); at += 8) {
    run.put<std::uint32_t>(at, 0);
    run.put<std::uint32_t>(at + 4, 1);
  }
  return run;
}
const std::vector<std::int64_t> kAllBuffers{2, 0, kMiB - 1, 8 * kMiB - 8};

TEST(HostWork, EachBufferOfAWriteIsChargedAndTheLogIsWrittenInPieces) {
  RunInputs in = usual_inputs();
  in.order.limits.max_log_bytes = 4 * kMiB;
  std::uint64_t pieces = 0;
  in.on_log = [&](std::string_view) { ++pieces; };
  TestRun run = run_of_many_buffers(std::move(in));
  EXPECT_EQ(run.wasi("fd_write", kAllBuffers).answer, 0);
  const FuelCost cost = row("wasi_snapshot_preview1", "fd_write").fuel;
  EXPECT_EQ(run.state().host_fuel(), cost.base + (kMiB - 1) * (cost.per_item + cost.per_byte));
  EXPECT_LE(pieces, 17U);
  EXPECT_GE(run.state().work().all.steps(), kMiB);
  EXPECT_LE(run.state().work().uninterrupted_max, kUninterruptedStepsMax);
}

TEST(HostWork, AStoppedCallHasNotHappened) {
  std::uint64_t logged = 0;
  RunInputs in = usual_inputs();
  in.order.limits.max_log_bytes = 4 * kMiB;
  std::atomic<bool>* stop = nullptr;
  in.on_log = [&](std::string_view text) {
    logged += text.size();
    *stop = true;
  };
  TestRun run = run_of_many_buffers(std::move(in));
  stop = &run.state().stop_flag();
  EXPECT_EQ(run.icn("get_time").verdict, Verdict::resume);
  const std::uint64_t before = run.state().host_fuel();
  EXPECT_EQ(run.wasi("fd_write", kAllBuffers).verdict, Verdict::stopped);
  EXPECT_LE(logged, 512U * 1024) << "the flag was set at the first piece";
  EXPECT_EQ(run.state().host_fuel(), before);
  const RunOutputs stopped = run.state().take(model::OutcomeKind::stopped);
  EXPECT_EQ(stopped.host_calls, 1U);

  // Replays that receipt: the run ends at the first call at or above its fuel.
  RunInputs again = usual_inputs();
  again.stop_at_fuel = before;
  TestRun replay = run_of_many_buffers(std::move(again));
  EXPECT_EQ(replay.icn("get_time").verdict, Verdict::resume);
  EXPECT_EQ(replay.wasi("fd_write", kAllBuffers).verdict, Verdict::stopped);
  EXPECT_EQ(replay.state().take(model::OutcomeKind::stopped).transcript.bytes, stopped.transcript.bytes);
}

}  // namespace
}  // namespace icn::abi
