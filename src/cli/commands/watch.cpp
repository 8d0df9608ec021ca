#include "cli/commands/watch.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "cli/views.hpp"
#include "economy/pricing.hpp"

namespace icn::cli::commands {
namespace {

// Global because signals are per process.
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
    // A signal that the process inherited as ignored (nohup) stays ignored.
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
    if (const auto news = news_.after_slice(used, limit); news && progress_) progress_->show(*news);
  };
}

void RunView::watch(api::Context& context) {
  context.progress = [this](std::string_view work) { begin(std::string(work)); };
  context.terms = [this](const api::RunTerms& terms) { news_.begin(terms); };
  context.news = [this](std::string_view news) {
    if (progress_) progress_->show(news);
  };
  context.stop_asked = [] { return InterruptScope::asked(); };
  context.hooks = &hooks_;
}

void RunView::begin(std::string work) {
  if (!interrupt_) interrupt_.emplace();
  progress_.emplace(std::move(work), shown_);
}

void RunNews::begin(const api::RunTerms& terms) {
  terms_ = terms;
  begun_ = std::chrono::steady_clock::now();
}

std::optional<std::string> RunNews::after_slice(std::uint64_t used, std::uint64_t limit) {
  // Every 64th slice is some 20 ms apart.
  if (++slices_ % 64 != 0) return std::nullopt;
  const auto since = std::chrono::steady_clock::now() - begun_;
  return run_news(static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::seconds>(since).count()), used,
                  limit, terms_);
}

std::string run_news(std::uint64_t seconds, std::uint64_t used, std::uint64_t limit,
                     const std::optional<api::RunTerms>& terms) {
  const std::uint64_t percent = limit == 0 ? 0 : used / std::max<std::uint64_t>(1, limit / 100);
  std::string text = fmt::format("{} s", grouped(seconds));
  if (terms && terms->seconds_max > 0) text += fmt::format(" of {} s", grouped(terms->seconds_max));
  text += fmt::format(" · {} % of fuel", std::min<std::uint64_t>(percent, 100));
  if (!terms) return text;
  // Excludes memory, whose peak is known only when the run has ended.
  const economy::RunPrice price{terms->base, terms->page, terms->asking, {limit, terms->pages_max}};
  const model::Mana pay = economy::pay_for(price, {std::min(used, limit), 0});
  // To a hundredth: the line changes several times a second.
  return text + " · " + mana_text(model::Mana{pay.umana - pay.umana % 10'000});
}

}  // namespace icn::cli::commands
