// icn_bench [--quick] --out FILE: measures every figure and writes {machine, commit, results}.
#include <nlohmann/json.hpp>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>

#include <fcntl.h>
#include <malloc.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "measure.hpp"

namespace icn::bench {

void give_up(const std::string& what) {
  std::fprintf(stderr, "icn_bench: %s\n", what.c_str());
  std::exit(1);
}

double resident_bytes() {
  ::malloc_trim(0);
  std::ifstream statm("/proc/self/statm");
  std::uint64_t all = 0;
  std::uint64_t resident = 0;
  statm >> all >> resident;
  if (!statm) give_up("read /proc/self/statm");
  return static_cast<double>(resident) * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

Fdatasync measure_fdatasync(const std::string& folder) {
  const std::string path = folder + "/fdatasync";
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  std::vector<char> block(4096, 'x');
  if (fd < 0 || ::pwrite(fd, block.data(), block.size(), 0) < 0) give_up("write in " + folder);
  std::vector<double> times;
  for (int i = 0; i < 200; ++i) {
    block[0] = static_cast<char>(i);
    times.push_back(time_ns([&] {
      if (::pwrite(fd, block.data(), block.size(), 0) < 0 || ::fdatasync(fd) != 0) give_up("fdatasync in " + folder);
    }));
  }
  ::close(fd);
  ::unlink(path.c_str());
  return {percentile(times, 0), percentile(times, 0.5)};
}

namespace {

std::string machine() {
  utsname names{};
  uname(&names);
  std::ifstream cpuinfo("/proc/cpuinfo");
  std::string model;
  for (std::string line; std::getline(cpuinfo, line);) {
    if (line.starts_with("model name")) {
      model = line.substr(line.find(':') + 2);
      break;
    }
  }
  return model + ", " + std::to_string(sysconf(_SC_NPROCESSORS_ONLN)) + " cores, Linux " + names.release;
}

// The groups of figures, by the names of --only.
struct Group {
  const char* name;
  std::vector<Figure> (*measure)(const Settings&);
};
constexpr Group kGroups[] = {
    {"host_call", &measure_host_call},
    {"instantiate", &measure_instantiate},
    {"job_start", &measure_job_start},
    {"history", &measure_long_history},
    {"settled", &measure_settled_jobs},
    {"ledger", &measure_ledger},
    {"governance", &measure_governance},
    {"identity", &measure_identity},
    {"trust", &measure_trust},
    {"storage", &measure_storage},
    {"restart", &measure_restart},
    {"fuel", &measure_fuel_overhead},
    {"fair_sharing", &measure_fair_sharing},
    {"queue", &measure_queue},
    {"differing", &measure_differing_receipts},
};

}  // namespace
}  // namespace icn::bench

int main(int count, char** words) {
  using namespace icn::bench;
  Settings settings;
  std::string out;
  std::string only;
  for (int i = 1; i < count; ++i) {
    if (std::strcmp(words[i], "--quick") == 0) {
      settings.effort = Effort::quick;
    } else if (std::strcmp(words[i], "--out") == 0 && i + 1 < count) {
      out = words[++i];
    } else if (std::strcmp(words[i], "--only") == 0 && i + 1 < count) {
      only = words[++i];
    } else {
      give_up(std::string("unknown option ") + words[i] + "; usage: icn_bench [--quick] [--only NAME] --out FILE");
    }
  }
  if (out.empty()) give_up("usage: icn_bench [--quick] [--only NAME] --out FILE");
  if (const char* guests = std::getenv("ICN_GUESTS")) settings.guests = guests;
  std::string scratch = (std::filesystem::path(out).parent_path() / "icn-bench-XXXXXX").string();
  if (mkdtemp(scratch.data()) == nullptr) give_up("make a scratch folder next to " + out);
  settings.scratch = scratch;
  nlohmann::ordered_json json;
  json["machine"] = machine();
  const char* commit = std::getenv("ICN_COMMIT");
  json["commit"] = commit != nullptr ? commit : "unknown";
  json["effort"] = settings.effort == Effort::full ? "full" : "quick";
  json["results"] = nlohmann::ordered_json::array();
  for (const Group& group : kGroups) {
    if (!only.empty() && only != group.name) continue;
    for (const Figure& figure : group.measure(settings)) {
      const double ratio = figure.floor != 0 ? figure.value / figure.floor : 0;
      std::printf("%-28s %14.1f %-6s floor %14.1f  ratio %6.2f  %s\n", figure.name.c_str(), figure.value,
                  figure.unit.c_str(), figure.floor, ratio, figure.note.c_str());
      std::fflush(stdout);
      nlohmann::ordered_json entry;
      entry["name"] = figure.name;
      entry["value"] = figure.value;
      entry["unit"] = figure.unit;
      entry["floor"] = figure.floor;
      entry["ratio"] = ratio;
      entry["note"] = figure.note;
      json["results"].push_back(std::move(entry));
    }
  }
  std::filesystem::remove_all(settings.scratch);
  std::ofstream file(out);
  file << json.dump(2) << "\n";
  if (!file) give_up("write " + out);
  return 0;
}
