// The fields of job records: each member's section and name, in canonical order (shorter names first, then bytewise). A
// new member is a new row; a row never changes its name or type.
#pragma once
#include <array>
#include <span>

#include "jobs/detail/record_codec.hpp"

namespace icn::jobs::detail {

using R = JobRecord;

inline constexpr std::array kCoreFields{
    required<&R::id>("id"),
    required<&R::authority>("auth"),
    required<&R::order>("order"),
    required<&R::phase>("phase"),
    required<&R::number>("number"),
    field<&R::parent>("parent"),
    required<&R::secret>("secret"),
    field<&R::program>("program"),
    required<&R::accepted>("accepted"),
    required<&R::order_envelope>("envelope"),
    field<&R::executor>("executor"),
    required<&R::deadlines>("deadlines"),
    required<&R::submitter>("submitter"),
    field<&R::fuel_limit>("fuel_limit"),
    field<&R::pages_limit>("pages_limit"),
    field<&R::result_bytes>("result_bytes"),
};
inline constexpr std::array kStoryFields{
    field<&R::effects_told>("dropped"),
    field<&R::happenings>("history"),
};
inline constexpr std::array kMoneyFields{
    field<&R::bid>("bid"),
    field<&R::pay>("pay"),
    field<&R::base>("base"),
    field<&R::cost>("cost"),
    field<&R::page>("page"),
    field<&R::budget_spent>("spent"),
    field<&R::budget>("budget"),
    field<&R::charged>("charged"),
    field<&R::reserve>("reserve"),
    field<&R::discount>("discount"),
    field<&R::treasury_charged>("treasury"),
    field<&R::budget_passed_on>("passed_on"),
};
inline constexpr std::array kOutcomeFields{
    field<&R::outcome>("end"),        field<&R::exit_code>("exit"),  field<&R::fuel_used>("fuel"),
    field<&R::memory_pages>("pages"), field<&R::anchor>("anchor"),   field<&R::output>("output"),
    field<&R::message>("message"),    field<&R::receipt>("receipt"), field<&R::settling_fuel>("settling"),
};
inline constexpr std::array kAttemptsFields{
    field<&R::failure_rule>("rule"),
    field<&R::attempts>("count"),
    field<&R::failure>("failure"),
};

struct Section {
  std::string_view name;
  std::span<const Field> fields;
};
inline constexpr Section kStorySection{"story", kStoryFields};
inline constexpr std::array kSections{
    Section{"core", kCoreFields},       Section{"money", kMoneyFields},       kStorySection,
    Section{"outcome", kOutcomeFields}, Section{"attempts", kAttemptsFields},
};

}  // namespace icn::jobs::detail
