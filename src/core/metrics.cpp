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
  }
  return true;
}
static_assert(rows_are_in_order());

std::string_view kind_name(MetricKind kind) { return kind == MetricKind::counter ? "counter" : "gauge"; }

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

std::uint64_t Metrics::value(Metric metric) const {
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
      "with the process.\n\n"
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
