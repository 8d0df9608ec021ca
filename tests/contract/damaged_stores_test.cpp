// Goal: a store whose files were damaged, truncated, removed or written by a newer program reports that and never
// returns what was not stored; a store that cannot be opened is an error with a message.
#include <gtest/gtest.h>

#include <map>

#include <sys/stat.h>
#include <unistd.h>

#include "support.hpp"

namespace icn::contract {
namespace {

namespace fs = std::filesystem;

// All files of a folder, so that each trial begins with the same ones.
using Files = std::map<fs::path, Bytes>;

Files read_files(const fs::path& folder) {
  Files files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) files[entry.path()] = read_all(entry.path());
  }
  return files;
}

void write_files(const fs::path& folder, const Files& files) {
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file() && !files.contains(entry.path())) fs::remove(entry.path());
  }
  for (const auto& [path, bytes] : files) write_all(path, bytes);
}

constexpr int kItems = 9;
std::string text_of_item(int i) { return "value-" + std::to_string(i) + "-" + std::string(8, 'v'); }

// How each port is filled and checked. `Whole`: everything that was stored was returned.
enum class Answer : std::uint8_t { whole, in_part, refused, wrong };

struct State {
  using Backend = StateBackend;
  static auto backends() { return state_stores(&is_file_based); }
  static void fill(Backend backend, const std::string& location) {
    const auto store = backend->open(location).value();
    for (int i = 0; i < kItems; ++i) {
      ports::Batch batch;
      batch.put(bytes_of("key" + std::to_string(i)), bytes_of(text_of_item(i)));
      if (i == 5) batch.erase(bytes_of("key0"));
      ASSERT_TRUE(store->commit({&batch, 1}));
    }
  }
  static Answer read(Backend backend, const std::string& location) {
    const auto store = backend->open(location);
    if (!store) return store.error().code == ErrorCode::storage ? Answer::wrong : Answer::refused;
    std::map<std::string, std::string> pairs;
    const auto scanned = (*store)->scan({}, {}, [&](ByteView key, ByteView value) {
      pairs.emplace(text_of(key), text_of(value));
      return true;
    });
    if (!scanned) return Answer::refused;
    for (const auto& [key, value] : pairs) {
      if (key.size() != 4 || value != text_of_item(key[3] - '0')) return Answer::wrong;
      const auto got = (*store)->get(view_of(key));
      if (!got || !*got || **got != bytes_of(value)) return Answer::wrong;
    }
    const bool all = pairs.size() == kItems - 1 && !pairs.contains("key0") && (*store)->sequence() == kItems;
    return all ? Answer::whole : Answer::in_part;
  }
};

struct Dag {
  using Backend = DagBackend;
  static auto backends() { return dag_stores(&is_file_based); }
  static void fill(Backend backend, const std::string& location) {
    const auto store = backend->open(location).value();
    for (int i = 0; i < kItems; ++i) {
      const ipld::Block block = raw_block(text_of_item(i));
      ASSERT_TRUE(store->put({&block, 1}));
    }
    const ipld::Cid gone = raw_block(text_of_item(0)).cid;
    ASSERT_TRUE(store->remove({&gone, 1}));
    ASSERT_TRUE(store->flush());
  }
  static Answer read(Backend backend, const std::string& location) {
    const auto store = backend->open(location);
    if (!store) return store.error().code == ErrorCode::storage ? Answer::wrong : Answer::refused;
    std::vector<ipld::Cid> cids;
    const auto listed = (*store)->for_each(std::nullopt, [&](const ipld::Cid& cid, std::uint64_t) {
      cids.push_back(cid);
      return true;
    });
    if (!listed) return Answer::refused;
    int right = 0;
    bool refused = false;
    for (int i = 0; i < kItems; ++i) {
      const ipld::Block block = raw_block(text_of_item(i));
      const auto got = (*store)->get(block.cid);
      if (got && (got->bytes != block.bytes || i == 0)) return Answer::wrong;
      right += got ? 1 : 0;
      refused = refused || (!got && got.error().code != ErrorCode::missing_data);
    }
    if (refused) return Answer::refused;
    return right == kItems - 1 && cids.size() == kItems - 1 ? Answer::whole : Answer::in_part;
  }
};

template <class Port>
class DamagedStore : public testing::Test {
 protected:
  struct Trial {
    Folder folder{Place::memory};
    std::string location;
    Files files;
  };
  static std::unique_ptr<Trial> filled(typename Port::Backend backend) {
    auto trial = std::make_unique<Trial>();
    trial->location = location_of(backend->descriptor.name, trial->folder, "store");
    Port::fill(backend, trial->location);
    trial->files = read_files(trial->folder.path());
    return trial;
  }
};
using Ports = testing::Types<State, Dag>;
TYPED_TEST_SUITE(DamagedStore, Ports);

TYPED_TEST(DamagedStore, AFolderThatMayNotBeWrittenIsAnErrorThatSaysSo) {
  for (const auto* backend : TypeParam::backends()) {
    const auto trial = this->filled(backend);
    const bool is_root = ::geteuid() == 0;  // exempt from permissions
    const ::uid_t user = is_root ? 65'534 : ::geteuid();
    const auto protect = [&](::mode_t folders, ::mode_t files, ::uid_t owner) {
      const auto change = [&](const fs::path& path, ::mode_t mode) {
        ::chmod(path.c_str(), mode);
        if (is_root) {
          EXPECT_EQ(::chown(path.c_str(), owner, static_cast<::gid_t>(-1)), 0);
        }
      };
      for (const auto& entry : fs::recursive_directory_iterator(trial->folder.path()))
        change(entry.path(), entry.is_directory() ? folders : files);
      change(trial->folder.path(), folders);
    };
    protect(0555, 0444, user);
    ASSERT_EQ(is_root ? ::seteuid(user) : 0, 0);
    const auto opened = backend->open(trial->location);
    ASSERT_EQ(is_root ? ::seteuid(0) : 0, 0);
    protect(0755, 0644, ::geteuid());
    ASSERT_FALSE(opened) << backend->descriptor.name;
    EXPECT_EQ(opened.error().code, ErrorCode::storage) << opened.error().detail;
    EXPECT_NE(opened.error().detail.find("permissions"), std::string::npos) << opened.error().detail;
    EXPECT_EQ(TypeParam::read(backend, trial->location), Answer::whole);
  }
}

TYPED_TEST(DamagedStore, AParentThatDoesNotExistIsNamed) {
  for (const auto* backend : TypeParam::backends()) {
    const Folder folder;
    const auto opened = backend->open(location_of(backend->descriptor.name, folder, "nowhere/store"));
    ASSERT_FALSE(opened) << backend->descriptor.name;
    EXPECT_EQ(opened.error().code, ErrorCode::storage) << opened.error().detail;
    EXPECT_NE(opened.error().detail.find("nowhere"), std::string::npos) << opened.error().detail;
  }
}

// ---- promises of the file stores only ----

template <class Port>
class FileStore : public DamagedStore<Port> {
 protected:
  static typename Port::Backend backend() {
    for (const auto* one : Port::backends()) {
      if (one->descriptor.name == "file") return one;
    }
    ADD_FAILURE() << "there is no file backend";
    return nullptr;
  }
  void expect_noticed(const typename DamagedStore<Port>::Trial& trial, const std::string& damage) {
    const Answer answer = Port::read(backend(), trial.location);
    EXPECT_TRUE(answer == Answer::whole || answer == Answer::refused) << damage;
    write_files(trial.folder.path(), trial.files);
  }
};
TYPED_TEST_SUITE(FileStore, Ports);

// Nothing that was stored is missing unnoticed, whatever bit is flipped.
TYPED_TEST(FileStore, FlippedBitsAreNoticedOrHarmless) {
  const auto trial = this->filled(this->backend());
  ASSERT_EQ(TypeParam::read(this->backend(), trial->location), Answer::whole);
  for (const auto& [path, bytes] : trial->files) {
    for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
      Bytes damaged = bytes;
      damaged[bit / 8] = static_cast<std::uint8_t>(damaged[bit / 8] ^ 1U << bit % 8);
      write_all(path, damaged);
      this->expect_noticed(*trial, path.filename().string() + ", bit " + std::to_string(bit));
    }
  }
}

TYPED_TEST(FileStore, FilesThatAreCutGoneOrLongerAreNoticedOrHarmless) {
  const auto trial = this->filled(this->backend());
  for (const auto& [path, bytes] : trial->files) {
    for (std::size_t length = 0; length < bytes.size(); ++length) {
      write_all(path, ByteView(bytes).first(length));
      this->expect_noticed(*trial, path.filename().string() + " cut to " + std::to_string(length));
    }
    fs::remove(path);
    this->expect_noticed(*trial, path.filename().string() + " removed");
    Bytes longer = bytes;
    append(longer, Sequence(bytes.size()).bytes(300));
    write_all(path, longer);
    this->expect_noticed(*trial, path.filename().string() + " with noise behind it");
  }
}

TYPED_TEST(FileStore, TwoOpeningsOfOneFolderAreRefusedNamingTheOwner) {
  const auto trial = this->filled(this->backend());
  const auto first = this->backend()->open(trial->location);
  ASSERT_TRUE(first);
  const auto second = this->backend()->open(trial->location);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::busy);
  EXPECT_NE(second.error().detail.find(std::to_string(::getpid())), std::string::npos) << second.error().detail;
}

TYPED_TEST(FileStore, ANewerVersionIsRefusedAndNotChanged) {
  const auto trial = this->filled(this->backend());
  for (const auto& [path, bytes] : trial->files) {
    if (path.filename() == "lock") continue;
    Bytes newer = bytes;
    newer[11] = 9;  // after the eight letters of every header come four bytes of version
    write_all(path, newer);
    const auto opened = this->backend()->open(trial->location);
    ASSERT_FALSE(opened) << path;
    EXPECT_EQ(opened.error().code, ErrorCode::unsupported_version) << opened.error().detail;
    EXPECT_NE(opened.error().detail.find("version 9"), std::string::npos) << opened.error().detail;
    EXPECT_NE(opened.error().detail.find(path.string()), std::string::npos) << opened.error().detail;
    EXPECT_EQ(read_all(path), newer);
    write_files(trial->folder.path(), trial->files);
  }
}

TYPED_TEST(FileStore, DamageIsNamedByFileAndOffset) {
  const auto trial = this->filled(this->backend());
  for (const auto& [path, bytes] : trial->files) {
    if (path.filename() == "lock") continue;
    Bytes damaged = bytes;
    damaged[bytes.size() / 2] ^= 1;
    write_all(path, damaged);
    const auto opened = this->backend()->open(trial->location);
    ASSERT_FALSE(opened) << path;
    EXPECT_EQ(opened.error().code, ErrorCode::corrupted) << opened.error().detail;
    EXPECT_NE(opened.error().detail.find(path.string()), std::string::npos) << opened.error().detail;
    EXPECT_NE(opened.error().detail.find("offset"), std::string::npos) << opened.error().detail;
    write_files(trial->folder.path(), trial->files);
  }
}

TYPED_TEST(FileStore, SomethingElseInTheFolderIsNotTouched) {
  const Folder folder;
  write_all(folder.path() / "recipes", bytes_of("soup"));
  const auto opened = this->backend()->open(folder.path().string());
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::invalid_format);
  EXPECT_NE(opened.error().detail.find("recipes"), std::string::npos);
  const auto file = this->backend()->open((folder.path() / "recipes").string());
  ASSERT_FALSE(file);
  EXPECT_EQ(file.error().code, ErrorCode::invalid_format) << file.error().detail;
  EXPECT_EQ(read_all(folder.path() / "recipes"), bytes_of("soup"));
}

TEST(FileStores, OneIsNotOpenedAsTheOther) {
  const Folder folder;
  const std::string location = (folder.path() / "store").string();
  ASSERT_TRUE(backends::dag_store::open("file:" + location));
  EXPECT_EQ(backends::state_store::open("file:" + location).error().code, ErrorCode::invalid_format);
  ASSERT_TRUE(backends::state_store::open("file:" + location + "2"));
  EXPECT_EQ(backends::dag_store::open("file:" + location + "2").error().code, ErrorCode::invalid_format);
}

// Format 1 is that of icn 0.1.0; tests/golden/first_release/file_stores/ has stores that it wrote.
TEST(FileStores, OfTheFirstReleaseAreRefusedWithTheReleaseThatReadsThem) {
  const Folder folder;
  for (const std::string name : {"state", "blocks"}) {
    const fs::path store = folder.path() / name;
    fs::copy(fs::path("tests/golden/first_release/file_stores") / name, store);
    const Files before = read_files(store);
    const std::string url = "file:" + store.string();
    const Error error =
        name == "state" ? backends::state_store::open(url).error() : backends::dag_store::open(url).error();
    EXPECT_EQ(error.code, ErrorCode::unsupported_version) << error.detail;
    EXPECT_EQ(error.rule, "file_engine_v1");
    EXPECT_NE(error.detail.find("icn 0.1.0"), std::string::npos) << error.detail;
    EXPECT_NE(error.detail.find(store.string()), std::string::npos) << error.detail;
    EXPECT_EQ(read_files(store), before);
  }
}

TEST(FileStores, NeedAFolder) {
  EXPECT_EQ(backends::state_store::open("file").error().code, ErrorCode::invalid_argument);
  EXPECT_EQ(backends::dag_store::open("file:").error().code, ErrorCode::invalid_argument);
}

}  // namespace
}  // namespace icn::contract
