#include "folder/data_folder.hpp"

#include <fmt/core.h>

#include <array>

#include <unistd.h>

#include <nlohmann/json.hpp>

#include "disk/folder.hpp"

namespace icn::folder {
namespace {

constexpr std::array<std::string_view, 3> kParts{"keys", "cache", "logs"};

std::string quoted(const std::filesystem::path& path) { return "'" + path.string() + "'"; }

// Whether a folder is at the path. Errors: invalid_argument (a file is there, or on the way there).
Result<bool> is_folder(const std::filesystem::path& path) {
  std::error_code error;
  for (std::filesystem::path at = path; !at.empty(); at = at.parent_path()) {
    const auto found = std::filesystem::status(at, error);
    if (found.type() == std::filesystem::file_type::not_found) continue;
    // What cannot be looked at is opened below, which says why.
    if (std::filesystem::is_directory(found) || !std::filesystem::exists(found)) return at == path;
    return fail(ErrorCode::invalid_argument,
                "the data folder " + quoted(path) + " cannot be there: " + quoted(at) + " is a file; nothing was done");
  }
  return false;
}

}  // namespace

Result<FolderRecord> folder_record_from_json(std::string_view json) {
  const auto bad = [](std::string_view what) {
    return fail(ErrorCode::invalid_format, fmt::format("node.json: {}", what));
  };
  const nlohmann::json value = nlohmann::json::parse(json, nullptr, false);
  if (!value.is_object()) return bad("not a JSON object");
  const auto version = value.find("version");
  if (version == value.end() || !version->is_number_unsigned())
    return bad("field 'version' is missing or not a number");
  if (version->get<std::uint64_t>() > static_cast<std::uint64_t>(kFolderVersion)) {
    return fail(ErrorCode::unsupported_version,
                fmt::format("the data folder has version {}; this program knows versions up to {}: use the newer "
                            "program that wrote it",
                            version->get<std::uint64_t>(), kFolderVersion));
  }
  if (version->get<std::uint64_t>() != static_cast<std::uint64_t>(kFolderVersion)) return bad("field 'version' is 0");
  FolderRecord record;
  for (const auto& [name, field] : {std::pair{"dag_store", &FolderRecord::dag_store},
                                    {"state_store", &FolderRecord::state_store},
                                    {"member", &FolderRecord::member},
                                    {"node", &FolderRecord::node}}) {
    const auto found = value.find(name);
    if (found == value.end() || !found->is_string())
      return bad(fmt::format("field '{}' is missing or not a text", name));
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

namespace {

// Opens the folder before anything in it is checked: one without access would seem empty, and what is in a folder of
// another user does not count.
Result<bool> holds_node(const std::filesystem::path& path) {
  if (!ICN_TRY(is_folder(path))) return false;
  ICN_TRY(disk::open_private_folder(path, disk::Links::followed));
  std::error_code error;
  return std::filesystem::exists(path / "node.json", error);
}

}  // namespace

Result<DataFolder> DataFolder::take(const std::filesystem::path& path, std::string_view owner) {
  ICN_TRY(disk::open_private_folder(path, disk::Links::followed));
  for (const std::string_view part : kParts) {
    std::error_code error;
    const auto found = std::filesystem::symlink_status(path / part, error);
    if (found.type() != std::filesystem::file_type::not_found) ICN_TRY(disk::open_private_folder(path / part));
  }
  auto lock = ICN_TRY(disk::FileLock::take(path / "icn.lock", fmt::format("process {} ({})", ::getpid(), owner)));
  if (lock.is_held()) return DataFolder(path, std::move(lock));
  return refuse(ErrorCode::busy, std::string(kFolderInUse),
                "the data folder " + quoted(path) + " is in use by " +
                    (lock.other().empty() ? "another process" : lock.other()) + "; nothing was changed",
                path.string());
}

Result<void> DataFolder::expect_none(const std::filesystem::path& path) {
  if (!ICN_TRY(holds_node(path))) return {};
  return fail(ErrorCode::already_exists,
              "the data folder " + quoted(path) + " holds a node already; nothing was changed");
}

Result<DataFolder> DataFolder::create(const std::filesystem::path& path, std::string_view owner) {
  ICN_TRY(expect_none(path));
  ICN_TRY(disk::make_private_folder(path));
  DataFolder folder = ICN_TRY(take(path, owner));
  // Another process may have made one meanwhile.
  ICN_TRY(expect_none(path));
  for (const std::string_view part : kParts) ICN_TRY(disk::make_private_folder(path / part));
  return folder;
}

Result<DataFolder> DataFolder::open(const std::filesystem::path& path, std::string_view owner) {
  const auto no_node = [&path] {
    return refuse(ErrorCode::not_found, "no_node", "there is no node in " + quoted(path), path.string());
  };
  if (!ICN_TRY(holds_node(path))) return no_node();
  DataFolder folder = ICN_TRY(take(path, owner));
  folder.record_ =
      ICN_TRY(folder_record_from_json(ICN_TRY(disk::read_text(path / "node.json", kFolderRecordBytesMax))));
  return folder;
}

Result<void> DataFolder::require(const StoresAsked& asked) const {
  for (const StorePort port : kStorePorts) {
    if (!asked[port]) continue;
    const auto& [value, by] = *asked[port];
    if (absolute_url(port, value, path_) == store_url(port)) continue;
    const std::string recorded = shown_url(record_.url(port));
    const auto key = port == StorePort::state ? config::Key::storage_state : config::Key::storage_dag;
    return refuse(ErrorCode::invalid_argument, std::string(config::key_row(key).name),
                  fmt::format("{} says '{}', and the data folder {} keeps its {} in '{}'; nothing was done. Omit {}, "
                              "or move the store",
                              by, shown_url(value), quoted(path_), port_name(port), recorded, by),
                  recorded);
  }
  return {};
}

Result<void> DataFolder::seal(const FolderRecord& record) {
  ICN_TRY(disk::replace_file(path_ / "node.json", view_of(folder_record_to_json(record))));
  record_ = record;
  return {};
}

}  // namespace icn::folder
