#include "disk/folder.hpp"

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <tuple>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace icn::disk {

namespace fs = std::filesystem;

Result<Descriptor> open_folder(const fs::path& path, Links links) {
  const fs::path named = path.empty() ? fs::path(".") : path;
  const int flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC | (links == Links::refused ? O_NOFOLLOW : 0);
  Descriptor folder(uninterrupted([&] { return ::open(named.c_str(), flags); }));
  if (folder) return folder;
  const int reason = errno;
  std::error_code ignored;
  // For a link the kernel reports only that it is not a folder.
  const bool is_link = links == Links::refused && reason == ENOTDIR && fs::is_symlink(named, ignored);
  return system_error("open the folder", named, is_link ? ELOOP : reason);
}

Result<void> require_private(const Descriptor& folder, const fs::path& path, uid_t user) {
  struct stat found {};
  if (::fstat(folder.get(), &found) != 0) return system_error("inspect the folder", path);
  if (found.st_uid != user) {
    return refuse(ErrorCode::permission_denied, std::string(kFolderOwner),
                  "the folder " + in_quotes(path) + " belongs to user id " + std::to_string(found.st_uid) +
                      ", but this process runs as " + std::to_string(user) + "; nothing was changed",
                  path.string());
  }
  if ((found.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
    return refuse(ErrorCode::permission_denied, std::string(kFolderMode),
                  "users other than its owner may write to the folder " + in_quotes(path) +
                      "; nothing was changed. Check that its contents are yours, then `chmod go-w` it",
                  path.string());
  }
  return {};
}

Result<Descriptor> open_private_folder(const fs::path& path, Links links) {
  Descriptor folder = ICN_TRY(open_folder(path, links));
  ICN_TRY(require_private(folder, path, ::geteuid()));
  return folder;
}

Result<void> sync_folder(const fs::path& path) {
  const Descriptor folder = ICN_TRY(open_folder(path));
  if (uninterrupted([&] { return ::fsync(folder.get()); }) != 0) return system_error("sync the folder", path);
  return {};
}

Result<bool> make_folder(const fs::path& path) {
  if (::mkdir(path.c_str(), 0700) == 0) return true;
  if (errno == EEXIST) return false;
  return system_error("make the folder", path);
}

namespace {

constexpr mode_t kByUmask = 0777;

// With its parents, which get the mode that the umask leaves; each new name is durable if this user may open the folder
// that contains it.
Result<void> make_folders(const fs::path& path, mode_t mode) {
  std::error_code error;
  const fs::path folder = path.has_filename() ? path : path.parent_path();
  const fs::path parent = folder.parent_path();
  if (!parent.empty() && parent != folder && !fs::exists(parent, error)) ICN_TRY(make_folders(parent, kByUmask));
  if (::mkdir(folder.c_str(), mode) != 0) {
    const int reason = errno;
    if (reason == EEXIST && fs::is_directory(folder, error)) return {};
    return system_error("make the folder", folder, reason);
  }
  const auto above = open_folder(parent);
  if (above && uninterrupted([&] { return ::fsync(above->get()); }) != 0)
    return system_error("sync the folder", parent);
  return {};
}

}  // namespace

Result<void> make_private_folder(const fs::path& path) {
  // From its first moment: with a umask of 0 it would be open to all, and refused.
  ICN_TRY(make_folders(path, 0700));
  const Descriptor folder = ICN_TRY(open_private_folder(path, Links::followed));
  if (::fchmod(folder.get(), 0700) != 0) return system_error("protect the folder", path);
  return {};
}

Result<std::vector<std::string>> list_folder(const fs::path& path) {
  Descriptor folder = ICN_TRY(open_folder(path));
  const std::unique_ptr<DIR, int (*)(DIR*)> listing(::fdopendir(folder.get()), &::closedir);
  if (!listing) return system_error("list the folder", path);
  static_cast<void>(folder.release());  // the listing closes it
  std::vector<std::string> names;
  errno = 0;
  while (const dirent* entry = ::readdir(listing.get())) {
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") names.emplace_back(name);
    errno = 0;
  }
  if (errno != 0) return system_error("list the folder", path);
  std::sort(names.begin(), names.end());
  return names;
}

Result<void> remove_file(const fs::path& path) {
  if (::unlink(path.c_str()) != 0) {
    if (errno == ENOENT) return {};
    return system_error("remove", path);
  }
  return sync_folder(path.parent_path());
}

Result<std::uint64_t> prune_folder(const fs::path& path, std::string_view suffix, std::uint64_t bytes_max) {
  constexpr std::uint64_t kBlockBytes = 4'096;
  struct Found {
    std::int64_t changed_s;
    std::int64_t changed_ns;
    std::string name;
    std::uint64_t bytes;
  };
  std::vector<Found> files;
  std::uint64_t total = 0;
  for (const std::string& name : ICN_TRY(list_folder(path))) {
    struct stat status {};
    if (!name.ends_with(suffix) || ::lstat((path / name).c_str(), &status) != 0 || !S_ISREG(status.st_mode)) continue;
    const std::uint64_t blocks = (static_cast<std::uint64_t>(status.st_size) + kBlockBytes - 1) / kBlockBytes;
    files.push_back({status.st_mtim.tv_sec, status.st_mtim.tv_nsec, name, blocks * kBlockBytes});
    total += files.back().bytes;
  }
  if (total <= bytes_max) return total;
  std::sort(files.begin(), files.end(), [](const Found& a, const Found& b) {
    return std::tie(a.changed_s, a.changed_ns, a.name) < std::tie(b.changed_s, b.changed_ns, b.name);
  });
  for (const Found& file : files) {
    if (total <= bytes_max) break;
    if (::unlink((path / file.name).c_str()) == 0) total -= file.bytes;
  }
  return total;
}

void mark_used(const fs::path& file) { static_cast<void>(::utimensat(AT_FDCWD, file.c_str(), nullptr, 0)); }

Result<FolderDraft> FolderDraft::make(const fs::path& destination) {
  std::string pattern = destination.string() + ".partial-XXXXXX";
  if (::mkdtemp(pattern.data()) == nullptr) return system_error("make a folder next to", destination);
  return FolderDraft(pattern, destination);
}

FolderDraft::FolderDraft(FolderDraft&& other) noexcept
    : path_(std::exchange(other.path_, {})), destination_(std::move(other.destination_)) {}

FolderDraft::~FolderDraft() {
  std::error_code ignored;
  if (!path_.empty()) fs::remove_all(path_, ignored);
}

Result<void> FolderDraft::appear() {
  ICN_TRY(sync_folder(path_));
  if (::rename(path_.c_str(), destination_.c_str()) != 0) {
    const int reason = errno;
    auto error = system_error("name the folder", destination_, reason);
    if (reason == ENOTEMPTY || reason == EEXIST || reason == ENOTDIR) error.value().code = ErrorCode::already_exists;
    return error;
  }
  path_.clear();
  return sync_folder(destination_.parent_path());
}

}  // namespace icn::disk
