#include "folder/ballast.hpp"

#include <algorithm>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "core/log.hpp"
#include "disk/file.hpp"

namespace icn::folder {
namespace {

namespace fs = std::filesystem;

// Making it must not fill the disk.
constexpr std::uint64_t kMakeAboveBytes = 3 * kBallastBytes;

std::optional<dev_t> device_of(const fs::path& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return std::nullopt;
  return status.st_dev;
}

std::uint64_t ballast_in(const fs::path& folder) {
  const auto status = disk::status_of(folder / kBallastFile);
  return status ? std::min(status->bytes, kBallastBytes) : 0;
}

// All or nothing: a partial ballast would suggest more room than there is.
bool make(const fs::path& path) {
  const auto file = disk::File::open(path, disk::Open::create);
  if (!file) return false;
  if (::posix_fallocate(file->fd(), 0, static_cast<off_t>(kBallastBytes)) == 0) return true;
  static_cast<void>(file->truncate(0).has_value());
  return false;
}

}  // namespace

std::optional<std::uint64_t> free_bytes_of(const fs::path& path) {
  struct statvfs status {};
  if (::statvfs(path.c_str(), &status) != 0) return std::nullopt;
  return static_cast<std::uint64_t>(status.f_bavail) * status.f_frsize;
}

std::vector<fs::path> ballast_folders(const fs::path& folder, const FolderRecord& record) {
  std::vector<fs::path> folders{folder};
  std::vector<std::optional<dev_t>> devices{device_of(folder)};
  for (const StorePort port : kStorePorts) {
    const auto path = path_of_store(port, absolute_url(port, record.url(port), folder));
    if (!path) continue;
    const auto device = device_of(path->parent_path());
    if (!device || std::find(devices.begin(), devices.end(), device) != devices.end()) continue;
    devices.push_back(device);
    folders.push_back(path->parent_path());
  }
  return folders;
}

void give_up_ballast_when_full(const fs::path& folder) {
  const auto free = free_bytes_of(folder);
  if (!free || *free >= kFreeBytesNone || ballast_in(folder) == 0) return;
  const auto file = disk::File::open(folder / kBallastFile, disk::Open::update);
  if (!file || !file->truncate(0)) return;
  log(LogLevel::warning, "folder", "the disk is full; the node now uses the space reserved for this case");
}

void keep_ballast(const std::vector<fs::path>& folders) {
  for (const fs::path& folder : folders) {
    give_up_ballast_when_full(folder);
    const auto free = free_bytes_of(folder);
    if (free && *free >= kMakeAboveBytes && ballast_in(folder) < kBallastBytes)
      static_cast<void>(make(folder / kBallastFile));
  }
}

std::optional<std::uint64_t> free_for_new_work(const std::vector<fs::path>& folders) {
  std::optional<std::uint64_t> least;
  for (const fs::path& folder : folders) {
    const auto free = free_bytes_of(folder);
    if (!free) continue;
    const std::uint64_t kept_back = kBallastBytes - ballast_in(folder);
    least = std::min(least.value_or(UINT64_MAX), *free - std::min(*free, kept_back));
  }
  return least;
}

}  // namespace icn::folder
