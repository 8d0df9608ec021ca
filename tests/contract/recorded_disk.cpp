#include "recorded_disk.hpp"

#include <array>
#include <atomic>
#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <mutex>
#include <optional>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

namespace icn::contract {
namespace {

using Kind = DiskStep::Kind;

struct OpenFile {
  int file = -1;       // -1: a folder
  ino_t inode = 0;     // a descriptor that was closed unnoticed belongs to another file
  std::string path{};  // of a folder
  bool appends = false;
};

// The functions below cannot take an object of ours, so the one disk of the process is static.
struct Disk {
  std::mutex mutex;
  std::atomic<bool> recording{false};
  std::string folder;
  Recording log;
  std::map<std::string, int> names;  // files by their path below the folder
  std::map<int, OpenFile> open;      // by descriptor
  int next_file = 0;
};

Disk& disk() {
  static Disk one;
  return one;
}

// The path below the recorded folder; empty for the folder itself; no value for other paths.
std::optional<std::string> below(const char* path) {
  const std::string text = path;
  const std::string& folder = disk().folder;
  if (text == folder) return "";
  if (text.size() <= folder.size() || !text.starts_with(folder) || text[folder.size()] != '/') return std::nullopt;
  std::string rest = std::filesystem::path(text.substr(folder.size() + 1)).lexically_normal();
  while (rest.ends_with('/')) rest.pop_back();
  return rest == "." ? "" : rest;
}

void add(DiskStep step) { disk().log.steps.push_back(std::move(step)); }

// Runs `note` under the lock while recording; errno is unchanged.
template <class Note>
void record(Note note) {
  if (!disk().recording) return;
  const int before = errno;
  {
    const std::lock_guard lock(disk().mutex);
    if (disk().recording) note();
  }
  errno = before;
}

OpenFile* find(int fd) {
  const auto found = disk().open.find(fd);
  if (found == disk().open.end()) return nullptr;
  struct stat status {};
  if (::fstat(fd, &status) == 0 && status.st_ino == found->second.inode) return &found->second;
  disk().open.erase(found);
  return nullptr;
}

void opened(int fd, const char* path, int flags) {
  const auto name = below(path);
  struct stat status {};
  if (!name || ::fstat(fd, &status) != 0) return;
  if (S_ISDIR(status.st_mode)) {
    disk().open[fd] = {-1, status.st_ino, *name};
    return;
  }
  if (!S_ISREG(status.st_mode)) return;
  auto known = disk().names.find(*name);
  if (known == disk().names.end()) {
    known = disk().names.emplace(*name, disk().next_file++).first;
    add({.kind = Kind::make, .file = known->second, .path = *name});
  } else if ((flags & O_TRUNC) != 0) {
    add({.kind = Kind::resize, .file = known->second, .at = 0});
  }
  disk().open[fd] = {known->second, status.st_ino, {}, (flags & O_APPEND) != 0};
}

int open_recorded(const char* path, int flags, mode_t mode) {
  const int fd = static_cast<int>(::syscall(SYS_openat, AT_FDCWD, path, flags, mode));
  if (fd >= 0) record([&] { opened(fd, path, flags); });
  return fd;
}

void written(int fd, const void* bytes, ssize_t length, std::uint64_t at) {
  const OpenFile* file = find(fd);
  if (file == nullptr || file->file < 0 || length <= 0) return;
  const auto* from = static_cast<const std::uint8_t*>(bytes);
  add({.kind = Kind::write, .file = file->file, .at = at, .bytes = Bytes(from, from + length)});
}

ssize_t pwrite_recorded(int fd, const void* bytes, std::size_t length, off64_t at) {
  const ssize_t done = ::syscall(SYS_pwrite64, fd, bytes, length, at);
  if (done > 0) record([&] { written(fd, bytes, done, static_cast<std::uint64_t>(at)); });
  return done;
}

int resize_recorded(int fd, off64_t length) {
  const int done = static_cast<int>(::syscall(SYS_ftruncate, fd, length));
  if (done == 0) {
    record([&] {
      const OpenFile* file = find(fd);
      if (file != nullptr && file->file >= 0)
        add({.kind = Kind::resize, .file = file->file, .at = static_cast<std::uint64_t>(length)});
    });
  }
  return done;
}

// Preallocation changes at most the length.
int allocate_recorded(int fd, int mode, off64_t at, off64_t length) {
  struct stat before {};
  struct stat after {};
  static_cast<void>(::fstat(fd, &before));
  const int done = static_cast<int>(::syscall(SYS_fallocate, fd, mode, at, length));
  if (done == 0 && ::fstat(fd, &after) == 0 && before.st_size != after.st_size) {
    record([&] {
      const OpenFile* file = find(fd);
      if (file != nullptr && file->file >= 0)
        add({.kind = Kind::resize, .file = file->file, .at = static_cast<std::uint64_t>(after.st_size)});
    });
  }
  return done;
}

int sync_recorded(int fd, long call) {
  const int done = static_cast<int>(::syscall(call, fd));
  if (done == 0) {
    record([&] {
      const OpenFile* file = find(fd);
      if (file == nullptr) return;
      if (file->file >= 0) {
        add({.kind = Kind::sync, .file = file->file});
      } else {
        add({.kind = Kind::sync_folder, .path = file->path});
      }
    });
  }
  return done;
}

void removed(const char* path, Kind kind) {
  const auto name = below(path);
  if (!name) return;
  disk().names.erase(*name);
  add({.kind = kind, .path = *name});
}

void renamed(const char* from, const char* to) {
  const auto old_name = below(from);
  const auto new_name = below(to);
  if (!old_name || !new_name) return;
  if (auto moved = disk().names.extract(*old_name)) {
    disk().names.erase(*new_name);
    moved.key() = *new_name;
    disk().names.insert(std::move(moved));
  }
  add({.kind = Kind::rename, .path = *old_name, .new_path = *new_name});
}

}  // namespace

RecordedDisk::RecordedDisk(const std::filesystem::path& folder) {
  const std::lock_guard lock(disk().mutex);
  disk().folder = std::filesystem::canonical(folder).string();
  disk().log = {};
  disk().names.clear();
  disk().open.clear();
  disk().next_file = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(disk().folder)) {
    const std::string name = std::filesystem::relative(entry.path(), disk().folder);
    if (entry.is_directory()) disk().log.folders.push_back(name);
    if (!entry.is_regular_file()) continue;
    disk().names.emplace(name, 0);
    disk().log.files.emplace(name, read_all(entry.path()));
  }
  // In the order in which leave_after_cut() numbers them.
  for (auto& [name, file] : disk().names) file = disk().next_file++;
  disk().recording = true;
}

RecordedDisk::~RecordedDisk() { disk().recording = false; }

std::size_t RecordedDisk::position() const {
  const std::lock_guard lock(disk().mutex);
  return disk().log.steps.size();
}

Recording RecordedDisk::end() {
  disk().recording = false;
  const std::lock_guard lock(disk().mutex);
  return std::move(disk().log);
}

namespace {

// ---- the state after a cut ----

struct FileState {
  Bytes durable;
  std::vector<const DiskStep*> since;
};

void put(Bytes& file, std::uint64_t at, ByteView bytes) {
  if (file.size() < at + bytes.size()) file.resize(at + bytes.size());
  std::copy(bytes.begin(), bytes.end(), file.begin() + static_cast<std::ptrdiff_t>(at));
}

void apply(Bytes& file, const DiskStep& step) {
  if (step.kind == Kind::resize) {
    file.resize(step.at);
  } else {
    put(file, step.at, step.bytes);
  }
}

// The pieces of a write that are in sectors which reached the disk.
void apply_torn(Bytes& file, const DiskStep& step, std::uint64_t sector, Sequence& random) {
  for (std::uint64_t from = 0; from < step.bytes.size();) {
    const std::uint64_t length = std::min<std::uint64_t>(sector - (step.at + from) % sector, step.bytes.size() - from);
    if (random.below(2) == 0) put(file, step.at + from, ByteView(step.bytes).subspan(from, length));
    from += length;
  }
}

enum class Fate : std::uint8_t { all_kept, all_dropped, by_chance };

void apply_by_chance(Bytes& file, const DiskStep& step, Fate fate, Sequence& random) {
  const std::uint64_t lot = random.below(4);
  if (fate == Fate::all_dropped || (fate == Fate::by_chance && lot == 0)) return;
  if (fate == Fate::all_kept || lot == 1 || step.kind == Kind::resize) {
    apply(file, step);
  } else {
    apply_torn(file, step, lot == 2 ? 512 : 4'096, random);
  }
}

std::string parent_of(const std::string& path) { return std::filesystem::path(path).parent_path(); }

class Cut {
 public:
  explicit Cut(const Recording& recording) : folders_(recording.folders) {
    for (const auto& [name, bytes] : recording.files) {
      names_.emplace(name, static_cast<int>(files_.size()));
      files_[static_cast<int>(files_.size())].durable = bytes;
    }
  }

  void happened(const DiskStep& step) {
    switch (step.kind) {
      case Kind::write:
      case Kind::resize:
        files_[step.file].since.push_back(&step);
        break;
      case Kind::sync: {
        FileState& file = files_[step.file];
        for (const DiskStep* earlier : file.since) apply(file.durable, *earlier);
        file.since.clear();
        break;
      }
      case Kind::sync_folder:
        std::erase_if(waiting_names_, [&](const DiskStep* waiting) {
          if (parent_of(waiting->path) != step.path) return false;
          name(*waiting);
          return true;
        });
        break;
      default:
        waiting_names_.push_back(&step);
    }
  }

  void leave(Sequence& random, const std::filesystem::path& into) {
    const Fate fate = std::array{Fate::all_kept, Fate::all_dropped, Fate::by_chance, Fate::by_chance}[random.below(4)];
    std::size_t kept = fate == Fate::all_kept ? waiting_names_.size() : 0;
    if (fate == Fate::by_chance) kept = random.below(waiting_names_.size() + 1);
    for (std::size_t i = 0; i < kept; ++i) name(*waiting_names_[i]);
    for (const std::string& folder : folders_) std::filesystem::create_directories(into / folder);
    for (const auto& [path, number] : names_) {
      FileState& file = files_[number];
      Bytes bytes = file.durable;
      for (const DiskStep* step : file.since) apply_by_chance(bytes, *step, fate, random);
      // A folder whose name was lost takes its files with it.
      if (std::filesystem::is_directory((into / path).parent_path())) write_all(into / path, bytes);
    }
  }

 private:
  void name(const DiskStep& step) {
    switch (step.kind) {
      case Kind::make:
        names_[step.path] = step.file;
        break;
      case Kind::remove:
        names_.erase(step.path);
        break;
      case Kind::rename:
        if (auto moved = names_.extract(step.path)) {
          names_.erase(step.new_path);
          moved.key() = step.new_path;
          names_.insert(std::move(moved));
        }
        break;
      case Kind::make_folder:
        folders_.push_back(step.path);
        break;
      case Kind::remove_folder:
        std::erase(folders_, step.path);
        break;
      default:
        break;
    }
  }

  std::map<int, FileState> files_;
  std::map<std::string, int> names_;  // the durable ones
  std::vector<std::string> folders_;
  std::vector<const DiskStep*> waiting_names_;
};

}  // namespace

void leave_after_cut(const Recording& recording, std::size_t position, Sequence& random,
                     const std::filesystem::path& into) {
  Cut cut(recording);
  for (std::size_t i = 0; i < position; ++i) cut.happened(recording.steps[i]);
  cut.leave(random, into);
}

}  // namespace icn::contract

// ---- in front of the C library ----

using namespace icn::contract;  // NOLINT(google-build-using-namespace): of this file's own functions

extern "C" {

int open(const char* path, int flags, ...) {
  va_list more;
  va_start(more, flags);
  const mode_t mode = (flags & O_CREAT) != 0 ? va_arg(more, mode_t) : 0;
  va_end(more);
  return open_recorded(path, flags, mode);
}
int open64(const char* path, int flags, ...) {
  va_list more;
  va_start(more, flags);
  const mode_t mode = (flags & O_CREAT) != 0 ? va_arg(more, mode_t) : 0;
  va_end(more);
  return open_recorded(path, flags, mode);
}
ssize_t pwrite(int fd, const void* bytes, size_t length, off_t at) { return pwrite_recorded(fd, bytes, length, at); }
ssize_t pwrite64(int fd, const void* bytes, size_t length, off64_t at) {
  return pwrite_recorded(fd, bytes, length, at);
}
ssize_t write(int fd, const void* bytes, size_t length) {
  // The offset before the write is where it goes, unless the file is in append mode; the offset after it is right in
  // any case.
  const ssize_t done = syscall(SYS_write, fd, bytes, length);
  if (done > 0) {
    record([&] {
      const off_t end = ::lseek(fd, 0, SEEK_CUR);
      if (end >= done) written(fd, bytes, done, static_cast<std::uint64_t>(end - done));
    });
  }
  return done;
}
int ftruncate(int fd, off_t length) noexcept { return resize_recorded(fd, length); }
int ftruncate64(int fd, off64_t length) noexcept { return resize_recorded(fd, length); }
int fallocate(int fd, int mode, off_t at, off_t length) { return allocate_recorded(fd, mode, at, length); }
int fallocate64(int fd, int mode, off64_t at, off64_t length) { return allocate_recorded(fd, mode, at, length); }
int posix_fallocate(int fd, off_t at, off_t length) { return allocate_recorded(fd, 0, at, length) == 0 ? 0 : errno; }
int posix_fallocate64(int fd, off64_t at, off64_t length) { return posix_fallocate(fd, at, length); }
int fsync(int fd) { return sync_recorded(fd, SYS_fsync); }
int fdatasync(int fd) { return sync_recorded(fd, SYS_fdatasync); }
int unlink(const char* path) noexcept {
  const int done = static_cast<int>(syscall(SYS_unlink, path));
  if (done == 0) record([&] { removed(path, Kind::remove); });
  return done;
}
int remove(const char* path) noexcept {
  if (unlink(path) == 0) return 0;
  return errno == EISDIR ? rmdir(path) : -1;
}
int rename(const char* from, const char* to) noexcept {
  const int done = static_cast<int>(syscall(SYS_rename, from, to));
  if (done == 0) record([&] { renamed(from, to); });
  return done;
}
int mkdir(const char* path, mode_t mode) noexcept {
  const int done = static_cast<int>(syscall(SYS_mkdir, path, mode));
  if (done == 0) {
    record([&] {
      if (const auto name = below(path)) add({.kind = Kind::make_folder, .path = *name});
    });
  }
  return done;
}
int rmdir(const char* path) noexcept {
  const int done = static_cast<int>(syscall(SYS_rmdir, path));
  if (done == 0) record([&] { removed(path, Kind::remove_folder); });
  return done;
}

}  // extern "C"
