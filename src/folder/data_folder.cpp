#include "folder/data_folder.hpp"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "disk/durable_file.hpp"

namespace icn::folder {
namespace {

constexpr std::size_t kRecordBytesMax = 64 * 1024;

tl::unexpected<Error> system_error(std::string_view what) {
  return fail(ErrorCode::storage, std::string(what) + ": " + std::strerror(errno));
}

std::string quoted(const std::filesystem::path& path) { return "'" + path.string() + "'"; }

}  // namespace

Result<FolderRecord> folder_record_from_json(std::string_view json) {
  const auto bad = [](std::string_view what) {
    return fail(ErrorCode::invalid_format, "node.json: " + std::string(what));
  };
  const nlohmann::json value = nlohmann::json::parse(json, nullptr, false);
  if (!value.is_object()) return bad("not a JSON object");
  const auto version = value.find("version");
  if (version == value.end() || !version->is_number_unsigned()) return bad("field 'version' is missing or no number");
  if (version->get<std::uint64_t>() > static_cast<std::uint64_t>(kFolderVersion)) {
    return fail(ErrorCode::unsupported_version,
                "the data folder is of version " + std::to_string(version->get<std::uint64_t>()) +
                    "; this program knows versions up to " + std::to_string(kFolderVersion) +
                    ": use the newer program that wrote it");
  }
  if (version->get<std::uint64_t>() != static_cast<std::uint64_t>(kFolderVersion)) return bad("field 'version' is 0");
  FolderRecord record;
  for (const auto& [name, field] : {std::pair{"dag_store", &FolderRecord::dag_store},
                                    {"state_store", &FolderRecord::state_store},
                                    {"member", &FolderRecord::member},
                                    {"node", &FolderRecord::node}}) {
    const auto found = value.find(name);
    if (found == value.end() || !found->is_string())
      return bad("field '" + std::string(name) + "' is missing or no text");
    record.*field = found->get<std::string>();
  }
  if (value.size() != 5) return bad("it has fields that this program does not know");
  return record;
}

std::string folder_record_to_json(const FolderRecord& record) {
  const nlohmann::ordered_json value{{"version", kFolderVersion},
                                     {"dag_store", record.dag_store},
                                     {"state_store", record.state_store},
                                     {"member", record.member},
                                     {"node", record.node}};
  return value.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

Result<int> DataFolder::take_lock(const std::filesystem::path& path, std::string_view owner) {
  const std::filesystem::path file = path / "icn.lock";
  const int fd = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) return system_error("open " + quoted(file));
  if (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
    char text[256]{};
    const ssize_t length = ::pread(fd, text, sizeof text - 1, 0);
    ::close(fd);
    std::string who(text, length > 0 ? static_cast<std::size_t>(length) : 0);
    while (!who.empty() && who.back() == '\n') who.pop_back();
    return fail(ErrorCode::busy,
                "the data folder " + quoted(path) + " is in use by " + (who.empty() ? "another process" : who) +
                    "; nothing was changed. Wait for it to end; meanwhile `icn job logs`, `icn job cancel` "
                    "and `icn job describe` ask that process");
  }
  const std::string text = "process " + std::to_string(::getpid()) + " (" + std::string(owner) + ")\n";
  if (::ftruncate(fd, 0) != 0 || ::pwrite(fd, text.data(), text.size(), 0) != static_cast<ssize_t>(text.size())) {
    const Error error = system_error("write " + quoted(file)).value();
    ::close(fd);
    return fail(error);
  }
  return fd;
}

Result<DataFolder> DataFolder::create(const std::filesystem::path& path, std::string_view owner) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) return fail(ErrorCode::storage, "make the folder " + quoted(path) + ": " + error.message());
  if (::chmod(path.c_str(), 0700) != 0) return system_error("protect the folder " + quoted(path));
  DataFolder folder(path, ICN_TRY(take_lock(path, owner)));
  if (std::filesystem::exists(path / "node.json", error)) {
    return fail(ErrorCode::already_exists,
                "the data folder " + quoted(path) + " holds a node already; nothing was changed");
  }
  for (const char* part : {"keys", "cache", "logs"}) {
    std::filesystem::create_directories(path / part, error);
    if (error || ::chmod((path / part).c_str(), 0700) != 0)
      return fail(ErrorCode::storage, "make the folder " + quoted(path / part));
  }
  return folder;
}

Result<DataFolder> DataFolder::open(const std::filesystem::path& path, std::string_view owner) {
  std::error_code error;
  if (!std::filesystem::exists(path / "node.json", error)) {
    return fail(ErrorCode::not_found,
                "no node lives in " + quoted(path) + "; `icn --data " + path.string() + " init` makes one");
  }
  DataFolder folder(path, ICN_TRY(take_lock(path, owner)));
  folder.record_ = ICN_TRY(folder_record_from_json(ICN_TRY(disk::read_text(path / "node.json", kRecordBytesMax))));
  return folder;
}

DataFolder::DataFolder(DataFolder&& other) noexcept
    : path_(std::move(other.path_)), record_(std::move(other.record_)), lock_(std::exchange(other.lock_, -1)) {}

DataFolder& DataFolder::operator=(DataFolder&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(record_, other.record_);
  std::swap(lock_, other.lock_);
  return *this;
}

DataFolder::~DataFolder() {
  if (lock_ >= 0) ::close(lock_);
}

Result<void> DataFolder::require(const StoresAsked& asked) const {
  for (const StorePort port : kStorePorts) {
    if (!asked[port]) continue;
    const auto& [value, by] = *asked[port];
    if (absolute_url(port, value, path_) == store_url(port)) continue;
    const std::string recorded = shown_url(record_.url(port));
    const auto key = port == StorePort::state ? config::Key::storage_state : config::Key::storage_dag;
    return refuse(ErrorCode::invalid_argument, std::string(config::key_row(key).name),
                  std::string(by) + " says '" + shown_url(value) + "', and the data folder " + quoted(path_) +
                      " keeps its " + std::string(port_name(port)) + " in '" + recorded +
                      "'; nothing was done. Leave " + std::string(by) +
                      " away, or move the store: `icn store migrate " + recorded + " " + shown_url(value) + "`");
  }
  return {};
}

Result<void> DataFolder::seal(const FolderRecord& record) {
  ICN_TRY(disk::replace_file(path_ / "node.json", folder_record_to_json(record)));
  record_ = record;
  return {};
}

}  // namespace icn::folder
