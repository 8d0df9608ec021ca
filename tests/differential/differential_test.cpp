// Goal: no code generator changes a receipt. Method: 10,000 runs over 200 generated modules; with NaN canonicalisation
// switched off, the same comparison must find differences, which shows that it can.
#include "differential.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

namespace icn::differential {
namespace {

std::string folder() {
  const char* given = std::getenv("ICN_GENERATED_MODULES");
  return given != nullptr ? given : "";
}

TEST(Differential, TenThousandRunsGiveTheSameReceiptUnderEveryCodeGenerator) {
  const Report report = compare(folder(), 10'000, 20261124, wasm::NanCanonicalisation::on);
  ASSERT_GE(report.modules, 200U) << "ICN_GENERATED_MODULES names the folder of generated modules";
  EXPECT_EQ(report.runs, 10'000U);
  EXPECT_EQ(report.differing, 0U) << report.first_difference;
  EXPECT_GE(report.burning, report.runs / 2);
  EXPECT_GE(report.calling, report.runs / 3);
  for (const char* kind :
       {"ok", "unreachable", "memory_out_of_bounds", "table_out_of_bounds", "indirect_call_to_null", "bad_signature",
        "integer_overflow", "integer_division_by_zero", "bad_conversion_to_integer"}) {
    EXPECT_GT(report.outcomes.contains(kind) ? report.outcomes.at(kind) : 0, 0U) << kind << " never occurred";
  }
}

TEST(Differential, FindsDifferencesWhenNanBitsAreNotCanonical) {
  const Report report = compare(folder(), 1'000, 20261124, wasm::NanCanonicalisation::off);
  EXPECT_GT(report.differing, 0U);
}

}  // namespace
}  // namespace icn::differential
