#include "stores/writer.hpp"

namespace icn::stores {
namespace {

constexpr std::size_t kWritesMax = 4'096;
// Blocks written between flushes: a crash loses at most this many.
constexpr std::size_t kFlushBytes = 32 * 1024 * 1024;

}  // namespace

Result<void> PairWriter::put(Bytes key, Bytes value) {
  bytes_ += key.size() + value.size();
  batch_.put(std::move(key), std::move(value));
  return commit_when_full();
}

Result<void> PairWriter::erase(Bytes key) {
  bytes_ += key.size();
  batch_.erase(std::move(key));
  return commit_when_full();
}

Result<void> PairWriter::put(ports::Batch&& together) {
  for (const ports::Batch::Write& write : together.writes())
    bytes_ += write.key.size() + (write.value ? write.value->size() : 0);
  batch_.append(std::move(together));
  return commit_when_full();
}

Result<void> PairWriter::commit_when_full() {
  return bytes_ < ports::kPutBytesMax && batch_.writes().size() < kWritesMax ? Result<void>() : finish();
}

Result<void> PairWriter::finish() {
  if (batch_.empty()) return {};
  ICN_TRY(store_.commit({&batch_, 1}));
  batch_ = {};
  bytes_ = 0;
  if (on_durable_) on_durable_();
  return {};
}

Result<void> BlockWriter::put(ipld::Block block) {
  bytes_ += block.bytes.size();
  blocks_.push_back(std::move(block));
  return bytes_ < ports::kPutBytesMax && blocks_.size() < kWritesMax ? Result<void>() : write();
}

Result<void> BlockWriter::remove(const ipld::Cid& cid) {
  removed_.push_back(cid);
  return removed_.size() < kWritesMax ? Result<void>() : write();
}

Result<void> BlockWriter::finish() {
  ICN_TRY(write());
  return flush();
}

Result<void> BlockWriter::write() {
  if (!blocks_.empty()) ICN_TRY(store_.put(blocks_));
  if (!removed_.empty()) ICN_TRY(store_.remove(removed_));
  unflushed_ += bytes_;
  blocks_.clear();
  removed_.clear();
  bytes_ = 0;
  return unflushed_ < kFlushBytes ? Result<void>() : flush();
}

Result<void> BlockWriter::flush() {
  ICN_TRY(store_.flush());
  unflushed_ = 0;
  if (on_durable_) on_durable_();
  return {};
}

}  // namespace icn::stores
