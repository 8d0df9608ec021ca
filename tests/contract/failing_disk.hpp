// A disk that fails when told: a SQLite VFS in front of the system's own, installed as the default for this process.
//
// Only the n-th write or fsync from arming on fails, and every one after it. Thread safe.
#pragma once
#include <cstdint>

namespace icn::contract {

enum class Fault : std::uint8_t { full, failed_write, failed_sync };

class FailingDisk {
 public:
  FailingDisk();   // installs the VFS, healthy
  ~FailingDisk();  // healthy again
  FailingDisk(const FailingDisk&) = delete;
  FailingDisk& operator=(const FailingDisk&) = delete;
  // `after`: how many operations of the fault's kind succeed first.
  void arm(Fault fault, std::uint64_t after);
  void heal();
  // Whether the fault struck since it was armed.
  [[nodiscard]] bool struck() const;
};

}  // namespace icn::contract
