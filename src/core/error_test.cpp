#include "core/error.hpp"

#include <gtest/gtest.h>

#include <set>

namespace icn {
namespace {

TEST(ErrorTable, EveryRowIsFoundByItsCodeAndItsName) {
  for (const ErrorRow& row : error_table()) {
    EXPECT_EQ(&error_row(row.code), &row) << row.name;
    EXPECT_EQ(find_error_code(row.name), row.code) << row.name;
  }
  EXPECT_EQ(find_error_code("no_such_error"), std::nullopt);
  EXPECT_EQ(find_error_code(""), std::nullopt);
}

TEST(ErrorTable, NamesAreUniqueSnakeCaseAndSentencesAreSentences) {
  std::set<std::string_view> names;
  for (const ErrorRow& row : error_table()) {
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
    EXPECT_EQ(row.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_"), std::string_view::npos) << row.name;
    ASSERT_FALSE(row.sentence.empty()) << row.name;
    EXPECT_EQ(row.sentence.back(), '.') << row.name;
    EXPECT_TRUE(row.sentence.front() >= 'A' && row.sentence.front() <= 'Z') << row.name;
  }
}

TEST(ErrorTable, StatusesAreErrorsAndExitCodesStayApartFromPrograms) {
  for (const ErrorRow& row : error_table()) {
    EXPECT_TRUE(row.http_status >= 400 && row.http_status < 600) << row.name;
    EXPECT_TRUE(row.exit_code >= 100 && row.exit_code <= 125) << row.name;
  }
}

// Guests are compiled against these numbers: a row may be added at the end, none may move.
TEST(ErrorTable, NumbersOfTheAbiStay) {
  const std::string_view names[] = {"internal",
                                    "invalid_argument",
                                    "invalid_format",
                                    "invalid_module",
                                    "limit_exceeded",
                                    "not_found",
                                    "already_exists",
                                    "conflict",
                                    "permission_denied",
                                    "not_declared",
                                    "insufficient_mana",
                                    "price_too_low",
                                    "budget_exceeded",
                                    "expired",
                                    "invalid_state",
                                    "invalid_signature",
                                    "unsupported",
                                    "unsupported_version",
                                    "unknown_profile",
                                    "missing_data",
                                    "corrupted",
                                    "storage",
                                    "busy",
                                    "infrastructure",
                                    "cancelled",
                                    "production_error",
                                    "guest_fault",
                                    "trap",
                                    "out_of_fuel",
                                    "stack_overflow",
                                    "stopped",
                                    "replay_differs",
                                    "unbalanced",
                                    "wrong_passphrase"};
  ASSERT_GE(error_table().size(), std::size(names));
  for (std::size_t i = 0; i < std::size(names); ++i) {
    EXPECT_EQ(error_table()[i].name, names[i]);
    EXPECT_EQ(abi_number(error_table()[i].code), -static_cast<std::int32_t>(i + 1)) << names[i];
  }
}

TEST(ErrorTableDeathTest, ACodeOutsideTheTableIsADefect) {
  EXPECT_DEATH(static_cast<void>(error_row(static_cast<ErrorCode>(9999))), "defect");
  EXPECT_DEATH(static_cast<void>(error_row(static_cast<ErrorCode>(0))), "defect");
}

}  // namespace
}  // namespace icn
