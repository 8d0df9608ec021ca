// A folder for a unit test, owned as a store owns its own; removed with all it holds. In memory where the machine has
// that: these tests sync thousands of times, and none of them looks at what a sync does.
#pragma once
#include <cstdlib>
#include <filesystem>

#include "backends/detail/keyed_log/file.hpp"
#include "backends/testing/files.hpp"

namespace icn::backends::detail::keyed_log {

class TestFolder {
 public:
  TestFolder() : path_(make()), folder_(OwnedFolder::open(path_ + "/owned").value()) {}
  ~TestFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TestFolder(const TestFolder&) = delete;
  TestFolder& operator=(const TestFolder&) = delete;

  [[nodiscard]] const OwnedFolder& folder() const { return folder_; }
  // Of a store of the test's own.
  [[nodiscard]] std::string store() const { return path_ + "/store"; }
  [[nodiscard]] static Bytes read(const std::string& path) { return read_all(path); }
  static void write(const std::string& path, ByteView bytes) { write_all(path, bytes); }

 private:
  static std::string make() {
    const std::filesystem::path memory = "/dev/shm";
    const std::filesystem::path place =
        std::filesystem::is_directory(memory) ? memory : std::filesystem::temp_directory_path();
    std::string pattern = (place / "icn-keyed-log-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) std::abort();
    return pattern;
  }
  std::string path_;
  OwnedFolder folder_;
};

}  // namespace icn::backends::detail::keyed_log
