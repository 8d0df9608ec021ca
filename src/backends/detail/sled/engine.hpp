// The part of sled that both stores need, over the C ABI of rust/src/sled_store.rs: a folder opened consistently,
// reading, and numbered, atomic writes.
//
// One ordered tree; the first byte of a key is its table, table 0 holds the StoreStamp that comes with every write.
// Next to sled's files is one of ours, `icn-store`: it identifies the folder without opening it (opening changes sled's
// files) and records how many writes were durable, so that it is noticed when sled silently drops writes, as it does
// from the first damage on. Each flush notes it without a sync, which costs little; an older note does no harm.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "backends/detail/store_stamp.hpp"
#include "core/mutex.hpp"
#include "disk/lock.hpp"

struct IcnSled;

namespace icn::backends::detail {

// `key` in a table of the tree.
[[nodiscard]] inline Bytes key_in(std::uint8_t table, ByteView key) {
  Bytes whole;
  whole.reserve(1 + key.size());
  whole.push_back(table);
  append(whole, key);
  return whole;
}

// The least greater key.
[[nodiscard]] inline Bytes after_key(Bytes key) {
  key.push_back(0);
  return key;
}

class SledDatabase {
 public:
  struct Write {
    Bytes key;
    std::optional<Bytes> value;  // empty: erase
  };
  struct Pair {
    Bytes key, value;
  };
  struct Page {
    std::vector<Pair> pairs;
    bool is_last = true;
  };

  // Opens or creates the folder. Errors: busy, corrupted, invalid_format (an unrelated folder; it is unchanged),
  // unsupported_version (unchanged), storage.
  [[nodiscard]] static Result<std::unique_ptr<SledDatabase>> open(const std::string& path, const StoreKind& kind,
                                                                  std::uint64_t cache_bytes);
  ~SledDatabase();
  SledDatabase(const SledDatabase&) = delete;
  SledDatabase& operator=(const SledDatabase&) = delete;

  [[nodiscard]] const std::string& path() const { return path_; }
  // `what` names the item in the error. Errors: corrupted, storage.
  [[nodiscard]] Result<std::optional<Bytes>> get(ByteView key, const std::string& what) const;
  // The first pairs with begin ≤ key < end, ascending: at most 256 or about 1 MiB of them, at least one if there is
  // one. Errors: as get().
  [[nodiscard]] Result<Page> page(ByteView begin, ByteView end) const;

  mutable Mutex mutex;

  [[nodiscard]] const StoreStamp& stamp() const ICN_REQUIRES(mutex) { return stamp_; }
  // Errors: storage (an earlier write failed: what reached the disk is unknown, and nothing more is written).
  [[nodiscard]] Result<void> refuse_when_failed() const ICN_REQUIRES(mutex);
  // One atomic write of `writes` and a stamp with `first` and `second`; durable after flush(). After a failure every
  // later one is refused. Errors: storage.
  [[nodiscard]] Result<void> write(std::vector<Write> writes, std::uint64_t first, std::uint64_t second)
      ICN_REQUIRES(mutex);
  [[nodiscard]] Result<void> flush() ICN_REQUIRES(mutex);

 private:
  SledDatabase(disk::FolderLock lock, std::string path) : lock_(std::move(lock)), path_(std::move(path)) {}
  [[nodiscard]] Result<void> open_note(const StoreKind& kind) ICN_REQUIRES(mutex);
  [[nodiscard]] Result<void> begin(const StoreKind& kind) ICN_REQUIRES(mutex);
  void note_durable() ICN_REQUIRES(mutex);

  const disk::FolderLock lock_;
  const std::string path_;
  IcnSled* sled_ = nullptr;
  std::optional<disk::File> note_ ICN_GUARDED_BY(mutex);
  StoreStamp noted_ ICN_GUARDED_BY(mutex);
  StoreStamp stamp_ ICN_GUARDED_BY(mutex);
  bool failed_ ICN_GUARDED_BY(mutex) = false;
};

}  // namespace icn::backends::detail
