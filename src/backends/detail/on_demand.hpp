// Backends in modules: shared objects next to the program that are loaded when a URL names one, so that who does
// not use PostgreSQL or RocksDB does not load them at each start (cmake/icn_backends.cmake makes them).
//
// A module stays loaded until the process ends. Thread safe.
#pragma once
#include <string_view>

#include "ports/backend.hpp"

namespace icn::backends::detail {

// The pointer that `symbol` of lib/icn/`module`.so holds; the file is looked for next to the folder of the running
// program. Errors: unsupported (it is not there, or a library that it needs is not, or it is of another build).
[[nodiscard]] Result<const void*> load_from_module(std::string_view module, std::string_view symbol);

// What the backend that `symbol` points to opens. Errors: as load_from_module; those of the backend.
template <class Factory>
auto open_on_demand(std::string_view module, std::string_view symbol, std::string_view location)
    -> decltype(std::declval<Factory*>()(location)) {
  const auto loaded = load_from_module(module, symbol);
  if (!loaded) return fail(loaded.error());
  return static_cast<const ports::Backend<Factory>*>(*loaded)->open(location);
}

}  // namespace icn::backends::detail
