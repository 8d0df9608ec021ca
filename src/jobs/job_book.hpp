// The job book: every job whose home is this node, from acceptance to its end.
//
// Open jobs are kept in memory and in the state store; terminal ones in the state store, with the last kRecentMax also
// in memory, so that a second lookup of a job that was not found needs no store read. The story of a terminal job
// (JobRecord::happenings, effects_told) is a separate row, read by find() and find_number(). Changes go through the
// caller's batch, as in the ledger: the caller holds the writer lock of runtime/committer.hpp, so memory and batches
// keep one order. Thread safe; one lock, held only for memory work (terminal jobs are read from the store outside it).
// It moves no mana.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/metrics.hpp"
#include "core/mutex.hpp"
#include "jobs/job_record.hpp"
#include "ports/state_store.hpp"

namespace icn::jobs {

// Newest first; `next` continues after the last record of the page.
struct JobCursor {
  std::uint64_t before_number = UINT64_MAX;
};
struct JobPage {
  std::vector<JobRecord> jobs;
  std::optional<JobCursor> next;
};

enum class NewestJob : std::uint8_t { accepted, ok, failed };
inline constexpr std::size_t kNewestJobs = 3;

// Writes a record's row and, for a terminal job with a story, the story's row.
void put_record(const JobRecord& record, ports::Batch& batch);

class JobBook {
 public:
  // Reads every open job. Errors: corrupted, unsupported_version, storage. `store` and `metrics`, which count accepted
  // and ended jobs, outlive the book.
  [[nodiscard]] static Result<std::unique_ptr<JobBook>> open(const ports::StateStore& store,
                                                             Metrics* metrics = nullptr);

  // Adds a job unknown to find() and assigns its number. Cannot fail, so it may follow ledger changes.
  [[nodiscard]] JobRecord add(JobRecord record, ports::Batch& batch);
  // Replaces a job that is not terminal in memory. Errors: not_found, invalid_state (already terminal).
  [[nodiscard]] Result<void> replace(const JobRecord& record, ports::Batch& batch);
  // Call when a terminal job's batch is durable: drops its story from memory now and allows its record to be dropped.
  void forget(const model::JobId& id);
  static constexpr std::size_t kRecentMax = 256;

  // Includes the story. Empty if this home does not know the job. Errors: storage, corrupted.
  [[nodiscard]] Result<std::optional<JobRecord>> find(const model::JobId& id) const;
  // Repeats a find() that found nothing after `mark` was taken, without the story of a terminal job. Reads the store
  // only if more jobs were accepted and ended since then than memory holds.
  struct Mark {
    std::uint64_t next_number = 0;
  };
  [[nodiscard]] Mark mark() const;
  [[nodiscard]] Result<std::optional<JobRecord>> find_since(const model::JobId& id, Mark mark) const;
  // Finds a job by its acceptance number, with its story. Empty if no durable job has the number. Errors: storage,
  // corrupted.
  [[nodiscard]] Result<std::optional<JobRecord>> find_number(std::uint64_t number) const;
  // The newest job submitted by a member: accepted last, or ended last with success or in failure (cancelled jobs count
  // as neither). Constant time; for jobs that ended before the store kept this, the last kLookBackMax jobs are
  // searched. Errors: storage, corrupted.
  [[nodiscard]] Result<std::optional<JobRecord>> find_newest(NewestJob which) const;
  static constexpr std::size_t kLookBackMax = 1'000;
  // At most `count` ids from `from` on, in order, up to the first for which `wanted` does not hold. Errors: storage.
  [[nodiscard]] Result<std::vector<model::JobId>> ids_from(
      const model::JobId& from, std::size_t count, const std::function<bool(const model::JobId&)>& wanted) const;

  [[nodiscard]] std::vector<JobRecord> open_jobs() const;
  // Ids of at most `count` open jobs for which `wanted` holds, in id order. `wanted` is called under the book's lock.
  [[nodiscard]] std::vector<model::JobId> open_ids(std::size_t count,
                                                   const std::function<bool(const JobRecord&)>& wanted) const;
  [[nodiscard]] std::size_t open_count() const;
  // Upper bound on the result bytes of all open jobs together. Constant time.
  [[nodiscard]] std::uint64_t open_result_bytes() const;
  // Upper bound on the executor thread time that open jobs still need (run_ms_max()), summed.
  [[nodiscard]] std::uint64_t open_run_ms() const;
  // At most `count` durable records for which `wanted` holds (an empty function: all), without stories.
  [[nodiscard]] Result<JobPage> list(JobCursor cursor, std::size_t count,
                                     const std::function<bool(const JobRecord&)>& wanted = {}) const;

 private:
  // Ordered by number, `end` excluded. Errors: corrupted (a number has no record), storage.
  [[nodiscard]] Result<std::vector<JobRecord>> records_between(std::uint64_t begin, std::uint64_t end) const;

  JobBook(const ports::StateStore& store, Metrics* metrics);
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace icn::jobs
