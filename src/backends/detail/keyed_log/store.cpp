#include "backends/detail/keyed_log/store.hpp"

#include <algorithm>
#include <set>

#include "backends/detail/keyed_log/checksum.hpp"

namespace icn::backends::detail::keyed_log {
namespace {

constexpr std::uint64_t kCollectedAtOnce = std::uint64_t{4} << 20;
constexpr std::size_t kLookedUpAhead = 8;  // keys whose places in the table are on their way into the cache

// Whoever reads now what a crash or a failed sync left must find it again. After a failed sync the system may hold for
// clean what never reached the disk; only what is written again is synced again.
Result<void> make_durable(File& file, std::uint64_t from, std::uint64_t end) {
  Bytes piece(std::min<std::uint64_t>(end - from, kWriteBytesMax));
  for (std::uint64_t at = from; at < end; at += piece.size()) {
    piece.resize(std::min<std::uint64_t>(end - at, piece.size()));
    ICN_TRY(file.read_at(at, piece));
    ICN_TRY(file.write_at(at, piece));
  }
  return file.sync();
}

// Which writes name a key that one before them names.
std::vector<bool> repeating(std::span<const Write> writes) {
  std::vector<bool> repeats(writes.size());
  std::vector<std::pair<std::uint64_t, std::uint32_t>> order;  // by a hash: it differs where the keys do, mostly
  order.reserve(writes.size());
  for (const Write& write : writes)
    order.emplace_back(checksum(write.key, 0), static_cast<std::uint32_t>(order.size()));
  std::sort(order.begin(), order.end());
  for (std::size_t i = 0; i < order.size(); ++i) {
    for (std::size_t j = i; j > 0 && order[j - 1].first == order[i].first && !repeats[order[i].second]; --j) {
      repeats[order[i].second] = text_of(writes[order[j - 1].second].key) == text_of(writes[order[i].second].key);
    }
  }
  return repeats;
}

}  // namespace

Result<std::unique_ptr<Store>> Store::open(const std::string& path, const Settings& settings) {
  OwnedFolder folder = ICN_TRY(OwnedFolder::open(path));
  std::unique_ptr<Store> store(new Store(std::move(folder), settings));
  Recovered recovered = ICN_TRY(recover(store->folder_, settings.kind));
  ICN_TRY(store->start(std::move(recovered)));
  return store;
}

Store::Store(OwnedFolder folder, const Settings& settings) : folder_(std::move(folder)), settings_(settings) {}

Result<void> Store::start(Recovered recovered) {
  Lock lock(mutex_);
  const Position end = recovered.end;
  const std::uint32_t synced = recovered.synced;
  number_ = recovered.number;
  if (settings_.index == Index::hashed) table_ = std::make_unique<LocationTable>(recovered.manifest.salt);
  log_ = std::make_unique<Log>(folder_, recovered.segments.rbegin()->second.segment, end.offset);
  contents_ = std::make_unique<Contents>(folder_, settings_, std::move(recovered));
  chores_ = std::make_unique<Chores>(folder_, settings_, *contents_, *log_, table_.get());
  if (table_) ICN_TRY(load_table());
  if (contents_->proven() != end) {
    ICN_TRY(make_durable(contents_->newest_segment()->file(), synced, end.offset));
    ICN_TRY(contents_->prove(end));
  }
  // What is there can be read, whatever becomes of the chores.
  static_cast<void>(noted(catch_up()).has_value());
  return {};
}

Result<void> Store::catch_up() {
  ICN_TRY(chores_->catch_up());
  while (chores_->is_collecting()) {
    ICN_TRY(chores_->step_collection(kCollectedAtOnce));
    if (!chores_->moves().empty()) ICN_TRY(write_group({}, {}, 0));
  }
  return {};
}

Result<void> Store::load_table() {
  Contents::BytesBySegment live;
  Statistics statistics;
  ICN_TRY(contents_->read().scan_keys({}, [&](ByteView key, const Location& location) {
    table_->add(key, location);
    live[location.segment] += location.length;
    ++statistics.entries;
    statistics.value_bytes += location.length - kEntryHeadBytes - key.size();
    return true;
  }));
  contents_->count_dead_from_live(live, log_->end());
  Lock lock(statistics_mutex_);
  statistics_ = statistics;
  return {};
}

// What was not synced is not promised to anybody; keeping it costs one sync. The next opening then knows where the log
// ended.
Store::~Store() {
  Lock lock(mutex_);
  if (failed_ || !log_ || !log_->sync() || contents_->proven() == log_->durable()) return;
  if (log_->trim()) static_cast<void>(contents_->prove(log_->durable()).has_value());
}

Result<void> Store::refuse_when_failed() const {
  if (!failed_) return {};
  return fail(ErrorCode::storage, folder_.path() + ": an earlier write failed (" + failed_->detail +
                                      "); nothing more is accepted until the store is opened again");
}

template <class T>
Result<T> Store::noted(Result<T> result) {
  if (!result) failed_ = result.error();
  return result;
}

template <class T>
Result<std::optional<T>> Store::find_hashed(
    ByteView key, const std::function<Result<std::optional<T>>(const Segment&, const Location&)>& look) const {
  LocationTable::Candidates before;
  while (true) {
    const LocationTable::Candidates candidates = table_->candidates(key);
    if (!candidates.first) return std::optional<T>();
    const Reading reading = contents_->read();
    std::optional<std::uint32_t> gone;
    for (std::size_t i = 0; i <= candidates.others.size(); ++i) {
      const Location& location = i == 0 ? *candidates.first : candidates.others[i - 1];
      const auto segment = reading.view().segments.find(location.segment);
      if (segment == reading.view().segments.end()) {
        gone = location.segment;
        continue;
      }
      std::optional<T> found = ICN_TRY(look(*segment->second, location));
      if (found) return found;
    }
    if (!gone) return std::optional<T>();
    // A segment can be collected between the look into the table and the read: then the table knows the new place.
    if (candidates == before) return fail(reading.view().segment(*gone).error());
    before = candidates;
  }
}

Result<std::optional<Location>> Store::locate_hashed(ByteView key) const {
  return find_hashed<Location>(
      key, [&](const Segment& segment, const Location& location) -> Result<std::optional<Location>> {
        if (!ICN_TRY(segment.has_key(location, key))) return std::optional<Location>();
        return std::optional(location);
      });
}

Result<std::optional<Bytes>> Store::get_hashed(ByteView key, Verify verify) const {
  return find_hashed<Bytes>(
      key, [&](const Segment& segment, const Location& location) { return segment.read_value(location, key, verify); });
}

Reading Store::read() const {
  if (!table_) return contents_->read();
  Lock lock(mutex_);
  contents_->settle();
  return contents_->read();
}

Result<bool> Store::has_hashed(ByteView key) const { return ICN_TRY(locate_hashed(key)).has_value(); }

Statistics Store::statistics() const {
  Lock lock(statistics_mutex_);
  return statistics_;
}

// Of a key that the group names twice only the first counts: a second put changes nothing, nor does a second erasure.
Result<Store::Effective> Store::effective(std::span<const Write> writes) const {
  Effective result;
  result.writes.reserve(writes.size());
  const std::vector<bool> repeats = repeating(writes);
  for (std::size_t i = 0; i < std::min(writes.size(), kLookedUpAhead); ++i) table_->prefetch(writes[i].key);
  for (std::size_t i = 0; i < writes.size(); ++i) {
    if (i + kLookedUpAhead < writes.size()) table_->prefetch(writes[i + kLookedUpAhead].key);
    if (repeats[i]) continue;
    const Write& write = writes[i];
    const std::optional<Location> found = ICN_TRY(locate_hashed(write.key));
    if (found.has_value() == write.value.has_value()) continue;
    if (found) result.erased.push_back(*found);
    result.writes.push_back(write);
  }
  return result;
}

Result<std::uint64_t> Store::commit(std::span<const Write> writes, std::uint64_t sequences) {
  const std::uint64_t bytes = Log::bytes_of(writes);
  if (bytes > kGroupBytesMax) {
    return refuse(ErrorCode::limit_exceeded, "max_group_bytes",
                  std::to_string(bytes) + " bytes to be stored at once, at most 2147483648; nothing was stored");
  }
  Lock lock(mutex_);
  ICN_TRY(refuse_when_failed());
  std::uint64_t sequence = 0;
  std::uint64_t dead = 0;
  if (table_) {
    const Effective really = ICN_TRY(effective(writes));
    for (const Location& location : really.erased) dead += location.length;
    sequence = ICN_TRY(noted(write_group(really.writes, really.erased, sequences)));
  } else {
    sequence = ICN_TRY(noted(write_group(writes, {}, sequences)));
  }
  // What was written stands, whatever becomes of the chores: their error is told with the next call.
  static_cast<void>(noted(do_chores(Chores::Budget::for_write(writes.size(), bytes + dead))).has_value());
  return sequence;
}

// What is moved waits for the next group; while more is to be done, it gets groups of its own.
Result<void> Store::do_chores(Chores::Budget budget) {
  while (true) {
    const std::uint64_t collected = std::min<std::uint64_t>(budget.collected_bytes, kCollectedAtOnce);
    ICN_TRY(chores_->work({budget.index_entries, collected}));
    budget.index_entries = 0;
    budget.collected_bytes -= collected;
    if (budget.collected_bytes == 0 || !chores_->is_collecting()) return {};
    if (!chores_->moves().empty()) ICN_TRY(write_group({}, {}, 0));
  }
}

Result<void> Store::make_room(std::uint64_t bytes) {
  const std::uint64_t limit =
      std::clamp(contents_->log_bytes(log_->end()) / 16, settings_.segment_bytes_min, settings_.segment_bytes_max);
  const bool is_empty = log_->end().offset == kSegmentHeaderBytes;
  if (is_empty || log_->end().offset + group_bytes(bytes) <= limit) return {};
  ICN_TRY(log_->roll());
  contents_->add_segment(log_->active());
  return {};
}

Result<std::uint64_t> Store::write_group(std::span<const Write> writes, std::span<const Location> erased,
                                         std::uint64_t sequences) {
  if (!erased.empty() && !chores_->moves().empty()) {
    std::set<std::string_view> keys;
    for (const Write& write : writes) keys.insert(text_of(write.key));
    chores_->forget_moves(keys);
  }
  group_.clear();
  for (const Collection::Entry& move : chores_->moves()) group_.push_back({move.key, ByteView(move.value)});
  const std::size_t moves = group_.size();
  group_.insert(group_.end(), writes.begin(), writes.end());
  const std::uint64_t before = contents_->read().sequence();
  if (group_.empty() && sequences == 0) return before;
  const std::uint64_t bytes = Log::bytes_of(group_);
  ICN_TRY(make_room(bytes));
  locations_.clear();
  ICN_TRY(log_->append(group_, bytes, {before, before + sequences}, locations_));
  contents_->add_dead(log_->active()->number(), group_bytes(bytes) - bytes);
  if (settings_.publish == Publish::when_durable) ICN_TRY(log_->sync());
  if (table_) apply_to_table(moves, erased);
  for (std::size_t i = 0; i < group_.size(); ++i) {
    contents_->add(group_[i].key, ++number_, {locations_[i], !group_[i].value});
  }
  contents_->publish(number_, before + sequences);
  chores_->clear_moves();
  return before + sequences;
}

// The dead are counted here; an erasure is itself dead at once: the index remembers it as long as it must.
void Store::apply_to_table(std::size_t moves, std::span<const Location> erased) {
  for (std::size_t i = 0; i < moves; ++i) {
    table_->replace(group_[i].key, chores_->moves()[i].from, locations_[i]);
  }
  Lock lock(statistics_mutex_);
  for (std::size_t i = moves; i < group_.size(); ++i) {
    if (group_[i].value) {
      table_->add(group_[i].key, locations_[i]);
      ++statistics_.entries;
      statistics_.value_bytes += group_[i].value->size();
      continue;
    }
    const Location gone = erased.front();
    erased = erased.subspan(1);
    table_->remove(group_[i].key, gone);
    --statistics_.entries;
    statistics_.value_bytes -= gone.length - kEntryHeadBytes - group_[i].key.size();
    contents_->add_dead(gone.segment, gone.length);
    contents_->add_dead(locations_[i].segment, locations_[i].length);
  }
}

Result<void> Store::sync() {
  Lock lock(mutex_);
  ICN_TRY(refuse_when_failed());
  return noted(log_->sync());
}

Result<void> Store::finish_chores() {
  Lock lock(mutex_);
  ICN_TRY(refuse_when_failed());
  do {
    ICN_TRY(noted(do_chores({UINT64_MAX, kCollectedAtOnce})));
    if (!chores_->moves().empty()) ICN_TRY(noted(write_group({}, {}, 0)));
  } while (!chores_->is_idle());
  return noted(log_->sync());
}

Shape Store::shape() const {
  Lock lock(mutex_);
  const Reading reading = contents_->read();
  Shape shape;
  shape.segments = reading.view().segments.size();
  shape.runs = reading.view().runs.size();
  shape.log_bytes = contents_->log_bytes(log_->end());
  shape.tail_bytes = contents_->bytes_between(contents_->indexed(), log_->end());
  shape.memory_bytes = table_ ? table_->memory_bytes() : 0;
  for (const auto& run : reading.view().runs) shape.memory_bytes += run->memory_bytes();
  return shape;
}

}  // namespace icn::backends::detail::keyed_log
