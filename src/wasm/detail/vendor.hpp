// The only include of wasmtime, and owners for its handles.
#pragma once
#include <initializer_list>
#include <memory>
#include <string>

#include <wasmtime.h>
#include <wasmtime/async.h>

#include "core/result.hpp"

namespace icn::wasm::detail {

template <auto Delete>
struct Deleter {
  template <class T>
  void operator()(T* handle) const {
    Delete(handle);
  }
};

using Engine = std::unique_ptr<wasm_engine_t, Deleter<&wasm_engine_delete>>;
using Module = std::unique_ptr<wasmtime_module_t, Deleter<&wasmtime_module_delete>>;
using Linker = std::unique_ptr<wasmtime_linker_t, Deleter<&wasmtime_linker_delete>>;
using InstancePre = std::unique_ptr<wasmtime_instance_pre_t, Deleter<&wasmtime_instance_pre_delete>>;
using Store = std::unique_ptr<wasmtime_store_t, Deleter<&wasmtime_store_delete>>;
using Future = std::unique_ptr<wasmtime_call_future_t, Deleter<&wasmtime_call_future_delete>>;
using Trap = std::unique_ptr<wasm_trap_t, Deleter<&wasm_trap_delete>>;
using VendorError = std::unique_ptr<wasmtime_error_t, Deleter<&wasmtime_error_delete>>;

// Returns the error's message and frees the error.
[[nodiscard]] inline std::string words_of(wasmtime_error_t* error) {
  const VendorError owned(error);
  wasm_byte_vec_t message;
  wasmtime_error_message(error, &message);
  std::string text(message.data, message.size);
  wasm_byte_vec_delete(&message);
  return text;
}

// Mirrors the limiter in rust/src/limiter.rs field for field.
struct Limiter {
  std::uint64_t memory_bytes_max = 0;
  std::uint64_t table_elements_max = 0;
  std::uint64_t memory_growth_denied = 0;
  std::uint64_t table_growth_denied = 0;
  std::uint64_t host_failures = 0;
  std::uint64_t memory_bytes = 0;
};
extern "C" void icn_store_limiter(wasmtime_store_t* store, Limiter* limiter);

// Defined in rust/src/config.rs: disables what the C API cannot (extended constant expressions) and sets the fuel of
// each operator group. Returns false if `count` is not the number of groups.
extern "C" bool icn_config_profile(wasm_config_t* config, const std::uint8_t* costs, std::size_t count);

}  // namespace icn::wasm::detail
