// Goal: the same 10,000 operations yield the same logical content in every backend, across reopenings.
#include <gtest/gtest.h>

#include <map>

#include "ipld/sha256.hpp"
#include "support.hpp"

namespace icn::contract {
namespace {

constexpr std::uint64_t kOperations = 10'000;
constexpr std::uint64_t kReopenEvery = 2'500;
constexpr std::uint64_t kSeed = 20'260'000;

void append_part(Bytes& to, ByteView part) {
  append_be64(to, part.size());
  append(to, part);
}

ipld::Digest hash_of(const ports::StateStore& store) {
  Bytes all;
  append_be64(all, store.sequence());
  EXPECT_TRUE(store.scan({}, {}, [&](ByteView key, ByteView value) {
    append_part(all, key);
    append_part(all, value);
    return true;
  }));
  return ipld::sha256(all);
}

ipld::Digest hash_of(const ports::DagStore& store) {
  std::vector<ipld::Cid> cids;
  EXPECT_TRUE(store.for_each(std::nullopt, [&](const ipld::Cid& cid, std::uint64_t) {
    cids.push_back(cid);
    return true;
  }));
  Bytes all;
  for (const ipld::Cid& cid : cids) {
    append_part(all, cid.to_bytes());
    append_part(all, store.get(cid)->bytes);
  }
  const ports::DagStatistics statistics = *store.statistics();
  append_be64(all, statistics.blocks);
  append_be64(all, statistics.bytes);
  return ipld::sha256(all);
}

// The expected content according to a plain map, so that two backends with the same defect do not pass.
struct Expected {
  std::map<Bytes, Bytes> pairs;
  std::uint64_t sequence = 0;
  [[nodiscard]] ipld::Digest hash() const {
    Bytes all;
    append_be64(all, sequence);
    for (const auto& [key, value] : pairs) {
      append_part(all, key);
      append_part(all, value);
    }
    return ipld::sha256(all);
  }
};

ports::Batch random_batch(Sequence& random, Expected& expected) {
  ports::Batch batch;
  for (std::uint64_t writes = random.below(4); writes > 0; --writes) {
    const std::uint64_t number = random.below(500);
    Bytes key = random.below(2) == 0 ? bytes_of("k/" + std::to_string(number))
                                     : Bytes(1 + number % 200, static_cast<std::uint8_t>(number));
    if (random.below(3) == 0) {
      expected.pairs.erase(key);
      batch.erase(std::move(key));
    } else {
      Bytes value = random.bytes(random.below(90));
      expected.pairs[key] = value;
      batch.put(std::move(key), std::move(value));
    }
  }
  ++expected.sequence;
  return batch;
}

TEST(SameLog, LeavesTheSamePairsInEveryStateStore) {
  for (const auto* backend : backends::state_store::all()) {
    SCOPED_TRACE(backend->descriptor.name);
    Folder folder;
    const std::string location = location_of(backend->descriptor.name, folder, "state");
    std::unique_ptr<ports::StateStore> store = backend->open(location).value();
    Sequence random(kSeed);
    Expected expected;
    for (std::uint64_t done = 0, round = 0; done < kOperations; ++round) {
      std::vector<ports::Batch> group;
      for (std::uint64_t size = 1 + random.below(64); size > 0 && done < kOperations; --size, ++done) {
        group.push_back(random_batch(random, expected));
      }
      ASSERT_TRUE(store->commit(group));
      if (round % 64 == 63 && is_persistent(backend->descriptor.name)) {
        store.reset();
        store = backend->open(location).value();
      }
    }
    EXPECT_EQ(store->sequence(), kOperations);
    EXPECT_EQ(hash_of(*store), expected.hash());
  }
}

TEST(SameLog, LeavesTheSameBlocksInEveryDagStore) {
  std::map<std::string_view, ipld::Digest> hashes;
  for (const auto* backend : backends::dag_store::all()) {
    SCOPED_TRACE(backend->descriptor.name);
    Folder folder;
    const std::string location = location_of(backend->descriptor.name, folder, "dag");
    std::unique_ptr<ports::DagStore> store = backend->open(location).value();
    Sequence random(kSeed);
    std::map<ipld::Cid, std::uint64_t> expected;
    for (std::uint64_t done = 0; done < kOperations; ++done) {
      const auto codec = random.below(2) == 0 ? ipld::Codec::raw : ipld::Codec::dag_cbor;
      const ipld::Block block = ipld::Block::of(codec, bytes_of("number " + std::to_string(random.below(2'000))));
      if (random.below(3) == 0) {
        ASSERT_TRUE(store->remove({&block.cid, 1}));
        expected.erase(block.cid);
      } else {
        ASSERT_TRUE(store->put({&block, 1}));
        expected[block.cid] = block.bytes.size();
      }
      ASSERT_EQ(*store->has(block.cid), expected.contains(block.cid));
      if (random.below(50) == 0) {
        ASSERT_TRUE(store->flush());
      }
      if (done % kReopenEvery == kReopenEvery - 1 && is_persistent(backend->descriptor.name)) {
        ASSERT_TRUE(store->flush());
        store.reset();
        store = backend->open(location).value();
      }
    }
    ports::DagStatistics statistics;
    for (const auto& [cid, bytes] : expected) {
      ++statistics.blocks;
      statistics.bytes += bytes;
    }
    EXPECT_EQ(*store->statistics(), statistics);
    hashes[backend->descriptor.name] = hash_of(*store);
  }
  for (const auto& [name, hash] : hashes) EXPECT_EQ(hash, hashes.begin()->second) << name;
}

}  // namespace
}  // namespace icn::contract
