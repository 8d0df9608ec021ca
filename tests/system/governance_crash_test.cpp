// Goal: what members decide happens exactly once. A node is killed at each step of each of its commits while proposals
// are made, voted on by members and by their jobs, closed and executed, and while a checkpoint of governance is kept.
// After every kill the log holds, the treasury has paid exactly the executed proposals, and a node that goes on
// executes the others once.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../contract/support.hpp"
#include "model/keys.hpp"
#include "runtime/governance.hpp"
#include "runtime/job_draft.hpp"
#include "runtime/mana.hpp"
#include "runtime/node_state.hpp"
#include "runtime/run.hpp"
#include "runtime/submit.hpp"
#include "runtime/sweep.hpp"
#include "testing/scripted_executor.hpp"

namespace icn {
namespace {

using governance::ProposalState;
using runtime::NodeState;

constexpr std::uint64_t kUnit = model::Mana::kUnit;
constexpr std::uint64_t kEndowment = 1'000 * kUnit;
constexpr std::uint64_t kBudget = 7 * kUnit;
constexpr std::size_t kMembers = 3;
constexpr std::uint64_t kEntriesBefore = 252;
constexpr std::size_t kProposals = 2;  // the first with signed votes, the second with votes of jobs

std::shared_ptr<ports::Signer> signer_of(std::uint8_t number) {
  model::Seed seed{};
  seed[0] = number;
  return backends::signer::all().front()->open(model::KeyPair::from_seed(seed)).value();
}
std::shared_ptr<ports::Signer> member(std::size_t number) { return signer_of(static_cast<std::uint8_t>(20 + number)); }

std::unique_ptr<NodeState> open_node(const contract::Folder& folder, const runtime::CommitObserver& observer = {}) {
  runtime::NodeServices services;
  services.dag_store = backends::dag_store::open("file:" + contract::location_of("file", folder, "dag")).value();
  services.state_store = backends::state_store::open("file:" + contract::location_of("file", folder, "state")).value();
  services.mesh_network = backends::mesh_network::open("standalone").value();
  services.signer = signer_of(1);
  services.executor = std::make_shared<testing::ScriptedExecutor>();
  ports::System system = backends::system::open().value();
  services.clock = std::move(system.clock);
  services.random = std::move(system.random);
  services.system_info = std::move(system.info);
  runtime::NodeSettings settings;
  settings.commit_observer = observer;
  settings.checkpoint_every = 5;
  if (NodeState::is_founded(*services.state_store).value()) return NodeState::open(services, settings).value();
  runtime::Founding founding;
  founding.member = member(0)->did();
  for (std::size_t i = 1; i < kMembers; ++i) founding.others.push_back({member(i)->did(), services.signer->did()});
  founding.parameters = {{"vote_fee_mana", "0"}};
  founding.operator_did = signer_of(9)->did();
  return NodeState::found(services, settings, founding).value();
}

model::Proposal proposal_of(const NodeState& node, std::size_t number) {
  runtime::ProposalDraft draft;
  draft.proposer = member(0)->did();
  draft.kind = model::ProposalKind::budget;
  draft.actions = {model::BudgetAction{member(1)->did(), model::Mana{kBudget}}};
  auto body = std::get<model::Proposal>(runtime::prepare_proposal(node, draft)->statement);
  body.nonce = Bytes(1, static_cast<std::uint8_t>(number));
  return body;
}

// What was refused: a later process finds some of it done.
std::string told;
template <class T>
void note(const Result<T>& result) {
  if (!result) told += result.error().detail + "\n";
}

void enter(NodeState& node, std::size_t by, const model::Statement& statement) {
  const auto tag = model::tag_of(model::kind_of(statement));
  const model::Signature signature = member(by)->sign(tag, model::body_of(statement).cid).value();
  note(runtime::admit_statement(node, {statement, {}}, signature));
}

void vote_by_job(NodeState& node, std::size_t by, const model::Statement& vote) {
  runtime::JobDraft draft;
  draft.module = bytes_of("script\nstate vote " + to_hex(model::body_of(vote).bytes) + "\n");
  draft.submitter = member(by)->did();
  draft.fuel = 1'000'000'000;
  draft.grants.add(model::Capability::govern);
  draft.nonce = Bytes(1, static_cast<std::uint8_t>(by));
  const runtime::PreparedJob prepared = runtime::prepare_job(node, draft).value();
  runtime::SubmitRequest request;
  request.body = prepared.body;
  request.blocks = prepared.blocks;
  request.signature = member(by)->sign(model::SignatureTag::job, prepared.body.cid).value();
  request.start = runtime::StartMode::now;
  const auto report = runtime::run_job(node, request);
  note(report);
  if (!report) return;
  for (const std::string& text : report->record.effects_told) told += text + "\n";
}

// Everything that is not done yet.
void decide(NodeState& node) {
  for (std::size_t number = 0; number < kProposals; ++number) {
    const model::Proposal body = proposal_of(node, number);
    const ipld::Cid id = body.to_block().cid;
    enter(node, 0, body);
    note(runtime::advance_governance(node));
    for (std::size_t by = 0; by < kMembers; ++by) {
      const model::Vote vote{node.scope().id(), id, member(by)->did(), model::VoteChoice::yes, 1};
      if (number == 0) enter(node, by, vote);
      if (number == 1) vote_by_job(node, by, vote);
    }
    // The process may have ended between the last vote and the closing that it makes possible.
    note(runtime::execute_proposal(node, id, node.scope().position()));
    // The log is long enough for a checkpoint after the first decision, which is then in its page.
    note(runtime::sweep_jobs(node));
  }
}

// A folder whose log is a few entries short of a checkpoint.
void prepare(const contract::Folder& folder) {
  const auto node = open_node(folder);
  for (std::uint64_t counter = 1; counter <= kEntriesBefore; ++counter) {
    enter(*node, 0,
          model::Delegation{node->scope().id(), member(0)->did(), member(1)->did(), model::ProposalKind::federate,
                            std::nullopt, counter});
  }
  ASSERT_EQ(node->scope().position(), kEntriesBefore) << told;
}

// How many proposals were executed, which the money and the log say alike.
std::size_t expect_exact(const NodeState& node) {
  std::size_t executed = 0;
  for (std::size_t number = 0; number < kProposals; ++number) {
    const auto status = node.governance().status(proposal_of(node, number).to_block().cid);
    executed += status && status->state == ProposalState::executed ? 1 : 0;
  }
  const auto treasury = node.ledger().balance(model::AccountKey::of(model::SystemAccount::treasury));
  EXPECT_EQ(treasury.available().umana, kEndowment - executed * kBudget);
  const auto checked = runtime::verify_scope_log(node);
  EXPECT_TRUE(checked) << checked.error().detail;
  const auto audit = runtime::audit_mana(node);
  EXPECT_TRUE(audit) << audit.error().detail;
  return executed;
}

// Opening makes one that is due, so the store is asked.
bool has_checkpoint(const contract::Folder& folder) {
  const auto state = backends::state_store::open("file:" + contract::location_of("file", folder, "state")).value();
  bool found = false;
  EXPECT_TRUE(state->scan(model::key_of(model::keys::kScopeCheckpoint), model::end_of(model::keys::kScopeCheckpoint),
                          [&](ByteView, ByteView) { return !(found = true); }));
  return found;
}

// Runs a node that is killed at its `last` step; returns whether it got there.
bool killed_at(const contract::Folder& folder, std::size_t last) {
  const pid_t child = ::fork();
  if (child == 0) {
    std::size_t steps = 0;
    const auto node = open_node(folder, [&](runtime::CommitStep) {
      if (++steps == last) ::kill(::getpid(), SIGKILL);
    });
    decide(*node);
    ::_exit(0);
  }
  int status = 0;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFSIGNALED(status) || (WIFEXITED(status) && WEXITSTATUS(status) == 0)) << status;
  return WIFSIGNALED(status);
}

TEST(GovernanceCrash, WhateverStepANodeEndsAtEachDecisionHappensOnce) {
  std::size_t last = 0;
  std::array<std::size_t, kProposals + 1> seen{};
  std::size_t checkpoints = 0;  // that the killed node left
  const contract::Folder prepared(contract::Place::memory);
  prepare(prepared);
  for (bool killed = true; killed;) {
    const contract::Folder folder(contract::Place::memory);
    std::filesystem::copy(prepared.path(), folder.path(), std::filesystem::copy_options::recursive);
    killed = killed_at(folder, ++last);
    SCOPED_TRACE("killed at step " + std::to_string(last));
    checkpoints += has_checkpoint(folder) ? 1 : 0;
    ++seen.at(expect_exact(*open_node(folder)));
    // Killed again while it goes on, then left alone.
    static_cast<void>(killed_at(folder, 1 + last % 11));
    const auto node = open_node(folder);
    expect_exact(*node);
    told.clear();
    decide(*node);
    EXPECT_EQ(expect_exact(*node), kProposals) << told;
    if (::testing::Test::HasFailure()) break;
  }
  EXPECT_GT(last, 50U) << "kills before, between and after both decisions";
  for (const std::size_t count : seen) EXPECT_GT(count, 0U);
  EXPECT_GT(checkpoints, 0U);
  EXPECT_LT(checkpoints, last) << "kills before and after the checkpoint";
}

}  // namespace
}  // namespace icn
