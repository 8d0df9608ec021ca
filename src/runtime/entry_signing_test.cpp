// Entries of the log are signed without the writer lock: a slow token delays its own caller only. An entry that another
// one overtook is signed again.
#include <thread>

#include "runtime/governance.hpp"
#include "runtime/testing/home_fixture.hpp"

namespace icn::runtime {
namespace {

// Calls `during` while it signs an entry.
class SlowSigner : public ports::Signer {
 public:
  explicit SlowSigner(std::shared_ptr<ports::Signer> key) : key_(std::move(key)) {}
  model::Did did() const override { return key_->did(); }
  Result<model::Signature> sign(model::SignatureTag tag, const ipld::Cid& body) override {
    if (tag == model::SignatureTag::scope_entry) {
      ++signed_;
      if (during) during();
    }
    return key_->sign(tag, body);
  }
  const ports::Descriptor& descriptor() const override { return key_->descriptor(); }
  [[nodiscard]] int entries() const { return signed_; }
  std::function<void()> during;

 private:
  const std::shared_ptr<ports::Signer> key_;
  int signed_ = 0;
};

struct EntrySigning : HomeFixture {
  EntrySigning() {
    services.signer = slow;
    parameters["proposal_fee_mana"] = "0";
    found();
  }
  PreparedStatement proposal() const {
    ProposalDraft made;
    made.proposer = member->did();
    made.actions = {model::ResolutionAction{}};
    made.title = "A resolution";
    return prepare_proposal(*node, made).value();
  }
  Result<std::uint64_t> enter(const PreparedStatement& prepared) {
    const auto tag = model::tag_of(model::kind_of(prepared.statement));
    return admit_statement(*node, prepared, member->sign(tag, model::body_of(prepared.statement).cid).value());
  }
  // Stages something from another thread: it would wait forever for a writer lock that the signer's caller holds.
  void stage_elsewhere() {
    std::thread([&] {
      EXPECT_TRUE(node->committer().commit_later([](Staging&) -> Result<void> { return {}; }));
    }).join();
  }
  std::shared_ptr<SlowSigner> slow = std::make_shared<SlowSigner>(signer_of(1));
};

TEST_F(EntrySigning, OfStatementsAndStepsHoldsNoLock) {
  slow->during = [&] { stage_elsewhere(); };
  const PreparedStatement made = proposal();
  const ipld::Cid id = model::body_of(made.statement).cid;
  ASSERT_TRUE(enter(made));
  ASSERT_TRUE(enter(prepare_vote(*node, member->did(), id, model::VoteChoice::yes)));
  EXPECT_EQ(node->governance().find(id)->state, governance::ProposalState::executed);
  EXPECT_EQ(static_cast<std::uint64_t>(slow->entries()), node->scope().position()) << "each entry is signed once";
  EXPECT_TRUE(verify_scope_log(*node));
}

TEST_F(EntrySigning, OfAJobThatGovernsHoldsNoLock) {
  slow->during = [&] { stage_elsewhere(); };
  const PreparedStatement made = proposal();
  JobDraft from = draft("state proposal " + to_hex(model::body_of(made.statement).bytes) + "\n");
  from.grants.add(model::Capability::govern);
  const JobReport report = run(from);
  EXPECT_TRUE(report.record.effects_told.empty());
  EXPECT_EQ(node->scope().position(), 2U) << "the proposal and the opening of its vote";
  EXPECT_EQ(slow->entries(), 2);
  EXPECT_TRUE(verify_scope_log(*node));
}

TEST_F(EntrySigning, AnOvertakenEntryIsSignedAgain) {
  int overtaking = 0;
  slow->during = [&] {
    if (overtaking++ != 0) return;
    std::thread([&] { EXPECT_TRUE(enter(proposal())); }).join();
  };
  const std::uint64_t position = enter(proposal()).value();
  EXPECT_GT(position, 1U) << "the other one came first";
  EXPECT_EQ(static_cast<std::uint64_t>(slow->entries()), node->scope().position() + 1);
  EXPECT_TRUE(verify_scope_log(*node));
}

// By the rotation of its author's key, which then no longer signs for it.
TEST_F(EntrySigning, AStatementThatIsOvertakenIsVerifiedAgain) {
  const PreparedStatement made = proposal();
  ASSERT_TRUE(enter(made));
  const auto fresh = signer_of(40);
  bool rotated = false;
  slow->during = [&] {
    if (std::exchange(rotated, true)) return;
    std::thread([&] {
      const model::KeyConsent consented = key_consent(*node, member->did(), fresh->did());
      const auto consent = fresh->sign(model::SignatureTag::key_consent, consented.to_block().cid).value();
      EXPECT_TRUE(enter(prepare_rotation(consented, consent)));
    }).join();
  };
  const auto refused =
      enter(prepare_vote(*node, member->did(), model::body_of(made.statement).cid, model::VoteChoice::yes));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().rule, "retired_key");
  EXPECT_TRUE(verify_scope_log(*node));
}

// However often it is overtaken, it is entered: the last time under the lock.
TEST_F(EntrySigning, AnEntryThatIsAlwaysOvertakenIsEntered) {
  bool nested = false;
  int overtaken = 0;
  slow->during = [&] {
    if (nested || overtaken == 4) return;
    nested = true;
    ++overtaken;
    std::thread([&] { EXPECT_TRUE(enter(proposal())); }).join();
    nested = false;
  };
  EXPECT_TRUE(enter(proposal()));
  EXPECT_EQ(overtaken, 4) << "at each of the tries without the lock";
  EXPECT_TRUE(verify_scope_log(*node));
}

}  // namespace
}  // namespace icn::runtime
