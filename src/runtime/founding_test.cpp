// Scopes of many members: which node posts which opening balance, the state after a failed creation, and reopening.
#include "runtime/detail/founding.hpp"

#include "model/keys.hpp"
#include "runtime/blocks.hpp"
#include "runtime/testing/home_fixture.hpp"
#include "runtime/testing/watched_store.hpp"

namespace icn::runtime {
namespace {

model::Did numbered(std::uint64_t number) {
  Bytes bytes = bytes_of("member");
  append_be64(bytes, number);
  return model::Did::of_key(ipld::sha256(bytes));
}

struct Foundings : HomeFixture {
  Foundings() { services.state_store = state; }
  // `here` members of this home besides the first, and `elsewhere` of another one.
  Founding of(std::uint64_t here, std::uint64_t elsewhere) const {
    Founding founding;
    founding.member = member->did();
    founding.operator_did = signer_of(9)->did();
    for (std::uint64_t i = 0; i < here + elsewhere; ++i) {
      founding.others.push_back({numbered(i), i < here ? services.signer->did() : other_home});
    }
    return founding;
  }
  model::Mana of_did(const model::Did& did) const { return available(model::AccountKey::of(did)); }
  std::shared_ptr<WatchedStore> state = std::make_shared<WatchedStore>();
  const model::Did other_home = signer_of(5)->did();
};

TEST_F(Foundings, OfTenThousandMembersGrantTheirOwnInBoundedRecordsOfOneCommit) {
  constexpr std::uint64_t kHere = 9'000;
  services.executor.reset();  // its tables would take another commit
  const Founding founding = of(kHere, 1'000);
  node = NodeState::found(services, settings, founding).value();
  EXPECT_EQ(state->commits, 1U);
  EXPECT_EQ(node->ledger().sequence(), 3U) << "9,002 transfers in records of at most 4,096";
  const auto expect_all = [&] {
    for (std::uint64_t i = 0; i < 10'000; ++i) {
      ASSERT_TRUE(node->scope().is_member(numbered(i)));
      ASSERT_EQ(of_did(numbered(i)), i < kHere ? founding.grant : model::Mana{}) << i;
    }
    EXPECT_TRUE(node->scope().is_member(member->did()));
    EXPECT_FALSE(node->scope().is_member(numbered(10'000)));
    EXPECT_EQ(of_member(), founding.grant);
    EXPECT_EQ(of_system(model::SystemAccount::treasury), founding.endowment);
    EXPECT_EQ(audit_mana(*node)->issued.umana, (kHere + 1) * founding.grant.umana + founding.endowment.umana);
  };
  expect_all();
  reopen();
  expect_all();
}

TEST_F(Foundings, ThatTheDiskRefusesLeaveNothingAndMayBeRepeated) {
  const Founding founding = of(5'000, 10);
  settings.on_fatal = [](const Error&) {};
  state->fails = true;
  EXPECT_EQ(NodeState::found(services, settings, founding).error().code, ErrorCode::storage);
  EXPECT_FALSE(NodeState::is_founded(*state).value());
  state->fails = false;
  node = NodeState::found(services, settings, founding).value();
  EXPECT_EQ(audit_mana(*node)->issued.umana, 5'001 * founding.grant.umana + founding.endowment.umana);
}

TEST_F(Foundings, KeepTheirMemberListForEver) {
  node = NodeState::found(services, settings, of(1'500, 0)).value();
  clock->now_ms += 10ULL * 365 * 86'400'000;
  ASSERT_TRUE(collect_garbage(*node, {}));
  reopen();
  EXPECT_TRUE(node->scope().is_member(numbered(1'499)));
}

TEST_F(Foundings, RefuseAMemberGivenTwiceAndTooManyOfThem) {
  Founding twice = of(3, 0);
  twice.others.push_back({member->did(), other_home});
  const auto refused = NodeState::found(services, settings, twice);
  EXPECT_EQ(refused.error().rule, "members");
  EXPECT_NE(refused.error().detail.find(member->did().to_text()), std::string::npos) << refused.error().detail;
  EXPECT_EQ(NodeState::found(services, settings, of(100'000, 0)).error().rule, "max_members");
  EXPECT_EQ(state->commits, 0U);
}

TEST_F(Foundings, MoreManaThanThereCanBeIsRefusedAndNothingIsWritten) {
  Founding founding = of(5'000, 0);
  founding.grant = model::Mana{UINT64_MAX / 4'500};
  EXPECT_EQ(NodeState::found(services, settings, founding).error().code, ErrorCode::limit_exceeded);
  EXPECT_EQ(state->commits, 0U);
  EXPECT_FALSE(NodeState::is_founded(*state).value());
}

// Each home of a genesis posts the grants of its own members, and only the clerk posts the endowment: each once.
TEST_F(Foundings, AreSharedByTheHomesOfTheirMembers) {
  model::Genesis genesis;
  genesis.clerk = services.signer->did();
  genesis.grant = model::Mana{7};
  genesis.endowment = model::Mana{1'000};
  const ipld::Cid scope = ipld::Cid::of(ipld::Codec::dag_cbor, view_of("genesis"));
  std::vector<model::Member> members = of(10, 20).others;
  const auto issued_by = [&](const model::Did& home) {
    economy::Ledger ledger;
    ports::Batch batch;
    EXPECT_TRUE(detail::open_accounts(ledger, scope, genesis, members, home, {1}, batch));
    return ledger.audit()->issued.umana;
  };
  EXPECT_EQ(issued_by(genesis.clerk), 10 * 7 + 1'000U);
  EXPECT_EQ(issued_by(other_home), 20 * 7U);
  EXPECT_EQ(issued_by(signer_of(6)->did()), 0U);
}

// A home that is not the clerk: two nodes of one scope, each with its own stores.
struct Homes : Foundings {
  Homes() {
    node = NodeState::found(services, settings, of(2, 3)).value();
    theirs = services;
    theirs.signer = signer_of(5);
    theirs.state_store = std::make_shared<WatchedStore>();
    theirs.dag_store = *backends::dag_store::open("memory");
  }
  // The genesis blocks of the clerk's node.
  Joining joining() const {
    Joining made;
    made.operator_did = signer_of(8)->did();
    const auto keep = [&](const ipld::Cid& cid) {
      made.blocks.push_back(node->dag_store().get(cid).value());
      return made.blocks.back();
    };
    const auto at = services.state_store->get(model::key_of(model::keys::kMeta, view_of("genesis"))).value().value();
    made.genesis = ipld::Cid::from_bytes(at).value();
    keep(made.genesis);
    const auto genesis = model::Genesis::from_bytes(keep(node->scope().id()).bytes).value();
    EXPECT_TRUE(members_of(genesis, [&](const ipld::Cid& cid) -> Result<ipld::Block> { return keep(cid); }));
    return made;
  }
  NodeServices theirs;
};

TEST_F(Homes, OneThatIsNotTheClerkGrantsItsOwnMembersAndOpensAgain) {
  const auto expect_theirs = [&](NodeState& home) {
    EXPECT_EQ(home.scope().id(), node->scope().id());
    EXPECT_EQ(home.scope().clerk(), node->node_did());
    EXPECT_TRUE(home.scope().is_member(member->did()));
    const auto balance = [&](const model::AccountKey& account) { return home.ledger().balance(account).available(); };
    EXPECT_EQ(balance(model::AccountKey::of(numbered(2))), Founding{}.grant);
    EXPECT_EQ(balance(model::AccountKey::of(numbered(0))).umana, 0U) << "of the other home";
    EXPECT_EQ(balance(model::AccountKey::of(model::SystemAccount::treasury)).umana, 0U);
    EXPECT_EQ(audit_mana(home)->issued.umana, 3 * Founding{}.grant.umana);
  };
  const Joining made = joining();
  auto joined = NodeState::join(theirs, settings, made);
  ASSERT_TRUE(joined) << joined.error().detail;
  expect_theirs(**joined);
  EXPECT_EQ(NodeState::join(theirs, settings, made).error().code, ErrorCode::already_exists);
  joined->reset();
  const auto opened = NodeState::open(theirs, settings);
  ASSERT_TRUE(opened) << opened.error().detail;
  expect_theirs(**opened);
}

TEST_F(Homes, OpenWithTheirOwnKeyOnly) {
  ASSERT_TRUE(NodeState::join(theirs, settings, joining()));
  theirs.signer = services.signer;
  const auto refused = NodeState::open(theirs, settings);
  ASSERT_FALSE(refused) << "the clerk's key";
  EXPECT_EQ(refused.error().code, ErrorCode::permission_denied);
  EXPECT_NE(refused.error().detail.find(other_home.to_text()), std::string::npos) << refused.error().detail;
}

TEST_F(Homes, JoinWithAWholeGenesisThatItsClerkSigned) {
  Joining less = joining();
  less.blocks.pop_back();
  EXPECT_EQ(NodeState::join(theirs, settings, less).error().code, ErrorCode::missing_data);
  Joining forged = joining();
  model::SignedGenesis other = model::SignedGenesis::from_bytes(forged.blocks[0].bytes).value();
  other.signature = signer_of(6)->sign(model::SignatureTag::genesis, other.scope).value();
  forged.blocks[0] = other.to_block();
  forged.genesis = forged.blocks[0].cid;
  EXPECT_EQ(NodeState::join(theirs, settings, forged).error().code, ErrorCode::invalid_signature);
  EXPECT_FALSE(NodeState::is_founded(*theirs.state_store).value());
}

// A store of the first release names no node: only its clerk's key opens it.
TEST_F(Homes, OfAStoreThatNamesNoNodeIsTheClerk) {
  node.reset();
  ports::Batch batch;
  batch.erase(model::key_of(model::keys::kMeta, view_of("node")));
  ASSERT_TRUE(state->commit(std::span(&batch, 1)));
  reopen();
  node.reset();
  services.signer = signer_of(5);
  EXPECT_EQ(NodeState::open(services, settings).error().code, ErrorCode::permission_denied);
}

}  // namespace
}  // namespace icn::runtime
