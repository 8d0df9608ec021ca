// The job book: every job this node is home of, from acceptance to its end.
//
// Open jobs live in memory and in the state store; terminal ones in the state store, and the last kRecentMax of them in
// memory too, so that a job that was looked for and not found is not looked for there again. Changes go through the
// caller's batch, as in the ledger: the caller holds the writer lock of runtime/committer.hpp, so memory and batches
// keep one order. Thread safe; one lock, held for memory work (and store reads of terminal jobs outside of it). It
// moves no mana.
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
#include "jobs/job_state.hpp"
#include "model/job.hpp"
#include "model/mana.hpp"
#include "model/order.hpp"
#include "model/receipt.hpp"
#include "ports/state_store.hpp"

namespace icn::jobs {

// One step in the life of a job, for `icn job why`.
struct JobHappening {
  model::UnixMs time;
  JobPhase phase = JobPhase::submitted;  // after the step
  std::string text;                      // what happened, in plain words
  friend bool operator==(const JobHappening&, const JobHappening&) = default;
};
// Older happenings between the first and the last ones are dropped above this.
inline constexpr std::size_t kHappeningsMax = 64;

struct JobRecord {
  model::JobId id;
  ipld::Cid order;           // body
  ipld::Cid order_envelope;  // signed by the home
  ipld::Cid authority;  // the job's envelope, signed by the submitter; the parent's signed receipt for a guest's job
  std::optional<model::JobId> parent;  // of a job that a guest submitted
  model::Did submitter;
  model::Did executor;  // meaningful from `assigned` on
  JobPhase phase = JobPhase::submitted;
  std::uint64_t number = 0;    // acceptance number of this home, from 1
  std::uint32_t attempts = 0;  // runs started
  model::UnixMs accepted;
  model::Deadlines deadlines;
  ipld::Digest secret{};  // its SHA-256 is the order's `check`

  model::Mana base;
  model::Mana cost;      // cost_mana
  model::Mana bid;       // asked by the executor
  model::Mana reserve;   // held from the submitter
  model::Mana discount;  // held from the treasury
  model::Mana budget;    // held for effects (spend_max)

  // Filled by settlement; zero before.
  model::Mana pay;               // to the executor
  model::Mana charged;           // from the submitter's reserve
  model::Mana treasury_charged;  // from the treasury's
  model::Mana budget_spent;      // by effects
  model::Mana budget_passed_on;  // part of the budget that jobs submitted by this one took over

  std::optional<ipld::Cid> receipt;  // signed envelope
  std::optional<ipld::Cid> anchor;   // DAG block envelope
  std::optional<ipld::Cid> output;
  std::optional<model::Outcome> outcome;
  std::int64_t exit_code = 0;
  std::uint64_t fuel_used = 0;
  std::uint64_t fuel_limit = 0;
  std::uint32_t memory_pages = 0;
  std::string message;               // what happened in words
  std::optional<ErrorCode> failure;  // why a job ended without a receipt, or the last failed attempt
  std::string failure_rule;
  std::vector<std::string> effects_told;  // effects that could not be applied, each with its reason
  std::vector<JobHappening> happenings;

  friend bool operator==(const JobRecord&, const JobRecord&) = default;

  // What goes back to the submitter (reserve − charged + budget − spent − passed on), once terminal.
  [[nodiscard]] model::Mana released() const;
  [[nodiscard]] JobState state() const;
  // Applies the table and notes the happening (none for an empty text). Errors: invalid_state; the record is unchanged
  // then.
  [[nodiscard]] Result<void> advance(JobEvent event, model::UnixMs time, std::string text);

  [[nodiscard]] Bytes to_bytes() const;
  // Errors: invalid_format, unsupported_version.
  [[nodiscard]] static Result<JobRecord> from_bytes(ByteView bytes);
};

// Newest first; `next` continues after the last record of the page.
struct JobCursor {
  std::uint64_t before_number = UINT64_MAX;
};
struct JobPage {
  std::vector<JobRecord> jobs;
  std::optional<JobCursor> next;
};

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
  // Lets memory drop a terminal job, once its batch is durable.
  void forget(const model::JobId& id);
  static constexpr std::size_t kRecentMax = 256;

  // Errors: storage, corrupted; a job this home does not know is nothing.
  [[nodiscard]] Result<std::optional<JobRecord>> find(const model::JobId& id) const;
  // find() for one that found nothing after `mark` was taken: reads the store only when so many jobs were accepted and
  // ended since then that memory cannot tell.
  struct Mark {
    std::uint64_t next_number = 0;
  };
  [[nodiscard]] Mark mark() const;
  [[nodiscard]] Result<std::optional<JobRecord>> find_since(const model::JobId& id, Mark mark) const;
  // A job by its id's text or a unique beginning of it (of at least kPrefixMin characters). Errors: not_found,
  // invalid_argument (too short, not base32, or several jobs begin so; the error lists some).
  [[nodiscard]] Result<JobRecord> find_by_text(std::string_view text) const;
  static constexpr std::size_t kPrefixMin = 10;

  [[nodiscard]] std::vector<JobRecord> open_jobs() const;
  [[nodiscard]] std::size_t open_count() const;
  // At most `count` durable records for which `wanted` holds (an empty function: all).
  [[nodiscard]] Result<JobPage> list(JobCursor cursor, std::size_t count,
                                     const std::function<bool(const JobRecord&)>& wanted = {}) const;

 private:
  // In the order of their numbers, end excluded; as find() would give each. Errors: corrupted (one has no record),
  // storage.
  [[nodiscard]] Result<std::vector<JobRecord>> records_between(std::uint64_t begin, std::uint64_t end) const;

  JobBook(const ports::StateStore& store, Metrics* metrics);
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace icn::jobs
