// Where a passphrase comes from: a file that was named, the environment, or the terminal without echo.
#pragma once
#include <optional>
#include <string>

#include "core/result.hpp"
#include "core/secret.hpp"

namespace icn::folder {

enum class Confirm : std::uint8_t { no, twice };
inline constexpr std::size_t kPassphraseBytesMax = 4'096;
// The passphrase in this variable of the environment, moved out of it: other processes of the same user, children and
// a core dump no longer find it there. Empty when the variable is absent or empty. On the main thread, before any other
// runs.
[[nodiscard]] Secret take_passphrase_variable(const char* name);
// On the main thread, as it handles signals while it waits: one that ends or stops the process does so after the
// terminal shows again what is typed. Errors: invalid_argument (no file and no terminal; an empty file; nothing typed;
// too long), not_found (the file cannot be opened), cancelled (a signal that the program handles elsewhere).
[[nodiscard]] Result<Secret> ask_passphrase(const std::optional<std::string>& file, std::string_view what,
                                            Confirm confirm);

}  // namespace icn::folder
