// A disk that fails on request: this program's own write and sync calls replace the C library's for every library
// linked into it.
//
// Only operations on files under one folder fail: all from the n-th operation of the fault's kind on. As on a real
// disk, a failed write may have written half of its bytes. Thread safe.
#pragma once
#include <cstdint>
#include <filesystem>

namespace icn::contract {

enum class Fault : std::uint8_t { full, failed_write, failed_sync };

class FailingDisk {
 public:
  explicit FailingDisk(const std::filesystem::path& folder);  // healthy
  ~FailingDisk();                                             // healthy again
  FailingDisk(const FailingDisk&) = delete;
  FailingDisk& operator=(const FailingDisk&) = delete;
  // `after`: how many operations of the fault's kind succeed first.
  void arm(Fault fault, std::uint64_t after);
  void heal();
  // Whether the fault occurred since it was armed.
  [[nodiscard]] bool struck() const;
};

}  // namespace icn::contract
