// JobRecord: a home's record of one job, as a value with canonical bytes (docs/FORMATS.md "Job records").
//
// One table, jobs/detail/record_fields.hpp, names each member; reader and writer are derived from it.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "jobs/job_state.hpp"
#include "model/job.hpp"
#include "model/mana.hpp"
#include "model/order.hpp"
#include "model/receipt.hpp"

namespace icn::jobs {

// One step in a job's history, shown by `icn job why`.
struct JobHappening {
  model::UnixMs time;
  JobPhase phase = JobPhase::submitted;  // after the step
  std::string text;                      // what happened, in plain words
  friend bool operator==(const JobHappening&, const JobHappening&) = default;
};
// Above this number, older entries between the first and the last are dropped.
inline constexpr std::size_t kHappeningsMax = 64;
// Effects listed individually; the last text counts the rest.
inline constexpr std::size_t kEffectsToldMax = 64;
// Longer texts are clipped when stored.
inline constexpr std::size_t kJobTextBytesMax = 4'096;
inline constexpr std::size_t kProgramLabelBytesMax = 64;

// Collects why effects were not applied: the first reasons, each clipped, and the number of the others. Bounded
// regardless of how many effects a run requests and how long the reasons are.
class RefusedEffects {
 public:
  void add(std::string_view text);
  // The consequence: the last text, which is always kept.
  void conclude(std::string text) { conclusion_ = std::move(text); }
  [[nodiscard]] bool empty() const { return count_ == 0 && conclusion_.empty(); }
  // At most kEffectsToldMax texts.
  [[nodiscard]] std::vector<std::string> texts() const;

 private:
  std::vector<std::string> first_;
  std::size_t count_ = 0;
  std::string conclusion_;
};

struct JobRecord {
  model::JobId id;
  ipld::Cid order;           // body
  ipld::Cid order_envelope;  // signed by the home
  ipld::Cid authority;  // the job's envelope, signed by the submitter; the parent's signed receipt for a guest's job
  std::optional<model::JobId> parent;  // of a job that a guest submitted
  std::string program;                 // unsigned label of the program; clipped to kProgramLabelBytesMax
  model::Did submitter;
  model::Did executor;  // meaningful from `assigned` on
  JobPhase phase = JobPhase::submitted;
  std::uint64_t number = 0;    // order of acceptance at this home, from 1
  std::uint32_t attempts = 0;  // runs started
  model::UnixMs accepted;
  model::Deadlines deadlines;
  ipld::Digest secret{};  // its SHA-256 is the order's `check`

  model::Mana base;
  model::Mana page;      // per page at the peak
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
  model::Mana budget_passed_on;  // part of the budget transferred to jobs that this one submitted

  std::optional<ipld::Cid> receipt;  // signed envelope
  std::optional<ipld::Cid> anchor;   // DAG block envelope
  std::optional<ipld::Cid> output;
  std::optional<model::Outcome> outcome;
  std::int64_t exit_code = 0;
  std::uint64_t fuel_used = 0;
  std::uint64_t fuel_limit = 0;
  std::uint32_t pages_limit = 0;
  std::uint64_t settling_fuel = 0;  // cost of settling its effects, in addition to fuel_used
  std::uint64_t result_bytes = 0;   // upper bound of its output and log
  std::uint32_t memory_pages = 0;
  std::string message;               // what happened, in words
  std::optional<ErrorCode> failure;  // why a job ended without a receipt, or the last failed attempt
  std::string failure_rule;

  // The story, read only by `describe` and `why`; for a terminal job it is stored in a separate row.
  std::vector<std::string> effects_told;  // effects not applied, each with its reason
  std::vector<JobHappening> happenings;

  // Sections added by a newer release, in canonical order: written back unchanged.
  struct OtherSection {
    std::string key;
    Bytes value;
    friend bool operator==(const OtherSection&, const OtherSection&) = default;
  };
  std::vector<OtherSection> other_sections;

  friend bool operator==(const JobRecord&, const JobRecord&) = default;

  // Amount returned to the submitter (reserve − charged + budget − spent − passed on), once terminal.
  [[nodiscard]] model::Mana released() const;
  [[nodiscard]] JobState state() const;
  // Applies the state table and appends to the history (unless `text` is empty). On an error the record is unchanged.
  // Errors: invalid_state.
  [[nodiscard]] Result<void> advance(JobEvent event, model::UnixMs time, std::string text);
  // Includes the story while the job is open; for a terminal job story_bytes() holds it. The size of both is bounded
  // whatever the texts are.
  [[nodiscard]] Bytes to_bytes() const;
  // Empty if there is no story.
  [[nodiscard]] Bytes story_bytes() const;
  // Also reads version 1, used by state stores before version 5, which included the story. Errors: invalid_format,
  // unsupported_version (a newer version, or an unknown name in a known section).
  [[nodiscard]] static Result<JobRecord> from_bytes(ByteView bytes);
  [[nodiscard]] Result<void> read_story(ByteView bytes);
};

}  // namespace icn::jobs
