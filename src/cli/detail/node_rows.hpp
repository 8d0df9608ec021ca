// The rows of the command table about a node that keeps running. Constant.
#pragma once
#include "cli/commands/commands.hpp"

namespace icn::cli::detail {

inline constexpr OptionRow kSet{"--set", "KEY=VALUE", Value::many,
                                "set a key of the configuration, e.g. log.level=debug; docs/CONFIG.md lists them"};
inline constexpr OptionRow kEnvironment{"--environment", "NAME", Value::one,
                                        "production (default), development or testing"};

inline constexpr OptionRow kListen{
    "--listen", "ADDRESS:PORT", Value::one,
    "also serve HTTP there, e.g. 127.0.0.1:7845 (default: the data folder's socket only)"};

inline constexpr OptionRow kNodeOptions[] = {kEnvironment, kListen, kSet};
inline constexpr OptionRow kNodeConfigOptions[] = {
    {"--origin", "", Value::flag, "also where each value came from"},
    kEnvironment,
    kListen,
    kSet,
};
inline constexpr OptionRow kObligationOptions[] = {
    {"--count", "N", Value::one, "at most this many, those due first (default: 100)"},
};

inline constexpr CommandRow kNodeRows[] = {
    {"node run", "", "run the node until a signal stops it",
     "Serves other commands through the data folder, runs waiting jobs and those that arrive, and takes the steps "
     "that\n"
     "are due. SIGTERM or Ctrl-C stops it: running jobs may finish within parameters.grace_secs; those that do not "
     "cost\n"
     "nothing and run after the next start. A second signal stops it at once. SIGHUP reloads the configuration.",
     "icn --data ~/try node run --environment development", "text", kNodeOptions, 0, 0, &commands::node_run},
    {"node check", "", "check configuration, keys and stores, and exit",
     "Exit 0 only when the node could run. Changes nothing. While another process runs the node, that process is "
     "asked\n"
     "whether it is ready.",
     "icn node check", "readiness", kNodeOptions, 0, 0, &commands::node_check},
    {"node config", "[show]", "the configuration of a node",
     "Every key with its value: that of the process that runs the node, else what a node that starts now would use.",
     "icn node config show --origin", "configuration", kNodeConfigOptions, 0, 1, &commands::node_config},
    {"node status",
     "",
     "what the running node is doing",
     "Asks the process that runs the node. Exit 0 only when it is ready.",
     "icn node status",
     "node_status",
     {},
     0,
     0,
     &commands::node_status},
    {"node obligations", "", "what the node owes, and by when",
     "Open jobs, the next steps of proposals, and the end of an epoch of mana, those due first.",
     "icn node obligations", "obligations", kObligationOptions, 0, 0, &commands::node_obligations},
    {"node metrics",
     "",
     "the metrics of the node",
     "In Prometheus' text format; docs/METRICS.md lists them. Without a running node most of them are 0.",
     "icn node metrics",
     "metrics",
     {},
     0,
     0,
     &commands::node_metrics},
    {"node reload",
     "",
     "read the configuration again",
     "The running node applies all changes, or none if one of them needs a restart; SIGHUP does the same.",
     "icn node reload",
     "reload",
     {},
     0,
     0,
     &commands::node_reload},
};

}  // namespace icn::cli::detail
