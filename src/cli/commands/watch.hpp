// Shows a run on the terminal, with its log and progress, and makes signals stop the job instead of the process.
#pragma once
#include <array>
#include <chrono>
#include <csignal>
#include <optional>
#include <string>

#include "api/operation.hpp"
#include "cli/progress.hpp"
#include "runtime/run.hpp"

namespace icn::cli::commands {

// During its lifetime Ctrl-C, a termination signal or a closed terminal stops the job, not the process: the job pays
// for the fuel it used, the rest is released. The same signal again ends the process. At most one instance exists.
class InterruptScope {
 public:
  InterruptScope();
  ~InterruptScope();
  InterruptScope(const InterruptScope&) = delete;
  InterruptScope& operator=(const InterruptScope&) = delete;
  // Returns whether a signal has arrived; from any thread.
  [[nodiscard]] static bool asked();

 private:
  static constexpr std::array kSignals{SIGINT, SIGTERM, SIGHUP};
  std::array<void (*)(int), kSignals.size()> before_{};
};

// The progress of a run for its line: "12 s of 60 s · 2 % of fuel · 9.8 mana". Used by one thread at a time.
class RunNews {
 public:
  // Starts the clock and sets the limits of the run; without it only time and fuel are shown.
  void begin(const api::RunTerms& terms);
  // Called after every slice; returns news from time to time.
  [[nodiscard]] std::optional<std::string> after_slice(std::uint64_t used, std::uint64_t limit);

 private:
  std::optional<api::RunTerms> terms_;
  std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
  std::uint64_t slices_ = 0;
};
[[nodiscard]] std::string run_news(std::uint64_t seconds, std::uint64_t used, std::uint64_t limit,
                                   const std::optional<api::RunTerms>& terms);

// Shows a running job on standard error: always the program's log, and on a terminal its progress. It takes over
// signals and the terminal only when the work begins, so passphrase prompts work as usual.
class RunView {
 public:
  explicit RunView(Shown shown);
  RunView(const RunView&) = delete;
  RunView& operator=(const RunView&) = delete;
  // Sets the callbacks of the context, which must not be used after the view ends.
  void watch(api::Context& context);
  // Removes the line after the run has ended.
  void end_progress() { progress_.reset(); }

 private:
  void begin(std::string work);

  const Shown shown_;
  runtime::RunHooks hooks_;
  std::optional<InterruptScope> interrupt_;
  std::optional<Progress> progress_;
  RunNews news_;
};

}  // namespace icn::cli::commands
