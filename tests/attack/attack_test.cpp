// Goal: no guest costs the node more than it pays for. Method: every attack runs in the sandbox, alone and next to
// three honest runs; the test compares counts (fuel, steps of host work, bytes, slices), never times.
//   - every step of host work costs at least 1 fuel
//   - no host call continues for more than kUninterruptedStepsMax steps after a stop request
//   - memory and blocks of this machine are bounded by the order's limits
//   - three honest runs get at least half of the slices that they get next to three more honest runs
#include "attacks.hpp"

#include <gtest/gtest.h>

#include <set>

#include "abi/host_call.hpp"
#include "wasm/scheduler.hpp"

namespace icn::attack {
namespace {

constexpr std::uint64_t kFuel = 30'000'000;
// In addition to the order's limits: the result register, a job's information, the record of links.
constexpr std::uint64_t kFixedMemoryBytes = 24ULL << 20;
constexpr std::uint64_t kTranscriptBytes = 2ULL << 20;

const std::shared_ptr<ports::Executor>& executor() {
  static const std::shared_ptr<ports::Executor> made = [] {
    auto result = wasm::make_executor({});
    EXPECT_TRUE(result) << result.error().detail;
    return *result;
  }();
  return made;
}

class EveryAttack : public ::testing::TestWithParam<Attack> {};

TEST_P(EveryAttack, IsPaidStepByStepAndBounded) {
  ports::ExecutionRequest request = request_of(*executor(), GetParam(), kFuel);
  const model::WasmSecurityLimits limits = request.order.limits;
  auto execution = executor()->start(std::move(request));
  ASSERT_TRUE(execution) << execution.error().detail;
  while ((*execution)->poll() == ports::RunState::running) {
  }
  const auto result = (*execution)->finish();
  ASSERT_TRUE(result) << "no guest may cause a failure of the node: " << result.error().detail;
  EXPECT_NE(result->receipt.outcome.kind, model::OutcomeKind::ok) << "the attack completed";
  EXPECT_LE(result->host_steps, result->receipt.fuel);
  EXPECT_LE(result->host_steps_uninterrupted, abi::kUninterruptedStepsMax);
  EXPECT_LE(result->host_memory_bytes, 2 * limits.max_output_bytes + 2 * limits.max_log_bytes + kFixedMemoryBytes);
  std::uint64_t kept = 0;
  for (const ipld::Block& block : result->blocks) kept += block.bytes.size();
  EXPECT_LE(kept, 2 * limits.max_output_bytes + kTranscriptBytes);
  EXPECT_LE(result->log.size(), limits.max_log_bytes);
}

// An endless loop of the guest's own code.
ports::ExecutionRequest honest_request() {
  static const Attack honest{"honest", "", "(i32.const 0)", "", 1, ""};
  return request_of(*executor(), honest, 1'000'000'000'000);
}

struct Shared {
  std::vector<std::uint64_t> slices;  // of each honest run
  std::uint64_t work = 0;             // of the thread: slices of the guests' own code, and steps of host work
  bool stopped = false;               // whether an honest run ended
};

// Three honest runs and `others` on one thread, until the first honest run had `turns` slices. A run that ends is
// restarted, as an attacker would do.
Shared share(const std::vector<std::function<ports::ExecutionRequest()>>& others, std::uint64_t turns) {
  constexpr std::size_t honest = 3;
  struct Run {
    std::function<ports::ExecutionRequest()> make;
    std::unique_ptr<ports::Execution> execution;
    std::uint64_t slices = 0;
  };
  std::vector<Run> runs;
  for (std::size_t i = 0; i < honest; ++i) runs.push_back({honest_request, nullptr, 0});
  for (const auto& make : others) runs.push_back({make, nullptr, 0});
  Shared out;
  wasm::SliceScheduler scheduler(1, 64);
  const auto end = [&](Run& run) {
    run.execution->stop(ports::StopReason::cancelled);
    while (run.execution->poll() == ports::RunState::running) {
    }
    const auto result = run.execution->finish();
    EXPECT_TRUE(result) << result.error().detail;
    if (result) out.work += result->host_steps;
  };
  for (std::size_t i = 0; i < runs.size(); ++i) {
    Run& run = runs[i];
    const auto poll = [&, i] {
      if (runs[0].slices >= turns) {
        scheduler.shut_down();
        return ports::RunState::running;
      }
      if (!run.execution) {
        auto started = executor()->start(run.make());
        EXPECT_TRUE(started) << started.error().detail;
        if (!started) return ports::RunState::finished;
        run.execution = *std::move(started);
      }
      ++run.slices;
      if (run.execution->poll() == ports::RunState::finished) {
        out.stopped = out.stopped || i < honest;
        end(run);
        run.execution.reset();
      }
      return ports::RunState::running;
    };
    EXPECT_TRUE(scheduler.submit({poll, [] {}}));
  }
  scheduler.run(0);
  for (std::size_t i = 0; i < runs.size(); ++i) {
    if (i < honest) out.slices.push_back(runs[i].slices);
    if (runs[i].execution) end(runs[i]);
    out.work += runs[i].slices * wasm::kSliceFuel;
  }
  return out;
}

TEST_P(EveryAttack, LeavesThreeHonestRunsHalfOfTheirSlices) {
  constexpr std::uint64_t turns = 12;
  static const Shared among_honest = share({honest_request, honest_request, honest_request}, turns);
  const Shared attacked = share({[&] { return request_of(*executor(), GetParam(), kFuel); }}, turns);
  EXPECT_FALSE(attacked.stopped);
  ASSERT_EQ(attacked.slices.size(), among_honest.slices.size());
  for (std::size_t i = 0; i < attacked.slices.size(); ++i) {
    // Slices per unit of work that the thread did; more than half of the number among honest runs.
    EXPECT_GE(2 * attacked.slices[i] * among_honest.work, among_honest.slices[i] * attacked.work)
        << attacked.slices[i] << " slices in " << attacked.work << " steps, among honest runs "
        << among_honest.slices[i] << " in " << among_honest.work;
  }
}

std::string attack_name(const ::testing::TestParamInfo<Attack>& info) { return info.param.name; }
INSTANTIATE_TEST_SUITE_P(Attacks, EveryAttack, ::testing::ValuesIn(attacks()), attack_name);

TEST(Attacks, EveryHostFunctionIsAttackedByAProgramThatCallsIt) {
  std::set<std::string_view> attacked;
  std::set<std::string> names;
  const std::vector<Attack> all = attacks();
  for (const Attack& one : all) {
    EXPECT_TRUE(names.insert(one.name).second) << one.name << " twice";
    EXPECT_TRUE(text_of(program_of(one)).starts_with(std::string_view("\0asm", 4))) << text_of(program_of(one));
    // Every row is tried with the greatest arguments; each also needs its own attack.
    if (!one.name.ends_with("_of_everything_at_its_greatest")) attacked.insert(one.function);
  }
  for (const abi::HostFn& fn : abi::host_table()) {
    if (fn.doc.starts_with("Answers ENOSYS")) continue;
    EXPECT_TRUE(attacked.contains(fn.name)) << "tests/attack/attacks.cpp has no attack for " << fn.name;
  }
}

}  // namespace
}  // namespace icn::attack
