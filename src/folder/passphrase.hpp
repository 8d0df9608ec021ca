// Where a passphrase comes from: a file that was named, or the terminal without echo.
#pragma once
#include <optional>
#include <string>

#include "core/result.hpp"

namespace icn::folder {

enum class Confirm : std::uint8_t { no, twice };
// Errors: invalid_argument (no file and no terminal; an empty file), not_found (the file cannot be opened).
[[nodiscard]] Result<std::string> ask_passphrase(const std::optional<std::string>& file, std::string_view what,
                                                 Confirm confirm);

}  // namespace icn::folder
