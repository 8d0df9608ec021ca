#include "raw_wasm.hpp"

#include "measure.hpp"

namespace icn::bench {
namespace {

void check(wasmtime_error_t* error, const char* what) {
  if (error != nullptr) give_up(std::string(what) + ": " + wasm::detail::words_of(error));
}

}  // namespace

RawWasm make_raw(ByteView bytes) {
  RawWasm raw;
  raw.engine = expect(wasm::detail::make_engine({}, 64, wasm::detail::Workers::caller), "engine");
  wasmtime_module_t* module = nullptr;
  check(wasmtime_module_new(raw.engine.get(), bytes.data(), bytes.size(), &module), "compile");
  raw.module.reset(module);
  raw.linker.reset(wasmtime_linker_new(raw.engine.get()));
  wasm_functype_t* type = wasm_functype_new_0_1(wasm_valtype_new(WASM_I32));
  check(wasmtime_linker_define_func_unchecked(raw.linker.get(), "icn", 3, "host_abi_version", 16, type, &raw_metered,
                                              nullptr, nullptr),
        "define");
  wasm_functype_delete(type);
  wasmtime_instance_pre_t* pre = nullptr;
  check(wasmtime_linker_instantiate_pre(raw.linker.get(), module, &pre), "pre-link");
  raw.pre.reset(pre);
  return raw;
}

wasm::detail::Store raw_instantiate(const RawWasm& raw, wasmtime_instance_t& instance) {
  wasm::detail::Store store(wasmtime_store_new(raw.engine.get(), nullptr, nullptr));
  wasmtime_context_t* context = wasmtime_store_context(store.get());
  wasmtime_store_limiter(store.get(), 64 << 20, 10'000, 1, 10, 1);
  check(wasmtime_context_set_fuel(context, 1'000'000'000'000), "fuel");
  wasm_trap_t* trap = nullptr;
  check(wasmtime_instance_pre_instantiate(raw.pre.get(), context, &instance, &trap), "instantiate");
  if (trap != nullptr) give_up("instantiate: trap");
  return store;
}

std::int64_t raw_call(wasmtime_store_t* store, const wasmtime_instance_t& instance, std::string_view name) {
  wasmtime_context_t* context = wasmtime_store_context(store);
  wasmtime_extern_t found;
  if (!wasmtime_instance_export_get(context, &instance, name.data(), name.size(), &found)) give_up("no such export");
  wasmtime_val_raw_t result;
  wasm_trap_t* trap = nullptr;
  check(wasmtime_func_call_unchecked(context, &found.of.func, &result, 1, &trap), "call");
  if (trap != nullptr) give_up("call: trap");
  return result.i64;
}

}  // namespace icn::bench
