// Goal: the engine answers as tests/cases/trust_*.txt specify, and has the same state when it is opened again and when
// the statements of different authors arrive in another order. A line is one statement or question and, after an arrow,
// its answer:
//
//   members NAME ... [with PARAMETER=VALUE ...]      a new scope; its node is `node`, its clerk `clerk`
//   wait 60s, reopen, suspend NAME, remove NAME, restore NAME, the clerk is NAME
//   NAME trusts NAME in CONTEXT LEVEL [for 60s]      NAME no longer trusts NAME in CONTEXT
//   NAME challenges NAME in CONTEXT                  NAME withdraws NAME in CONTEXT
//   NAME demands LEVEL in CONTEXT [depth N] [members only] [no bridges]
//   NAME bridges to SCOPE gate NAME in CONTEXT LEVEL [decay 50%] [depth N] [for 60s]
//   in SCOPE NAME trusts|no longer trusts ...        a statement made in another scope
//   forged STATEMENT (with the key of mallory), again (the last statement is sent a second time)
//
// They answer `done`, or the rule that refused. The question is
//
//   may NAME use NAME in CONTEXT -> yes RULE LEVEL: NAME NAME ...   or   no RULE
#include <gtest/gtest.h>

#include <sstream>

#include "testing/text_cases.hpp"
#include "trust/testing/village.hpp"

namespace icn::trust {
namespace {

using model::TrustLevel;
using testing::context_named;
using testing::Village;

class Words {
 public:
  explicit Words(const std::string& text) {
    std::istringstream stream(text);
    for (std::string word; stream >> word;) words_.push_back(word);
  }
  [[nodiscard]] bool empty() const { return at_ == words_.size(); }
  [[nodiscard]] std::string next() { return empty() ? "" : words_[at_++]; }
  [[nodiscard]] bool take(std::string_view word) {
    if (empty() || words_[at_] != word) return false;
    ++at_;
    return true;
  }
  [[nodiscard]] TrustLevel level() {
    const auto found = model::find_trust_level(next());
    EXPECT_TRUE(found) << "not a level";
    return found.value_or(TrustLevel::none);
  }
  // "60s" after `for`.
  [[nodiscard]] std::optional<model::UnixMs> until(model::UnixMs now) {
    if (!take("for")) return std::nullopt;
    return model::UnixMs{now.value + std::stoull(next()) * 1'000};
  }

 private:
  std::vector<std::string> words_;
  std::size_t at_ = 0;
};

class Cases {
 public:
  void line(const std::string& text) {
    const std::size_t arrow = text.find(" -> ");
    Words words(text.substr(0, arrow));
    const std::string expected = arrow == std::string::npos ? "" : text.substr(arrow + 4);
    if (words.take("members")) return begin(words);
    ASSERT_NE(village_, nullptr) << "the file begins with its members";
    if (command(words)) return;
    EXPECT_NE(arrow, std::string::npos) << "the line has no expected answer";
    EXPECT_EQ(words.take("may") ? question(words) : operation(words), expected);
    EXPECT_TRUE(words.empty()) << "unread words";
  }

  void finish() {
    if (village_ == nullptr) return;
    reopen();
    EXPECT_EQ(verify_statements(village_->store(), {}).value(), village_->engine().size());
  }

 private:
  void begin(Words& words) {
    finish();
    std::vector<std::string> names;
    std::map<std::string, std::string> parameters;
    while (!words.empty() && !words.take("with")) names.push_back(words.next());
    while (!words.empty()) {
      const std::string pair = words.next();
      parameters[pair.substr(0, pair.find('='))] = pair.substr(pair.find('=') + 1);
    }
    village_ = std::make_unique<Village>(names, parameters);
  }

  bool command(Words& words) {
    if (words.take("wait")) {
      village_->now.value += std::stoull(words.next()) * 1'000;
    } else if (words.take("reopen")) {
      reopen();
    } else if (words.take("suspend")) {
      village_->set_status(words.next(), model::MemberStatus::suspended);
    } else if (words.take("remove")) {
      village_->set_status(words.next(), model::MemberStatus::removed);
    } else if (words.take("restore")) {
      village_->set_status(words.next(), model::MemberStatus::active);
    } else if (words.take("the")) {
      EXPECT_TRUE(words.take("clerk") && words.take("is"));
      village_->set_clerk(words.next());
    } else {
      return false;
    }
    return true;
  }

  void reopen() {
    const ipld::Digest before = village_->engine().state_hash();
    const auto opened = village_->reopen();
    ASSERT_TRUE(opened) << opened.error().detail;
    EXPECT_EQ(village_->engine().state_hash(), before);
  }

  std::string question(Words& words) {
    const std::string from = words.next();
    EXPECT_TRUE(words.take("use"));
    const std::string to = words.next();
    EXPECT_TRUE(words.take("in"));
    const TrustValidationResult result = village_->decide(from, to, words.next());
    EXPECT_FALSE(result.why().empty());
    if (result == TrustValidationResult::denied) return "no " + std::string(result.rule);
    std::string text =
        "yes " + std::string(result.rule) + " " + std::string(model::trust_level_name(result.level)) + ":";
    for (const model::Did& did : result.path) text += " " + village_->name_of(did);
    return text;
  }

  std::string operation(Words& words) {
    const ipld::Digest before = village_->engine().state_hash();
    const Result<void> done = perform(words);
    if (done) return "done";
    EXPECT_EQ(village_->engine().state_hash(), before) << "a refusal changed the state";
    if (done.error().code == ErrorCode::invalid_signature) return "invalid_signature";
    EXPECT_FALSE(done.error().rule.empty()) << "the refusal names no rule: " << done.error().detail;
    return done.error().rule;
  }

  Result<void> perform(Words& words) {
    if (words.take("again")) return village_->apply(*last_);
    const bool forged = words.take("forged");
    ipld::Cid scope = village_->scope().id();
    if (words.take("in")) scope = testing::scope_named(words.next());
    const std::string author = words.next();
    last_ = village_->sign(statement(words, author, scope), forged ? "mallory" : author);
    return village_->apply(*last_);
  }

  model::TrustStatement statement(Words& words, const std::string& author, const ipld::Cid& scope) {
    const model::Did by = village_->did(author);
    const std::uint64_t counter = village_->engine().next_counter(scope, by);
    const std::string verb = words.next();
    if (verb == "demands") return rule(words, scope, by, counter);
    if (verb == "bridges") return bridge(words, scope, by, counter);
    const bool ends = verb == "no";
    if (ends) {
      EXPECT_TRUE(words.take("longer") && words.take("trusts"));
    }
    const model::Did other = village_->did(words.next());
    EXPECT_TRUE(words.take("in"));
    const model::TrustContext context = context_named(words.next());
    if (ends) return model::TrustRevocation{scope, context, by, other, counter};
    if (verb == "challenges") return model::TrustChallenge{scope, context, by, other, true, "a reason", counter};
    if (verb == "withdraws") return model::TrustChallenge{scope, context, by, other, false, "", counter};
    EXPECT_EQ(verb, "trusts");
    const TrustLevel level = words.level();
    return model::TrustGrant{scope, context, by, other, level, words.until(village_->now), counter};
  }

  static model::TrustRule rule(Words& words, const ipld::Cid& scope, const model::Did& by, std::uint64_t counter) {
    model::TrustRule rule;
    rule.scope = scope;
    rule.clerk = by;
    rule.counter = counter;
    rule.level_min = words.level();
    EXPECT_TRUE(words.take("in"));
    rule.context = context_named(words.next());
    if (words.take("depth")) rule.depth_max = std::stoull(words.next());
    if (words.take("members")) rule.members_only = words.take("only");
    if (words.take("no")) rule.bridges = !words.take("bridges");
    return rule;
  }

  model::TrustBridge bridge(Words& words, const ipld::Cid& scope, const model::Did& by, std::uint64_t counter) {
    model::TrustBridge bridge;
    bridge.scope = scope;
    bridge.clerk = by;
    bridge.counter = counter;
    EXPECT_TRUE(words.take("to"));
    const std::string other = words.next();
    bridge.other = other == "itself" ? scope : testing::scope_named(other);
    EXPECT_TRUE(words.take("gate"));
    bridge.gate = village_->did(words.next());
    EXPECT_TRUE(words.take("in"));
    bridge.context = context_named(words.next());
    bridge.level = words.level();
    if (words.take("decay")) bridge.decay_ppm = std::stoull(words.next()) * 10'000;
    if (words.take("depth")) bridge.depth_max = std::stoull(words.next());
    bridge.until = words.until(village_->now);
    return bridge;
  }

  std::unique_ptr<Village> village_;
  std::optional<model::TrustRecord> last_;
};

TEST(TrustCases, AnswerAsTheFilesSpecify) { ::icn::testing::run_text_cases<Cases>("trust_", 80); }

}  // namespace
}  // namespace icn::trust
