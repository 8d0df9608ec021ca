#include "http/access_keys.hpp"

#include <openssl/crypto.h>

#include <algorithm>

#include <nlohmann/json.hpp>

#include "core/secret.hpp"
#include "disk/file.hpp"

namespace icn::http {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kFileVersion = 1;
constexpr std::size_t kFileBytesMax = 256 * 1024;
constexpr std::size_t kNameMax = 32;
constexpr std::size_t kSecretBytes = 32;
constexpr std::size_t kTextMax = 256;
constexpr std::string_view kPrefix = "icn_";
constexpr std::string_view kScheme = "bearer ";
constexpr std::string_view kRule = "credentials";
constexpr std::array kRoles{api::Role::read, api::Role::submit, api::Role::operate};

bool is_name(std::string_view name) {
  const auto is_small = [](char c) { return c >= 'a' && c <= 'z'; };
  return !name.empty() && name.size() <= kNameMax && is_small(name.front()) &&
         std::all_of(name.begin(), name.end(),
                     [&](char c) { return is_small(c) || (c >= '0' && c <= '9') || c == '-' || c == '_'; });
}

bool is_expired(const AccessKey& key, model::UnixMs now) { return key.terms.expires && *key.terms.expires <= now; }

std::optional<api::Role> find_role(std::string_view name) {
  for (const api::Role role : kRoles)
    if (role_name(role) == name) return role;
  return std::nullopt;
}

tl::unexpected<Error> bad_file(const std::filesystem::path& file, std::string_view what) {
  return icn::refuse(ErrorCode::invalid_format, "access_file",
                     "'" + file.string() + "' does not hold API keys: " + std::string(what), file.string());
}

// Null for anything but a key.
std::optional<AccessKey> read_key(const Json& one) {
  const auto has_text = [&](const char* field) { return one.contains(field) && one[field].is_string(); };
  const auto has_number = [&](const char* field) { return one.contains(field) && one[field].is_number_unsigned(); };
  if (!one.is_object() || !has_text("name") || !has_text("did") || !has_text("role") || !has_text("sha256"))
    return std::nullopt;
  if (!has_number("created") || (one.contains("expires") && !has_number("expires"))) return std::nullopt;
  const auto did = model::Did::parse(one["did"].get<std::string>());
  const auto role = find_role(one["role"].get<std::string>());
  const auto digest = from_hex(one["sha256"].get<std::string>());
  AccessKey key;
  if (!did || !role || !digest || digest->size() != key.digest.size()) return std::nullopt;
  key.terms = {one["name"].get<std::string>(), *did, *role, std::nullopt};
  if (!is_name(key.terms.name)) return std::nullopt;
  key.created = model::UnixMs{one["created"].get<std::uint64_t>()};
  if (one.contains("expires")) key.terms.expires = model::UnixMs{one["expires"].get<std::uint64_t>()};
  std::copy(digest->begin(), digest->end(), key.digest.begin());
  return key;
}

Json json_of(const AccessKey& key) {
  Json one{{"name", key.terms.name},
           {"did", key.terms.did.to_text()},
           {"role", role_name(key.terms.role)},
           {"created", key.created.value},
           {"sha256", to_hex(key.digest)}};
  if (key.terms.expires) one["expires"] = key.terms.expires->value;
  return one;
}

// "Bearer KEY" → KEY; the scheme is read without regard to case (RFC 9110, 11.1).
std::optional<std::string_view> bearer(std::string_view value) {
  if (value.size() <= kScheme.size()) return std::nullopt;
  const bool matches = std::equal(kScheme.begin(), kScheme.end(), value.begin(), [](char known, char given) {
    return known == (given >= 'A' && given <= 'Z' ? static_cast<char>(given - 'A' + 'a') : given);
  });
  if (!matches) return std::nullopt;
  value.remove_prefix(kScheme.size());
  while (value.starts_with(' ')) value.remove_prefix(1);
  return value;
}

class KeyGate : public Gate {
 public:
  KeyGate(std::shared_ptr<const AccessKeys> keys, KeyGateOptions options)
      : keys_(std::move(keys)), options_(std::move(options)) {}

  Result<Caller> identify(const Request& request) const override {
    const std::string* given = nullptr;
    for (const Header& header : request.headers) {
      if (header.name != "authorization") continue;
      if (given != nullptr)
        return icn::refuse(ErrorCode::invalid_signature, std::string(kRule), "the request has two sets of credentials");
      given = &header.value;
    }
    if (given == nullptr) return Caller{.name = request.peer.address};
    const auto text = bearer(*given);
    if (!text) {
      return icn::refuse(ErrorCode::invalid_signature, std::string(kRule),
                         "the credentials are not those of the scheme Bearer");
    }
    const AccessKey key = ICN_TRY(keys_->find(*text, options_.now()));
    if (!options_.is_member(key.terms.did)) {
      return icn::refuse(ErrorCode::invalid_signature, std::string(kRule),
                         "the API key asks in the name of a DID that is not a member", key.terms.did.to_text());
    }
    return Caller{.role = key.terms.role, .did = key.terms.did, .name = "key:" + key.terms.name};
  }

 private:
  const std::shared_ptr<const AccessKeys> keys_;
  const KeyGateOptions options_;
};

}  // namespace

Result<AccessKeys::Table> AccessKeys::read() const {
  auto file = disk::File::open(file_, disk::Open::read);
  if (!file && file.error().code == ErrorCode::not_found) return Table{};
  if (!file) return fail(file.error());
  if ((ICN_TRY(file->status()).mode & 0077U) != 0) {
    return icn::refuse(ErrorCode::permission_denied, "access_file_mode",
                       "users other than its owner may read or write the file of the API keys '" + file_.string() +
                           "'; no key of it is accepted",
                       file_.string());
  }
  const Bytes bytes = ICN_TRY(file->read_to_end(kFileBytesMax));
  const Json document = Json::parse(bytes.begin(), bytes.end(), nullptr, false);
  if (!document.is_object() || !document.contains("version") || !document.contains("keys") ||
      !document["keys"].is_array())
    return bad_file(file_, "it is not a list of keys");
  if (document["version"] != kFileVersion) {
    return icn::refuse(ErrorCode::unsupported_version, "access_file",
                       "'" + file_.string() + "' was written by a newer version of the program", file_.string());
  }
  Table table;
  for (const Json& one : document["keys"]) {
    auto key = read_key(one);
    if (!key) return bad_file(file_, "an entry is not a key");
    std::string name = key->terms.name;
    if (!table.emplace(std::move(name), *std::move(key)).second) return bad_file(file_, "two keys have one name");
  }
  return table;
}

Result<void> AccessKeys::replace(Table table) {
  Json keys = Json::array();
  for (const auto& [name, key] : table) keys.push_back(json_of(key));
  const Json document{{"version", kFileVersion}, {"keys", std::move(keys)}};
  ICN_TRY(disk::replace_file(file_, view_of(document.dump(2) + "\n")));
  Lock lock(mutex_);
  keys_ = std::move(table);
  return {};
}

Result<void> AccessKeys::load() {
  Lock change(change_);
  Table table = ICN_TRY(read());
  Lock lock(mutex_);
  keys_ = std::move(table);
  return {};
}

Result<AccessKeys::Made> AccessKeys::add(AccessTerms terms, model::UnixMs now, ports::Random& random) {
  if (!is_name(terms.name)) {
    return icn::refuse(ErrorCode::invalid_argument, "access_name",
                       "'" + terms.name + "' is not a name for an API key: 1 to " + std::to_string(kNameMax) +
                           " small letters, digits, '-' and '_', of which the first is a letter",
                       terms.name);
  }
  if (std::find(kRoles.begin(), kRoles.end(), terms.role) == kRoles.end())
    return icn::refuse(ErrorCode::invalid_argument, "access_role", "an API key needs a role", terms.name);
  if (terms.expires && *terms.expires <= now) {
    return icn::refuse(ErrorCode::invalid_argument, "access_expiry",
                       "the API key would end before it begins; nothing was done", terms.name);
  }
  Lock change(change_);
  Table table = ICN_TRY(read());
  std::erase_if(table, [now](const auto& entry) { return is_expired(entry.second, now); });
  if (table.contains(terms.name)) {
    return icn::refuse(ErrorCode::already_exists, "access_name",
                       "there is already an API key '" + terms.name + "'; nothing was done", terms.name);
  }
  if (table.size() >= kKeysMax) {
    return icn::refuse(ErrorCode::limit_exceeded, "max_access_keys",
                       "a node has at most " + std::to_string(kKeysMax) + " API keys; nothing was done");
  }
  Secret secret(kSecretBytes);
  random.fill(secret.bytes());
  Made made{{std::move(terms), now, {}}, ""};
  made.text = std::string(kPrefix) + made.key.terms.name + "." + to_hex(secret.bytes());
  made.key.digest = ipld::sha256(view_of(made.text));
  table.emplace(made.key.terms.name, made.key);
  ICN_TRY(replace(std::move(table)));
  return made;
}

Result<std::vector<AccessKey>> AccessKeys::list() {
  Lock change(change_);
  std::vector<AccessKey> keys;
  for (auto& [name, key] : ICN_TRY(read())) keys.push_back(key);
  return keys;
}

Result<AccessKey> AccessKeys::revoke(const std::string& name) {
  Lock change(change_);
  Table table = ICN_TRY(read());
  const auto at = table.find(name);
  if (at == table.end())
    return icn::refuse(ErrorCode::not_found, "no_access_key", "there is no API key '" + name + "'", name);
  AccessKey key = at->second;
  table.erase(at);
  ICN_TRY(replace(std::move(table)));
  return key;
}

Result<AccessKey> AccessKeys::find(std::string_view text, model::UnixMs now) const {
  const auto unknown = [] {
    return icn::refuse(ErrorCode::invalid_signature, std::string(kRule),
                       "the node has no such API key, or it was revoked");
  };
  if (text.size() > kTextMax) return unknown();
  const ipld::Digest given = ipld::sha256(view_of(text));
  std::string_view name = text.substr(0, text.find('.'));
  if (name.starts_with(kPrefix)) name.remove_prefix(kPrefix.size());
  std::optional<AccessKey> key;
  {
    Lock lock(mutex_);
    if (const auto at = keys_.find(name); at != keys_.end()) key = at->second;
  }
  if (!key || CRYPTO_memcmp(given.data(), key->digest.data(), given.size()) != 0) return unknown();
  if (is_expired(*key, now)) {
    return icn::refuse(ErrorCode::invalid_signature, std::string(kRule),
                       "the API key '" + key->terms.name + "' has expired", key->terms.name);
  }
  return *std::move(key);
}

std::shared_ptr<Gate> key_gate(std::shared_ptr<const AccessKeys> keys, KeyGateOptions options) {
  return std::make_shared<KeyGate>(std::move(keys), std::move(options));
}

}  // namespace icn::http
