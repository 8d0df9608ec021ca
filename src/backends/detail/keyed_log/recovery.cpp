#include "backends/detail/keyed_log/recovery.hpp"

#include <algorithm>

#include <sys/random.h>

#include "core/log.hpp"

namespace icn::backends::detail::keyed_log {
namespace {

constexpr std::uint32_t kFirstSegment = 1;

bool is_temporary(std::string_view name) { return name.ends_with(kTemporarySuffix); }

tl::unexpected<Error> is_missing(const OwnedFolder& folder, const std::string& name) {
  return fail(ErrorCode::corrupted,
              folder.file(name) + " is missing; nothing was changed. Restore the store from a backup");
}

class Recovery {
 public:
  Recovery(const OwnedFolder& folder, Kind kind, std::vector<std::string> names)
      : folder_(folder), kind_(kind), names_(std::move(names)) {}

  Result<Recovered> run() {
    if (!is_there(Manifest::kName)) ICN_TRY(create());
    ICN_TRY(load_manifest());
    ICN_TRY(load_segments());
    for (const std::uint32_t number : found_.manifest.runs) {
      if (!is_there(Run::name_of(number))) return is_missing(folder_, Run::name_of(number));
      found_.runs.push_back(ICN_TRY(Run::open(folder_, {kind_, found_.manifest.salt, number})));
    }
    ICN_TRY(replay());
    ICN_TRY(cut_tail());
    ICN_TRY(remove_leftovers());
    return std::move(found_);
  }

 private:
  [[nodiscard]] bool is_there(const std::string& name) const {
    return std::binary_search(names_.begin(), names_.end(), name);
  }
  Result<void> create();
  Result<void> load_manifest();
  Result<void> load_segments();
  Result<void> replay();
  Result<void> replay_segment(SegmentState& state, std::uint64_t offset, std::uint64_t end, bool is_last);
  void apply(const Group& group);
  Result<void> check_end(const Segment& last, std::uint64_t offset);
  Result<bool> was_durable(const std::shared_ptr<Segment>& segment, std::uint64_t offset, std::uint64_t end);
  Result<void> cut_tail();
  Result<void> remove_leftovers();

  const OwnedFolder& folder_;
  const Kind kind_;
  std::vector<std::string> names_;
  Recovered found_;
  std::uint64_t last_bytes_ = 0;  // of the newest segment's file
  SegmentReader reader_;
};

// An empty folder becomes a store when its manifest stands; before, only remains of an earlier attempt may be there.
Result<void> Recovery::create() {
  const std::string first = Segment::name_of(kFirstSegment);
  for (const std::string& name : names_) {
    if (name == kLockName || is_temporary(name)) continue;
    if (name == first) {
      const File file = ICN_TRY(File::open(folder_.file(name), File::Mode::existing));
      if (ICN_TRY(file.size()) <= kSegmentHeaderBytes) continue;
    }
    if (Segment::number_of(name) || Run::number_of(name)) return is_missing(folder_, Manifest::kName);
    return fail(ErrorCode::invalid_format, folder_.path() + " holds something else ('" + name +
                                               "'); a file store is a folder of its own. Nothing was changed");
  }
  Manifest manifest;
  manifest.kind = kind_;
  if (::getrandom(&manifest.salt, sizeof manifest.salt, 0) != static_cast<ssize_t>(sizeof manifest.salt)) {
    return system_error("get random bytes for " + folder_.path());
  }
  ICN_TRY(folder_.sync_parent());
  static_cast<void>(ICN_TRY(Segment::create(folder_, {kind_, kFirstSegment, 0, manifest.salt})));
  manifest.indexed = manifest.proven = {kFirstSegment, kSegmentHeaderBytes};
  manifest.segments.push_back({kFirstSegment, 0, kSegmentHeaderBytes});
  ICN_TRY(folder_.replace(Manifest::kName, manifest.encode()));
  names_ = ICN_TRY(folder_.names());
  return {};
}

Result<void> Recovery::load_manifest() {
  const File file = ICN_TRY(File::open(folder_.file(Manifest::kName), File::Mode::existing));
  Bytes bytes(ICN_TRY(file.size()));
  ICN_TRY(file.read_at(0, bytes));
  found_.manifest = ICN_TRY(Manifest::decode(bytes, kind_, file.path()));
  found_.sequence = found_.manifest.indexed_sequence;
  return {};
}

Result<void> Recovery::load_segments() {
  const std::uint64_t salt = found_.manifest.salt;
  for (const Manifest::SegmentRow& row : found_.manifest.segments) {
    if (!is_there(Segment::name_of(row.number))) return is_missing(folder_, Segment::name_of(row.number));
    found_.segments[row.number] = {ICN_TRY(Segment::open(folder_, row.number, kind_, salt)), row.end, row.dead_bytes};
  }
  while (true) {
    auto& [number, last] = *found_.segments.rbegin();
    if (!is_there(Segment::name_of(number + 1))) break;
    std::shared_ptr<Segment> next = ICN_TRY(Segment::open(folder_, number + 1, kind_, salt));
    last.end = next->header().previous_end;
    found_.segments[number + 1] = {std::move(next), 0, kSegmentHeaderBytes};
  }
  const auto& [number, last] = *found_.segments.rbegin();
  if (last.end != 0 || found_.manifest.proven.segment > number) {
    return is_missing(folder_, Segment::name_of(number + 1));
  }
  if (!found_.segments.contains(found_.manifest.indexed.segment)) {
    return is_missing(folder_, Segment::name_of(found_.manifest.indexed.segment));
  }
  last_bytes_ = ICN_TRY(last.segment->file().size());
  return {};
}

Result<void> Recovery::replay() {
  found_.table = std::make_shared<Memtable>();
  const Position from = found_.manifest.indexed;
  for (auto at = found_.segments.find(from.segment); at != found_.segments.end(); ++at) {
    const bool is_last = std::next(at) == found_.segments.end();
    const std::uint64_t offset = at->first == from.segment ? from.offset : kSegmentHeaderBytes;
    ICN_TRY(replay_segment(at->second, offset, is_last ? last_bytes_ : at->second.end, is_last));
  }
  return {};
}

Result<void> Recovery::replay_segment(SegmentState& state, std::uint64_t offset, std::uint64_t end, bool is_last) {
  const std::shared_ptr<Segment>& segment = state.segment;
  while (offset < end) {
    const std::optional<Group> group = ICN_TRY(read_group(reader_, segment, offset, end));
    if (!group) break;
    if (group->head.sequence_before != found_.sequence) {
      return segment->damage(offset, "its sequence number does not follow from the group before it");
    }
    apply(*group);
    // The manifest counted what a group takes beside its entries for all that stood before it was written.
    if (Position{segment->number(), static_cast<std::uint32_t>(offset)} >= found_.manifest.proven) {
      state.dead_bytes += group->end - offset - group->head.entry_bytes;
    }
    offset = group->end;
    if (is_last) found_.synced = static_cast<std::uint32_t>(group->head.durable_before);
  }
  if (!is_last) {
    if (offset != end) return segment->damage(offset, "no whole group stands there, though more follow");
    return {};
  }
  if (offset < end && ICN_TRY(was_durable(segment, offset, end))) {
    return segment->damage(offset, "no whole group stands there, though it was stored");
  }
  found_.end = {segment->number(), static_cast<std::uint32_t>(offset)};
  return check_end(*segment, offset);
}

// The log may be longer than what was once known to be durable, never shorter.
Result<void> Recovery::check_end(const Segment& last, std::uint64_t offset) {
  const Position& proven = found_.manifest.proven;
  if (proven.segment == last.number() && offset < proven.offset) {
    return last.damage(offset, "what was stored there is missing");
  }
  return {};
}

void Recovery::apply(const Group& group) {
  for (const Group::Entry& entry : group.entries) {
    found_.table->add(group.key(entry), ++found_.number, {entry.location, entry.erased});
  }
  found_.sequence = group.head.sequence_after;
}

// No whole group stands at `offset`. When a later one was begun after that place had been synced, what stood there was
// stored and is damaged; otherwise a crash came before anybody was told that it is.
Result<bool> Recovery::was_durable(const std::shared_ptr<Segment>& segment, std::uint64_t offset, std::uint64_t end) {
  for (std::uint64_t at = offset + kGroupAlignment; at + kGroupHeadBytes <= end; at += kGroupAlignment) {
    const ByteView bytes = ICN_TRY(reader_.view(segment, at, kGroupHeadBytes, end, kWriteBytesMax));
    if (bytes[0] != 'I') continue;
    const std::uint64_t seed = group_seed(segment->header().salt, {segment->number(), static_cast<std::uint32_t>(at)});
    const std::optional<GroupHead> head = decode_group_head(bytes.data(), seed);
    if (head && head->durable_before > offset) return true;
  }
  return false;
}

// Zeros that were reserved, or the torn remains of what was never acknowledged.
Result<void> Recovery::cut_tail() {
  if (last_bytes_ == found_.end.offset) return {};
  Segment& last = *found_.segments.rbegin()->second.segment;
  const std::size_t length = std::min<std::uint64_t>(last_bytes_ - found_.end.offset, kGroupHeadBytes);
  Bytes begin(length);
  ICN_TRY(last.file().read_at(found_.end.offset, begin));
  if (std::any_of(begin.begin(), begin.end(), [](std::uint8_t byte) { return byte != 0; })) {
    log(LogLevel::info, "store",
        last.file().path() + ": an unfinished write at offset " + std::to_string(found_.end.offset) +
            ", which nobody was told of, was cut off");
  }
  ICN_TRY(last.file().resize(found_.end.offset));
  return last.file().sync();  // another crash must not bring back what was cut off
}

// What an interrupted chore left behind, or a removal that did not come to its end.
Result<void> Recovery::remove_leftovers() {
  const auto& runs = found_.manifest.runs;
  bool synced = false;
  for (const std::string& name : names_) {
    const std::optional<std::uint32_t> segment = Segment::number_of(name);
    const std::optional<std::uint32_t> run = Run::number_of(name);
    const bool is_old_segment = segment && *segment < found_.end.segment && !found_.segments.contains(*segment);
    const bool is_other_run = run && std::find(runs.begin(), runs.end(), *run) == runs.end();
    if (!is_temporary(name) && !is_old_segment && !is_other_run) continue;
    // A manifest that is not durable yet may give way to the one before, which needs them.
    if (!std::exchange(synced, true)) ICN_TRY(folder_.sync());
    ICN_TRY(folder_.remove(name));
  }
  return {};
}

}  // namespace

Result<Recovered> recover(const OwnedFolder& folder, Kind kind) {
  return Recovery(folder, kind, ICN_TRY(folder.names())).run();
}

}  // namespace icn::backends::detail::keyed_log
