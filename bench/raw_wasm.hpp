// Raw wasmtime without any of our code: the floor of everything the sandbox does.
#pragma once
#include <cstdint>
#include <string_view>

#include "core/bytes.hpp"
#include "wasm/detail/engine.hpp"
#include "wasm/detail/vendor.hpp"

namespace icn::bench {

// A no-op import that gets and sets fuel, as the least metered host call would.
inline wasm_trap_t* raw_metered(void*, wasmtime_caller_t* caller, wasmtime_val_raw_t* slots, std::size_t) {
  wasmtime_context_t* context = wasmtime_caller_context(caller);
  std::uint64_t left = 0;
  wasmtime_context_get_fuel(context, &left);
  wasmtime_context_set_fuel(context, left - 10);
  slots[0].i32 = 1;
  return nullptr;
}

struct RawWasm {
  wasm::detail::Engine engine;
  wasm::detail::Linker linker;
  wasm::detail::Module module;
  wasm::detail::InstancePre pre;
};

// Imports like "icn.host_abi_version" are () -> i32 and go to raw_metered.
RawWasm make_raw(ByteView module);
// store + fuel + instantiate; the caller drops the store.
wasm::detail::Store raw_instantiate(const RawWasm& raw, wasmtime_instance_t& instance);
// Calls an export without parameters and with one i64 result.
std::int64_t raw_call(wasmtime_store_t* store, const wasmtime_instance_t& instance, std::string_view name);

}  // namespace icn::bench
