#include "differential.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <vector>

#include "wasm/testing/sandbox.hpp"

namespace icn::differential {
namespace {

constexpr std::array kGenerators{wasm::CodeGenerator::cranelift, wasm::CodeGenerator::cranelift_unoptimised,
                                 wasm::CodeGenerator::pulley};

[[noreturn]] void give_up(const std::string& what) {
  std::fprintf(stderr, "differential: %s\n", what.c_str());
  std::exit(1);
}

std::vector<Bytes> modules_in(const std::string& folder) {
  std::vector<std::filesystem::path> paths;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    if (entry.path().extension() == ".wasm") paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  std::vector<Bytes> modules;
  for (const auto& path : paths) {
    std::ifstream file(path, std::ios::binary);
    modules.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  return modules;
}

std::string outcome_text(const model::Outcome& outcome) {
  if (outcome.kind == model::OutcomeKind::trap)
    return std::string(trap_name(static_cast<model::TrapCode>(outcome.code)));
  return std::string(outcome_name(outcome.kind));
}

}  // namespace

Report compare(const std::string& folder, std::uint64_t runs, std::uint64_t seed, wasm::NanCanonicalisation nan) {
  const std::vector<Bytes> modules = modules_in(folder);
  Report report;
  report.modules = modules.size();
  if (modules.empty()) return report;
  std::vector<std::shared_ptr<ports::Executor>> executors;
  for (const wasm::CodeGenerator generator : kGenerators) {
    wasm::ExecutorOptions options;
    options.variant = {generator, nan};
    options.cached_modules_bytes_max = UINT64_MAX;
    options.runs_max = 1;
    auto executor = wasm::make_executor(std::move(options));
    if (!executor) give_up(executor.error().detail);
    executors.push_back(*executor);
  }
  std::mt19937_64 random(seed);
  for (std::uint64_t run = 0; run < runs; ++run) {
    const Bytes& module = modules[run % modules.size()];
    wasm::detail::TestRun options;
    options.limits.max_fuel = 5'000'000;
    options.limits.max_memory_pages = 64;
    options.limits.max_table_size = 100'000;
    options.inputs.resize(1);
    append_be64(options.inputs[0], random());
    std::vector<ports::ExecutionResult> results;
    for (const auto& executor : executors) {
      auto result = wasm::detail::run_module(*executor, module, options);
      if (!result) give_up("module " + std::to_string(run % modules.size()) + ": " + result.error().detail);
      results.push_back(*std::move(result));
    }
    ++report.runs;
    const model::Receipt& receipt = results[0].receipt;
    ++report.outcomes[outcome_text(receipt.outcome)];
    report.burning += receipt.fuel > 10'000 ? 1 : 0;
    report.calling += results[0].host_calls > 1 ? 1 : 0;
    const bool overflow = std::any_of(results.begin(), results.end(), [](const auto& result) {
      return result.receipt.outcome.kind == model::OutcomeKind::stack_overflow;
    });
    if (overflow) continue;
    const bool same = std::all_of(results.begin(), results.end(), [&](const auto& result) {
      return result.receipt == receipt && result.output == results[0].output;
    });
    if (same) continue;
    ++report.differing;
    if (report.first_difference.empty()) {
      report.first_difference =
          "module " + std::to_string(run % modules.size()) + ", input " + to_hex(options.inputs[0]) + ":";
      for (const auto& result : results) {
        report.first_difference += " " + outcome_text(result.receipt.outcome) + " fuel " +
                                   std::to_string(result.receipt.fuel) + " output " + to_hex(result.output) + ";";
      }
    }
  }
  return report;
}

}  // namespace icn::differential
