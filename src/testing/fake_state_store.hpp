// A state store in a map whose pairs a test may inspect and damage. Only commit() is thread safe.
#pragma once
#include <map>

#include "core/mutex.hpp"
#include "ports/state_store.hpp"

namespace icn::testing {

class FakeStateStore : public ports::StateStore {
 public:
  Result<std::optional<Bytes>> get(ByteView key) const override {
    const auto found = pairs.find(copy_of(key));
    if (found == pairs.end()) return std::optional<Bytes>();
    return std::optional<Bytes>(found->second);
  }
  Result<void> scan(ByteView begin, ByteView end, const std::function<bool(ByteView, ByteView)>& visit) const override {
    const Bytes last = copy_of(end);
    for (auto at = pairs.lower_bound(copy_of(begin)); at != pairs.end() && (end.empty() || at->first < last); ++at) {
      if (!visit(at->first, at->second)) break;
    }
    return {};
  }
  Result<std::uint64_t> commit(std::span<const ports::Batch> batches) override {
    Lock lock(mutex_);
    for (const ports::Batch& batch : batches) {
      for (const ports::Batch::Write& write : batch.writes()) ICN_TRY(ports::check_write(write));
    }
    for (const ports::Batch& batch : batches) {
      for (const ports::Batch::Write& write : batch.writes()) {
        if (write.value) pairs[write.key] = *write.value;
        if (!write.value) pairs.erase(write.key);
      }
    }
    return sequence_ += batches.size();
  }
  std::uint64_t sequence() const override { return sequence_; }
  Result<std::unique_ptr<ports::StateReader>> snapshot() const override {
    auto copy = std::make_unique<FakeStateStore>();
    copy->pairs = pairs;
    copy->sequence_ = sequence_;
    return copy;
  }
  const ports::Descriptor& descriptor() const override { return kDescriptor; }

  // Commits one batch; a refusal ends the test.
  void commit_one(const ports::Batch& batch) {
    if (!commit(std::span(&batch, 1))) std::abort();
  }

  std::map<Bytes, Bytes> pairs;

 private:
  static constexpr ports::Descriptor kDescriptor{"state_store", "fake", ports::Grade::test, "a map for unit tests"};
  Mutex mutex_;
  std::uint64_t sequence_ = 0;
};

}  // namespace icn::testing
