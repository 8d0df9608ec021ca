// Goal: a key that fails in the middle of a settlement leaves no receipt and no charge, and the job runs again.
#include "runtime/testing/home_fixture.hpp"

namespace icn::runtime {
namespace {

// Fails a number of times at one kind of signature, as a token does that was pulled.
class FailingSigner : public ports::Signer {
 public:
  FailingSigner(std::shared_ptr<ports::Signer> key, model::SignatureTag tag) : key_(std::move(key)), tag_(tag) {}
  model::Did did() const override { return key_->did(); }
  Result<model::Signature> sign(model::SignatureTag tag, const ipld::Cid& body) override {
    if (tag == tag_ && failures > 0) {
      --failures;
      return refuse(ErrorCode::infrastructure, "token_lost", "The token failed at signing; nothing was signed");
    }
    return key_->sign(tag, body);
  }
  const ports::Descriptor& descriptor() const override { return key_->descriptor(); }
  std::atomic<int> failures = 0;

 private:
  const std::shared_ptr<ports::Signer> key_;
  const model::SignatureTag tag_;
};

struct SignerFailure : HomeFixture {
  std::shared_ptr<FailingSigner> fail_at(model::SignatureTag tag) {
    auto signer = std::make_shared<FailingSigner>(signer_of(1), tag);
    services.signer = signer;
    found();
    return signer;
  }
};

TEST_F(SignerFailure, AReceiptThatIsNotSignedChargesNothingAndTheJobRunsAgain) {
  for (const model::SignatureTag tag : {model::SignatureTag::receipt, model::SignatureTag::dag_block}) {
    SCOPED_TRACE(model::tag_text(tag));
    services.state_store = *backends::state_store::open("memory");
    services.dag_store = *backends::dag_store::open("memory");
    node.reset();
    const auto signer = fail_at(tag);
    const model::Mana before = of_member();
    // More often than one call tries again.
    signer->failures = 100;
    SubmitRequest made = request(draft("fuel 100\noutput x\n"));
    made.start = StartMode::now;
    SubmitAnswer accepted = submit_job(*node, made).value();
    const auto failed = execute_job(*node, accepted.id, {}, std::move(accepted.claim));
    const jobs::JobRecord record = node->jobs().find(accepted.id).value().value();
    EXPECT_FALSE(record.receipt) << "no receipt without its signature";
    EXPECT_NE(record.phase, jobs::JobPhase::completed);
    const auto audit = audit_mana(*node);
    ASSERT_TRUE(audit) << audit.error().detail;
    if (record.phase == jobs::JobPhase::failed) {
      EXPECT_EQ(of_member(), before) << "nothing is charged";
      continue;
    }
    signer->failures = 0;
    const JobReport report = execute_job(*node, accepted.id).value();
    EXPECT_EQ(report.record.phase, jobs::JobPhase::completed);
    EXPECT_TRUE(verify_receipt(*node, *report.record.receipt));
    expect_all_settled();
  }
}

TEST_F(SignerFailure, OneFailureIsFollowedByAnotherAttempt) {
  const auto signer = fail_at(model::SignatureTag::receipt);
  signer->failures = 1;
  const JobReport report = run(draft("fuel 100\noutput x\n"));
  EXPECT_EQ(report.record.phase, jobs::JobPhase::completed);
  EXPECT_EQ(report.record.attempts, 2U);
  EXPECT_EQ(signer->failures, 0);
  EXPECT_TRUE(verify_receipt(*node, *report.record.receipt));
  expect_all_settled();
}

TEST_F(SignerFailure, AnOrderThatIsNotSignedReservesNothing) {
  const auto signer = fail_at(model::SignatureTag::order);
  const model::Mana before = of_member();
  signer->failures = 1;
  const SubmitRequest made = request(draft("fuel 100\noutput x\n"));
  EXPECT_EQ(submit_job(*node, made).error().code, ErrorCode::infrastructure);
  EXPECT_EQ(of_member(), before);
  EXPECT_EQ(node->jobs().open_count(), 0U);
  EXPECT_TRUE(submit_job(*node, made));
}

}  // namespace
}  // namespace icn::runtime
