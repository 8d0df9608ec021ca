// Watching runs: their logs go to the folder and to whoever asks the folder's owner; the job that the user waits for is
// shown on the terminal too.
#pragma once
#include <array>
#include <csignal>
#include <memory>
#include <optional>
#include <string>

#include "cli/progress.hpp"
#include "disk/file.hpp"
#include "node/embedded_node.hpp"
#include "node/job_runner.hpp"
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

// The log of one run, in a file of the folder and at the folder's socket.
class JobLog {
 public:
  JobLog(node::EmbeddedNode& node, const model::JobId& job);
  ~JobLog();
  JobLog(const JobLog&) = delete;
  JobLog& operator=(const JobLog&) = delete;
  void write(std::string_view text);

 private:
  node::EmbeddedNode& node_;
  const model::JobId job_;
  std::optional<disk::File> file_;
};

// What the run that the user waits for shows on standard error: its log always, how far it is on a terminal. Its hooks
// are called by one thread at a time.
class Watcher {
 public:
  Watcher(node::EmbeddedNode& node, const model::JobId& job, Shown progress);
  Watcher(const Watcher&) = delete;
  Watcher& operator=(const Watcher&) = delete;
  // Valid as long as the watcher.
  [[nodiscard]] runtime::RunHooks hooks();

 private:
  void slice(std::uint64_t used, std::uint64_t limit);

  node::EmbeddedNode& node_;
  const model::JobId job_;
  JobLog log_;
  Progress progress_;
  std::uint64_t slices_ = 0;
};

// How far a run is, for its progress line: called after every slice, it answers now and then.
[[nodiscard]] std::optional<std::string> slice_news(std::uint64_t& slices, std::uint64_t used, std::uint64_t limit);

// For a job that nobody at this terminal waits for: its log is kept, nothing is shown.
[[nodiscard]] node::JobRunner::Watched watch_quietly(node::EmbeddedNode& node, const model::JobId& job);

}  // namespace icn::cli::commands
