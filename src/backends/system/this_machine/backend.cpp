// The machine: CLOCK_REALTIME and CLOCK_MONOTONIC, getrandom, the CPUs this process may use and /proc/meminfo.
#include <cerrno>
#include <cstdio>
#include <ctime>

#include <sched.h>
#include <sys/random.h>

#include "core/check.hpp"
#include "ports/factories.hpp"

namespace icn::backends::system::this_machine {
namespace {

constexpr ports::Descriptor kDescriptor{"system", "this_machine", ports::Grade::production,
                                        "this machine's clock, randomness and resources"};

class LinuxClock : public ports::Clock {
 public:
  model::UnixMs now() const override {
    const timespec time = read(CLOCK_REALTIME);
    return model::UnixMs{static_cast<std::uint64_t>(time.tv_sec) * 1'000 +
                         static_cast<std::uint64_t>(time.tv_nsec) / 1'000'000};
  }
  std::uint64_t monotonic_ns() const override {
    const timespec time = read(CLOCK_MONOTONIC);
    return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000'000 + static_cast<std::uint64_t>(time.tv_nsec);
  }
  std::uint64_t given_ns() const override {
    const timespec time = read(CLOCK_THREAD_CPUTIME_ID);
    return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000'000 + static_cast<std::uint64_t>(time.tv_nsec);
  }
  const ports::Descriptor& descriptor() const override { return kDescriptor; }

 private:
  static timespec read(clockid_t clock) {
    timespec time{};
    ICN_CHECK(clock_gettime(clock, &time) == 0);
    return time;
  }
};

class LinuxRandom : public ports::Random {
 public:
  void fill(std::span<std::uint8_t> bytes) override {
    while (!bytes.empty()) {
      const ssize_t got = getrandom(bytes.data(), bytes.size(), 0);
      if (got < 0 && errno == EINTR) continue;
      ICN_CHECK(got > 0);
      bytes = bytes.subspan(static_cast<std::size_t>(got));
    }
  }
  const ports::Descriptor& descriptor() const override { return kDescriptor; }
};

class LinuxSystemInfo : public ports::SystemInfoProvider {
 public:
  ports::SystemInfo system_info() const override {
    ports::SystemInfo info;
    cpu_set_t cpus;
    CPU_ZERO(&cpus);
    info.cpu_cores = sched_getaffinity(0, sizeof cpus, &cpus) == 0 ? static_cast<std::uint32_t>(CPU_COUNT(&cpus)) : 1;
    if (std::FILE* file = std::fopen("/proc/meminfo", "re")) {  // tidy: allow raw_file: the kernel answers, no disk
      char line[128];
      unsigned long long kib = 0;
      while (std::fgets(line, sizeof line, file) != nullptr) {
        if (std::sscanf(line, "MemTotal: %llu kB", &kib) == 1) info.memory_mb = kib / 1024;
        if (std::sscanf(line, "MemAvailable: %llu kB", &kib) == 1) info.memory_available_mb = kib / 1024;
      }
      std::fclose(file);
    }
    return info;
  }
  const ports::Descriptor& descriptor() const override { return kDescriptor; }
};

Result<ports::System> open(std::string_view) {
  return ports::System{std::make_unique<LinuxClock>(), std::make_unique<LinuxRandom>(),
                       std::make_unique<LinuxSystemInfo>()};
}

}  // namespace

extern const ports::Backend<ports::system_factory> kBackend{kDescriptor, &open};

}  // namespace icn::backends::system::this_machine
