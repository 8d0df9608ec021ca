// Result<T>: a value or an Error, never dropped by accident.
//
// ICN_TRY(expr) yields the value or returns the error from the enclosing function. Failures of the outside world are
// Results; defects of this program are ICN_CHECKs; nothing of ours throws.
#pragma once
#include <tl/expected.hpp>

#include <string>
#include <type_traits>
#include <utility>

#include "core/error.hpp"

namespace icn {

template <class T>
class [[nodiscard]] Result : public tl::expected<T, Error> {
  using Base = tl::expected<T, Error>;

 public:
  using Base::Base;
  Result(Base base) : Base(std::move(base)) {}  // lets map() chains convert back
  // An error never becomes a default: handle it, or pass it on with ICN_TRY.
  template <class U>
  void value_or(U&& fallback) const = delete;
};

[[nodiscard]] inline tl::unexpected<Error> fail(ErrorCode code, std::string detail) {
  return tl::unexpected<Error>(Error{code, std::move(detail)});
}
// A refusal that names the limit or rule that refused and, where a caller may need it, the refused item.
[[nodiscard]] inline tl::unexpected<Error> refuse(ErrorCode code, std::string rule, std::string detail,
                                                  std::string subject = {}) {
  return tl::unexpected<Error>(Error{code, std::move(detail), std::move(rule), std::move(subject)});
}
[[nodiscard]] inline tl::unexpected<Error> fail(Error error) { return tl::unexpected<Error>(std::move(error)); }

// Puts `where` before the detail of an error: "order: field 'base': expected an integer".
[[nodiscard]] inline Error within(std::string_view where, Error error) {
  error.detail = std::string(where) + ": " + error.detail;
  return error;
}

namespace detail {
template <class R>
decltype(auto) take(R&& result) {
  if constexpr (std::is_void_v<typename std::decay_t<R>::value_type>) {
    return;
  } else {
    return typename std::decay_t<R>::value_type(*std::move(result));
  }
}
}  // namespace detail

// Each use has a separate variable, so that uses can be nested.
#define ICN_TRY_JOIN_(a, b) a##b
#define ICN_TRY_NAME_(number) ICN_TRY_JOIN_(icn_result_, number)
#define ICN_TRY_WITH_(result, expr)                                                                                    \
  __extension__({                                                                                                      \
    auto result = (expr);                                                                                              \
    if (!result) return ::tl::unexpected<::icn::Error>(std::move(result).error());                                     \
    ::icn::detail::take(std::move(result));                                                                            \
  })
#define ICN_TRY(expr) ICN_TRY_WITH_(ICN_TRY_NAME_(__COUNTER__), expr)

}  // namespace icn
