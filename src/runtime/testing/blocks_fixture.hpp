// A home for tests of collection and of the quota.
#pragma once
#include "runtime/blocks.hpp"
#include "runtime/replay.hpp"
#include "runtime/testing/home_fixture.hpp"

namespace icn::runtime {

inline constexpr TimeToLive kForEver{};

struct Blocks : HomeFixture {
  GarbageReport collect(dag::SweepMode mode = dag::SweepMode::remove) {
    GarbageOptions options;
    options.sweep.mode = mode;
    auto report = collect_garbage(*node, options);
    EXPECT_TRUE(report) << report.error().detail;
    return report ? *report : GarbageReport{};
  }
  std::uint64_t would_go() { return collect(dag::SweepMode::look).collection.removed_blocks; }

  // Expects every block that a third party needs to verify and replay the job.
  void expect_evidence(const JobReport& report) {
    const auto verified = verify_receipt(*node, *report.record.receipt);
    ASSERT_TRUE(verified) << verified.error().detail;
    const auto replayed = replay_receipt(node->dag_store(), *executor, *clock, *report.record.receipt);
    ASSERT_TRUE(replayed) << replayed.error().detail;
    EXPECT_EQ(replayed->verdict, ReplayVerdict::match) << replayed->detail;
    std::string output;
    EXPECT_TRUE(read_output(*node, report.record, [&](ByteView piece) -> Result<void> {
      output += text_of(piece);
      return {};
    }));
    EXPECT_EQ(output, text_of(report.output));
  }
  bool has(const ipld::Cid& cid) const { return node->dag_store().has(cid).value(); }
  ipld::Cid put_unpinned(std::string_view text) {
    const ipld::Block block = ipld::Block::of(ipld::Codec::raw, bytes_of(text));
    EXPECT_TRUE(node->dag_store().put(std::span(&block, 1)));
    return block.cid;
  }
  // Room for `bytes` next to what is there now.
  void found_with_room(std::uint64_t bytes, std::uint64_t reserve = 16 * 1024) {
    found();
    const std::uint64_t blocks = node->dag_store().statistics()->bytes + bytes + reserve;
    settings.dag_quota = {blocks * 16 / 13, reserve};  // the rest is for compiled modules and logs
    reopen();
  }
};

}  // namespace icn::runtime
