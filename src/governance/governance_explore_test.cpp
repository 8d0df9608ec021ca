// Every interleaving of three members, the clerk's steps, time and crashes, for one proposal, with the machine that
// ships: what is executed was accepted, once; a crash before the commit leaves the state before; everything ends.
#include <gtest/gtest.h>

#include <deque>
#include <set>

#include "governance/testing/assembly.hpp"

namespace icn::governance {
namespace {

using model::UnixMs;
using model::VoteChoice;
using testing::Assembly;
using testing::scope_of;

constexpr std::uint64_t kTickMs = 10'000;
const std::vector<std::string> kMembers{"alice", "bob", "carol"};

struct World {
  std::vector<model::LogRecord> log;
  std::size_t ticks = 0;
};

class Explorer {
 public:
  void run() {
    World start;
    {
      Assembly scope(genesis_);
      const model::Proposal proposal =
          scope.draft_proposal("alice", model::BudgetAction{scope.did("bob"), model::Mana{1}}, 2 * kTickMs);
      proposal_ = proposal.to_block().cid;
      ASSERT_TRUE(scope.submit(proposal, "alice"));
      start.log = scope.log();
    }
    seen_.insert(signature_of(start));
    states_.insert(ProposalState::sponsorship);
    std::deque<World> todo{start};
    while (!todo.empty()) {
      const World world = std::move(todo.front());
      todo.pop_front();
      check_end(world);
      for (std::size_t event = 0; event < kEvents; ++event) {
        const std::optional<World> next = after(world, event);
        if (::testing::Test::HasFatalFailure()) return;
        if (next && seen_.insert(signature_of(*next)).second) todo.push_back(*next);
      }
    }
  }
  [[nodiscard]] const std::set<std::string>& seen() const { return seen_; }
  [[nodiscard]] const std::set<ProposalState>& states() const { return states_; }

 private:
  // 0–5: votes of yes and no; then sponsor, cancel, open, close, execute, expire, time.
  static constexpr std::size_t kEvents = 13;

  std::unique_ptr<Assembly> load(const World& world) {
    auto scope = std::make_unique<Assembly>(genesis_);
    for (const model::LogRecord& record : world.log) {
      if (!scope->apply(record)) std::abort();
    }
    scope->now.value += world.ticks * kTickMs;
    return scope;
  }

  Result<model::LogRecord> perform(Assembly& scope, std::size_t event) {
    const auto admitted = [&](const model::Statement& statement,
                              const std::string& author) -> Result<model::LogRecord> {
      const model::SignedStatement envelope = scope.sign(statement, author);
      return scope.record(ICN_TRY(scope.governance().draft(envelope, statement, scope.now)),
                          model::LogRecord::Admitted{envelope, statement});
    };
    if (event < 6) {
      const std::string& voter = kMembers[event / 2];
      const std::uint64_t counter = scope.governance().next_counter(scope.did(voter), proposal_);
      const auto choice = event % 2 == 0 ? VoteChoice::yes : VoteChoice::no;
      return admitted(model::Vote{scope.scope_id(), proposal_, scope.did(voter), choice, counter}, voter);
    }
    if (event == 6) return admitted(model::Sponsorship{scope.scope_id(), proposal_, scope.did("bob")}, "bob");
    if (event == 7) return admitted(model::Cancellation{scope.scope_id(), proposal_, scope.did("alice")}, "alice");
    return scope.record(ICN_TRY(scope.governance().draft(static_cast<Step>(event - 8), proposal_, scope.now)));
  }

  std::optional<World> after(const World& world, std::size_t event) {
    if (event + 1 == kEvents) return World{world.log, world.ticks + 1};
    const auto scope = load(world);
    const ipld::Digest before = scope->governance().state_hash();
    const ProposalInfo earlier = scope->governance().find(proposal_).value();
    const Result<model::LogRecord> record = perform(*scope, event);
    if (!record) {
      EXPECT_EQ(scope->governance().state_hash(), before);
      EXPECT_FALSE(record.error().rule.empty());
      return std::nullopt;
    }
    // A crash after the change in memory, before the commit.
    ports::Batch lost;
    EXPECT_TRUE(scope->governance().apply(*record, Signatures::verified, lost));
    EXPECT_TRUE(scope->reopen());
    EXPECT_EQ(scope->governance().state_hash(), before);
    const Result<Applied> applied = scope->apply(*record);
    EXPECT_TRUE(applied);
    if (!applied) return std::nullopt;
    check(earlier, scope->governance().find(proposal_).value(), *applied);
    return World{scope->log(), world.ticks};
  }

  void check(const ProposalInfo& earlier, const ProposalInfo& now, const Applied& applied) {
    states_.insert(now.state);
    EXPECT_FALSE(is_terminal(earlier.state));
    if (now.state == ProposalState::executed) {
      EXPECT_EQ(earlier.state, ProposalState::timelock);
      EXPECT_EQ(applied.effects.size(), 1U);
      EXPECT_EQ(now.outcome, model::VoteOutcome::accepted);
      EXPECT_GE(now.tally.yes, now.tally.no);
      EXPECT_GE(now.tally.yes, 1U);
    } else {
      EXPECT_TRUE(applied.effects.empty());
    }
    EXPECT_EQ(now.outcome.has_value(), now.state == ProposalState::timelock || now.state == ProposalState::executed ||
                                           now.state == ProposalState::rejected ||
                                           (now.state == ProposalState::expired && earlier.outcome.has_value()));
  }

  // After the last deadline the clerk's steps alone end it.
  void check_end(const World& world) {
    const auto scope = load(world);
    for (int step = 0; step < 4; ++step) {
      scope->advance();
      scope->now.value += 100 * kTickMs;
    }
    EXPECT_TRUE(is_terminal(scope->governance().find(proposal_)->state));
    EXPECT_FALSE(scope->governance().next_due());
  }

  // What decides everything that can follow: times relative to now.
  std::string signature_of(const World& world) {
    const auto scope = load(world);
    const ProposalInfo info = scope->governance().find(proposal_).value();
    std::string text(state_name(info.state));
    if (is_terminal(info.state)) return text;
    for (const std::optional<UnixMs>& when :
         {std::optional(info.sponsored_by), info.opens, info.closes, info.executable_from, info.execute_by}) {
      const std::uint64_t left = when && *when > scope->now ? when->value - scope->now.value : 0;
      text += " " + std::to_string(left);
    }
    const std::vector<model::Vote> votes = scope->governance().votes(proposal_).value();
    for (const model::Vote& vote : votes)
      text += " " + scope->name_of(vote.voter) + std::string(model::vote_choice_name(vote.choice));
    return text;
  }

  const model::Scope genesis_ = scope_of(kMembers, {{"sponsors_wanted", "1"},
                                                    {"sponsorship_secs", "20"},
                                                    {"deliberation_secs", "10"},
                                                    {"timelock_secs", "10"},
                                                    {"execution_secs", "60"},
                                                    {"voting_quorum_ppm", "600000"},
                                                    {"late_quorum_ppm", "0"}});
  ipld::Cid proposal_;
  std::set<std::string> seen_;
  std::set<ProposalState> states_;
};

TEST(GovernanceExplored, EveryInterleavingOfThreeMembersEndsWell) {
  Explorer explorer;
  explorer.run();
  EXPECT_GT(explorer.seen().size(), 80U);
  EXPECT_EQ(explorer.states().size(), kProposalStates) << "each state is reached";
}

}  // namespace
}  // namespace icn::governance
