#include "dag/block_batch.hpp"

namespace icn::dag {
namespace {

constexpr std::size_t kBatchBytes = 8 * 1024 * 1024;
constexpr std::size_t kBatchBlocks = 1024;
constexpr std::size_t kFlushBytes = 64 * 1024 * 1024;

}  // namespace

Result<void> BlockBatch::add(ipld::Block block) {
  ++blocks_;
  bytes_ += block.bytes.size();
  waiting_bytes_ += block.bytes.size();
  waiting_.push_back(std::move(block));
  return waiting_bytes_ >= kBatchBytes || waiting_.size() == kBatchBlocks ? put() : Result<void>();
}

Result<void> BlockBatch::put() {
  ICN_TRY(store_.put(waiting_));
  unflushed_bytes_ += waiting_bytes_;
  waiting_.clear();
  waiting_bytes_ = 0;
  if (unflushed_bytes_ < kFlushBytes) return {};
  unflushed_bytes_ = 0;
  return store_.flush();
}

Result<void> BlockBatch::finish() {
  if (!waiting_.empty()) ICN_TRY(put());
  return store_.flush();
}

}  // namespace icn::dag
