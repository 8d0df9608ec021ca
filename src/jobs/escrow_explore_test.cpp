// Every interleaving of a submitter, an executor and the home with time and crashes, for one job's escrow, with the
// functions that ship: what is reserved is paid once or released once, and everything ends.
//
// A world is a store; the ledger and the job book are opened from it before each event, so every step is one after a
// restart. An event is one commit as the runtime makes it: the record, then the money. It is tried three times: lost
// (a crash before the commit), made, and made again (a caller that does not know whether it was).
#include <gtest/gtest.h>

#include <deque>
#include <set>

#include "economy/ledger.hpp"
#include "jobs/acceptance.hpp"
#include "jobs/job_book.hpp"
#include "jobs/obligation.hpp"
#include "jobs/settlement.hpp"
#include "testing/fake_state_store.hpp"

namespace icn::jobs {
namespace {

constexpr std::uint64_t kUnit = model::Mana::kUnit;
constexpr std::uint64_t kTickMs = 1'000;
constexpr std::uint32_t kAttemptsMax = 2;

using Pairs = std::map<Bytes, Bytes>;

struct World {
  Pairs pairs;
  std::uint64_t ticks = 0;
};

// What may happen. A delivery brings a receipt with half of the fuel, or one of a failed run with all of it.
enum class Event : std::uint8_t {
  accept,
  assign,
  start,
  attempt_failed,
  deliver,
  complete,
  fail,
  reject,
  give_up,
  cancel,
  overdue,
  time
};
constexpr std::size_t kEvents = 12;

const model::Did kMember = model::Did::of_key({1});
const model::Did kExecutor = model::Did::of_key({2});
const model::JobId kJob{ipld::Cid::of(ipld::Codec::dag_cbor, view_of("job"))};

struct Node {
  testing::FakeStateStore store;
  std::unique_ptr<economy::Ledger> ledger;
  std::unique_ptr<JobBook> book;
  model::UnixMs now;

  explicit Node(const World& world) : now{world.ticks * kTickMs} {
    store.pairs = world.pairs;
    ledger = economy::Ledger::open(store).value();
    book = JobBook::open(store).value();
  }
  [[nodiscard]] std::optional<JobRecord> job() const { return *book->find(kJob); }
  [[nodiscard]] std::uint64_t of(const model::AccountKey& account) const {
    return ledger->balance(account).available().umana;
  }
  [[nodiscard]] std::uint64_t member() const { return of(model::AccountKey::of(kMember)); }
  [[nodiscard]] std::uint64_t executor() const { return of(model::AccountKey::of(kExecutor)); }
  [[nodiscard]] std::uint64_t treasury() const { return of(model::AccountKey::of(model::SystemAccount::treasury)); }
};

JobRecord new_job() {
  JobRecord record;
  record.id = kJob;
  record.submitter = kMember;
  record.executor = kExecutor;
  record.cost.umana = 10 * kUnit;
  record.bid.umana = 9 * kUnit;
  record.base.umana = kUnit;
  record.reserve.umana = 8 * kUnit;
  record.discount.umana = 2 * kUnit;
  record.budget.umana = 3 * kUnit;
  record.fuel_limit = 1'000;
  record.deadlines = {
      .start_by = {2 * kTickMs}, .finish_by = {3 * kTickMs}, .settle_by = {4 * kTickMs}, .expires = {5 * kTickMs}};
  return record;
}

Result<void> apply_money(Node& node, const std::vector<model::Transfer>& transfers, ports::Batch& batch) {
  if (transfers.empty()) return {};
  return node.ledger->apply(transfers, node.now, batch).map([](economy::Applied) {});
}

Result<void> accept_job(Node& node, ports::Batch& batch) {
  const JobRecord record = new_job();
  if (node.job()) return fail(ErrorCode::already_exists, "accepted before");
  ICN_TRY(apply_money(node, reserve_transfers(kJob, kMember, record.reserve, record.discount, record.budget), batch));
  static_cast<void>(node.book->add(record, batch));
  return {};
}

Result<void> settle_job(Node& node, JobRecord record, JobEvent event, ports::Batch& batch) {
  model::Receipt receipt;
  receipt.job = kJob;
  receipt.fuel = event == JobEvent::complete ? 500 : 1'000;
  receipt.outcome.kind = event == JobEvent::complete ? model::OutcomeKind::ok : model::OutcomeKind::trap;
  MoneyEffects effects;
  if (event == JobEvent::complete) effects.spends.push_back({1, model::Mana{kUnit}});
  const Settlement settled = ICN_TRY(settle(record, receipt, effects));
  ICN_TRY(record.advance(event, node.now, "settled"));
  record.pay = settled.pay;
  record.charged = settled.shares.submitter;
  record.treasury_charged = settled.shares.treasury;
  record.budget_spent = settled.budget_spent;
  ICN_TRY(apply_money(node, settled.transfers, batch));
  return node.book->replace(record, batch);
}

Result<void> release_job(Node& node, JobRecord record, JobEvent event, ports::Batch& batch) {
  ICN_TRY(record.advance(event, node.now, "released"));
  ICN_TRY(apply_money(node, release_transfers(record), batch));
  return node.book->replace(record, batch);
}

Result<void> advance_job(Node& node, JobRecord record, JobEvent event, ports::Batch& batch) {
  ICN_TRY(record.advance(event, node.now, "went on"));
  if (event == JobEvent::start) ++record.attempts;
  return node.book->replace(record, batch);
}

// Stages an event as the runtime does. An error: it is not possible in this world.
Result<void> stage(Node& node, Event event, ports::Batch& batch) {
  if (event == Event::accept) return accept_job(node, batch);
  const std::optional<JobRecord> found = node.job();
  if (!found) return fail(ErrorCode::not_found, "no job");
  const JobRecord& record = *found;
  switch (event) {
    case Event::assign:
      return advance_job(node, record, JobEvent::assign, batch);
    case Event::start:
      if (record.attempts >= kAttemptsMax) return fail(ErrorCode::invalid_state, "no attempts left");
      return advance_job(node, record, JobEvent::start, batch);
    case Event::attempt_failed:
      return advance_job(node, record, JobEvent::attempt_failed, batch);
    case Event::deliver:
      return advance_job(node, record, JobEvent::deliver, batch);
    case Event::reject:
      return advance_job(node, record, JobEvent::reject, batch);
    case Event::complete:
      return settle_job(node, record, JobEvent::complete, batch);
    case Event::fail:
      return settle_job(node, record, JobEvent::fail, batch);
    case Event::give_up:
      if (record.attempts < kAttemptsMax) return fail(ErrorCode::invalid_state, "attempts are left");
      return release_job(node, record, JobEvent::give_up, batch);
    case Event::cancel:
      return release_job(node, record, JobEvent::cancel, batch);
    case Event::overdue:
      if (!is_overdue(record, node.now)) return fail(ErrorCode::invalid_state, "it is not overdue");
      return release_job(node, record, overdue_event(record), batch);
    case Event::accept:
    case Event::time:
      break;
  }
  return fail(ErrorCode::internal, "not an event of the job");
}

class Explorer {
 public:
  void run() {
    std::deque<World> todo{first()};
    seen_.insert(name_of(todo.front()));
    while (!todo.empty()) {
      const World world = std::move(todo.front());
      todo.pop_front();
      check(world);
      if (::testing::Test::HasFatalFailure()) return;
      for (std::size_t event = 0; event < kEvents; ++event) {
        const std::optional<World> next = after(world, static_cast<Event>(event));
        if (::testing::Test::HasFatalFailure()) return;
        if (next && seen_.insert(name_of(*next)).second) todo.push_back(*next);
      }
    }
  }
  [[nodiscard]] std::size_t worlds() const { return seen_.size(); }
  [[nodiscard]] const std::set<JobPhase>& ends() const { return ends_; }
  [[nodiscard]] std::size_t again() const { return again_; }

 private:
  static constexpr std::uint64_t kTicksMax = 6;

  static World first() {
    Node node(World{});
    std::vector<model::Transfer> issued(2);
    issued[0].credit = model::AccountKey::of(kMember);
    issued[0].code = model::TransferCode::grant;
    issued[1].credit = model::AccountKey::of(model::SystemAccount::treasury);
    issued[1].code = model::TransferCode::endowment;
    ports::Batch batch;
    for (std::size_t i = 0; i < issued.size(); ++i) {
      issued[i].id = {static_cast<std::uint8_t>(i + 1)};
      issued[i].debit = model::AccountKey::of(model::SystemAccount::issuance);
      issued[i].amount.umana = 20 * kUnit;
      EXPECT_TRUE(node.ledger->apply(std::span(&issued[i], 1), {}, batch));
    }
    node.store.commit_one(batch);
    return {node.store.pairs, 0};
  }

  // Time and what is left of the job and its money; not the journal, whose order is the way that led here.
  static std::string name_of(const World& world) {
    const Node node(world);
    const std::optional<JobRecord> record = node.job();
    std::string name = std::to_string(world.ticks) + " ";
    if (record) name += std::string(phase_name(record->phase)) + " " + std::to_string(record->attempts);
    for (const economy::AccountTotals& account : node.ledger->accounts()) {
      name += " " + account.account.to_text();
      for (const std::uint64_t sum : {account.debits, account.credits, account.debits_pending, account.credits_pending})
        name += ":" + std::to_string(sum);
    }
    return name;
  }

  std::optional<World> after(const World& world, Event event) {
    if (event == Event::time) {
      if (world.ticks >= kTicksMax) return std::nullopt;
      return World{world.pairs, world.ticks + 1};
    }
    Node node(world);
    ports::Batch batch;
    const Result<void> staged = stage(node, event, batch);
    if (!staged) {
      expect_untouched(node, batch, world);
      return std::nullopt;
    }
    // The crash before the commit: nothing of it is there.
    EXPECT_EQ(name_of({node.store.pairs, world.ticks}), name_of(world));
    node.store.commit_one(batch);
    World made{node.store.pairs, world.ticks};
    try_again(made, event);
    return made;
  }

  static void expect_untouched(const Node& node, const ports::Batch& batch, const World& world) {
    ASSERT_TRUE(batch.empty()) << "a refusal wrote something";
    ASSERT_EQ(node.ledger->state_hash(), Node(world).ledger->state_hash()) << "a refusal moved something";
  }

  // A caller that does not know whether a commit was made makes it again: it is refused, or moves nothing more.
  void try_again(const World& made, Event event) {
    Node node(made);
    ports::Batch batch;
    if (stage(node, event, batch)) {
      const bool is_start = event == Event::start || event == Event::assign;
      ASSERT_FALSE(is_start) << "started twice";
    }
    ASSERT_EQ(node.ledger->audit()->state_hash, Node(made).ledger->audit()->state_hash) << "paid twice";
    ++again_;
  }

  void check(const World& world) {
    const Node node(world);
    const auto audit = node.ledger->audit();
    ASSERT_TRUE(audit) << audit.error().detail;
    ASSERT_TRUE(economy::audit_from_journal(node.store, *node.ledger));
    ASSERT_EQ(audit->issued.umana, 40 * kUnit);
    const std::optional<JobRecord> record = node.job();
    if (!record) {
      ASSERT_EQ(audit->pending_open, 0U);
      return;
    }
    if (!is_terminal(record->phase)) {
      // All of it is held, and nothing is paid; in the end its deadline ends it.
      ASSERT_EQ(audit->pending_open, 3U);
      ASSERT_EQ(node.member(), 20 * kUnit - record->reserve.umana - record->budget.umana);
      ASSERT_EQ(node.treasury(), 20 * kUnit - record->discount.umana);
      ASSERT_EQ(node.executor(), 0U);
      ASSERT_TRUE(world.ticks < kTicksMax || is_overdue(*record, node.now));
      return;
    }
    ends_.insert(record->phase);
    ASSERT_EQ(audit->pending_open, 0U);
    ASSERT_EQ(audit->escrow.umana, 0U);
    ASSERT_EQ(node.executor(), record->pay.umana);
    ASSERT_EQ(node.member(), 20 * kUnit - record->charged.umana - record->budget_spent.umana);
    ASSERT_EQ(node.treasury(), 20 * kUnit - record->treasury_charged.umana);
    ASSERT_EQ(audit->fees, record->budget_spent);
    const bool free = record->phase == JobPhase::cancelled || record->phase == JobPhase::expired;
    ASSERT_TRUE(!free || node.member() == 20 * kUnit) << "an end without a receipt is free";
  }

  std::set<std::string> seen_;
  std::set<JobPhase> ends_;
  std::size_t again_ = 0;
};

TEST(EscrowExplored, EveryInterleavingOfThreePartiesEndsWithEachAmountPaidOrReleasedOnce) {
  Explorer explorer;
  explorer.run();
  if (HasFatalFailure()) return;
  EXPECT_GT(explorer.worlds(), 60U);
  EXPECT_GT(explorer.again(), 100U);
  EXPECT_EQ(explorer.ends(), (std::set{JobPhase::completed, JobPhase::failed, JobPhase::cancelled, JobPhase::expired}));
}

}  // namespace
}  // namespace icn::jobs
