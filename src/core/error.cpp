#include "core/error.hpp"

#include <array>

#include "core/check.hpp"

namespace icn {
namespace {

constexpr std::array kErrorTable{
    ErrorRow{ErrorCode::internal, "internal", 500, 125, Retry::no, "A bug in this program; please report it."},
    ErrorRow{ErrorCode::invalid_argument, "invalid_argument", 400, 100, Retry::no,
             "An argument is outside what the call accepts."},
    ErrorRow{ErrorCode::invalid_format, "invalid_format", 400, 101, Retry::no,
             "Bytes or text do not follow their format."},
    ErrorRow{ErrorCode::invalid_module, "invalid_module", 422, 102, Retry::no,
             "The WASM module is malformed or needs something that the sandbox does not support."},
    ErrorRow{ErrorCode::limit_exceeded, "limit_exceeded", 413, 103, Retry::no, "Something is larger than its limit."},
    ErrorRow{ErrorCode::not_found, "not_found", 404, 104, Retry::no, "The named item does not exist here."},
    ErrorRow{ErrorCode::already_exists, "already_exists", 409, 105, Retry::no, "The named item already exists."},
    ErrorRow{ErrorCode::conflict, "conflict", 409, 105, Retry::no, "The id was already used with different content."},
    ErrorRow{ErrorCode::permission_denied, "permission_denied", 403, 106, Retry::no,
             "The caller was not granted this capability."},
    ErrorRow{ErrorCode::not_declared, "not_declared", 403, 106, Retry::no,
             "The job did not declare that it reads this key."},
    ErrorRow{ErrorCode::insufficient_mana, "insufficient_mana", 402, 107, Retry::no,
             "The account holds less mana than the operation needs."},
    ErrorRow{ErrorCode::price_too_low, "price_too_low", 402, 108, Retry::no,
             "The offered price is below the minimum for this job."},
    ErrorRow{ErrorCode::budget_exceeded, "budget_exceeded", 402, 107, Retry::no,
             "The job's spending budget does not cover the operation."},
    ErrorRow{ErrorCode::expired, "expired", 410, 109, Retry::no, "The deadline has passed."},
    ErrorRow{ErrorCode::invalid_state, "invalid_state", 409, 105, Retry::no,
             "The item is in a state that does not allow the operation."},
    ErrorRow{ErrorCode::invalid_signature, "invalid_signature", 401, 120, Retry::no,
             "A signature is not valid for the bytes and the signer."},
    ErrorRow{ErrorCode::unsupported, "unsupported", 501, 117, Retry::no,
             "This build or release does not support the operation."},
    ErrorRow{ErrorCode::unsupported_version, "unsupported_version", 501, 119, Retry::no,
             "The data has a version that this program does not know."},
    ErrorRow{ErrorCode::unknown_profile, "unknown_profile", 501, 123, Retry::no,
             "The order names an execution profile that this program does not have."},
    ErrorRow{ErrorCode::missing_data, "missing_data", 404, 122, Retry::yes,
             "A block that the operation needs is missing."},
    ErrorRow{ErrorCode::corrupted, "corrupted", 500, 118, Retry::no,
             "Stored bytes do not match their hash or their checksum."},
    ErrorRow{ErrorCode::storage, "storage", 500, 117, Retry::yes,
             "The underlying storage could not be read or written."},
    ErrorRow{ErrorCode::busy, "busy", 503, 116, Retry::yes,
             "Another caller holds the item, or a queue is full; try again."},
    ErrorRow{ErrorCode::infrastructure, "infrastructure", 503, 115, Retry::yes,
             "The node could not run the job, through no fault of the job; nothing was charged."},
    ErrorRow{ErrorCode::cancelled, "cancelled", 409, 114, Retry::no, "The job was cancelled."},
    ErrorRow{ErrorCode::production_error, "production_error", 500, 125, Retry::no,
             "A service that is not fit for production was configured for it."},
    ErrorRow{ErrorCode::guest_fault, "guest_fault", 422, 110, Retry::no,
             "The guest passed a pointer or a length outside its memory."},
    ErrorRow{ErrorCode::trap, "trap", 422, 110, Retry::no, "The program trapped."},
    ErrorRow{ErrorCode::out_of_fuel, "out_of_fuel", 422, 111, Retry::no, "The program used up its fuel limit."},
    ErrorRow{ErrorCode::stack_overflow, "stack_overflow", 422, 112, Retry::no, "The program overflowed its stack."},
    ErrorRow{ErrorCode::stopped, "stopped", 422, 113, Retry::no,
             "The program was stopped by its deadline or by cancellation."},
    ErrorRow{ErrorCode::replay_differs, "replay_differs", 422, 121, Retry::no,
             "Re-execution produces a different receipt body than the signed one."},
    ErrorRow{ErrorCode::unbalanced, "unbalanced", 500, 124, Retry::no, "The ledger does not balance."},
    ErrorRow{ErrorCode::wrong_passphrase, "wrong_passphrase", 401, 120, Retry::no,
             "The passphrase does not open the key file."},
};

consteval bool rows_are_numbered_without_gaps() {
  for (std::size_t i = 0; i < kErrorTable.size(); ++i) {
    if (static_cast<std::size_t>(kErrorTable[i].code) != i + 1) return false;
    if (kErrorTable[i].exit_code < 100 || kErrorTable[i].exit_code > 125) return false;
  }
  return true;
}
static_assert(rows_are_numbered_without_gaps());

}  // namespace

std::span<const ErrorRow> error_table() { return kErrorTable; }

const ErrorRow& error_row(ErrorCode code) {
  const auto index = static_cast<std::size_t>(code) - 1;
  ICN_CHECK(index < kErrorTable.size());
  return kErrorTable[index];
}

std::optional<ErrorCode> find_error_code(std::string_view name) {
  for (const ErrorRow& row : kErrorTable) {
    if (row.name == name) return row.code;
  }
  return std::nullopt;
}

}  // namespace icn
