// The API keys with which programs ask a node over TCP (docs/OPERATIONS.md). Constant.
#pragma once
#include "api/operation.hpp"
#include "model/order.hpp"

namespace icn::api {

// Of a key; no key has the role `open`.
template <>
struct EnumNames<Role> {
  static constexpr std::array values{Role::read, Role::submit, Role::operate};
  static std::string_view name(Role role) { return role_name(role); }
};

struct AccessListRequest {
  static constexpr auto fields() { return std::tuple{}; }
};

struct AccessView {
  static constexpr std::string_view kName = "access_key";
  static constexpr std::string_view kText = "An API key of a node, without its secret.";
  std::string name;
  model::Did did;
  Role role = Role::read;
  model::UnixMs created;
  Nullable<model::UnixMs> until;

  static constexpr auto fields() {
    using T = AccessView;
    return std::tuple{
        Field<&T::name>{"name", "name of the key", {.min = 1}},
        Field<&T::did>{"did", "DID in whose name it asks"},
        Field<&T::role>{"role", "what it may ask for"},
        Field<&T::created>{"created", "when it was created"},
        Field<&T::until>{"until", "from when on it is refused; null: not before it is revoked"},
    };
  }
};

struct AccessList {
  static constexpr std::string_view kName = "access_list";
  static constexpr std::string_view kText = "The API keys of a node, in the order of their names.";
  std::vector<AccessView> keys;

  static constexpr auto fields() { return std::tuple{Field<&AccessList::keys>{"keys", "keys, by name"}}; }
};

struct AccessNamed {
  std::string name;

  static constexpr auto fields() {
    return std::tuple{Field<&AccessNamed::name>{"name", "name of the key", {.min = 1, .max = 32}}};
  }
};

struct NewAccessRequest {
  std::string name;
  Role role = Role::read;
  std::optional<model::UnixMs> until;

  static constexpr auto fields() {
    using T = NewAccessRequest;
    return std::tuple{
        Field<&T::name>{"name", "name of the key", {.min = 1, .max = 32}},
        Field<&T::role>{"role", "what it may ask for", {.missing = Missing::allowed}},
        Field<&T::until>{"until", "from when on it is refused"},
    };
  }
};

struct NewAccess {
  static constexpr std::string_view kName = "new_access_key";
  static constexpr std::string_view kText = "A new API key with its secret, which no later answer contains.";
  AccessView key;
  std::string secret;

  static constexpr auto fields() {
    using T = NewAccess;
    return std::tuple{
        Field<&T::key>{"key", "the key"},
        Field<&T::secret>{"secret", "the text that a program sends; the node keeps only its hash", {.min = 1}},
    };
  }
};

// Creates a key that asks in the name of the node's member. Errors: invalid_argument (the name, an expiry that has
// passed), already_exists, limit_exceeded, permission_denied (others may read the file of the keys), invalid_format,
// storage.
struct MakeAccess : Slot<NewAccessRequest, NewAccess> {};
// Errors: permission_denied, invalid_format, storage.
struct ListAccess : Slot<AccessListRequest, AccessList> {};
// From the answer on no request is accepted with the key. Errors: not_found, and as ListAccess.
struct RevokeAccess : Slot<AccessNamed, AccessView> {};

}  // namespace icn::api
