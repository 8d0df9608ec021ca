// The sources of a passphrase or a PIN: a given file, the environment, a systemd credential, or the terminal without
// echo.
#pragma once
#include <optional>
#include <string>

#include "core/result.hpp"
#include "core/secret.hpp"

namespace icn::folder {

enum class Confirm : std::uint8_t { no, twice };
enum class Asked : std::uint8_t { passphrase, pin };
inline constexpr std::size_t kPassphraseBytesMax = 4'096;
// Moves the passphrase out of an environment variable, so other processes of the same user, children and core dumps do
// not find it there. Empty if the variable is absent or empty. Call it on the main thread, before any other thread
// runs.
[[nodiscard]] Secret take_passphrase_variable(const char* name);
// The file of a credential that systemd passed to this service (LoadCredential=, LoadCredentialEncrypted=); empty if it
// passed none of this name.
[[nodiscard]] std::optional<std::string> credential_file(std::string_view name);
// Call it on the main thread: it handles signals while it waits. A signal that ends or stops the process takes effect
// after the terminal's echo is restored. Errors: invalid_argument (no file and no terminal; an empty file; empty input;
// too long), not_found (the file cannot be opened), cancelled (a signal that the program handles elsewhere).
[[nodiscard]] Result<Secret> ask_passphrase(const std::optional<std::string>& file, std::string_view what,
                                            Confirm confirm, Asked asked = Asked::passphrase);

}  // namespace icn::folder
