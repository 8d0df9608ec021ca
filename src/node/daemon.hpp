// A node that runs until a signal stops it: it serves the data folder's socket, runs the jobs that wait and those that
// arrive, takes the steps that are due, and reports to the service manager that started it.
//
// SIGTERM or SIGINT stops it: nothing new starts, running jobs may finish within the configured grace period, and those
// that do not are handed back: they cost nothing and run after the next start. A second signal ends the grace period.
// SIGHUP reloads the configuration. Runs on the calling thread, which must be the only one.
#pragma once
#include <functional>
#include <memory>

#include "node/embedded_node.hpp"
#include "node/service_manager.hpp"

namespace icn::node {

struct DaemonOptions {
  // Opens the node; called once signals are watched.
  std::function<Result<std::unique_ptr<EmbeddedNode>>()> open;
  ServiceManager manager = {};
  // Called when the node is ready.
  std::function<void(EmbeddedNode& node)> ready = {};
};

struct DaemonReport {
  std::size_t handed_back = 0;  // jobs that the grace period did not suffice for
};
// Returns after the node has stopped and everything is durable. Errors: those of `open`, of require_environment()
// (node_operations.hpp) and of the node's key.
[[nodiscard]] Result<DaemonReport> run_daemon(DaemonOptions options);

}  // namespace icn::node
