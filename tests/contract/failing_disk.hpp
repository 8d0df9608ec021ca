// A disk that fails on request: this program's own write and sync calls come before the C library's, for every library
// that is linked into it.
//
// Only what concerns files under one folder fails: from the n-th operation of the fault's kind on, all of them. A write
// that fails may have put down half of its bytes, as a real one may. Thread safe.
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
  // Whether the fault struck since it was armed.
  [[nodiscard]] bool struck() const;
};

}  // namespace icn::contract
