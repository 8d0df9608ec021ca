// A node founded with any parameter at any of its bounds runs a job or refuses it by a rule, takes a proposal or
// refuses it by a rule, opens again, and its books balance.
#include <set>

#include "runtime/governance.hpp"
#include "runtime/testing/home_fixture.hpp"

namespace icn::runtime {
namespace {

struct ParameterBounds : HomeFixture {
  void found_with(const std::string& name, const std::string& text) {
    node.reset();
    services.dag_store = *backends::dag_store::open("memory");
    services.state_store = *backends::state_store::open("memory");
    parameters = {{name, text}};
    found();
  }
  // Returns whether a job ran; a refusal names its rule and charges nothing.
  bool runs() {
    const model::Mana before = of_member();
    const auto prepared = prepare_job(*node, draft("fuel 1000\noutput x\n"));
    if (!prepared) {
      EXPECT_FALSE(prepared.error().rule.empty()) << prepared.error().detail;
      return false;
    }
    SubmitRequest made = signed_request(*prepared);
    made.start = StartMode::now;
    auto accepted = submit_job(*node, made);
    if (!accepted) {
      EXPECT_FALSE(accepted.error().rule.empty()) << accepted.error().detail;
      EXPECT_EQ(of_member(), before) << "a refusal charged something";
      return false;
    }
    const auto report = execute_job(*node, accepted->id, {}, std::move(accepted->claim));
    EXPECT_TRUE(report && report->record.phase == jobs::JobPhase::completed);
    return true;
  }
  Result<std::uint64_t> enter(const PreparedStatement& prepared) {
    const auto tag = model::tag_of(model::kind_of(prepared.statement));
    return admit_statement(*node, prepared, member->sign(tag, model::body_of(prepared.statement).cid).value());
  }
  // Returns whether a proposal got into the log.
  bool proposes() {
    ProposalDraft made;
    made.proposer = member->did();
    made.title = "A text";
    made.actions = {model::ResolutionAction{}};
    const auto prepared = prepare_proposal(*node, made);
    const auto entered = prepared ? enter(*prepared) : Result<std::uint64_t>(fail(prepared.error()));
    if (!entered) {
      EXPECT_FALSE(entered.error().rule.empty()) << entered.error().detail;
      return false;
    }
    const auto voted =
        enter(prepare_vote(*node, member->did(), model::body_of(prepared->statement).cid, model::VoteChoice::yes));
    EXPECT_TRUE(voted || !voted.error().rule.empty()) << voted.error().detail;
    return true;
  }
};

// In the order in which a parameter keeps a list.
std::string entries(model::ParameterType type, std::uint64_t count) {
  std::set<std::string> sorted;
  for (std::uint8_t i = 0; i < count; ++i) {
    sorted.insert(type == model::ParameterType::dids ? signer_of(static_cast<std::uint8_t>(100 + i))->did().to_text()
                                                     : ipld::Cid::of(ipld::Codec::raw, ByteView(&i, 1)).to_text());
  }
  std::string text;
  for (const std::string& entry : sorted) text += (text.empty() ? "" : ",") + entry;
  return text;
}

TEST_F(ParameterBounds, AJobRunsOrIsRefusedByARule) {
  std::size_t ran = 0;
  std::size_t proposed = 0;
  for (const model::ParameterRow& row : model::parameter_table()) {
    for (const std::uint64_t bound : {row.min, row.max}) {
      const bool is_number = row.type == model::ParameterType::whole_number;
      const std::string text = is_number ? std::to_string(bound) : entries(row.type, bound);
      SCOPED_TRACE(std::string(row.name) + " = " + text);
      found_with(std::string(row.name), text);
      ran += runs() ? 1 : 0;
      proposed += proposes() ? 1 : 0;
      // Nothing overflows in the sweep, nor in a time far away.
      for (const std::uint64_t later : {1'000ULL, 100ULL * 365 * 86'400'000}) {
        clock->now_ms += later;
        ASSERT_TRUE(sweep_jobs(*node));
        static_cast<void>(advance_governance(*node).has_value());
      }
      ASSERT_TRUE(audit_mana(*node));
      reopen();
      EXPECT_EQ(node->governance().scope().parameters().text(row.name), text);
      ASSERT_TRUE(audit_mana(*node));
      clock->now_ms = StandingClock::kBegin;
    }
  }
  // Most bounds hinder neither.
  EXPECT_GT(ran, model::kParameterCount);
  EXPECT_GT(proposed, model::kParameterCount);
}

}  // namespace
}  // namespace icn::runtime
