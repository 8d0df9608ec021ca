// Accounts, history and audit of a node that keeps working.
#include "runtime/testing/home_fixture.hpp"
#include "testing/fake_state_store.hpp"

namespace icn::runtime {
namespace {

// Calls `on_snapshot` at the first read of a snapshot.
class ReadWhileWriting : public testing::FakeStateStore {
 public:
  Result<std::unique_ptr<ports::StateReader>> snapshot() const override {
    struct Snapshot : ports::StateReader {
      Result<std::optional<Bytes>> get(ByteView key) const override { return of->get(key); }
      Result<void> scan(ByteView begin, ByteView end,
                        const std::function<bool(ByteView, ByteView)>& visit) const override {
        if (auto call = std::exchange(store->on_read, {})) call();
        return of->scan(begin, end, visit);
      }
      std::uint64_t sequence() const override { return of->sequence(); }
      std::unique_ptr<ports::StateReader> of;
      const ReadWhileWriting* store = nullptr;
    };
    auto made = std::make_unique<Snapshot>();
    made->of = ICN_TRY(FakeStateStore::snapshot());
    made->store = this;
    return made;
  }
  mutable std::function<void()> on_read;
};

struct Accounts : HomeFixture {};

TEST_F(Accounts, AnAuditReadsTheJournalWhileOthersWrite) {
  const auto store = std::make_shared<ReadWhileWriting>();
  services.state_store = store;
  found();
  run(draft("output before\n"));
  bool wrote = false;
  store->on_read = [&] {
    // Runs on the audit's thread: it would deadlock if the audit stopped the node.
    EXPECT_EQ(run(draft("output meanwhile\n")).record.phase, jobs::JobPhase::completed);
    wrote = true;
  };
  const auto audit = audit_mana(*node);
  ASSERT_TRUE(audit) << audit.error().detail;
  EXPECT_TRUE(wrote);
  EXPECT_LT(audit->transfers, audit_mana(*node)->transfers);
}

TEST_F(Accounts, TheHistoryOfAnAccountGoesOverItsCheckpoints) {
  settings.checkpoint_every = 3;
  found();
  for (int i = 0; i < 10; ++i) run(draft("output " + std::to_string(i) + "\n"));
  const model::AccountKey account = model::AccountKey::of(member->did());
  std::vector<economy::JournalEntry> paged;
  std::uint64_t from = 1;
  while (true) {
    const HistoryPage page = mana_history(*node, account, from, 4).value();
    paged.insert(paged.end(), page.entries.begin(), page.entries.end());
    if (!page.next) break;
    from = *page.next;
  }
  std::size_t expected = 0;
  ASSERT_TRUE(economy::for_each_entry(node->state_store(), 1, [&](const economy::JournalEntry& entry) {
    if (entry.transfer.debit == account || entry.transfer.credit == account) ++expected;
    return true;
  }));
  EXPECT_EQ(paged.size(), expected);
  EXPECT_GT(expected, 20U);
}

}  // namespace
}  // namespace icn::runtime
