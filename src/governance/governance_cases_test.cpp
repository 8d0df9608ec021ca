// Goal: governance answers as tests/cases/governance_*.txt specify, and has the same state when its log is replayed,
// verified, or received in another order. A line is one operation and, after an arrow, its answer:
//
//   scope NAME ... [with PARAMETER=VALUE ...]        a new scope whose members are the names; its clerk is `clerk`
//   wait 60s, clock back 60s, reopen, clerk is NAME  (who signs the log)
//   propose ID by NAME ACTION [+ ACTION ...] [voting 60s] [timelock 60s] [quorum 2|50%] [threshold 60%]
//     ACTION: set P=V, admit NAME [unsigned|forged], suspend NAME, remove NAME, budget NAME MANA, resolution,
//     clerk NAME, upgrade VERSION, federate SCOPE RATE-PPM MANA (SCOPE: any word, or self), key NAME KEY; several make
//     a batch
//   rotate NAME to KEY [since POSITION] [consent KEY]     sign NAME with KEY (from now on)
//   sponsor|cancel ID by NAME     vote ID by NAME yes|no|abstain      again (repeats the last statement)
//   delegate NAME to NAME [about KIND] [for 60s]     revoke NAME [about KIND]     resign NAME
//   open|close|execute|expire ID  advance (does what is due and answers the number of steps)
//
// They answer the state of the proposal, `done`, or the rule that refused. Questions:
//
//   state ID, tally ID, terms ID, deposit ID, fixed ID, effects ID, member NAME, members, parameter NAME, clerk,
//   version, peer SCOPE,
//   route NAME ID|KIND, power NAME KIND
#include <gtest/gtest.h>

#include <sstream>

#include "governance/inbox.hpp"
#include "governance/testing/assembly.hpp"
#include "governance/testing/case_text.hpp"
#include "testing/text_cases.hpp"

namespace icn::governance {
namespace {

using model::UnixMs;
using testing::Words;

class Cases {
 public:
  void line(const std::string& text) {
    const std::size_t arrow = text.find(" -> ");
    Words words(text.substr(0, arrow));
    const std::string expected = arrow == std::string::npos ? "" : text.substr(arrow + 4);
    const std::string verb = words.next();
    if (verb == "scope") return begin(words);
    ASSERT_NE(scope_, nullptr) << "the file begins with a scope";
    if (command(verb, words)) return;
    EXPECT_NE(arrow, std::string::npos) << "the line has no expected answer";
    const std::optional<std::string> answer = question(verb, words);
    EXPECT_EQ(answer ? *answer : operation(verb, words), expected);
    EXPECT_TRUE(words.empty()) << "unread words";
  }

  // The whole log again: from the store, with its signatures, and backwards through the inbox of another node.
  void finish() {
    if (scope_ == nullptr) return;
    const ipld::Digest hash = scope_->governance().state_hash();
    reopen();
    const auto verified = verify_log(scope_->store(), scope_->genesis(), hash);
    EXPECT_TRUE(verified) << verified.error().detail;
    Governance other(scope_->genesis());
    ::icn::testing::FakeStateStore store;
    Inbox inbox(other, store);
    // What a key signed that an earlier entry brings is refused until then, and sent again.
    std::vector<model::LogRecord> open(scope_->log().rbegin(), scope_->log().rend());
    for (bool more = true; more && !open.empty();) {
      const std::size_t before = open.size();
      std::erase_if(open, [&](const model::LogRecord& record) {
        ports::Batch batch;
        const auto received = inbox.receive(record, batch);
        if (received) store.commit_one(batch);
        EXPECT_TRUE(received || received.error().code == ErrorCode::invalid_signature) << received.error().detail;
        return received.has_value();
      });
      more = open.size() < before;
    }
    EXPECT_TRUE(open.empty());
    EXPECT_EQ(other.state_hash(), hash);
    EXPECT_EQ(inbox.waiting(), 0U);
  }

 private:
  void begin(Words& words) {
    finish();
    std::vector<std::string> names;
    std::map<std::string, std::string> parameters;
    while (!words.empty() && !words.take("with")) names.push_back(words.next());
    while (!words.empty()) parameters.insert(testing::pair_of(words.next()));
    scope_ = std::make_unique<testing::Assembly>(testing::scope_of(names, parameters));
    proposals_.clear();
  }

  // What has no answer.
  bool command(const std::string& verb, Words& words) {
    if (verb == "wait") {
      scope_->now.value += testing::ms_of(words.next());
    } else if (verb == "clock") {
      EXPECT_TRUE(words.take("back"));
      scope_->now.value -= testing::ms_of(words.next());
    } else if (verb == "reopen") {
      reopen();
    } else if (verb == "sign") {
      const std::string name = words.next();
      EXPECT_TRUE(words.take("with"));
      scope_->key_names[name] = words.next();
    } else if (verb == "clerk" && words.take("is")) {
      scope_->clerk = words.next();
    } else {
      return false;
    }
    return true;
  }

  void reopen() {
    const ipld::Digest before = scope_->governance().state_hash();
    const auto opened = scope_->reopen();
    ASSERT_TRUE(opened) << opened.error().detail;
    EXPECT_EQ(scope_->governance().state_hash(), before);
  }

  ipld::Cid id(const std::string& name) const {
    const auto found = proposals_.find(name);
    return found == proposals_.end() ? ipld::Cid::of(ipld::Codec::raw, view_of(name)) : found->second;
  }

  std::string operation(const std::string& verb, Words& words) {
    const ipld::Digest before = scope_->governance().state_hash();
    const std::size_t entries = scope_->log().size();
    const Result<Applied> applied = perform(verb, words);
    if (!applied) {
      EXPECT_EQ(scope_->governance().state_hash(), before) << "a refusal changed the state";
      EXPECT_EQ(scope_->log().size(), entries);
      EXPECT_FALSE(applied.error().rule.empty()) << "the refusal names no rule: " << applied.error().detail;
      return applied.error().rule;
    }
    return applied->state ? std::string(state_name(*applied->state)) : "done";
  }

  Result<Applied> perform(const std::string& verb, Words& words) {
    if (verb == "propose") return propose(words);
    if (verb == "delegate" || verb == "revoke") return delegate(verb, words);
    if (verb == "again") return scope_->submit(last_->first, last_->second);
    if (verb == "resign") return resign(words.next());
    if (verb == "rotate") return rotate(words);
    const ipld::Cid proposal = id(words.next());
    for (const auto& [name, step] : {std::pair{"open", Step::open}, std::pair{"close", Step::close},
                                     std::pair{"execute", Step::execute}, std::pair{"expire", Step::expire}}) {
      if (verb == name) return scope_->step(step, proposal);
    }
    EXPECT_TRUE(words.take("by"));
    const std::string who = words.next();
    if (verb == "sponsor") return submit(model::Sponsorship{scope_->scope_id(), proposal, scope_->did(who)}, who);
    if (verb == "cancel") return submit(model::Cancellation{scope_->scope_id(), proposal, scope_->did(who)}, who);
    EXPECT_EQ(verb, "vote");
    const auto choice = model::find_vote_choice(words.next());
    EXPECT_TRUE(choice);
    const std::uint64_t counter = scope_->governance().next_counter(scope_->did(who), proposal);
    return submit(model::Vote{scope_->scope_id(), proposal, scope_->did(who), *choice, counter}, who);
  }

  Result<Applied> submit(model::Statement statement, const std::string& author) {
    last_ = {std::move(statement), author};
    return scope_->submit(last_->first, author);
  }

  Result<Applied> propose(Words& words) {
    const std::string name = words.next();
    EXPECT_TRUE(words.take("by"));
    const std::string author = words.next();
    model::Proposal proposal = scope_->draft_proposal(author, model::ResolutionAction{});
    proposal.actions.clear();
    do {
      proposal.actions.push_back(testing::action_of(words, *scope_));
    } while (words.take("+"));
    proposal.kind = proposal.actions.size() == 1 ? model::kind_of(proposal.actions[0]) : model::ProposalKind::batch;
    testing::read_options(words, proposal);
    proposals_[name] = proposal.to_block().cid;
    return submit(proposal, author);
  }

  Result<Applied> delegate(const std::string& verb, Words& words) {
    const std::string from = words.next();
    const std::string to = verb == "delegate" && words.take("to") ? words.next() : "";
    model::Topic topic;
    if (words.take("about")) topic = *model::find_topic(words.next());
    std::optional<UnixMs> until;
    if (words.take("for")) until = UnixMs{scope_->now.value + testing::ms_of(words.next())};
    const std::uint64_t counter = scope_->governance().next_counter(scope_->did(from), topic);
    if (to.empty()) return submit(model::Revocation{scope_->scope_id(), scope_->did(from), topic, counter}, from);
    return submit(model::Delegation{scope_->scope_id(), scope_->did(from), scope_->did(to), topic, until, counter},
                  from);
  }

  Result<Applied> resign(const std::string& who) {
    const model::Scope scope = scope_->governance().scope();
    const model::MemberRecord* record = scope.find(scope_->did(who));
    return submit(model::Resignation{scope_->scope_id(), scope_->did(who), record == nullptr ? 0 : record->since}, who);
  }

  Result<Applied> rotate(Words& words) {
    const std::string name = words.next();
    EXPECT_TRUE(words.take("to"));
    const std::string key = words.next();
    std::uint64_t since = scope_->governance().scope().keys().since(scope_->did(name));
    if (words.take("since")) since = std::stoull(words.next());
    const std::string consenting = words.take("consent") ? words.next() : key;
    auto applied = submit(scope_->rotation(name, key, consenting, since), name);
    if (applied) scope_->key_names[name] = key;
    return applied;
  }

  std::optional<std::string> question(const std::string& verb, Words& words) {
    const model::Scope scope = scope_->governance().scope();
    if (verb == "advance") return std::to_string(scope_->advance());
    if (verb == "members") return std::to_string(scope.active_count());
    if (verb == "clerk") return name_of(scope.clerk());
    if (verb == "key") {
      const model::Did did = scope_->did(words.next());
      return name_of(scope.keys().key_of(did)) + " since " + std::to_string(scope.keys().since(did));
    }
    if (verb == "version") return scope.required_version() ? scope.required_version()->version.to_text() : "any";
    if (verb == "peer") {
      const auto peer = scope.peers().find(scope_->peer(words.next()));
      return peer == scope.peers().end() ? "none" : testing::text_of(peer->second.terms);
    }
    if (verb == "parameter") {
      const auto text = scope.parameters().text(words.next());
      return text ? *text : "none";
    }
    if (verb == "member") {
      const model::MemberRecord* record = scope.find(scope_->did(words.next()));
      return record == nullptr ? "none" : std::string(model::member_status_name(record->status));
    }
    if (verb == "route") return route(words);
    if (verb == "power") return power(words);
    return about_proposal(verb, words);
  }

  std::optional<std::string> about_proposal(const std::string& verb, Words& words) {
    const Governance& governance = scope_->governance();
    if (verb == "effects") {
      const auto effects = governance.dry_run(id(words.next()));
      return effects ? testing::text_of(*effects, [&](const model::Did& did) { return name_of(did); })
                     : effects.error().rule;
    }
    if (verb == "fixed") {
      const auto fixed = governance.fixed(id(words.next()));
      if (!fixed) return fixed.error().rule;
      return !*fixed ? "open" : **fixed == Fixed::accepted ? "accepted" : "rejected";
    }
    if (verb == "deposit") {
      const auto found = scope_->deposits.find(id(words.next()));
      return found == scope_->deposits.end() ? "held" : found->second == Deposit::returned ? "returned" : "forfeited";
    }
    if (verb != "state" && verb != "tally" && verb != "terms") return std::nullopt;
    const auto info = governance.find(id(words.next()));
    if (!info) return info.error().rule;
    if (verb == "state") return std::string(state_name(info->state));
    std::ostringstream text;
    if (verb == "tally") {
      text << info->tally.yes << " yes " << info->tally.no << " no " << info->tally.abstain << " abstain";
    } else if (info->terms) {
      text << info->terms->quorum << " of " << info->terms->members << " at " << info->terms->threshold << " ppm";
    }
    return text.str();
  }

  std::string route(Words& words) {
    const model::Did who = scope_->did(words.next());
    const std::string about = words.next();
    const auto kind = model::find_proposal_kind(about);
    const auto route =
        kind ? scope_->governance().route(who, *kind, scope_->now) : scope_->governance().route(who, id(about));
    if (!route) return route.error().rule;
    std::string text;
    for (const model::Did& did : route->path) text += (text.empty() ? "" : " ") + name_of(did);
    if (route->choice) text += " " + std::string(model::vote_choice_name(*route->choice));
    return text;
  }

  std::string power(Words& words) {
    const model::Did who = scope_->did(words.next());
    for (const VotingPower& power :
         scope_->governance().voting_power(*model::find_proposal_kind(words.next()), scope_->now)) {
      if (power.member == who) return std::to_string(power.votes);
    }
    return "none";
  }

  std::string name_of(const model::Did& did) { return scope_->name_of(did); }

  std::unique_ptr<testing::Assembly> scope_;
  std::map<std::string, ipld::Cid> proposals_;
  std::optional<std::pair<model::Statement, std::string>> last_;
};

TEST(GovernanceCases, EveryLineAnswersAsItSays) { icn::testing::run_text_cases<Cases>("governance_", 300U); }

}  // namespace
}  // namespace icn::governance
