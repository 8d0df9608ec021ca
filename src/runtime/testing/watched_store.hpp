// For this folder's tests: a state store in memory that counts its commits, can be held back and can fail.
#pragma once
#include <atomic>
#include <functional>

#include "backends/registry.hpp"
#include "ports/state_store.hpp"

namespace icn::runtime {

class WatchedStore : public ports::StateStore {
 public:
  Result<std::optional<Bytes>> get(ByteView key) const override { return below_->get(key); }
  Result<void> scan(ByteView begin, ByteView end, const std::function<bool(ByteView, ByteView)>& visit) const override {
    return below_->scan(begin, end, visit);
  }
  Result<std::uint64_t> commit(std::span<const ports::Batch> batches) override {
    ++commits;
    if (before_commit) before_commit(batches.size());
    if (before_writes) before_writes(batches);
    if (fails) return fail(ErrorCode::storage, "the disk is gone");
    return below_->commit(batches);
  }
  std::uint64_t sequence() const override { return below_->sequence(); }
  Result<std::unique_ptr<ports::StateReader>> snapshot() const override { return below_->snapshot(); }
  const ports::Descriptor& descriptor() const override { return below_->descriptor(); }

  std::atomic<std::uint64_t> commits{0};
  std::atomic<bool> fails{false};
  std::function<void(std::size_t)> before_commit;
  std::function<void(std::span<const ports::Batch>)> before_writes;

 private:
  std::unique_ptr<ports::StateStore> below_ = backends::state_store::open("memory").value();
};

}  // namespace icn::runtime
