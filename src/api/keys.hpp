// The member keys in a node's data folder: listing and creating them (docs/OPERATIONS.md).
#pragma once
#include "api/operation.hpp"
#include "identity/key_file.hpp"

namespace icn::api {

struct KeyListRequest {
  static constexpr auto fields() { return std::tuple{}; }
};

struct KeyView {
  static constexpr std::string_view kName = "key";
  static constexpr std::string_view kText = "A member key in a data folder.";
  std::string name;
  model::Did did;
  bool is_member = false;
  bool is_default = false;
  model::Did key;
  std::uint64_t since = 0;
  Nullable<std::string> file;

  static constexpr auto fields() {
    using T = KeyView;
    return std::tuple{
        Field<&T::name>{"name", "name of the key", {.min = 1}},
        Field<&T::did>{"did", "DID that it signs for"},
        Field<&T::is_member>{"member", "whether the DID is a member of the node's scope"},
        Field<&T::is_default>{"default", "whether it signs when no key is named"},
        Field<&T::key>{"key", "the key that signs now, as the did:key that it is"},
        Field<&T::since>{"since", "position of the log entry from which on it signs; 0: from the beginning"},
        Field<&T::file>{"file", "its file in the data folder; null: the key is not there", {.min = 1}},
    };
  }
};

struct KeyList {
  static constexpr std::string_view kName = "key_list";
  static constexpr std::string_view kText = "The member keys in a data folder, the default first.";
  std::vector<KeyView> keys;

  static constexpr auto fields() {
    return std::tuple{Field<&KeyList::keys>{"keys", "keys, the default first", {.min = 1}}};
  }
};

struct KeyNamed {
  std::string name;

  static constexpr auto fields() {
    return std::tuple{Field<&KeyNamed::name>{"name", "name of the key", {.min = 1, .max = 32}}};
  }
};

struct NewKeyRequest {
  std::string name;
  std::optional<std::string> pkcs11;

  static constexpr auto fields() {
    using T = NewKeyRequest;
    return std::tuple{
        Field<&T::name>{"name", "name of the key", {.min = 1, .max = 32}},
        Field<&T::pkcs11>{"pkcs11",
                          "the URI (RFC 7512) of a key in a PKCS#11 token; created there if it is absent",
                          {.min = 1, .max = identity::kTokenUriBytesMax}},
    };
  }
};

// Errors: invalid_format, corrupted, storage.
struct ListKeys : Slot<KeyListRequest, KeyList> {};
// Errors: not_found, and as ListKeys.
struct ShowKey : Slot<KeyNamed, KeyView> {};
// Creates a key with the same protection as the folder's other keys, or records one in a token. Its DID is not a member
// until the scope admits it. Errors: already_exists, invalid_argument (the name, the URI), limit_exceeded, storage, and
// those of the passphrase and the token.
struct NewKey : Slot<NewKeyRequest, KeyView> {};
// Replaces the key that signs for a member, or for the node with the name "node": the present key signs the rotation in
// the scope's log, and from there on only the new one counts. Errors: as NewKey, not_clerk, and those of the log; the
// present key remains then.
struct RotateKey : Slot<NewKeyRequest, KeyView> {};

}  // namespace icn::api
