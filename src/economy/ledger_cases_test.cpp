// Goal: the ledger answers as tests/cases/ledger_*.txt specify, its sums balance after every line, and it has the same
// state when it is opened again. A line is one operation:
//
//   CODE[.PHASE] ID DEBIT CREDIT UMANA [of PENDING] [& another transfer ...] -> now | before | ERROR RULE
//   balance ACCOUNT AVAILABLE RESERVED        pending ID UMANA|none        reopen        checkpoint
//   time SECONDS        rate FROM_SECONDS UMANA_PER_HOUR CAP        reputation MEMBER POINTS        due MEMBER UMANA
//
// Without `time` each operation is a millisecond later; members regenerate once there is a `rate`, with reputation 100.
// Names in capitals are system accounts, all others members; amounts are µmana, `max` is 2^64 − 1; # begins a comment.
#include <gtest/gtest.h>

#include <map>
#include <sstream>

#include "economy/ledger.hpp"
#include "model/transfer_codes.hpp"
#include "testing/fake_state_store.hpp"
#include "testing/text_cases.hpp"
#include "testing/transfers.hpp"

namespace icn::economy {
namespace {

using model::Mana;
using model::Transfer;
using model::TransferPhase;

std::uint64_t amount_of(const std::string& word) { return word == "max" ? UINT64_MAX : std::stoull(word); }

std::optional<TransferPhase> phase_of(const std::string& word) {
  if (word.empty()) return TransferPhase::single;
  if (word == "pending") return TransferPhase::pending;
  if (word == "post") return TransferPhase::post;
  if (word == "void") return TransferPhase::void_;
  return std::nullopt;
}

// One ledger over one store, fed with the lines of one file.
class Cases {
 public:
  void line(const std::string& text) {
    std::istringstream words(text);
    std::string first;
    words >> first;
    if (first == "balance") {
      expect_balance(words);
    } else if (first == "pending") {
      expect_pending(words);
    } else if (first == "reopen") {
      reopen();
    } else if (first == "checkpoint") {
      ports::Batch batch;
      ledger_->checkpoint(batch);
      store_.commit_one(batch);
    } else if (first == "time") {
      words >> time_;
      time_ *= 1'000;
      stands_ = true;
    } else if (first == "rate") {
      add_rate(words);
    } else if (first == "reputation") {
      change_reputation(words);
    } else if (first == "due") {
      expect_due(words);
    } else {
      operation(text);
    }
    const auto report = ledger_->audit();
    EXPECT_TRUE(report) << report.error().detail;
  }

  // The whole file's journal, replayed from its beginning.
  void finish() {
    reopen();
    const auto report = audit_from_journal(store_, *ledger_);
    EXPECT_TRUE(report) << report.error().detail;
  }

 private:
  void operation(const std::string& text) {
    const std::size_t arrow = text.find(" -> ");
    ASSERT_NE(arrow, std::string::npos) << "the operation has no expected answer";
    const std::string expected = text.substr(arrow + 4);
    std::vector<Transfer> linked;
    std::istringstream lists(text.substr(0, arrow));
    for (std::string part; std::getline(lists, part, '&');) linked.push_back(parse(part));
    const ipld::Digest before = ledger_->state_hash();
    ports::Batch batch;
    if (!stands_) ++time_;
    const auto applied = ledger_->apply(linked, model::UnixMs{time_}, batch, rates_);
    const std::string answer = !applied ? refusal(applied.error()) : *applied == Applied::now ? "now" : "before";
    EXPECT_EQ(answer, expected) << (applied ? "" : applied.error().detail);
    if (answer == "now") {
      EXPECT_FALSE(batch.empty());
      EXPECT_EQ(ledger_->find(linked.back().id).value(), linked.back());
    } else {
      EXPECT_TRUE(batch.empty()) << "an operation without effect wrote something";
      EXPECT_EQ(ledger_->state_hash(), before) << "an operation without effect changed the state";
    }
    store_.commit_one(batch);
  }

  static std::string refusal(const Error& error) {
    EXPECT_FALSE(error.rule.empty()) << "the refusal names no rule: " << error.detail;
    return std::string(error_row(error.code).name) + " " + error.rule;
  }

  static Transfer parse(const std::string& part) {
    std::istringstream words(part);
    std::string code, id, debit, credit, amount, of, pending;
    words >> code >> id >> debit >> credit >> amount >> of >> pending;
    EXPECT_TRUE(of.empty() || of == "of") << part;
    const std::size_t dot = code.find('.');
    const auto phase = phase_of(dot == std::string::npos ? "" : code.substr(dot + 1));
    EXPECT_TRUE(phase.has_value()) << "no phase: " << part;
    Transfer transfer = testing::transfer_named(id, model::TransferCode{}, debit, credit, amount_of(amount));
    transfer.phase = *phase;
    const model::TransferRow* row = model::find_transfer_row(code.substr(0, dot));
    EXPECT_NE(row, nullptr) << "not a code: " << part;
    if (row != nullptr) transfer.code = row->code;
    if (!pending.empty()) transfer.pending_id = testing::id_named(pending);
    return transfer;
  }

  void expect_balance(std::istringstream& words) {
    std::string account, available, reserved;
    words >> account >> available >> reserved;
    const Balance balance = ledger_->balance(testing::account_named(account));
    EXPECT_EQ(balance.available(), Mana{amount_of(available)});
    EXPECT_EQ(balance.reserved, Mana{amount_of(reserved)});
  }

  void expect_pending(std::istringstream& words) {
    std::string id, amount;
    words >> id >> amount;
    const auto open = ledger_->open_pending(testing::id_named(id));
    const std::optional<Mana> expected = amount == "none" ? std::nullopt : std::optional(Mana{amount_of(amount)});
    EXPECT_EQ(open, expected);
  }

  void add_rate(std::istringstream& words) {
    std::uint64_t from = 0, rate = 0, cap = 0;
    words >> from >> rate >> cap;
    segments_.push_back({model::UnixMs{from * 1'000}, rate, Mana{cap}});
  }

  // As a node does: what the old reputation made due is posted before it changes.
  void change_reputation(std::istringstream& words) {
    std::string name;
    std::uint64_t points = 0;
    words >> name >> points;
    const model::Did did = testing::did_named(name);
    ports::Batch batch;
    ledger_->accrue(std::span(&did, 1), model::UnixMs{time_}, batch, rates_);
    store_.commit_one(batch);
    points_[did] = points;
  }

  void expect_due(std::istringstream& words) {
    std::string name, amount;
    words >> name >> amount;
    const model::AccountKey account = testing::account_named(name);
    const ipld::Digest before = ledger_->state_hash();
    const Standing standing = ledger_->standing(account, model::UnixMs{time_}, rates_);
    EXPECT_EQ(standing.due, Mana{amount_of(amount)});
    EXPECT_EQ(standing.balance, ledger_->balance(account));
    EXPECT_EQ(ledger_->state_hash(), before) << "a read changed the state";
  }

  void reopen() {
    const ipld::Digest before = ledger_->state_hash();
    auto opened = Ledger::open(store_);
    ASSERT_TRUE(opened) << opened.error().detail;
    ledger_ = *std::move(opened);
    EXPECT_EQ(ledger_->state_hash(), before);
  }

  testing::FakeStateStore store_;
  std::unique_ptr<Ledger> ledger_ = std::make_unique<Ledger>();
  std::uint64_t time_ = 0;
  bool stands_ = false;
  std::vector<RateSegment> segments_;
  std::map<model::Did, std::uint64_t> points_;
  RatesOf rates_ = [this](const model::Did& did) -> std::optional<AccountRates> {
    const auto points = points_.find(did);
    return AccountRates{segments_, percent_by_reputation(points == points_.end() ? 100 : points->second), {}};
  };
};

TEST(LedgerCases, EveryLineAnswersAsItSays) { icn::testing::run_text_cases<Cases>("ledger_", 120U); }

}  // namespace
}  // namespace icn::economy
