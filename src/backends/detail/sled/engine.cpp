#include "backends/detail/sled/engine.hpp"

#include <array>
#include <filesystem>

#include "backends/detail/sled/abi.hpp"
#include "disk/folder.hpp"
#include "ipld/sha256.hpp"

namespace icn::backends::detail {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kPagePairs = 256;
constexpr std::size_t kPageBytes = std::size_t{1} << 20;
constexpr const char* kNote = "icn-store";
constexpr std::size_t kSumBytes = 8;
constexpr std::array<std::uint8_t, 1> kStampKey{0};

IcnSlice slice_of(ByteView bytes) { return {bytes.data(), bytes.size()}; }
ByteView view_of(IcnSlice slice) { return {slice.data, slice.size}; }

// `what` names the store and the operation.
tl::unexpected<Error> error_of(const IcnSledError& error, const std::string& what) {
  enum Kind : std::uint32_t { io = 1, damage = 2, refused = 3 };
  const std::string detail = what + ": " + std::string(error.text.data(), error.size);
  if (error.kind == io) {
    return error.code == 0 ? fail(ErrorCode::storage, detail) : disk::system_error(what, error.code);
  }
  if (error.kind == damage) return fail(ErrorCode::corrupted, detail + "; restore the store from a backup");
  if (error.kind == refused) return fail(ErrorCode::unsupported_version, detail);
  return fail(ErrorCode::storage, detail + "; sled reports this as a fault of its own");
}

Bytes with_sum(Bytes bytes) {
  const ipld::Digest digest = ipld::sha256(bytes);
  bytes.insert(bytes.end(), digest.begin(), digest.begin() + kSumBytes);
  return bytes;
}

Result<StoreStamp> stamp_in(ByteView bytes, const StoreKind& kind, const std::string& name) {
  if (bytes.size() != StoreStamp::kBytes + kSumBytes ||
      with_sum(copy_of(bytes.first(StoreStamp::kBytes))) != copy_of(bytes)) {
    return fail(ErrorCode::corrupted, name + " is damaged (its check differs); restore the store from a backup");
  }
  return StoreStamp::decode(bytes.first(StoreStamp::kBytes), kind, name);
}

Result<void> refuse_foreign(const std::string& path) {
  for (const std::string& name : ICN_TRY(disk::list_folder(path))) {
    if (name == std::string(kNote) + ".new") continue;
    return fail(ErrorCode::invalid_format, path + " is an unrelated folder (it holds " + name + " and no " + kNote +
                                               "); nothing was changed. Choose a separate folder for the store");
  }
  return {};
}

struct Collected {
  SledDatabase::Page page;
  std::size_t bytes = 0;
};

std::uint8_t collect(void* context, IcnSlice key, IcnSlice value) noexcept {
  Collected& to = *static_cast<Collected*>(context);
  if (to.page.pairs.size() == kPagePairs || to.bytes >= kPageBytes) {
    to.page.is_last = false;
    return 0;
  }
  to.page.pairs.push_back({copy_of(view_of(key)), copy_of(view_of(value))});
  to.bytes += key.size + value.size;
  return 1;
}

std::uint8_t keep(void* context, IcnSlice, IcnSlice value) noexcept {
  *static_cast<std::optional<Bytes>*>(context) = copy_of(view_of(value));
  return 1;
}

}  // namespace

Result<std::unique_ptr<SledDatabase>> SledDatabase::open(const std::string& path, const StoreKind& kind,
                                                         std::uint64_t cache_bytes) {
  disk::FolderLock lock = ICN_TRY(disk::FolderLock::take(path));
  std::unique_ptr<SledDatabase> database(new SledDatabase(std::move(lock), path));
  Lock guard(database->mutex);
  ICN_TRY(database->open_note(kind));
  IcnSledError error{};
  database->sled_ = icn_sled_open(slice_of(icn::view_of(path)), cache_bytes, &error);
  if (database->sled_ == nullptr) return error_of(error, "open " + path);
  ICN_TRY(database->begin(kind));
  return database;
}

Result<void> SledDatabase::open_note(const StoreKind& kind) {
  const std::string name = path_ + "/" + kNote;
  std::error_code error;
  if (!fs::exists(name, error)) {
    ICN_TRY(refuse_foreign(path_));
    const StoreStamp stamp{.magic = kind.magic, .version = kind.version};
    ICN_TRY(disk::replace_file(name, with_sum(stamp.encode())));
  }
  note_ = ICN_TRY(disk::File::open(name, disk::Open::update));
  Bytes bytes(StoreStamp::kBytes + kSumBytes + 1);
  bytes.resize(ICN_TRY(note_->read_at(0, bytes)));
  noted_ = ICN_TRY(stamp_in(bytes, kind, name));
  return {};
}

Result<void> SledDatabase::begin(const StoreKind& kind) {
  const std::optional<Bytes> found = ICN_TRY(get(kStampKey, "the stamp"));
  stamp_ = found ? ICN_TRY(stamp_in(*found, kind, path_)) : StoreStamp{.magic = kind.magic, .version = kind.version};
  if (stamp_.write >= noted_.write) return {};
  failed_ = true;
  return fail(ErrorCode::corrupted, path_ + " held " + std::to_string(noted_.write) + " durable writes and now holds " +
                                        std::to_string(stamp_.write) + "; restore the store from a backup");
}

// Not synced: after a power cut an older note may be there. If it fails, only damage is noticed less often.
void SledDatabase::note_durable() {
  noted_ = stamp_;
  static_cast<void>(note_->write_at(0, with_sum(noted_.encode())).has_value());
}

SledDatabase::~SledDatabase() {
  Lock guard(mutex);
  if (sled_ != nullptr) {
    if (!failed_ && flush() && noted_.write == stamp_.write) static_cast<void>(note_->sync().has_value());
    icn_sled_close(sled_, failed_ ? 1 : 0);
  }
}

Result<std::optional<Bytes>> SledDatabase::get(ByteView key, const std::string& what) const {
  std::optional<Bytes> value;
  IcnSledError error{};
  if (icn_sled_get(sled_, slice_of(key), &keep, &value, &error) == 0)
    return error_of(error, "read " + what + " of " + path_);
  return value;
}

Result<SledDatabase::Page> SledDatabase::page(ByteView begin, ByteView end) const {
  Collected collected;
  IcnSledError error{};
  if (icn_sled_scan(sled_, slice_of(begin), slice_of(end), &collect, &collected, &error) == 0)
    return error_of(error, "scan " + path_);
  return std::move(collected.page);
}

Result<void> SledDatabase::refuse_when_failed() const {
  if (failed_) return fail(ErrorCode::storage, path_ + ": an earlier write failed; the process must end");
  return {};
}

Result<void> SledDatabase::write(std::vector<Write> writes, std::uint64_t first, std::uint64_t second) {
  ICN_TRY(refuse_when_failed());
  StoreStamp next = stamp_;
  ++next.write;
  next.first = first;
  next.second = second;
  const Bytes stamp = with_sum(next.encode());
  std::vector<IcnSledWrite> all{{slice_of(kStampKey), slice_of(stamp), 0}};
  for (const Write& write : writes) {
    const ByteView value = write.value ? ByteView(*write.value) : ByteView();
    all.push_back({slice_of(write.key), slice_of(value), static_cast<std::uint8_t>(write.value ? 0 : 1)});
  }
  IcnSledError error{};
  if (icn_sled_apply(sled_, all.data(), all.size(), &error) == 0) {
    failed_ = true;
    return error_of(error, "write to " + path_);
  }
  stamp_ = next;
  return {};
}

Result<void> SledDatabase::flush() {
  ICN_TRY(refuse_when_failed());
  if (stamp_.durable == stamp_.write) return {};
  IcnSledError error{};
  if (icn_sled_flush(sled_, &error) == 0) {
    failed_ = true;
    return error_of(error, "sync " + path_);
  }
  stamp_.durable = stamp_.write;
  note_durable();
  return {};
}

}  // namespace icn::backends::detail
