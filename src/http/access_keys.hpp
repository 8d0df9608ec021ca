// API keys: secrets with which programs ask a node over TCP, each with a name, a role and the DID in whose name it
// asks.
//
// A key authorises requests and signs nothing. The file holds hashes, never a key; a key has 256 random bits, so one
// round of SHA-256 suffices. Thread safe; find() never waits for the disk.
#pragma once
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/mutex.hpp"
#include "http/caller.hpp"
#include "ipld/sha256.hpp"
#include "model/order.hpp"
#include "ports/random.hpp"

namespace icn::http {

struct AccessTerms {
  std::string name;  // 1 to 32 small letters, digits, '-' and '_', the first one a letter
  model::Did did = {};
  api::Role role = api::Role::read;
  std::optional<model::UnixMs> expires = {};
};

struct AccessKey {
  AccessTerms terms;
  model::UnixMs created;
  ipld::Digest digest{};  // of the key's whole text
};

class AccessKeys {
 public:
  static constexpr std::size_t kKeysMax = 100;

  // Reads nothing yet.
  explicit AccessKeys(std::filesystem::path file) : file_(std::move(file)) {}
  // A missing file holds no keys. Errors: permission_denied (others than its owner may read or write it),
  // invalid_format, unsupported_version, storage.
  [[nodiscard]] Result<void> load();

  struct Made {
    AccessKey key;
    std::string text;  // the key: it is returned once and kept nowhere
  };
  // The key is durable when this returns. Removes keys that have expired. Errors: as load, invalid_argument (the name,
  // the role, an expiry that has passed), already_exists, limit_exceeded.
  [[nodiscard]] Result<Made> add(AccessTerms terms, model::UnixMs now, ports::Random& random);
  // In the order of names. Errors: as load.
  [[nodiscard]] Result<std::vector<AccessKey>> list();
  // From its return on no request is accepted with the key. Errors: as load, not_found.
  [[nodiscard]] Result<AccessKey> revoke(const std::string& name);

  // The key with this text. Compares in a time that does not depend on the secret. Errors: invalid_signature (rule
  // "credentials": the key is unknown or has expired).
  [[nodiscard]] Result<AccessKey> find(std::string_view text, model::UnixMs now) const;

 private:
  using Table = std::map<std::string, AccessKey, std::less<>>;
  [[nodiscard]] Result<Table> read() const;
  // Writes a table and then uses it.
  [[nodiscard]] Result<void> replace(Table table);

  const std::filesystem::path file_;
  Mutex change_;  // held through reading, changing and writing
  mutable Mutex mutex_;
  Table keys_ ICN_GUARDED_BY(mutex_);
};

struct KeyGateOptions {
  std::function<model::UnixMs()> now;
  // A key of a DID that is a member no more is refused.
  std::function<bool(const model::Did&)> is_member;
};
// Callers with "Authorization: Bearer KEY" have the role and the DID of their key; callers without get what is open.
[[nodiscard]] std::shared_ptr<Gate> key_gate(std::shared_ptr<const AccessKeys> keys, KeyGateOptions options);

}  // namespace icn::http
