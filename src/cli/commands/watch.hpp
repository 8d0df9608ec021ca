// Watching a run on the terminal: its log and how far it is, and signals that stop the job instead of the process.
#pragma once
#include <array>
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
  std::uint64_t slices_ = 0;
};

// How far a run is, for its progress line: called after every slice, it answers now and then.
[[nodiscard]] std::optional<std::string> slice_news(std::uint64_t& slices, std::uint64_t used, std::uint64_t limit);

}  // namespace icn::cli::commands
