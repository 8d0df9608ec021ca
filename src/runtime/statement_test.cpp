// The statement of an account: one row per job, balances that add up, pages that join.
#include "runtime/statement.hpp"

#include "runtime/testing/home_fixture.hpp"

namespace icn::runtime {
namespace {

struct Statement : HomeFixture {
  StatementPage page(std::size_t count, std::optional<StatementCursor> before = {}) {
    return mana_statement(*node, member->did(), before, count).value();
  }
};

void expect_sums(const std::vector<StatementRow>& rows, std::uint64_t balance) {
  for (const StatementRow& row : rows) {
    balance = balance + row.in.umana - row.out.umana;
    EXPECT_EQ(row.balance.umana, balance) << row.what;
  }
}

TEST_F(Statement, AJobIsOneRowAndTheLastBalanceIsWhatIsAvailable) {
  found();
  const JobReport ran = run(draft("fuel 1000000\noutput x\n"));
  const SubmitAnswer cancelled = submit(draft("output y\n"));
  ASSERT_TRUE(cancel_job(*node, cancelled.id));
  const SubmitAnswer waiting = submit(draft("output z\n"));
  const StatementPage all = page(50);
  EXPECT_FALSE(all.next);
  ASSERT_EQ(all.rows.size(), 4U);
  expect_sums(all.rows, 0);
  EXPECT_EQ(all.rows[0].what, "grant");
  EXPECT_EQ(all.rows[0].in, grant);
  EXPECT_EQ(all.rows[1].what, "job");
  EXPECT_EQ(all.rows[1].job, ran.record.id);
  EXPECT_EQ(all.rows[1].out, ran.record.charged);
  EXPECT_EQ(all.rows[2].job, cancelled.id);
  EXPECT_EQ(all.rows[2].out.umana, 0U);
  EXPECT_EQ(all.rows[3].what, "held");
  EXPECT_EQ(all.rows[3].job, waiting.id);
  EXPECT_EQ(all.rows[3].out, waiting.record.reserve);
  EXPECT_EQ(all.rows.back().balance, of_member());
}

TEST_F(Statement, PagesJoinOverCheckpointsWhateverIsAskedForAtOnce) {
  settings.checkpoint_every = 5;
  found();
  for (int i = 0; i < 40; ++i) run(draft("output " + std::to_string(i) + "\n"));
  for (const std::size_t count : {std::size_t{1}, std::size_t{7}, std::size_t{1'000}}) {
    std::vector<StatementRow> rows;
    StatementPage newest = page(count);
    for (StatementPage at = std::move(newest);;) {
      rows.insert(rows.begin(), at.rows.begin(), at.rows.end());
      if (!at.next) break;
      at = page(count, at.next);
    }
    EXPECT_EQ(rows.size(), 41U);
    expect_sums(rows, 0);
    EXPECT_EQ(rows.back().balance, of_member());
  }
}

TEST_F(Statement, AnExecutorEarnsAndMoreHeldJobsThanAPageAreOneRow) {
  found();
  run(draft("fuel 1000000\noutput x\n"));
  const StatementPage of_executor = mana_statement(*node, node->node_did(), {}, 10).value();
  ASSERT_EQ(of_executor.rows.size(), 1U);
  EXPECT_EQ(of_executor.rows[0].what, "pay");
  EXPECT_EQ(of_executor.rows[0].balance, of_node());
  for (int i = 0; i < 5; ++i) submit(draft("output held " + std::to_string(i) + "\n"));
  const StatementPage newest = page(2);
  ASSERT_EQ(newest.rows.size(), 5U);
  EXPECT_FALSE(newest.rows[2].job);
  EXPECT_EQ(newest.rows.back().balance, of_member());
  expect_sums(newest.rows, 0);
}

TEST_F(Statement, OfAPastMomentEndsAtWhatTheAccountHeldThen) {
  settings.checkpoint_every = 7;
  found();
  const model::AccountKey account = model::AccountKey::of(member->did());
  std::map<std::uint64_t, model::Mana> held_at;
  for (int i = 0; i < 30; ++i) {
    clock->now_ms += 1'000;
    if (i % 3 == 0) submit(draft("output held " + std::to_string(i) + "\n"));
    if (i % 3 == 1) run(draft("output " + std::to_string(i) + "\n"));
    held_at[clock->now_ms] = node->ledger().balance(account).posted;
  }
  for (const auto& [time, posted] : held_at) {
    for (const std::uint64_t offset : {0U, 999U}) {
      const StatementCursor cursor = statement_at(*node, member->did(), {time + offset}).value();
      EXPECT_EQ(cursor.balance, posted);
      const StatementPage past = page(5, cursor);
      EXPECT_EQ(past.balance, posted);
      ASSERT_FALSE(past.rows.empty());
      EXPECT_EQ(past.rows.back().balance, posted);
      EXPECT_LE(past.rows.back().time.value, time + offset);
    }
  }
  const StatementCursor before_all = statement_at(*node, member->did(), {StandingClock::kBegin - 1}).value();
  EXPECT_EQ(before_all.sequence, 1U);
  EXPECT_EQ(before_all.balance.umana, 0U);
  EXPECT_TRUE(page(5, before_all).rows.empty());
  EXPECT_EQ(statement_at(*node, member->did(), {UINT64_MAX})->balance, node->ledger().balance(account).posted);
}

}  // namespace
}  // namespace icn::runtime
