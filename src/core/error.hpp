// The error type and the one table of error codes.
//
// The ABI number a guest sees (negated), the HTTP status, the exit code of `icn` and docs/ERRORS.md derive from a row
// of error_table(). Numbers are append-only: a guest compiled today must understand them forever.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace icn {

enum class ErrorCode : std::uint16_t {
  internal = 1,
  invalid_argument = 2,
  invalid_format = 3,
  invalid_module = 4,
  limit_exceeded = 5,
  not_found = 6,
  already_exists = 7,
  conflict = 8,
  permission_denied = 9,
  not_declared = 10,
  insufficient_mana = 11,
  price_too_low = 12,
  budget_exceeded = 13,
  expired = 14,
  invalid_state = 15,
  invalid_signature = 16,
  unsupported = 17,
  unsupported_version = 18,
  unknown_profile = 19,
  missing_data = 20,
  corrupted = 21,
  storage = 22,
  busy = 23,
  infrastructure = 24,
  cancelled = 25,
  production_error = 26,
  guest_fault = 27,
  trap = 28,
  out_of_fuel = 29,
  stack_overflow = 30,
  stopped = 31,
  replay_differs = 32,
  unbalanced = 33,
  wrong_passphrase = 34,
};

enum class Retry : std::uint8_t { no, yes };

// One row per code. `sentence` describes the error in general; Error::detail names its subject.
struct ErrorRow {
  ErrorCode code;
  std::string_view name;
  std::uint16_t http_status;
  std::uint8_t exit_code;  // of `icn`: 100..125, distinct from a guest program's own exit codes
  Retry retry;
  std::string_view sentence;
};

// In the order of the codes; the rows are in error.cpp, so that a changed sentence recompiles one file.
[[nodiscard]] std::span<const ErrorRow> error_table();

// The row of a code; every code has one (checked at compile time in error.cpp).
[[nodiscard]] const ErrorRow& error_row(ErrorCode code);
[[nodiscard]] std::optional<ErrorCode> find_error_code(std::string_view name);
[[nodiscard]] constexpr std::int32_t abi_number(ErrorCode code) { return -static_cast<std::int32_t>(code); }

// `code` is stable at every interface. `detail` is for display: what happened, to which subject, what was charged or
// kept; never a command or an option, which the command line adds by rule (cli/hints.cpp). For scripts, `rule` names
// the limit or rule that refused, if any ("max_functions"), and `subject` the refused item (a CID, a DID, a field, a
// path).
struct Error {
  ErrorCode code = ErrorCode::internal;
  std::string detail;
  std::string rule = {};
  std::string subject = {};

  friend bool operator==(const Error&, const Error&) = default;
};

}  // namespace icn
