#include "backends/detail/keyed_log/location_table.hpp"

#include <algorithm>

#include "core/check.hpp"

namespace icn::backends::detail::keyed_log {

LocationTable::Place LocationTable::place_of(ByteView key) const {
  const std::uint64_t hash = checksum(key, salt_);
  return {hash % kShards, static_cast<std::uint32_t>(hash >> 32)};
}

LocationTable::Candidates LocationTable::candidates(ByteView key) const {
  const Place place = place_of(key);
  Candidates found;
  Lock lock(mutex_);
  const Shard& shard = shards_[place.shard];
  if (shard.slots.empty()) return found;
  for (std::size_t at = home_of(shard, place.tag); shard.slots[at].location.length != 0; at = after(shard, at)) {
    if (shard.slots[at].tag != place.tag) continue;
    if (found.first) {
      found.others.push_back(shard.slots[at].location);
    } else {
      found.first = shard.slots[at].location;
    }
  }
  return found;
}

void LocationTable::prefetch(ByteView key) const {
  const Place place = place_of(key);
  Lock lock(mutex_);
  const Shard& shard = shards_[place.shard];
  if (!shard.slots.empty()) __builtin_prefetch(&shard.slots[home_of(shard, place.tag)]);
}

std::size_t LocationTable::find(const Shard& shard, std::uint32_t tag, const Location& location) {
  if (shard.slots.empty()) return 0;
  for (std::size_t at = home_of(shard, tag); shard.slots[at].location.length != 0; at = after(shard, at)) {
    if (shard.slots[at].tag == tag && shard.slots[at].location == location) return at;
  }
  return shard.slots.size();
}

bool LocationTable::holds(ByteView key, const Location& location) const {
  const Place place = place_of(key);
  Lock lock(mutex_);
  const Shard& shard = shards_[place.shard];
  return find(shard, place.tag, location) != shard.slots.size();
}

void LocationTable::insert(Shard& shard, const Slot& slot) {
  std::size_t at = home_of(shard, slot.tag);
  while (shard.slots[at].location.length != 0) at = after(shard, at);
  shard.slots[at] = slot;
}

void LocationTable::add(ByteView key, const Location& location) {
  const Place place = place_of(key);
  Lock lock(mutex_);
  Shard& shard = shards_[place.shard];
  if ((shard.used + 1) * 4 > shard.slots.size() * 3) {
    std::vector<Slot> before = std::move(shard.slots);
    shard.slots.assign(std::max(kSlotsMin, before.size() + before.size() / 2), Slot{});
    for (const Slot& slot : before) {
      if (slot.location.length != 0) insert(shard, slot);
    }
  }
  insert(shard, {place.tag, location});
  ++shard.used;
}

void LocationTable::replace(ByteView key, const Location& from, const Location& to) {
  const Place place = place_of(key);
  Lock lock(mutex_);
  Shard& shard = shards_[place.shard];
  const std::size_t at = find(shard, place.tag, from);
  ICN_CHECK(at != shard.slots.size());
  shard.slots[at].location = to;
}

// What was pushed on by the removed slot moves back, so that a probe never ends at a gap before its key.
void LocationTable::remove(ByteView key, const Location& location) {
  const Place place = place_of(key);
  Lock lock(mutex_);
  Shard& shard = shards_[place.shard];
  std::size_t gap = find(shard, place.tag, location);
  ICN_CHECK(gap != shard.slots.size());
  const auto distance = [&](std::size_t from, std::size_t to) {
    return to >= from ? to - from : to + shard.slots.size() - from;
  };
  for (std::size_t at = after(shard, gap); shard.slots[at].location.length != 0; at = after(shard, at)) {
    if (distance(home_of(shard, shard.slots[at].tag), at) < distance(gap, at)) continue;
    shard.slots[gap] = shard.slots[at];
    gap = at;
  }
  shard.slots[gap] = Slot{};
  --shard.used;
}

std::size_t LocationTable::memory_bytes() const {
  Lock lock(mutex_);
  std::size_t bytes = 0;
  for (const Shard& shard : shards_) bytes += shard.slots.capacity() * sizeof(Slot);
  return bytes;
}

}  // namespace icn::backends::detail::keyed_log
