// Goal: the forecast of a list of transfers equals the ledger's balances once the list is applied.
#include "economy/forecast.hpp"

#include <gtest/gtest.h>

#include "testing/transfers.hpp"

namespace icn::economy {
namespace {

TEST(Forecasts, ForetellWhatTheLedgerSaysAfterTheTransfers) {
  Ledger ledger;
  ports::Batch batch;
  const model::Transfer r = testing::reserve("r", "alice", 600);
  const model::Transfer s = testing::reserve("s", "alice", 100);
  const model::Transfer t = testing::reserve("t", "alice", 640);
  const std::vector<model::Transfer> before{testing::grant("g", "alice", 1'000), r, s};
  ASSERT_TRUE(ledger.apply(before, {1}, batch));
  const std::vector<model::Transfer> first{testing::close_reserve("p", r, 250), testing::payout("o", "bob", 250)};
  const std::vector<model::Transfer> then{t, testing::close_reserve("v", s, 0), testing::close_reserve("q", t, 40)};
  Forecast forecast(ledger, {2}, {});
  forecast.add(first);
  forecast.add(then);
  std::map<std::string, Balance> foretold;
  for (const char* name : {"alice", "bob", "ESCROW", "FEES"})
    foretold[name] = forecast.balance(testing::account_named(name));
  std::vector<model::Transfer> all = first;
  all.insert(all.end(), then.begin(), then.end());
  ASSERT_TRUE(ledger.apply(all, {2}, batch));
  for (const auto& [name, balance] : foretold) EXPECT_EQ(balance, ledger.balance(testing::account_named(name))) << name;
}

}  // namespace
}  // namespace icn::economy
