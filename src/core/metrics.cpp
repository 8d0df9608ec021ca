#include "core/metrics.hpp"

#include "core/check.hpp"

namespace icn {
namespace {

consteval bool rows_are_in_order() {
  for (std::size_t i = 0; i < kMetricTable.size(); ++i) {
    const MetricRow& row = kMetricTable[i];
    if (static_cast<std::size_t>(row.metric) != i) throw "the rows are in the order of the enumerators";
    if (!row.name.starts_with("icn_")) throw "a name begins with icn_";
    if ((row.kind == MetricKind::counter) != row.name.ends_with("_total")) throw "a counter's name ends with _total";
    if (row.kind == MetricKind::histogram && (!row.name.ends_with("_seconds") || !row.label.empty()))
      throw "a histogram's name ends with _seconds, and it has no label";
  }
  return true;
}
static_assert(rows_are_in_order());

std::string_view kind_name(MetricKind kind) {
  constexpr std::array<std::string_view, 3> kNames{"counter", "gauge", "histogram"};
  return kNames[static_cast<std::size_t>(kind)];
}

// The position of a histogram among those of the table.
std::size_t histogram_index(Metric metric) {
  std::size_t index = 0;
  for (std::size_t i = 0; i < static_cast<std::size_t>(metric); ++i)
    if (kMetricTable[i].kind == MetricKind::histogram) ++index;
  return index;
}

// "12.345678".
std::string seconds_text(std::uint64_t us) {
  const std::string fraction = std::to_string(1'000'000 + us % 1'000'000);
  return std::to_string(us / 1'000'000) + "." + fraction.substr(1);
}

}  // namespace

void Metrics::add(Metric counter, std::uint64_t amount) {
  ICN_CHECK(metric_row(counter).kind == MetricKind::counter && metric_row(counter).label.empty());
  values_[static_cast<std::size_t>(counter)].fetch_add(amount, std::memory_order_relaxed);
}

void Metrics::add(Metric counter, std::string_view label, std::uint64_t amount) {
  ICN_CHECK(metric_row(counter).kind == MetricKind::counter && !metric_row(counter).label.empty());
  Lock lock(mutex_);
  labelled_[{counter, std::string(label)}] += amount;
}

void Metrics::set(Metric gauge, std::uint64_t value) {
  ICN_CHECK(metric_row(gauge).kind == MetricKind::gauge);
  values_[static_cast<std::size_t>(gauge)].store(value, std::memory_order_relaxed);
}

void Metrics::observe(Metric metric, std::chrono::nanoseconds duration) {
  ICN_CHECK(metric_row(metric).kind == MetricKind::histogram);
  const auto us = static_cast<std::uint64_t>(
      std::max<std::int64_t>(0, std::chrono::duration_cast<std::chrono::microseconds>(duration).count()));
  Histogram& into = histograms_[histogram_index(metric)];
  const auto* const bucket = std::find_if(kDurationBuckets.begin(), kDurationBuckets.end(),
                                          [us](const DurationBucket& one) { return us <= one.us; });
  into.counts[static_cast<std::size_t>(bucket - kDurationBuckets.begin())].fetch_add(1, std::memory_order_relaxed);
  into.sum_us.fetch_add(us, std::memory_order_relaxed);
}

const Metrics::Histogram& Metrics::histogram(Metric metric) const { return histograms_[histogram_index(metric)]; }

void Metrics::add_histogram(const MetricRow& row, std::string& text) const {
  const Histogram& from = histogram(row.metric);
  const std::string name(row.name);
  std::uint64_t count = 0;
  for (std::size_t i = 0; i < from.counts.size(); ++i) {
    count += from.counts[i].load(std::memory_order_relaxed);
    const std::string_view bound = i < kDurationBuckets.size() ? kDurationBuckets[i].seconds : "+Inf";
    text += name + "_bucket{le=\"" + std::string(bound) + "\"} " + std::to_string(count) + "\n";
  }
  text += name + "_sum " + seconds_text(from.sum_us.load(std::memory_order_relaxed)) + "\n";
  // The same number as that of the last bucket, whatever was observed meanwhile.
  text += name + "_count " + std::to_string(count) + "\n";
}

std::uint64_t Metrics::value(Metric metric) const {
  if (metric_row(metric).kind == MetricKind::histogram) {
    std::uint64_t count = 0;
    for (const auto& bucket : histogram(metric).counts) count += bucket.load(std::memory_order_relaxed);
    return count;
  }
  return values_[static_cast<std::size_t>(metric)].load(std::memory_order_relaxed);
}

std::uint64_t Metrics::value(Metric metric, std::string_view label) const {
  Lock lock(mutex_);
  const auto at = labelled_.find({metric, std::string(label)});
  return at == labelled_.end() ? 0 : at->second;
}

std::string Metrics::to_prometheus() const {
  std::string text;
  Lock lock(mutex_);
  for (const MetricRow& row : kMetricTable) {
    const std::string name(row.name);
    text += "# HELP " + name + " " + std::string(row.doc) + "\n";
    text += "# TYPE " + name + " " + std::string(kind_name(row.kind)) + "\n";
    if (row.kind == MetricKind::histogram) {
      add_histogram(row, text);
      continue;
    }
    if (row.label.empty()) text += name + " " + std::to_string(value(row.metric)) + "\n";
    for (auto at = labelled_.lower_bound({row.metric, {}}); at != labelled_.end() && at->first.first == row.metric;
         ++at) {
      text +=
          name + "{" + std::string(row.label) + "=\"" + at->first.second + "\"} " + std::to_string(at->second) + "\n";
    }
  }
  return text;
}

std::string metrics_markdown() {
  std::string text =
      "# Metrics\n\n"
      "Made from the table in `src/core/metrics.hpp`; `core_test` compares, `./dev fix` writes it. Values start at 0\n"
      "with the process. A histogram has the buckets `_bucket{le=…}`, `_sum` and `_count` of Prometheus.\n\n"
      "| metric | kind | unit | label | in the specification | what it counts |\n| --- | --- | --- | --- | --- | --- "
      "|\n";
  for (const MetricRow& row : kMetricTable) {
    text += "| `" + std::string(row.name) + "` | " + std::string(kind_name(row.kind)) + " | " + std::string(row.unit) +
            " | " + (row.label.empty() ? "–" : "`" + std::string(row.label) + "`") + " | " +
            (row.spec_name.empty() ? "–" : std::string(row.spec_name)) + " | " + std::string(row.doc) + " |\n";
  }
  return text;
}

}  // namespace icn
