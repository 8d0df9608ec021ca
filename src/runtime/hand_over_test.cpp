// Goal: more than half of the members can make this node the clerk without the present one, and only they.
#include "runtime/hand_over.hpp"

#include <algorithm>

#include "governance/refusals.hpp"
#include "runtime/governance.hpp"
#include "runtime/testing/home_fixture.hpp"

namespace icn::runtime {
namespace {

struct HandOvers : HomeFixture {
  HandOvers() {
    for (std::uint8_t i = 0; i < 3; ++i) members.push_back(signer_of(static_cast<std::uint8_t>(20 + i)));
    Founding founding;
    founding.member = members[0]->did();
    for (std::size_t i = 1; i < members.size(); ++i)
      founding.others.push_back({members[i]->did(), services.signer->did()});
    node = NodeState::found(services, settings, founding).value();
  }
  Result<std::uint64_t> enter(std::size_t by, const PreparedStatement& prepared) {
    const auto tag = model::tag_of(model::kind_of(prepared.statement));
    return admit_statement(*node, prepared, members[by]->sign(tag, model::body_of(prepared.statement).cid).value());
  }
  ProposalDraft clerk_draft(const model::Did& clerk) const {
    ProposalDraft draft;
    draft.proposer = members[0]->did();
    draft.kind = model::ProposalKind::clerk;
    draft.actions = {model::ClerkAction{clerk}};
    return draft;
  }
  // Another node is the clerk from now on, and makes no entry.
  void lose_the_log() {
    const PreparedStatement proposal = prepare_proposal(*node, clerk_draft(signer_of(5)->did())).value();
    ASSERT_TRUE(enter(0, proposal));
    const ipld::Cid id = model::body_of(proposal.statement).cid;
    for (std::size_t by = 0; by < 3; ++by)
      ASSERT_TRUE(enter(by, prepare_vote(*node, members[by]->did(), id, model::VoteChoice::yes)));
    ASSERT_EQ(node->scope().clerk(), signer_of(5)->did());
  }
  model::SignedHandOver signed_by(const model::HandOver& body, std::size_t count) const {
    model::SignedHandOver out{body, {}};
    const ipld::Cid cid = body.to_block().cid;
    for (std::size_t by = 0; by < count; ++by)
      out.signers.push_back({members[by]->did(), members[by]->sign(model::SignatureTag::hand_over, cid).value()});
    std::sort(out.signers.begin(), out.signers.end(), [](const auto& a, const auto& b) { return a.member < b.member; });
    return out;
  }
  std::vector<std::shared_ptr<ports::Signer>> members;
};

TEST_F(HandOvers, ByMoreThanHalfMakeThisNodeTheClerk) {
  lose_the_log();
  const PreparedStatement before = prepare_proposal(*node, clerk_draft(node->node_did())).value();
  EXPECT_EQ(enter(0, before).error().rule, rules::kNotClerk);
  const model::HandOver body = prepare_hand_over(*node, node->node_did());
  const std::uint64_t position = take_over_log(*node, signed_by(body, 2)).value();
  EXPECT_EQ(position, body.position + 1);
  EXPECT_EQ(node->scope().clerk(), node->node_did());
  EXPECT_TRUE(enter(0, before));
  const auto checked = verify_scope_log(*node);
  EXPECT_TRUE(checked) << checked.error().detail;
  reopen();
  EXPECT_EQ(node->scope().clerk(), node->node_did());
}

TEST_F(HandOvers, AreRefusedToOthersWithoutTheMajorityAndWhenTheLogWentOn) {
  const model::HandOver stale = prepare_hand_over(*node, node->node_did());
  lose_the_log();
  const std::uint64_t position = node->scope().position();
  const auto refused = [&](const model::SignedHandOver& hand_over) {
    const auto taken = take_over_log(*node, hand_over);
    return taken ? std::string() : taken.error().rule;
  };
  const model::HandOver body = prepare_hand_over(*node, node->node_did());
  EXPECT_EQ(refused(signed_by(body, 1)), governance::rules::kHandOver);
  EXPECT_EQ(refused(signed_by(prepare_hand_over(*node, signer_of(6)->did()), 3)), rules::kNotClerk);
  EXPECT_EQ(refused(signed_by(stale, 3)), governance::rules::kEntryPrevious);
  model::SignedHandOver forged = signed_by(body, 2);
  forged.signers[0].signature[0] ^= 1;
  EXPECT_EQ(take_over_log(*node, forged).error().code, ErrorCode::invalid_signature);
  EXPECT_EQ(node->scope().position(), position);
}

}  // namespace
}  // namespace icn::runtime
