// Goal: every bound of a body of governance is exact: at the bound it is read, one beyond it is refused with the name
// of the field; a record or a proof whose parts do not belong together is refused.
#include <gtest/gtest.h>

#include <functional>

#include "core/ppm.hpp"
#include "testing/bounds.hpp"
#include "testing/golden.hpp"
#include "testing/mutate.hpp"

namespace icn::model {
namespace {

namespace golden = testing::golden;

using testing::expect_good;
using testing::expect_refused;

Proposal proposal_with(const std::function<void(Proposal&)>& change) {
  Proposal proposal = golden::proposal(golden::scope());
  change(proposal);
  return proposal;
}
void good(const std::function<void(Proposal&)>& change) { expect_good(proposal_with(change)); }
void bad(const std::function<void(Proposal&)>& change, const std::string& words) {
  expect_refused(proposal_with(change), "proposal: " + words);
}

TEST(ProposalBounds, TextsAndDurations) {
  good([](Proposal& p) { p.title.assign(kTitleBytesMax, 'x'); });
  bad([](Proposal& p) { p.title.assign(kTitleBytesMax + 1, 'x'); }, "field 'title'");
  good([](Proposal& p) { p.nonce.assign(32, 1); });
  bad([](Proposal& p) { p.nonce.assign(33, 1); }, "field 'nonce'");
  good([](Proposal& p) { p.voting_ms = 1; });
  good([](Proposal& p) { p.voting_ms = kGovernedDurationMsMax; });
  bad([](Proposal& p) { p.voting_ms = 0; }, "field 'voting'");
  bad([](Proposal& p) { p.voting_ms = kGovernedDurationMsMax + 1; }, "field 'voting'");
  good([](Proposal& p) { p.timelock_ms = kGovernedDurationMsMax; });
  bad([](Proposal& p) { p.timelock_ms = kGovernedDurationMsMax + 1; }, "field 'timelock'");
}

TEST(ProposalBounds, QuorumAndThreshold) {
  using Unit = Quorum::Unit;
  good([](Proposal& p) { p.quorum = Quorum{Unit::heads, UINT64_MAX}; });
  bad([](Proposal& p) { p.quorum = Quorum{Unit::heads, 0}; }, "field 'quorum'");
  good([](Proposal& p) { p.quorum = Quorum{Unit::ppm, kPpm}; });
  bad([](Proposal& p) { p.quorum = Quorum{Unit::ppm, kPpm + 1}; }, "field 'quorum'");
  good([](Proposal& p) { p.threshold = kPpm; });
  bad([](Proposal& p) { p.threshold = kPpm + 1; }, "field 'threshold'");
  bad([](Proposal& p) { p.threshold = 0; }, "field 'threshold'");
}

TEST(ProposalBounds, Actions) {
  good([](Proposal& p) { p.actions.assign(kBatchActionsMax, ResolutionAction{}); });
  bad([](Proposal& p) { p.actions.assign(kBatchActionsMax + 1, ResolutionAction{}); }, "field 'actions'");
  bad([](Proposal& p) { p.actions.clear(); }, "field 'actions'");
  bad([](Proposal& p) { p.kind = ProposalKind::budget; }, "field 'actions'");
  bad(
      [](Proposal& p) {
        p.kind = ProposalKind::budget;
        p.actions = {ResolutionAction{}};
      },
      "field 'actions'");
  const auto set_of = [](std::size_t count, std::size_t name, std::size_t value) {
    return [=](Proposal& p) {
      SetAction set;
      for (std::size_t i = 0; i < count; ++i) {
        const std::string digits = std::to_string(i);
        set.values[std::string(name - digits.size(), 'n') + digits] = std::string(value, 'v');
      }
      p.actions = {set};
    };
  };
  good(set_of(kSetValuesMax, 10, 5));
  bad(set_of(kSetValuesMax + 1, 10, 5), "field 'actions': action: field 'values'");
  bad(set_of(0, 10, 5), "field 'actions': action: field 'values'");
  good(set_of(1, 256, 4'096));
  bad(set_of(1, 257, 5), "field 'actions': action: field 'values'");
  bad(set_of(1, 10, 4'097), "field 'actions': action: field 'values'");
}

TEST(BallotBounds, CountersCountFromOne) {
  Vote vote = golden::vote(golden::scope());
  vote.counter = UINT64_MAX;
  expect_good(vote);
  vote.counter = 0;
  expect_refused(vote, "vote: field 'counter'");
  Delegation delegation = golden::delegation(golden::scope());
  delegation.counter = 0;
  expect_refused(delegation, "delegation: field 'counter'");
  Revocation revocation = golden::revocation(golden::scope());
  revocation.counter = 0;
  expect_refused(revocation, "revocation: field 'counter'");
}

TEST(BallotBounds, EveryTopicIsReadAsItIsWritten) {
  Delegation delegation = golden::delegation(golden::scope());
  for (std::size_t kind = 0; kind <= kProposalKinds; ++kind) {
    delegation.topic = kind == kProposalKinds ? Topic{} : Topic{static_cast<ProposalKind>(kind)};
    expect_good(delegation);
    const std::optional<Topic> found = find_topic(topic_name(delegation.topic));
    ASSERT_TRUE(found.has_value());
    EXPECT_EQ(*found, delegation.topic);
  }
  EXPECT_FALSE(find_topic("everything"));
}

TEST(EntryBounds, PositionsCountFromOneAndResultsMatchTheirKind) {
  ScopeEntry entry = golden::entry_vote(golden::scope());
  entry.position = 0;
  expect_refused(entry, "scope entry: field 'position'");
  entry = golden::entry_opened(golden::scope());
  std::get<OpenedResult>(entry.result).threshold = 0;
  expect_refused(entry, "field 'threshold'");
}

TEST(HandOverBounds, SignersAreOneToManySortedAndUnique) {
  SignedHandOver value = golden::signed_hand_over(golden::scope());
  const SignedHandOver::Signer one = value.signers[0];
  value.signers.clear();
  expect_refused(value, "field 'signers': empty");
  value.signers = {one, one};
  expect_refused(value, "field 'signers': not sorted or not unique");
  value.signers.clear();
  for (std::size_t i = 0; i <= kHandOverSignersMax; ++i) {
    PublicKey key{};
    key[0] = static_cast<std::uint8_t>(i >> 8);
    key[1] = static_cast<std::uint8_t>(i);
    value.signers.push_back({Did::of_key(key), {}});
  }
  expect_refused(value, "field 'signers': more than 8192 elements");
  value.signers.pop_back();
  expect_good(value);
}

// A stored record: every pairing of parts that do not belong together, every truncation and every flipped bit.
TEST(LogRecords, RefusePartsOfAnotherRecord) {
  const Vote body = golden::vote(golden::scope());
  const LogRecord vote{golden::signed_entry(golden::scope()), golden::entry_vote(golden::scope()),
                       LogRecord::Admitted{golden::signed_vote(golden::scope()), body}};
  EXPECT_EQ(LogRecord::from_bytes(vote.to_bytes()).value(), vote);
  EXPECT_TRUE(vote.verify_signatures({}));
  EXPECT_EQ(vote.blocks().size(), 4U);
  const auto refused = [&](const std::function<void(LogRecord&)>& change) {
    LogRecord record = vote;
    change(record);
    const auto read = LogRecord::from_bytes(record.to_bytes());
    return !read && read.error().code == ErrorCode::invalid_format;
  };
  EXPECT_TRUE(refused([](LogRecord& record) { record.entry.time.value += 1; }));
  EXPECT_TRUE(refused([](LogRecord& record) { record.admitted.reset(); }));
  EXPECT_TRUE(refused([](LogRecord& record) { record.admitted->envelope.signature[0] ^= 1; }));
  EXPECT_TRUE(refused([](LogRecord& record) { std::get<Vote>(record.admitted->statement).counter += 1; }));
  EXPECT_TRUE(refused([&](LogRecord& record) {
    record.admitted.reset();
    record.hand_over = golden::signed_hand_over(golden::scope());
  }));
  const Bytes bytes = vote.to_bytes();
  testing::for_each_truncation(bytes, [&](const Bytes& damaged, const std::string& what) {
    EXPECT_FALSE(LogRecord::from_bytes(damaged)) << what;
  });
  testing::for_each_bit_flip(bytes, [&](const Bytes& damaged, const std::string& what) {
    const auto read = LogRecord::from_bytes(damaged);
    // Only the clerk's signature is not bound by a digest; it is verified apart.
    if (read) {
      EXPECT_FALSE(read->verify_signatures({})) << what;
    }
  });
}

TEST(LogRecords, SignedCandidatesHoldForTheirScopeAndHomeOnly) {
  SignedCandidate record = golden::signed_candidate(golden::scope());
  EXPECT_TRUE(verify(record, {}));
  record.candidate.home = golden::member_key().did();
  EXPECT_FALSE(verify(record, {}));
  record = golden::signed_candidate(golden::scope());
  record.candidate.scope = ipld::Cid();
  EXPECT_FALSE(verify(record, {}));
}

}  // namespace
}  // namespace icn::model
