// An error can be neither dropped nor replaced by a default.
#include "core/result.hpp"
#include "ports/dag_store.hpp"

namespace icn {

Result<int> count();
Result<void> store();

// The control: an error is passed on or inspected.
Result<int> twice() {
  ICN_TRY(store());
  const Result<int> second = count();
  if (!second) return fail(ErrorCode::storage, second.error().detail);
  return ICN_TRY(count()) + *second;
}

// case dropped_value: ignoring return(ed)? value.*nodiscard
#ifdef ICN_CASE_dropped_value
void forbidden() { count(); }
#endif

// case dropped_void: ignoring return(ed)? value.*nodiscard
#ifdef ICN_CASE_dropped_void
void forbidden() { store(); }
#endif

// case dropped_put: ignoring return(ed)? value.*nodiscard
#ifdef ICN_CASE_dropped_put
void forbidden(ports::DagStore& dag_store, const ipld::Block& block) { dag_store.put({&block, 1}); }
#endif

// case dropped_failure: ignoring return(ed)? value.*nodiscard
#ifdef ICN_CASE_dropped_failure
Result<void> forbidden() {
  fail(ErrorCode::storage, "the disk is full");
  return {};
}
#endif

// case default_for_an_error: deleted function|deleted member function
#ifdef ICN_CASE_default_for_an_error
int forbidden() { return count().value_or(0); }
#endif

// case error_as_value: cannot convert|no viable conversion
#ifdef ICN_CASE_error_as_value
int forbidden() { return count(); }
#endif

// case error_swallowed_on_the_way: cannot convert|no viable conversion
#ifdef ICN_CASE_error_swallowed_on_the_way
int forbidden() { return ICN_TRY(count()); }
#endif

}  // namespace icn
