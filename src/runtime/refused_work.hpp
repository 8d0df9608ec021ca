// Charges refused submissions to their member: the work they took counts against a sliding window, in fuel at the
// prices of model/host_work.hpp. Above the window's bound, the member's submissions are refused unread until enough of
// that work has left the window.
//
// It counts work, never time, and keeps a bounded number of members, those with the most work. It is lost with the
// process. Thread safe.
#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <unordered_map>

#include "core/mutex.hpp"
#include "model/did.hpp"
#include "model/parameters.hpp"
#include "ports/clock.hpp"

namespace icn::runtime {

class RefusedWork {
 public:
  static constexpr std::size_t kMembersMax = 1'024;
  // The window advances in this many steps.
  static constexpr std::size_t kSteps = 16;

  explicit RefusedWork(std::shared_ptr<ports::Clock> clock) : clock_(std::move(clock)) {}
  // Errors: busy with the rule refused_work_fuel_max; the message says in how many seconds there is room again.
  [[nodiscard]] Result<void> check(const model::Did& member, const model::Parameters& parameters);
  void add(const model::Did& member, std::uint64_t fuel, const model::Parameters& parameters);
  // Returns the member's fuel within the window that ends now.
  [[nodiscard]] std::uint64_t of(const model::Did& member, const model::Parameters& parameters);
  [[nodiscard]] std::size_t members() const;

 private:
  // Fuel by step of the window, the newest at `newest % kSteps`.
  struct Window {
    std::array<std::uint64_t, kSteps> fuel{};
    std::uint64_t newest = 0;
    [[nodiscard]] std::uint64_t sum() const;
    void move_to(std::uint64_t step);
  };
  [[nodiscard]] std::uint64_t step_now(const model::Parameters& parameters) const;
  void make_room(std::uint64_t step) ICN_REQUIRES(mutex_);

  const std::shared_ptr<ports::Clock> clock_;
  mutable Mutex mutex_;
  std::unordered_map<model::Did, Window> windows_ ICN_GUARDED_BY(mutex_);
};

}  // namespace icn::runtime
