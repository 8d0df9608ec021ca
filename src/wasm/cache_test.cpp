// Goal: cached code is loaded only if this node compiled it; anything else is recompiled.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include <sys/stat.h>

#include "core/log.hpp"
#include "testing/mutate.hpp"
#include "wasm/detail/artifact_cache.hpp"
#include "wasm/testing/sandbox.hpp"

namespace icn::wasm::detail {
namespace {

constexpr std::uint64_t kRoom = 1 << 20;

class Cache : public ::testing::Test {
 protected:
  void SetUp() override {
    set_log_level(LogLevel::error);  // each damaged file logs a warning
    std::string pattern = ::testing::TempDir() + "cache-XXXXXX";
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path code_file() const {
    for (const auto& entry : std::filesystem::directory_iterator(folder_)) {
      if (entry.path().extension() == ".code") return entry.path();
    }
    return {};
  }
  static Bytes read(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return Bytes(std::istreambuf_iterator<char>(file), {});
  }
  static void write(const std::filesystem::path& path, ByteView bytes) {
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    file.write(text_of(bytes).data(), static_cast<std::streamsize>(bytes.size()));
  }

  std::filesystem::path folder_;
  ipld::Cid module_ = ipld::Cid::of(ipld::Codec::raw, bytes_of("module"));
  ipld::Cid profile_ = ipld::Cid::of(ipld::Codec::dag_cbor, bytes_of("profile"));
};

TEST_F(Cache, GivesBackWhatItKeptForTheSameModuleAndProfileOnly) {
  const auto cache = ArtifactCache::open(folder_, kRoom);
  ASSERT_TRUE(cache);
  EXPECT_FALSE(cache->find(module_, profile_));
  cache->keep(module_, profile_, bytes_of("code"));
  EXPECT_EQ(cache->find(module_, profile_), bytes_of("code"));
  EXPECT_FALSE(cache->find(profile_, module_));
  EXPECT_EQ(ArtifactCache::open(folder_, kRoom)->find(module_, profile_), bytes_of("code"));
}

TEST_F(Cache, KeepsNoMoreThanItsRoomAndWhatWasUsedLast) {
  const auto cache = ArtifactCache::open(folder_, kRoom);
  ASSERT_TRUE(cache);
  const auto module = [](int i) { return ipld::Cid::of(ipld::Codec::raw, bytes_of(std::to_string(i))); };
  for (int i = 0; i < 20; ++i) {
    cache->keep(module(i), profile_, Bytes(kRoom / 8));
    std::uint64_t bytes = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder_)) bytes += entry.file_size();
    EXPECT_LE(bytes, kRoom + 32) << "and the key";
  }
  EXPECT_FALSE(cache->find(module(0), profile_));
  EXPECT_TRUE(cache->find(module(19), profile_));
  cache->keep(module(20), profile_, Bytes(kRoom));
  EXPECT_FALSE(cache->find(module(20), profile_)) << "it would push out all others";
  EXPECT_TRUE(cache->find(module(19), profile_));
}

TEST_F(Cache, EveryTruncationAndFlippedBitOfAFileIsNotLoaded) {
  const auto cache = ArtifactCache::open(folder_, kRoom);
  ASSERT_TRUE(cache);
  cache->keep(module_, profile_, bytes_of("some machine code"));
  const std::filesystem::path path = code_file();
  const Bytes file = read(path);
  for (std::size_t length = 0; length < file.size(); ++length) {
    write(path, ByteView(file).first(length));
    EXPECT_FALSE(cache->find(module_, profile_)) << length;
  }
  for (std::size_t bit = 0; bit < file.size() * 8; ++bit) {
    Bytes flipped = file;
    flipped[bit / 8] = static_cast<std::uint8_t>(flipped[bit / 8] ^ 1U << bit % 8);
    write(path, flipped);
    EXPECT_FALSE(cache->find(module_, profile_)) << bit;
  }
}

TEST_F(Cache, TenThousandMutationsOfALargeFileAreNotLoaded) {
  const auto cache = ArtifactCache::open(folder_, kRoom);
  ASSERT_TRUE(cache);
  Bytes code(64 * 1024);
  for (std::size_t i = 0; i < code.size(); ++i) code[i] = static_cast<std::uint8_t>(i * 2654435761U >> 13);
  cache->keep(module_, profile_, code);
  const std::filesystem::path path = code_file();
  const Bytes file = read(path);
  testing::for_each_mutation(file, 1, 10'000, [&](const Bytes& damaged, const std::string& what) {
    write(path, damaged);
    EXPECT_EQ(cache->find(module_, profile_).has_value(), damaged == file) << what;
  });
}

TEST_F(Cache, OfAnotherNodeIsWorthless) {
  const auto cache = ArtifactCache::open(folder_, kRoom);
  ASSERT_TRUE(cache);
  cache->keep(module_, profile_, bytes_of("code"));
  std::filesystem::remove(folder_ / "key");
  EXPECT_FALSE(ArtifactCache::open(folder_, kRoom)->find(module_, profile_));
  struct stat status {};
  ASSERT_EQ(::stat((folder_ / "key").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
}

TEST_F(Cache, ADamagedFileCostsACompilationAndIsReplaced) {
  const Bytes module = wat_to_wasm(R"((module (func (export "run") (result i64) (i64.const 5))))");
  ExecutorOptions options;
  options.cache_folder = folder_;
  const auto first = run_module(**make_executor(options), module);
  ASSERT_TRUE(first) << first.error().detail;
  const std::filesystem::path path = code_file();
  ASSERT_FALSE(path.empty());
  const Bytes good = read(path);
  Bytes damaged = good;
  damaged[damaged.size() / 2] ^= 0xff;
  write(path, damaged);
  const auto second = run_module(**make_executor(options), module);
  ASSERT_TRUE(second) << second.error().detail;
  EXPECT_EQ(second->receipt, first->receipt);
  EXPECT_EQ(read(path).size(), good.size());
  EXPECT_TRUE(ArtifactCache::open(folder_, kRoom)->find(ipld::Cid::of(ipld::Codec::raw, module), profile_block().cid));
}

}  // namespace
}  // namespace icn::wasm::detail
