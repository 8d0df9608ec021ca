#include "jobs/settlement.hpp"

#include <gtest/gtest.h>

#include <random>

#include "economy/ledger.hpp"
#include "jobs/acceptance.hpp"

namespace icn::jobs {
namespace {

constexpr std::uint64_t kUnit = model::Mana::kUnit;

// A ledger with a member, a treasury and one job's reserves.
struct SettlementTest : ::testing::Test {
  economy::Ledger ledger;
  ports::Batch batch;
  model::Did member = model::Did::of_key({1});
  model::Did executor = model::Did::of_key({2});

  SettlementTest() {
    issue(model::AccountKey::of(member), model::TransferCode::grant, {1});
    issue(model::AccountKey::of(model::SystemAccount::treasury), model::TransferCode::endowment, {2});
  }
  void issue(const model::AccountKey& to, model::TransferCode code, model::TransferId id) {
    model::Transfer transfer;
    transfer.id = id;
    transfer.debit = model::AccountKey::of(model::SystemAccount::issuance);
    transfer.credit = to;
    transfer.amount.umana = 1'000 * kUnit;
    transfer.code = code;
    EXPECT_TRUE(ledger.apply(std::span(&transfer, 1), {}, batch));
  }
  JobRecord reserved(std::uint32_t number, std::uint64_t reserve, std::uint64_t discount, std::uint64_t budget) {
    Bytes seed;
    append_be64(seed, number);
    JobRecord record;
    record.id = model::JobId{ipld::Cid::of(ipld::Codec::dag_cbor, seed)};
    record.submitter = member;
    record.executor = executor;
    record.reserve.umana = reserve;
    record.discount.umana = discount;
    record.budget.umana = budget;
    record.cost.umana = reserve + discount;
    record.bid = record.cost;
    record.fuel_limit = 1'000;
    const auto transfers = reserve_transfers(record.id, member, record.reserve, record.discount, record.budget);
    if (!transfers.empty()) {
      EXPECT_TRUE(ledger.apply(transfers, {}, batch));
    }
    return record;
  }
  std::uint64_t of(const model::AccountKey& key) const { return ledger.balance(key).available().umana; }
};

TEST_F(SettlementTest, EverythingReservedIsEitherPaidOrReleasedForEveryKindOfEnd) {
  std::mt19937_64 random(7);
  std::uint64_t paid = 0;
  std::uint64_t spent = 0;
  for (std::uint32_t i = 0; i < 500; ++i) {
    const std::uint64_t cost = random() % kUnit;
    const std::uint64_t discount = cost == 0 ? 0 : random() % cost;
    JobRecord record = reserved(i, cost - discount, discount, random() % 1'000);
    record.base.umana = cost / 3;
    record.page.umana = cost / 1'000;
    record.pages_limit = 160;
    model::Receipt receipt;
    receipt.outcome.kind = static_cast<model::OutcomeKind>(i % 6);
    receipt.fuel = random() % 1'001;
    receipt.memory_pages = static_cast<std::uint32_t>(random() % 161);
    MoneyEffects effects;
    if (receipt.outcome.kind == model::OutcomeKind::ok && record.budget.umana > 1) {
      effects.spends.push_back({3, model::Mana{record.budget.umana / 2}});
    }
    const Settlement settlement = settle(record, receipt, effects).value();
    ASSERT_LE(settlement.pay, record.bid);
    ASSERT_GE(settlement.pay.umana, record.base.umana + record.page.umana * receipt.memory_pages);
    if (!settlement.transfers.empty()) {
      ASSERT_TRUE(ledger.apply(settlement.transfers, {}, batch));
    }
    paid += settlement.pay.umana;
    spent += settlement.budget_spent.umana;
  }
  EXPECT_EQ(of(model::AccountKey::of(executor)), paid);
  EXPECT_EQ(of(model::AccountKey::of(model::SystemAccount::fees)), spent);
  EXPECT_EQ(
      of(model::AccountKey::of(member)) + of(model::AccountKey::of(model::SystemAccount::treasury)) + paid + spent,
      2'000 * kUnit);
  EXPECT_EQ(ledger.audit()->pending_open, 0U);
  EXPECT_EQ(ledger.audit()->escrow.umana, 0U);
}

TEST_F(SettlementTest, ReleasingGivesEverythingBack) {
  const JobRecord record = reserved(1, 500, 20, 300);
  EXPECT_EQ(of(model::AccountKey::of(member)), 1'000 * kUnit - 800);
  ASSERT_TRUE(ledger.apply(release_transfers(record), {}, batch));
  EXPECT_EQ(of(model::AccountKey::of(member)), 1'000 * kUnit);
  EXPECT_EQ(of(model::AccountKey::of(model::SystemAccount::treasury)), 1'000 * kUnit);
}

TEST_F(SettlementTest, EffectsBeyondTheBudgetAreRefused) {
  const JobRecord record = reserved(1, 500, 0, 300);
  MoneyEffects effects;
  effects.spends = {{1, model::Mana{200}}, {2, model::Mana{101}}};
  EXPECT_EQ(settle(record, model::Receipt{}, effects).error().code, ErrorCode::budget_exceeded);
  effects.spends.pop_back();
  effects.passed_on = model::Mana{101};
  EXPECT_EQ(settle(record, model::Receipt{}, effects).error().code, ErrorCode::budget_exceeded);
}

TEST_F(SettlementTest, SettlingTwiceIsTheSameAnswerAndMovesNothingMore) {
  const JobRecord record = reserved(1, 500, 0, 0);
  const Settlement settlement = settle(record, model::Receipt{}, {}).value();
  EXPECT_EQ(ledger.apply(settlement.transfers, {}, batch).value(), economy::Applied::now);
  const auto hash = ledger.state_hash();
  EXPECT_EQ(ledger.apply(settlement.transfers, {}, batch).value(), economy::Applied::before);
  EXPECT_EQ(ledger.state_hash(), hash);
}

TEST(ObservedKeys, AreSortedUniqueAndHoldTheSubmitter) {
  model::Job job;
  job.submitter = model::Did::of_key({3});
  const std::string self = job.submitter.to_text();
  job.reads = {{model::ReadKind::parameter, "b"},
               {model::ReadKind::parameter, "a"},
               {model::ReadKind::parameter, "b"},
               {model::ReadKind::account, self}};
  std::vector<std::string> texts;
  for (const model::ReadKey& key : observed_keys(job, self)) texts.push_back(key.to_text());
  EXPECT_EQ(texts, (std::vector<std::string>{"account:" + self, "parameter:a", "parameter:b", "reputation:" + self}));
}

TEST(Settlement, ARunThatWasStoppedOnRequestIsCancelledAndAnyOtherOneThatDidNotEndFailed) {
  using model::OutcomeKind;
  using ports::StopReason;
  for (const StopReason asked : {StopReason::none, StopReason::deadline, StopReason::cancelled}) {
    // It may have ended before it was stopped.
    EXPECT_EQ(closing_event(OutcomeKind::ok, asked), JobEvent::complete);
    EXPECT_EQ(closing_event(OutcomeKind::nonzero_exit, asked), JobEvent::complete);
    EXPECT_EQ(closing_event(OutcomeKind::trap, asked), JobEvent::fail);
    EXPECT_EQ(closing_event(OutcomeKind::stopped, asked),
              asked == StopReason::cancelled ? JobEvent::cancel : JobEvent::fail);
  }
}

}  // namespace
}  // namespace icn::jobs
