// Goal: every row of the metric table is counted somewhere, exact under threads, and in Prometheus' format.
#include "core/metrics.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <thread>
#include <vector>

#include "testing/documents.hpp"

namespace icn {
namespace {

std::string read(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

TEST(Metrics, EveryRowHasANameOfItsOwnAndAText) {
  std::set<std::string_view> names;
  for (const MetricRow& row : kMetricTable) {
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
    EXPECT_EQ(row.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_"), std::string_view::npos) << row.name;
    EXPECT_FALSE(row.unit.empty() || row.doc.empty()) << row.name;
    EXPECT_EQ(row.doc.find_first_of("\n\\|"), std::string_view::npos) << row.name;
  }
}

// A row that no source counts would always be 0.
TEST(Metrics, EveryRowIsCountedByASource) {
  std::string sources;
  for (const auto& file : std::filesystem::recursive_directory_iterator("src")) {
    const std::string path = file.path().string();
    if (!path.ends_with(".cpp") || path.ends_with("_test.cpp") || path.ends_with("core/metrics.cpp")) continue;
    sources += read(path);
  }
  for (const MetricRow& row : kMetricTable) {
    std::string enumerator(row.name.substr(4));
    if (row.kind == MetricKind::counter) enumerator.resize(enumerator.size() - 6);
    EXPECT_NE(sources.find("Metric::" + enumerator), std::string::npos) << "nothing counts " << row.name;
  }
}

TEST(Metrics, CountExactlyUnderThreads) {
  Metrics metrics;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&metrics] {
      for (int i = 0; i < 1'000; ++i) {
        metrics.add(Metric::jobs_submitted);
        metrics.add(Metric::host_calls, i % 2 == 0 ? "even" : "odd", 3);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(metrics.value(Metric::jobs_submitted), 4'000U);
  EXPECT_EQ(metrics.value(Metric::host_calls, "even"), 6'000U);
  EXPECT_EQ(metrics.value(Metric::host_calls, "odd"), 6'000U);
  EXPECT_EQ(metrics.value(Metric::host_calls, "neither"), 0U);
}

TEST(Metrics, AreShownAsPrometheusReadsThem) {
  Metrics metrics;
  metrics.add(Metric::jobs_submitted, 7);
  metrics.set(Metric::jobs_active, 3);
  metrics.set(Metric::jobs_active, 2);
  metrics.add(Metric::host_calls, "host_get_time", 5);
  metrics.add(Metric::host_calls, "fd_write", 1);
  const std::string text = metrics.to_prometheus();
  for (const char* part :
       {"# TYPE icn_jobs_submitted_total counter\nicn_jobs_submitted_total 7\n",
        "# TYPE icn_jobs_active gauge\nicn_jobs_active 2\n", "icn_jobs_failed_total 0\n",
        "icn_host_calls_total{function=\"fd_write\"} 1\nicn_host_calls_total{function=\"host_get_time\"} 5\n"}) {
    EXPECT_NE(text.find(part), std::string::npos) << part << text;
  }
  for (const MetricRow& row : kMetricTable) {
    EXPECT_NE(text.find("# HELP " + std::string(row.name) + " "), std::string::npos) << row.name;
  }
}

TEST(Metrics, AHistogramCountsEachDurationInEveryBucketThatHoldsIt) {
  Metrics metrics;
  metrics.observe(Metric::job_run_seconds, std::chrono::microseconds(1'000));
  metrics.observe(Metric::job_run_seconds, std::chrono::microseconds(1'001));
  metrics.observe(Metric::job_run_seconds, std::chrono::seconds(300));
  metrics.observe(Metric::job_run_seconds, std::chrono::seconds(301));
  metrics.observe(Metric::job_run_seconds, std::chrono::nanoseconds(-5));
  EXPECT_EQ(metrics.value(Metric::job_run_seconds), 5U);
  EXPECT_EQ(metrics.value(Metric::job_settle_seconds), 0U);
  const std::string text = metrics.to_prometheus();
  for (const char* part : {"# TYPE icn_job_run_seconds histogram\nicn_job_run_seconds_bucket{le=\"0.001\"} 2\n"
                           "icn_job_run_seconds_bucket{le=\"0.005\"} 3\n",
                           "icn_job_run_seconds_bucket{le=\"60\"} 3\nicn_job_run_seconds_bucket{le=\"300\"} 4\n"
                           "icn_job_run_seconds_bucket{le=\"+Inf\"} 5\nicn_job_run_seconds_sum 601.002001\n"
                           "icn_job_run_seconds_count 5\n"}) {
    EXPECT_NE(text.find(part), std::string::npos) << part << text;
  }
}

TEST(Documents, MetricsAreWhatTheTableSays) { testing::expect_document("docs/METRICS.md", metrics_markdown()); }

}  // namespace
}  // namespace icn
