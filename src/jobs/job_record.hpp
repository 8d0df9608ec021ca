// JobRecord: what a home knows of one job, as a value with canonical bytes (docs/FORMATS.md "Job records").
//
// One table, jobs/detail/record_fields.hpp, gives each member its name: writer and reader follow from it.
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

// One step in the life of a job, for `icn job why`.
struct JobHappening {
  model::UnixMs time;
  JobPhase phase = JobPhase::submitted;  // after the step
  std::string text;                      // what happened, in plain words
  friend bool operator==(const JobHappening&, const JobHappening&) = default;
};
// Older happenings between the first and the last ones are dropped above this.
inline constexpr std::size_t kHappeningsMax = 64;
// Effects that are named one by one; the last text counts the rest.
inline constexpr std::size_t kEffectsToldMax = 64;
// A longer text is cut when it is stored.
inline constexpr std::size_t kJobTextBytesMax = 4'096;
inline constexpr std::size_t kProgramLabelBytesMax = 64;

// Why effects were not applied: the first texts, each clipped, and how many more there were. Bounded however many
// effects a run asks for and however long their reasons are.
class RefusedEffects {
 public:
  void add(std::string_view text);
  // What follows from them; comes last, and is always kept.
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
  std::string program;  // what its submitter calls it: a label, which nothing signs; clipped to kProgramLabelBytesMax
  model::Did submitter;
  model::Did executor;  // meaningful from `assigned` on
  JobPhase phase = JobPhase::submitted;
  std::uint64_t number = 0;    // acceptance number of this home, from 1
  std::uint32_t attempts = 0;  // runs started
  model::UnixMs accepted;
  model::Deadlines deadlines;
  ipld::Digest secret{};  // its SHA-256 is the order's `check`

  model::Mana base;
  model::Mana page;      // of each page at the peak
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
  std::uint32_t pages_limit = 0;
  std::uint64_t settling_fuel = 0;  // what the work of settling its effects cost, besides fuel_used
  std::uint64_t result_bytes = 0;   // what its output and its log may have at most
  std::uint32_t memory_pages = 0;
  std::string message;               // what happened in words
  std::optional<ErrorCode> failure;  // why a job ended without a receipt, or the last failed attempt
  std::string failure_rule;

  // The story, which only `describe` and `why` read: a terminal job keeps it in a row of its own.
  std::vector<std::string> effects_told;  // effects that could not be applied, each with its reason
  std::vector<JobHappening> happenings;

  // Sections that a newer release added, in canonical order: written back as they were read.
  struct OtherSection {
    std::string key;
    Bytes value;
    friend bool operator==(const OtherSection&, const OtherSection&) = default;
  };
  std::vector<OtherSection> other_sections;

  friend bool operator==(const JobRecord&, const JobRecord&) = default;

  // What goes back to the submitter (reserve − charged + budget − spent − passed on), once terminal.
  [[nodiscard]] model::Mana released() const;
  [[nodiscard]] JobState state() const;
  // Applies the table and notes the happening (none for an empty text). Errors: invalid_state; the record is unchanged
  // then.
  [[nodiscard]] Result<void> advance(JobEvent event, model::UnixMs time, std::string text);
  // With the story while the job is open, without it once it is terminal: story_bytes() holds it then. Both are bounded
  // whatever the texts are.
  [[nodiscard]] Bytes to_bytes() const;
  // Empty when there is nothing to report.
  [[nodiscard]] Bytes story_bytes() const;
  // Also reads version 1, of state stores before version 5, which held the story too. Errors: invalid_format,
  // unsupported_version (a newer one, or a name in a known section that only a newer release knows).
  [[nodiscard]] static Result<JobRecord> from_bytes(ByteView bytes);
  [[nodiscard]] Result<void> read_story(ByteView bytes);
};

}  // namespace icn::jobs
