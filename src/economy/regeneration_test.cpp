// Goal: the integers of regeneration: rates by reputation, spans over segments, remainders, caps and outlooks.
#include "economy/regeneration.hpp"

#include <gtest/gtest.h>

namespace icn::economy {
namespace {

using model::Mana;
using model::UnixMs;

constexpr Mana kNoCap{UINT64_MAX};

// Accrues over the spans up to each of `polls`, on an account that nothing else changes.
struct Account {
  Regeneration state;
  std::uint64_t posted = 0;
  void poll(const AccountRates& rates, std::uint64_t time) {
    for (const RateSpan& span : spans_until(state, rates, UnixMs{time})) {
      const std::uint64_t cap = span.cap.umana;
      const Accrued accrued = accrue(state, span, Mana{cap > posted ? cap - posted : 0});
      posted += accrued.amount.umana;
      state = {span.umana_per_hour, span.until_ms, accrued.remainder};
    }
  }
};

TEST(Regeneration, FollowsTheReferencesTableOfReputations) {
  // The reference's 10 mana a minute: by reputation from 1 to 20, here without its rounding to whole mana.
  const std::vector<RateSegment> segments{{UnixMs{60'000}, 600 * Mana::kUnit, kNoCap}};
  const std::pair<std::uint64_t, std::uint64_t> tenths_by_points[] = {
      {0, 10}, {10, 10}, {20, 20}, {50, 50}, {99, 99}, {100, 100}, {150, 150}, {200, 200}, {5'000, 200}};
  for (const auto& [points, tenths] : tenths_by_points) {
    Account account;
    account.poll({segments, percent_by_reputation(points), {}}, 120'000);
    EXPECT_EQ(account.posted, tenths * Mana::kUnit / 10) << points;
  }
}

TEST(Regeneration, DoesNotDependOnHowOftenItIsPolled) {
  // Rates that no poll divides; the reference loses everything when it is polled too often.
  for (const std::uint64_t rate : {1ULL, 7ULL, 999ULL, 3'599ULL, 1'000'003ULL, 600'000'000ULL}) {
    const std::vector<RateSegment> segments{{UnixMs{5'000}, rate, Mana{777'777'777}}};
    const AccountRates rates{segments, 37, {}};
    for (const std::uint64_t polls : {1ULL, 3ULL, 60ULL, 3'600ULL, 100'000ULL}) {
      Account account;
      for (std::uint64_t i = 1; i <= polls; ++i) account.poll(rates, 5'000 + 3'600'000 * i / polls);
      EXPECT_EQ(account.posted, std::min<std::uint64_t>(rate * 37 / 100, 777'777'777)) << rate << " " << polls;
      EXPECT_EQ(account.state.remainder, 0U);
    }
  }
}

TEST(Regeneration, CarriesTheRemainderFromSpanToSpan) {
  // A third of a µmana a second, then two thirds.
  const std::vector<RateSegment> segments{{UnixMs{1'000}, 1'200, kNoCap}, {UnixMs{11'000}, 2'400, kNoCap}};
  Account account;
  account.poll({segments, 100, {}}, 11'000);
  EXPECT_EQ(account.posted, 3U);
  EXPECT_EQ(account.state.remainder, kPartsPerUmana / 3);
  account.poll({segments, 100, {}}, 12'000);
  EXPECT_EQ(account.posted, 4U);
  EXPECT_EQ(account.state.remainder, 0U);
}

TEST(Regeneration, AnAccountAtItsCapCarriesNothing) {
  const std::vector<RateSegment> segments{{UnixMs{1'000}, 1'800, Mana{5}}};
  const AccountRates rates{segments, 100, {}};
  Account often, once;
  for (std::uint64_t time = 2'000; time <= 1'001'000; time += 1'000) often.poll(rates, time);
  once.poll(rates, 1'001'000);
  EXPECT_EQ(often.posted, 5U);
  EXPECT_EQ(once.posted, 5U);
  EXPECT_EQ(often.state, once.state);
  EXPECT_EQ(once.state.remainder, 0U);
}

TEST(Regeneration, CountsFullSecondsAndNothingWhenTheClockGoesBack) {
  const std::vector<RateSegment> segments{{UnixMs{10'000}, 3'600'000, kNoCap}};
  const AccountRates rates{segments, 100, {}};
  Account account;
  account.poll(rates, 10'999);
  EXPECT_EQ(account.posted, 0U);
  account.poll(rates, 11'000);
  EXPECT_EQ(account.posted, 1'000U);
  for (const std::uint64_t back : {11'999U, 11'000U, 10'500U, 1U, 0U}) account.poll(rates, back);
  EXPECT_EQ(account.posted, 1'000U);
  account.poll(rates, 13'000);
  EXPECT_EQ(account.posted, 3'000U);
}

TEST(Regeneration, BeginsWithTheFirstSegmentOrTheMembership) {
  const std::vector<RateSegment> segments{{UnixMs{10'000}, 3'600'000, kNoCap}};
  EXPECT_TRUE(spans_until({}, {segments, 100, {}}, UnixMs{9'000}).empty());
  Account founder, admitted;
  founder.poll({segments, 100, {}}, 20'000);
  EXPECT_EQ(founder.posted, 10'000U);
  admitted.poll({segments, 100, UnixMs{18'000}}, 20'000);
  EXPECT_EQ(admitted.posted, 2'000U);
}

TEST(Regeneration, WithoutAKnownBeginningItBeginsWithTheFirstAccrual) {
  const std::vector<RateSegment> segments{{UnixMs{0}, 3'600'000, kNoCap}};
  Account account;
  account.poll({segments, 100, {}}, 1'700'000'000'000);
  EXPECT_EQ(account.posted, 0U);
  EXPECT_EQ(account.state.accrued_ms, 1'700'000'000'000U);
  account.poll({segments, 100, {}}, 1'700'000'001'000);
  EXPECT_EQ(account.posted, 1'000U);
}

TEST(Regeneration, WhereNothingRegeneratesThereIsNoSpan) {
  const std::vector<RateSegment> off{{UnixMs{1'000}, 0, kNoCap}, {UnixMs{2'000}, 0, kNoCap}};
  EXPECT_TRUE(spans_until({}, {off, 100, {}}, UnixMs{UINT64_MAX}).empty());
  EXPECT_TRUE(spans_until({}, {{}, 100, {}}, UnixMs{UINT64_MAX}).empty());
}

TEST(Regeneration, TimeAtARateThatRoundsToNothingDoesNotCountLater) {
  const std::vector<RateSegment> segments{{UnixMs{1'000}, 9, kNoCap}};
  Account account;
  account.poll({segments, 10, {}}, 3'600'001'000);
  EXPECT_EQ(account.posted, 0U);
  account.poll({segments, 100, {}}, 3'600'001'000);
  EXPECT_EQ(account.posted, 0U);
  account.poll({segments, 100, {}}, 3'603'601'000);
  EXPECT_EQ(account.posted, 9U);
}

TEST(Regeneration, HasBoundedSpansAndCatchesUp) {
  std::vector<RateSegment> segments;
  for (std::uint64_t i = 0; i < 1'000; ++i)
    segments.push_back({UnixMs{1'000 + i * 1'000}, 3'600'000 * (1 + i % 2), kNoCap});
  Account account;
  EXPECT_EQ(spans_until({}, {segments, 100, {}}, UnixMs{1'001'000}).size(), kSpansMax);
  for (int i = 0; i < 17; ++i) account.poll({segments, 100, {}}, 1'001'000);
  EXPECT_EQ(account.posted, 1'500'000U);
}

TEST(Regeneration, IsExactAtEveryBound) {
  const std::vector<RateSegment> segments{{UnixMs{1}, UINT64_MAX, kNoCap}};
  Account account;
  account.poll({segments, 200, {}}, UINT64_MAX);
  EXPECT_EQ(account.posted, UINT64_MAX);
  EXPECT_EQ(accrue({0, 0, kPartsPerUmana - 1}, {1, 1, kNoCap}, Mana{1}).amount, Mana{1});
  EXPECT_EQ(accrue({0, 0, kPartsPerUmana - 2}, {1, 1, kNoCap}, Mana{1}).remainder, kPartsPerUmana - 1);
  EXPECT_EQ(accrue({}, {UINT64_MAX, UINT64_MAX, kNoCap}, Mana{0}).amount, Mana{0});
}

TEST(Regeneration, TermsReadAsTheyWereWritten) {
  const RegenerationTerms terms{{1'700'000'000'000, 600'000'000, Mana{10'000'000'000}}, 3'599'999};
  const RegenerationTerms read = RegenerationTerms::decode(terms.encode());
  EXPECT_EQ(read.span.until_ms, terms.span.until_ms);
  EXPECT_EQ(read.span.umana_per_hour, terms.span.umana_per_hour);
  EXPECT_EQ(read.span.cap, terms.span.cap);
  EXPECT_EQ(read.remainder, terms.remainder);
  EXPECT_EQ(to_hex(terms.encode()), "0000018bcfe568000000000023c3460000000002540be400000000000036ee7f");
}

TEST(Regeneration, SaysWhenItSuffices) {
  const std::vector<RateSegment> segments{{UnixMs{1'000}, 600 * Mana::kUnit, Mana{100 * Mana::kUnit}}};
  const AccountRates rates{segments, 100, {}};
  const Regeneration now{0, 50'000, 0};
  EXPECT_EQ(ms_until_due(now, rates, UnixMs{50'500}, Mana{10 * Mana::kUnit}, Mana{10 * Mana::kUnit}), 59'500U);
  EXPECT_EQ(ms_until_due(now, rates, UnixMs{50'500}, Mana{1}, Mana{1}), 500U);
  EXPECT_EQ(ms_until_due(now, rates, UnixMs{50'500}, Mana{0}, Mana{0}), 0U);
  EXPECT_EQ(ms_until_due(now, rates, UnixMs{50'500}, Mana{2}, Mana{1}), std::nullopt);
  EXPECT_EQ(ms_until_due({0, 90'000, 0}, rates, UnixMs{50'500}, Mana{1}, Mana{1}), 40'500U) << "the clock went back";
  // What it says is exact: a second earlier is too early.
  for (std::uint64_t missing = 1; missing < 3'000'000; missing = missing * 3 + 1) {
    const std::uint64_t wait = *ms_until_due(now, rates, UnixMs{50'000}, Mana{missing}, Mana{missing});
    Account account{now, 0};
    account.poll(rates, 50'000 + wait - 1'000);
    EXPECT_LT(account.posted, missing);
    account.poll(rates, 50'000 + wait);
    EXPECT_GE(account.posted, missing);
  }
  EXPECT_EQ(outlook_text(500), "Regeneration makes up for that in 1 s.");
  EXPECT_EQ(outlook_text(200'000), "Regeneration makes up for that in 3 min 20 s.");
  EXPECT_EQ(outlook_text(7'260'000), "Regeneration makes up for that in 2 h 1 min.");
  EXPECT_EQ(outlook_text(259'200'001), "Regeneration makes up for that in 4 days.");
  EXPECT_EQ(outlook_text(std::nullopt), "Regeneration alone never makes up for that.");
}

}  // namespace
}  // namespace icn::economy
