// Reputation: what a DID has earned by verified work, in micro-points; integers, floor 0, a receipt counts once.
//
// Scores are in memory and in the state store; every change goes through the caller's batch (economy/ledger.hpp
// describes the order of commits). Thread safe; one lock, under which settle() looks up receipts that are not in
// memory. Scores and all pairs that ever met (about 140 bytes each) stay in memory; of the counted receipts only the
// newest.
#pragma once
#include <cstdint>
#include <memory>
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
  [[nodiscard]] static Rules of(const model::Parameters& parameters);
};

// Whether executor and submitter belong to the same operator: such receipts earn nothing.
enum class Operators : std::uint8_t { different, same };

struct Settled {
  ipld::Digest receipt{};  // counted once
  model::Did executor;
  model::Did submitter;
  Operators operators = Operators::different;
  std::uint64_t fuel = 0;
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
  // Whether the receipt was counted. A caller that changes something else before settle() calls this first: settle() of
  // the receipt looked up last reads no store, and so cannot fail. Errors: storage.
  [[nodiscard]] Result<bool> counted(const ipld::Digest& receipt);
  // Credits a settled job to its executor and submitter, within the pair's remaining allowance of that day (UTC, of
  // `settled.time`), the executor first. A receipt that was already counted changes nothing; nor does one between DIDs
  // of the same operator or of a DID with itself, which is still counted as seen. Errors: storage, with nothing
  // changed.
  [[nodiscard]] Result<void> settle(const Settled& settled, const Rules& rules, ports::Batch& batch);
  // Deducts the fault points from an executor that lost an assignment by its own fault.
  void penalise(const model::Did& executor, const Rules& rules, ports::Batch& batch);

  // Receipts held in memory: at most twice kSeenMax, and those not durable yet.
  [[nodiscard]] std::size_t remembered() const;
  static constexpr std::size_t kSeenMax = 16'384;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Checks the form of every row of a counted receipt, which open() does not read. Errors: corrupted, storage.
[[nodiscard]] Result<void> check_counted(const ports::StateReader& store);

}  // namespace icn::reputation
