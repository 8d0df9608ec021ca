// Reputation: what a DID has earned by verified work, in micro-points; integers, floor 0, a receipt counts once. Every
// change has a row of the DID's history, which names the receipt, the job, or the rule that caused it.
//
// Scores are in memory and in the state store; every change goes through the caller's batch (economy/ledger.hpp
// describes the order of commits). Thread safe; one lock, under which settle() looks up receipts that are not in
// memory. Scores and all pairs that ever met (about 140 bytes each) stay in memory; of the counted receipts only the
// newest.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "core/mutex.hpp"
#include "model/did.hpp"
#include "model/order.hpp"
#include "model/parameters.hpp"
#include "model/receipt.hpp"
#include "ports/state_store.hpp"

namespace icn::reputation {

// Micro-points; 1 point = 1,000,000.
struct Score {
  std::uint64_t micro_points = 0;
  static constexpr std::uint64_t kPoint = 1'000'000;
  [[nodiscard]] std::uint64_t points_floor() const { return micro_points / kPoint; }
  friend constexpr auto operator<=>(const Score&, const Score&) = default;
};

// The scope's parameters that govern changes of scores; docs/PARAMETERS.md describes them.
struct Rules {
  std::uint64_t receipt_points = 0;
  std::uint64_t fuel_per_extra_point = 0;
  std::uint64_t extra_points_max = 0;
  std::uint64_t submission_micro_points = 0;
  std::uint64_t fault_points = 0;
  std::uint64_t pair_points_per_day_max = 0;
  std::uint64_t decay_ppm_per_day = 0;
  [[nodiscard]] static Rules of(const model::Parameters& parameters);
};

// Whether executor and submitter belong to the same operator: such receipts earn nothing.
enum class Operators : std::uint8_t { different, same };

// How the run ended: a failed one earns nothing, so no failure raises a score.
enum class Work : std::uint8_t { completed, failed };

struct Settled {
  ipld::Digest receipt{};  // counted once
  model::Did executor;
  model::Did submitter;
  Operators operators = Operators::different;
  Work work = Work::completed;
  std::uint64_t fuel = 0;
  model::UnixMs time;
  ipld::Digest job{};
};

// Why a score changed. Append-only; each name is a text of the interfaces.
enum class Reason : std::uint8_t { executed, submitted, fault, decay };
inline constexpr std::size_t kReasons = 4;
[[nodiscard]] std::string_view reason_name(Reason reason);

struct Change {
  std::uint64_t number = 0;  // of the DID's changes, from 1
  model::UnixMs time;
  Reason reason = Reason::executed;
  Score before;
  Score after;
  std::optional<ipld::Digest> receipt;  // of work
  std::optional<ipld::Digest> job;      // of work or a fault
  std::optional<model::Did> other;      // of work: whom it was done for, or who did it
  friend bool operator==(const Change&, const Change&) = default;
};

// An executor that lost an assignment by its own fault.
struct Fault {
  model::Did executor;
  ipld::Digest job{};
  model::UnixMs time;
};

class Reputation {
 public:
  // Empty, and without a store.
  Reputation();
  ~Reputation();
  // Reads every score and pair, and no receipts. The store outlives it. Errors: corrupted, unsupported_version,
  // storage.
  [[nodiscard]] static Result<std::unique_ptr<Reputation>> open(const ports::StateStore& store);

  [[nodiscard]] Score score(const model::Did& did) const;
  // How often the DID's score has changed.
  [[nodiscard]] std::uint64_t changes(const model::Did& did) const;
  // Whether the receipt was counted. A caller that changes something else before settle() calls this first: settle() of
  // the receipt looked up last reads no store, and so cannot fail. Errors: storage.
  [[nodiscard]] Result<bool> counted(const ipld::Digest& receipt);
  // Credits a settled job to its executor and submitter, within the pair's remaining allowance of that day (UTC, of
  // `settled.time`), the executor first. A receipt that was already counted changes nothing; nor does one of a failed
  // run, between DIDs of the same operator or of a DID with itself, which is still counted as seen. Errors: storage,
  // with nothing changed.
  [[nodiscard]] Result<void> settle(const Settled& settled, const Rules& rules, ports::Batch& batch);
  // Deducts the fault points.
  void penalise(const Fault& fault, const Rules& rules, ports::Batch& batch);
  // Whether decay() would change anything.
  [[nodiscard]] bool decay_is_due(const Rules& rules, model::UnixMs now) const;
  // Takes the governed share of every score, rounded up, for each day (UTC) that has begun since the last time. The
  // first time with a new share takes nothing: it counts from then on. After a longer absence, or with a clock set
  // forward, it takes at most kDecayDaysMax days; with a clock set back, nothing.
  // One call changes at most kDecayedAtOnce scores, in the order of their DIDs, and returns their number;
  // decay_is_due() holds until all are changed. Each score changes once in a decay, also if the process ends in
  // between; what is earned before its turn is part of it.
  std::size_t decay(const Rules& rules, model::UnixMs now, ports::Batch& batch);
  // Whose scores the next call of decay() changes.
  [[nodiscard]] std::vector<model::Did> decaying(const Rules& rules, model::UnixMs now) const;
  static constexpr std::uint64_t kDecayDaysMax = 31;
  static constexpr std::size_t kDecayedAtOnce = 256;

  // Receipts held in memory: at most twice kSeenMax, and those not durable yet.
  [[nodiscard]] std::size_t remembered() const;
  static constexpr std::size_t kSeenMax = 16'384;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Visits the changes of a DID with numbers from `from` on, in their order, until `visit` returns false. Errors:
// corrupted, unsupported_version, storage.
[[nodiscard]] Result<void> for_each_change(const ports::StateReader& store, const model::Did& did, std::uint64_t from,
                                           const std::function<bool(const Change&)>& visit);
// Checks the form of the rows that open() does not read: counted receipts and changes. Errors: corrupted,
// unsupported_version, storage.
[[nodiscard]] Result<void> check_counted(const ports::StateReader& store);

}  // namespace icn::reputation
