#include "core/error.hpp"

#include "core/check.hpp"

namespace icn {
namespace {

consteval bool rows_are_numbered_without_gaps() {
  for (std::size_t i = 0; i < kErrorTable.size(); ++i) {
    if (static_cast<std::size_t>(kErrorTable[i].code) != i + 1) return false;
    if (kErrorTable[i].exit_code < 100 || kErrorTable[i].exit_code > 125) return false;
  }
  return true;
}
static_assert(rows_are_numbered_without_gaps());

}  // namespace

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
