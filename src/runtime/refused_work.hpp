// Charges refused submissions and simulations, for which no job pays, to their member: the work they took counts
// against a sliding window, in fuel at the prices of model/host_work.hpp. Above the window's bound, the member's
// submissions and simulations are refused unread until enough of that work has left the window.
//
// It counts work, never time. Thread safe (sliding_windows.hpp).
#pragma once
#include <array>
#include <cstdint>
#include <memory>

#include "model/keys.hpp"
#include "model/parameters.hpp"
#include "runtime/sliding_windows.hpp"

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
  static constexpr std::size_t kSteps = SlidingWindows::kSteps;

  explicit RefusedWork(std::shared_ptr<ports::Clock> clock)
      : windows_(std::move(clock), {model::keys::kRefused, "refused work", kMembersMax}) {}
  // Reads the windows that the store holds. Errors: corrupted, unsupported_version, storage.
  [[nodiscard]] Result<void> load(const ports::StateReader& store) { return windows_.load(store); }
  // Errors: busy with the rule refused_work_fuel_max; the message says in how many seconds there is room again.
  [[nodiscard]] Result<void> check(const model::Did& member, const model::Parameters& parameters) const;
  void add(const model::Did& member, std::uint64_t fuel, const model::Parameters& parameters, ports::Batch& batch);
  // Returns the member's fuel within the window that ends now.
  [[nodiscard]] std::uint64_t of(const model::Did& member, const model::Parameters& parameters) const;
  [[nodiscard]] std::size_t members() const { return windows_.members(); }

 private:
  SlidingWindows windows_;
};

}  // namespace icn::runtime
