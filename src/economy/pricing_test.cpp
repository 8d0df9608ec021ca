// Goal: prices are the exact integers of the formulas at every extreme, no payment exceeds the agreed price, and the
// two payers' shares add up to the pay.
#include "economy/pricing.hpp"

#include <gtest/gtest.h>

#include <random>

namespace icn::economy {
namespace {

using model::Mana;

constexpr std::uint64_t kMax = UINT64_MAX;
constexpr std::uint64_t kUnit = Mana::kUnit;

TEST(PriceByReputation, FollowsTheReferenceTableAtMicroManaAndNeverFallsToZero) {
  struct Row {
    std::uint64_t cost, reputation, price;
  };
  constexpr Row rows[] = {{0, 0, 0},     {0, 100, 0},     {1, 0, 1},        {1, 1, 1},      {100, 0, 100},
                          {100, 50, 66}, {100, 100, 50},  {100, 200, 33},   {100, 1000, 9}, {10, 900, 1},
                          {10, 901, 1},  {kMax, 0, kMax}, {kMax, kMax, 99}, {1, kMax, 1},   {kMax, 100, kMax / 2}};
  for (const Row& row : rows) {
    EXPECT_EQ(price_by_reputation(Mana{row.cost}, row.reputation).umana, row.price)
        << row.cost << " at reputation " << row.reputation;
  }
  // The reference's exact value where the denominator still fits.
  EXPECT_EQ(price_by_reputation(Mana{kMax}, kMax - 100).umana, 100U);
  EXPECT_EQ(price_by_reputation(Mana{kUnit}, 1).umana, 990'099U);
}

TEST(PriceByReputation, FallsWithReputationAndNeverExceedsTheCost) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 10'000; ++i) {
    const Mana cost{random() >> random() % 64};
    const std::uint64_t reputation = random() >> random() % 64;
    const Mana price = price_by_reputation(cost, reputation);
    EXPECT_LE(price, cost);
    EXPECT_EQ(price.umana == 0, cost.umana == 0);
    if (reputation != kMax) {
      EXPECT_LE(price_by_reputation(cost, reputation + 1), price);
    }
  }
}

TEST(BasePrice, ChargesEachPartAndRoundsKibibytesUp) {
  const BaseCosts costs = BaseCosts::of({});
  // Of 5,020,000 fuel: what loading the least module costs.
  const std::uint64_t least = 10'000 + 5'020;
  EXPECT_EQ(base_price(costs, {}).umana, least);
  EXPECT_EQ(base_price(costs, {{1, 0, 0}, 0}).umana, least + 1 + 10);
  EXPECT_EQ(base_price(costs, {{0, 0, 0}, 1024}).umana, least + 1);
  EXPECT_EQ(base_price(costs, {{1025, 0, 0}, 1025}).umana, least + 20 + 410 + 2);
  EXPECT_EQ(base_price(costs, {{0, 0, 0}, 1ULL << 30}).umana, least + 1'048'576);
  EXPECT_EQ(base_price(costs, {{0, 1'000, 10}, 0}).umana, least + 10'000 + 4'200) << "code and functions";
}

TEST(BasePrice, BecomesTheLargestAmountWhenItDoesNotFit) {
  constexpr std::uint64_t kCheap = 1'000'000'000'000'000;  // loading costs 1 µmana then
  EXPECT_EQ(base_price({kMax, 0, 0, kCheap}, {}).umana, kMax);
  EXPECT_EQ(base_price({0, kMax, 0, kCheap}, {{2048, 0, 0}, 0}).umana, kMax);
  EXPECT_EQ(base_price({kMax - 1, 1, 0, kCheap}, {{1, 0, 0}, 0}).umana, kMax);
  EXPECT_EQ(base_price({0, 0, 1, kCheap}, {{}, kMax}).umana, (1ULL << 54) + 1);
  EXPECT_EQ(base_price({0, 0, 0, 1}, {{0, kMax, kMax}, 0}).umana, kMax) << "no module is so large";
}

constexpr std::uint64_t kFuelPerMana = 1'000'000'000;
constexpr std::uint32_t kMaxPages = UINT32_MAX;

TEST(AskingPrice, AddsTheFuelRoundedUp) {
  const UseCosts fuel_only{Mana{0}, kFuelPerMana};
  EXPECT_EQ(asking_price(Mana{10}, fuel_only, {0, 160})->umana, 10U);
  EXPECT_EQ(asking_price(Mana{10}, fuel_only, {1, 160})->umana, 11U);
  EXPECT_EQ(asking_price(Mana{10}, fuel_only, {1'000, 160})->umana, 11U);
  EXPECT_EQ(asking_price(Mana{10}, fuel_only, {1'001, 160})->umana, 12U);
  EXPECT_EQ(asking_price(Mana{0}, fuel_only, {1'000'000'000'000, 160})->umana, 1'000 * kUnit);
  EXPECT_EQ(asking_price(Mana{0}, {Mana{0}, kMax}, {kMax, 0})->umana, kUnit);
}

TEST(AskingPrice, AddsEveryPageOfTheLimit) {
  const UseCosts costs = UseCosts::of({});
  EXPECT_EQ(costs.fuel_per_mana, kFuelPerMana);
  EXPECT_EQ(asking_price(Mana{10}, costs, {0, 1})->umana, 110U);
  EXPECT_EQ(asking_price(Mana{10}, costs, {1, 1'024})->umana, 102'411U);
}

TEST(AskingPrice, IsNothingWhenItDoesNotFit) {
  EXPECT_FALSE(asking_price(Mana{0}, {Mana{0}, 0}, {1, 0}));
  EXPECT_FALSE(asking_price(Mana{0}, {Mana{0}, 1}, {kMax, 0}));
  EXPECT_FALSE(asking_price(Mana{kMax}, {Mana{0}, kFuelPerMana}, {1, 0}));
  EXPECT_FALSE(asking_price(Mana{0}, {Mana{kMax}, kFuelPerMana}, {0, 2}));
  EXPECT_FALSE(asking_price(Mana{1}, {Mana{kMax}, kFuelPerMana}, {0, 1}));
  EXPECT_EQ(asking_price(Mana{kMax}, {Mana{kMax}, kFuelPerMana}, {0, 0})->umana, kMax);
}

TEST(PayFor, IsTheBaseAndThePartOfTheBidThatTheFuelUsed) {
  struct Row {
    std::uint64_t base, bid, fuel, limit, pay;
  };
  const Row rows[] = {
      {10, 110, 0, 100, 10},    {10, 110, 50, 100, 60},      {10, 110, 1, 100, 11},
      {10, 110, 99, 100, 109},  {10, 110, 100, 100, 110},    {10, 110, 33, 100, 43},
      {10, 10, 100, 100, 10},   {0, 1, 99, 100, 0},  // rounded down
      {7, 9, 0, 0, 7},          {0, kMax, kMax, kMax, kMax}, {0, kMax, kMax - 1, kMax, kMax - 1},
      {kMax, kMax, 1, 2, kMax},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(pay_for({Mana{row.base}, Mana{0}, Mana{row.bid}, {row.limit, 3}}, {row.fuel, 2}).umana, row.pay)
        << "base " << row.base << " bid " << row.bid << " fuel " << row.fuel << "/" << row.limit;
  }
}

TEST(PayFor, TakesThePagesThatTheRunHadAndNotThoseOfItsLimit) {
  const RunPrice price{Mana{10}, Mana{5}, Mana{10 + 5 * 160 + 100}, {50, 160}};
  EXPECT_EQ(pay_for(price, {0, 0}).umana, 10U);
  EXPECT_EQ(pay_for(price, {0, 1}).umana, 15U);
  EXPECT_EQ(pay_for(price, {25, 3}).umana, 10U + 15 + 50);
  EXPECT_EQ(pay_for(price, {50, 160}), price.bid);
  EXPECT_EQ(pay_for({Mana{0}, Mana{kMax / kMaxPages}, Mana{kMax}, {0, kMaxPages}}, {0, kMaxPages}).umana, kMax);
}

TEST(PayFor, AnOrderOfTheFirstVersionHasNoPriceOfAPage) {
  EXPECT_EQ(pay_for({Mana{10}, Mana{0}, Mana{110}, {100, 0}}, {50, 160}).umana, 60U);
}

TEST(SplitPay, GivesTheSubmitterItsShareRoundedUp) {
  EXPECT_EQ(split_pay(Mana{10}, Mana{50}, Mana{100}).submitter.umana, 5U);
  EXPECT_EQ(split_pay(Mana{11}, Mana{50}, Mana{100}).submitter.umana, 6U);
  EXPECT_EQ(split_pay(Mana{11}, Mana{50}, Mana{100}).treasury.umana, 5U);
  EXPECT_EQ(split_pay(Mana{100}, Mana{100}, Mana{100}).treasury.umana, 0U);
  EXPECT_EQ(split_pay(Mana{kMax}, Mana{1}, Mana{kMax}).submitter.umana, 1U);
  EXPECT_EQ(split_pay(Mana{0}, Mana{0}, Mana{0}).submitter.umana, 0U);
  EXPECT_EQ(split_pay(Mana{7}, Mana{0}, Mana{10}).treasury.umana, 7U);
}

TEST(Prices, NobodyPaysMoreThanWasAgreed) {
  std::mt19937_64 random(2);
  const auto at_most = [&](std::uint64_t bound) { return bound == kMax ? random() : random() % (bound + 1); };
  for (int i = 0; i < 100'000; ++i) {
    const Mana cost{1 + at_most(random() >> (1 + random() % 63))};
    const Mana reserve = price_by_reputation(cost, random() >> random() % 64);
    const Mana bid{at_most(cost.umana)};
    const Mana base{at_most(bid.umana)};
    RunPrice price{base, Mana{0}, bid, {random() >> random() % 64, static_cast<std::uint32_t>(random() % 5)}};
    if (price.limit.pages != 0) price.page = Mana{at_most((bid.umana - base.umana) / price.limit.pages)};
    const RunUse used{at_most(price.limit.fuel), static_cast<std::uint32_t>(at_most(price.limit.pages))};
    const Mana pay = pay_for(price, used);
    ASSERT_LE(base.umana + price.page.umana * used.pages, pay.umana);
    ASSERT_LE(pay, bid);
    const Shares shares = split_pay(pay, reserve, cost);
    ASSERT_EQ(shares.submitter.plus(shares.treasury), pay);
    ASSERT_LE(shares.submitter, reserve);
    ASSERT_LE(shares.treasury.umana, cost.umana - reserve.umana);
  }
}

}  // namespace
}  // namespace icn::economy
