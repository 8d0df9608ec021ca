// Goal: the section parser reads valid modules correctly and safely reads or refuses every damaged one. Method: a
// module with every section; all truncations, all bit flips, 10,000 seeded mutations, each also through preflight.
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
  Work work;
  const auto module = parse_module(bytes, work);
  ASSERT_TRUE(module) << module.error().detail;
  EXPECT_EQ(module->defined_functions(), 5U);
  EXPECT_EQ(module->globals, 2U);
  EXPECT_TRUE(module->has_start);
  ASSERT_EQ(module->tables.size(), 2U);
  EXPECT_EQ(module->tables[0].min, 3U);
  EXPECT_EQ(module->tables[0].max, 9U);
  ASSERT_EQ(module->memories.size(), 1U);
  EXPECT_EQ(module->memories[0].min, 2U);
  EXPECT_EQ(module->imported_functions, 2U);
  EXPECT_EQ(module->type_of_function(1)->to_text(), "(i32 i32) -> (i32)");
  const ports::ModuleInfo info = module_info(*module, bytes.size(), work);
  EXPECT_EQ(info.entries, (std::vector<std::string>{"run", "_start"}));
  EXPECT_EQ(info.host_calls, (std::vector<std::string>{"icn.host_get_time", "icn.host_write_output"}));
  EXPECT_EQ(info.memory_pages_max, 20U);
  EXPECT_GT(info.function_bytes_max, 0U);
  EXPECT_TRUE(check_module(*module, bytes.size(), "run", {}, work));
}

// Parse and preflight must return; an error must have a message.
void expect_an_answer(ByteView bytes) {
  Work work;
  const auto module = parse_module(bytes, work);
  if (!module) {
    EXPECT_TRUE(module.error().code == ErrorCode::invalid_module || module.error().code == ErrorCode::limit_exceeded);
    EXPECT_FALSE(module.error().detail.empty());
    return;
  }
  const auto checked = check_module(*module, bytes.size(), "run", {}, work);
  EXPECT_TRUE(checked.has_value() || !checked.error().detail.empty());
}

TEST(Module, EveryTruncationOfTheBodyIsRefused) {
  const Bytes bytes = sample();
  std::size_t read = 0;
  Work work;
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    expect_an_answer(ByteView(bytes).first(length));
    read += parse_module(ByteView(bytes).first(length), work).has_value() ? 1 : 0;
  }
  // A cut between two sections may leave a valid shorter module; any other cut is refused.
  EXPECT_LE(read, 12U);
}

TEST(Module, WhatAProposalAddsIsRefusedByTheProposalsName) {
  const auto refused = [](std::initializer_list<std::uint8_t> sections) {
    Bytes bytes{0x00, 'a', 's', 'm', 0x01, 0x00, 0x00, 0x00};
    bytes.insert(bytes.end(), sections);
    Work work;
    const auto module = parse_module(bytes, work);
    EXPECT_FALSE(module);
    EXPECT_EQ(module.error().rule, "proposal") << module.error().detail;
    return module.error().detail;
  };
  const auto names = [](const std::string& detail, std::string_view proposal) {
    return detail.find("'" + std::string(proposal) + "'") != std::string::npos;
  };
  EXPECT_TRUE(names(refused({13, 3, 1, 0, 0}), "exception-handling")) << "a tag section";
  EXPECT_TRUE(names(refused({2, 6, 1, 0, 0, 4, 0, 0}), "exception-handling")) << "an imported tag";
  EXPECT_TRUE(names(refused({7, 4, 1, 0, 4, 0}), "exception-handling")) << "an exported tag";
  EXPECT_TRUE(names(refused({5, 4, 1, 3, 1, 1}), "threads")) << "a shared memory";
  EXPECT_TRUE(names(refused({5, 3, 1, 4, 1}), "memory64")) << "a 64-bit memory";
  EXPECT_TRUE(names(refused({5, 4, 1, 8, 1, 0}), "custom-page-sizes"));
  EXPECT_TRUE(names(refused({4, 4, 1, 0x70, 4, 1}), "memory64")) << "a 64-bit table";
  EXPECT_TRUE(names(refused({4, 4, 1, 0x6e, 0, 1}), "gc"));
  EXPECT_TRUE(names(refused({1, 3, 1, 0x5f, 0}), "gc")) << "a structure";
  EXPECT_TRUE(names(refused({1, 5, 1, 0x60, 1, 0x64, 0}), "function-references"));
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
  // Mutations of constants and data stay valid; the test would prove nothing if no mutation or every mutation passed.
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
    Work work;
    EXPECT_FALSE(parse_module(module, work));
  }
}

TEST(Module, ACountBeyondTheSectionIsRefusedBeforeItMakesRoom) {
  Bytes module{0, 'a', 's', 'm', 1, 0, 0, 0, 1, 5, 0xff, 0xff, 0xff, 0xff, 0x0f};
  Work work;
  const auto parsed = parse_module(module, work);
  ASSERT_FALSE(parsed);
  EXPECT_NE(parsed.error().detail.find("type section"), std::string::npos) << parsed.error().detail;
}

// --- modules made to be expensive ---

class ModuleBuilder {
 public:
  ModuleBuilder& section(std::uint8_t id, const Bytes& content) {
    bytes_.push_back(id);
    append(bytes_, leb(content.size()));
    append(bytes_, content);
    return *this;
  }
  // A section that is a count and that many times `entry`.
  ModuleBuilder& repeated(std::uint8_t id, std::uint64_t count, const Bytes& entry) {
    Bytes content = leb(count);
    content.reserve(content.size() + count * entry.size());
    for (std::uint64_t i = 0; i < count; ++i) append(content, entry);
    return section(id, content);
  }
  static Bytes leb(std::uint64_t value) {
    Bytes bytes;
    for (; value >= 0x80; value >>= 7) bytes.push_back(static_cast<std::uint8_t>(value | 0x80));
    bytes.push_back(static_cast<std::uint8_t>(value));
    return bytes;
  }
  static Bytes name(std::string_view text) {
    Bytes bytes = leb(text.size());
    append(bytes, view_of(text));
    return bytes;
  }
  [[nodiscard]] const Bytes& bytes() const { return bytes_; }

 private:
  Bytes bytes_{0, 'a', 's', 'm', 1, 0, 0, 0};
};

const Bytes kNoParameters{0x60, 0, 0};
const Bytes kImport = [] {
  Bytes entry = ModuleBuilder::name("icn");
  append(entry, ModuleBuilder::name("host_abi_version"));
  append(entry, Bytes{0, 0});
  return entry;
}();

// Many imports, and many exports of the last function: quadratic if each export scans all imports.
Bytes imports_times_exports(std::uint64_t imports, std::uint64_t exports) {
  Bytes list = ModuleBuilder::leb(exports);
  for (std::uint64_t i = 0; i < exports; ++i) {
    append(list, ModuleBuilder::name(std::to_string(i)));
    list.push_back(0);
    append(list, ModuleBuilder::leb(imports - 1));
  }
  ModuleBuilder builder;
  return builder.repeated(1, 1, {0x60, 0, 1, 0x7f}).repeated(2, imports, kImport).section(7, list).bytes();
}

TEST(ModuleWork, IsLinearInTheModule) {
  const auto steps_of = [](const Bytes& bytes) {
    Work work;
    const auto module = parse_module(bytes, work);
    EXPECT_TRUE(module) << module.error().detail;
    if (!module) return work.steps();
    EXPECT_FALSE(check_module(*module, bytes.size(), "run", {}, work));
    static_cast<void>(module_info(*module, bytes.size(), work));
    return work.steps();
  };
  for (const auto& [imports, exports] : {std::pair(1'000, 1'000), std::pair(1'000, 50'000), std::pair(10, 50'000)}) {
    const Bytes bytes = imports_times_exports(static_cast<std::uint64_t>(imports), static_cast<std::uint64_t>(exports));
    EXPECT_LE(steps_of(bytes), 10 * bytes.size()) << imports << " imports, " << exports << " exports";
  }
}

TEST(ModuleWork, WhatIsBeyondABoundIsRefusedByItsRuleBeforeItIsRead) {
  using Builder = ModuleBuilder;
  const auto with_type = [](std::uint8_t id, std::uint64_t count, const Bytes& entry) {
    return Builder().repeated(1, 1, kNoParameters).repeated(id, count, entry).bytes();
  };
  Bytes wide = Builder::leb(1'001);
  wide.insert(wide.end(), 1'001, 0x7f);
  Bytes wide_type{0x60};
  append(wide_type, wide);
  wide_type.push_back(0);
  // 81 bodies of 50,000 locals each, in four bytes.
  Bytes body = Builder::leb(1);
  append(body, Builder::leb(50'000));
  append(body, Bytes{0x7f, 0x0b});
  Bytes sized = Builder::leb(body.size());
  append(sized, body);
  const struct {
    std::string_view rule;
    Bytes module;
  } cases[] = {
      {"module_types_max", Builder().repeated(1, 2'000'000, kNoParameters).bytes()},  // 6 MB of empty types
      {"module_type_values_max", Builder().repeated(1, 1, wide_type).bytes()},
      {"module_imports_max", with_type(2, 200'000, kImport)},
      {"max_functions", with_type(3, 50'001, {0})},
      {"max_tables", with_type(4, 11, {0x70, 0, 0})},
      {"multi_memory", with_type(5, 2, {0, 0})},
      {"max_globals", with_type(6, 1'001, {0x7f, 0, 0x41, 0, 0x0b})},
      {"module_exports_max", with_type(7, 50'001, {0, 0, 0})},
      {"module_elements_max", with_type(9, 10'001, {0, 0x41, 0, 0x0b, 0})},
      {"module_data_max", with_type(11, 50'001, {0, 0x41, 0, 0x0b, 0})},
      {"module_locals_max",
       Builder().repeated(1, 1, kNoParameters).repeated(3, 81, {0}).repeated(10, 81, sized).bytes()},
      {"module_name_bytes_max", with_type(7, 1, Builder::name(std::string(100'001, 'x')))},
  };
  ASSERT_EQ(std::size(cases), kModuleBounds.size()) << "each bound has a case";
  for (const auto& one : cases) {
    Work work;
    const auto module = parse_module(one.module, work);
    ASSERT_FALSE(module) << one.rule;
    EXPECT_EQ(module.error().code, ErrorCode::limit_exceeded) << module.error().detail;
    EXPECT_EQ(module.error().rule, one.rule);
    // Only the count of the refused section was read, however long the section is.
    EXPECT_LE(work.steps(), 200'000U) << one.rule;
  }
}

TEST(ModuleWork, KeepsLittleOfTheLargestModules) {
  const auto held = [](const Bytes& bytes) -> std::uint64_t {
    Work work;
    const auto module = parse_module(bytes, work);
    EXPECT_TRUE(module) << module.error().detail;
    return module ? module->memory_bytes() : 0;
  };
  EXPECT_LE(held(ModuleBuilder().repeated(1, 10'000, kNoParameters).bytes()), 1U << 20);
  EXPECT_LE(held(imports_times_exports(1'000, 50'000)), 8U << 20);
}

TEST(ModuleWork, ASectionComesOnceAndInItsPlace) {
  for (const std::uint8_t first : Bytes{1, 3, 7}) {
    for (const std::uint8_t second : Bytes{1, 3, 7}) {
      Work work;
      const auto module = parse_module(ModuleBuilder().section(first, {0}).section(second, {0}).bytes(), work);
      EXPECT_EQ(module.has_value(), first < second) << int{first} << " " << int{second};
    }
  }
}

// A module that passes preflight must also start: the engine's room for an instance is larger. Functions are fewer than
// allowed: they are compiled one by one, and take as much room in an instance as an import.
TEST(Preflight, AModuleAtEveryBoundStarts) {
  const auto executor = make_executor({});
  ASSERT_TRUE(executor) << executor.error().detail;
  const auto most = [](ModuleCount what) { return kModuleBounds[static_cast<std::size_t>(what)].most; };
  const std::uint64_t imports = most(ModuleCount::imports);
  const std::uint64_t functions = 1'000;
  Bytes types = ModuleBuilder::leb(most(ModuleCount::types));
  append(types, Bytes{0x60, 0, 1, 0x7f});  // of the import
  append(types, Bytes{0x60, 0, 1, 0x7e});  // of the entry
  for (std::uint64_t i = 2; i < most(ModuleCount::types); ++i) append(types, kNoParameters);
  Bytes exports = ModuleBuilder::leb(functions);
  append(exports, ModuleBuilder::name("run"));
  for (std::uint64_t i = 0; i < functions; ++i) {
    if (i != 0) append(exports, ModuleBuilder::name(std::to_string(i)));
    exports.push_back(0);
    append(exports, ModuleBuilder::leb(imports + i));
  }
  const Bytes module = ModuleBuilder()
                           .section(1, types)
                           .repeated(2, imports, kImport)
                           .repeated(3, functions, {1})
                           .repeated(4, most(ModuleCount::tables), {0x70, 0, 0})
                           .repeated(5, 1, {0, 1})
                           .repeated(6, most(ModuleCount::globals), {0x7f, 1, 0x41, 0, 0x0b})
                           .section(7, exports)
                           .repeated(9, most(ModuleCount::elements), {0, 0x41, 0, 0x0b, 0})
                           .repeated(10, functions, {4, 0, 0x42, 0, 0x0b})
                           .repeated(11, most(ModuleCount::data), {0, 0x41, 0, 0x0b, 0})
                           .bytes();
  detail::TestRun run;
  run.limits = *model::effective_limits({});
  run.limits.max_functions = static_cast<std::uint32_t>(functions);
  run.limits.max_globals = static_cast<std::uint32_t>(most(ModuleCount::globals));
  const auto result = detail::run_module(**executor, module, run);
  ASSERT_TRUE(result) << result.error().detail;
  EXPECT_EQ(result->receipt.outcome.kind, model::OutcomeKind::ok);
}

TEST(Preflight, ExtendedConstantExpressionsAreNotOffered) {
  const auto executor = make_executor({});
  ASSERT_TRUE(executor) << executor.error().detail;
  const auto checked = [&](std::string_view constant) {
    const Bytes module = detail::wat_to_wasm("(module (global i32 " + std::string(constant) +
                                             ") (func (export \"run\") (result i64) i64.const 0))");
    return (*executor)->preflight(module, detail::request_of(**executor, module, {}).job, {});
  };
  EXPECT_TRUE(checked("(i32.const 1)"));
  const auto extended = checked("(i32.add (i32.const 1) (i32.const 2))");
  ASSERT_FALSE(extended);
  EXPECT_EQ(extended.error().rule, "validation");
  EXPECT_EQ(text_of(profile_block().bytes).find("extended_const"), std::string_view::npos);
}

// The result is the same whether or not the module was compiled before.
TEST(Preflight, SaysWhatLoadingIsPricedBy) {
  const auto executor = make_executor({});
  ASSERT_TRUE(executor) << executor.error().detail;
  std::string locals;
  for (int i = 0; i < 1'000; ++i) locals += "i64 ";
  const Bytes module = detail::wat_to_wasm(
      "(module (table 1 funcref) (func $f) (elem (i32.const 0) $f) (elem func $f) (func (local " + locals +
      ")) (func (local " + locals + ")) (func (export \"run\") (result i64) i64.const 0))");
  const model::Job job = detail::request_of(**executor, module, {}).job;
  const auto size = (*executor)->preflight(module, job, {});
  ASSERT_TRUE(size) << size.error().detail;
  EXPECT_EQ(size->bytes, module.size());
  EXPECT_EQ(size->code_bytes, 2U + 5 + 5 + 4);
  EXPECT_EQ(size->functions, 4U + 2 + 1) << "element segments and 1,600 locals count as one each";
  ASSERT_TRUE((*executor)->compile(job.module, module, {}));
  const auto again = (*executor)->preflight(module, job, {});
  ASSERT_TRUE(again);
  EXPECT_EQ(model::loading_fuel(*again), model::loading_fuel(*size));
  EXPECT_EQ(model::loading_fuel((*executor)->inspect(module)->size), model::loading_fuel(*size));
}

// A compiled module is not validated again, but each job's own limits and entry are checked.
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
