// Pins of jobs, members' pins, retention and the collection: which blocks stay and which are removed.
#include "model/transcript.hpp"
#include "runtime/cancel.hpp"
#include "runtime/testing/blocks_fixture.hpp"

namespace icn::runtime {
namespace {

constexpr std::uint64_t kDayMs = 86'400'000;

TEST_F(Blocks, NothingOfASettledJobGoes) {
  found();
  const ipld::Cid read = put_unpinned("a declared block");
  JobDraft from = draft("fuel 5\ncopy\nlog l\nput 616263\nspend " + member->did().to_text() + " 1\n");
  from.inputs = {bytes_of("first input"), Bytes(1'500'000, 'x')};
  from.reads = {model::ReadKey{model::ReadKind::dag, read.to_text()}};
  from.spend_max = 1;
  from.grants.add(model::Capability::spend);
  const JobReport report = run(from);
  ASSERT_TRUE(report.record.effects_told.empty());
  // Every block of the store belongs to the job or the genesis, or is a table.
  EXPECT_EQ(collect().collection.removed_blocks, 0U);
  expect_evidence(report);
  EXPECT_TRUE(has(read));
  EXPECT_TRUE(has(ipld::Cid::of(ipld::Codec::raw, view_of("abc"))));
  // The transcript's list does not link to its kept chunks, and they are among the blocks that stayed.
  const auto verified = verify_receipt(*node, *report.record.receipt).value();
  const ipld::Block list = node->dag_store().get(verified.receipt.transcript).value();
  const std::vector<ipld::Cid> chunks = model::TranscriptList::from_bytes(list.bytes)->kept_chunks();
  ASSERT_FALSE(chunks.empty());
  for (const ipld::Cid& chunk : chunks) EXPECT_TRUE(has(chunk));
}

TEST_F(Blocks, EveryEndOfAJobKeepsItsBlocks) {
  found();
  run(draft("fuel 5\ntrap 1\n"));
  run(draft("flaky 100\n"));
  const SubmitAnswer cancelled = submit(draft("output cancelled\n"));
  ASSERT_TRUE(cancel_job(*node, cancelled.id));
  submit(draft("output waiting\n"));
  clock->now_ms += kDayMs;
  ASSERT_EQ(sweep_jobs(*node)->expired, 1U);
  submit(draft("output waiting still\n"));
  EXPECT_EQ(collect().collection.removed_blocks, 0U);
  EXPECT_EQ(collect().collection.pins[0], 5U);
}

TEST_F(Blocks, AnOpenJobKeepsWhatItsRunNeedsHoweverLongItWaits) {
  found();
  const ipld::Cid read = put_unpinned("a declared block");
  JobDraft from = draft("copy\n");
  from.inputs = {bytes_of("input")};
  from.reads = {model::ReadKey{model::ReadKind::dag, read.to_text()}};
  const SubmitAnswer answer = submit(from);
  const std::uint64_t accepted = clock->now_ms;
  clock->now_ms += 1'000 * kDayMs;
  EXPECT_EQ(collect().collection.removed_blocks, 0U);
  clock->now_ms = accepted;
  EXPECT_EQ(text_of(execute_job(*node, answer.id)->output), "input");
  EXPECT_TRUE(has(read));
}

TEST_F(Blocks, AJobAJobSubmittedKeepsItsOwnAndItsParentsReceipt) {
  found();
  JobDraft inner = draft("output inner\n");
  PreparedJob child = prepare_job(*node, inner).value();
  ASSERT_TRUE(node->dag_store().put(child.blocks));
  JobDraft from = draft("submit " + to_hex(child.body.bytes) + "\n");
  from.spend_max = 10;
  from.grants.add(model::Capability::submit);
  const JobReport outer = run(from);
  ASSERT_TRUE(outer.record.effects_told.empty()) << outer.record.effects_told.front();
  EXPECT_EQ(collect().collection.removed_blocks, 0U);
  const JobReport done = execute_job(*node, child.id()).value();
  // Its parent's receipt proves its authority, so that receipt stays with it.
  ASSERT_TRUE(unpin(*node, member->did(), outer.record.id.to_text()));
  collect();
  expect_evidence(done);
}

TEST_F(Blocks, AnAnchorThatAJobMadeStaysWithIt) {
  found();
  const JobReport first = run(draft("output x\n"));
  // The same executor signs again: another envelope over the same body, not anchored yet.
  ASSERT_TRUE(first.record.receipt);
  JobDraft from = draft("anchor " + first.record.receipt->to_text() + "\n");
  from.grants.add(model::Capability::anchor);
  ASSERT_EQ(run(from).record.phase, jobs::JobPhase::completed);
  EXPECT_EQ(collect().collection.removed_blocks, 0U);
}

TEST_F(Blocks, TheSubmitterLetsGoOfAJobAndItsBlocksGoWithTheNextCollection) {
  found();
  const JobReport gone = run(draft("output gone\n"));
  const JobReport kept = run(draft("output kept\n"));
  const auto unpinned = unpin(*node, member->did(), gone.record.id.to_text());
  ASSERT_TRUE(unpinned) << unpinned.error().detail;
  ASSERT_EQ(unpinned->size(), 1U);
  EXPECT_EQ(unpinned->front().id.kind, dag::PinKind::job);
  expect_evidence(gone);
  EXPECT_GT(collect().collection.removed_blocks, 5U);
  EXPECT_FALSE(has(gone.record.id.cid));
  EXPECT_FALSE(has(*gone.record.receipt));
  EXPECT_FALSE(has(*gone.record.output));
  expect_evidence(kept);
  // The record and the money stay.
  EXPECT_EQ(node->jobs().find(gone.record.id).value().value(), gone.record);
  expect_all_settled();
  EXPECT_EQ(unpin(*node, member->did(), gone.record.id.to_text()).error().code, ErrorCode::not_found);
}

TEST_F(Blocks, SharedBlocksStayWithWhoeverHoldsThem) {
  found();
  JobDraft from = draft("copy\n");
  from.inputs = {bytes_of("shared input")};
  const JobReport first = run(from);
  const JobReport second = run(from);
  ASSERT_TRUE(unpin(*node, member->did(), first.record.id.to_text()));
  collect();
  expect_evidence(second);
}

TEST_F(Blocks, NobodyLetsGoOfAnOpenJobOrOfAnothersJob) {
  found();
  const SubmitAnswer open = submit(draft("output x\n"));
  EXPECT_EQ(unpin(*node, member->did(), open.id.to_text()).error().code, ErrorCode::invalid_state);
  const JobReport report = execute_job(*node, open.id).value();
  EXPECT_EQ(unpin(*node, signer_of(7)->did(), open.id.to_text()).error().code, ErrorCode::permission_denied);
  EXPECT_EQ(unpin(*node, member->did(), "bafyreiaaaaaaaaaa").error().code, ErrorCode::not_found);
  collect();
  expect_evidence(report);
  // A prefix of the id is enough.
  EXPECT_TRUE(unpin(*node, member->did(), open.id.to_text().substr(0, 20)));
}

TEST_F(Blocks, ARetentionLastsNinetyDays) {
  found();
  const JobReport report = run(draft("output kept\n"));
  clock->now_ms += 90 * kDayMs - 1;
  EXPECT_EQ(collect().collection.removed_blocks, 0U);
  expect_evidence(report);
  clock->now_ms += 1;
  const GarbageReport collected = collect();
  EXPECT_EQ(collected.collection.ended_pins, 1U);
  EXPECT_GT(collected.collection.removed_blocks, 5U);
  EXPECT_FALSE(has(*report.record.receipt));
  // Its pin record is removed too.
  EXPECT_TRUE(node->blocks().pins().of_job(report.record.number, report.record.id)->empty());
  EXPECT_EQ(collect().collection.ended_pins, 0U);
}

TEST_F(Blocks, TheRetentionIsGoverned) {
  Founding founding;
  founding.member = member->did();
  founding.parameters = {{"dag_retention_days", "2"}};
  node = NodeState::found(services, settings, founding).value();
  reopen();
  const JobReport report = run(draft("output kept\n"));
  clock->now_ms += 2 * kDayMs - 1;
  EXPECT_EQ(would_go(), 0U);
  clock->now_ms += 1;
  EXPECT_GT(would_go(), 0U);
}

TEST_F(Blocks, ARetentionThatIsNoNumberOfDaysFoundsNothing) {
  for (const char* wrong : {"", "-1", "x", "1.5", "36501", "99999999999999999999"}) {
    Founding founding;
    founding.member = member->did();
    founding.parameters = {{"dag_retention_days", wrong}};
    const auto refused = NodeState::found(services, settings, founding);
    ASSERT_FALSE(refused) << wrong;
    EXPECT_EQ(refused.error().rule, "dag_retention_days");
    EXPECT_FALSE(NodeState::is_founded(*services.state_store).value());
  }
}

TEST_F(Blocks, AClockThatWasSetBackShortensNoRetention) {
  found();
  run(draft("output first\n"));
  // The clock goes back ten years while a job settles and is corrected later, across a restart.
  clock->now_ms -= 3'650 * kDayMs;
  reopen();
  const JobReport report = run(draft("output settled in the past\n"));
  collect();
  clock->now_ms += 3'650 * kDayMs;
  clock->now_ms += 90 * kDayMs - 1;
  EXPECT_EQ(collect().collection.removed_blocks, 0U);
  expect_evidence(report);
}

TEST_F(Blocks, AStartWithAClockThatWasAheadCanBeUndone) {
  found();
  constexpr std::uint64_t kTenYearsMs = 3'650 * kDayMs;
  const std::uint64_t right = clock->now_ms;
  const StoredFile before = put_file(*node, member->did(), bytes_of("before"), TimeToLive{20 * kDayMs}).value();
  clock->now_ms = right + kTenYearsMs;
  const StoredFile wrong = put_file(*node, member->did(), bytes_of("wrong"), TimeToLive{10 * kDayMs}).value();
  const JobReport job = run(draft("output of a job\n"));
  clock->now_ms = right;
  reopen();
  const StoredFile after = put_file(*node, member->did(), bytes_of("after"), TimeToLive{kDayMs}).value();
  EXPECT_GT(after.until->value, right + kTenYearsMs) << "the clock that was ahead counts";
  EXPECT_EQ(*reset_pin_times(*node), 3U) << "two files and a job";
  EXPECT_EQ(*reset_pin_times(*node), 0U);
  const StoredFile now = put_file(*node, member->did(), bytes_of("now"), TimeToLive{kDayMs}).value();
  EXPECT_EQ(now.until, model::UnixMs{right + kDayMs});
  reopen();
  EXPECT_EQ(collect().collection.removed_blocks, 0U);
  clock->now_ms = right + 11 * kDayMs;
  collect();
  EXPECT_FALSE(has(now.cid));
  EXPECT_FALSE(has(after.cid));
  EXPECT_FALSE(has(wrong.cid));
  EXPECT_TRUE(has(before.cid)) << "a pin of the right time keeps its end";
  expect_evidence(job);
  clock->now_ms = right + 91 * kDayMs;
  collect();
  EXPECT_FALSE(has(*job.record.receipt)) << "90 days from the reset";
}

TEST_F(Blocks, GenesisAndTablesStayForEver) {
  found();
  clock->now_ms += 100'000 * kDayMs;
  EXPECT_EQ(collect().collection.removed_blocks, 0U);
  EXPECT_TRUE(has(node->scope().id()));
  for (const ipld::Block* table : {&executor->tables().profile, &executor->tables().costs, &executor->tables().abi}) {
    EXPECT_TRUE(has(table->cid));
  }
  reopen();
}

TEST_F(Blocks, AFileIsPinnedUntilItIsLetGo) {
  found();
  const Bytes bytes(5 * 1024 * 1024, 'f');
  const StoredFile stored = put_file(*node, member->did(), bytes, kForEver).value();
  EXPECT_EQ(stored.blocks, 6U);
  EXPECT_FALSE(stored.until);
  EXPECT_EQ(collect().collection.removed_blocks, 0U);
  reopen();
  EXPECT_EQ(collect().collection.removed_blocks, 0U);
  EXPECT_EQ(unpin(*node, signer_of(7)->did(), stored.cid.to_text()).error().code, ErrorCode::not_found);
  ASSERT_TRUE(unpin(*node, member->did(), stored.cid.to_text()));
  // Five leaves of the same bytes are one block.
  EXPECT_EQ(collect().collection.removed_blocks, 2U);
}

TEST_F(Blocks, AFileWithATimeToLiveGoesAfterIt) {
  found();
  const StoredFile stored = put_file(*node, member->did(), bytes_of("short"), TimeToLive{5'000}).value();
  EXPECT_EQ(stored.until, model::UnixMs{clock->now_ms + 5'000});
  clock->now_ms += 4'999;
  EXPECT_EQ(would_go(), 0U);
  clock->now_ms += 1;
  collect();
  EXPECT_FALSE(has(stored.cid));
  // A pin without an end next to one with an end: the longer one counts.
  const StoredFile again = put_file(*node, member->did(), bytes_of("short"), TimeToLive{5'000}).value();
  ASSERT_TRUE(put_file(*node, member->did(), bytes_of("short"), kForEver));
  clock->now_ms += 10'000;
  collect();
  EXPECT_TRUE(has(again.cid));
}

TEST_F(Blocks, PinningWithAllBelowNeedsAllBelow) {
  found();
  const StoredFile file = put_file(*node, member->did(), Bytes(2 * 1024 * 1024 + 1, 'p'), kForEver).value();
  const PinnedBlock pinned = pin_block(*node, signer_of(7)->did(), file.cid, dag::PinMode::recursive, kForEver).value();
  EXPECT_EQ(pinned.blocks, 3U);
  ASSERT_TRUE(unpin(*node, member->did(), file.cid.to_text()));
  EXPECT_EQ(collect().collection.removed_blocks, 0U);
  const ipld::Cid absent = ipld::Cid::of(ipld::Codec::raw, view_of("absent"));
  EXPECT_EQ(pin_block(*node, member->did(), absent, dag::PinMode::direct, kForEver).error().code,
            ErrorCode::missing_data);
  const ipld::Cid leaf = ipld::Cid::of(ipld::Codec::raw, Bytes(1024 * 1024, 'p'));
  ASSERT_TRUE(node->dag_store().remove({&leaf, 1}));
  const auto refused = pin_block(*node, member->did(), file.cid, dag::PinMode::recursive, kForEver);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::missing_data);
  EXPECT_NE(refused.error().detail.find(leaf.to_text()), std::string::npos);
  EXPECT_TRUE(pin_block(*node, member->did(), file.cid, dag::PinMode::direct, kForEver));
}

TEST_F(Blocks, LookingChangesNothing) {
  found();
  run(draft("output kept\n"));
  put_unpinned("garbage");
  const JobReport ended = run(draft("output ended\n"));
  clock->now_ms += 91 * kDayMs;
  run(draft("output fresh\n"));
  const ipld::Digest before = state_hash(*node).value();
  GarbageOptions options;
  options.reasons = GarbageOptions::Reasons::yes;
  std::map<std::string, std::string> why;
  std::vector<std::size_t> causes;
  std::vector<ipld::Cid> cids;
  options.sweep.on_block = [&](const ipld::Cid& cid, std::uint64_t, std::size_t cause) {
    cids.push_back(cid);
    causes.push_back(cause);
  };
  const GarbageReport report = collect_garbage(*node, options).value();
  EXPECT_EQ(state_hash(*node).value(), before);
  for (std::size_t i = 0; i < cids.size(); ++i) why[cids[i].to_text()] = report.collection.causes[causes[i]].why;
  EXPECT_EQ(why[ipld::Cid::of(ipld::Codec::raw, view_of("garbage")).to_text()], "nothing pins it");
  EXPECT_EQ(why[ended.record.receipt->to_text()], "the pin of job " + ended.record.id.to_text() + " has ended");
  EXPECT_EQ(collect().collection.removed_blocks, report.collection.removed_blocks);
}

TEST_F(Blocks, AModuleThatWentIsNotTakenFromMemory) {
  found();
  JobDraft from = draft("output x\n");
  const JobReport report = run(from);
  ASSERT_TRUE(unpin(*node, member->did(), report.record.id.to_text()));
  collect();
  SubmitRequest bare = request(from);
  bare.blocks.clear();
  const auto refused = submit_job(*node, bare);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::missing_data);
  // It is accepted with its blocks, and from then on without them.
  EXPECT_TRUE(submit_job(*node, request(from)));
  SubmitRequest again = request(from);
  again.blocks.clear();
  EXPECT_TRUE(submit_job(*node, again));
}

TEST_F(Blocks, AnOlderStateStoreIsNotOpened) {
  found();
  node.reset();
  ports::Batch batch;
  batch.put(bytes_of("m/version"), Bytes{1});
  ASSERT_TRUE(services.state_store->commit(std::span(&batch, 1)));
  const auto refused = NodeState::open(services, settings);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::unsupported_version);
  EXPECT_NE(refused.error().detail.find("older"), std::string::npos);
}

struct IntakeTest : Blocks {
  static ipld::Block numbered(std::size_t number) {
    return ipld::Block::of(ipld::Codec::raw, bytes_of("block " + std::to_string(number)));
  }
  static Result<void> put(BlockIntake& intake, const ipld::Block& block) { return intake.put({&block, 1}); }
  std::size_t leases() { return collect(dag::SweepMode::look).collection.pins[1]; }
};

TEST_F(IntakeTest, ManyBlocksAreLeasedUntilTheyArePinned) {
  found();
  constexpr std::size_t kBlocks = 3 * BlockIntake::kHeldMax;
  std::vector<ipld::Cid> roots;
  {
    BlockIntake intake(*node);
    for (std::size_t i = 0; i < kBlocks; ++i) {
      ASSERT_TRUE(put(intake, numbered(i)));
      roots.push_back(numbered(i).cid);
      // Every block that was put stays, whenever a collection runs.
      if (i % 3'000 == 0) {
        EXPECT_EQ(collect().collection.removed_blocks, 0U) << i;
      }
    }
    EXPECT_GE(leases(), 2U);
    ASSERT_TRUE(intake.finish(roots, member->did(), kForEver));
  }
  EXPECT_EQ(leases(), 0U);
  EXPECT_EQ(collect().collection.removed_blocks, 0U);
  for (std::size_t i = 0; i < kBlocks; ++i) ASSERT_TRUE(has(roots[i])) << i;
}

TEST_F(IntakeTest, ManyBlocksAtOnceAreLeasedToo) {
  found();
  std::vector<ipld::Block> blocks;
  std::vector<ipld::Cid> roots;
  for (std::size_t i = 0; i < 20'000; ++i) {
    blocks.push_back(numbered(i));
    roots.push_back(blocks.back().cid);
  }
  BlockIntake intake(*node);
  ASSERT_TRUE(intake.put(blocks));
  EXPECT_EQ(collect().collection.removed_blocks, 0U);
  ASSERT_TRUE(intake.finish(roots, member->did(), kForEver));
  EXPECT_EQ(leases(), 0U);
}

TEST_F(IntakeTest, WhatWasLeftUnfinishedGoesAfterADay) {
  found();
  {
    BlockIntake intake(*node);
    for (std::size_t i = 0; i < 2 * BlockIntake::kHeldMax; ++i) ASSERT_TRUE(put(intake, numbered(i)));
  }
  reopen();
  EXPECT_TRUE(has(numbered(0).cid));
  EXPECT_GE(leases(), 1U);
  collect();
  EXPECT_TRUE(has(numbered(0).cid));
  clock->now_ms += BlockIntake::kIntakeMs;
  collect();
  EXPECT_FALSE(has(numbered(0).cid));
  EXPECT_EQ(leases(), 0U);
}

TEST_F(IntakeTest, OneThatTookTooLongPinsNothing) {
  found();
  BlockIntake intake(*node);
  for (std::size_t i = 0; i < 2 * BlockIntake::kHeldMax; ++i) ASSERT_TRUE(put(intake, numbered(i)));
  clock->now_ms += BlockIntake::kIntakeMs;
  EXPECT_EQ(intake.finish({numbered(0).cid}, member->did(), kForEver).error().code, ErrorCode::expired);
  EXPECT_TRUE(node->blocks().pins().of_member(member->did(), numbered(0).cid)->empty());
}

TEST_F(IntakeTest, ItStopsAtTheQuota) {
  found_with_room(3 * 1024 * 1024 + 1024, 0);
  BlockIntake intake(*node);
  Result<void> added;
  std::size_t count = 0;
  for (; added && count < 10; ++count)
    added = put(intake, ipld::Block::of(ipld::Codec::raw, Bytes(1024 * 1024, static_cast<std::uint8_t>(count))));
  ASSERT_FALSE(added);
  EXPECT_EQ(added.error().rule, "dag_quota");
  EXPECT_EQ(count, 4U);
  const ipld::Cid cid = numbered(0).cid;
  EXPECT_EQ(intake.remove({&cid, 1}).error().code, ErrorCode::unsupported);
}

}  // namespace
}  // namespace icn::runtime
