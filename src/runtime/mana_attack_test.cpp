// Goal: no order of holds, releases and clocks makes mana that time did not, and every parameter of mana at its least
// and its greatest leaves jobs, fees, epochs, statements and the audit as they are.
#include "runtime/governance.hpp"
#include "runtime/mana_epoch.hpp"
#include "runtime/proof.hpp"
#include "runtime/statement.hpp"
#include "runtime/testing/home_fixture.hpp"

namespace icn::runtime {
namespace {

constexpr std::uint64_t kMinuteMs = 60'000;
constexpr unsigned long long kDayMs = 86'400'000;
constexpr std::uint64_t kUnit = model::Mana::kUnit;

struct ManaAttack : HomeFixture {
  model::Mana all_available() const { return view_account(*node, member->did()).balance.available(); }
  // Holds most of the account for a job and releases it after a while.
  void hold_and_release(std::uint64_t ms) {
    JobDraft job = draft("output x\n");
    job.cost_mana = 900;
    const SubmitAnswer held = submit(job);
    clock->now_ms += ms;
    ASSERT_TRUE(cancel_job(*node, held.id));
  }
};

TEST_F(ManaAttack, HoldsAndReleasesMakeNoMana) {
  // One mana a minute at reputation 0.
  parameters["mana_regeneration_umana_per_hour"] = "600000000";
  parameters["mana_max_capacity"] = "1030";
  found();
  for (int i = 0; i < 20; ++i) hold_and_release(kMinuteMs);
  EXPECT_EQ(all_available().umana, 1'020 * kUnit) << "what 20 minutes make, and no more";
  // A held account is not below its cap.
  for (int i = 0; i < 20; ++i) hold_and_release(10 * kMinuteMs);
  EXPECT_EQ(all_available().umana, 1'030 * kUnit);
  // Many short holds lose nothing either: the remainder is carried.
  ASSERT_TRUE(spend_mana(*node, member->did(), model::Mana{100 * kUnit}, view_of("a")));
  for (int i = 0; i < 200; ++i) hold_and_release(1'234);
  const std::uint64_t full_seconds = 200 * 1'234 / 1'000;
  EXPECT_EQ(all_available().umana, 930 * kUnit + full_seconds * kUnit / 60);
  expect_all_settled();
}

// A DID costs nothing, so it is worth nothing: it holds, regenerates, decides and submits nothing.
TEST_F(ManaAttack, AThousandFreeDidsGetNothing) {
  parameters["mana_regeneration_umana_per_hour"] = "600000000";
  found();
  ProposalDraft made;
  made.proposer = member->did();
  made.title = "A resolution";
  made.actions = {model::ResolutionAction{}};
  const PreparedStatement opened = prepare_proposal(*node, made).value();
  const ipld::Cid proposal = model::body_of(opened.statement).cid;
  const auto enter = [&](const PreparedStatement& prepared, ports::Signer& by) {
    const auto tag = model::tag_of(model::kind_of(prepared.statement));
    return admit_statement(*node, prepared, by.sign(tag, model::body_of(prepared.statement).cid).value());
  };
  ASSERT_TRUE(enter(opened, *member));
  const ipld::Digest before = state_hash(*node).value();
  const std::size_t accounts = node->ledger().accounts().size();
  for (std::uint32_t i = 0; i < 1'000; ++i) {
    Bytes name;
    append_be64(name, i);
    const auto free = (*backends::signer::all().front()).open(model::KeyPair::from_seed(ipld::sha256(name))).value();
    const AccountView view = view_account(*node, free->did());
    ASSERT_EQ(view.balance.posted.umana + view.due.umana, 0U);
    ASSERT_FALSE(spend_mana(*node, free->did(), model::Mana{1}, name));
    ASSERT_FALSE(credit_mana(*node, member->did(), free->did(), model::Mana{1}, name));
    ASSERT_EQ(enter(prepare_vote(*node, free->did(), proposal, model::VoteChoice::no), *free).error().rule,
              "not_a_member");
    made.proposer = free->did();
    ASSERT_EQ(enter(prepare_proposal(*node, made).value(), *free).error().rule, "not_a_member");
    clock->now_ms += kMinuteMs;
  }
  EXPECT_EQ(state_hash(*node).value(), before) << "not even a row";
  EXPECT_EQ(node->ledger().accounts().size(), accounts);
  JobDraft job = draft("output x\n");
  job.submitter = signer_of(77)->did();
  SubmitRequest submitted = signed_request(prepare_job(*node, job).value());
  submitted.signature = signer_of(77)->sign(model::SignatureTag::job, submitted.body.cid).value();
  EXPECT_EQ(submit_job(*node, submitted).error().rule, "member");
}

TEST_F(ManaAttack, AClockThatIsSetBackAndForwardMakesOnlyWhatPassed) {
  parameters["mana_regeneration_umana_per_hour"] = "600000000";
  parameters["mana_max_capacity"] = "100000";
  found();
  const std::uint64_t begin = clock->now_ms;
  std::uint64_t furthest = begin;
  for (int i = 1; i <= 50; ++i) {
    clock->now_ms = i % 2 == 0 ? begin + static_cast<std::uint64_t>(i) * kMinuteMs : begin;
    furthest = std::max(furthest, clock->now_ms.load());
    ASSERT_TRUE(spend_mana(*node, member->did(), model::Mana{1}, view_of(std::to_string(i))));
  }
  EXPECT_EQ(of_member().umana, 1'000 * kUnit + (furthest - begin) / kMinuteMs * kUnit - 50);
  clock->now_ms = begin;
  hold_and_release(0);
  EXPECT_EQ(of_member().umana, 1'000 * kUnit + 50 * kUnit - 50);
  expect_all_settled();
}

bool is_of_mana(const model::ParameterRow& row) {
  using enum model::ParameterKey;
  return row.key == mana_regeneration_umana_per_hour || row.key == mana_max_capacity || row.key == mana_epoch_secs ||
         row.key == discount_budget_umana || row.key == proposal_fee_mana || row.key == vote_fee_mana ||
         row.key == free_vote_below_mana;
}

struct ManaBounds : ManaAttack {
  // A node founded with these parameters lives for a while; whatever is refused changes nothing.
  void live() {
    services.dag_store = *backends::dag_store::open("memory");
    services.state_store = *backends::state_store::open("memory");
    clock->now_ms = StandingClock::kBegin;
    found();
    for (const std::uint64_t ms : {1'000ULL, 30 * kDayMs, 36'500 * kDayMs}) {
      clock->now_ms += ms;
      EXPECT_EQ(run(draft("fuel 1000\noutput x\n")).record.phase, jobs::JobPhase::completed);
      propose_and_vote();
      ASSERT_TRUE(spend_mana(*node, member->did(), model::Mana{1}, view_of(std::to_string(ms))));
      ASSERT_TRUE(sweep_jobs(*node));
      ASSERT_TRUE(anchor_root(*node));
      ASSERT_TRUE(verify_mana_proof(prove_mana(*node, member->did()).value()));
      const StatementPage page = mana_statement(*node, member->did(), {}, 100).value();
      EXPECT_EQ(page.balance, all_available());
      reopen();
    }
    expect_all_settled();
  }
  void propose_and_vote() {
    ProposalDraft resolution;
    resolution.proposer = member->did();
    resolution.actions = {model::ResolutionAction{}};
    resolution.title = "A text";
    const PreparedStatement proposal = prepare_proposal(*node, resolution).value();
    const ipld::Cid id = model::body_of(proposal.statement).cid;
    const ipld::Digest before = node->ledger().state_hash();
    const auto entered = admit_statement(*node, proposal, member->sign(model::SignatureTag::proposal, id).value());
    if (!entered) {
      EXPECT_EQ(entered.error().code, ErrorCode::insufficient_mana) << entered.error().detail;
      EXPECT_EQ(node->ledger().state_hash(), before);
      return;
    }
    const PreparedStatement vote = prepare_vote(*node, member->did(), id, model::VoteChoice::yes);
    const ipld::Cid body = model::body_of(vote.statement).cid;
    EXPECT_TRUE(admit_statement(*node, vote, member->sign(model::SignatureTag::vote, body).value()))
        << "a fee bars a member from voting";
  }
};

TEST_F(ManaBounds, EveryParameterOfManaAtItsLeastAndItsGreatest) {
  int rows = 0;
  for (const model::ParameterRow& row : model::parameter_table()) {
    if (!is_of_mana(row)) continue;
    ++rows;
    for (const std::uint64_t value : {row.min, row.max}) {
      SCOPED_TRACE(std::string(row.name) + " = " + std::to_string(value));
      parameters = {{std::string(row.name), std::to_string(value)}};
      live();
      if (HasFatalFailure()) return;
    }
  }
  EXPECT_EQ(rows, 7);
}

TEST_F(ManaBounds, AllParametersOfManaAtTheirLeastAndTheirGreatest) {
  for (const bool greatest : {false, true}) {
    SCOPED_TRACE(greatest ? "greatest" : "least");
    parameters.clear();
    for (const model::ParameterRow& row : model::parameter_table()) {
      if (is_of_mana(row)) parameters.emplace(row.name, std::to_string(greatest ? row.max : row.min));
    }
    live();
    if (HasFatalFailure()) return;
  }
}

}  // namespace
}  // namespace icn::runtime
