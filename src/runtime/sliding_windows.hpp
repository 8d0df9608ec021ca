// What each member has used up within a sliding window, as amounts in steps of time.
//
// In memory and in one row each of the state store, so a window outlives the process. Holds a bounded number of
// members, those with the most in their windows. Changes go through the caller's batch, as in the ledger. Thread safe;
// the length of a step comes with each call, because the scope decides it.
#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <unordered_map>

#include "core/mutex.hpp"
#include "model/did.hpp"
#include "ports/clock.hpp"
#include "ports/state_store.hpp"

namespace icn::runtime {

class SlidingWindows {
 public:
  static constexpr std::size_t kSteps = 16;
  // Whose windows: the prefix of their rows, their name in errors, and the most members held.
  struct Kind {
    std::string_view prefix;
    std::string_view name;
    std::size_t members_max;
  };

  SlidingWindows(std::shared_ptr<ports::Clock> clock, const Kind& kind) : clock_(std::move(clock)), kind_(kind) {}
  // Reads the windows that the store holds. Errors: corrupted, unsupported_version, storage.
  [[nodiscard]] Result<void> load(const ports::StateReader& store);
  // The amount within the kSteps steps that end with the present one.
  [[nodiscard]] std::uint64_t of(const model::Did& member, std::uint64_t step_ms) const;
  // In how many milliseconds that amount is at most `most`; 0 if it is now.
  [[nodiscard]] std::uint64_t wait_ms(const model::Did& member, std::uint64_t most, std::uint64_t step_ms) const;
  void add(const model::Did& member, std::uint64_t amount, std::uint64_t step_ms, ports::Batch& batch);
  [[nodiscard]] std::size_t members() const;

 private:
  // Amounts by age in steps, the newest first; `newest` is the number of that step since 1970.
  struct Window {
    std::array<std::uint64_t, kSteps> amounts{};
    std::uint64_t newest = 0;
    [[nodiscard]] std::uint64_t sum() const;
    void move_to(std::uint64_t step);
  };
  [[nodiscard]] static Result<Window> read_window(ByteView value);
  [[nodiscard]] static Bytes bytes_of_window(const Window& window);
  [[nodiscard]] Bytes row_of(const model::Did& member) const;
  void make_room(std::uint64_t step, ports::Batch& batch) ICN_REQUIRES(mutex_);

  const std::shared_ptr<ports::Clock> clock_;
  const Kind kind_;
  mutable Mutex mutex_;
  // A look moves a window to the present: otherwise one from before the clock was set back would not age.
  mutable std::unordered_map<model::Did, Window> windows_ ICN_GUARDED_BY(mutex_);
};

}  // namespace icn::runtime
