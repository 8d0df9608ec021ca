// Goal: over ten thousand seeded operations the ledger answers as a naive model does and its sums balance after each;
// its journal, cut anywhere, replays to the state it had there; threads cannot spend the same mana twice.
#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <random>
#include <thread>

#include "economy/ledger.hpp"
#include "model/keys.hpp"
#include "model/transfer_codes.hpp"
#include "testing/fake_state_store.hpp"
#include "testing/rounds.hpp"
#include "testing/transfers.hpp"

namespace icn::economy {
namespace {

using model::Mana;
using model::Transfer;
using model::TransferCode;
using model::TransferPhase;
using model::UnixMs;

// One requested transfer in words: the model has no interned numbers, hashes or records.
struct Ask {
  std::string id;
  TransferCode code{};
  TransferPhase phase{};
  std::string debit, credit;
  std::uint64_t amount = 0;
  std::string pending;
  friend bool operator==(const Ask&, const Ask&) = default;
};

Transfer transfer_of(const Ask& ask) {
  Transfer transfer = testing::transfer_named(ask.id, ask.code, ask.debit, ask.credit, ask.amount);
  transfer.phase = ask.phase;
  if (!ask.pending.empty()) transfer.pending_id = testing::id_named(ask.pending);
  return transfer;
}

struct Reserve {
  Ask ask;
  bool open = true;
};

// Books as kept by hand: balances, reserves and everything that was ever done.
struct Naive {
  std::map<std::string, std::int64_t> balance;
  std::map<std::string, std::int64_t> reserved;
  std::map<std::string, Reserve> reserves;
  std::map<std::string, Ask> done;

  static bool is_member(const std::string& name) { return name[0] >= 'a'; }

  static bool allowed(const Ask& ask) {
    const bool from = is_member(ask.debit);
    const bool to = is_member(ask.credit);
    const auto is = [&](const char* debit, const char* credit) {
      return (debit == std::string("*") ? from : ask.debit == debit) &&
             (credit == std::string("*") ? to : ask.credit == credit);
    };
    const bool single = ask.phase == TransferPhase::single;
    switch (ask.code) {
      case TransferCode::grant:
        return single && is("ISSUANCE", "*");
      case TransferCode::endowment:
        return single && is("ISSUANCE", "TREASURY");
      case TransferCode::regeneration:
        return false;  // not without terms: ledger_regeneration_test.cpp
      case TransferCode::job_reserve:
      case TransferCode::budget_reserve:
      case TransferCode::proposal_deposit:
        return !single && is("*", "ESCROW");
      case TransferCode::job_discount:
        return !single && is("TREASURY", "ESCROW");
      case TransferCode::payout:
        return single && is("ESCROW", "*");
      case TransferCode::fee:
        return single && is("*", "FEES");
      case TransferCode::epoch_fees:
        return single && is("FEES", "TREASURY");
      case TransferCode::treasury_credit:
      case TransferCode::delegate_credit:
        return single && is("TREASURY", "*");
      case TransferCode::slash:
        return single && is("ESCROW", "SLASHED");
      case TransferCode::budget_spend:
      case TransferCode::deposit_forfeit:
        return single && is("ESCROW", "FEES");
    }
    return false;
  }

  std::string one(const Ask& ask) {
    const bool closes = ask.phase == TransferPhase::post || ask.phase == TransferPhase::void_;
    if (!allowed(ask) || done.contains(ask.id)) return "invalid_argument";
    if ((ask.amount == 0) != (ask.phase == TransferPhase::void_)) return "invalid_argument";
    if (!closes && !ask.pending.empty()) return "invalid_argument";
    const auto amount = static_cast<std::int64_t>(ask.amount);
    if (closes) {
      const auto found = reserves.find(ask.pending);
      if (found == reserves.end() || !found->second.open) return "invalid_argument";
      const Ask& of = found->second.ask;
      if (of.debit != ask.debit || of.credit != ask.credit || of.code != ask.code) return "invalid_argument";
      if (ask.amount > of.amount) return "invalid_argument";
      found->second.open = false;
      reserved[ask.debit] -= static_cast<std::int64_t>(of.amount);
    } else {
      const bool source = ask.debit == "ISSUANCE" || ask.debit == "REGENERATION";
      if (!source && amount > balance[ask.debit] - reserved[ask.debit]) return "insufficient_mana";
    }
    if (ask.phase == TransferPhase::pending) {
      reserves[ask.id] = {ask, true};
      reserved[ask.debit] += amount;
    } else {
      balance[ask.debit] -= amount;
      balance[ask.credit] += amount;
    }
    done[ask.id] = ask;
    return "now";
  }

  void take_back(const Ask& ask) {
    done.erase(ask.id);
    if (ask.phase == TransferPhase::pending) reserves.erase(ask.id);
    if (ask.phase == TransferPhase::post || ask.phase == TransferPhase::void_) reserves[ask.pending].open = true;
  }

  std::string list(const std::vector<Ask>& linked) {
    std::size_t known = 0;
    for (const Ask& ask : linked) {
      const auto found = done.find(ask.id);
      if (found == done.end()) continue;
      if (found->second != ask) return "conflict";
      ++known;
    }
    if (known == linked.size()) return "before";
    if (known != 0) return "conflict";
    const auto kept = std::pair(balance, reserved);
    for (std::size_t i = 0; i < linked.size(); ++i) {
      const std::string answer = one(linked[i]);
      if (answer == "now") continue;
      std::tie(balance, reserved) = kept;
      while (i-- > 0) take_back(linked[i]);
      return answer;
    }
    return "now";
  }
};

constexpr const char* kNames[] = {"alice",        "bob",  "carol",    "dora",   "ISSUANCE",
                                  "REGENERATION", "FEES", "TREASURY", "ESCROW", "SLASHED"};

class Maker {
 public:
  explicit Maker(std::uint64_t seed) : random_(seed) {}
  std::uint64_t below(std::uint64_t bound) { return random_() % bound; }

  std::vector<Ask> list() {
    // Sometimes repeats an earlier operation, unchanged or with another amount.
    if (!asked_.empty() && below(12) == 0) {
      std::vector<Ask> again = asked_[below(asked_.size())];
      if (below(3) == 0) again[below(again.size())].amount += 1;
      if (below(4) == 0) again.push_back(ask());
      return again;
    }
    std::vector<Ask> linked;
    for (std::uint64_t i = 0, count = below(3) == 0 ? 1 + below(5) : 1; i < count; ++i) linked.push_back(ask());
    if (asked_.size() < 200) {
      asked_.push_back(linked);
    } else {
      asked_[below(asked_.size())] = linked;
    }
    return linked;
  }

 private:
  std::string member() { return kNames[below(4)]; }
  Ask ask() {
    Ask made;
    made.id = "t" + std::to_string(++number_);
    made.code = static_cast<TransferCode>(1 + below(model::transfer_table().size()));
    made.amount = 1 + below(100);
    switch (made.code) {
      case TransferCode::grant:
        made.debit = "ISSUANCE", made.credit = member();
        break;
      case TransferCode::endowment:
        made.debit = "ISSUANCE", made.credit = "TREASURY";
        break;
      case TransferCode::regeneration:
        made.debit = "REGENERATION", made.credit = member();
        break;
      case TransferCode::job_reserve:
      case TransferCode::budget_reserve:
      case TransferCode::proposal_deposit:
        made.debit = member(), made.credit = "ESCROW";
        break;
      case TransferCode::job_discount:
        made.debit = "TREASURY", made.credit = "ESCROW";
        break;
      case TransferCode::payout:
        made.debit = "ESCROW", made.credit = member();
        break;
      case TransferCode::fee:
        made.debit = member(), made.credit = "FEES", made.amount *= 3;
        break;
      case TransferCode::epoch_fees:
        made.debit = "FEES", made.credit = "TREASURY";
        break;
      case TransferCode::treasury_credit:
      case TransferCode::delegate_credit:
        made.debit = "TREASURY", made.credit = member();
        break;
      case TransferCode::slash:
        made.debit = "ESCROW", made.credit = "SLASHED", made.amount /= 4;
        break;
      case TransferCode::budget_spend:
      case TransferCode::deposit_forfeit:
        made.debit = "ESCROW", made.credit = "FEES";
        break;
    }
    const bool two_phase = model::find_transfer_row(made.code)->shape == model::TransferShape::two_phase;
    if (two_phase) made.phase = TransferPhase::pending;
    if (two_phase && !reserves_.empty() && below(2) == 0) {
      const Ask of = reserves_[below(reserves_.size())];
      made.code = of.code, made.debit = of.debit, made.credit = of.credit, made.pending = of.id;
      made.phase = below(3) == 0 ? TransferPhase::void_ : TransferPhase::post;
      made.amount = made.phase == TransferPhase::void_ ? 0 : 1 + below(of.amount + 2);
    } else if (two_phase) {
      if (reserves_.size() > 30) reserves_.erase(reserves_.begin());
      reserves_.push_back(made);
    }
    // An occasional invalid transfer.
    if (below(25) == 0) made.debit = kNames[below(10)];
    if (below(25) == 0) made.credit = kNames[below(10)];
    if (below(40) == 0) made.phase = static_cast<TransferPhase>(below(4));
    if (below(40) == 0) made.amount = 0;
    if (below(60) == 0) made.pending = "t" + std::to_string(below(number_));
    return made;
  }

  std::mt19937_64 random_;
  std::uint64_t number_ = 0;
  std::vector<Ask> reserves_;
  std::vector<std::vector<Ask>> asked_;
};

void expect_same_books(const Ledger& ledger, Naive& naive) {
  for (const char* name : kNames) {
    const Balance balance = ledger.balance(testing::account_named(name));
    const std::int64_t expected = naive.balance[name];
    ASSERT_EQ(balance.posted.umana, static_cast<std::uint64_t>(std::max<std::int64_t>(expected, 0))) << name;
    ASSERT_EQ(balance.reserved.umana, static_cast<std::uint64_t>(naive.reserved[name])) << name;
  }
  std::uint64_t debits = 0, credits = 0, debits_pending = 0, credits_pending = 0;
  for (const AccountTotals& account : ledger.accounts()) {
    debits += account.debits;
    credits += account.credits;
    debits_pending += account.debits_pending;
    credits_pending += account.credits_pending;
  }
  ASSERT_EQ(debits, credits) << "mana was created or lost";
  ASSERT_EQ(debits_pending, credits_pending) << "a reserve has only one side";
}

// The journal's first `sequence` records, opened.
ipld::Digest hash_after(const testing::FakeStateStore& full, std::uint64_t sequence) {
  testing::FakeStateStore cut;
  for (const auto& [key, value] : full.pairs) {
    const bool record = text_of(key).starts_with(model::keys::kLedgerJournal);
    if (record && read_be64(key.data() + key.size() - 8) <= sequence) cut.pairs[key] = value;
  }
  const auto opened = Ledger::open(cut);
  EXPECT_TRUE(opened) << opened.error().detail;
  return opened ? (*opened)->state_hash() : ipld::Digest{};
}

void ten_thousand_operations(std::uint64_t seed) {
  Maker maker(seed);
  Naive naive;
  testing::FakeStateStore store;
  auto ledger = std::make_unique<Ledger>();
  std::map<std::string, int> answers;
  std::map<std::uint64_t, ipld::Digest> cuts;
  std::map<std::uint64_t, std::vector<AccountTotals>> accounts;
  for (int step = 0; step < 10'000; ++step) {
    SCOPED_TRACE("step " + std::to_string(step));
    const std::vector<Ask> asks = maker.list();
    std::vector<Transfer> linked;
    for (const Ask& ask : asks) linked.push_back(transfer_of(ask));
    ports::Batch batch;
    const auto applied = ledger->apply(linked, UnixMs{static_cast<std::uint64_t>(step)}, batch);
    const std::string answer = !applied                   ? std::string(error_row(applied.error().code).name)
                               : *applied == Applied::now ? "now"
                                                          : "before";
    ASSERT_EQ(answer, naive.list(asks)) << (applied ? "" : applied.error().detail);
    ASSERT_EQ(batch.empty(), answer != "now");
    ++answers[answer];
    store.commit_one(batch);
    expect_same_books(*ledger, naive);
    if (maker.below(400) == 0) {
      cuts[ledger->sequence()] = ledger->state_hash();
      accounts[ledger->sequence()] = ledger->accounts();
    }
    if (maker.below(1'000) == 0) {
      ports::Batch written;
      ledger->checkpoint(written);
      store.commit_one(written);
      auto opened = Ledger::open(store);
      ASSERT_TRUE(opened) << opened.error().detail;
      ASSERT_EQ((*opened)->state_hash(), ledger->state_hash());
      ledger = *std::move(opened);
    }
  }
  for (const auto& [sequence, hash] : cuts) EXPECT_EQ(hash_after(store, sequence), hash) << "cut after " << sequence;
  for (const auto& [sequence, then] : accounts) EXPECT_EQ(accounts_at(store, sequence).value(), then) << sequence;
  EXPECT_EQ(accounts_at(store, ledger->sequence() + 1).error().code, ErrorCode::corrupted);
  std::size_t pages = 0;
  const auto report = audit_from_journal(store, ledger->state_hash(), AccountRows::expected, [&pages] { ++pages; });
  EXPECT_TRUE(report) << report.error().detail;
  EXPECT_GE(pages, 2U) << "it can be slowed down";
  // The sequence is meaningful only if every kind of answer occurs.
  EXPECT_GT(answers["now"], 3'000);
  EXPECT_GT(answers["before"], 50);
  EXPECT_GT(answers["conflict"], 50);
  EXPECT_GT(answers["insufficient_mana"], 300);
  EXPECT_GT(answers["invalid_argument"], 300);
  EXPECT_GT(cuts.size(), 10U);
}

TEST(LedgerRandom, TenThousandOperationsAnswerAsTheNaiveModel) {
  for (std::uint64_t round = 0; round < testing::random_rounds(); ++round) {
    SCOPED_TRACE("round " + std::to_string(round));
    ten_thousand_operations(20'260'101 + round);
    if (HasFatalFailure()) return;
  }
}

TEST(LedgerThreads, SixteenThreadsSpendEightThousandExactlyOnce) {
  Ledger ledger;
  testing::FakeStateStore store;
  ports::Batch granted;
  const Transfer grant = testing::grant("g", "alice", 8'000);
  ASSERT_TRUE(ledger.apply(std::span(&grant, 1), UnixMs{1}, granted));
  store.commit_one(granted);
  std::atomic<int> spent = 0, refused = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 16; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 1'000; ++i) {
        const Transfer fee = testing::fee(std::to_string(t) + "/" + std::to_string(i), "alice", 1);
        ports::Batch batch;
        const auto applied = ledger.apply(std::span(&fee, 1), UnixMs{2}, batch);
        if (applied) {
          ++spent;
          store.commit_one(batch);
        } else if (applied.error().code == ErrorCode::insufficient_mana) {
          ++refused;
        }
        if (i % 250 == 0) {
          EXPECT_TRUE(ledger.audit());
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(spent, 8'000);
  EXPECT_EQ(refused, 8'000);
  EXPECT_EQ(ledger.balance(grant.credit), Balance{});
  const auto opened = Ledger::open(store);
  ASSERT_TRUE(opened) << opened.error().detail;
  EXPECT_EQ((*opened)->state_hash(), ledger.state_hash());
}

TEST(LedgerThreads, TheSameTransferFromManyThreadsMovesManaOnce) {
  Ledger ledger;
  std::atomic<int> now = 0, before = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 200; ++i) {
        const Transfer grant = testing::grant("g" + std::to_string(i), "alice", 5);
        ports::Batch batch;
        const auto applied = ledger.apply(std::span(&grant, 1), UnixMs{1}, batch);
        if (applied) ++(*applied == Applied::now ? now : before);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(now, 200);
  EXPECT_EQ(before, 7 * 200);
  EXPECT_EQ(ledger.balance(testing::account_named("alice")).posted, Mana{1'000});
}

}  // namespace
}  // namespace icn::economy
