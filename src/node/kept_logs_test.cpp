// Goal: the logs of any number of jobs stay within their bound, and the latest are kept.
#include "node/kept_logs.hpp"

#include <gtest/gtest.h>

#include "disk/folder.hpp"
#include "disk/testing/scratch_folder.hpp"

namespace icn::node {
namespace {

constexpr std::uint64_t kRoom = 256 * 1024;

model::JobId job_of(int number) {
  return {ipld::Block::of(ipld::Codec::dag_cbor, bytes_of(std::to_string(number))).cid};
}

void run(KeptLogs& logs, int number, std::size_t bytes) {
  const auto file = logs.begin(job_of(number));
  ASSERT_TRUE(file);
  ASSERT_TRUE(file->write(Bytes(bytes, 'x')));
  logs.ended(bytes);
}

TEST(KeptLogs, TakeNoMoreThanTheirRoom) {
  const disk::ScratchFolder folder;
  for (int process = 0; process < 3; ++process) {
    KeptLogs logs(folder.path() / "logs", kRoom);
    for (int i = 0; i < 100; ++i) {
      run(logs, 100 * process + i, i % 3 == 0 ? 0 : 5'000);
      ASSERT_LE(*disk::prune_folder(folder.path() / "logs", ".log", UINT64_MAX), kRoom) << i;
    }
    EXPECT_EQ(logs.read(job_of(100 * process + 98))->size(), 5'000U) << "the latest stay";
  }
  const KeptLogs logs(folder.path() / "logs", kRoom);
  EXPECT_EQ(logs.read(job_of(1)).error().code, ErrorCode::not_found);
}

}  // namespace
}  // namespace icn::node
