#include "node/new_keys.hpp"

#include <algorithm>

#include "identity/key_file.hpp"

namespace icn::node {

Result<model::KeyPair> make_key(const std::function<std::filesystem::path(const model::Did&)>& path_of,
                                std::optional<std::string_view> passphrase, ports::Random& random) {
  model::Seed seed;
  random.fill(seed);
  auto file = identity::seal_key(seed, passphrase, {}, random);
  model::KeyPair pair = model::KeyPair::from_seed(seed);
  wipe(seed);
  if (!file) return fail(file.error());
  const Result<void> written = identity::write_key_file(path_of(pair.did()), *file);
  wipe(*file);
  ICN_TRY(written);
  return pair;
}

Result<model::Did> make_key(const std::filesystem::path& path, std::optional<std::string_view> passphrase,
                            ports::Random& random) {
  return ICN_TRY(make_key([&path](const model::Did&) { return path; }, passphrase, random)).did();
}

Result<std::vector<folder::MemberKey>> make_member_keys(const folder::DataFolder& folder,
                                                        const std::vector<std::string>& names,
                                                        std::optional<std::string_view> passphrase,
                                                        ports::Random& random) {
  if (names.empty()) return folder::read_member_keys(folder);
  std::vector<folder::MemberKey> keys;
  for (const std::string& name : names) {
    folder::MemberKey key{name, {}};
    if (keys.empty()) {
      key.did = ICN_TRY(model::Did::parse(folder.record().member));
    } else {
      key.did = ICN_TRY(make_key(folder.path() / "keys" / (name + ".key"), passphrase, random));
    }
    keys.push_back(std::move(key));
  }
  ICN_TRY(folder::write_member_keys(folder, keys));
  return keys;
}

Result<void> check_new_names(const std::vector<std::string>& names) {
  for (auto name = names.begin(); name != names.end(); ++name) {
    ICN_TRY(folder::check_key_name(*name));
    if (std::find(names.begin(), name, *name) != name || (*name == folder::kMemberName && names.size() > 1)) {
      return refuse(ErrorCode::invalid_argument, "key_name",
                    "the name '" + *name + "' is given twice or already used by another key; nothing was created",
                    *name);
    }
  }
  return {};
}

}  // namespace icn::node
