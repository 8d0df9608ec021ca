// Goal: each module is compiled by one caller at a time, with few concurrent compilations in turns by owner; a module
// that exceeded a compilation limit is refused for a while, other failures are not remembered.
#include "wasm/detail/compile_gate.hpp"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <thread>
#include <utility>
#include <vector>

#include "wasm/detail/compiler.hpp"

namespace icn::wasm::detail {
namespace {

class TestClock : public ports::Clock {
 public:
  model::UnixMs now() const override { return {}; }
  std::uint64_t monotonic_ns() const override { return ns_; }
  void advance_ms(std::uint64_t ms) { ns_ += ms * 1'000'000; }

 private:
  std::uint64_t ns_ = 0;
};

ipld::Cid module_of(int number) { return ipld::Cid::of(ipld::Codec::raw, bytes_of(std::to_string(number))); }

CompileGate::Compile counted(int& calls, Error error = {}) {
  return [&calls, error]() -> Result<void> {
    ++calls;
    if (error.detail.empty()) return {};
    return fail(error);
  };
}

ports::CompileTerms terms(std::uint64_t secs = 10, std::string owner = "one", std::function<bool()> stopping = {}) {
  return {std::move(owner), secs, std::move(stopping), {}};
}
constexpr auto kBounded = CompileGate::Entry::bounded;

TEST(CompileGate, RemembersOnlyAModuleThatUsedUpWhatItIsGiven) {
  const auto clock = std::make_shared<TestClock>();
  CompileGate gate(1, clock);
  int calls = 0;
  for (const std::string_view rule : {kCompileCpu, kCompileMemory, kCompileCrash}) {
    const ipld::Cid module = module_of(calls);
    const Error error{ErrorCode::infrastructure, "too much", std::string(rule)};
    calls = 0;
    for (int i = 0; i < 3; ++i) EXPECT_EQ(gate.pass(module, terms(), kBounded, counted(calls, error)).error(), error);
    EXPECT_EQ(calls, 1) << rule;
    EXPECT_TRUE(gate.pass(module_of(99), terms(), kBounded, counted(calls))) << "another module";
    clock->advance_ms(9'999);
    EXPECT_FALSE(gate.pass(module, terms(), kBounded, counted(calls)));
    clock->advance_ms(1);
    EXPECT_TRUE(gate.pass(module, terms(), kBounded, counted(calls))) << "for a time only";
    EXPECT_EQ(calls, 3);
  }
  calls = 0;
  for (int i = 0; i < 3; ++i)
    EXPECT_FALSE(
        gate.pass(module_of(5), terms(), kBounded, counted(calls, {ErrorCode::infrastructure, "this machine"})));
  EXPECT_EQ(calls, 3);
  calls = 0;
  const Error error{ErrorCode::infrastructure, "too much", std::string(kCompileCpu)};
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(gate.pass(module_of(6), terms(0), kBounded, counted(calls, error)));
  EXPECT_EQ(calls, 3) << "the scope wants nothing to be remembered";
}

TEST(CompileGate, RemembersABoundedNumber) {
  const auto clock = std::make_shared<TestClock>();
  CompileGate gate(1, clock);
  int calls = 0;
  const Error error{ErrorCode::infrastructure, "too much", std::string(kCompileCpu)};
  for (int i = 0; i <= static_cast<int>(kRefusalsMax); ++i) {
    EXPECT_FALSE(gate.pass(module_of(i), terms(1'000'000), kBounded, counted(calls, error)));
    clock->advance_ms(1);
  }
  calls = 0;
  EXPECT_FALSE(gate.pass(module_of(1), terms(1'000'000), kBounded, counted(calls, error)));
  EXPECT_EQ(calls, 0);
  EXPECT_FALSE(gate.pass(module_of(0), terms(1'000'000), kBounded, counted(calls, error))) << "the oldest is forgotten";
  EXPECT_EQ(calls, 1);
}

TEST(CompileGate, OneSlowModuleDelaysNoOther) {
  CompileGate gate(2, nullptr);
  int calls = 0;
  const auto slow = [&]() -> Result<void> {
    // Others compile while it does.
    for (int i = 1; i < 5; ++i) EXPECT_TRUE(gate.pass(module_of(i), terms(), kBounded, counted(calls)));
    return {};
  };
  EXPECT_TRUE(gate.pass(module_of(0), terms(), kBounded, slow));
  EXPECT_EQ(calls, 4);
}

TEST(CompileGate, AnOwnerWithNothingUnderWayHasAPlaceWhateverOthersCompile) {
  CompileGate gate(1, nullptr);
  int calls = 0;
  const auto slow = [&]() -> Result<void> {
    EXPECT_TRUE(gate.pass(module_of(1), terms(10, "two"), kBounded, counted(calls)));
    return {};
  };
  EXPECT_TRUE(gate.pass(module_of(0), terms(10, "one"), kBounded, slow));
  EXPECT_EQ(calls, 1);
}

TEST(CompileGate, FewWaitAndAnAcceptedStartIsNotAmongThem) {
  CompileGate gate(1, nullptr);
  std::atomic<bool> over{false};
  std::atomic<std::size_t> waiting{0};
  const auto stopping = [&, asked = false]() mutable {
    if (!std::exchange(asked, true)) ++waiting;
    return over.load();
  };
  int calls = 0;
  const auto slow = [&]() -> Result<void> {
    std::vector<std::jthread> threads;
    for (std::size_t i = 1; i <= kCompilesWaitingOfOneMax; ++i) {
      threads.emplace_back([&, i] {
        EXPECT_FALSE(gate.pass(module_of(static_cast<int>(i)), terms(10, "one", stopping), kBounded, counted(calls)));
      });
    }
    while (waiting < kCompilesWaitingOfOneMax) std::this_thread::yield();
    const auto refused = gate.pass(module_of(90), terms(), kBounded, counted(calls));
    EXPECT_EQ(refused.error().code, ErrorCode::busy);
    EXPECT_EQ(refused.error().rule, "compile_queue");
    over = true;
    // The start of an accepted job waits, and is stopped here.
    const auto start =
        gate.pass(module_of(91), terms(10, "one", stopping), CompileGate::Entry::unbounded, counted(calls));
    EXPECT_EQ(start.error().code, ErrorCode::infrastructure);
    return {};
  };
  EXPECT_TRUE(gate.pass(module_of(0), terms(), kBounded, slow));
  EXPECT_EQ(calls, 0);
}

TEST(CompileGate, AWaitEndsWhenItIsStopped) {
  CompileGate gate(1, nullptr);
  int calls = 0;
  int asked = 0;
  const auto stopping = [&] { return ++asked > 2; };
  const auto slow = [&]() -> Result<void> {
    for (const int module : {0, 1}) {
      asked = 0;
      const auto stopped = gate.pass(module_of(module), terms(10, "one", stopping), kBounded, counted(calls));
      EXPECT_FALSE(stopped);
      EXPECT_EQ(asked, 3);
    }
    return {};
  };
  EXPECT_TRUE(gate.pass(module_of(0), terms(), kBounded, slow));
  EXPECT_EQ(calls, 0);
}

TEST(CompileGate, ManyThreadsCompileFewAtATimeAndEachModuleByOne) {
  CompileGate gate(2, nullptr);
  std::atomic<int> under_way{0};
  std::array<std::atomic<int>, 4> of_module{};
  {
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < 8; ++thread) {
      threads.emplace_back([&] {
        for (int i = 0; i < 100; ++i) {
          const auto number = static_cast<std::size_t>(i % 4);
          EXPECT_TRUE(gate.pass(module_of(static_cast<int>(number)), terms(), kBounded, [&]() -> Result<void> {
            EXPECT_LE(++under_way, 2);
            EXPECT_EQ(++of_module[number], 1);
            --of_module[number];
            --under_way;
            return {};
          }));
        }
      });
    }
  }
}

}  // namespace
}  // namespace icn::wasm::detail
