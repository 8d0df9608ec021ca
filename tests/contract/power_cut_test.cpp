// Goal: after a power cut at any time a store opens, contains everything that it acknowledged, nothing that was not
// begun, and every step completely or not at all; and it continues to work. Method: a run of steps on a recorded disk,
// with closings in between; then cuts at random times, with random fates of unsynced data, some with a second cut while
// the store is being opened after the first.
#include <gtest/gtest.h>

#include <set>

#include "disk/folder.hpp"
#include "recorded_disk.hpp"

namespace icn::contract {
namespace {

std::size_t states_of_a_store = 500;

// A step of a run: when it began, and when it was acknowledged as durable.
struct Done {
  std::size_t begun;
  std::size_t durable;  // UINT64_MAX: it never was
};
constexpr std::size_t kNever = SIZE_MAX;

struct Recorded {
  Recording recording;
  std::vector<Done> steps;
  // The number of steps that a store may hold after a cut before this position: at least those acknowledged, at most
  // those begun.
  [[nodiscard]] std::size_t least(std::size_t position) const {
    std::size_t count = 0;
    for (std::size_t i = 0; i < steps.size(); ++i) {
      if (steps[i].durable <= position) count = i + 1;
    }
    return count;
  }
  [[nodiscard]] std::size_t most(std::size_t position) const {
    std::size_t count = 0;
    while (count < steps.size() && steps[count].begun < position) ++count;
    return count;
  }
};

constexpr std::size_t kSteps = 48;
constexpr std::size_t kCloseEvery = 13;  // and reopened
constexpr std::size_t kNestedOneIn = 5;  // of the states: cut again while it is opened

bool is_cut(std::string_view backend) { return backend == "sqlite" || backend == "rocksdb" || backend == "file"; }

// ---- state ----

using Pairs = std::map<Bytes, Bytes>;

struct State {
  using Backend = StateBackend;
  using Store = ports::StateStore;
  using Model = Pairs;
  static auto backends() { return state_stores(&is_cut); }

  static ports::Batch batch_of(std::size_t step) {
    Sequence random(step + 1);
    ports::Batch batch;
    for (std::uint64_t i = 0, writes = 1 + random.below(8); i < writes; ++i) {
      Bytes key = bytes_of("key" + std::to_string(random.below(40)));
      if (random.below(5) == 0) {
        batch.erase(std::move(key));
      } else {
        batch.put(std::move(key), random.bytes(random.below(10) == 0 ? random.below(20'000) : random.below(300)));
      }
    }
    return batch;
  }
  static void take(Model& model, std::size_t step) {
    const ports::Batch batch = batch_of(step);
    for (const ports::Batch::Write& write : batch.writes()) {
      model.erase(write.key);
      if (write.value) model.emplace(write.key, *write.value);
    }
  }
  static Result<bool> run(Store& store, std::size_t step) {
    const ports::Batch batch = batch_of(step);
    ICN_TRY(store.commit({&batch, 1}));
    return true;
  }
  // The number of steps that it holds.
  static Result<std::size_t> look(const Store& store, const std::vector<Model>& models) {
    Model found;
    ICN_TRY(store.scan({}, {}, [&](ByteView key, ByteView value) {
      found.emplace(copy_of(key), copy_of(value));
      return true;
    }));
    const std::size_t steps = store.sequence();
    if (steps < models.size() && found == models[steps]) return steps;
    return fail(ErrorCode::corrupted, "the pairs are not those of sequence " + std::to_string(steps));
  }
};

// ---- blocks ----

struct Blocks {
  using Backend = DagBackend;
  using Store = ports::DagStore;
  using Model = std::map<ipld::Cid, std::size_t>;  // and their lengths
  static auto backends() { return dag_stores(&is_cut); }

  static std::vector<ipld::Block> group(std::size_t step) {
    Sequence random(1'000 + step);
    std::vector<ipld::Block> blocks;
    for (std::uint64_t i = 0, count = 1 + random.below(6); i < count; ++i) {
      const std::uint64_t length = random.below(8) == 0 ? random.below(60'000) : 1 + random.below(2'000);
      blocks.push_back(ipld::Block::of(ipld::Codec::raw, random.bytes(length + 8)));
    }
    return blocks;
  }
  // Every fourth step removes blocks of an earlier one; every third is flushed.
  static bool removes(std::size_t step) { return step % 4 == 3; }
  static void take(Model& model, std::size_t step) {
    for (const ipld::Block& block : group(removes(step) ? step - 2 : step)) {
      if (removes(step)) {
        model.erase(block.cid);
      } else {
        model.emplace(block.cid, block.bytes.size());
      }
    }
  }
  static Result<bool> run(Store& store, std::size_t step) {
    const std::vector<ipld::Block> blocks = group(removes(step) ? step - 2 : step);
    if (removes(step)) {
      std::vector<ipld::Cid> cids;
      for (const ipld::Block& block : blocks) cids.push_back(block.cid);
      ICN_TRY(store.remove(cids));
    } else {
      ICN_TRY(store.put(blocks));
    }
    if (step % 3 != 2) return false;
    ICN_TRY(store.flush());
    return true;
  }
  static Result<std::size_t> look(const Store& store, const std::vector<Model>& models) {
    Model found;
    ICN_TRY(store.for_each(std::nullopt, [&](const ipld::Cid& cid, std::uint64_t bytes) {
      found.emplace(cid, bytes);
      return true;
    }));
    for (const auto& [cid, bytes] : found) ICN_TRY(store.get(cid));
    if (ICN_TRY(store.statistics()).blocks != found.size()) return fail(ErrorCode::corrupted, "it counts other blocks");
    for (std::size_t steps = models.size(); steps-- > 0;) {
      if (models[steps] == found) return steps;
    }
    return fail(ErrorCode::corrupted, "its " + std::to_string(found.size()) + " blocks are those of no step");
  }
};

template <class Port>
class PowerCut : public testing::Test {
 protected:
  using Backend = typename Port::Backend;

  static std::string location(Backend backend, const Folder& folder) {
    return location_of(backend->descriptor.name, folder, "store");
  }

  // Model number n is the result of n steps.
  static std::vector<typename Port::Model> models() {
    std::vector<typename Port::Model> all(1);
    for (std::size_t step = 0; step < kSteps; ++step) {
      all.push_back(all.back());
      Port::take(all.back(), step);
    }
    return all;
  }

  static Recorded record(Backend backend) {
    const Folder folder(Place::memory);
    RecordedDisk disk(folder.path());
    Recorded run;
    auto store = backend->open(location(backend, folder)).value();
    for (std::size_t step = 0; step < kSteps; ++step) {
      run.steps.push_back({disk.position(), kNever});
      const auto durable = Port::run(*store, step);
      EXPECT_TRUE(durable) << durable.error().detail;
      if (durable.value()) run.steps.back().durable = disk.position();
      if (step % kCloseEvery != kCloseEvery - 1) continue;
      store.reset();
      store = backend->open(location(backend, folder)).value();
    }
    store.reset();
    run.recording = disk.end();
    return run;
  }

  // Whether the store opens after a cut, has permissible contents, and continues to work.
  static Result<void> look_at(Backend backend, const Folder& folder, std::size_t least, std::size_t most) {
    auto store = ICN_TRY(backend->open(location(backend, folder)));
    const std::size_t steps = ICN_TRY(Port::look(*store, models_));
    if (steps < least) return fail(ErrorCode::missing_data, "an acknowledged step is lost");
    if (steps > most) return fail(ErrorCode::corrupted, "it holds a step that had not begun");
    if (steps == kSteps) return {};
    ICN_TRY(Port::run(*store, steps));
    store.reset();
    store = ICN_TRY(backend->open(location(backend, folder)));
    if (ICN_TRY(Port::look(*store, models_)) == steps + 1) return {};
    return fail(ErrorCode::missing_data, "the next step is lost");
  }

  static Result<void> cut(Backend backend, const Recorded& run, std::uint64_t seed) {
    Sequence random(seed);
    const std::size_t position = random.below(run.recording.steps.size() + 1);
    const Folder folder(Place::memory);
    leave_after_cut(run.recording, position, random, folder.path());
    const std::size_t least = run.least(position);
    const std::size_t most = run.most(position);
    if (seed % kNestedOneIn != 0) return look_at(backend, folder, least, most);
    Recording opening;
    {
      RecordedDisk disk(folder.path());
      ICN_TRY(backend->open(location(backend, folder)));
      opening = disk.end();
    }
    const Folder again(Place::memory);
    leave_after_cut(opening, random.below(opening.steps.size() + 1), random, again.path());
    return look_at(backend, again, least, most);
  }

  static inline const std::vector<typename Port::Model> models_ = models();
};
using Ports = testing::Types<State, Blocks>;
TYPED_TEST_SUITE(PowerCut, Ports);

TYPED_TEST(PowerCut, LosesNothingThatWasAcknowledged) {
  const auto backends = TypeParam::backends();
  ASSERT_EQ(backends.size(), 3U);
  for (const auto* backend : backends) {
    const Recorded run = this->record(backend);
    ASSERT_GT(run.recording.steps.size(), 2 * kSteps) << "hardly anything was recorded";
    ASSERT_EQ(run.least(run.recording.steps.size()), kSteps);
    for (std::uint64_t seed = 0; seed < states_of_a_store; ++seed) {
      const auto sound = this->cut(backend, run, seed);
      ASSERT_TRUE(sound) << backend->descriptor.name << ", state " << seed << ": " << sound.error().detail;
    }
  }
}

// The same on a disk that acknowledges syncs without performing them: the test would detect a store that omits one.
TYPED_TEST(PowerCut, IsFoundOutWhereNothingWasSynced) {
  for (const auto* backend : TypeParam::backends()) {
    Recorded run = this->record(backend);
    for (DiskStep& step : run.recording.steps) {
      if (step.kind == DiskStep::Kind::sync) step = {.kind = DiskStep::Kind::write, .file = step.file};
    }
    std::uint64_t seed = 0;
    while (seed < 50 && this->cut(backend, run, seed)) ++seed;
    EXPECT_LT(seed, 50U) << backend->descriptor.name;
  }
}

TEST(FoldersThatAreMade, KeepTheirNames) {
  const Folder folder(Place::memory);
  Recording made;
  {
    RecordedDisk disk(folder.path());
    ASSERT_TRUE(disk::make_private_folder(folder.path() / "home" / "node"));
    made = disk.end();
  }
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    Sequence random(seed);
    const Folder after(Place::memory);
    leave_after_cut(made, made.steps.size(), random, after.path());
    EXPECT_TRUE(std::filesystem::is_directory(after.path() / "home" / "node")) << seed;
  }
}

}  // namespace

int main_of_cuts(int count, char** words) {
  for (int i = 1; i < count; ++i) {
    constexpr std::string_view kOption = "--states=";
    if (std::string_view(words[i]).starts_with(kOption))
      states_of_a_store = std::strtoull(words[i] + kOption.size(), nullptr, 10);
  }
  return RUN_ALL_TESTS();
}

}  // namespace icn::contract

int main(int count, char** words) {
  testing::InitGoogleTest(&count, words);
  return icn::contract::main_of_cuts(count, words);
}
