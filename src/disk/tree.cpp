#include "disk/tree.hpp"

#include <algorithm>
#include <memory>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "disk/folder.hpp"

namespace icn::disk {
namespace {

constexpr std::size_t kNameBytesMax = 255;

std::string joined(const std::vector<std::string>& names, std::string_view last) {
  std::string path;
  for (const std::string& name : names) path += name + "/";
  return path + std::string(last);
}

tl::unexpected<Error> too_deep(const std::string& place) {
  return refuse(ErrorCode::limit_exceeded, "max_folder_depth",
                "'" + place + "' is more than " + std::to_string(kTreeDepthMax) + " folders deep", place);
}

tl::unexpected<Error> other_kind(const std::string& place) {
  return refuse(ErrorCode::invalid_argument, std::string(kEntryKind),
                "'" + place + "' is neither a file nor a folder (a symbolic link is not followed)", place);
}

Result<std::vector<std::string>> names_in(const Descriptor& folder, const std::string& place) {
  const int again = ::openat(folder.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (again < 0) return system_error("open the folder", place);
  const std::unique_ptr<DIR, int (*)(DIR*)> stream(::fdopendir(again), &::closedir);
  if (stream == nullptr) {
    ::close(again);
    return system_error("list the folder", place);
  }
  std::vector<std::string> names;
  errno = 0;
  while (const dirent* entry = ::readdir(stream.get())) {
    const std::string_view name(entry->d_name);
    if (name != "." && name != "..") names.emplace_back(name);
  }
  if (errno != 0) return system_error("list the folder", place);
  std::sort(names.begin(), names.end());
  return names;
}

Descriptor open_in(const Descriptor& folder, const std::string& name, int flags, mode_t mode = 0) {
  return Descriptor(uninterrupted([&] {
    return ::openat(folder.get(), name.c_str(), flags | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, mode);
  }));
}

}  // namespace

Result<TreeReader> TreeReader::open(const std::filesystem::path& path) {
  TreeReader reader;
  ICN_TRY(reader.enter(ICN_TRY(open_folder(path)), path.string()));
  return reader;
}

Result<void> TreeReader::enter(Descriptor folder, std::string name) {
  if (levels_.size() > kTreeDepthMax) return too_deep(place() + "/" + name);
  std::vector<std::string> names = ICN_TRY(names_in(folder, name));
  levels_.push_back({std::move(folder), std::move(name), std::move(names)});
  return {};
}

std::string TreeReader::place() const {
  std::string path;
  for (const Level& level : levels_) path += (path.empty() ? "" : "/") + level.name;
  if (file_) path += "/" + file_->name();
  return path;
}

Result<std::optional<TreeStep>> TreeReader::next() {
  file_.reset();
  Level& level = levels_.back();
  if (level.at == level.names.size()) {
    if (levels_.size() == 1) return std::nullopt;
    levels_.pop_back();
    return TreeStep{};
  }
  const std::string name = level.names[level.at++];
  const std::string shown = place() + "/" + name;
  struct stat found {};
  if (::fstatat(level.folder.get(), name.c_str(), &found, AT_SYMLINK_NOFOLLOW) != 0)
    return system_error("inspect", shown, errno, Named::by_user);
  if (!S_ISDIR(found.st_mode) && !S_ISREG(found.st_mode)) return other_kind(shown);
  Descriptor opened = open_in(level.folder, name, O_RDONLY | (S_ISDIR(found.st_mode) ? O_DIRECTORY : 0));
  if (!opened) return system_error("open", shown, errno, Named::by_user);
  if (S_ISDIR(found.st_mode)) {
    ICN_TRY(enter(std::move(opened), name));
    return TreeStep{TreeStep::Kind::folder, name};
  }
  // It may have been replaced since it was inspected.
  if (::fstat(opened.get(), &found) != 0 || !S_ISREG(found.st_mode)) return other_kind(shown);
  file_.emplace(std::move(opened), name);
  return TreeStep{TreeStep::Kind::file, name};
}

Result<std::size_t> TreeReader::read(std::span<std::uint8_t> into) const {
  if (!file_) return std::size_t{0};
  return file_->read(into);
}

Result<TreeWriter> TreeWriter::open(const std::filesystem::path& path, Replacing replacing) {
  TreeWriter writer(replacing);
  writer.levels_.push_back(ICN_TRY(open_folder(path)));
  writer.names_.push_back(path.string());
  return writer;
}

Result<void> TreeWriter::enter(const std::string& name) {
  const std::string shown = joined(names_, name);
  if (levels_.size() > kTreeDepthMax) return too_deep(shown);
  if (::mkdirat(levels_.back().get(), name.c_str(), 0777) != 0) {
    if (errno != EEXIST) return system_error("create the folder", shown, errno, Named::by_user);
    if (replacing_ == Replacing::no)
      return refuse(ErrorCode::already_exists, std::string(kFileExists), "'" + shown + "' exists", shown);
  }
  Descriptor opened = open_in(levels_.back(), name, O_RDONLY | O_DIRECTORY);
  if (!opened) return errno == ENOTDIR || errno == ELOOP ? other_kind(shown) : system_error("open", shown);
  levels_.push_back(std::move(opened));
  names_.push_back(name);
  return {};
}

Result<void> TreeWriter::create(const std::string& name) {
  constexpr int kNew = O_WRONLY | O_CREAT | O_EXCL;
  const std::string shown = joined(names_, name);
  target_ = name;
  draft_.clear();
  Descriptor opened = open_in(levels_.back(), name, kNew, 0666);
  if (!opened && errno == EEXIST && replacing_ == Replacing::yes) {
    for (unsigned number = 0; !opened && number < 1'000; ++number) {
      draft_ = ".icn-" + std::to_string(::getpid()) + "-" + std::to_string(number);
      opened = open_in(levels_.back(), draft_, kNew, 0666);
      if (!opened && errno != EEXIST) break;
    }
  }
  if (!opened && errno == EEXIST && replacing_ == Replacing::no)
    return refuse(ErrorCode::already_exists, std::string(kFileExists), "'" + shown + "' exists", shown);
  if (!opened) return system_error("create", shown, errno, Named::by_user);
  file_.emplace(std::move(opened), shown);
  return {};
}

Result<void> TreeWriter::finish_file() {
  file_.reset();
  if (draft_.empty()) return {};
  const std::string draft = std::exchange(draft_, {});
  if (::renameat(levels_.back().get(), draft.c_str(), levels_.back().get(), target_.c_str()) == 0) return {};
  const int reason = errno;
  ::unlinkat(levels_.back().get(), draft.c_str(), 0);
  return system_error("replace", joined(names_, target_), reason, Named::by_user);
}

Result<void> TreeWriter::step(const TreeStep& step) {
  ICN_TRY(finish_file());
  if (step.kind == TreeStep::Kind::end) {
    if (levels_.size() == 1) return {};
    levels_.pop_back();
    names_.pop_back();
    return {};
  }
  const std::string& name = step.name;
  if (name.empty() || name == "." || name == ".." || name.size() > kNameBytesMax ||
      name.find_first_of(std::string_view("/\0", 2)) != std::string::npos) {
    return refuse(ErrorCode::invalid_argument, std::string(kEntryKind), "'" + name + "' is not a file name", name);
  }
  return step.kind == TreeStep::Kind::folder ? enter(name) : create(name);
}

Result<void> TreeWriter::write(ByteView bytes) const {
  if (!file_) return fail(ErrorCode::internal, "bytes without a file");
  return file_->write(bytes);
}

}  // namespace icn::disk
