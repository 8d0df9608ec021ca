#include "backends/detail/keyed_log/jobs.hpp"

#include <numeric>

namespace icn::backends::detail::keyed_log {

Result<std::unique_ptr<IndexJob>> IndexJob::of_table(std::shared_ptr<const Memtable> table, const OwnedFolder& folder,
                                                     const RunHeader& header, Filter filter, Erased erased) {
  RunWriter writer = ICN_TRY(RunWriter::create(folder, header, filter, table->entries()));
  auto job = std::make_unique<IndexJob>(folder, header, erased, std::move(writer));
  job->dead_ = table->replaced();
  job->cursor_.add(Memtable::Iterator(*table, UINT64_MAX));
  job->table_ = std::move(table);
  ICN_TRY(job->start());
  return job;
}

Result<std::unique_ptr<IndexJob>> IndexJob::of_runs(std::vector<std::shared_ptr<const Run>> inputs,
                                                    const OwnedFolder& folder, const RunHeader& header, Filter filter,
                                                    Erased erased) {
  std::uint64_t entries = 0;
  for (const auto& run : inputs) entries += run->entries();
  RunWriter writer = ICN_TRY(RunWriter::create(folder, header, filter, entries));
  auto job = std::make_unique<IndexJob>(folder, header, erased, std::move(writer));
  for (const auto& run : inputs) job->cursor_.add(Run::Iterator(*run));
  job->inputs_ = std::move(inputs);
  ICN_TRY(job->start());
  return job;
}

IndexJob::IndexJob(const OwnedFolder& folder, const RunHeader& header, Erased erased, RunWriter writer)
    : folder_(folder), header_(header), erased_(erased), writer_(std::move(writer)) {
  cursor_.on_hidden = [this](const Indexed& hidden) {
    if (!hidden.erased) dead_[hidden.location.segment] += hidden.location.length;
  };
}

IndexJob::~IndexJob() {
  if (!finished_) static_cast<void>(folder_.remove(Run::name_of(header_.number)).has_value());
}

Result<void> IndexJob::start() { return cursor_.seek({}); }

Result<bool> IndexJob::step(std::uint64_t entries) {
  for (; entries > 0 && cursor_.valid(); --entries) {
    const Indexed& indexed = cursor_.indexed();
    // Once a run says that a key is erased, the log's entry that says so is not needed.
    if (indexed.erased && table_) dead_[indexed.location.segment] += indexed.location.length;
    if (!indexed.erased || erased_ == Erased::keep) ICN_TRY(writer_.add(cursor_.key(), indexed));
    ICN_TRY(cursor_.next());
  }
  return !cursor_.valid();
}

Result<std::shared_ptr<const Run>> IndexJob::finish(std::uint32_t level) {
  if (writer_.entries() == 0) return std::shared_ptr<const Run>();
  ICN_TRY(writer_.finish(level));
  std::shared_ptr<const Run> run = ICN_TRY(Run::open(folder_, header_));
  finished_ = true;
  return run;
}

Collection::Collection(std::shared_ptr<const Segment> segment, std::uint32_t end)
    : segment_(std::move(segment)), end_(end) {}

Result<void> Collection::step(std::uint64_t bytes, const IsCurrent& is_current, std::deque<Entry>& current) {
  while (bytes > 0 && !at_end()) {
    if (entries_left_ == 0) {
      ICN_TRY(enter_group());
      continue;
    }
    const std::uint64_t looked_at = ICN_TRY(look_at_entry(is_current, current));
    bytes -= std::min(bytes, looked_at);
    if (--entries_left_ == 0) offset_ = group_end_;
  }
  return {};
}

Result<void> Collection::enter_group() {
  const std::uint64_t seed =
      group_seed(segment_->header().salt, {segment_->number(), static_cast<std::uint32_t>(offset_)});
  const ByteView bytes = ICN_TRY(reader_.view(segment_, offset_, kGroupHeadBytes, end_, kWriteBytesMax / 16));
  const std::optional<GroupHead> head = decode_group_head(bytes.data(), seed);
  if (!head) return segment_->damage(offset_, "no group stands there");
  group_end_ = offset_ + group_bytes(head->entry_bytes);
  entries_left_ = head->entries;
  offset_ = entries_left_ == 0 ? group_end_ : offset_ + kGroupHeadBytes;
  return {};
}

Result<std::uint64_t> Collection::look_at_entry(const IsCurrent& is_current, std::deque<Entry>& current) {
  const auto view = [&](std::size_t length) {
    return reader_.view(segment_, offset_, length, end_, kWriteBytesMax / 16);
  };
  const std::optional<EntryHead> head = decode_entry_head(ICN_TRY(view(kEntryHeadBytes)).data());
  if (!head) return segment_->damage(offset_, "no entry stands there");
  const std::size_t head_bytes = kEntryHeadBytes + head->key_bytes;
  const Location location{segment_->number(), static_cast<std::uint32_t>(offset_), head->length()};
  Entry entry;
  entry.key = copy_of(ICN_TRY(view(head_bytes)).subspan(kEntryHeadBytes));
  std::uint64_t looked_at = head_bytes;
  if (!head->erased && ICN_TRY(is_current(entry.key, location))) {
    const ByteView whole = ICN_TRY(view(location.length));
    if (!entry_holds(whole.first(head_bytes), whole.subspan(head_bytes), segment_->header().salt)) {
      return segment_->damage(offset_, "the checksum of its entry differs");
    }
    entry.value = copy_of(whole.subspan(head_bytes));
    entry.from = location;
    current.push_back(std::move(entry));
    looked_at = location.length;
  }
  offset_ += location.length;
  return looked_at;
}

}  // namespace icn::backends::detail::keyed_log
