#include "jobs/job_book.hpp"

#include <algorithm>
#include <array>
#include <deque>
#include <map>

#include "core/check.hpp"
#include "jobs/queue.hpp"
#include "model/keys.hpp"

namespace icn::jobs {
namespace {

Bytes record_key(std::uint64_t number) { return model::key_of(model::keys::kJob, number); }
Bytes story_key(std::uint64_t number) { return model::key_of(model::keys::kJobStory, number); }
Bytes number_key(const model::JobId& id) { return model::key_of(model::keys::kJobNumber, id.cid.digest()); }
Bytes open_key(std::uint64_t number) { return model::key_of(model::keys::kJobOpen, number); }
Bytes newest_key(std::size_t which) {
  Bytes key = model::key_of(model::keys::kJobNewest);
  key.push_back(static_cast<std::uint8_t>(which));
  return key;
}

// The kind of newest job that an ended job can be; none if another job submitted it or it was cancelled.
std::optional<NewestJob> newest_kind(const JobRecord& record) {
  if (record.parent || !is_terminal(record.phase) || record.phase == JobPhase::cancelled) return std::nullopt;
  return record.outcome && record.outcome->kind == model::OutcomeKind::ok ? NewestJob::ok : NewestJob::failed;
}

model::JobId id_of_digest(ByteView digest) {
  ipld::Digest copy{};
  std::copy_n(digest.begin(), std::min(digest.size(), copy.size()), copy.begin());
  return model::JobId{ipld::Cid(ipld::Codec::dag_cbor, copy)};
}

Result<JobRecord> record_of(std::uint64_t number, ByteView bytes) {
  Result<JobRecord> record = JobRecord::from_bytes(bytes);
  if (!record) return fail(within("job number " + std::to_string(number), std::move(record).error()));
  if (record->number != number) {
    return fail(ErrorCode::corrupted, "The record of job number " + std::to_string(number) + " holds number " +
                                          std::to_string(record->number) + ".");
  }
  return record;
}

Result<JobRecord> read_record(const ports::StateStore& store, std::uint64_t number, std::string_view why) {
  const std::optional<Bytes> bytes = ICN_TRY(store.get(record_key(number)));
  if (bytes) return record_of(number, *bytes);
  return fail(ErrorCode::corrupted,
              "Job number " + std::to_string(number) + " (" + std::string(why) + ") has no record in the state store.");
}

Result<std::optional<JobRecord>> read_record(const ports::StateStore& store, const model::JobId& id) {
  const std::optional<Bytes> number = ICN_TRY(store.get(number_key(id)));
  if (!number) return std::optional<JobRecord>();
  if (number->size() != 8)
    return fail(ErrorCode::corrupted, "The number of the job " + id.to_text() + " has the wrong length.");
  JobRecord record = ICN_TRY(read_record(store, read_be64(number->data()), "id " + id.to_text()));
  if (record.id == id) return std::optional(std::move(record));
  return fail(ErrorCode::corrupted,
              "The number of the job " + id.to_text() + " belongs to " + record.id.to_text() + ".");
}

Result<void> read_story(const ports::StateStore& store, std::optional<JobRecord>& record) {
  if (!record || !is_terminal(record->phase) || !record->happenings.empty()) return {};
  const std::optional<Bytes> bytes = ICN_TRY(store.get(story_key(record->number)));
  if (!bytes) return {};
  if (Result<void> read = record->read_story(*bytes); !read)
    return fail(within("the story of job number " + std::to_string(record->number), std::move(read).error()));
  return {};
}

void drop_story(JobRecord& record) {
  record.happenings = {};
  record.effects_told = {};
}

// The greatest number with a record, or 0: searches with growing, then shrinking steps. A gap (possible only after
// damage) hides no later record.
Result<std::uint64_t> newest_number(const ports::StateStore& store) {
  const auto any_from = [&](std::uint64_t number) -> Result<bool> {
    bool found = false;
    ICN_TRY(store.scan(record_key(number), model::end_of(model::keys::kJob), [&](ByteView, ByteView) {
      found = true;
      return false;
    }));
    return found;
  };
  std::uint64_t step = 1;
  while (step < (UINT64_MAX >> 1) && ICN_TRY(any_from(step))) step *= 2;
  std::uint64_t newest = 0;  // a record at or after this number exists, or 0
  for (; step > 0; step /= 2) {
    if (ICN_TRY(any_from(newest + step))) newest += step;
  }
  return newest;
}

Metric metric_of(JobPhase ended) {
  switch (ended) {
    case JobPhase::completed:
      return Metric::jobs_completed;
    case JobPhase::cancelled:
      return Metric::jobs_cancelled;
    case JobPhase::expired:
      return Metric::jobs_expired;
    default:
      return Metric::jobs_failed;
  }
}

}  // namespace

void put_record(const JobRecord& record, ports::Batch& batch) {
  if (is_terminal(record.phase)) {
    if (Bytes story = record.story_bytes(); !story.empty()) batch.put(story_key(record.number), std::move(story));
  }
  batch.put(record_key(record.number), record.to_bytes());
}

struct JobBook::State {
  State(const ports::StateStore& from, Metrics* counts) : store(from), metrics(counts) {}
  const ports::StateStore& store;
  Metrics* const metrics;  // may be absent
  mutable Mutex mutex;
  // Open jobs, terminal ones whose batch may not be durable yet, and those of `recent`.
  std::map<model::JobId, JobRecord> jobs ICN_GUARDED_BY(mutex);
  std::deque<model::JobId> recent ICN_GUARDED_BY(mutex);  // passed to forget(), oldest first
  std::size_t open ICN_GUARDED_BY(mutex) = 0;             // those of `jobs` that are not terminal
  std::uint64_t open_result_bytes ICN_GUARDED_BY(mutex) = 0;
  std::uint64_t open_run_ms ICN_GUARDED_BY(mutex) = 0;
  std::uint64_t next_number ICN_GUARDED_BY(mutex) = 1;
  std::uint64_t first_kept ICN_GUARDED_BY(mutex) = 1;  // every job of this or a later number is in `jobs`
  std::array<std::uint64_t, kNewestJobs> newest ICN_GUARDED_BY(mutex){};  // numbers; 0 where none is known

  void set_newest(NewestJob which, std::uint64_t number, ports::Batch& batch) ICN_REQUIRES(mutex) {
    const auto index = static_cast<std::size_t>(which);
    newest.at(index) = number;
    Bytes value;
    append_be64(value, number);
    batch.put(newest_key(index), std::move(value));
  }

  // Updates the number of open jobs after `what` happened to one.
  void count(std::size_t now_open, std::optional<Metric> what = {}) ICN_REQUIRES(mutex) {
    open = now_open;
    if (metrics == nullptr) return;
    metrics->set(Metric::jobs_active, open);
    if (what) metrics->add(*what);
  }
};

JobBook::JobBook(const ports::StateStore& store, Metrics* metrics) : state_(std::make_shared<State>(store, metrics)) {}

Result<std::unique_ptr<JobBook>> JobBook::open(const ports::StateStore& store, Metrics* metrics) {
  std::unique_ptr<JobBook> book(new JobBook(store, metrics));
  std::vector<std::uint64_t> numbers;
  const Bytes open_begin = model::key_of(model::keys::kJobOpen);
  ICN_TRY(store.scan(open_begin, model::end_of(model::keys::kJobOpen), [&](ByteView key, ByteView) {
    if (key.size() == open_begin.size() + 8) numbers.push_back(read_be64(key.data() + open_begin.size()));
    return true;
  }));
  const std::uint64_t newest = ICN_TRY(newest_number(store));
  std::array<std::uint64_t, kNewestJobs> of_kind{};
  for (std::size_t i = 0; i < of_kind.size(); ++i) {
    const std::optional<Bytes> value = ICN_TRY(store.get(newest_key(i)));
    if (value && value->size() == 8) of_kind.at(i) = read_be64(value->data());
  }
  Lock lock(book->state_->mutex);
  book->state_->newest = of_kind;
  book->state_->next_number = newest + 1;
  book->state_->first_kept = newest + 1;
  for (const std::uint64_t number : numbers) {
    JobRecord record = ICN_TRY(read_record(store, number, "open"));
    const model::JobId id = record.id;
    book->state_->open_result_bytes += record.result_bytes;
    book->state_->open_run_ms += run_ms_max(record);
    book->state_->jobs.emplace(id, std::move(record));
  }
  book->state_->count(book->state_->jobs.size());
  return book;
}

JobRecord JobBook::add(JobRecord record, ports::Batch& batch) {
  Lock lock(state_->mutex);
  ICN_CHECK(!state_->jobs.contains(record.id));
  record.number = state_->next_number++;
  Bytes number;
  append_be64(number, record.number);
  put_record(record, batch);
  batch.put(number_key(record.id), std::move(number));
  batch.put(open_key(record.number), {});
  if (!record.parent) state_->set_newest(NewestJob::accepted, record.number, batch);
  state_->jobs.emplace(record.id, record);
  state_->open_result_bytes += record.result_bytes;
  state_->open_run_ms += run_ms_max(record);
  state_->count(state_->open + 1, Metric::jobs_submitted);
  return record;
}

Result<void> JobBook::replace(const JobRecord& record, ports::Batch& batch) {
  Lock lock(state_->mutex);
  const auto at = state_->jobs.find(record.id);
  if (at == state_->jobs.end()) {
    return fail(ErrorCode::not_found, "The job " + record.id.to_text() + " is not open at this node.");
  }
  if (is_terminal(at->second.phase)) {
    return fail(ErrorCode::invalid_state, "The job " + record.id.to_text() + " is already " +
                                              std::string(phase_name(at->second.phase)) + "; nothing was changed.");
  }
  ICN_CHECK(record.number == at->second.number);
  put_record(record, batch);
  if (is_terminal(record.phase)) {
    batch.erase(open_key(at->second.number));
    state_->open_result_bytes -= at->second.result_bytes;
    state_->open_run_ms -= run_ms_max(at->second);
    state_->count(state_->open - 1, metric_of(record.phase));
    if (const auto kind = newest_kind(record)) state_->set_newest(*kind, record.number, batch);
  }
  ICN_CHECK(record.result_bytes == at->second.result_bytes && run_ms_max(record) == run_ms_max(at->second));
  at->second = record;
  return {};
}

std::uint64_t JobBook::open_result_bytes() const {
  Lock lock(state_->mutex);
  return state_->open_result_bytes;
}

std::uint64_t JobBook::open_run_ms() const {
  Lock lock(state_->mutex);
  return state_->open_run_ms;
}

void JobBook::forget(const model::JobId& id) {
  Lock lock(state_->mutex);
  const auto at = state_->jobs.find(id);
  if (at == state_->jobs.end() || !is_terminal(at->second.phase)) return;
  drop_story(at->second);
  state_->recent.push_back(id);
  if (state_->recent.size() <= kRecentMax) return;
  const auto oldest = state_->jobs.find(state_->recent.front());
  ICN_CHECK(oldest != state_->jobs.end());
  state_->first_kept = std::max(state_->first_kept, oldest->second.number + 1);
  state_->jobs.erase(oldest);
  state_->recent.pop_front();
}

JobBook::Mark JobBook::mark() const {
  Lock lock(state_->mutex);
  return {state_->next_number};
}

Result<std::optional<JobRecord>> JobBook::find_since(const model::JobId& id, Mark mark) const {
  {
    Lock lock(state_->mutex);
    const auto at = state_->jobs.find(id);
    if (at != state_->jobs.end()) return std::optional(at->second);
    if (state_->first_kept <= mark.next_number) return std::optional<JobRecord>();
  }
  return read_record(state_->store, id);
}

Result<std::optional<JobRecord>> JobBook::find(const model::JobId& id) const {
  std::optional<JobRecord> found;
  {
    Lock lock(state_->mutex);
    const auto at = state_->jobs.find(id);
    if (at != state_->jobs.end()) found = at->second;
  }
  if (!found) found = ICN_TRY(read_record(state_->store, id));
  ICN_TRY(read_story(state_->store, found));
  return found;
}

Result<std::optional<JobRecord>> JobBook::find_number(std::uint64_t number) const {
  if (number == 0 || number == UINT64_MAX) return std::optional<JobRecord>();
  std::optional<JobRecord> found;
  if (const std::optional<Bytes> bytes = ICN_TRY(state_->store.get(record_key(number)))) {
    found = ICN_TRY(record_of(number, *bytes));
    // Memory is newer than the durable state.
    Lock lock(state_->mutex);
    const auto at = state_->jobs.find(found->id);
    if (at != state_->jobs.end()) found = at->second;
  }
  ICN_TRY(read_story(state_->store, found));
  return found;
}

Result<std::optional<JobRecord>> JobBook::find_newest(NewestJob which) const {
  std::uint64_t number = 0;
  {
    Lock lock(state_->mutex);
    number = state_->newest.at(static_cast<std::size_t>(which));
  }
  if (number != 0) return find_number(number);
  std::size_t looked_at = 0;
  const auto is_it = [&](const JobRecord& record) {
    const auto kind = newest_kind(record);
    return ++looked_at > kLookBackMax || (which == NewestJob::accepted ? !record.parent : kind == which);
  };
  const JobPage page = ICN_TRY(list({}, 1, is_it));
  if (page.jobs.empty() || looked_at > kLookBackMax) return std::optional<JobRecord>();
  return find_number(page.jobs.front().number);
}

Result<std::vector<model::JobId>> JobBook::ids_from(const model::JobId& from, std::size_t count,
                                                    const std::function<bool(const model::JobId&)>& wanted) const {
  std::vector<model::JobId> ids;
  if (count == 0) return ids;
  const std::size_t skip = model::keys::kJobNumber.size();
  ICN_TRY(state_->store.scan(number_key(from), model::end_of(model::keys::kJobNumber), [&](ByteView key, ByteView) {
    const model::JobId id = id_of_digest(key.subspan(skip));
    if (!wanted(id)) return false;
    ids.push_back(id);
    return ids.size() < count;
  }));
  return ids;
}

std::vector<JobRecord> JobBook::open_jobs() const {
  Lock lock(state_->mutex);
  std::vector<JobRecord> open;
  for (const auto& [id, record] : state_->jobs) {
    if (!is_terminal(record.phase)) open.push_back(record);
  }
  return open;
}

std::vector<model::JobId> JobBook::open_ids(std::size_t count,
                                            const std::function<bool(const JobRecord&)>& wanted) const {
  std::vector<model::JobId> ids;
  Lock lock(state_->mutex);
  for (const auto& [id, record] : state_->jobs) {
    if (ids.size() == count) break;
    if (!is_terminal(record.phase) && wanted(record)) ids.push_back(id);
  }
  return ids;
}

std::size_t JobBook::open_count() const {
  Lock lock(state_->mutex);
  return state_->open;
}

Result<JobPage> JobBook::list(JobCursor cursor, std::size_t count,
                              const std::function<bool(const JobRecord&)>& wanted) const {
  JobPage page;
  if (count == 0 || cursor.before_number == 0) return page;
  // A store scans upwards but the page runs downwards, so it is read window by window.
  const std::uint64_t window = std::clamp<std::uint64_t>(count + 1, 16, 256);
  std::uint64_t end = cursor.before_number;
  {
    Lock lock(state_->mutex);
    end = std::min(end, state_->next_number);
  }
  while (end > 1) {
    const std::uint64_t begin = end > window ? end - window : 1;
    std::vector<JobRecord> records = ICN_TRY(records_between(begin, end));
    for (auto record = records.rbegin(); record != records.rend(); ++record) {
      if (wanted && !wanted(*record)) continue;
      if (page.jobs.size() == count) {
        page.next = JobCursor{page.jobs.back().number};
        return page;
      }
      page.jobs.push_back(std::move(*record));
    }
    end = begin;
  }
  return page;
}

Result<std::vector<JobRecord>> JobBook::records_between(std::uint64_t begin, std::uint64_t end) const {
  std::vector<JobRecord> records;
  const std::size_t prefix = model::keys::kJob.size();
  const auto visit = [&](ByteView key, ByteView value) -> Result<bool> {
    const std::uint64_t number = key.size() == prefix + 8 ? read_be64(key.data() + prefix) : 0;
    const std::uint64_t next = begin + records.size();
    if (number != next)
      return fail(ErrorCode::corrupted, "Job number " + std::to_string(next) + " has no record in the state store.");
    records.push_back(ICN_TRY(record_of(number, value)));
    return true;
  };
  ICN_TRY(ports::scan_each(state_->store, record_key(begin), record_key(end), visit));
  // Memory may be newer than the durable state.
  Lock lock(state_->mutex);
  for (JobRecord& record : records) {
    const auto at = state_->jobs.find(record.id);
    if (at != state_->jobs.end()) record = at->second;
    drop_story(record);
  }
  return records;
}

}  // namespace icn::jobs
