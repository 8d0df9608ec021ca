// The resolver chain that a configuration names: backends with their settings, one per DID method.
#pragma once
#include <memory>
#include <string_view>

#include "ports/clock.hpp"
#include "ports/did_resolver.hpp"

namespace icn::config {

// "key,peer,web:allow=127.0.0.1": names of resolvers, each with its settings after a colon. Checks names and settings'
// form only. Errors: invalid_argument (unknown, empty, or named twice), unsupported (absent from this build).
[[nodiscard]] Result<void> check_resolvers(std::string_view list);
// A resolver is opened when the first DID of its method is resolved, so that a program that resolves none does not load
// libraries for it; its settings are checked then. Errors: as check_resolvers().
[[nodiscard]] Result<std::shared_ptr<ports::DidResolver>> open_resolvers(std::string_view list,
                                                                         std::shared_ptr<ports::Clock> clock);

}  // namespace icn::config
