// The cost of a group commit: 64 batches of six writes, as 64 jobs settling together make, in a store that already
// holds 100,000 pairs; and of one get of a random key and a scan over 10,000 pairs there. The last benchmark is one
// fdatasync on the same disk, measured in the same run: durable latencies are meaningful only as multiples of it.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <filesystem>

#include <fcntl.h>
#include <unistd.h>

#include "backends/registry.hpp"
#include "ipld/sha256.hpp"

namespace icn::backends::state_store {
namespace {

constexpr std::uint64_t kPairsBefore = 100'000;
constexpr std::uint64_t kBatches = 64;
constexpr std::uint64_t kWrites = 6;

std::filesystem::path make_folder() {
  std::string pattern = std::filesystem::temp_directory_path() / "icn-bench-XXXXXX";
  if (mkdtemp(pattern.data()) == nullptr) std::abort();
  return pattern;
}

// Half of the keys ascend, like a journal's; half are digests, like jobs'.
ports::Batch settled_job(std::uint64_t& number) {
  ports::Batch batch;
  for (std::uint64_t i = 0; i < kWrites; ++i, ++number) {
    Bytes key = bytes_of(i % 2 == 0 ? "lj/" : "jb/");
    if (i % 2 == 0) append_be64(key, number);
    Bytes text;
    append_be64(text, number);
    if (i % 2 == 1) append(key, ipld::sha256(text));
    batch.put(std::move(key), Bytes(120, static_cast<std::uint8_t>(number)));
  }
  return batch;
}

// A store with kPairsBefore pairs in a separate folder.
struct Filled {
  explicit Filled(std::string_view name)
      : folder(make_folder()), store(open(std::string(name) + ":" + (folder / "state.db").string()).value()) {
    while (number < kPairsBefore) {
      std::vector<ports::Batch> group;
      for (int i = 0; i < 1'000; ++i) group.push_back(settled_job(number));
      if (!store->commit(group)) std::abort();
    }
  }
  ~Filled() {
    store.reset();
    std::filesystem::remove_all(folder);
  }
  Filled(const Filled&) = delete;
  Filled& operator=(const Filled&) = delete;

  std::filesystem::path folder;
  std::unique_ptr<ports::StateStore> store;
  std::uint64_t number = 0;
};

void group_commit(benchmark::State& state, std::string_view name) {
  Filled filled(name);
  for (auto _ : state) {
    state.PauseTiming();
    std::vector<ports::Batch> group;
    for (std::uint64_t i = 0; i < kBatches; ++i) group.push_back(settled_job(filled.number));
    state.ResumeTiming();
    if (!filled.store->commit(group)) std::abort();
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kBatches));
}
BENCHMARK_CAPTURE(group_commit, memory, "memory")->UseRealTime();
BENCHMARK_CAPTURE(group_commit, sqlite, "sqlite")->UseRealTime();

void get(benchmark::State& state, std::string_view name) {
  const Filled filled(name);
  std::uint64_t at = 1;
  for (auto _ : state) {
    at = (at + 2 * 7'919) % kPairsBefore;  // odd numbers have digests as keys
    Bytes text;
    append_be64(text, at);
    Bytes key = bytes_of("jb/");
    append(key, ipld::sha256(text));
    const auto value = filled.store->get(key);
    if (!value || !*value) std::abort();
  }
}
BENCHMARK_CAPTURE(get, memory, "memory");
BENCHMARK_CAPTURE(get, sqlite, "sqlite");

void scan(benchmark::State& state, std::string_view name) {
  const Filled filled(name);
  for (auto _ : state) {
    std::uint64_t pairs = 0;
    const auto scanned = filled.store->scan({}, {}, [&](ByteView, ByteView) { return ++pairs < 10'000; });
    if (!scanned || pairs != 10'000) std::abort();
  }
  state.SetItemsProcessed(state.iterations() * 10'000);
}
BENCHMARK_CAPTURE(scan, memory, "memory");
BENCHMARK_CAPTURE(scan, sqlite, "sqlite");

void one_fdatasync(benchmark::State& state) {
  const std::filesystem::path folder = make_folder();
  const int fd = ::open((folder / "file").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  const Bytes page(4'096, 1);
  for (auto _ : state) {
    if (::pwrite(fd, page.data(), page.size(), 0) < 0 || ::fdatasync(fd) != 0) std::abort();
  }
  ::close(fd);
  std::filesystem::remove_all(folder);
}
BENCHMARK(one_fdatasync)->UseRealTime();

}  // namespace
}  // namespace icn::backends::state_store
