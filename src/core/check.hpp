// ICN_CHECK: an invariant of this program. If it fails, the program is wrong and ends; nothing is caught.
#pragma once

namespace icn {
[[noreturn]] void check_failed(const char* expression, const char* file, int line) noexcept;
}  // namespace icn

#define ICN_CHECK(condition)                                                                                           \
  (static_cast<bool>(condition) ? static_cast<void>(0) : ::icn::check_failed(#condition, __FILE__, __LINE__))
