// Random operations, allowed and refused: a refusal changes nothing, votes count as a naive recount counts them, every
// replica and every replay has the same state, and every proposal ends.
#include <gtest/gtest.h>

#include <random>
#include <set>

#include "governance/inbox.hpp"
#include "governance/testing/assembly.hpp"
#include "testing/rounds.hpp"

namespace icn::governance {
namespace {

using model::UnixMs;
using model::VoteChoice;
using testing::Assembly;

constexpr std::size_t kNames = 9;
std::string name_of(std::uint64_t number) { return "member" + std::to_string(number % kNames); }

// What a proposal's vote should count, kept without any of the machine's structures.
struct NaiveVote {
  model::ProposalKind kind{};
  std::set<std::string> electorate;
  std::map<std::string, std::string> delegates;  // in force for its kind when it opened
  std::map<std::string, VoteChoice> votes;
  [[nodiscard]] Tally tally() const {
    Tally tally;
    for (const std::string& member : electorate) {
      std::string at = member;
      for (std::size_t steps = 0; steps <= kNames && !votes.contains(at); ++steps) {
        const auto next = delegates.find(at);
        if (next == delegates.end()) break;
        at = next->second;
      }
      if (const auto vote = votes.find(at); vote != votes.end()) tally.add(vote->second);
    }
    return tally;
  }
};

class RandomScope {
 public:
  explicit RandomScope(std::uint64_t seed) : random_(seed), scope_(genesis(seed)) {
    for (std::uint64_t i = 0; i < kNames; ++i) static_cast<void>(scope_.did(name_of(i)));
  }

  void run(std::size_t operations) {
    for (std::size_t i = 0; i < operations; ++i) {
      const ipld::Digest before = scope_.governance().state_hash();
      const std::size_t entries = scope_.log().size();
      const auto [applied, what] = one();
      if (!applied) {
        ASSERT_FALSE(applied.error().rule.empty()) << what << ": " << applied.error().detail;
        ASSERT_EQ(scope_.governance().state_hash(), before) << what;
        ASSERT_EQ(scope_.log().size(), entries);
        ++refused_[applied.error().rule];
      }
      if (i % 97 == 0) recount();
      if (i % 499 == 0) reopen();
    }
    end_all();
    reopen();
    replicate();
  }

  [[nodiscard]] const std::map<std::string, std::size_t>& refused() const { return refused_; }
  [[nodiscard]] std::size_t executed() const { return executed_; }

 private:
  static model::Scope genesis(std::uint64_t seed) {
    std::map<std::string, std::string> rules{{"execution_secs", "60"}, {"open_proposals_max", "12"}};
    if (seed % 2 == 1) rules.insert({{"sponsors_wanted", "1"}, {"deliberation_secs", "3"}, {"timelock_secs", "3"}});
    return testing::scope_of({name_of(0), name_of(1), name_of(2), name_of(3), name_of(4), name_of(5)}, rules);
  }

  std::uint64_t number(std::uint64_t below) { return random_() % below; }
  std::string anyone() { return name_of(random_()); }
  ipld::Cid any_proposal() {
    if (proposals_.empty() || number(30) == 0) return ipld::Cid();
    const std::size_t newest = std::min<std::size_t>(proposals_.size(), 14);
    return proposals_[proposals_.size() - 1 - number(newest)];
  }
  model::Topic any_topic() {
    const std::uint64_t slot = number(model::kProposalKinds + 3);
    return slot < model::kProposalKinds ? model::Topic{static_cast<model::ProposalKind>(slot)} : model::Topic{};
  }

  model::Action any_action() {
    const model::Did who = scope_.did(anyone());
    switch (number(7)) {
      case 0:
        return model::SetAction{{{"fuel_per_mana", std::to_string(number(5))}}};
      case 1:
        return model::AdmitAction{who, scope_.did("clerk"), std::nullopt};
      case 2:
        return model::SuspendAction{who};
      case 3:
        return model::RemoveAction{who};
      case 4:
        return model::BudgetAction{who, model::Mana{number(3)}};
      case 5:
        return model::SetAction{{{"voting_quorum_ppm", std::to_string(1 + number(600'000))}}};
      default:
        return model::ResolutionAction{};
    }
  }

  using Done = std::pair<Result<Applied>, std::string>;
  Done one() {
    scope_.now.value += number(1'500);
    if (number(40) == 0) scope_.now.value -= 5'000;
    const std::uint64_t what = number(20);
    const std::string who = anyone();
    if (what < 3) return {propose(who), "propose"};
    if (what < 9) return {vote(who), "vote"};
    if (what == 9)
      return {scope_.submit(model::Sponsorship{scope_.scope_id(), any_proposal(), scope_.did(who)}, who), "sponsor"};
    if (what == 10 && number(4) == 0)
      return {scope_.submit(model::Cancellation{scope_.scope_id(), any_proposal(), scope_.did(who)}, who), "cancel"};
    if (what == 11) return {delegate(who), "delegate"};
    if (what == 12) return {scope_.revoke(who, any_topic()), "revoke"};
    if (what == 13 && number(20) == 0) return {resign(who), "resign"};
    return step();
  }

  Result<Applied> propose(const std::string& who) {
    model::Proposal proposal = scope_.draft_proposal(who, any_action(), 1'000 + number(30'000));
    if (number(3) == 0) {
      proposal.kind = model::ProposalKind::batch;
      proposal.actions.push_back(any_action());
    }
    if (number(3) == 0) proposal.quorum = model::Quorum{model::Quorum::Unit::heads, number(5)};
    Result<Applied> applied = scope_.submit(proposal, who);
    if (applied) proposals_.push_back(*applied->proposal);
    return applied;
  }

  Result<Applied> vote(const std::string& who) {
    const ipld::Cid proposal = any_proposal();
    const auto choice = static_cast<VoteChoice>(number(5) < 3 ? 0 : number(3));
    std::uint64_t counter = scope_.governance().next_counter(scope_.did(who), proposal);
    if (number(10) == 0) --counter;  // replayed
    if (counter == 0) counter = 1;
    Result<Applied> applied =
        scope_.submit(model::Vote{scope_.scope_id(), proposal, scope_.did(who), choice, counter}, who);
    if (applied) naive_.at(proposal).votes[who] = choice;
    return applied;
  }

  Result<Applied> delegate(const std::string& who) {
    std::optional<UnixMs> until;
    if (number(3) == 0) until = UnixMs{scope_.now.value + number(30'000)};
    return scope_.delegate(who, anyone(), any_topic(), until);
  }

  Result<Applied> resign(const std::string& who) {
    const model::Scope scope = scope_.governance().scope();
    const model::MemberRecord* record = scope.find(scope_.did(who));
    return scope_.submit(
        model::Resignation{scope_.scope_id(), scope_.did(who), record == nullptr ? 0 : record->since - number(2) % 2},
        who);
  }

  Done step() {
    const std::vector<Due> due = scope_.governance().due(scope_.now, 20);
    if (!due.empty() && number(4) != 0) {
      const Due& one = due[number(due.size())];
      return {step_of(one.step, one.proposal), "what is due"};
    }
    return {step_of(static_cast<Step>(number(4)), any_proposal()), "any step"};
  }
  Result<Applied> step_of(Step step, const ipld::Cid& proposal) {
    Result<Applied> applied = scope_.step(step, proposal);
    if (applied && step == Step::open) note_opening(proposal);
    if (applied && step == Step::execute) ++executed_;
    if (applied && step == Step::close) check_closing(proposal);
    return applied;
  }

  void note_opening(const ipld::Cid& proposal) {
    NaiveVote vote;
    vote.kind = scope_.governance().find(proposal)->body.kind;
    const model::Scope scope = scope_.governance().scope();
    for (std::uint64_t i = 0; i < kNames; ++i) {
      const std::string member = name_of(i);
      if (!scope.is_member(scope_.did(member))) continue;
      vote.electorate.insert(member);
      std::optional<std::string> own;
      std::optional<std::string> all;
      for (const DelegationInfo& delegation : scope_.governance().delegations(scope_.did(member), scope.time())) {
        if (!scope.is_member(delegation.delegate)) continue;
        if (delegation.topic == model::Topic{vote.kind}) own = scope_.name_of(delegation.delegate);
        if (!delegation.topic) all = scope_.name_of(delegation.delegate);
      }
      if (own || all) vote.delegates[member] = own ? *own : *all;
    }
    naive_[proposal] = std::move(vote);
  }

  void check_closing(const ipld::Cid& proposal) {
    const ProposalInfo info = scope_.governance().find(proposal).value();
    const Tally tally = naive_.at(proposal).tally();
    ASSERT_EQ(info.tally, tally);
    ASSERT_EQ(info.terms->members, naive_.at(proposal).electorate.size());
    ASSERT_EQ(*info.outcome, outcome_of(tally, *info.terms));
    ASSERT_EQ(info.state == ProposalState::timelock, *info.outcome == model::VoteOutcome::accepted);
  }

  void recount() {
    for (const ipld::Cid& proposal : proposals_) {
      const ProposalInfo info = scope_.governance().find(proposal).value();
      if (info.state != ProposalState::voting) continue;
      ASSERT_EQ(info.tally, naive_.at(proposal).tally());
      ASSERT_LE(info.tally.present(), info.terms->members);
    }
  }

  // From the newest checkpoint, which a full replay confirms to the byte.
  void reopen() {
    const ipld::Digest before = scope_.governance().state_hash();
    const Bytes all = scope_.governance().make_checkpoint().bytes;
    ASSERT_TRUE(scope_.reopen());
    ASSERT_EQ(scope_.governance().state_hash(), before);
    ASSERT_EQ(scope_.governance().make_checkpoint().bytes, all);
    if (number(3) != 0) scope_.checkpoint();
    const auto verified = verify_log(scope_.store(), scope_.genesis(), before);
    ASSERT_TRUE(verified) << verified.error().detail;
  }

  void end_all() {
    for (int round = 0; round < 5; ++round) {
      scope_.now.value += 700'000'000;
      scope_.advance();
    }
    ASSERT_FALSE(scope_.governance().next_due());
    for (const ProposalInfo& info : scope_.governance().list(UINT64_MAX, SIZE_MAX))
      ASSERT_TRUE(is_terminal(info.state));
  }

  void replicate() {
    std::vector<model::LogRecord> records = scope_.log();
    // Out of order by less than what an inbox holds.
    for (std::size_t i = 0; i + 50 < records.size(); i += 50)
      std::shuffle(records.begin() + static_cast<std::ptrdiff_t>(i),
                   records.begin() + static_cast<std::ptrdiff_t>(i + 50), random_);
    Governance other(scope_.genesis());
    ::icn::testing::FakeStateStore store;
    Inbox inbox(other, store);
    for (const model::LogRecord& record : records) {
      ports::Batch batch;
      ASSERT_TRUE(inbox.receive(record, batch));
      store.commit_one(batch);
    }
    ASSERT_EQ(other.state_hash(), scope_.governance().state_hash());
  }

  std::mt19937_64 random_;
  Assembly scope_;
  std::vector<ipld::Cid> proposals_;
  std::map<ipld::Cid, NaiveVote> naive_;
  std::map<std::string, std::size_t> refused_;
  std::size_t executed_ = 0;
};

TEST(GovernanceRandom, HoldsItsInvariants) {
  std::map<std::string, std::size_t> refused;
  std::size_t executed = 0;
  for (std::uint64_t seed = 0; seed < 4 * ::icn::testing::random_rounds(); ++seed) {
    SCOPED_TRACE(seed);
    RandomScope scope(seed);
    scope.run(2'500);
    if (HasFatalFailure()) return;
    for (const auto& [rule, count] : scope.refused()) refused[rule] += count;
    executed += scope.executed();
  }
  EXPECT_GT(executed, 10U);
  // The operations reach what they are meant to reach.
  for (const char* rule :
       {"not_a_member", "unknown_proposal", "voting_closed", "voting_not_open", "vote_replayed", "delegation_cycle",
        "not_delegated", "already_member", "open_proposals_max", "not_proposer", "voting_open"})
    EXPECT_GT(refused[rule], 0U) << rule;
}

}  // namespace
}  // namespace icn::governance
