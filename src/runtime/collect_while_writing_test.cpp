// Collections while writers work: several threads add and remove jobs, files and pins while another collects without a
// pause. Everything pinned is complete afterwards, and whenever a writer checks.
#include <thread>

#include "runtime/blocks.hpp"
#include "runtime/replay.hpp"
#include "runtime/testing/home_fixture.hpp"

namespace icn::runtime {
namespace {

constexpr int kWriters = 4;
constexpr int kRounds = 60;

struct CollectWhileWriting : HomeFixture {
  void write(int thread) {
    const model::Did by = member->did();
    std::vector<model::JobId> settled;
    for (int round = 0; round < kRounds; ++round) {
      // The same few inputs and files repeatedly, so pinned, unpinned and collected ones meet.
      const std::string shared = "shared " + std::to_string((round + thread) % 5);
      JobDraft from = draft("fuel 5\ncopy\nput " + to_hex(view_of(shared + " put")) + "\nlog " + shared + "\n");
      from.inputs = {bytes_of(shared), Bytes(5'000, static_cast<std::uint8_t>(round % 3))};
      append_be64(from.nonce, static_cast<std::uint64_t>(thread * 1'000 + round + 1));
      SubmitRequest asked = request(from);
      asked.start = round % 2 == 0 ? StartMode::now : StartMode::later;
      SubmitAnswer answer = submit_job(*node, asked).value();
      const jobs::JobRecord record = execute_job(*node, answer.id, {}, std::move(answer.claim)).value().record;
      ASSERT_EQ(record.phase, jobs::JobPhase::completed);
      settled.push_back(record.id);
      expect_whole(record);
      // Without blocks: the job relies on stored blocks, or is refused.
      from.nonce.push_back(1);
      asked = request(from);
      asked.blocks.clear();
      if (const auto bare = submit_job(*node, asked)) expect_runs(bare->id);
      if (round % 3 == 0) static_cast<void>(unpin(*node, by, settled[settled.size() / 2].to_text()).has_value());
      const ipld::Cid file = put_file(*node, by, bytes_of(shared + " file"), {}).value().cid;
      if (round % 2 == 1) static_cast<void>(unpin(*node, by, file.to_text()).has_value());
      pin_old(thread, round);
    }
  }

  // A DAG that may be garbage by now: it is pinned and complete, or the pin is refused.
  void pin_old(int thread, int round) {
    const ipld::Cid leaf = ipld::Cid::of(ipld::Codec::raw, view_of("shared " + std::to_string(round % 5) + " put"));
    const model::Did by = signer_of(static_cast<std::uint8_t>(20 + thread))->did();
    if (!pin_block(*node, by, leaf, dag::PinMode::recursive, {})) return;
    EXPECT_TRUE(node->dag_store().has(leaf).value()) << "pinned and gone";
    EXPECT_TRUE(unpin(*node, by, leaf.to_text()));
  }

  void expect_runs(const model::JobId& id) {
    const JobReport report = execute_job(*node, id).value();
    EXPECT_EQ(report.record.phase, jobs::JobPhase::completed) << report.record.message;
    EXPECT_EQ(report.record.attempts, 1U) << "a block that its pin holds was gone";
  }

  void expect_whole(const jobs::JobRecord& record) {
    const auto pins = node->blocks().pins().of_job(record.number, record.id).value();
    ASSERT_EQ(pins.size(), 1U);
    for (const ipld::Cid& root : pins.front().roots) {
      const auto whole = dag::require_whole(node->dag_store(), root);
      EXPECT_TRUE(whole) << whole.error().detail;
    }
  }
};

TEST_F(CollectWhileWriting, WhatIsPinnedIsWhole) {
  found();
  std::atomic<bool> done{false};
  std::uint64_t collections = 0;
  std::uint64_t removed = 0;
  std::thread collector([&] {
    GarbageOptions options;
    options.sweep.mode = dag::SweepMode::remove;
    options.sweep.page_blocks = 7;
    // On a slow machine the writers end before enough collections have run.
    while (!done || collections <= 10) {
      const auto report = collect_garbage(*node, options);
      ASSERT_TRUE(report) << report.error().detail;
      ++collections;
      removed += report->collection.removed_blocks;
      EXPECT_EQ(report->collection.missing_blocks, 0U);
    }
  });
  std::vector<std::thread> writers;
  for (int thread = 0; thread < kWriters; ++thread) writers.emplace_back([this, thread] { write(thread); });
  for (std::thread& writer : writers) writer.join();
  done = true;
  collector.join();
  EXPECT_GT(collections, 10U);
  EXPECT_GT(removed, 100U);
  std::optional<Bytes> after;
  do {
    const dag::PinPage page = node->blocks().pins().list(after, 100).value();
    for (const dag::Pin& pin : page.pins) {
      for (const ipld::Cid& root : pin.roots) {
        const auto whole = dag::require_whole(node->dag_store(), root);
        EXPECT_TRUE(whole) << pin.to_text() << ": " << whole.error().detail;
      }
    }
    after = page.after;
  } while (after);
  expect_all_settled();
  // The figure is never below the actual size.
  EXPECT_GE(node->blocks().usage().figures().bytes, node->dag_store().statistics()->bytes);
}

}  // namespace
}  // namespace icn::runtime
