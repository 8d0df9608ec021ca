// The job book: every job this node is home of, from acceptance to its end.
//
// Open jobs live in memory and in the state store; terminal ones in the state store, and the last kRecentMax of them in
// memory too, so that a job that was looked for and not found is not looked for there again. The story of a terminal
// job (JobRecord::happenings, effects_told) is a row of its own, read by find() and find_number(). Changes go through
// the caller's batch, as in the ledger: the caller holds the writer lock of runtime/committer.hpp, so memory and
// batches keep one order. Thread safe; one lock, held for memory work (and store reads of terminal jobs outside of
// it). It moves no mana.
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

// The rows of a record: its own and, of a terminal job with a story, that one's.
void put_record(const JobRecord& record, ports::Batch& batch);

class JobBook {
 public:
  // Reads every open job. Errors: corrupted, unsupported_version, storage. The store outlives the book, as do the
  // metrics, in which the book counts jobs that are accepted or end.
  [[nodiscard]] static Result<std::unique_ptr<JobBook>> open(const ports::StateStore& store,
                                                             Metrics* metrics = nullptr);

  // Adds a job that find() does not know and gives it its number. Cannot fail, so that it may stand after ledger
  // changes.
  [[nodiscard]] JobRecord add(JobRecord record, ports::Batch& batch);
  // Replaces a job that is not terminal in memory. Errors: not_found, invalid_state (already terminal).
  [[nodiscard]] Result<void> replace(const JobRecord& record, ports::Batch& batch);
  // Lets memory drop a terminal job, at once its story, when its batch is durable.
  void forget(const model::JobId& id);
  static constexpr std::size_t kRecentMax = 256;

  // With its story. Errors: storage, corrupted; a job this home does not know is nothing.
  [[nodiscard]] Result<std::optional<JobRecord>> find(const model::JobId& id) const;
  // find() for one that found nothing after `mark` was taken, without the story of a terminal job: reads the store only
  // when more jobs were accepted and ended since then than memory knows.
  struct Mark {
    std::uint64_t next_number = 0;
  };
  [[nodiscard]] Mark mark() const;
  [[nodiscard]] Result<std::optional<JobRecord>> find_since(const model::JobId& id, Mark mark) const;
  // By its acceptance number, with its story. Errors: storage, corrupted; a number that no durable job has is nothing.
  [[nodiscard]] Result<std::optional<JobRecord>> find_number(std::uint64_t number) const;
  // The newest of the jobs that members submitted: of those that were accepted, and of those that ended, the one that
  // ended last, with success or in failure (a cancelled job is neither). In constant time; of what ended before a
  // store kept this, the last kLookBackMax jobs are searched. Errors: storage, corrupted.
  [[nodiscard]] Result<std::optional<JobRecord>> find_newest(NewestJob which) const;
  static constexpr std::size_t kLookBackMax = 1'000;
  // In order, at most `count` ids that are not below `from` and for which `wanted` holds, up to the first one for which
  // it does not. Errors: storage.
  [[nodiscard]] Result<std::vector<model::JobId>> ids_from(
      const model::JobId& from, std::size_t count, const std::function<bool(const model::JobId&)>& wanted) const;

  [[nodiscard]] std::vector<JobRecord> open_jobs() const;
  // Of at most `count` open jobs for which `wanted` holds, in the order of their ids; it is called under the book's
  // lock.
  [[nodiscard]] std::vector<model::JobId> open_ids(std::size_t count,
                                                   const std::function<bool(const JobRecord&)>& wanted) const;
  [[nodiscard]] std::size_t open_count() const;
  // What the results of all open jobs may have together at most. In constant time.
  [[nodiscard]] std::uint64_t open_result_bytes() const;
  // What the open jobs may still take of one executor thread (run_ms_max()), together.
  [[nodiscard]] std::uint64_t open_run_ms() const;
  // At most `count` durable records for which `wanted` holds (an empty function: all), none with its story.
  [[nodiscard]] Result<JobPage> list(JobCursor cursor, std::size_t count,
                                     const std::function<bool(const JobRecord&)>& wanted = {}) const;

 private:
  // In the order of their numbers, end excluded. Errors: corrupted (one has no record),
  // storage.
  [[nodiscard]] Result<std::vector<JobRecord>> records_between(std::uint64_t begin, std::uint64_t end) const;

  JobBook(const ports::StateStore& store, Metrics* metrics);
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace icn::jobs
