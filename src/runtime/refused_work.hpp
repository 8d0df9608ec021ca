// Charges refused submissions and simulations, for which no job pays, to their member: the work they took counts
// against a sliding window, in fuel at the prices of model/host_work.hpp. Above the window's bound, the member's
// submissions and simulations are refused unread until enough of that work has left the window.
//
// It counts work, never time, and keeps a bounded number of members, those with the most work: in memory, and in one
// row each of the state store, so a window outlives the process. Changes go through the caller's batch, as in the
// ledger. Thread safe.
#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <unordered_map>

#include "core/mutex.hpp"
#include "model/did.hpp"
#include "model/parameters.hpp"
#include "ports/clock.hpp"
#include "ports/state_store.hpp"

namespace icn::runtime {

// The failures of a submission that are the node's own: they count against no member. Everything else does.
struct NodeFault {
  ErrorCode code;
  std::string_view why;
};
inline constexpr std::array kNodeFaults{
    NodeFault{ErrorCode::internal, "a defect of this program"},
    NodeFault{ErrorCode::corrupted, "a store holds something damaged"},
    NodeFault{ErrorCode::storage, "a store failed"},
    NodeFault{ErrorCode::infrastructure, "the sandbox or its compiler failed on this machine"},
    NodeFault{ErrorCode::wrong_passphrase, "the key that signs the order was not opened"},
};
[[nodiscard]] bool is_node_fault(ErrorCode code);

class RefusedWork {
 public:
  static constexpr std::size_t kMembersMax = 1'024;
  // The window advances in this many steps.
  static constexpr std::size_t kSteps = 16;

  explicit RefusedWork(std::shared_ptr<ports::Clock> clock) : clock_(std::move(clock)) {}
  // Reads the windows that the store holds. Errors: corrupted, unsupported_version, storage.
  [[nodiscard]] Result<void> load(const ports::StateStore& store);
  // Errors: busy with the rule refused_work_fuel_max; the message says in how many seconds there is room again.
  [[nodiscard]] Result<void> check(const model::Did& member, const model::Parameters& parameters);
  void add(const model::Did& member, std::uint64_t fuel, const model::Parameters& parameters, ports::Batch& batch);
  // Returns the member's fuel within the window that ends now.
  [[nodiscard]] std::uint64_t of(const model::Did& member, const model::Parameters& parameters);
  [[nodiscard]] std::size_t members() const;

 private:
  // Fuel by age in steps, the newest first; `newest` is the number of that step since 1970.
  struct Window {
    std::array<std::uint64_t, kSteps> fuel{};
    std::uint64_t newest = 0;
    [[nodiscard]] std::uint64_t sum() const;
    void move_to(std::uint64_t step);
  };
  [[nodiscard]] static Result<Window> read_window(ByteView value);
  [[nodiscard]] static Bytes bytes_of_window(const Window& window);
  [[nodiscard]] std::uint64_t step_now(const model::Parameters& parameters) const;
  void make_room(std::uint64_t step, ports::Batch& batch) ICN_REQUIRES(mutex_);

  const std::shared_ptr<ports::Clock> clock_;
  mutable Mutex mutex_;
  std::unordered_map<model::Did, Window> windows_ ICN_GUARDED_BY(mutex_);
};

}  // namespace icn::runtime
