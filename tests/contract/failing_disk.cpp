#include "failing_disk.hpp"

#include <sqlite3.h>

#include <array>
#include <cstdlib>
#include <mutex>

namespace icn::contract {
namespace {

constexpr std::int64_t kHealthy = -1;

// SQLite has one table of methods for databases and another for WAL files and journals; each gets a failing copy.
struct Methods {
  const sqlite3_io_methods* system = nullptr;
  sqlite3_io_methods failing{};
};

// The VFS interface has no place for an object of ours in a file, so the one disk of the process is static.
struct Disk {
  sqlite3_vfs* system = nullptr;
  sqlite3_vfs vfs{};
  std::mutex mutex;
  std::array<Methods, 4> methods;
  Fault fault = Fault::full;
  std::int64_t left = kHealthy;  // operations that still succeed
  bool struck = false;
};

Disk& disk() {
  static Disk one;
  return one;
}

// SQLITE_OK, or the error with which this operation fails.
int strike(bool is_sync) {
  std::lock_guard lock(disk().mutex);
  if (disk().left == kHealthy || is_sync != (disk().fault == Fault::failed_sync)) return SQLITE_OK;
  if (disk().left > 0) {
    --disk().left;
    return SQLITE_OK;
  }
  disk().struck = true;
  if (is_sync) return SQLITE_IOERR_FSYNC;
  return disk().fault == Fault::full ? SQLITE_FULL : SQLITE_IOERR_WRITE;
}

// The system's own methods of a file that has failing ones.
const sqlite3_io_methods& system_methods(const sqlite3_file* file) {
  for (const Methods& methods : disk().methods) {
    if (file->pMethods == &methods.failing) return *methods.system;
  }
  std::abort();
}

int write(sqlite3_file* file, const void* bytes, int length, sqlite3_int64 offset) {
  if (const int code = strike(false); code != SQLITE_OK) return code;
  return system_methods(file).xWrite(file, bytes, length, offset);
}

int sync(sqlite3_file* file, int flags) {
  if (const int code = strike(true); code != SQLITE_OK) return code;
  return system_methods(file).xSync(file, flags);
}

// The system opens the file; then its table of methods is exchanged for the copy that may fail.
int open(sqlite3_vfs*, sqlite3_filename name, sqlite3_file* file, int flags, int* out_flags) {
  const int code = disk().system->xOpen(disk().system, name, file, flags, out_flags);
  if (code != SQLITE_OK || file->pMethods == nullptr) return code;
  std::lock_guard lock(disk().mutex);
  for (Methods& methods : disk().methods) {
    if (methods.system == nullptr) {
      methods = {file->pMethods, *file->pMethods};
      methods.failing.xWrite = &write;
      methods.failing.xSync = &sync;
    }
    if (methods.system != file->pMethods) continue;
    file->pMethods = &methods.failing;
    return code;
  }
  std::abort();
}

}  // namespace

FailingDisk::FailingDisk() {
  heal();
  if (disk().system != nullptr) return;
  disk().system = sqlite3_vfs_find(nullptr);
  disk().vfs = *disk().system;
  disk().vfs.zName = "failing-disk";
  disk().vfs.xOpen = &open;
  sqlite3_vfs_register(&disk().vfs, 1);
}

FailingDisk::~FailingDisk() { heal(); }

void FailingDisk::arm(Fault fault, std::uint64_t after) {
  std::lock_guard lock(disk().mutex);
  disk().fault = fault;
  disk().left = static_cast<std::int64_t>(after);
  disk().struck = false;
}

void FailingDisk::heal() {
  std::lock_guard lock(disk().mutex);
  disk().left = kHealthy;
}

bool FailingDisk::struck() const {
  std::lock_guard lock(disk().mutex);
  return disk().struck;
}

}  // namespace icn::contract
