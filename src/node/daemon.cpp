#include "node/daemon.hpp"

#include <algorithm>
#include <chrono>

#include "core/log.hpp"
#include "node/listeners.hpp"
#include "node/node_operations.hpp"
#include "node/signal_watch.hpp"

namespace icn::node {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::string_view kComponent = "node";

std::string count_of(std::size_t count, std::string_view what) {
  return std::to_string(count) + " " + std::string(what) + (count == 1 ? "" : "s");
}

void reload(EmbeddedNode& node, const ServiceManager& manager) {
  manager.notify_reloading();
  const auto changes = node.reload();
  if (!changes) {
    log(LogLevel::error, kComponent, "the configuration was not reloaded: " + changes.error().detail);
  } else if (changes->empty()) {
    log(LogLevel::info, kComponent, "the configuration was reloaded; nothing changed");
  } else {
    for (const config::Change& change : *changes)
      log(LogLevel::info, kComponent, "the configuration was reloaded: " + config::change_text(change));
  }
  manager.notify("READY=1");
}

std::string status_line(EmbeddedNode& node) {
  const std::size_t running = node.state().running().count();
  const std::size_t open = node.state().jobs().open_count();
  return "STATUS=" + count_of(running, "job") + " running, " + std::to_string(open - std::min(open, running)) +
         " waiting";
}

// Until a signal asks to stop.
void serve_until_stopped(EmbeddedNode& node, const ServiceManager& manager, SignalWatch& signals) {
  constexpr std::uint64_t kStatusMs = 10'000;
  const std::uint64_t tick_ms = std::min(kStatusMs, manager.watchdog_ms().value_or(kStatusMs * 2) / 2);
  for (;;) {
    const auto signal = signals.next(tick_ms);
    if (signal == SIGHUP) {
      reload(node, manager);
    } else if (signal) {
      log(LogLevel::info, kComponent, *signal == SIGINT ? "stopping: interrupted" : "stopping: asked to terminate");
      return;
    }
    manager.notify(status_line(node));
    // A node that is stuck stops reporting, so that the service manager restarts it.
    if (manager.watchdog_ms() && !node.is_stuck()) manager.notify("WATCHDOG=1");
  }
}

// Lets running jobs finish; returns how many did not.
std::size_t drain(EmbeddedNode& node, const ServiceManager& manager, SignalWatch& signals) {
  constexpr std::uint64_t kLookMs = 20;
  const auto deadline = Clock::now() + std::chrono::seconds(node.config().parameters.grace_secs);
  for (;;) {
    const std::size_t left = node.state().running().count();
    if (left == 0 || Clock::now() >= deadline) return left;
    const auto signal = signals.next(kLookMs);
    if (signal && *signal != SIGHUP) {
      log(LogLevel::warning, kComponent, "stopping at once: a second signal arrived");
      return left;
    }
    if (manager.watchdog_ms()) manager.notify("WATCHDOG=1");
  }
}

}  // namespace

Result<DaemonReport> run_daemon(DaemonOptions options) {
  SignalWatch signals = ICN_TRY(SignalWatch::begin());
  std::unique_ptr<EmbeddedNode> node = ICN_TRY(options.open());
  ICN_TRY(require_environment(*node));
  {
    const SignalWatch::Pause pause(signals);
    ICN_TRY(node->unlock_node_key());
  }
  node->listen(ICN_TRY(open_listeners(node->config().http, options.manager.take_sockets())));
  ICN_TRY(node->keep_working());
  const ServiceManager& manager = options.manager;
  if (options.ready) options.ready(*node);
  manager.notify("READY=1\n" + status_line(*node));
  log(LogLevel::info, kComponent,
      "serving " + node->folder().path().string() + " as " + node->state().node_did().to_text());
  serve_until_stopped(*node, manager, signals);
  manager.notify("STOPPING=1");
  node->begin_stopping();
  DaemonReport report{drain(*node, manager, signals)};
  // Ends the runs that are left, answers the requests that waited for one and waits until everything is durable.
  node.reset();
  if (report.handed_back > 0) {
    log(LogLevel::warning, kComponent,
        count_of(report.handed_back, "job") + " did not finish in time and will run after the next start");
  }
  log(LogLevel::info, kComponent, "stopped");
  return report;
}

}  // namespace icn::node
