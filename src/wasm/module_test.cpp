// Goal: the section parser tells the truth about good modules and refuses or reads every damaged one without harm.
// Method: a module with every section; all truncations, all bit flips, 10,000 seeded mutations, each also through
// preflight.
#include "wasm/module.hpp"

#include <gtest/gtest.h>

#include <random>

#include "wasm/preflight.hpp"
#include "wasm/testing/sandbox.hpp"

namespace icn::wasm {
namespace {

const char* const kEverySection = R"((module
  (import "icn" "host_get_time" (func $t (result i64)))
  (import "icn" "host_write_output" (func $w (param i32 i32) (result i32)))
  (memory (export "memory") 2 20) (table 3 9 funcref) (table 1 externref)
  (global $g (mut i32) (i32.const 7)) (global i64 (i64.const 9))
  (func $s (global.set $g (i32.const 1))) (start $s)
  (func $big (result i64) (i64.add (i64.const 1) (i64.add (i64.const 2) (i64.const 3))))
  (func (export "run") (result i64) (drop (call $w (i32.const 0) (i32.const 4))) (call $t))
  (func (export "_start")) (func (export "wrong") (param i32) (result i64) (i64.const 0))
  (elem (i32.const 0) $s $big) (data (i32.const 0) "data")))";

Bytes sample() { return detail::wat_to_wasm(kEverySection); }

TEST(Module, IsReadSectionBySection) {
  const Bytes bytes = sample();
  const auto module = parse_module(bytes);
  ASSERT_TRUE(module) << module.error().detail;
  EXPECT_EQ(module->functions.size(), 5U);
  EXPECT_EQ(module->globals, 2U);
  EXPECT_TRUE(module->has_start);
  ASSERT_EQ(module->tables.size(), 2U);
  EXPECT_EQ(module->tables[0].min, 3U);
  EXPECT_EQ(module->tables[0].max, 9U);
  ASSERT_EQ(module->memories.size(), 1U);
  EXPECT_EQ(module->memories[0].min, 2U);
  EXPECT_EQ(module->imported(ExternKind::function), 2U);
  const ports::ModuleInfo info = module_info(*module, bytes.size());
  EXPECT_EQ(info.entries, (std::vector<std::string>{"run", "_start"}));
  EXPECT_EQ(info.host_calls, (std::vector<std::string>{"icn.host_get_time", "icn.host_write_output"}));
  EXPECT_EQ(info.memory_pages_max, 20U);
  EXPECT_GT(info.function_bytes_max, 0U);
  EXPECT_TRUE(check_module(*module, bytes.size(), "run", {}));
}

// Whatever parse and preflight answer, they answer; an error has words.
void expect_an_answer(ByteView bytes) {
  const auto module = parse_module(bytes);
  if (!module) {
    EXPECT_EQ(module.error().code, ErrorCode::invalid_module);
    EXPECT_FALSE(module.error().detail.empty());
    return;
  }
  const auto checked = check_module(*module, bytes.size(), "run", {});
  EXPECT_TRUE(checked.has_value() || !checked.error().detail.empty());
}

TEST(Module, EveryTruncationOfTheBodyIsRefused) {
  const Bytes bytes = sample();
  std::size_t read = 0;
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    expect_an_answer(ByteView(bytes).first(length));
    read += parse_module(ByteView(bytes).first(length)).has_value() ? 1 : 0;
  }
  // A cut between two sections leaves a shorter module that may be whole; everywhere else it is refused.
  EXPECT_LE(read, 12U);
}

TEST(Module, EveryFlippedBitGetsAnAnswer) {
  const Bytes bytes = sample();
  for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    Bytes flipped = bytes;
    flipped[bit / 8] = static_cast<std::uint8_t>(flipped[bit / 8] ^ 1U << bit % 8);
    expect_an_answer(flipped);
  }
}

TEST(Module, TenThousandMutationsEndInTheEngineOrBeforeIt) {
  const auto executor = make_executor({});
  ASSERT_TRUE(executor) << executor.error().detail;
  const Bytes bytes = sample();
  std::mt19937_64 random(20261124);
  model::Job job;
  job.entry = "run";
  std::size_t accepted = 0;
  for (int round = 0; round < 10'000; ++round) {
    Bytes mutated = bytes;
    for (std::uint64_t count = random() % 4 + 1; count > 0; --count) {
      const std::size_t at = random() % mutated.size();
      switch (random() % 3) {
        case 0:
          mutated[at] = static_cast<std::uint8_t>(random());
          break;
        case 1:
          mutated.erase(mutated.begin() + static_cast<std::ptrdiff_t>(at));
          break;
        default:
          mutated.insert(mutated.begin() + static_cast<std::ptrdiff_t>(at), static_cast<std::uint8_t>(random()));
          break;
      }
    }
    const auto checked = (*executor)->preflight(mutated, job, {});
    accepted += checked ? 1 : 0;
    if (!checked) {
      EXPECT_TRUE(checked.error().code == ErrorCode::invalid_module ||
                  checked.error().code == ErrorCode::limit_exceeded ||
                  checked.error().code == ErrorCode::invalid_argument)
          << checked.error().detail;
    }
  }
  // Mutations of constants and data stay valid; the test would be idle if nothing or everything passed.
  EXPECT_GT(accepted, 100U);
  EXPECT_LT(accepted, 9'000U);
}

TEST(Module, ANumberOfTooManyBitsOrBytesIsRefused) {
  const Bytes head{0, 'a', 's', 'm', 1, 0, 0, 0};
  for (const Bytes& length :
       {Bytes{0xff, 0xff, 0xff, 0xff, 0x1f}, Bytes{0x80, 0x80, 0x80, 0x80, 0x80, 0x00}, Bytes{0xff}}) {
    Bytes module = head;
    module.push_back(1);
    append(module, length);
    EXPECT_FALSE(parse_module(module));
  }
}

TEST(Module, ACountBeyondTheSectionIsRefusedBeforeItMakesRoom) {
  Bytes module{0, 'a', 's', 'm', 1, 0, 0, 0, 1, 5, 0xff, 0xff, 0xff, 0xff, 0x0f};
  const auto parsed = parse_module(module);
  ASSERT_FALSE(parsed);
  EXPECT_NE(parsed.error().detail.find("type section"), std::string::npos) << parsed.error().detail;
}

// What was compiled is not validated again; each job is still held to its own limits and entry.
TEST(Preflight, ACompiledModuleIsHeldToEachJobsOwnLimitsAndEntry) {
  const auto executor = make_executor({});
  ASSERT_TRUE(executor) << executor.error().detail;
  const Bytes module =
      detail::wat_to_wasm("(module (memory (export \"memory\") 2) (func (export \"run\") (result i64) i64.const 0))");
  ASSERT_TRUE(detail::run_module(**executor, module));
  model::Job job = detail::request_of(**executor, module, {}).job;
  EXPECT_TRUE((*executor)->preflight(module, job, {}));
  model::WasmSecurityLimits one_page;
  one_page.max_memory_pages = 1;
  EXPECT_EQ((*executor)->preflight(module, job, one_page).error().code, ErrorCode::limit_exceeded);
  job.entry = "absent";
  const auto refused = (*executor)->preflight(module, job, {});
  const auto by_another = make_executor({}).value()->preflight(module, job, {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, by_another.error().code);
  EXPECT_EQ(refused.error().detail, by_another.error().detail);
}

}  // namespace
}  // namespace icn::wasm
