// Backends in modules: shared objects next to the program, loaded when a URL names one, so that users without
// PostgreSQL or RocksDB do not load them at each start (cmake/icn_backends.cmake builds them).
//
// A module stays loaded until the process ends. Thread safe.
#pragma once
#include <string_view>

#include "ports/backend.hpp"

namespace icn::backends::detail {

// The pointer in `symbol` of lib/icn/`module`.so, next to the folder of the running program. Errors: unsupported (the
// module or a library that it needs is missing, or it belongs to another build).
[[nodiscard]] Result<const void*> load_from_module(std::string_view module, std::string_view symbol);

// Opens the backend that `symbol` points to. Errors: as load_from_module; those of the backend.
template <class Factory>
struct OnDemandOpening;
template <class Opened, class Source>
struct OnDemandOpening<Opened(Source)> {
  // The argument of the port's factory: a location, a key.
  using Argument = Source;
  static Opened open(std::string_view module, std::string_view symbol, Source source) {
    const auto loaded = load_from_module(module, symbol);
    if (!loaded) return fail(loaded.error());
    return static_cast<const ports::Backend<Opened(Source)>*>(*loaded)->open(std::move(source));
  }
};

}  // namespace icn::backends::detail
