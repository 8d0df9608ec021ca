// Every key of a store by a hash of it, with where its entry stands: 16 bytes a slot, 21 to 32 bytes a key.
//
// A slot holds 32 bits of the hash, so two keys may look alike: the caller compares the key that stands at the
// location. Thread safe.
#pragma once
#include <array>
#include <optional>
#include <vector>

#include "backends/detail/keyed_log/checksum.hpp"
#include "backends/detail/keyed_log/log_format.hpp"
#include "core/mutex.hpp"

namespace icn::backends::detail::keyed_log {

class LocationTable {
 public:
  explicit LocationTable(std::uint64_t salt) : salt_(salt) {}

  // Where entries stand whose keys look like this one.
  struct Candidates {
    std::optional<Location> first;
    std::vector<Location> others;  // mostly none
    friend bool operator==(const Candidates&, const Candidates&) = default;
  };
  [[nodiscard]] Candidates candidates(ByteView key) const;
  // Brings the place where the key is looked for into the cache.
  void prefetch(ByteView key) const;
  [[nodiscard]] bool holds(ByteView key, const Location& location) const;
  void add(ByteView key, const Location& location);
  // `from` stands in the table under this key.
  void replace(ByteView key, const Location& from, const Location& to);
  void remove(ByteView key, const Location& location);
  [[nodiscard]] std::size_t memory_bytes() const;

 private:
  struct Slot {
    std::uint32_t tag = 0;
    Location location;  // of no length: the slot is empty
  };
  // Shards grow one at a time: none of them for long.
  struct Shard {
    std::vector<Slot> slots;
    std::size_t used = 0;
  };
  static constexpr std::size_t kShards = 256;
  static constexpr std::size_t kSlotsMin = 16;

  struct Place {
    std::size_t shard;
    std::uint32_t tag;
  };
  [[nodiscard]] Place place_of(ByteView key) const;
  static std::size_t home_of(const Shard& shard, std::uint32_t tag) {
    return static_cast<std::size_t>(static_cast<std::uint64_t>(tag) * shard.slots.size() >> 32);
  }
  static std::size_t after(const Shard& shard, std::size_t at) { return at + 1 == shard.slots.size() ? 0 : at + 1; }
  static void insert(Shard& shard, const Slot& slot);
  // The slot with this tag and location; slots.size() when there is none.
  static std::size_t find(const Shard& shard, std::uint32_t tag, const Location& location);

  const std::uint64_t salt_;
  mutable Mutex mutex_;
  std::array<Shard, kShards> shards_ ICN_GUARDED_BY(mutex_);
};

}  // namespace icn::backends::detail::keyed_log
