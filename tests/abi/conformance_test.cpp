// Tests every row of the host table, derived from the row: denied, out of fuel, bad pointers and lengths, exact cost,
// counted once, the same bytes twice, stopped.
#include <gtest/gtest.h>

#include "model/transcript.hpp"
#include "samples.hpp"

namespace icn::abi {
namespace {

using testing::kAnyLength;
using testing::Sample;
using testing::sample_inputs;
using testing::TestRun;

class EveryRow : public ::testing::TestWithParam<std::size_t> {
 protected:
  const HostFn& fn() const { return host_table()[GetParam()]; }
  bool not_offered() const { return fn().doc.starts_with("Answers ENOSYS"); }
  Sample sample() const {
    auto found = testing::sample_of(fn());
    EXPECT_TRUE(found) << "tests/abi/samples.cpp has no call of " << fn().name;
    return found ? *found : Sample{std::vector<std::int64_t>(fn().params.size()), 0, 0, Verdict::resume, {}};
  }
  TestRun ready(const Sample& sample, RunInputs in = sample_inputs()) const {
    TestRun run(std::move(in));
    if (sample.prepare) sample.prepare(run);
    return run;
  }
  std::uint64_t charge_of_arguments(const std::vector<std::int64_t>& args) const {
    std::uint64_t bytes = 0;
    std::uint64_t items = 0;
    for (std::size_t i = 0; i < args.size(); ++i) {
      const std::uint64_t value = static_cast<std::uint32_t>(args[i]);
      if ((fn().length_slots >> i & 1) != 0) bytes += value;
      if ((fn().vector_slots >> i & 1) != 0) items += value;
    }
    return fn().fuel.base + fn().fuel.per_byte * bytes + fn().fuel.per_item * items;
  }
  std::uint64_t cost_of(const Sample& sample, std::int64_t answer) const {
    const std::uint64_t in_register =
        fn().answer == AnswerKind::result_register && answer > 0 ? static_cast<std::uint64_t>(answer) : 0;
    return charge_of_arguments(sample.args) + fn().fuel.per_byte * (sample.moved + in_register);
  }
  void expect_counted_once(TestRun& run) const {
    const RunOutputs outputs = run.state().take(model::OutcomeKind::nonzero_exit);
    EXPECT_EQ(outputs.host_calls, 1U);
    EXPECT_EQ(outputs.calls_by_row[GetParam()], 1U);
  }
  // Variants of the sample's slots in which one pointer argument is outside the memory, each at another edge.
  std::vector<std::vector<std::int64_t>> bad_pointers(const Sample& sample, std::size_t memory_bytes) const;
};

std::vector<std::vector<std::int64_t>> EveryRow::bad_pointers(const Sample& sample, std::size_t memory_bytes) const {
  const auto end = static_cast<std::int64_t>(memory_bytes);
  std::vector<std::vector<std::int64_t>> all;
  const auto with = [&](std::size_t slot, std::vector<std::int64_t> values) {
    std::vector<std::int64_t> args = sample.args;
    std::copy(values.begin(), values.end(), args.begin() + static_cast<std::ptrdiff_t>(slot));
    all.push_back(std::move(args));
  };
  std::size_t slot = 0;
  for (const ArgInfo& arg : fn().args) {
    switch (arg.kind) {
      case ArgKind::text:
      case ArgKind::bytes:
      case ArgKind::buffer:
      case ArgKind::iovecs:
        with(slot, {end, 1});
        with(slot, {-1, 1});
        with(slot, {1, -1});
        with(slot, {0, -1});
        with(slot, {INT32_MIN, INT32_MIN});
        with(slot, {end - 1, 2});
        break;
      case ArgKind::cell:
        with(slot, {end - arg.cell_bytes + 1});
        with(slot, {-1});
        with(slot, {INT32_MIN});
        break;
      case ArgKind::address:
        if (fn().name == "environ_get" || not_offered()) break;  // nothing is written there
        with(slot, {end - 1});
        with(slot, {-1});
        break;
      default:
        break;
    }
    slot += arg.slots;
  }
  return all;
}

TEST_P(EveryRow, AnswersItsSampleAndCostsExactlyItsCharge) {
  const Sample sample = this->sample();
  TestRun run = ready(sample);
  const testing::Called called = run.call(fn(), sample.args);
  ASSERT_EQ(called.verdict, sample.verdict) << run.state().trap_detail() << run.state().failure().detail;
  if (sample.answer == kAnyLength) {
    EXPECT_GT(called.answer, 0) << run.state().last_refusal();
  } else {
    EXPECT_EQ(called.answer, sample.answer) << run.state().last_refusal();
  }
  EXPECT_EQ(run.state().host_fuel(), cost_of(sample, called.answer));
  expect_counted_once(run);
}

TEST_P(EveryRow, IsDeniedWithoutItsCapabilityForItsBase) {
  const Sample sample = this->sample();
  RunInputs in = sample_inputs();
  in.job.grants = {};
  TestRun run = ready(sample, std::move(in));
  const Bytes before = run.memory();
  const testing::Called called = run.call(fn(), sample.args);
  if (fn().needs == model::Capability::none) {
    EXPECT_EQ(called.verdict, sample.verdict);
    if (sample.answer != kAnyLength) {
      EXPECT_EQ(called.answer, sample.answer);
    }
    return;
  }
  EXPECT_EQ(called.verdict, Verdict::resume);
  EXPECT_EQ(called.answer, abi_number(ErrorCode::permission_denied));
  EXPECT_EQ(run.state().host_fuel(), fn().fuel.base);
  EXPECT_EQ(run.memory(), before);
  const RunOutputs outputs = run.state().take(model::OutcomeKind::ok);
  EXPECT_TRUE(outputs.effects.list.empty());
  EXPECT_TRUE(outputs.blocks.empty());
  EXPECT_EQ(outputs.calls_by_row[GetParam()], 1U);
}

TEST_P(EveryRow, EndsTheRunWhenOneFuelIsMissing) {
  const Sample sample = this->sample();
  TestRun whole = ready(sample);
  whole.call(fn(), sample.args);
  const std::uint64_t cost = whole.state().host_fuel();
  ASSERT_GT(cost, 0U);

  const std::uint64_t limit = sample_inputs().order.limits.max_fuel;
  TestRun run = ready(sample);
  run.wasm_fuel = limit - cost + 1;
  EXPECT_EQ(run.call(fn(), sample.args).verdict, Verdict::out_of_fuel);
  EXPECT_LT(run.state().host_fuel(), cost);
  expect_counted_once(run);

  TestRun enough = ready(sample);
  enough.wasm_fuel = limit - cost;
  EXPECT_EQ(enough.call(fn(), sample.args).verdict, sample.verdict);
  EXPECT_EQ(enough.state().host_fuel(), cost);
}

TEST_P(EveryRow, ChangesNothingWhenItsBaseIsNotThere) {
  const Sample sample = this->sample();
  RunInputs in = sample_inputs();
  in.order.limits.max_fuel = fn().fuel.base - 1;
  TestRun run = ready(sample, std::move(in));
  const Bytes before = run.memory();
  EXPECT_EQ(run.call(fn(), sample.args).verdict, Verdict::out_of_fuel);
  EXPECT_EQ(run.state().host_fuel(), 0U);
  EXPECT_EQ(run.memory(), before);
  const RunOutputs outputs = run.state().take(model::OutcomeKind::ok);
  EXPECT_TRUE(outputs.output.empty());
  EXPECT_TRUE(outputs.log.empty());
  EXPECT_TRUE(outputs.effects.list.empty());
}

TEST_P(EveryRow, TrapsOnPointersOutsideTheMemoryForItsBase) {
  const Sample sample = this->sample();
  TestRun size = ready(sample);
  for (const std::vector<std::int64_t>& args : bad_pointers(sample, size.memory().size())) {
    // There is only enough fuel for the base, whatever the length.
    RunInputs in = sample_inputs();
    in.order.limits.max_fuel = fn().fuel.base;
    TestRun run = ready(sample, std::move(in));
    const Bytes before = run.memory();
    EXPECT_EQ(run.call(fn(), args).verdict, Verdict::trap) << ::testing::PrintToString(args);
    EXPECT_EQ(run.state().trap(), model::TrapCode::guest_fault);
    EXPECT_NE(run.state().trap_detail().find(fn().name), std::string::npos) << run.state().trap_detail();
    EXPECT_EQ(run.state().host_fuel(), fn().fuel.base);
    EXPECT_EQ(run.memory(), before);
    expect_counted_once(run);
  }
}

TEST_P(EveryRow, WorksOnAGuestWithoutMemoryAsFarAsItNeedsNone) {
  const Sample sample = this->sample();
  TestRun run(sample_inputs(), 0);
  const bool points = std::any_of(fn().args.begin(), fn().args.end(), [](const ArgInfo& arg) {
    return arg.kind >= ArgKind::text && arg.kind != ArgKind::address;
  });
  const Verdict verdict = run.call(fn(), sample.args).verdict;
  if (points) {
    EXPECT_EQ(verdict, Verdict::trap);
  } else {
    EXPECT_TRUE(verdict == sample.verdict || verdict == Verdict::trap);
  }
}

TEST_P(EveryRow, GivesTheSameBytesTwice) {
  const Sample sample = this->sample();
  TestRun a = ready(sample);
  TestRun b = ready(sample);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(a.call(fn(), sample.args).answer, b.call(fn(), sample.args).answer);
  }
  EXPECT_EQ(a.memory(), b.memory());
  EXPECT_EQ(a.state().host_fuel(), b.state().host_fuel());
  const RunOutputs x = a.state().take(model::OutcomeKind::ok);
  const RunOutputs y = b.state().take(model::OutcomeKind::ok);
  EXPECT_EQ(x.transcript.bytes, y.transcript.bytes);
  ASSERT_EQ(x.transcript_chunks.size(), 1U);
  EXPECT_EQ(x.transcript_chunks[0].bytes, y.transcript_chunks[0].bytes);
  EXPECT_EQ(x.output, y.output);
  EXPECT_EQ(x.log, y.log);
  EXPECT_EQ(x.effects, y.effects);
}

TEST_P(EveryRow, IsInTheTranscriptWithItsArgumentsAndItsResult) {
  const Sample sample = this->sample();
  TestRun run = ready(sample);
  const testing::Called called = run.call(fn(), sample.args);
  const RunOutputs outputs = run.state().take(model::OutcomeKind::nonzero_exit);
  const auto entries = model::decode_transcript_chunk(outputs.transcript_chunks.at(0).bytes);
  ASSERT_TRUE(entries);
  ASSERT_EQ(entries->size(), 1U);
  EXPECT_EQ(entries->front().row, fn().index);
  EXPECT_EQ(entries->front().args, sample.args);
  EXPECT_EQ(entries->front().result, called.answer);
  EXPECT_EQ(model::host_call_name(abi_table().bytes, fn().index),
            std::string(fn().module) + "." + std::string(fn().name));
}

TEST_P(EveryRow, StopsUnchargedAndUnrecordedWhenAsked) {
  const Sample sample = this->sample();
  TestRun run = ready(sample);
  run.state().stop_flag() = true;
  EXPECT_EQ(run.call(fn(), sample.args).verdict, Verdict::stopped);
  RunInputs in = sample_inputs();
  in.stop_at_fuel = 500;
  TestRun replay = ready(sample, std::move(in));
  replay.wasm_fuel = 500;
  EXPECT_EQ(replay.call(fn(), sample.args).verdict, Verdict::stopped);
  for (TestRun* one : {&run, &replay}) {
    EXPECT_EQ(one->state().host_fuel(), 0U);
    const RunOutputs outputs = one->state().take(model::OutcomeKind::stopped);
    EXPECT_EQ(outputs.host_calls, 0U);
    EXPECT_TRUE(outputs.transcript_chunks.empty());
  }
}

std::string row_name(const ::testing::TestParamInfo<std::size_t>& info) {
  return std::string(host_table()[info.param].name);
}
INSTANTIATE_TEST_SUITE_P(HostTable, EveryRow, ::testing::Range(std::size_t{0}, host_table().size()), row_name);

}  // namespace
}  // namespace icn::abi
