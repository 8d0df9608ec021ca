// A clerk that is gone, or that forked its log, is replaced by more than half of the members, at an entry they name.
#include <gtest/gtest.h>

#include "governance/inbox.hpp"
#include "governance/testing/assembly.hpp"

namespace icn::governance {
namespace {

using testing::Assembly;
using testing::scope_of;

model::SignedHandOver hand_over(Assembly& scope, const std::vector<std::string>& signers,
                                const std::string& clerk = "dora") {
  const model::Scope present = scope.governance().scope();
  model::SignedHandOver value{{present.id(), scope.did(clerk), present.head(), present.position()}, {}};
  const ipld::Cid cid = value.body.to_block().cid;
  for (const std::string& signer : signers)
    value.signers.push_back({scope.did(signer), scope.key(signer).sign(model::SignatureTag::hand_over, cid)});
  std::sort(value.signers.begin(), value.signers.end(),
            [](const auto& a, const auto& b) { return a.member < b.member; });
  return value;
}

// Drafted and applied with all signatures verified, by the clerk of `scope`.
Result<Applied> perform(Assembly& scope, const model::SignedHandOver& value) {
  model::LogRecord record = scope.record(ICN_TRY(scope.governance().draft(value, scope.now)));
  record.hand_over = value;
  return scope.apply(record, Signatures::verify);
}

TEST(HandOver, MoreThanHalfOfTheMembersReplaceTheClerk) {
  Assembly scope(scope_of({"alice", "bob", "carol", "dave"}));
  const ipld::Cid proposal = *scope.opened("alice", model::ResolutionAction{});
  const ipld::Digest before = scope.governance().state_hash();
  EXPECT_EQ(perform(scope, hand_over(scope, {"alice", "alice", "alice"})).error().rule, "hand_over_majority");
  EXPECT_EQ(perform(scope, hand_over(scope, {"alice", "bob"})).error().rule, "hand_over_majority");
  EXPECT_EQ(perform(scope, hand_over(scope, {"alice", "bob", "mallory"})).error().rule, "not_a_member");
  EXPECT_EQ(perform(scope, hand_over(scope, {"alice", "bob", "carol"})).error().rule, "entry_clerk")
      << "the old clerk cannot write the new clerk's entry";
  EXPECT_EQ(scope.governance().state_hash(), before);
  scope.clerk = "dora";
  const Result<Applied> done = perform(scope, hand_over(scope, {"alice", "bob", "carol"}));
  ASSERT_TRUE(done) << done.error().detail;
  ASSERT_EQ(done->effects.size(), 1U);
  EXPECT_EQ(std::get<ClerkEffect>(done->effects[0].what), (ClerkEffect{scope.did("clerk"), scope.did("dora")}));
  // What was open goes on with the new clerk, and only with it.
  scope.clerk = "clerk";
  EXPECT_EQ(scope.vote(proposal, "alice", model::VoteChoice::yes).error().rule, "entry_clerk");
  scope.clerk = "dora";
  EXPECT_TRUE(scope.vote(proposal, "alice", model::VoteChoice::yes));
  const ipld::Digest hash = scope.governance().state_hash();
  ASSERT_TRUE(scope.reopen());
  EXPECT_EQ(scope.governance().state_hash(), hash);
  EXPECT_EQ(verify_log(scope.store(), scope.genesis(), hash).value(), 4U);
  Governance other(scope.genesis());
  ::icn::testing::FakeStateStore store;
  Inbox inbox(other, store);
  for (auto record = scope.log().rbegin(); record != scope.log().rend(); ++record) {
    ports::Batch batch;
    ASSERT_TRUE(inbox.receive(*record, batch));
  }
  EXPECT_EQ(other.state_hash(), hash);
}

TEST(HandOver, NamesTheHeadAndIsSigned) {
  Assembly scope(scope_of({"alice", "bob", "carol"}));
  scope.clerk = "dora";
  const model::SignedHandOver early = hand_over(scope, {"alice", "bob"});
  scope.clerk = "clerk";
  ASSERT_TRUE(scope.opened("alice", model::ResolutionAction{}));
  scope.clerk = "dora";
  EXPECT_EQ(perform(scope, early).error().rule, "entry_previous") << "entries that came since would be dropped";
  model::SignedHandOver forged = hand_over(scope, {"alice", "bob"});
  forged.signers[1].signature[7] ^= 1;
  EXPECT_EQ(perform(scope, forged).error().code, ErrorCode::invalid_signature);
  // Past the draft, too: a record with a forged signature, another hand-over or none.
  const model::SignedHandOver good = hand_over(scope, {"alice", "bob"});
  model::LogRecord record = scope.record(*scope.governance().draft(good, scope.now));
  const auto refused = [&](std::optional<model::SignedHandOver> with) {
    model::LogRecord changed = record;
    changed.hand_over = std::move(with);
    ports::Batch batch;
    return scope.governance().apply(changed, Signatures::verify, batch).error().rule;
  };
  EXPECT_EQ(refused(std::nullopt), "entry_clerk");
  EXPECT_EQ(refused(forged), "entry_statement");
  EXPECT_EQ(refused(hand_over(scope, {"alice", "carol"})), "entry_statement");
  record.hand_over = good;
  EXPECT_EQ(model::LogRecord::from_bytes(record.to_bytes()).value(), record);
  EXPECT_TRUE(scope.apply(record, Signatures::verify));
  EXPECT_EQ(perform(scope, good).error().rule, "entry_previous") << "it was used";
}

}  // namespace
}  // namespace icn::governance
