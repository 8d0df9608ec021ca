#include "folder/member_keys.hpp"

#include <fmt/core.h>

#include <algorithm>

#include <nlohmann/json.hpp>

#include "disk/folder.hpp"

namespace icn::folder {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kNameMax = 32;
constexpr int kListVersion = 1;
const std::string kDidKey = "did:key:";

std::filesystem::path keys_path(const DataFolder& folder) { return folder.path() / "keys"; }

tl::unexpected<Error> bad_list(std::string_view what) {
  return fail(ErrorCode::invalid_format, fmt::format("keys/{}: {}", kMembersFile, what));
}

Result<std::vector<MemberKey>> parse_list(std::string_view text) {
  const Json value = Json::parse(text, nullptr, false);
  if (!value.is_object() || !value.contains("version") || !value.contains("members") || value.size() != 2)
    return bad_list("not a list of members");
  if (value["version"] != kListVersion) {
    return fail(ErrorCode::unsupported_version,
                fmt::format("keys/{} does not have version {}: use the newer program that wrote it", kMembersFile,
                            kListVersion));
  }
  std::vector<MemberKey> keys;
  for (const Json& one : value["members"]) {
    if (!one.is_object() || one.size() != 2 || !one.contains("name") || !one.contains("did") ||
        !one["name"].is_string() || !one["did"].is_string())
      return bad_list("a member is not a name and a DID");
    const model::Did did = ICN_TRY(model::Did::parse(one["did"].get<std::string>()));
    MemberKey key{one["name"].get<std::string>(), did};
    ICN_TRY(check_key_name(key.name));
    const auto is_same = [&](const MemberKey& other) { return other.name == key.name || other.did == key.did; };
    if (std::any_of(keys.begin(), keys.end(), is_same)) return bad_list("it lists a member twice");
    keys.push_back(std::move(key));
  }
  if (keys.empty()) return bad_list("it is empty");
  return keys;
}

}  // namespace

Result<void> check_key_name(std::string_view name) {
  const auto is_small = [](char c) { return c >= 'a' && c <= 'z'; };
  const auto is_allowed = [&](char c) { return is_small(c) || (c >= '0' && c <= '9') || c == '-' || c == '_'; };
  if (!name.empty() && name.size() <= kNameMax && is_small(name.front()) && name != "node" &&
      std::all_of(name.begin(), name.end(), is_allowed))
    return {};
  return refuse(ErrorCode::invalid_argument, "key_name",
                fmt::format("'{}' is not a name for a key: 1 to {} small letters, digits, '-' and '_', of which the "
                            "first is a letter, and not 'node'",
                            name, kNameMax),
                std::string(name));
}

bool is_key_file(std::string_view file) {
  constexpr std::string_view kEnd = ".key";
  if (file == kMembersFile || file == "node.key") return true;
  if (!file.ends_with(kEnd)) return false;
  file.remove_suffix(kEnd.size());
  const std::size_t dot = file.find('.');
  const std::string_view name = file.substr(0, dot);
  if (name != "node" && !check_key_name(name)) return false;
  return dot == std::string_view::npos || model::Did::parse(kDidKey + std::string(file.substr(dot + 1))).has_value();
}

Result<std::vector<MemberKey>> read_member_keys(const std::filesystem::path& folder, const FolderRecord& record) {
  const model::Did own = ICN_TRY(model::Did::parse(record.member));
  const auto text = disk::read_text(folder / "keys" / kMembersFile, kListBytesMax);
  if (!text && text.error().code == ErrorCode::not_found) return std::vector{MemberKey{std::string(kMemberName), own}};
  if (!text) return fail(text.error());
  std::vector<MemberKey> keys = ICN_TRY(parse_list(*text));
  if (keys.front().did == own) return keys;
  return fail(ErrorCode::corrupted, fmt::format("keys/{} begins with {}, but the folder's member is {}", kMembersFile,
                                                keys.front().did.to_text(), own.to_text()));
}

Result<void> write_member_keys(const DataFolder& folder, const std::vector<MemberKey>& keys) {
  if (keys.size() > kMemberKeysMax) {
    return refuse(ErrorCode::limit_exceeded, "max_keys",
                  fmt::format("a data folder holds at most {} member keys; nothing was done", kMemberKeysMax));
  }
  Json members = Json::array();
  for (const MemberKey& key : keys) members.push_back({{"name", key.name}, {"did", key.did.to_text()}});
  const Json value{{"version", kListVersion}, {"members", std::move(members)}};
  return disk::replace_file(keys_path(folder) / kMembersFile, view_of(value.dump(2) + "\n"));
}

std::filesystem::path member_key_path(const DataFolder& folder, const MemberKey& key) {
  if (key.did.to_text() == folder.record().member) return folder.member_key_path();
  return keys_path(folder) / (key.name + ".key");
}

std::filesystem::path replacing_key_path(const std::filesystem::path& own, const model::Did& key) {
  return own.parent_path() / (own.stem().string() + "." + key.to_text().substr(kDidKey.size()) + ".key");
}

Result<std::filesystem::path> signing_key_path(const DataFolder& folder, const std::filesystem::path& own,
                                               const model::Did& did, const model::Did& key) {
  if (key == did) return own;
  const std::filesystem::path replacing = replacing_key_path(own, key);
  std::error_code ignored;
  if (std::filesystem::exists(replacing, ignored)) return replacing;
  for (const MemberKey& other : ICN_TRY(read_member_keys(folder))) {
    if (other.did == key) return member_key_path(folder, other);
  }
  return refuse(ErrorCode::not_found, "key_absent",
                fmt::format("the key {}, which signs for {} now, is not in the data folder; nothing was signed",
                            key.to_text(), did.to_text()),
                key.to_text());
}

Result<MemberKey> find_member_key(const std::vector<MemberKey>& keys, std::string_view name) {
  std::string names;
  for (const MemberKey& key : keys) {
    if (key.name == name) return key;
    names += (names.empty() ? "" : ", ") + key.name;
  }
  return refuse(ErrorCode::not_found, "no_key",
                fmt::format("no key in the data folder has the name '{}'; there are: {}", name, names),
                std::string(name));
}

}  // namespace icn::folder
