#include "mesh/job_book.hpp"

#include <map>

#include "core/check.hpp"
#include "model/keys.hpp"

namespace icn::mesh {
namespace {

// Text of a CIDv1 dag-cbor sha2-256: "b" and 58 characters of base32.
constexpr std::size_t kIdTextLength = 59;
constexpr std::size_t kNamedMax = 4;

// The list is newest first and stores scan upwards, so the key holds the number's complement.
Bytes time_key(std::uint64_t number, const model::JobId& id) {
  Bytes key = model::key_of(model::keys::kJobByTime, UINT64_MAX - number);
  append(key, ByteView(id.cid.digest()));
  return key;
}
Bytes record_key(const model::JobId& id) { return model::key_of(model::keys::kJob, id.cid.digest()); }
Bytes open_key(const model::JobId& id) { return model::key_of(model::keys::kJobOpen, id.cid.digest()); }

model::JobId id_of_digest(ByteView digest) {
  ipld::Digest copy{};
  std::copy_n(digest.begin(), std::min(digest.size(), copy.size()), copy.begin());
  return model::JobId{ipld::Cid(ipld::Codec::dag_cbor, copy)};
}

Result<std::optional<JobRecord>> read_record(const ports::StateStore& store, const model::JobId& id) {
  const std::optional<Bytes> bytes = ICN_TRY(store.get(record_key(id)));
  if (!bytes) return std::optional<JobRecord>();
  Result<JobRecord> record = JobRecord::from_bytes(*bytes);
  if (!record) return fail(within("job " + id.to_text(), std::move(record).error()));
  return std::optional<JobRecord>(std::move(*record));
}

}  // namespace

struct JobBook::State {
  explicit State(const ports::StateStore& from) : store(from) {}
  const ports::StateStore& store;
  mutable Mutex mutex;
  // Open jobs, and terminal ones until their batch is durable (forget()).
  std::map<model::JobId, JobRecord> jobs ICN_GUARDED_BY(mutex);
  std::uint64_t next_number ICN_GUARDED_BY(mutex) = 1;
};

JobBook::JobBook(const ports::StateStore& store) : state_(std::make_shared<State>(store)) {}

Result<std::unique_ptr<JobBook>> JobBook::open(const ports::StateStore& store) {
  std::unique_ptr<JobBook> book(new JobBook(store));
  std::vector<model::JobId> ids;
  const Bytes open_begin = model::key_of(model::keys::kJobOpen);
  ICN_TRY(store.scan(open_begin, model::end_of(model::keys::kJobOpen), [&](ByteView key, ByteView) {
    ids.push_back(id_of_digest(key.subspan(open_begin.size())));
    return true;
  }));
  std::uint64_t newest = 0;
  const Bytes time_begin = model::key_of(model::keys::kJobByTime);
  ICN_TRY(store.scan(time_begin, model::end_of(model::keys::kJobByTime), [&](ByteView key, ByteView) {
    if (key.size() >= time_begin.size() + 8) newest = UINT64_MAX - read_be64(key.data() + time_begin.size());
    return false;
  }));
  Lock lock(book->state_->mutex);
  book->state_->next_number = newest + 1;
  for (const model::JobId& id : ids) {
    std::optional<JobRecord> record = ICN_TRY(read_record(store, id));
    if (!record)
      return fail(ErrorCode::corrupted, "The open job " + id.to_text() + " has no record in the state store.");
    book->state_->jobs.emplace(id, std::move(*record));
  }
  return book;
}

JobRecord JobBook::add(JobRecord record, ports::Batch& batch) {
  Lock lock(state_->mutex);
  ICN_CHECK(!state_->jobs.contains(record.id));
  record.number = state_->next_number++;
  batch.put(record_key(record.id), record.to_bytes());
  batch.put(time_key(record.number, record.id), {});
  batch.put(open_key(record.id), {});
  state_->jobs.emplace(record.id, record);
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
  batch.put(record_key(record.id), record.to_bytes());
  if (is_terminal(record.phase)) batch.erase(open_key(record.id));
  at->second = record;
  return {};
}

void JobBook::forget(const model::JobId& id) {
  Lock lock(state_->mutex);
  const auto at = state_->jobs.find(id);
  if (at != state_->jobs.end() && is_terminal(at->second.phase)) state_->jobs.erase(at);
}

Result<std::optional<JobRecord>> JobBook::find(const model::JobId& id) const {
  {
    Lock lock(state_->mutex);
    const auto at = state_->jobs.find(id);
    if (at != state_->jobs.end()) return std::optional(at->second);
  }
  return read_record(state_->store, id);
}

Result<JobRecord> JobBook::find_by_text(std::string_view text) const {
  if (text.size() < kPrefixMin || text.size() > kIdTextLength) {
    return fail(ErrorCode::invalid_argument,
                "'" + std::string(text) + "' is no job id: give at least the first " + std::to_string(kPrefixMin) +
                    " of its " + std::to_string(kIdTextLength) + " characters ('icn job list' shows them).");
  }
  // base32's alphabet sorts as its values do, so the least id with this beginning is the one filled up with zeros
  // ('a').
  std::string least(text);
  least.resize(kIdTextLength, 'a');
  const Result<model::JobId> from = model::JobId::parse(least);
  if (!from) return fail(ErrorCode::invalid_argument, "'" + std::string(text) + "' is not the beginning of a job id.");
  std::vector<model::JobId> found;
  const std::size_t skip = model::keys::kJob.size();
  ICN_TRY(state_->store.scan(record_key(*from), model::end_of(model::keys::kJob), [&](ByteView key, ByteView) {
    const model::JobId id = id_of_digest(key.subspan(skip));
    if (!id.to_text().starts_with(text)) return false;
    found.push_back(id);
    return found.size() < kNamedMax;
  }));
  if (found.empty()) return fail(ErrorCode::not_found, "No job of this node begins with '" + std::string(text) + "'.");
  if (found.size() > 1) {
    std::string several = "Several jobs begin with '" + std::string(text) + "':";
    for (const model::JobId& id : found) several += " " + id.to_text();
    return fail(ErrorCode::invalid_argument, several + "; give more characters.");
  }
  std::optional<JobRecord> record = ICN_TRY(find(found.front()));
  if (!record)
    return fail(ErrorCode::corrupted, "The job " + found.front().to_text() + " vanished from the state store.");
  return std::move(*record);
}

std::vector<JobRecord> JobBook::open_jobs() const {
  Lock lock(state_->mutex);
  std::vector<JobRecord> open;
  for (const auto& [id, record] : state_->jobs) {
    if (!is_terminal(record.phase)) open.push_back(record);
  }
  return open;
}

std::size_t JobBook::open_count() const {
  Lock lock(state_->mutex);
  std::size_t count = 0;
  for (const auto& [id, record] : state_->jobs) count += is_terminal(record.phase) ? 0 : 1;
  return count;
}

Result<JobPage> JobBook::list(JobCursor cursor, std::size_t count,
                              const std::function<bool(const JobRecord&)>& wanted) const {
  JobPage page;
  if (count == 0 || cursor.before_number == 0) return page;
  // Ids first and records afterwards: a visit must not call the store.
  constexpr std::size_t kIdsAtOnce = 256;
  const std::size_t prefix = model::keys::kJobByTime.size();
  Bytes begin = cursor.before_number == UINT64_MAX
                    ? model::key_of(model::keys::kJobByTime)
                    : model::key_of(model::keys::kJobByTime, UINT64_MAX - cursor.before_number + 1);
  while (true) {
    std::vector<model::JobId> ids;
    ICN_TRY(state_->store.scan(begin, model::end_of(model::keys::kJobByTime), [&](ByteView key, ByteView) {
      if (key.size() > prefix + 8) ids.push_back(id_of_digest(key.subspan(prefix + 8)));
      begin.assign(key.begin(), key.end());
      begin.push_back(0);
      return ids.size() < kIdsAtOnce;
    }));
    for (const model::JobId& id : ids) {
      std::optional<JobRecord> record = ICN_TRY(find(id));
      if (!record) return fail(ErrorCode::corrupted, "The job " + id.to_text() + " is listed and has no record.");
      if (wanted && !wanted(*record)) continue;
      if (page.jobs.size() == count) {
        page.next = JobCursor{page.jobs.back().number};
        return page;
      }
      page.jobs.push_back(std::move(*record));
    }
    if (ids.size() < kIdsAtOnce) return page;
  }
}

}  // namespace icn::mesh
