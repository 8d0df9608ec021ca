// Receipts that differ between code generators, over generated programs; tests/differential has the generator's rules.
#include "differential.hpp"
#include "measure.hpp"

namespace icn::bench {

std::vector<Figure> measure_differing_receipts(const Settings& settings) {
  const std::uint64_t runs = settings.scaled(1'000'000, 3'000);
  const differential::Report report =
      differential::compare(settings.guests + "/generated", runs, 7, wasm::NanCanonicalisation::on);
  if (report.modules == 0) give_up("differing_receipts needs generated modules: ./dev bench builds them");
  return {{"differing_receipts", static_cast<double>(report.differing), "runs", 0,
           std::to_string(report.runs) + " runs of " + std::to_string(report.modules) + " modules; " +
               std::to_string(report.burning) + " burned more than 10,000 fuel, " + std::to_string(report.calling) +
               " made host calls; the bar is 0"}};
}

}  // namespace icn::bench
