// Metrics: what a node counts for its operator. One table: a metric is counted by its row, and docs/METRICS.md and the
// exposition for Prometheus derive from the rows.
//
// Thread safe; counting a metric without a label, or observing a duration, is a few atomic additions. Values start at 0
// with the process and are not stored. No result, receipt or signed byte depends on them.
#pragma once
#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
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
  job_queue_seconds,
  job_start_seconds,
  job_run_seconds,
  job_settle_seconds,
  jobs_running,
  jobs_queued,
  obligations,
  obligations_overdue,
  dag_stored_bytes,
  dag_quota_bytes,
  scope_log_entries,
  sweeps,
  configuration_reloads,
  start_time_seconds,
};

// A counter only grows, a gauge is set, a histogram observes durations.
enum class MetricKind : std::uint8_t { counter, gauge, histogram };

struct MetricRow {
  Metric metric;
  std::string_view name;  // "icn_" + the enumerator, and "_total" for a counter; a histogram's ends with "_seconds"
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
    MetricRow{Metric::job_queue_seconds, "icn_job_queue_seconds", MetricKind::histogram, "s", "", "",
              "time that a job waited in the queue of this process"},
    MetricRow{Metric::job_start_seconds, "icn_job_start_seconds", MetricKind::histogram, "s", "", "",
              "time to load a job's module and inputs and to start its run"},
    MetricRow{Metric::job_run_seconds, "icn_job_run_seconds", MetricKind::histogram, "s", "", "",
              "time from the start of a run to its end, including its waits for other runs"},
    MetricRow{Metric::job_settle_seconds, "icn_job_settle_seconds", MetricKind::histogram, "s", "", "",
              "time to check the effects of a run, pay, sign and commit"},
    MetricRow{Metric::jobs_running, "icn_jobs_running", MetricKind::gauge, "jobs", "", "", "jobs that run now"},
    MetricRow{Metric::jobs_queued, "icn_jobs_queued", MetricKind::gauge, "jobs", "", "",
              "jobs accepted and not yet ended that do not run now"},
    MetricRow{Metric::obligations, "icn_obligations", MetricKind::gauge, "obligations", "", "",
              "what the node must do by a deadline"},
    MetricRow{Metric::obligations_overdue, "icn_obligations_overdue", MetricKind::gauge, "obligations", "", "",
              "obligations whose deadline has passed"},
    MetricRow{Metric::dag_stored_bytes, "icn_dag_stored_bytes", MetricKind::gauge, "bytes", "", "",
              "what blocks take in the DAG store, at most"},
    MetricRow{Metric::dag_quota_bytes, "icn_dag_quota_bytes", MetricKind::gauge, "bytes", "", "",
              "what blocks, compiled modules and logs may take; 0 for no quota"},
    MetricRow{Metric::scope_log_entries, "icn_scope_log_entries", MetricKind::gauge, "entries", "", "",
              "entries of the scope's log that this node has applied"},
    MetricRow{Metric::sweeps, "icn_sweeps_total", MetricKind::counter, "sweeps", "", "",
              "looks for overdue jobs, due steps of governance and ended epochs"},
    MetricRow{Metric::configuration_reloads, "icn_configuration_reloads_total", MetricKind::counter, "reloads",
              "result", "", "requests to reload the configuration, by result: applied or refused"},
    MetricRow{Metric::start_time_seconds, "icn_start_time_seconds", MetricKind::gauge, "s", "", "",
              "when the process opened the node, in seconds since 1970"},
};
[[nodiscard]] constexpr const MetricRow& metric_row(Metric metric) {
  return kMetricTable[static_cast<std::size_t>(metric)];
}

// Upper bounds of the buckets of every histogram, in microseconds and as Prometheus shows them.
struct DurationBucket {
  std::uint64_t us;
  std::string_view seconds;
};
inline constexpr std::array kDurationBuckets{
    DurationBucket{1'000, "0.001"},   DurationBucket{5'000, "0.005"},   DurationBucket{10'000, "0.01"},
    DurationBucket{25'000, "0.025"},  DurationBucket{50'000, "0.05"},   DurationBucket{100'000, "0.1"},
    DurationBucket{250'000, "0.25"},  DurationBucket{500'000, "0.5"},   DurationBucket{1'000'000, "1"},
    DurationBucket{2'500'000, "2.5"}, DurationBucket{5'000'000, "5"},   DurationBucket{10'000'000, "10"},
    DurationBucket{30'000'000, "30"}, DurationBucket{60'000'000, "60"}, DurationBucket{300'000'000, "300"},
};
inline constexpr std::size_t kHistogramCount = static_cast<std::size_t>(std::count_if(
    kMetricTable.begin(), kMetricTable.end(), [](const MetricRow& row) { return row.kind == MetricKind::histogram; }));

class Metrics {
 public:
  // Counts in a counter without a label.
  void add(Metric counter, std::uint64_t amount = 1);
  // Counts in a counter with a label, whose values must come from a table, so that their number is bounded.
  void add(Metric counter, std::string_view label, std::uint64_t amount);
  void set(Metric gauge, std::uint64_t value);
  // Observes a duration in a histogram.
  void observe(Metric histogram, std::chrono::nanoseconds duration);
  // Of a histogram the number of observations.
  [[nodiscard]] std::uint64_t value(Metric metric) const;
  [[nodiscard]] std::uint64_t value(Metric metric, std::string_view label) const;
  // Every row in Prometheus' text format.
  [[nodiscard]] std::string to_prometheus() const;

 private:
  // The last bucket has no bound.
  struct Histogram {
    std::array<std::atomic<std::uint64_t>, kDurationBuckets.size() + 1> counts{};
    std::atomic<std::uint64_t> sum_us{0};
  };
  [[nodiscard]] const Histogram& histogram(Metric metric) const;
  void add_histogram(const MetricRow& row, std::string& text) const;

  std::array<std::atomic<std::uint64_t>, kMetricTable.size()> values_{};
  std::array<Histogram, kHistogramCount> histograms_{};
  mutable Mutex mutex_;
  std::map<std::pair<Metric, std::string>, std::uint64_t, std::less<>> labelled_ ICN_GUARDED_BY(mutex_);
};

// docs/METRICS.md.
[[nodiscard]] std::string metrics_markdown();

}  // namespace icn
