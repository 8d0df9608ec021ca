// The keys that a node makes and keeps in files of its data folder: its own, and those of members.
//
// Each is sealed with the passphrase, or in plain without one. No state: the lock of the folder protects its files.
#pragma once
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "folder/data_folder.hpp"
#include "folder/member_keys.hpp"
#include "model/signature.hpp"
#include "ports/random.hpp"

namespace icn::node {

// The file's path may depend on the new key. Errors: already_exists, storage.
[[nodiscard]] Result<model::KeyPair> make_key(const std::function<std::filesystem::path(const model::Did&)>& path_of,
                                              std::optional<std::string_view> passphrase, ports::Random& random);
[[nodiscard]] Result<model::Did> make_key(const std::filesystem::path& path, std::optional<std::string_view> passphrase,
                                          ports::Random& random);

// Creates the keys of all members except the first, whose key the folder has, and their list if they have names.
// Errors: as make_key.
[[nodiscard]] Result<std::vector<folder::MemberKey>> make_member_keys(const folder::DataFolder& folder,
                                                                      const std::vector<std::string>& names,
                                                                      std::optional<std::string_view> passphrase,
                                                                      ports::Random& random);

// Errors: invalid_argument (rule "key_name": not a name, or a duplicate).
[[nodiscard]] Result<void> check_new_names(const std::vector<std::string>& names);

}  // namespace icn::node
