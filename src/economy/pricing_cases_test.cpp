// Goal: prices by reputation are those of tests/cases/prices.txt. A line is
//
//   COST at REPUTATION -> PRICE
//
// in µmana and whole points; `max` is 2^64 − 1; # begins a comment.
#include <gtest/gtest.h>

#include <sstream>

#include "economy/pricing.hpp"
#include "testing/text_cases.hpp"

namespace icn::economy {
namespace {

std::uint64_t number_of(const std::string& word) { return word == "max" ? UINT64_MAX : std::stoull(word); }

class Cases {
 public:
  void line(const std::string& text) {
    std::istringstream words(text);
    std::string cost, at, reputation, arrow, price;
    ASSERT_TRUE(words >> cost >> at >> reputation >> arrow >> price && at == "at" && arrow == "->");
    EXPECT_EQ(price_by_reputation(model::Mana{number_of(cost)}, number_of(reputation)).umana, number_of(price));
  }
  void finish() {}
};

TEST(PriceCases, EveryLineAnswersAsItSays) { icn::testing::run_text_cases<Cases>("prices", 30U); }

}  // namespace
}  // namespace icn::economy
