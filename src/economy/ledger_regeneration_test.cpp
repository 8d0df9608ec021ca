// Goal: regeneration in the ledger equals a model that adds to each account second by second, over seeded operations
// with changing rates, caps and reputations; polling changes no income; the journal alone shows every amount; sums
// balance, nothing is negative, the cap bounds regeneration only, and a refusal changes nothing.
#include <gtest/gtest.h>

#include <map>
#include <random>

#include "economy/ledger.hpp"
#include "testing/fake_state_store.hpp"
#include "testing/rounds.hpp"
#include "testing/transfers.hpp"

namespace icn::economy {
namespace {

using model::AccountKey;
using model::Mana;
using model::SystemAccount;
using model::Transfer;
using model::UnixMs;

constexpr const char* kMembers[] = {"alice", "bob", "carol", "dora"};
constexpr std::uint64_t kBegin = 1'700'000'000;  // seconds

// A scope's rates, which change as a test goes on, and a ledger that is asked under them.
struct Home {
  std::vector<RateSegment> segments;
  std::map<model::Did, std::uint64_t> points;
  testing::FakeStateStore store;
  std::unique_ptr<Ledger> ledger = std::make_unique<Ledger>();
  RatesOf rates = [this](const model::Did& did) -> std::optional<AccountRates> {
    if (did == testing::did_named("node")) return std::nullopt;
    const auto at = points.find(did);
    return AccountRates{segments, percent_by_reputation(at == points.end() ? 100 : at->second), {}};
  };

  Result<Applied> apply(const std::vector<Transfer>& linked, std::uint64_t ms) {
    ports::Batch batch;
    auto applied = ledger->apply(linked, UnixMs{ms}, batch, rates);
    EXPECT_EQ(batch.empty(), !applied || *applied == Applied::before);
    store.commit_one(batch);
    return applied;
  }
  void accrue(const char* name, std::uint64_t ms) {
    ports::Batch batch;
    const model::Did did = testing::did_named(name);
    const bool changed = ledger->accrue(std::span(&did, 1), UnixMs{ms}, batch, rates);
    EXPECT_EQ(changed, !batch.empty());
    store.commit_one(batch);
  }
  Standing standing(const char* name, std::uint64_t ms) const {
    return ledger->standing(testing::account_named(name), UnixMs{ms}, rates);
  }
  void checkpoint_and_reopen() {
    ports::Batch batch;
    ledger->checkpoint(batch);
    store.commit_one(batch);
    auto opened = Ledger::open(store);
    ASSERT_TRUE(opened) << opened.error().detail;
    ASSERT_EQ((*opened)->state_hash(), ledger->state_hash());
    ledger = *std::move(opened);
  }
  void expect_audited() const {
    const auto report = audit_from_journal(store, *ledger);
    EXPECT_TRUE(report) << report.error().detail;
  }
};

// An account that is looked at every second, with a counter of parts: no spans, no records, no products of times.
struct Counted {
  std::uint64_t posted = 0;
  std::uint64_t reserved = 0;
  std::uint64_t parts = 0;
  std::uint64_t percent = 100;
  void second(std::uint64_t umana_per_hour, std::uint64_t cap) {
    if (umana_per_hour * percent / 100 == 0) return;
    parts += umana_per_hour * percent / 100 * 1'000;
    while (parts >= kPartsPerUmana && posted < cap) ++posted, parts -= kPartsPerUmana;
    if (posted >= cap) parts = 0;
  }
};

// Seeded operations, a few each second, with the model next to the ledger.
class SecondBySecond : public ::testing::Test {
 protected:
  void second(std::uint64_t at) {
    for (auto& [name, account] : counted_) account.second(rate_, cap_);
    if (at == kBegin || below(500) == 0) change_rate(at);
    now_ = at * 1'000 + below(1'000);
    name_ = kMembers[below(4)];
    if (below(300) == 0) change_reputation();
    for (std::uint64_t repeat = below(3); repeat > 0; --repeat) operation();
    compare(kMembers[below(4)]);
    if (below(400) == 0) home.checkpoint_and_reopen();
    if (below(400) == 0) {
      EXPECT_TRUE(home.ledger->audit());
    }
  }
  Home home;
  std::uint64_t refused = 0;

 private:
  struct Open {
    Transfer reserve;
    std::string member;
  };
  std::uint64_t below(std::uint64_t bound) { return random_() % bound; }

  void change_rate(std::uint64_t at) {
    rate_ = below(4) == 0 ? 0 : 1 + below(40'000), cap_ = 1 + below(3'000);
    home.segments.push_back({UnixMs{at * 1'000}, rate_, Mana{cap_}});
    for (const char* name : kMembers) counted_[name];
  }
  void change_reputation() {
    home.accrue(name_.c_str(), now_);
    const std::uint64_t points = below(300);
    home.points[testing::did_named(name_)] = points;
    counted_[name_].percent = percent_by_reputation(points);
  }
  void operation() {
    const std::string id = "t" + std::to_string(++number_);
    if (below(5) == 0) return settle(id);
    const std::uint64_t amount = 1 + below(400);
    const std::uint64_t kind = below(4);
    const Transfer transfer = kind == 0   ? testing::grant(id, name_, amount)
                              : kind == 1 ? testing::reserve(id, name_, amount)
                                          : testing::fee(id, name_, amount);
    Counted& account = counted_[name_];
    const ipld::Digest before = home.ledger->state_hash();
    const auto applied = home.apply({transfer}, now_);
    ASSERT_EQ(applied.has_value(), kind == 0 || amount <= account.posted - account.reserved)
        << (applied ? "" : applied.error().detail);
    if (!applied) {
      ++refused;
      ASSERT_EQ(home.ledger->state_hash(), before);
      return;
    }
    if (kind == 0) account.posted += amount;
    if (kind == 1) account.reserved += amount, reserves_.push_back({transfer, name_});
    if (kind > 1) account.posted -= amount;
  }
  void settle(const std::string& id) {
    if (reserves_.empty()) return;
    const std::size_t at = below(reserves_.size());
    const Open open = reserves_[at];
    reserves_.erase(reserves_.begin() + static_cast<std::ptrdiff_t>(at));
    const std::uint64_t taken = below(open.reserve.amount.umana + 1);
    std::vector<Transfer> linked = {testing::close_reserve(id, open.reserve, taken)};
    if (taken > 0) linked.push_back(testing::payout(id + "p", name_, taken));
    const auto applied = home.apply(linked, now_);
    ASSERT_TRUE(applied) << "a settlement was refused: " << applied.error().detail;
    counted_[open.member].reserved -= open.reserve.amount.umana;
    counted_[open.member].posted -= taken;
    counted_[name_].posted += taken;
  }
  void compare(const std::string& name) {
    const Standing standing = home.standing(name.c_str(), now_);
    ASSERT_EQ(standing.balance.posted.umana + standing.due.umana, counted_[name].posted) << name << " at " << now_;
    ASSERT_EQ(standing.balance.reserved.umana, counted_[name].reserved);
  }

  std::mt19937_64 random_{20'260'202};
  std::map<std::string, Counted> counted_;
  std::vector<Open> reserves_;
  std::uint64_t rate_ = 0, cap_ = 0, number_ = 0, now_ = 0;
  std::string name_;
};

TEST_F(SecondBySecond, TheLedgerEqualsAModelThatCountsEverySecond) {
  for (std::uint64_t at = kBegin; at < kBegin + 20'000 && !HasFatalFailure(); ++at) second(at);
  EXPECT_GT(home.ledger->sequence(), 10'000U);
  EXPECT_GT(refused, 500U);
  home.expect_audited();
}

TEST(LedgerRegeneration, PollingChangesNoIncome) {
  // The same changes on two homes; one also accrues and reads at any time.
  Home idle, polled;
  std::mt19937_64 random(3);
  const auto below = [&](std::uint64_t bound) { return random() % bound; };
  std::uint64_t ms = kBegin * 1'000;
  for (Home* home : {&idle, &polled}) home->segments.push_back({UnixMs{ms}, 7'777, Mana{500}});
  for (int step = 0; step < 2'000; ++step) {
    for (std::uint64_t polls = below(20); polls > 0; --polls) {
      ms += below(60'000);
      polled.accrue(kMembers[below(4)], ms);
    }
    ms += below(300'000);
    if (below(50) == 0) {
      // From a moment between two seconds.
      const RateSegment segment{UnixMs{ms}, below(100'000), Mana{below(2'000)}};
      for (Home* home : {&idle, &polled}) home->segments.push_back(segment);
    }
    const char* const name = kMembers[below(4)];
    const std::string id = "t" + std::to_string(step);
    const std::vector<Transfer> linked = {below(3) == 0 ? testing::grant(id, name, 1 + below(900))
                                                        : testing::fee(id, name, 1 + below(300))};
    ASSERT_EQ(idle.apply(linked, ms).has_value(), polled.apply(linked, ms).has_value());
    const Standing one = idle.standing(name, ms), other = polled.standing(name, ms);
    ASSERT_EQ(one.available(), other.available()) << step;
  }
  EXPECT_GT(polled.ledger->sequence(), 2 * idle.ledger->sequence());
  for (const char* name : kMembers) {
    for (Home* home : {&idle, &polled}) home->accrue(name, ms);
    EXPECT_EQ(idle.ledger->regeneration(testing::account_named(name)),
              polled.ledger->regeneration(testing::account_named(name)));
  }
  for (Home* home : {&idle, &polled}) home->expect_audited();
}

// Lists of fees by a thousand members under changing rates, on a fresh ledger; returns how many lists were accepted.
std::uint64_t keep_sums(std::uint64_t seed, int lists) {
  Home home;
  std::mt19937_64 random(seed);
  const auto below = [&](std::uint64_t bound) { return random() % bound; };
  std::vector<AccountKey> members;
  for (int i = 0; i < 1'000; ++i) members.push_back(testing::account_named("m" + std::to_string(i)));
  std::uint64_t ms = kBegin * 1'000;
  home.segments.push_back({UnixMs{ms}, 3'600'000, Mana{1'000'000}});
  ports::Batch batch;
  std::uint64_t accepted = 0, number = 0;
  for (int step = 0; step < lists; ++step) {
    std::vector<Transfer> linked(5);
    for (Transfer& transfer : linked) {
      transfer.debit = members[below(members.size())];
      transfer.credit = AccountKey::of(SystemAccount::fees);
      transfer.amount = Mana{1 + below(20'000)};
      transfer.code = model::TransferCode::fee;
      // Ids are hashes: consecutive ones would fill consecutive slots of the ledger's tables.
      const std::uint64_t mixed = ++number * 0x9e3779b97f4a7c15ULL;
      std::memcpy(transfer.id.data(), &mixed, sizeof mixed);
      std::memcpy(transfer.id.data() + 8, &number, sizeof number);
    }
    ms += below(100);
    if (below(1'000) == 0) home.segments.push_back({UnixMs{ms}, below(7'200'000), Mana{below(2'000'000)}});
    if (home.ledger->apply(linked, UnixMs{ms}, batch, home.rates)) ++accepted;
    if (step % 64 == 0) batch = ports::Batch();
    if (step % 10'000 == 0) {
      EXPECT_TRUE(home.ledger->audit());
    }
  }
  const auto report = home.ledger->audit();
  EXPECT_TRUE(report) << report.error().detail;
  if (report) {
    EXPECT_EQ(report->issued, Mana{report->member_held.umana + report->fees.umana});
  }
  return accepted;
}

TEST(LedgerRegeneration, AMillionOperationsKeepTheSums) {
  // Each on a fresh ledger.
  for (std::uint64_t seed = 0; seed < ::icn::testing::random_rounds(); ++seed)
    EXPECT_GT(keep_sums(seed, 200'000), 5'000U);
}

struct Forging : ::testing::Test {
  Forging() {
    home.segments.push_back({UnixMs{10'000}, 3'600'000, Mana{1'000'000}});
    EXPECT_TRUE(home.apply({testing::grant("g", "alice", 100)}, 12'000));
    EXPECT_TRUE(home.apply({testing::fee("f", "alice", 1)}, 13'000));
  }
  // What the ledger answers to a transfer that regenerates on an account by these terms.
  std::string answer(const char* name, std::uint64_t amount, const RegenerationTerms& terms) {
    Transfer transfer = testing::transfer_named("x", model::TransferCode::regeneration, "REGENERATION", name, amount);
    transfer.user_data = terms.encode();
    ports::Batch batch;
    const ipld::Digest before = home.ledger->state_hash();
    const auto applied = home.ledger->apply(std::span(&transfer, 1), UnixMs{20'000}, batch);
    if (applied) return "now";
    EXPECT_TRUE(batch.empty());
    EXPECT_EQ(home.ledger->state_hash(), before);
    return applied.error().rule;
  }
  Home home;
};

TEST_F(Forging, TheJournalTakesOnlyWhatTheTermsMakeDue) {
  const RateSpan span{15'000, 3'600'000, Mana{1'000'000}};
  const std::string refused(rules::kRegeneration);
  EXPECT_EQ(home.ledger->balance(testing::account_named("alice")).posted, Mana{3'099});
  EXPECT_EQ(answer("alice", 1'999, {span, 0}), refused);
  EXPECT_EQ(answer("alice", 2'001, {span, 0}), refused);
  EXPECT_EQ(answer("alice", 2'000, {span, 1}), refused);
  EXPECT_EQ(answer("alice", 2'000, {{15'001, 3'600'000, Mana{1'000'000}}, 0}), refused);
  EXPECT_EQ(answer("alice", 2'000, {{15'000, 3'600'001, Mana{1'000'000}}, 0}), refused);
  EXPECT_EQ(answer("alice", 2'000, {{15'000, 3'600'000, Mana{5'000}}, 0}), refused) << "above the cap";
  EXPECT_EQ(answer("alice", 0, {{13'000, 0, {}}, 0}), refused) << "accrued before";
  EXPECT_EQ(answer("alice", 0, {{12'999, 0, {}}, 0}), refused);
  EXPECT_EQ(answer("bob", 15'000, {span, 0}), refused) << "a first accrual has rate 0";
  EXPECT_EQ(answer("bob", 0, {{15'000, 0, {}}, 5}), refused);
  EXPECT_EQ(answer("alice", 2'000, {span, 0}), "now");
}

TEST(LedgerRegeneration, ReplayRefusesARecordWithAnotherAmount) {
  Home home;
  home.segments.push_back({UnixMs{10'000}, 3'600'000, Mana{1'000'000}});
  ASSERT_TRUE(home.apply({testing::grant("g", "alice", 100)}, 12'000));
  home.expect_audited();
  // The amount of the record's second transfer.
  Bytes& record = home.store.pairs.begin()->second;
  constexpr std::size_t transfer_bytes = 32 + 2 * 34 + 8 + 1 + 1 + 32 + 32;
  ASSERT_EQ(record.size(), 11 + 3 * transfer_bytes + 32);
  record[11 + transfer_bytes + 32 + 2 * 34 + 7] ^= 1;
  // As if its writer had meant it: the chain follows from the forged bytes.
  Bytes chained(32, 0);
  append(chained, ByteView(record).first(record.size() - 32));
  const ipld::Digest chain = ipld::sha256(chained);
  std::copy(chain.begin(), chain.end(), record.end() - 32);
  const auto replayed = Ledger::open(home.store);
  ASSERT_FALSE(replayed);
  EXPECT_EQ(replayed.error().code, ErrorCode::corrupted);
  EXPECT_NE(replayed.error().detail.find("does not follow from its terms"), std::string::npos);
}

TEST(LedgerRegeneration, IsNeverRefusedForLackOfRoom) {
  Home home;
  home.segments.push_back({UnixMs{1'000}, 3'600'000'000, Mana{UINT64_MAX}});
  ASSERT_TRUE(home.apply({testing::grant("g", "node", UINT64_MAX - 5)}, 1'000));
  // A second makes a million due; all the mana there can be has room for five more.
  EXPECT_EQ(home.standing("alice", 2'000).due, Mana{5});
  const Transfer reserve = testing::reserve("r", "alice", 5);
  ASSERT_TRUE(home.apply({reserve}, 2'000));
  ASSERT_TRUE(home.apply({testing::close_reserve("p", reserve, 5)}, 99'000));
  ASSERT_TRUE(home.apply({testing::payout("y", "bob", 5)}, 99'000));
  EXPECT_EQ(home.standing("bob", 99'000), (Standing{{Mana{5}, {}}, {}}));
  ASSERT_TRUE(home.ledger->audit());
  home.expect_audited();
}

TEST(LedgerRegeneration, ARefusalSaysWhenItSuffices) {
  Home home;
  home.segments.push_back({UnixMs{1'000}, 600 * Mana::kUnit, Mana{100 * Mana::kUnit}});
  ASSERT_TRUE(home.apply({testing::grant("g", "alice", 20 * Mana::kUnit)}, 1'000));
  const auto text = [&](std::uint64_t mana) {
    return home.apply({testing::fee("f", "alice", mana * Mana::kUnit)}, 1'000).error().detail;
  };
  EXPECT_TRUE(text(30).ends_with("Regeneration makes up for that in 1 min 0 s.")) << text(30);
  EXPECT_TRUE(text(100).ends_with("Regeneration makes up for that in 8 min 0 s.")) << text(100);
  EXPECT_TRUE(text(101).ends_with("Regeneration alone never makes up for that.")) << text(101);
  // A list is refused as a whole, so all of it must be affordable.
  const auto list =
      home.apply({testing::fee("a", "alice", 15 * Mana::kUnit), testing::fee("b", "alice", 15 * Mana::kUnit)}, 1'000);
  EXPECT_TRUE(list.error().detail.ends_with("in 1 min 0 s.")) << list.error().detail;
  ASSERT_TRUE(home.apply({testing::fee("c", "alice", 30 * Mana::kUnit)}, 61'000));
  // Where nothing regenerates, nothing is said of it.
  EXPECT_TRUE(home.apply({testing::fee("d", "node", 1)}, 61'000).error().detail.ends_with("nothing changed"));
  EXPECT_EQ(home.ledger->outlook(testing::account_named("alice"), Mana{10 * Mana::kUnit}, UnixMs{61'000}, home.rates),
            "Regeneration makes up for that in 1 min 0 s.");
}

TEST(LedgerRegeneration, ARepeatAccruesNothing) {
  Home home;
  home.segments.push_back({UnixMs{1'000}, 3'600'000, Mana{1'000'000}});
  const std::vector<Transfer> linked{testing::fee("f", "alice", 500), testing::fee("h", "bob", 1)};
  EXPECT_EQ(home.apply(linked, 2'000).value(), Applied::now);
  const ipld::Digest hash = home.ledger->state_hash();
  EXPECT_EQ(home.apply(linked, 9'000).value(), Applied::before);
  EXPECT_EQ(home.ledger->state_hash(), hash);
  home.checkpoint_and_reopen();
  EXPECT_EQ(home.apply(linked, 9'000).value(), Applied::before);
}

}  // namespace
}  // namespace icn::economy
