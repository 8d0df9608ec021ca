#include "cli/commands/watch.hpp"

#include <fmt/core.h>

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

RunView::RunView(Shown shown) : shown_(shown) {
  hooks_.on_log = [this](std::string_view text) {
    if (progress_) progress_->write_through(text);
  };
  hooks_.on_progress = [this](std::uint32_t ppm, std::string_view text) {
    if (progress_) progress_->show(fmt::format("{} % {}", ppm / 10'000, text));
  };
  hooks_.on_slice = [this](std::uint64_t used, std::uint64_t limit) {
    if (const auto news = slice_news(slices_, used, limit); news && progress_) progress_->show(*news);
  };
}

void RunView::watch(api::Context& context) {
  context.progress = [this](std::string_view work) { begin(std::string(work)); };
  context.stop_asked = [] { return InterruptScope::asked(); };
  context.hooks = &hooks_;
}

void RunView::begin(std::string work) {
  if (!interrupt_) interrupt_.emplace();
  progress_.emplace(std::move(work), shown_);
}

std::optional<std::string> slice_news(std::uint64_t& slices, std::uint64_t used, std::uint64_t limit) {
  // Every 64th slice is some 20 ms apart.
  if (++slices % 64 != 0) return std::nullopt;
  return grouped(used) + " fuel of " + grouped(limit);
}

}  // namespace icn::cli::commands
