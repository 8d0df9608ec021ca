// Metrics: what a node counts for its operator. One table: a metric is counted by its row, and docs/METRICS.md and the
// exposition for Prometheus derive from the rows.
//
// Thread safe; counting a metric without a label is one atomic addition. Values start at 0 with the process and are not
// stored. No result, receipt or signed byte depends on them.
#pragma once
#include <array>
#include <atomic>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "core/mutex.hpp"

namespace icn {

enum class Metric : std::uint8_t {
  jobs_submitted,
  jobs_active,
  jobs_completed,
  jobs_failed,
  jobs_cancelled,
  jobs_expired,
  host_calls,
  wasm_memory_growth_denied,
  wasm_table_growth_denied,
  dag_blocks_collected,
};

// A counter only grows, a gauge is set.
enum class MetricKind : std::uint8_t { counter, gauge };

struct MetricRow {
  Metric metric;
  std::string_view name;  // "icn_" + the enumerator, and "_total" for a counter
  MetricKind kind;
  std::string_view unit;
  std::string_view label;      // empty: a single value
  std::string_view spec_name;  // in the specification; empty: none
  std::string_view doc;
};

inline constexpr std::array kMetricTable{
    MetricRow{Metric::jobs_submitted, "icn_jobs_submitted_total", MetricKind::counter, "jobs", "", "JOBS_SUBMITTED",
              "jobs accepted, including those submitted by jobs"},
    MetricRow{Metric::jobs_active, "icn_jobs_active", MetricKind::gauge, "jobs", "", "JOBS_ACTIVE_GAUGE",
              "jobs accepted and not yet ended, including those accepted by an earlier process"},
    MetricRow{Metric::jobs_completed, "icn_jobs_completed_total", MetricKind::counter, "jobs", "", "JOBS_COMPLETED",
              "jobs that ran to completion, with any exit code"},
    MetricRow{Metric::jobs_failed, "icn_jobs_failed_total", MetricKind::counter, "jobs", "", "JOBS_FAILED",
              "jobs that ended otherwise (charged), or whose attempts are used up (not charged)"},
    MetricRow{Metric::jobs_cancelled, "icn_jobs_cancelled_total", MetricKind::counter, "jobs", "", "",
              "jobs cancelled: before they ran, or while they ran"},
    MetricRow{Metric::jobs_expired, "icn_jobs_expired_total", MetricKind::counter, "jobs", "", "",
              "jobs that were not started in time; not charged"},
    MetricRow{Metric::host_calls, "icn_host_calls_total", MetricKind::counter, "calls", "function",
              "HOST_SUBMIT_MESH_JOB_CALLS, HOST_ACCOUNT_GET_MANA_CALLS (one value per function)",
              "host calls of the runs that this node settled, by host function"},
    MetricRow{Metric::wasm_memory_growth_denied, "icn_wasm_memory_growth_denied_total", MetricKind::counter, "growths",
              "", "WASM_MEMORY_GROWTH_DENIED", "growths of a linear memory that a job's limits denied"},
    MetricRow{Metric::wasm_table_growth_denied, "icn_wasm_table_growth_denied_total", MetricKind::counter, "growths",
              "", "WASM_TABLE_GROWTH_DENIED", "growths of a table that a job's limits denied"},
    MetricRow{Metric::dag_blocks_collected, "icn_dag_blocks_collected_total", MetricKind::counter, "blocks", "", "",
              "blocks that a garbage collection removed"},
};
[[nodiscard]] constexpr const MetricRow& metric_row(Metric metric) {
  return kMetricTable[static_cast<std::size_t>(metric)];
}

class Metrics {
 public:
  // Counts in a counter without a label.
  void add(Metric counter, std::uint64_t amount = 1);
  // Counts in a counter with a label, whose values must come from a table, so that their number is bounded.
  void add(Metric counter, std::string_view label, std::uint64_t amount);
  void set(Metric gauge, std::uint64_t value);
  [[nodiscard]] std::uint64_t value(Metric metric) const;
  [[nodiscard]] std::uint64_t value(Metric metric, std::string_view label) const;
  // Every row in Prometheus' text format.
  [[nodiscard]] std::string to_prometheus() const;

 private:
  std::array<std::atomic<std::uint64_t>, kMetricTable.size()> values_{};
  mutable Mutex mutex_;
  std::map<std::pair<Metric, std::string>, std::uint64_t, std::less<>> labelled_ ICN_GUARDED_BY(mutex_);
};

// docs/METRICS.md.
[[nodiscard]] std::string metrics_markdown();

}  // namespace icn
