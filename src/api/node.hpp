// The node itself: its status, what it owes, whether it is ready, its metrics and its configuration
// (docs/OPERATIONS.md). As thread safe as runtime/.
#pragma once
#include "api/operation.hpp"
#include "ipld/cid.hpp"
#include "model/order.hpp"

namespace icn::api {

struct NodeRequest {
  static constexpr auto fields() { return std::tuple{}; }
};

struct DependencyView {
  std::string name;
  bool ready = false;
  Nullable<std::string> problem;

  static constexpr auto fields() {
    using T = DependencyView;
    return std::tuple{
        Field<&T::name>{"name", "what the node depends on", {.form = Form::word}},
        Field<&T::ready>{"ready", "whether the node can use it now"},
        Field<&T::problem>{"problem", "why not; null when it is ready", {.min = 1}},
    };
  }
};

struct Readiness {
  static constexpr std::string_view kName = "readiness";
  static constexpr std::string_view kText = "Whether the node can work now.";
  bool ready = false;
  std::vector<DependencyView> dependencies;

  static constexpr auto fields() {
    using T = Readiness;
    return std::tuple{
        Field<&T::ready>{"ready", "whether all of them are"},
        Field<&T::dependencies>{"dependencies", "what the node depends on", {.min = 1}},
    };
  }
};

// Waiting for its end, a draining node accepts nothing new.
enum class NodePhase : std::uint8_t { serving, stopping };
template <>
struct EnumNames<NodePhase> {
  static constexpr auto values = first_values<NodePhase, 2>();
  static std::string_view name(NodePhase phase) { return phase == NodePhase::serving ? "serving" : "stopping"; }
};

struct NodeStatus {
  static constexpr std::string_view kName = "node_status";
  static constexpr std::string_view kText = "What a running node is doing.";
  std::string owner;
  NodePhase phase = NodePhase::serving;
  std::string environment;
  std::string version;
  model::UnixMs started;
  ipld::Cid scope;
  model::Did node;
  std::uint64_t jobs_running = 0;
  std::uint64_t jobs_waiting = 0;
  std::uint64_t dag_bytes = 0;
  std::uint64_t dag_quota_bytes = 0;
  std::uint64_t log_entries = 0;
  std::uint64_t obligations = 0;
  std::uint64_t overdue = 0;
  Readiness readiness;

  static constexpr auto fields() {
    using T = NodeStatus;
    return std::tuple{
        Field<&T::owner>{"owner", "what the process that owns the data folder is", {.min = 1}},
        Field<&T::phase>{"phase", "serving, or stopping: it finishes what runs and accepts nothing new"},
        Field<&T::environment>{"environment", "production, development or testing", {.form = Form::word}},
        Field<&T::version>{"version", "version of the program", {.form = Form::version}},
        Field<&T::started>{"started", "when the process opened the node"},
        Field<&T::scope>{"scope", "the scope that it serves"},
        Field<&T::node>{"node", "its DID"},
        Field<&T::jobs_running>{"jobs_running", "jobs that run now"},
        Field<&T::jobs_waiting>{"jobs_waiting", "jobs accepted and not ended that do not run now"},
        Field<&T::dag_bytes>{"dag_bytes", "what blocks take, at most"},
        Field<&T::dag_quota_bytes>{"dag_quota_bytes",
                                   "what blocks, compiled modules and logs may take; 0 for no quota"},
        Field<&T::log_entries>{"log_entries", "entries of the scope's log"},
        Field<&T::obligations>{"obligations", "what it must do by a deadline"},
        Field<&T::overdue>{"overdue", "those whose deadline has passed"},
        Field<&T::readiness>{"readiness", "whether it can work now"},
    };
  }
};

struct ObligationsRequest {
  std::uint64_t count = 100;
  static constexpr std::uint64_t kCountMax = 10'000;

  static constexpr auto fields() {
    return std::tuple{Field<&ObligationsRequest::count>{
        "count", "at most this many, those due first", {.min = 1, .max = kCountMax, .missing = Missing::allowed}}};
  }
};

enum class ObligedFor : std::uint8_t { job, proposal, mana };
template <>
struct EnumNames<ObligedFor> {
  static constexpr auto values = first_values<ObligedFor, 3>();
  static std::string_view name(ObligedFor kind);
};

struct ObligationView {
  ObligedFor kind = ObligedFor::job;
  Nullable<std::string> subject;
  std::string state;
  std::string step;
  std::string owner;
  model::UnixMs due;
  bool overdue = false;

  static constexpr auto fields() {
    using T = ObligationView;
    return std::tuple{
        Field<&T::kind>{"kind", "what it is about"},
        Field<&T::subject>{"subject", "the job or the proposal; null for the epoch of mana", {.min = 1}},
        Field<&T::state>{"state", "what it waits in", {.form = Form::word}},
        Field<&T::step>{"step", "the step that ends this", {.form = Form::word}},
        Field<&T::owner>{"owner", "who must take it: home, executor or clerk", {.form = Form::word}},
        Field<&T::due>{"due", "when it is taken at the latest"},
        Field<&T::overdue>{"overdue", "whether that time has passed"},
    };
  }
};

struct ObligationAnswer {
  static constexpr std::string_view kName = "obligations";
  static constexpr std::string_view kText = "What the node owes, and by when.";
  std::vector<ObligationView> obligations;
  std::uint64_t total = 0;
  std::uint64_t overdue = 0;

  static constexpr auto fields() {
    using T = ObligationAnswer;
    return std::tuple{
        Field<&T::obligations>{"obligations", "those due first, in order"},
        Field<&T::total>{"total", "all of them"},
        Field<&T::overdue>{"overdue", "those whose deadline has passed"},
    };
  }
};

struct MetricsText {
  static constexpr std::string_view kName = "metrics";
  static constexpr std::string_view kText = "Metrics in Prometheus' text format.";
  std::string text;

  static constexpr auto fields() {
    return std::tuple{Field<&MetricsText::text>{"text", "the exposition; empty if it was streamed"}};
  }
};

struct SettingView {
  std::string key;
  std::string value;
  std::string source;
  Nullable<std::string> by;
  bool live = false;

  static constexpr auto fields() {
    using T = SettingView;
    return std::tuple{
        Field<&T::key>{"key", "its name", {.min = 1}},
        Field<&T::value>{"value", "its value; passwords in URLs are hidden"},
        Field<&T::source>{"source", "default, file, variable or option", {.form = Form::word}},
        Field<&T::by>{"by", "file and line, variable or option; null for a default", {.min = 1}},
        Field<&T::live>{"live", "whether a running node applies a change"},
    };
  }
};

struct ConfigurationView {
  static constexpr std::string_view kName = "configuration";
  static constexpr std::string_view kText = "Every key of a configuration with its value and source.";
  std::vector<SettingView> settings;

  static constexpr auto fields() {
    return std::tuple{Field<&ConfigurationView::settings>{"settings", "in the order of the table", {.min = 1}}};
  }
};

struct Reloaded {
  static constexpr std::string_view kName = "reload";
  static constexpr std::string_view kText = "A configuration that was read again.";
  std::vector<std::string> changes;

  static constexpr auto fields() {
    return std::tuple{Field<&Reloaded::changes>{"changes", "what changed, one text for each key", {.item_min = 1}}};
  }
};

// Errors of check_ready: busy with the rule not_ready, naming each dependency with its problem.
struct ShowNodeStatus : Slot<NodeRequest, NodeStatus> {};
struct CheckReady : Slot<NodeRequest, Readiness> {};
struct ShowConfiguration : Slot<NodeRequest, ConfigurationView> {};
struct ReloadConfiguration : Slot<NodeRequest, Reloaded> {};

[[nodiscard]] Result<ObligationAnswer> node_obligations(Context& context, const ObligationsRequest& request);
// Streams the text to Context::out if there is one.
[[nodiscard]] Result<MetricsText> node_metrics(Context& context, const NodeRequest& request);

}  // namespace icn::api
