#include "cli/commands/watch.hpp"

#include "cli/session.hpp"
#include "cli/views.hpp"

namespace icn::cli::commands {
namespace {

// Of the process, as signals are.
volatile std::sig_atomic_t interrupted = 0;
void on_interrupt(int signal) {
  interrupted = 1;
  std::signal(signal, SIG_DFL);
}

}  // namespace

InterruptScope::InterruptScope() {
  interrupted = 0;
  for (std::size_t i = 0; i < kSignals.size(); ++i) {
    before_[i] = std::signal(kSignals[i], on_interrupt);
    // Who starts a program with a signal ignored (nohup) wants it to stay so.
    if (before_[i] == SIG_IGN) std::signal(kSignals[i], SIG_IGN);
  }
}
InterruptScope::~InterruptScope() {
  for (std::size_t i = 0; i < kSignals.size(); ++i) std::signal(kSignals[i], before_[i]);
}
bool InterruptScope::asked() { return interrupted != 0; }

JobLog::JobLog(node::EmbeddedNode& node, const model::JobId& job) : node_(node), job_(job) {
  node_.logs().open(job);
  std::error_code ignored;
  std::filesystem::create_directories(node_.folder().logs_path(), ignored);
  file_.open(node_.folder().logs_path() / (job.to_text() + ".log"), std::ios::binary | std::ios::trunc);
}

JobLog::~JobLog() { node_.logs().close(job_); }

void JobLog::write(std::string_view text) {
  node_.logs().write(job_, text);
  file_.write(text.data(), static_cast<std::streamsize>(text.size()));
  file_.flush();
}

Watcher::Watcher(node::EmbeddedNode& node, const model::JobId& job, Shows shows)
    : node_(node), job_(job), shows_(shows), log_(node, job) {}

runtime::RunHooks Watcher::hooks() {
  return {.on_log = [this](std::string_view text) { log(text); },
          .on_progress =
              [this](std::uint32_t ppm, std::string_view text) {
                progress(std::to_string(ppm / 10'000) + " % " + std::string(text));
              },
          .on_slice = [this](std::uint64_t used, std::uint64_t limit) { slice(used, limit); }};
}

void Watcher::log(std::string_view text) {
  clear();
  log_.write(text);
  // A closed standard error loses the live view, not the log.
  static_cast<void>(write_to(Stream::error, text).has_value());
}

void Watcher::slice(std::uint64_t used, std::uint64_t limit) {
  if (InterruptScope::asked()) static_cast<void>(node_.state().running().stop(job_, ports::StopReason::cancelled));
  // Every 64th slice is some 20 ms apart.
  if (++slices_ % 64 == 0) progress(grouped(used) + " fuel of " + grouped(limit));
}

void Watcher::progress(const std::string& text) {
  if (shows_ != Shows::log_and_progress) return;
  static_cast<void>(write_to(Stream::error, "\r\033[K" + text).has_value());
  shown_ = true;
}

void Watcher::clear() {
  if (!shown_) return;
  static_cast<void>(write_to(Stream::error, "\r\033[K").has_value());
  shown_ = false;
}

node::JobRunner::Watched watch_quietly(node::EmbeddedNode& node, const model::JobId& job) {
  auto log = std::make_shared<JobLog>(node, job);
  return {{.on_log = [kept = log.get()](std::string_view text) { kept->write(text); }}, log};
}

}  // namespace icn::cli::commands
