// State in a folder of files: an append-only log of all commits, and index files beside it. Production grade.
#include "backends/detail/keyed_log/store.hpp"
#include "ports/factories.hpp"

namespace icn::backends::state_store::file {
namespace {

namespace log = detail::keyed_log;

constexpr ports::Descriptor kDescriptor{"state_store", "file", ports::Grade::production,
                                        "state in a folder of files: a checksummed log and its index"};

static_assert(ports::kStateKeyBytesMax <= log::kKeyBytesMax && ports::kStateValueBytesMax <= log::kValueBytesMax);

class FileSnapshot : public ports::StateReader {
 public:
  explicit FileSnapshot(log::Reading reading) : reading_(std::move(reading)) {}
  Result<std::optional<Bytes>> get(ByteView key) const override { return reading_.get(key); }
  Result<void> scan(ByteView begin, ByteView end, const std::function<bool(ByteView, ByteView)>& visit) const override {
    return reading_.scan(begin, end, visit);
  }
  std::uint64_t sequence() const override { return reading_.sequence(); }

 private:
  const log::Reading reading_;
};

class FileStateStore : public ports::StateStore {
 public:
  explicit FileStateStore(std::unique_ptr<log::Store> store) : store_(std::move(store)) {}

  Result<std::optional<Bytes>> get(ByteView key) const override { return store_->read().get(key); }
  Result<void> scan(ByteView begin, ByteView end, const std::function<bool(ByteView, ByteView)>& visit) const override {
    return store_->read().scan(begin, end, visit);
  }
  std::uint64_t sequence() const override { return store_->read().sequence(); }
  Result<std::unique_ptr<ports::StateReader>> snapshot() const override {
    return std::make_unique<FileSnapshot>(store_->read());
  }

  Result<std::uint64_t> commit(std::span<const ports::Batch> batches) override {
    std::size_t count = 0;
    for (const ports::Batch& batch : batches) {
      for (const ports::Batch::Write& write : batch.writes()) ICN_TRY(ports::check_write(write));
      count += batch.writes().size();
    }
    std::vector<log::Write> writes;
    writes.reserve(count);
    for (const ports::Batch& batch : batches) {
      for (const ports::Batch::Write& write : batch.writes()) {
        writes.push_back({write.key, write.value ? std::optional<ByteView>(*write.value) : std::nullopt});
      }
    }
    return store_->commit(writes, batches.size());
  }
  const ports::Descriptor& descriptor() const override { return kDescriptor; }

 private:
  const std::unique_ptr<log::Store> store_;
};

Result<std::unique_ptr<ports::StateStore>> open(std::string_view location) {
  if (location.empty()) return fail(ErrorCode::invalid_argument, "state_store file needs a folder: file:PATH");
  log::Settings settings;
  settings.kind = log::Kind::state;
  settings.index = log::Index::ordered;
  settings.publish = log::Publish::when_durable;
  return std::make_unique<FileStateStore>(ICN_TRY(log::Store::open(std::string(location), settings)));
}

}  // namespace

extern const ports::Backend<ports::state_store_factory> kBackend{kDescriptor, &open};

}  // namespace icn::backends::state_store::file
