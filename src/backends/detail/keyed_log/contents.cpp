#include "backends/detail/keyed_log/contents.hpp"

#include <algorithm>

namespace icn::backends::detail::keyed_log {
namespace {

// A store that has all keys in a table needs the sorted ones for listings and index files only. So many are sorted and
// entered in some milliseconds.
constexpr std::size_t kLotEntries = std::size_t{1} << 14;

}  // namespace

Contents::Contents(const OwnedFolder& folder, const Settings& settings, Recovered recovered)
    : folder_(folder),
      settings_(settings),
      manifest_(std::move(recovered.manifest)),
      segments_(std::move(recovered.segments)),
      runs_(std::move(recovered.runs)),
      active_(std::move(recovered.table)) {
  show();
  publish(recovered.number, recovered.sequence);
}

Reading Contents::read() const {
  Lock lock(view_mutex_);
  return {view_, visible_, sequence_};
}

void Contents::publish(std::uint64_t visible, std::uint64_t sequence) {
  Lock lock(view_mutex_);
  visible_ = visible;
  sequence_ = sequence;
}

void Contents::show() {
  auto view = std::make_shared<View>();
  view->active = active_;
  view->frozen = frozen_;
  view->runs = runs_;
  for (const auto& [number, state] : segments_) view->segments.emplace(number, state.segment);
  Lock lock(view_mutex_);
  view_ = std::move(view);
}

void Contents::add(ByteView key, std::uint64_t number, const Indexed& indexed) {
  if (settings_.index == Index::ordered) return active_->add(key, number, indexed);
  lot_.add(key, number, indexed);
  if (lot_.entries() >= kLotEntries) settle();
}

void Contents::settle() {
  if (lot_.entries() != 0) lot_.move_to(*active_);
}

void Contents::freeze(const Position& until) {
  settle();
  frozen_ = std::move(active_);
  active_ = std::make_shared<Memtable>();
  frozen_until_ = until;
  {
    Lock lock(view_mutex_);
    frozen_sequence_ = sequence_;
  }
  show();
}

// Names of new runs first: the manifest must never name a file that a crash can make disappear.
Result<void> Contents::save(const Position& durable) {
  ICN_TRY(folder_.sync());
  manifest_.proven = durable;
  manifest_.runs.clear();
  for (const auto& run : runs_) manifest_.runs.push_back(run->number());
  manifest_.segments.clear();
  for (const auto& [number, state] : segments_) manifest_.segments.push_back({number, state.end, state.dead_bytes});
  return folder_.replace(Manifest::kName, manifest_.encode());
}

Result<void> Contents::take_flushed(std::shared_ptr<const Run> run, const BytesBySegment& dead,
                                    const Position& durable) {
  for (const auto& [segment, bytes] : dead) add_dead(segment, bytes);
  if (run) runs_.insert(runs_.begin(), std::move(run));
  frozen_.reset();
  manifest_.indexed = frozen_until_;
  manifest_.indexed_sequence = frozen_sequence_;
  ICN_TRY(save(durable));
  show();
  return {};
}

Result<void> Contents::take_merged(const std::vector<std::shared_ptr<const Run>>& inputs,
                                   std::shared_ptr<const Run> run, const BytesBySegment& dead,
                                   const Position& durable) {
  for (const auto& [segment, bytes] : dead) add_dead(segment, bytes);
  auto place = std::find(runs_.begin(), runs_.end(), inputs.front());
  place = runs_.erase(place, place + static_cast<std::ptrdiff_t>(inputs.size()));
  if (run) runs_.insert(place, std::move(run));
  ICN_TRY(save(durable));
  for (const auto& input : inputs) input->give_up();
  show();
  return {};
}

Result<void> Contents::drop_segment(std::uint32_t number, const Position& durable) {
  const std::shared_ptr<Segment> segment = segments_.at(number).segment;
  segments_.erase(number);
  ICN_TRY(save(durable));
  segment->give_up();
  show();
  return {};
}

Result<void> Contents::prove(const Position& durable) { return save(durable); }

void Contents::add_segment(const std::shared_ptr<Segment>& segment) {
  segments_.rbegin()->second.end = segment->header().previous_end;
  segments_[segment->number()] = {segment, 0, kSegmentHeaderBytes};
  show();
}

void Contents::add_dead(std::uint32_t segment, std::uint64_t bytes) {
  const auto found = segments_.find(segment);
  if (found != segments_.end()) found->second.dead_bytes += bytes;
}

void Contents::count_dead_from_live(const BytesBySegment& live, const Position& end) {
  for (auto& [number, state] : segments_) {
    const auto found = live.find(number);
    const std::uint64_t living = found == live.end() ? 0 : found->second;
    const std::uint64_t all = number == end.segment ? end.offset : state.end;
    state.dead_bytes = all > living ? all - living : 0;
  }
}

std::shared_ptr<const Segment> Contents::most_dead(std::uint64_t living) const {
  const SegmentState* best = nullptr;
  for (const auto& [number, state] : segments_) {
    // What is not indexed yet is needed for the next opening.
    if (number >= manifest_.indexed.segment || kept_.contains(number)) continue;
    if (state.dead_bytes * living < state.end * (living - 1)) continue;
    if (best == nullptr || state.dead_bytes * best->end > best->dead_bytes * state.end) best = &state;
  }
  return best == nullptr ? nullptr : best->segment;
}

std::vector<std::shared_ptr<const Run>> Contents::runs_to_merge(std::size_t times) const {
  for (auto first = runs_.begin(); first != runs_.end();) {
    const std::uint32_t level = (*first)->level();
    const auto last = std::find_if(first, runs_.end(), [&](const auto& run) { return run->level() != level; });
    if (static_cast<std::size_t>(last - first) >= times * settings_.runs_per_level) return {first, last};
    first = last;
  }
  return {};
}

std::uint64_t Contents::log_bytes(const Position& end) const {
  std::uint64_t bytes = end.offset;
  for (const auto& [number, state] : segments_) bytes += state.end;
  return bytes;
}

std::uint64_t Contents::bytes_between(const Position& from, const Position& end) const {
  if (from.segment == end.segment) return end.offset - from.offset;
  std::uint64_t bytes = end.offset;
  for (auto at = segments_.find(from.segment); at != segments_.end(); ++at) bytes += at->second.end;
  return bytes - from.offset;
}

}  // namespace icn::backends::detail::keyed_log
