#include "cli/commands/watch.hpp"

#include "cli/views.hpp"
#include "disk/folder.hpp"

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
  // A log that cannot be kept is shown all the same.
  if (!disk::make_private_folder(node_.folder().logs_path())) return;
  auto file = disk::File::open(node_.folder().logs_path() / (job.to_text() + ".log"), disk::Open::truncate);
  if (file) file_ = *std::move(file);
}

JobLog::~JobLog() { node_.logs().close(job_); }

void JobLog::write(std::string_view text) {
  node_.logs().write(job_, text);
  if (file_ && !file_->write(view_of(text))) file_.reset();
}

Watcher::Watcher(node::EmbeddedNode& node, const model::JobId& job, Shown progress)
    : node_(node), job_(job), log_(node, job), progress_("compiling and starting the program", progress) {}

runtime::RunHooks Watcher::hooks() {
  return {.on_log =
              [this](std::string_view text) {
                log_.write(text);
                progress_.write_through(text);
              },
          .on_progress =
              [this](std::uint32_t ppm, std::string_view text) {
                progress_.show(std::to_string(ppm / 10'000) + " % " + std::string(text));
              },
          .on_slice = [this](std::uint64_t used, std::uint64_t limit) { slice(used, limit); }};
}

void Watcher::slice(std::uint64_t used, std::uint64_t limit) {
  if (InterruptScope::asked()) static_cast<void>(node_.state().running().stop(job_, ports::StopReason::cancelled));
  if (const auto news = slice_news(slices_, used, limit)) progress_.show(*news);
}

std::optional<std::string> slice_news(std::uint64_t& slices, std::uint64_t used, std::uint64_t limit) {
  // Every 64th slice is some 20 ms apart.
  if (++slices % 64 != 0) return std::nullopt;
  return grouped(used) + " fuel of " + grouped(limit);
}

node::JobRunner::Watched watch_quietly(node::EmbeddedNode& node, const model::JobId& job) {
  auto log = std::make_shared<JobLog>(node, job);
  return {{.on_log = [kept = log.get()](std::string_view text) { kept->write(text); }}, log};
}

}  // namespace icn::cli::commands
