// Watching a run on the terminal: its log and how far it is, and signals that stop the job instead of the process.
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

// While it lives, Ctrl-C, a termination signal or a closed terminal asks: the job is stopped, not the process; what it
// used is settled, everything else released. The same signal again ends the process. One at a time.
class InterruptScope {
 public:
  InterruptScope();
  ~InterruptScope();
  InterruptScope(const InterruptScope&) = delete;
  InterruptScope& operator=(const InterruptScope&) = delete;
  // From any thread.
  [[nodiscard]] static bool asked();

 private:
  static constexpr std::array kSignals{SIGINT, SIGTERM, SIGHUP};
  std::array<void (*)(int), kSignals.size()> before_{};
};

// How far a run is, for its progress line: "12 s of 60 s · 2 % of fuel · 9.8 mana". Used by one thread at a time.
class RunNews {
 public:
  // What the run is held to, which is when it begins; without it time and fuel are shown alone.
  void begin(const api::RunTerms& terms);
  // Called after every slice, it answers now and then.
  [[nodiscard]] std::optional<std::string> after_slice(std::uint64_t used, std::uint64_t limit);

 private:
  std::optional<api::RunTerms> terms_;
  std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
  std::uint64_t slices_ = 0;
};
[[nodiscard]] std::string run_news(std::uint64_t seconds, std::uint64_t used, std::uint64_t limit,
                                   const std::optional<api::RunTerms>& terms);

// What an operation that runs a job shows on standard error: the program's log always, how far it is on a terminal. It
// takes over signals and the terminal only when the work begins, so that passphrases are asked for as ever.
class RunView {
 public:
  explicit RunView(Shown shown);
  RunView(const RunView&) = delete;
  RunView& operator=(const RunView&) = delete;
  // The context is used as long as the view.
  void watch(api::Context& context);
  // Takes the line away; the run has ended.
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
