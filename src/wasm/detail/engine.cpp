#include "wasm/detail/engine.hpp"

#include <algorithm>
#include <array>
#include <fstream>

#include <sys/resource.h>
#include <unistd.h>

#include "abi/host_call.hpp"
#include "core/check.hpp"
#include "ipld/dag_cbor.hpp"
#include "wasm/detail/execution.hpp"
#include "wasm/module.hpp"
#include "wasm/operator_costs.hpp"

namespace icn::wasm {
namespace {

// x86-64-v2, listed by name and independent of the host's features, so that machine code is the same on every node of
// the family.
constexpr std::array<const char*, 6> kIsaFeatures{"has_sse3",  "has_ssse3", "has_cmpxchg16b",
                                                  "has_sse41", "has_sse42", "has_popcnt"};
constexpr const char* kTarget = "x86_64-unknown-linux-gnu";
// The engine pinned by Cargo.lock; its C API is a separate crate with its own patch number.
constexpr const char* kWasmtimeVersion = "48.0.8";
// Capacity of a pool slot: the ceilings of the limits.
constexpr std::uint32_t kTablesMax = 10;
constexpr std::uint32_t kTableElementsMax = 100'000;
constexpr std::uint32_t kMemoryBytesMax = 16'384 * 65'536;

// Address space, nearly all of it never touched: what the engine reserves per run so that 32-bit addresses need no
// bounds check, and what compilation, threads and stores need in addition.
constexpr std::uint64_t kRunSpaceBytes = 4'400ULL << 20;
constexpr std::uint64_t kOtherSpaceBytes = 1ULL << 30;

ipld::Block make_profile_block() {
  ipld::CborWriter writer(512);
  writer.map(17);
  writer.key("v").unsigned_integer(1);
  writer.key("isa").array(kIsaFeatures.size());
  for (const char* feature : kIsaFeatures) writer.text(feature);
  writer.key("nan").text("canonical");
  writer.key("fuel").array(kOperatorCosts.size());
  for (const OperatorCostRow& row : kOperatorCosts) writer.array(2).text(row.group).unsigned_integer(row.fuel);
  writer.key("slice").unsigned_integer(kSliceFuel);
  writer.key("engine").text(std::string("wasmtime ") + kWasmtimeVersion);
  writer.key("target").text(kTarget);
  writer.key("codegen").text("cranelift speed, fuel on, epochs off");
  writer.key("features");
  constexpr std::array on{"bulk_memory",    "multi_value", "mutable_global", "reference_types", "saturating_float",
                          "sign_extension", "simd"};
  writer.array(on.size());
  for (const char* feature : on) writer.text(feature);
  writer.key("slice_rule").text("wasm fuel or host charges");
  writer.key("tables_max").unsigned_integer(kTablesMax);
  writer.key("output_rule").text("trap and out_of_fuel keep what was written");
  writer.key("stack_bytes").unsigned_integer(detail::kGuestStackBytes);
  writer.key("module_bounds").array(kModuleBounds.size());
  for (const ModuleBoundRow& row : kModuleBounds) writer.array(2).text(row.rule).unsigned_integer(row.most);
  writer.key("table_elements").unsigned_integer(kTableElementsMax);
  writer.key("trap_fuel_rule")
      .text("host calls, unreachable and call_indirect: exact; else min(limit, flushed + slice)");
  writer.key("memory_bytes_max").unsigned_integer(kMemoryBytesMax);
  return ipld::Block::of(ipld::Codec::dag_cbor, writer.take());
}

}  // namespace

const ipld::Block& profile_block() {
  static const ipld::Block block = make_profile_block();
  return block;
}

namespace detail {
namespace {

void set_features(wasm_config_t* config) {
  wasmtime_config_wasm_bulk_memory_set(config, true);
  wasmtime_config_wasm_multi_value_set(config, true);
  wasmtime_config_wasm_reference_types_set(config, true);
  wasmtime_config_wasm_simd_set(config, true);
  wasmtime_config_wasm_relaxed_simd_set(config, false);
  wasmtime_config_wasm_threads_set(config, false);
  wasmtime_config_wasm_memory64_set(config, false);
  wasmtime_config_wasm_multi_memory_set(config, false);
  wasmtime_config_wasm_tail_call_set(config, false);
  wasmtime_config_wasm_exceptions_set(config, false);
  wasmtime_config_wasm_function_references_set(config, false);
  wasmtime_config_wasm_gc_set(config, false);
  wasmtime_config_wasm_stack_switching_set(config, false);
  wasmtime_config_wasm_wide_arithmetic_set(config, false);
  wasmtime_config_wasm_custom_page_sizes_set(config, false);
  std::array<std::uint8_t, kOperatorCosts.size()> costs{};
  std::transform(kOperatorCosts.begin(), kOperatorCosts.end(), costs.begin(),
                 [](const OperatorCostRow& row) { return row.fuel; });
  ICN_CHECK(icn_config_profile(config, costs.data(), costs.size()));
}

void set_pool(wasm_config_t* config, std::uint32_t runs_max) {
  wasmtime_pooling_allocation_config_t* pool = wasmtime_pooling_allocation_config_new();
  wasmtime_pooling_allocation_config_total_core_instances_set(pool, runs_max);
  wasmtime_pooling_allocation_config_total_memories_set(pool, runs_max);
  wasmtime_pooling_allocation_config_total_tables_set(pool, runs_max * kTablesMax);
  wasmtime_pooling_allocation_config_total_stacks_set(pool, runs_max);
  wasmtime_pooling_allocation_config_max_memories_per_module_set(pool, 1);
  wasmtime_pooling_allocation_config_max_tables_per_module_set(pool, kTablesMax);
  wasmtime_pooling_allocation_config_table_elements_set(pool, kTableElementsMax);
  wasmtime_pooling_allocation_config_max_memory_size_set(pool, kMemoryBytesMax);
  wasmtime_pooling_allocation_config_max_core_instance_size_set(pool, 4 << 20);
  // A small job dirties about 64 KiB; a greater value makes every run pay for clearing it (measured: 1 MiB, 20 µs).
  wasmtime_pooling_allocation_config_linear_memory_keep_resident_set(pool, 64 << 10);
  wasmtime_pooling_allocation_config_table_keep_resident_set(pool, 4 << 10);
  wasmtime_pooling_allocation_strategy_set(config, pool);
  wasmtime_pooling_allocation_config_delete(pool);
}

Result<void> set_code(wasm_config_t* config, const EngineVariant& variant) {
  wasmtime_config_consume_fuel_set(config, true);
  wasmtime_config_epoch_interruption_set(config, false);
  wasmtime_config_cranelift_nan_canonicalization_set(config, variant.nan == NanCanonicalisation::on);
  wasmtime_config_cranelift_opt_level_set(config, variant.generator == CodeGenerator::cranelift_unoptimised
                                                      ? WASMTIME_OPT_LEVEL_NONE
                                                      : WASMTIME_OPT_LEVEL_SPEED);
  const bool pulley = variant.generator == CodeGenerator::pulley;
  if (wasmtime_error_t* error = wasmtime_config_target_set(config, pulley ? "pulley64" : kTarget)) {
    return fail(ErrorCode::infrastructure, "sandbox: " + words_of(error));
  }
  if (!pulley) {
    for (const char* feature : kIsaFeatures) wasmtime_config_cranelift_flag_enable(config, feature);
  }
  return {};
}

std::unique_ptr<wasm_functype_t, Deleter<&wasm_functype_delete>> type_of(const abi::HostFn& row) {
  const auto list = [](std::span<const abi::WasmType> types, wasm_valtype_vec_t* to) {
    std::vector<wasm_valtype_t*> values;
    for (const abi::WasmType type : types)
      values.push_back(wasm_valtype_new(type == abi::WasmType::i32 ? WASM_I32 : WASM_I64));
    wasm_valtype_vec_new(to, values.size(), values.data());
  };
  wasm_valtype_vec_t params;
  wasm_valtype_vec_t results;
  list(row.params, &params);
  list(row.results, &results);
  return std::unique_ptr<wasm_functype_t, Deleter<&wasm_functype_delete>>(wasm_functype_new(&params, &results));
}

}  // namespace

Result<std::uint32_t> runs_that_fit(std::uint32_t runs_max) {
  rlimit space{};
  if (::getrlimit(RLIMIT_AS, &space) != 0 || space.rlim_cur == RLIM_INFINITY) return runs_max;
  std::ifstream statm("/proc/self/statm");  // tidy: allow raw_file: the kernel answers, no disk
  rlim_t pages = 0;
  statm >> pages;
  const rlim_t taken = pages * static_cast<rlim_t>(::sysconf(_SC_PAGESIZE)) + kOtherSpaceBytes;
  const rlim_t fitting = space.rlim_cur > taken ? (space.rlim_cur - taken) / kRunSpaceBytes : 0;
  if (fitting == 0) {
    return fail(ErrorCode::infrastructure, "the address space of this process is limited to " +
                                               std::to_string(space.rlim_cur >> 20) +
                                               " MiB, too little for the sandbox; nothing was charged. Raise the limit "
                                               "(ulimit -v)");
  }
  return static_cast<std::uint32_t>(std::min<rlim_t>(runs_max, fitting));
}

Result<Engine> make_engine(const EngineVariant& variant, std::uint32_t runs_max, Workers workers) {
  wasm_config_t* config = wasm_config_new();
  set_features(config);
  if (auto set = set_code(config, variant); !set) {
    wasm_config_delete(config);
    return fail(set.error());
  }
  wasmtime_config_parallel_compilation_set(config, workers == Workers::free_cores);
  wasmtime_config_max_wasm_stack_set(config, kGuestStackBytes);
  wasmtime_config_async_stack_size_set(config, kRunStackBytes);
  // Unwind tables are registered process-wide, under a lock that C++ exceptions also take.
  wasmtime_config_native_unwind_info_set(config, false);
  set_pool(config, runs_max);
  wasm_engine_t* engine = wasm_engine_new_with_config(config);
  if (engine == nullptr)
    return fail(ErrorCode::infrastructure, "sandbox: the engine cannot be created on this machine");
  return Engine(engine);
}

Result<Linker> make_linker(wasm_engine_t* engine) {
  Linker linker(wasmtime_linker_new(engine));
  for (const abi::HostFn& row : abi::host_table()) {
    const auto type = type_of(row);
    // The row is the thunk's only user data; the table is static and read-only.
    auto* data = const_cast<abi::HostFn*>(&row);
    if (wasmtime_error_t* error =
            wasmtime_linker_define_func_unchecked(linker.get(), row.module.data(), row.module.size(), row.name.data(),
                                                  row.name.size(), type.get(), &host_thunk, data, nullptr)) {
      return fail(ErrorCode::internal, "sandbox: link " + std::string(row.name) + ": " + words_of(error));
    }
  }
  return linker;
}

}  // namespace detail
}  // namespace icn::wasm
