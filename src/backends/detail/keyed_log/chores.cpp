#include "backends/detail/keyed_log/chores.hpp"

#include <algorithm>

#include "core/log.hpp"

namespace icn::backends::detail::keyed_log {
namespace {

// An entry is indexed once and then merged once per level; eight steps for each written one outrun all levels of a
// store of 10^9 entries. The constants let single writes come to an end too.
constexpr std::uint64_t kStepsPerEntry = 8;
constexpr std::uint64_t kStepsAtLeast = 256;
// A segment is collected when half of it is dead, so two bytes looked at free one.
constexpr std::uint64_t kCollectedPerByte = 2;
constexpr std::uint64_t kCollectedAtLeast = std::uint64_t{16} << 10;

// A process that ends after few writes, again and again, finishes no chore: the next one begins at the start. What has
// become this much is done by the opening that finds it, at a cost that many writes have earned: the log's end when it
// is a quarter of what it may be, a merge of twice the runs that are due, a segment of which an eighth lives.
constexpr std::uint64_t kTailAtOpening = 4;
constexpr std::size_t kRunsAtOpening = 2;
constexpr std::uint64_t kLivingAtOpening = 8;
constexpr std::uint64_t kLivingAtWork = 2;

}  // namespace

Chores::Budget Chores::Budget::for_write(std::uint64_t entries, std::uint64_t bytes) {
  return {kStepsPerEntry * entries + kStepsAtLeast, kCollectedPerByte * bytes + kCollectedAtLeast};
}

bool Chores::tail_reaches(std::uint64_t nth) const {
  const std::uint64_t tail = contents_.bytes_between(contents_.indexed(), log_.end());
  const std::uint64_t tail_limit =
      std::clamp(contents_.log_bytes(log_.end()) / 4, settings_.tail_bytes_min, settings_.tail_bytes_max);
  return contents_.entries_not_frozen() >= settings_.table_entries_max / nth || tail >= tail_limit / nth;
}

bool Chores::is_idle() const {
  return !flush_ && !merge_ && !collection_ && contents_.runs_to_merge(1).empty() &&
         !contents_.most_dead(kLivingAtWork);
}

Result<void> Chores::work(const Budget& budget) {
  if (!flush_ && tail_reaches(1)) ICN_TRY(begin_flush());
  // The second table is full while the first is still being written: what is behind must catch up now.
  const bool behind = flush_ && contents_.entries_not_frozen() >= settings_.table_entries_max;
  if (flush_) ICN_TRY(step_flush(behind ? UINT64_MAX : budget.index_entries));
  if (!merge_) ICN_TRY(begin_merge(contents_.runs_to_merge(1)));
  if (merge_) ICN_TRY(step_merge(budget.index_entries));
  if (!collection_) begin_collection(contents_.most_dead(kLivingAtWork));
  if (collection_) ICN_TRY(step_collection(budget.collected_bytes));
  return {};
}

Result<void> Chores::catch_up() {
  if (tail_reaches(kTailAtOpening)) {
    ICN_TRY(begin_flush());
    ICN_TRY(step_flush(UINT64_MAX));
  }
  std::vector<std::shared_ptr<const Run>> inputs = contents_.runs_to_merge(kRunsAtOpening);
  std::uint64_t entries = 0;
  for (const auto& run : inputs) entries += run->entries();
  // Larger ones are for a process that lives long: an opening must not wait for them.
  if (entries <= kRunsAtOpening * settings_.runs_per_level * settings_.table_entries_max) {
    ICN_TRY(begin_merge(std::move(inputs)));
    if (merge_) ICN_TRY(step_merge(UINT64_MAX));
  }
  begin_collection(contents_.most_dead(kLivingAtOpening));
  return {};
}

// Dead bytes of a hashed store are counted when they die.
const IndexJob::BytesBySegment& Chores::dead_of(const IndexJob& job) const {
  static const IndexJob::BytesBySegment none;
  return table_ == nullptr ? job.dead() : none;
}

Result<void> Chores::begin_flush() {
  contents_.freeze(log_.end());
  const auto erased = contents_.has_runs() ? IndexJob::Erased::keep : IndexJob::Erased::drop;
  flush_ = ICN_TRY(IndexJob::of_table(contents_.frozen(), folder_, contents_.next_run(), filter(), erased));
  return {};
}

Result<void> Chores::step_flush(std::uint64_t entries) {
  if (!ICN_TRY(flush_->step(entries))) return {};
  std::shared_ptr<const Run> run = ICN_TRY(flush_->finish(0));
  ICN_TRY(log_.sync());
  ICN_TRY(contents_.take_flushed(std::move(run), dead_of(*flush_), log_.durable()));
  flush_.reset();
  return {};
}

Result<void> Chores::begin_merge(std::vector<std::shared_ptr<const Run>> inputs) {
  if (inputs.empty()) return {};
  const auto erased = contents_.is_oldest(inputs.back()) ? IndexJob::Erased::drop : IndexJob::Erased::keep;
  merge_ = ICN_TRY(IndexJob::of_runs(std::move(inputs), folder_, contents_.next_run(), filter(), erased));
  return {};
}

Result<void> Chores::step_merge(std::uint64_t entries) {
  if (!ICN_TRY(merge_->step(entries))) return {};
  std::shared_ptr<const Run> run = ICN_TRY(merge_->finish(merge_->inputs().front()->level() + 1));
  ICN_TRY(log_.sync());
  ICN_TRY(contents_.take_merged(merge_->inputs(), std::move(run), dead_of(*merge_), log_.durable()));
  merge_.reset();
  return {};
}

void Chores::begin_collection(const std::shared_ptr<const Segment>& segment) {
  if (segment) collection_ = std::make_unique<Collection>(segment, contents_.end_of(segment->number()));
}

Result<bool> Chores::is_current(ByteView key, const Location& location) const {
  if (table_ != nullptr) return table_->holds(key, location);
  const std::optional<Location> found = ICN_TRY(contents_.read().locate(key));
  return found == location;
}

void Chores::forget_moves(const std::set<std::string_view>& keys) {
  std::erase_if(moves_, [&](const Collection::Entry& move) { return keys.contains(text_of(move.key)); });
}

Result<void> Chores::step_collection(std::uint64_t bytes) {
  const std::uint32_t number = collection_->segment()->number();
  if (collection_->at_end() && moves_.empty()) {
    // What was moved, and the erasures that made the rest dead, must not depend on a group that a crash can tear.
    ICN_TRY(log_.sync());
    collection_.reset();
    return contents_.drop_segment(number, log_.durable());
  }
  const auto stepped = collection_->step(
      bytes, [this](ByteView key, const Location& location) { return is_current(key, location); }, moves_);
  if (stepped) return {};
  if (stepped.error().code != ErrorCode::corrupted) return stepped;
  // What cannot be read cannot be moved; the segment stays, and whoever reads there is told.
  log(LogLevel::error, "store", "a segment cannot be collected: " + stepped.error().detail);
  collection_.reset();
  contents_.keep_for_ever(number);
  return {};
}

}  // namespace icn::backends::detail::keyed_log
