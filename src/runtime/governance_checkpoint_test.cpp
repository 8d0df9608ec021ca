// A node that sweeps writes a checkpoint of governance and opens from it; wherever the process ends, the next one has
// the same state.
#include "model/keys.hpp"
#include "runtime/governance.hpp"
#include "runtime/testing/home_fixture.hpp"
#include "runtime/testing/watched_store.hpp"

namespace icn::runtime {
namespace {

struct GovernanceCheckpoints : HomeFixture {
  GovernanceCheckpoints() {
    services.state_store = state;
    services.executor.reset();
    settings.on_fatal = [](const Error&) {};
    Founding founding;
    founding.member = member->did();
    founding.others = {{signer_of(3)->did(), services.signer->did()}};
    founding.operator_did = signer_of(9)->did();
    node = NodeState::found(services, settings, founding).value();
    while (!node->governance().checkpoint_is_due()) delegate();
  }
  void delegate() {
    const PreparedStatement made = prepare_delegation(*node, member->did(), signer_of(3)->did(), {}, {});
    const ipld::Cid body = model::body_of(made.statement).cid;
    ASSERT_TRUE(admit_statement(*node, made, member->sign(model::SignatureTag::delegation, body).value()));
  }
  std::size_t stored() const {
    std::size_t count = 0;
    EXPECT_TRUE(state->scan(model::key_of(model::keys::kScopeCheckpoint), model::end_of(model::keys::kScopeCheckpoint),
                            [&](ByteView, ByteView) { return ++count; }));
    return count;
  }
  std::shared_ptr<WatchedStore> state = std::make_shared<WatchedStore>();
};

TEST_F(GovernanceCheckpoints, AreWrittenByTheSweepAndOpenedFrom) {
  const ipld::Digest hash = node->governance().state_hash();
  const ipld::Digest all = state_hash(*node).value();
  EXPECT_EQ(stored(), 0U) << "a folder of an older release has none";
  reopen();
  EXPECT_EQ(stored(), 1U) << "opening sweeps";
  EXPECT_EQ(node->governance().log_since_checkpoint(), 0U);
  EXPECT_EQ(state_hash(*node).value(), all) << "two nodes with the same history may differ in them";
  delegate();
  reopen();
  EXPECT_EQ(node->governance().log_since_checkpoint(), 1U);
  EXPECT_NE(node->governance().state_hash(), hash);
  EXPECT_EQ(stored(), 1U);
  EXPECT_TRUE(verify_scope_log(*node));
  while (!node->governance().checkpoint_is_due()) delegate();
  ASSERT_TRUE(sweep_jobs(*node));
  EXPECT_EQ(stored(), 2U);
  EXPECT_FALSE(node->governance().checkpoint_is_due());
  EXPECT_TRUE(verify_scope_log(*node));
}

TEST_F(GovernanceCheckpoints, ThatAreNotCommittedAreMadeAgain) {
  const ipld::Digest hash = node->governance().state_hash();
  state->fails = true;
  EXPECT_FALSE(sweep_jobs(*node));
  node.reset();
  state->fails = false;
  EXPECT_EQ(stored(), 0U);
  reopen();
  EXPECT_EQ(node->governance().state_hash(), hash);
  EXPECT_EQ(stored(), 1U);
  // A damaged one is replaced by the next.
  Bytes damaged{1};
  ports::Batch batch;
  Bytes key = model::key_of(model::keys::kScopeCheckpoint, node->scope().position());
  append_be64(key, 0);
  batch.put(std::move(key), std::move(damaged));
  ASSERT_TRUE(state->commit({&batch, 1}));
  reopen();
  EXPECT_EQ(node->governance().state_hash(), hash);
  EXPECT_EQ(node->governance().log_since_checkpoint(), 0U);
  EXPECT_EQ(stored(), 1U);
  EXPECT_TRUE(verify_scope_log(*node));
}

}  // namespace
}  // namespace icn::runtime
