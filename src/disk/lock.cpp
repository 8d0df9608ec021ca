#include "disk/lock.hpp"

#include <array>

#include <sys/file.h>

#include "disk/folder.hpp"

namespace icn::disk {
namespace {

// Whether the lock was taken; false: another opening has it.
Result<bool> try_lock(const File& file, int operation) {
  if (uninterrupted([&] { return ::flock(file.fd(), operation | LOCK_NB); }) == 0) return true;
  if (errno == EWOULDBLOCK) return false;
  return system_error("lock " + file.name());
}

}  // namespace

Result<FolderLock> FolderLock::take(const std::filesystem::path& path) {
  const bool was_made = ICN_TRY(make_folder(path));
  FolderLock lock(File(ICN_TRY(open_private_folder(path)), "the folder " + in_quotes(path)));
  if (!ICN_TRY(try_lock(lock.folder_, LOCK_EX))) {
    return fail(ErrorCode::busy, path.string() +
                                     " is already open, in another process or in this one; nothing "
                                     "was changed. Close it there first");
  }
  if (was_made) ICN_TRY(sync_folder(path.parent_path()));
  return lock;
}

Result<FileLock> FileLock::take(const std::filesystem::path& path, std::string_view holder) {
  FileLock lock;
  ICN_TRY(lock.lock(ICN_TRY(File::open(path, Open::create)), LOCK_EX));
  if (!lock.is_held_) return lock;
  const std::string text = std::string(holder) + "\n";
  const bool is_named = lock.file_->truncate(0) && lock.file_->write_at(0, view_of(text));
  if (!is_named) static_cast<void>(lock.file_->truncate(0).has_value());
  return lock;
}

Result<FileLock> FileLock::share(const std::filesystem::path& path) {
  FileLock lock;
  auto file = File::open(path, Open::read);
  if (!file && file.error().code == ErrorCode::not_found) return lock;
  ICN_TRY(lock.lock(ICN_TRY(std::move(file)), LOCK_SH));
  return lock;
}

Result<void> FileLock::lock(File file, int operation) {
  is_held_ = ICN_TRY(try_lock(file, operation));
  if (is_held_) {
    file_ = std::move(file);
    return {};
  }
  std::array<std::uint8_t, 256> text{};
  other_ = text_of(ByteView(text).first(ICN_TRY(file.read_at(0, text))));
  while (!other_.empty() && other_.back() == '\n') other_.pop_back();
  return {};
}

}  // namespace icn::disk
