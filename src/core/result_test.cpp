#include "core/result.hpp"

#include <gtest/gtest.h>

#include <memory>

namespace icn {
namespace {

Result<int> half(int number) {
  if (number % 2 != 0) return fail(ErrorCode::invalid_argument, std::to_string(number) + " is odd");
  return number / 2;
}

Result<int> quarter(int number) { return ICN_TRY(half(ICN_TRY(half(number)))); }

Result<void> must_halve(int number, int& steps) {
  ICN_TRY(half(number));
  ++steps;
  return {};
}

Result<int> twice(int number, int& steps) {
  ICN_TRY(must_halve(number, steps));
  ICN_TRY(must_halve(number / 2, steps));
  return steps;
}

TEST(Result, TryYieldsTheValueAlsoInsideItself) {
  EXPECT_EQ(quarter(12).value(), 3);
  EXPECT_EQ(quarter(7).error().detail, "7 is odd");
  EXPECT_EQ(quarter(6).error().detail, "3 is odd");
}

TEST(Result, TryLeavesTheFunctionAtTheFirstError) {
  int steps = 0;
  const auto failed = twice(6, steps);
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, ErrorCode::invalid_argument);
  EXPECT_EQ(steps, 1);
  EXPECT_EQ(twice(4, steps).value(), 3);
}

TEST(Result, TryMovesValuesThatCannotBeCopied) {
  const auto make = []() -> Result<std::unique_ptr<int>> { return std::make_unique<int>(5); };
  const auto pass = [&]() -> Result<std::unique_ptr<int>> { return ICN_TRY(make()); };
  EXPECT_EQ(**pass(), 5);
}

TEST(Result, TryEvaluatesItsExpressionOnce) {
  int calls = 0;
  const auto count = [&]() -> Result<int> { return ++calls; };
  const auto run = [&]() -> Result<int> { return ICN_TRY(count()); };
  EXPECT_EQ(run().value(), 1);
  EXPECT_EQ(calls, 1);
}

TEST(Result, MappedValuesComeHomeAsResults) {
  const Result<int> chained = half(8).map([](int number) { return number + 1; });
  EXPECT_EQ(chained.value(), 5);
}

TEST(Result, ARefusalNamesItsRuleAndAFailureDoesNot) {
  const Result<int> refused = refuse(ErrorCode::limit_exceeded, "max_functions", "12 functions");
  EXPECT_EQ(refused.error(), (Error{ErrorCode::limit_exceeded, "12 functions", "max_functions"}));
  EXPECT_EQ(half(1).error().rule, "");
}

TEST(Result, WithinPutsThePlaceInFrontAndKeepsCodeAndRule) {
  const Error error =
      within("order", within("field 'base'", Error{ErrorCode::invalid_format, "expected an integer", "r"}));
  EXPECT_EQ(error, (Error{ErrorCode::invalid_format, "order: field 'base': expected an integer", "r"}));
}

}  // namespace
}  // namespace icn
