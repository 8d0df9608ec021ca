// A store in a folder of files: an append-only log that holds the data, and sorted index files that find it.
//
// Every change is one group at the log's end, all or none. The newest entries are indexed in memory; when these are
// many they are written into an index file (a run), and runs of a size are merged into one. Values are written once and
// stay where they are until most of their segment is dead; then what lives in it is appended again and the segment is
// removed. These chores are done by the calls that write, in proportion to what they write. A `hashed` store also has
// all its keys in memory: for values that never change and are looked up one by one.
//
// Thread safe: writes wait for each other, reads wait for nobody. One process owns the folder. After a failed write or
// sync nothing more is accepted until the store is opened again. docs/decisions/0014-file-stores.md says why it is so.
#pragma once
#include <memory>
#include <optional>
#include <string>

#include "backends/detail/keyed_log/chores.hpp"
#include "core/mutex.hpp"

namespace icn::backends::detail::keyed_log {

struct Statistics {
  std::uint64_t entries = 0;
  std::uint64_t value_bytes = 0;
};

// What a store takes, for tests and tools.
struct Shape {
  std::size_t segments = 0;
  std::size_t runs = 0;
  std::uint64_t log_bytes = 0;
  std::uint64_t tail_bytes = 0;  // of the log, not indexed yet: what an opening would read
  std::size_t memory_bytes = 0;  // of the runs' indexes and the table of all keys
};

class Store {
 public:
  // Makes the store when the folder is missing or empty. Errors: busy (another opening owns it), corrupted,
  // unsupported_version, invalid_format (something else is there), storage.
  [[nodiscard]] static Result<std::unique_ptr<Store>> open(const std::string& path, const Settings& settings);
  ~Store();  // makes durable what is not yet
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  // All writes or none, in order; the sequence rises by `sequences`. Returns it. Errors: limit_exceeded (more than
  // 2 GiB; nothing changes), corrupted (a key of a hashed store could not be compared; nothing changes), storage
  // (nothing more is accepted).
  [[nodiscard]] Result<std::uint64_t> commit(std::span<const Write> writes, std::uint64_t sequences);
  // Everything committed is durable when this returns. Errors: storage.
  [[nodiscard]] Result<void> sync();

  // Of a hashed store for listings: it waits for the write that is going on.
  [[nodiscard]] Reading read() const;
  // Of a hashed store. Errors: corrupted, storage.
  [[nodiscard]] Result<std::optional<Bytes>> get_hashed(ByteView key, Verify verify) const;
  [[nodiscard]] Result<bool> has_hashed(ByteView key) const;
  [[nodiscard]] Statistics statistics() const;

  // Does what chores are due until none is, and makes all durable. Errors: storage, corrupted.
  [[nodiscard]] Result<void> finish_chores();
  [[nodiscard]] Shape shape() const;

 private:
  // What a hashed store really has to write, and where the entries stand that it erases.
  struct Effective {
    std::vector<Write> writes;
    std::vector<Location> erased;
  };
  Store(OwnedFolder folder, const Settings& settings);
  [[nodiscard]] Result<void> start(Recovered recovered);
  [[nodiscard]] Result<void> load_table() ICN_REQUIRES(mutex_);
  [[nodiscard]] Result<void> refuse_when_failed() const ICN_REQUIRES(mutex_);
  // Remembers an error that leaves the disk in doubt.
  template <class T>
  [[nodiscard]] Result<T> noted(Result<T> result) ICN_REQUIRES(mutex_);
  // What `look` finds for the key in a segment at a location; nothing when it finds nothing at any.
  template <class T>
  [[nodiscard]] Result<std::optional<T>> find_hashed(
      ByteView key, const std::function<Result<std::optional<T>>(const Segment&, const Location&)>& look) const;
  [[nodiscard]] Result<std::optional<Location>> locate_hashed(ByteView key) const;
  [[nodiscard]] Result<Effective> effective(std::span<const Write> writes) const;
  // Writes the moves that wait and then `writes` as one group, applies and publishes it.
  [[nodiscard]] Result<std::uint64_t> write_group(std::span<const Write> writes, std::span<const Location> erased,
                                                  std::uint64_t sequences) ICN_REQUIRES(mutex_);
  void apply_to_table(std::size_t moves, std::span<const Location> erased) ICN_REQUIRES(mutex_);
  [[nodiscard]] Result<void> do_chores(Chores::Budget budget) ICN_REQUIRES(mutex_);
  [[nodiscard]] Result<void> catch_up() ICN_REQUIRES(mutex_);
  [[nodiscard]] Result<void> make_room(std::uint64_t bytes) ICN_REQUIRES(mutex_);

  const OwnedFolder folder_;
  const Settings settings_;
  std::unique_ptr<Contents> contents_;    // its read() by everybody, the rest under the lock
  std::unique_ptr<LocationTable> table_;  // of a hashed store

  mutable Mutex mutex_;  // whoever writes
  std::optional<Error> failed_ ICN_GUARDED_BY(mutex_);
  std::unique_ptr<Log> log_ ICN_GUARDED_BY(mutex_);
  std::unique_ptr<Chores> chores_ ICN_GUARDED_BY(mutex_);
  std::uint64_t number_ ICN_GUARDED_BY(mutex_) = 0;  // of the newest version
  std::vector<Write> group_ ICN_GUARDED_BY(mutex_);
  std::vector<Location> locations_ ICN_GUARDED_BY(mutex_);  // of the group's entries

  mutable Mutex statistics_mutex_;
  Statistics statistics_ ICN_GUARDED_BY(statistics_mutex_);
};

}  // namespace icn::backends::detail::keyed_log
