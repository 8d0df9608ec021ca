// The member keys in a data folder, by name. A folder created for one member has one, "member"; keys/members.json lists
// several, the default first. Reading the list needs no passphrase. Thread safe.
//
//   {"version": 1, "members": [{"name": "alice", "did": "did:key:z6Mk…"}, …]}
#pragma once
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "folder/data_folder.hpp"
#include "model/did.hpp"

namespace icn::folder {

struct MemberKey {
  std::string name;
  model::Did did;
  friend bool operator==(const MemberKey&, const MemberKey&) = default;
};

inline constexpr std::string_view kMembersFile = "members.json";
inline constexpr std::string_view kMemberName = "member";  // of the only member
inline constexpr std::size_t kMemberKeysMax = 1'000;
inline constexpr std::size_t kListBytesMax = 256 * 1024;

// Checks a name: 1 to 32 small letters, digits, '-' and '_', the first one a letter, and not "node". Errors:
// invalid_argument with the rule key_name.
[[nodiscard]] Result<void> check_key_name(std::string_view name);
// Whether a file of keys/ belongs in a backup: a key, or the list of keys.
[[nodiscard]] bool is_key_file(std::string_view file);

// Reads the list. It is never empty: the first is the folder's member. Errors: invalid_format, corrupted (the list and
// the folder's record disagree), storage.
[[nodiscard]] Result<std::vector<MemberKey>> read_member_keys(const std::filesystem::path& folder,
                                                              const FolderRecord& record);
[[nodiscard]] inline Result<std::vector<MemberKey>> read_member_keys(const DataFolder& folder) {
  return read_member_keys(folder.path(), folder.record());
}
// Errors: limit_exceeded, storage.
[[nodiscard]] Result<void> write_member_keys(const DataFolder& folder, const std::vector<MemberKey>& keys);
// Returns the path of a member's key. The folder's first member has its key in member.key, whatever its name.
[[nodiscard]] std::filesystem::path member_key_path(const DataFolder& folder, const MemberKey& key);
// The file of the key that signs for a DID: `own` (the DID's own key file), or the one that took its place, which is in
// a file next to it or is another key of the list. Errors: not_found with the rule key_absent.
[[nodiscard]] Result<std::filesystem::path> signing_key_path(const DataFolder& folder, const std::filesystem::path& own,
                                                             const model::Did& did, const model::Did& key);
// The file of a key that takes the place of the one in `own`: alice.key → alice.z6Mk….key.
[[nodiscard]] std::filesystem::path replacing_key_path(const std::filesystem::path& own, const model::Did& key);
// Finds a key by name. Errors: not_found with the rule no_key, naming the existing keys.
[[nodiscard]] Result<MemberKey> find_member_key(const std::vector<MemberKey>& keys, std::string_view name);

}  // namespace icn::folder
