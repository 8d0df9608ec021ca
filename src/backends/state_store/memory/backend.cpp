// State in memory, lost with the process: for tests and experiments.
#include "backends/detail/memory_state.hpp"
#include "ports/factories.hpp"

namespace icn::backends::state_store::memory {
namespace {

constexpr ports::Descriptor kDescriptor{"state_store", "memory", ports::Grade::development,
                                        "state in memory, lost when the process ends", ports::Place::process};

class MemoryStateStore : public ports::StateStore {
 public:
  Result<std::optional<Bytes>> get(ByteView key) const override { return state_.get(key); }
  Result<void> scan(ByteView begin, ByteView end, const std::function<bool(ByteView, ByteView)>& visit) const override {
    return state_.scan(begin, end, visit);
  }
  Result<std::unique_ptr<ports::StateReader>> snapshot() const override { return state_.snapshot(); }
  Result<std::uint64_t> commit(std::span<const ports::Batch> batches) override {
    for (const ports::Batch& batch : batches) {
      for (const ports::Batch::Write& write : batch.writes()) ICN_TRY(ports::check_write(write));
    }
    return state_.commit(batches);
  }
  std::uint64_t sequence() const override { return state_.sequence(); }
  const ports::Descriptor& descriptor() const override { return kDescriptor; }

 private:
  detail::MemoryState state_;
};

Result<std::unique_ptr<ports::StateStore>> open(std::string_view) { return std::make_unique<MemoryStateStore>(); }

}  // namespace

extern const ports::Backend<ports::state_store_factory> kBackend{kDescriptor, &open};

}  // namespace icn::backends::state_store::memory
