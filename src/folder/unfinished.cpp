#include "folder/unfinished.hpp"

#include <fmt/core.h>

#include <nlohmann/json.hpp>

#include "disk/file.hpp"
#include "disk/folder.hpp"

namespace icn::folder {
namespace {

constexpr int kUnfinishedVersion = 1;
constexpr std::size_t kBytesMax = 64 * 1024;
constexpr std::string_view kNames[] = {"found", "restore", "migrate"};

Result<Unfinished> parse(const std::string& text) {
  const auto bad = [](std::string_view what) {
    return fail(ErrorCode::invalid_format, fmt::format("unfinished.json: {}", what));
  };
  const nlohmann::json value = nlohmann::json::parse(text, nullptr, false);
  if (!value.is_object()) return bad("not a JSON object");
  const auto version = value.find("version");
  if (version == value.end() || !version->is_number_unsigned())
    return bad("field 'version' is missing or not a number");
  if (version->get<std::uint64_t>() != kUnfinishedVersion) {
    return fail(ErrorCode::unsupported_version,
                "unfinished.json has a version that this program does not know: use the newer program that wrote it");
  }
  Unfinished unfinished;
  const auto operation = value.find("operation");
  const auto command = value.find("command");
  if (operation == value.end() || !operation->is_string() || command == value.end() || !command->is_string())
    return bad("field 'operation' or 'command' is missing or not a text");
  bool known = false;
  for (std::size_t i = 0; i < std::size(kNames); ++i) {
    if (operation->get<std::string>() != kNames[i]) continue;
    unfinished.operation = static_cast<Operation>(i);
    known = true;
  }
  if (!known) return bad("it names an operation that this program does not know");
  unfinished.command = command->get<std::string>();
  for (const StorePort port : kStorePorts) {
    const auto url = value.find(port_name(port));
    if (url == value.end() || !(url->is_string() || url->is_null())) return bad("a store's URL is missing");
    if (url->is_string()) unfinished.filling[port] = url->get<std::string>();
  }
  return unfinished;
}

}  // namespace

std::filesystem::path unfinished_path(const std::filesystem::path& folder) { return folder / "unfinished.json"; }

Result<std::optional<Unfinished>> read_unfinished(const std::filesystem::path& folder) {
  auto text = disk::read_text(unfinished_path(folder), kBytesMax);
  if (!text && text.error().code == ErrorCode::not_found) return std::optional<Unfinished>();
  if (!text) return fail(text.error());
  return std::optional<Unfinished>(ICN_TRY(parse(*text)));
}

Result<void> write_unfinished(const std::filesystem::path& folder, const Unfinished& unfinished) {
  nlohmann::ordered_json value;
  value["version"] = kUnfinishedVersion;
  value["operation"] = kNames[static_cast<std::size_t>(unfinished.operation)];
  value["command"] = unfinished.command;
  for (const StorePort port : kStorePorts) {
    const auto& url = unfinished.filling[port];
    value[std::string(port_name(port))] = url ? nlohmann::ordered_json(*url) : nlohmann::ordered_json(nullptr);
  }
  const std::string text = value.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
  return disk::replace_file(unfinished_path(folder), view_of(text));
}

Result<void> remove_unfinished(const std::filesystem::path& folder) {
  return disk::remove_file(unfinished_path(folder));
}

}  // namespace icn::folder
