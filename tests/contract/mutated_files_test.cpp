// Goal: whatever happened to a backend's files, it returns the stored data or an error, and the process stays alive.
// Method: seeded mutations of one file at a time of a filled store; then everything is read.
#include <gtest/gtest.h>

#include <map>

#include "support.hpp"
#include "testing/mutate.hpp"

namespace icn::contract {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kSeed = 20'261'124;
constexpr int kItems = 40;

// Opening some backends costs milliseconds; this is the number of mutations over all files of each.
std::size_t mutations_of(std::string_view backend) { return backend == "sqlite" ? 10'000 : 400; }

std::string value_of(int i) {
  return "value " + std::to_string(i) + " " + std::string(static_cast<std::size_t>(i), 'v');
}

// The regular files below a folder with their bytes.
std::map<fs::path, Bytes> files_below(const fs::path& folder) {
  std::map<fs::path, Bytes> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) files.emplace(entry.path(), read_all(entry.path()));
  }
  return files;
}

// Calls `check` with each mutation on disk, everything else as it was.
void for_each_mutated_store(const Folder& folder, std::size_t mutations, const std::function<void()>& check) {
  const std::map<fs::path, Bytes> good = files_below(folder.path());
  std::size_t files = 0;
  for (const auto& [path, bytes] : good) files += bytes.empty() ? 0 : 1;
  ASSERT_GT(files, 0U);
  for (const auto& [path, bytes] : good) {
    if (bytes.empty()) continue;
    testing::for_each_mutation(bytes, kSeed, mutations / files, [&](const Bytes& damaged, const std::string& what) {
      SCOPED_TRACE(path.filename().string() + ": " + what);
      for (const auto& entry : fs::recursive_directory_iterator(folder.path())) {
        if (entry.is_regular_file() && !good.contains(entry.path())) fs::remove(entry.path());
      }
      for (const auto& [other, whole] : good) {
        if (read_all(other) != whole) write_all(other, whole);
      }
      write_all(path, damaged);
      check();
    });
  }
}

void expect_told(const Error& error) {
  const bool typed = error.code == ErrorCode::corrupted || error.code == ErrorCode::invalid_format ||
                     error.code == ErrorCode::unsupported_version || error.code == ErrorCode::storage ||
                     error.code == ErrorCode::missing_data;
  EXPECT_TRUE(typed) << error_row(error.code).name << ": " << error.detail;
  EXPECT_FALSE(error.detail.empty());
}

template <class Factory>
struct Mutated : ::testing::TestWithParam<const ports::Backend<Factory>*> {
  std::string location() const { return (folder.path() / "store").string(); }
  Folder folder;
};
using MutatedStateStore = Mutated<ports::state_store_factory>;
using MutatedDagStore = Mutated<ports::dag_store_factory>;

TEST_P(MutatedStateStore, AnswersWhatWasStoredOrAnError) {
  std::map<Bytes, Bytes> stored;
  {
    const auto store = GetParam()->open(location()).value();
    for (int i = 0; i < kItems; ++i) {
      ports::Batch batch;
      batch.put(bytes_of("key" + std::to_string(i)), bytes_of(value_of(i)));
      ASSERT_TRUE(store->commit({&batch, 1}));
      stored.emplace(bytes_of("key" + std::to_string(i)), bytes_of(value_of(i)));
    }
  }
  std::size_t refused = 0;
  for_each_mutated_store(folder, mutations_of(GetParam()->descriptor.name), [&] {
    const auto store = GetParam()->open(location());
    if (!store) {
      ++refused;
      return expect_told(store.error());
    }
    const auto scanned = (*store)->scan({}, {}, [&](ByteView key, ByteView value) {
      const auto found = stored.find(copy_of(key));
      EXPECT_TRUE(found != stored.end() && text_of(found->second) == text_of(value))
          << "a pair that was never stored: " << text_of(key);
      return true;
    });
    if (!scanned) {
      ++refused;
      expect_told(scanned.error());
    }
  });
  EXPECT_GT(refused, 0U) << "no mutation was noticed: the test damages nothing";
}

TEST_P(MutatedDagStore, AnswersWhatWasStoredOrAnError) {
  std::map<ipld::Cid, Bytes> stored;
  {
    const auto store = GetParam()->open(location()).value();
    for (int i = 0; i < kItems; ++i) {
      const ipld::Block block = raw_block(value_of(i));
      ASSERT_TRUE(store->put({&block, 1}));
      ASSERT_TRUE(store->flush());
      stored.emplace(block.cid, block.bytes);
    }
  }
  std::size_t refused = 0;
  for_each_mutated_store(folder, mutations_of(GetParam()->descriptor.name), [&] {
    const auto store = GetParam()->open(location());
    if (!store) {
      ++refused;
      return expect_told(store.error());
    }
    for (const auto& [cid, bytes] : stored) {
      const auto got = (*store)->get(cid);
      if (!got) {
        ++refused;
        expect_told(got.error());
      } else {
        EXPECT_EQ(got->bytes, bytes) << "wrong bytes for " << cid.to_text();
      }
    }
  });
  EXPECT_GT(refused, 0U) << "no mutation was noticed: the test damages nothing";
}

// Backends that keep their own files at the given location.
template <class Factory>
std::vector<const ports::Backend<Factory>*> with_files(std::span<const ports::Backend<Factory>* const> all) {
  std::vector<const ports::Backend<Factory>*> found;
  for (const auto* backend : all) {
    const std::string_view name = backend->descriptor.name;
    if (is_persistent(name) && name != "postgres") found.push_back(backend);
  }
  return found;
}
template <class Param>
std::string name_of(const ::testing::TestParamInfo<Param>& info) {
  return std::string(info.param->descriptor.name);
}

INSTANTIATE_TEST_SUITE_P(Backends, MutatedStateStore, ::testing::ValuesIn(with_files(backends::state_store::all())),
                         name_of<MutatedStateStore::ParamType>);
INSTANTIATE_TEST_SUITE_P(Backends, MutatedDagStore, ::testing::ValuesIn(with_files(backends::dag_store::all())),
                         name_of<MutatedDagStore::ParamType>);

}  // namespace
}  // namespace icn::contract
