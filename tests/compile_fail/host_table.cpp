// A row of the host table that breaks a rule of the table does not compile.
#include "abi/host_fn.hpp"

namespace icn::abi {

Result<std::uint64_t> answer(CallScope&, GuestStr text);

// clang-format off
constexpr Spec kRow{.index = 40, .module = "icn", .name = "host_answer", .arg_names = "text", .fuel = {100, 1},
                    .doc = "Answers a text with a number."};
constexpr Spec with(std::string_view name, std::uint32_t index = 41) {
  Spec row = kRow;
  row.name = name;
  row.index = index;
  return row;
}
constexpr Spec free_of_charge() { Spec row = with("host_free"); row.fuel = {}; return row; }
constexpr Spec unnamed_argument() { Spec row = with("host_unnamed"); row.arg_names = ""; return row; }
constexpr Spec undocumented() { Spec row = with("host_secret"); row.doc = ""; return row; }
// clang-format on

// The control: two rows in order.
constexpr std::array kTable{host_fn<&answer>(kRow), host_fn<&answer>(with("host_another"))};
static_assert(well_formed(kTable));

// case foreign_name: a name of module icn begins with host_
#ifdef ICN_CASE_foreign_name
static_assert(well_formed(std::array{host_fn<&answer>(with("answer"))}));
#endif

// case same_index: rows are sorted by index
#ifdef ICN_CASE_same_index
static_assert(well_formed(std::array{host_fn<&answer>(kRow), host_fn<&answer>(with("host_another", 40))}));
#endif

// case same_name: two rows of one name
#ifdef ICN_CASE_same_name
static_assert(well_formed(std::array{host_fn<&answer>(kRow), host_fn<&answer>(with("host_answer"))}));
#endif

// case free_of_charge: every call costs something
#ifdef ICN_CASE_free_of_charge
static_assert(well_formed(std::array{host_fn<&answer>(free_of_charge())}));
#endif

// case unnamed_argument: every argument has a name
#ifdef ICN_CASE_unnamed_argument
static_assert(well_formed(std::array{host_fn<&answer>(unnamed_argument())}));
#endif

// case undocumented: doc is a sentence
#ifdef ICN_CASE_undocumented
static_assert(well_formed(std::array{host_fn<&answer>(undocumented())}));
#endif

// A float could differ between machines; there is no way to pass one.
// case float_argument: incomplete type|implicit instantiation of undefined template|no type named|has no member
#ifdef ICN_CASE_float_argument
Result<std::uint64_t> from_float(CallScope&, double value);
constexpr HostFn kFloat = host_fn<&from_float>(kRow);
#endif

// A host pointer is meaningless to a guest.
// case host_pointer: incomplete type|implicit instantiation of undefined template|no type named|has no member
#ifdef ICN_CASE_host_pointer
Result<std::uint64_t> from_pointer(CallScope&, const char* text);
constexpr HostFn kPointer = host_fn<&from_pointer>(kRow);
#endif

// An adapter that is in no row is left out of the table by mistake.
// case adapter_without_a_row: defined but not used|unused function
#ifdef ICN_CASE_adapter_without_a_row
namespace {
Result<std::uint64_t> forgotten(CallScope& call) { return call.call_index(); }
}  // namespace
#endif

}  // namespace icn::abi
