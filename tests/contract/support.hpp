// The test's own folder, and the locations of each backend's stores in it.
#pragma once
#include <cstdlib>
#include <filesystem>
#include <string>

#include "backends/registry.hpp"
#include "backends/testing/files.hpp"

namespace icn::contract {

// In memory if the machine supports it: for tests that open a store thousands of times.
enum class Place : std::uint8_t { disk, memory };

// Created empty, removed with its contents.
class Folder {
 public:
  explicit Folder(Place place = Place::disk) {
    const bool in_memory = place == Place::memory && std::filesystem::is_directory("/dev/shm");
    std::string pattern = (in_memory ? std::filesystem::path("/dev/shm") : std::filesystem::temp_directory_path()) /
                          "icn-contract-XXXXXX";
    if (mkdtemp(pattern.data()) == nullptr) std::abort();
    path_ = pattern;
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

// Where the store `name` ("dag", "state") of this folder is, in the form that the backend's open() expects. The first
// call may start a server for the rest of the process, so it must be made by the main thread.
[[nodiscard]] std::string location_of(std::string_view backend, const Folder& folder, std::string_view name);

// Whether stored data survives closing and reopening.
[[nodiscard]] inline bool is_persistent(std::string_view backend) { return backend != "memory"; }
// Whether this process itself writes the store's files.
[[nodiscard]] inline bool is_file_based(std::string_view backend) {
  return is_persistent(backend) && backend != "postgres";
}
using StateBackend = const ports::Backend<ports::state_store_factory>*;
using DagBackend = const ports::Backend<ports::dag_store_factory>*;
// The backends of a port whose name passes.
template <class Backend>
[[nodiscard]] std::vector<Backend> those_of(std::span<const Backend> all, bool (*passes)(std::string_view)) {
  std::vector<Backend> found;
  for (const Backend backend : all) {
    if (passes(backend->descriptor.name)) found.push_back(backend);
  }
  return found;
}
[[nodiscard]] inline std::vector<StateBackend> state_stores(bool (*passes)(std::string_view)) {
  return those_of<StateBackend>(backends::state_store::all(), passes);
}
[[nodiscard]] inline std::vector<DagBackend> dag_stores(bool (*passes)(std::string_view)) {
  return those_of<DagBackend>(backends::dag_store::all(), passes);
}

// A small generator with a fixed sequence: std's engines are fixed too, its distributions are not.
class Sequence {
 public:
  explicit Sequence(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next() {
    state_ += 0x9e3779b97f4a7c15ULL;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
  }
  std::uint64_t below(std::uint64_t bound) { return next() % bound; }
  Bytes bytes(std::size_t length) {
    Bytes out(length);
    for (std::uint8_t& byte : out) byte = static_cast<std::uint8_t>(next());
    return out;
  }

 private:
  std::uint64_t state_;
};

inline ipld::Block raw_block(std::string_view text) { return ipld::Block::of(ipld::Codec::raw, bytes_of(text)); }

}  // namespace icn::contract
